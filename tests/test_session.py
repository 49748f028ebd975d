"""The safety rules, as properties of every order of events, and what is said and done on the way."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.dialogue import Mode
from coach.events import Adjust, Back, Count, Cut, Done, End, Listen, Lost, Rest, Say, State, TooLoud, Unanswered
from coach.phrases import OVER_TEN, Intent, Meaning, Window
from coach.plan import Plan
from coach.routine import Routine, load
from coach.session import Session

ROUTINE = load()
DEEPER = {step.cue for steps in ROUTINE.parts.values() for step in steps if step.deeper}
GETTING_UP = [step.cue for step in ROUTINE.parts["up"]]
LYING_FROM = "lie-back"


def heard(intent, value=None):
    return Meaning(Intent(intent), str(intent), value)


def pain(value):
    return heard("pain", value)


@dataclass
class Table:
    """Plays the people and the loop: every action is obeyed, and what was said is remembered."""

    plan: Plan = field(default_factory=Plan)
    routine: Routine = ROUTINE

    def __post_init__(self):
        self.session = Session(self.routine, self.plan)
        self.actions = []
        self.window = Window.ALWAYS
        self.timer = False
        self.busy = False
        self.take(self.session.begin())

    def take(self, actions):
        for action in actions:
            self.actions.append(action)
            match action:
                case Cut():
                    self.busy = self.timer = False
                case Say() | Rest() | Count():
                    self.busy = True
                case Listen(window, seconds):
                    self.window, self.timer = window, seconds is not None
        return actions

    def send(self, event):
        if isinstance(event, Done):
            self.busy = False
        if isinstance(event, Unanswered):
            self.timer = False
        return self.take(self.session.handle(event))

    def go_on(self):
        """Let time pass: what is being said ends, or the open window does."""
        return self.send(Done() if self.busy else Unanswered())

    def until(self, reached, answer=4, most=400):
        """Answer everything sensibly until `reached(self)`."""
        for _ in range(most):
            if reached(self) or self.session.over:
                return self
            if self.busy:
                self.send(Done())
            elif self.window is Window.GATE:
                self.send(heard("ready"))
            else:
                self.send(pain(answer))
        raise AssertionError("never reached")

    @property
    def said(self):
        return [action.cue for action in self.actions if isinstance(action, Say)]

    @property
    def texts(self):
        return [action.text for action in self.actions if isinstance(action, Say)]

    @property
    def end(self):
        return self.actions[-1].reason if isinstance(self.actions[-1], End) else None

    @property
    def asked(self):
        return self.window is Window.PAIN and not self.busy


def counting(round=1):
    return lambda table: any(isinstance(a, Count) and a.round == round for a in table.actions)


def asked(times):
    """A pain question is open for that many-th time."""

    def reached(table):
        opened = [a for a in table.actions if isinstance(a, Listen) and a.window is Window.PAIN and a.seconds]
        return len(opened) >= times and table.asked

    return reached


meanings = st.one_of(
    st.sampled_from([heard(i) for i in Intent if i is not Intent.PAIN]),
    st.integers(0, OVER_TEN).map(pain),
)
some = st.lists(
    st.one_of(
        st.just("time"),
        st.just("time"),
        st.just("sensible"),
        st.just("sensible"),
        st.integers(3, 8).map(pain),
        st.sampled_from([heard(i) for i in Intent if i not in (Intent.PAIN, Intent.STOP)]),
        meanings,
        st.sampled_from(["microphone", "speaker"]).flatmap(lambda d: st.sampled_from([Lost(d), Back(d)])),
        st.just(TooLoud()),
        st.sampled_from([Done(), Unanswered()]),
    ),
    max_size=30,
)
smooth = st.integers(0, 40).map(lambda n: ["sensible"] * n)
happenings = st.lists(st.tuples(smooth, some), max_size=4).map(lambda parts: [h for a, b in parts for h in [*a, *b]])
"""Stretches in which all goes well, so that every part of the session is reached, and stretches in which it does not."""

plans = st.builds(
    Plan,
    sides=st.sampled_from([("left",), ("right",), ("left", "right")]),
    rounds=st.integers(1, 3),
    pain_limit=st.integers(1, 7),
    start_high=st.booleans(),
    breathe_normally=st.booleans(),
    screening=st.booleans(),
)


def play(table, history):
    """Yield each event of the history, made concrete, with the actions that it led to."""
    for happening in history:
        if table.session.over:
            return
        event = happening
        if happening == "time":
            event = Done() if table.busy else Unanswered()
        elif happening == "sensible":
            event = Done() if table.busy else heard("ready") if table.window is Window.GATE else pain(0)
        yield event, table.send(event)


def played(plan, history):
    """The table after all of the history."""
    table = Table(plan)
    for _ in play(table, history):
        pass
    return table


@settings(max_examples=400)
@given(plans, happenings)
def test_the_leg_goes_deeper_only_after_a_number_under_the_limit(plan, history):
    """From no history of events does it go deeper after a number at the limit, a stop, silence, pause or loss."""
    table, allowed, repeated = Table(plan), False, None
    for event, actions in play(table, history):
        match event:
            case Meaning(intent=Intent.PAIN, value=int(value)):
                allowed = value < plan.pain_limit
            case Meaning(intent=Intent.STOP | Intent.PAUSE) | Unanswered() | Lost():
                allowed = False
        for action in actions:
            if isinstance(action, Say) and action.cue in DEEPER:
                assert allowed or (event == heard("repeat") and action.cue == repeated)
                allowed, repeated = False, action.cue


@settings(max_examples=200)
@given(plans, happenings)
def test_every_session_ends(plan, history):
    """Whatever happened before, in a room that stays silent from then on the session comes to its end."""
    table = played(plan, history)
    for _ in range(400):
        if table.session.over:
            break
        table.go_on()
    assert table.end
    assert table.send(heard("stop")) == []


@settings(max_examples=200)
@given(plans, happenings)
def test_getting_up_is_always_said_once_somebody_lies(plan, history):
    """After lying down no session ends without every cue of getting up, in order, as the last of the routine."""
    table = played(plan, history)
    while not table.session.over:
        table.go_on()
    if LYING_FROM in table.said:
        after = table.said[len(table.said) - 1 - table.said[::-1].index(LYING_FROM) :]
        assert [cue for cue in dict.fromkeys(after) if cue in GETTING_UP] == GETTING_UP
        assert not DEEPER & set(after[after.index(GETTING_UP[0]) :])


def obeys(table):
    """Whether a stop that is heard now is obeyed: silence first, then the line, and nothing that counts or asks."""
    shouted = table.session.mode is Mode.STOPPING and "Stopping." in table.texts[-1]
    if table.session.over or shouted:
        return True
    actions = table.send(heard("stop"))
    lines = [a.text for a in actions if isinstance(a, Say)]
    return actions[0] == Cut() and lines[0].startswith("Stopping.") and not any(isinstance(a, Count) for a in actions)


@settings(max_examples=200)
@given(plans, happenings)
def test_a_stop_silences_at_once(plan, history):
    """Whatever has happened, when "stop" is heard the first thing that the coach does is to fall silent."""
    table = played(plan, history)
    assert obeys(table)


HICCUPS = [[], [heard("pause")], [pain(6)], [pain(8)], [Lost("microphone")], [heard("repeat")], [Unanswered()], [pain(7), Done()]]


@pytest.mark.parametrize("hiccup", HICCUPS, ids=str)
def test_a_stop_at_every_moment_gets_the_partner_up(hiccup):
    """At every step of a session for both sides, in every mode: obeyed, the right leg lifted, and nothing begun after it."""
    plan = Plan(("left", "right"), screening=False)
    for steps in range(200):
        table = played(plan, ["sensible"] * steps + hiccup)
        if table.session.over:
            return
        before, lying = len(table.actions), table.session._course.lying
        assert obeys(table), (steps, table.said[-3:])
        table.until(lambda t: False)
        after = [a for a in table.actions[before:] if isinstance(a, Say)]
        assert not {"push", "sit", *DEEPER} & {a.cue for a in after}
        if lying:
            assert [a.cue for a in after if a.cue in GETTING_UP][-1:] == GETTING_UP[-1:]
            side = plan.sides["other-side" in table.said]
            assert all(f"the {side} leg" in a.text for a in after if a.cue == "lift")


@settings(max_examples=200)
@given(plans, happenings)
def test_everything_said_was_known_ahead(plan, history):
    """Every text that a session says is among those that are rendered before it starts."""
    table = played(plan, history)
    assert set(table.texts) <= set(ROUTINE.texts(plan))


def test_a_session_that_goes_well_says_every_step_in_order():
    """With sensible answers both sides are stretched, and the steps are those of the file."""
    table = Table(Plan(("left", "right"))).until(lambda t: False)
    assert table.end == "finished"
    assert [cue for cue in table.said if cue != "heard"] == [cue.name for cue in ROUTINE.cues(table.plan)]
    assert [a.round for a in table.actions if isinstance(a, Count)] == [1, 2, 1, 2]


def test_a_number_is_said_back_and_can_be_corrected():
    """"Five. Good." is followed by a pause in which "seven" still counts instead."""
    table = Table().until(asked(2))
    actions = table.send(pain(5))
    assert Say("heard", "Five. Good.") in actions
    assert table.window is Window.PAIN
    assert Say("ease", "Seven. Relax. Helper, raise the leg a little, and keep it there.") in table.send(pain(7))


def test_an_answer_before_the_question_is_out_counts():
    """"pain three", said into the question, is its answer: the question is cut, and not asked again."""
    table = Table().until(lambda t: t.said[-1] == "tolerable")
    assert table.send(pain(3))[0] == Cut()
    table.send(Done())
    assert table.said[-2:] == ["heard", "pressure"]


def test_at_the_limit_the_leg_stays_and_the_question_comes_again():
    """Six: no lower, no pressure, and the number is asked for before the pressure."""
    table = Table().until(asked(2))
    table.send(pain(6))
    assert Rest(8.0) in table.actions
    table.send(Done())
    assert table.said[-1] == "ask"
    table.send(Done())
    assert table.asked
    assert "pressure" not in table.said
    table.send(pain(4))
    table.send(Done())
    assert table.said[-1] == "pressure"


def test_always_at_the_limit_ends_in_getting_up():
    """A leg that stays at the limit is not held there for ever."""
    table = Table().until(asked(2)).until(lambda t: False, answer=6)
    assert table.end == "pain"
    assert "too-long" in table.said


def test_seven_twice_in_a_row_gets_up():
    """Seven eases the leg; a second seven means getting up."""
    table = Table().until(asked(2))
    assert table.send(pain(7))[0] == Cut()
    table.send(Done())
    table.send(pain(8))
    assert table.said[-1] == "twice"
    assert table.until(lambda t: False).end == "pain"


@pytest.mark.parametrize("number", [9, 10, OVER_TEN])
def test_nine_and_more_stop(number):
    """Nine, ten and more are said back and stop."""
    table = Table().until(counting())
    actions = table.send(pain(number))
    assert actions[0] == Cut()
    assert table.texts[-1].endswith("Stopping. Relax. Helper, lift the leg.")
    table.until(lambda t: False)
    assert table.end == "pain"


def test_no_answer_is_asked_again_twice_then_getting_up():
    """Silence: asked again twice, then the coach says that it can't hear, and gets the partner up."""
    table = Table().until(asked(2))
    while not table.session.over:
        table.go_on()
    said = table.said[table.said.index("tolerable") :]
    assert said[:4] == ["tolerable", "ask-again", "ask-again", "cant-hear"]
    assert said[4:7] == GETTING_UP
    assert table.end == "unanswered"


def test_stop_in_the_count_lifts_the_leg():
    """The count ends, the voice falls silent, and the words are those that the helper waits for."""
    table = Table().until(counting())
    assert table.send(heard("stop"))[0] == Cut()
    assert table.texts[-1] == "Stopping. Relax. Helper, lift the leg."
    assert table.send(heard("stop")) == []
    table.send(Done())
    assert table.said[-1] == GETTING_UP[0]
    assert table.until(lambda t: False).end == "stopped"


def test_stop_at_the_screening_ends_without_getting_up():
    """Nobody lies yet, so nobody has to be lifted."""
    table = Table()
    table.send(heard("stop"))
    table.until(lambda t: False)
    assert table.end == "stopped"
    assert not set(GETTING_UP) & set(table.said)


def test_stop_while_being_rolled_holds_still_until_ready():
    """While getting up, after the leg was lifted, a stop holds everybody still."""
    table = Table().until(lambda t: "roll" in t.said)
    table.send(heard("stop"))
    assert table.window is Window.GATE
    table.until(lambda t: False)
    assert table.said.count("roll") == 2
    assert table.end == "stopped"


def test_a_pause_in_the_hold_begins_the_hold_again():
    """After "pause" and "ready" the interrupted cue is said again from its start."""
    table = Table().until(counting())
    assert table.send(heard("pause"))[0] == Cut()
    table.send(Done())
    table.send(heard("ready"))
    assert table.said[-1] == "push"


def test_after_a_pause_the_leg_goes_lower_only_with_a_new_number():
    """What was said about pain before a pause is out of date; but to relax is told at once, whatever is missing."""
    table = Table().until(counting())
    table.send(heard("pause"))
    table.send(heard("ready"))
    table.until(lambda t: t.said[-1] in ("relax", "ask"))
    assert table.said[-1] == "relax"
    table.send(Done())
    assert table.said[-1] == "ask"


def test_what_goes_deeper_is_never_done_twice():
    """Paused while the leg is lowered, or told six there, the coach goes on with the question, not with lowering again."""
    for event in (heard("pause"), pain(6)):
        table = Table().until(lambda t: t.said[-1] == "lower")
        table.send(event)
        table.until(lambda t: "tolerable" in t.said)
        assert table.said.count("lower") == 1


@pytest.mark.parametrize("number", [6, 8])
def test_after_staying_or_easing_nothing_goes_on_before_a_number(number):
    """Stayed or eased in the hold: neither time nor a pause nor a lost microphone leads back into it without a number."""
    for events in ([Done()], [heard("pause"), heard("ready")], [Lost("microphone"), Back("microphone")]):
        table = Table().until(counting())
        for event in [pain(number), *events]:
            table.send(event)
        assert table.said[-1] == "ask"
        assert table.said.count("push") == 1


def test_a_number_lets_the_leg_go_deeper_once():
    """In a routine that forgets to ask, the coach does."""
    silent = [step for step in ROUTINE.parts["first"] if step.then != "pain"]
    table = Table(routine=replace(ROUTINE, parts=ROUTINE.parts | {"first": silent})).until(lambda t: "pressure" in t.said)
    assert table.said[-4:] == ["lower", "ask", "heard", "pressure"]


def test_a_number_from_before_a_silence_is_out_of_date():
    """Nobody answered since: the coach asks before it goes deeper."""
    table = Table().until(counting(2))
    table.send(Unanswered())
    table.until(lambda t: t.said[-1] in ("drop", "ask"))
    assert table.said[-1] == "ask"


def test_a_pause_outlasts_a_lost_microphone():
    """Paused, the microphone gone and back: still paused until "ready"."""
    table = Table().until(counting())
    for event in (heard("pause"), Lost("microphone"), Back("microphone"), Done()):
        table.send(event)
    assert table.session.mode is Mode.PAUSED
    table.send(heard("ready"))
    assert table.said[-1] == "push"


def test_getting_up_needs_no_number():
    """A pause on the way up ends with "ready", also where a number was missing before the stop."""
    table = Table().until(asked(1))
    table.send(pain(8))
    table.send(heard("stop"))
    table.until(lambda table: table.said[-1] == GETTING_UP[0])
    table.send(heard("pause"))
    table.go_on()
    before = len(table.said)
    table.send(heard("ready"))
    assert not table.asked and GETTING_UP[0] in table.said[before:]
    table.until(lambda table: False)
    assert table.end == "stopped"


def test_the_first_reason_to_end_is_told():
    """A microphone that is lost on the way up after a stop ends nothing that had not ended."""
    table = Table(Plan(("left", "right"))).until(asked(1))
    table.send(heard("stop"))
    table.until(lambda table: table.said[-1] == GETTING_UP[0])
    table.send(Lost("microphone"))
    while not table.session.over:
        table.go_on()
    assert table.end == "stopped"


@pytest.mark.parametrize("device", ["microphone", "recogniser"])
def test_a_coach_that_cannot_hear_begins_no_second_side(device):
    """Lost while getting up from the first side: nobody is stretched by a coach that hears no stop."""
    table = Table(Plan(("left", "right"))).until(lambda t: "roll" in t.said)
    table.send(Lost(device))
    table.until(lambda t: False)
    assert table.end == device
    assert table.said.count("lower") == 1


def test_a_number_in_the_count_is_noted_and_clears_nothing():
    """It can't be corrected in time, so the number that counts for going deeper is one that was asked for."""
    table = Table().until(counting())
    table.send(heard("pause"))
    table.send(heard("ready"))
    table.until(lambda t: t.session.mode is Mode.COUNTING)
    table.send(pain(3))
    assert table.texts[-1] == "Three. Good."
    table.until(lambda t: t.said[-1] in ("ask", "lower"))
    assert table.said[-1] == "ask"


def test_a_lost_microphone_is_said_and_ends_in_getting_up():
    """The coach that can't hear says so, goes no deeper, and gets the partner up."""
    table = Table().until(counting())
    assert table.send(Lost("microphone"))[0] == Cut()
    assert table.said[-1] == "lost"
    while not table.session.over:
        table.go_on()
    assert table.end == "microphone"


def test_a_microphone_that_comes_back_leads_on_where_it_was():
    """Back again, the interrupted cue is said again, and a new number is needed to go deeper."""
    table = Table().until(counting())
    table.send(Lost("microphone"))
    table.send(Back("microphone"))
    assert table.said[-2:] == ["back", "push"]
    table.until(lambda t: t.said[-1] in ("ask", "lower"))
    assert table.said[-1] == "ask"


def test_repeat_louder_and_how_long_are_answered():
    """The small words: said again, louder, and where we are."""
    table = Table().until(counting(2))
    table.until(lambda t: t.asked)
    question = table.texts[-1]
    table.send(heard("repeat"))
    assert table.texts[-1] == question
    assert Adjust(volume=1) in table.send(heard("louder"))
    table.send(heard("help"))
    assert table.texts[-1] == "This is round two of two."
    assert Listen(Window.PAIN, 6.0) in table.send(Done())


def test_states_are_told_when_they_change():
    """The states of a session that goes well, in order."""
    table = Table(Plan(screening=False)).until(lambda t: False)
    states = [a.name for a in table.actions if isinstance(a, State)]
    assert states[:4] == ["before", "setup", "pain", "round 1"]
    assert states[-3:] == ["up", "goodbye", "end"]
