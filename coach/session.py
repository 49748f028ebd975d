"""The session: what happened goes in, what to do comes out. All the safety rules live here.

Pure, in the sans-I/O style: no sound, no clock, no randomness. Time comes in as events too: `Done` when all
that was to be said has been said, `Unanswered` when a window has been open for long enough.

The rules, and where each is kept:

- The leg goes deeper only after a pain number under the limit, asked for and given since it last went deeper, and
  since the last stop, silence, pause or loss of a device: `_enter`, the only place that starts a cue, looks at
  `_cleared`. After a number at the limit or over it nothing at all goes on before another one: `_must_ask`.
- A stop word or a nine silences the voice at once and leads to getting up: `_stop`.
- Getting up is always said, unless the partner never lay down: `_get_up`, the only way to end early.
"""

from enum import Enum, auto

from coach.events import (
    Action,
    Adjust,
    Back,
    Count,
    Cut,
    Done,
    End,
    Event,
    Listen,
    Lost,
    Rest,
    Say,
    State,
    TooLoud,
    Unanswered,
)
from coach.phrases import Intent, Meaning, Window
from coach.routine import Cue, Plan, Routine

GATE_SECONDS = 30.0
"""How long a gate waits before it reminds: people are busy getting into position."""
GATE_REMINDERS = 3
PAIN_SECONDS = 6.0
"""How long a pain question waits for its number."""
PAIN_REMINDERS = 2
PAUSE_SECONDS = 60.0
CORRECTION_SECONDS = 1.5
"""After a number was said back: time to begin to say that it was another one."""
STAY_SECONDS = 8.0
"""At the limit: how long the leg stays before the coach asks again."""
STAYS = 3
"""How often in a row the leg stays at the limit before the session ends."""
EASE_SECONDS = 4.0
"""For the helper to raise the leg a little before the coach asks again."""
EASES = 1
"""How often the leg is eased without a number under the limit in between; the next time means getting up."""
LOST_SECONDS = 15.0
"""How long a lost microphone or speaker may take to come back."""

EASE_FROM = 7
STOP_FROM = 9


class Verdict(Enum):
    """What a pain number means for the leg."""

    GO = auto()
    STAY = auto()
    EASE = auto()
    STOP = auto()


def verdict(number: int, limit: int) -> Verdict:
    """The pain table: 9 and over stops, 7 and 8 ease, from the limit up the leg stays, below it may go on."""
    if number >= STOP_FROM:
        return Verdict.STOP
    if number >= EASE_FROM:
        return Verdict.EASE
    return Verdict.STAY if number >= limit else Verdict.GO


class Mode(Enum):
    """What the session is waiting for."""

    SAYING = auto()
    """`Done` of the current cue's text."""
    COUNTING = auto()
    """`Done` of the hold."""
    GATE = auto()
    """"ready"."""
    ASKING = auto()
    """`Done` of a question about pain that is no cue of its own."""
    PAIN = auto()
    """A number."""
    ANSWERED = auto()
    """`Done` of saying a number back, and of what it means; another number may still correct it."""
    STOPPING = auto()
    """`Done` of the stop line; getting up follows."""
    PAUSED = auto()
    """"ready", after a pause."""
    LOST = auto()
    """A device to come back."""
    OVER = auto()


UNSKIPPABLE = ("screening", "before", "up")
AFTER_GETTING_UP = ("other_side", "goodbye")

_WAITING = {
    Mode.GATE: (Window.GATE, GATE_SECONDS),
    Mode.PAIN: (Window.PAIN, PAIN_SECONDS),
    Mode.PAUSED: (Window.GATE, PAUSE_SECONDS),
}
"""Modes that wait for an answer: the window, and for how long at a time."""

_ADJUST = {
    Intent.LOUDER: Adjust(volume=1),
    Intent.QUIETER: Adjust(volume=-1),
    Intent.FASTER: Adjust(pace=1),
    Intent.SLOWER: Adjust(pace=-1),
}


class Session:
    """One session, from hello to goodbye. `begin` it, then `handle` every event."""

    def __init__(self, routine: Routine, plan: Plan):
        self.plan = plan
        self.reason = "finished"
        self.mode = Mode.SAYING
        self._routine = routine
        self._cues = routine.cues(plan)
        self._at = 0
        self._begun = -1
        """The last cue whose text was begun."""
        self._next = 0
        """The cue to go to once a number under the limit was given."""
        self._lying = self._lay = False
        """Whether the partner lies, and whether they ever did."""
        self._cleared = False
        self._must_ask = False
        """Whether the last number was at the limit or over it: nothing goes on before another one."""
        self._number: int | None = None
        """The number that is being said back, so that one that is heard twice counts once."""
        self._question = Say("ask", self._line("ask"))
        """What "repeat" says again while somebody is asked."""
        self._unanswered = self._stays = self._eases = 0
        self._lost: list[str] = []
        self._was_paused = False
        self._obeys = False
        """Whether what is said in `Mode.STOPPING` answers a stop: the same stop, shouted again, is obeyed already."""
        self._state = ""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.mode is Mode.OVER

    def begin(self) -> list[Action]:
        """The first actions."""
        return self._enter(0)

    def handle(self, event: Event) -> list[Action]:
        """What to do about an event. After the end nothing is done any more."""
        if self.over:
            return []
        match event:
            case Done():
                return self._done()
            case Unanswered():
                return self._nobody_answered()
            case Lost(device):
                return self._lose(device)
            case Back(device):
                return self._come_back(device)
            case TooLoud():
                return [Say("too-loud", self._line("too_loud"))] if self.mode is Mode.SAYING else []
            case Meaning(intent=Intent.STOP):
                return self._stop(self._line("stop"), "stopped")
            case Meaning(intent=Intent.PAIN, value=int(number)):
                return self._feel(number)
            case Meaning(intent=intent):
                return self._obey(intent)

    # One cue after the other.

    @property
    def _ended(self) -> bool:
        """Whether the last cue is over, and only a last line may still be said."""
        return self._at >= len(self._cues)

    @property
    def _cue(self) -> Cue:
        return self._cues[self._at]

    def _line(self, name: str, number: int | None = None, round: int = 0) -> str:
        return self._routine.line(name, self.plan, number, round)

    def _enter(self, at: int) -> list[Action]:
        """Begin the cue at that index, or ask for a number first where it goes deeper and none allows it."""
        part = self._cues[at].part if at < len(self._cues) else ""
        if self._lost and part not in ("up", "goodbye", ""):
            self.reason = self._lost[0]  # a second side is not begun by a coach that can't hear
        if self.reason != "finished" and part != "up":
            return self._end() if self._ended else self._say_goodbye_early()
        if not part:
            return self._end()
        self._at = at
        cue = self._cue
        self._lying = cue.lying or (self._lying and part not in AFTER_GETTING_UP)
        self._lay = self._lay or self._lying
        if cue.deeper and not self._cleared:
            self._next = at
            return self._ask()
        if cue.deeper or part == "up":
            self._cleared = False
        return [*self._enters(f"round {cue.round}" if cue.round else part), *self._say_cue()]

    def _say_cue(self) -> list[Action]:
        self.mode, self._begun = Mode.SAYING, self._at
        rest = [Rest(self._cue.pause)] if self._cue.pause else []
        return [Listen(Window.ALWAYS), Say(self._cue.name, self._cue.text), *rest]

    def _say_goodbye_early(self) -> list[Action]:
        self._at, self._lying = len(self._cues), False
        self.mode = Mode.SAYING
        return [Say("ended-early", self._line("ended_early" if self._lay else "ended_before"))]

    @property
    def _again(self) -> int:
        """Where to go on after an interruption: with the same cue, unless it goes deeper; that is never done twice."""
        return self._at + 1 if self._cue.deeper and self._begun == self._at else self._at

    def _done(self) -> list[Action]:
        match self.mode:
            case Mode.SAYING if self._ended:
                return self._end()
            case Mode.SAYING if self._cue.then == "ready":
                return self._wait(Mode.GATE, Say(self._cue.name, self._cue.text))
            case Mode.SAYING if self._cue.then == "pain":
                self._next = self._at + 1
                return [*self._enters("pain"), *self._wait(Mode.PAIN, Say(self._cue.name, self._cue.text))]
            case Mode.SAYING if self._cue.then == "hold":
                self.mode = Mode.COUNTING
                return [*self._enters("hold"), Count(self.plan.hold_seconds, self._cue.round)]
            case Mode.SAYING | Mode.COUNTING:
                return self._enter(self._at + 1)
            case Mode.ANSWERED if self._must_ask:
                return self._ask()
            case Mode.ANSWERED | Mode.STOPPING:
                return self._enter(self._next)
            case Mode.ASKING:
                return self._wait(Mode.PAIN, self._question)
            case Mode.GATE | Mode.PAIN | Mode.PAUSED:
                return self._reopen()
            case _:
                return []

    def _obey(self, intent: Intent) -> list[Action]:
        """Everything that can be wanted besides stopping and saying how much it hurts."""
        if self._ended or self.mode in (Mode.LOST, Mode.STOPPING):
            return []
        if intent in _ADJUST:
            return [_ADJUST[intent], *self._say_while_open(Say("like-this", self._line("like_this")))]
        skippable = self._cue.part not in UNSKIPPABLE
        match intent:
            case Intent.READY | Intent.RESUME if self.mode is Mode.GATE:
                return self._enter(self._at + 1)
            case Intent.READY | Intent.RESUME if self.mode is Mode.PAUSED:
                return self._go_on()
            case Intent.PAUSE if self.mode is not Mode.PAUSED:
                return self._pause()
            case Intent.REPEAT if self.mode is Mode.SAYING:
                once = [Say("once", self._line("once"))] if self._cue.deeper else []
                return [Cut(), *once, *self._say_cue()]
            case Intent.REPEAT:
                return self._say_while_open(self._question)
            case Intent.SKIP if self.mode is Mode.GATE and skippable:
                return self._enter(self._at + 1)
            case Intent.SKIP if self.mode in (Mode.SAYING, Mode.COUNTING) and skippable:
                return [Cut(), *self._done()]
            case Intent.HELP if self.mode is Mode.SAYING:
                return [self._where()]
            case Intent.HELP:
                return self._say_while_open(self._where())
            case _:
                return []

    # Waiting for an answer.

    def _wait(self, mode: Mode, question: Say) -> list[Action]:
        """Wait for the answer to a question that has just been asked."""
        self.mode = mode
        self._question = question
        self._unanswered = 0
        return self._reopen()

    def _reopen(self) -> list[Action]:
        window, seconds = _WAITING[self.mode]
        return [Listen(window, PAUSE_SECONDS if self._cue.part == "other_side" else seconds)]

    def _say_while_open(self, line: Say) -> list[Action]:
        """Say something without closing the window; its time begins anew afterwards."""
        return [Listen(_WAITING[self.mode][0]), line] if self.mode in _WAITING else []

    def _nobody_answered(self) -> list[Action]:
        self._cleared = False
        self._unanswered += 1
        match self.mode:
            case Mode.LOST:
                return self._give_up(self._lost[0])
            case Mode.PAIN if self._unanswered <= PAIN_REMINDERS:
                return self._say_while_open(Say("ask-again", self._line("ask_again")))
            case Mode.GATE | Mode.PAUSED if self._unanswered <= GATE_REMINDERS:
                return self._say_while_open(Say("gate-again", self._line("gate_again")))
            case Mode.PAUSED if self._getting_up:
                return self._enter(self._at)
            case Mode.GATE | Mode.PAUSED | Mode.PAIN:
                return self._give_up("unanswered")
            case _:
                return []

    # Pain.

    def _feel(self, number: int) -> list[Action]:
        """A pain number, asked for or not."""
        if self.mode is Mode.ANSWERED and number == self._number:
            return []  # said again while it is being said back
        judged = verdict(number, self.plan.pain_limit)
        if judged is Verdict.STOP or (judged is Verdict.EASE and self.mode is Mode.LOST):
            return self._stop(self._line("stop_number", number), "pain")
        if self.mode in (Mode.LOST, Mode.STOPPING):
            return []
        if not self._lying or self._getting_up:
            noted = Say("heard", self._line("noted", number))
            return [noted] if self.mode is Mode.SAYING else self._say_while_open(noted)
        if self.mode is Mode.SAYING and self._cue.then == "pain":
            self.mode, self._next = Mode.PAIN, self._at + 1  # answered before the question was out
        if judged is Verdict.GO:
            return self._may_go_on(number)
        if self.mode in (Mode.SAYING, Mode.COUNTING, Mode.GATE, Mode.PAUSED):
            self._next = self._again
        self._cleared, self._must_ask = False, True
        return self._stay(number) if judged is Verdict.STAY else self._ease(number)

    def _may_go_on(self, number: int) -> list[Action]:
        """A number under the limit. One that was not asked for is said back, and clears nothing: it can't be corrected."""
        self._stays = self._eases = 0
        line = Say("heard", self._line("go", number))
        if self.mode in (Mode.SAYING, Mode.COUNTING):
            return [line]
        if self.mode in (Mode.GATE, Mode.PAUSED):
            return self._say_while_open(line)
        self._cleared, self._must_ask = True, False
        return self._say_back(line, number, CORRECTION_SECONDS)

    def _stay(self, number: int) -> list[Action]:
        self._stays += 1
        if self._stays > STAYS:
            return self._get_up(Say("too-long", self._line("too_long")), "pain")
        return [*self._say_back(Say("stay", self._line("stay", number)), number, STAY_SECONDS), *self._enters("stay")]

    def _ease(self, number: int) -> list[Action]:
        self._eases += 1
        if self._eases > EASES:
            return self._get_up(Say("twice", self._line("twice")), "pain")
        return [*self._say_back(Say("ease", self._line("ease", number)), number, EASE_SECONDS), *self._enters("ease")]

    def _say_back(self, line: Say, number: int, seconds: float) -> list[Action]:
        """Say a number back; the window stays open for another one that corrects it."""
        self._number = number
        self.mode = Mode.ANSWERED
        return [Cut(), Listen(Window.PAIN), line, Rest(seconds)]

    def _ask(self) -> list[Action]:
        """Ask for a number; with one under the limit the cue `_next` follows.

        The window is open meanwhile: the question holds no number that could be taken for an answer.
        """
        self.mode = Mode.ASKING
        self._question = Say("ask", self._line("ask"))
        return [Listen(Window.PAIN), self._question]

    # Ending early.

    @property
    def _getting_up(self) -> bool:
        return not self._ended and self._cue.part == "up"

    def _stop(self, line: str, reason: str) -> list[Action]:
        if self.mode is Mode.STOPPING and self._obeys:
            return []
        lifted = self._getting_up and self._cues[self._at - 1].part == "up"
        if lifted or (self._getting_up and self.reason == "finished"):
            self.reason = reason if self.reason == "finished" else self.reason
            return [Cut(), *self._hold_still(Say("stop", self._line("stop_getting_up")))]
        return self._get_up(Say("stop", line if self._lying else self._line("stop_before")), reason, obeys=True)

    def _give_up(self, reason: str) -> list[Action]:
        """End because nobody can be heard."""
        line = self._line("cant_hear") if self._lying else self._line("gate_over")
        return self._get_up(Say("cant-hear", line), reason)

    def _get_up(self, line: Say, reason: str, obeys: bool = False) -> list[Action]:
        """Fall silent, say why, and get the partner up if they lie."""
        self._cleared = False
        self.reason = reason if self.reason == "finished" else self.reason
        ups = (i for i, cue in enumerate(self._cues) if cue.part == "up" and cue.side == self._cue.side)
        self._next = next(ups) if self._lying else len(self._cues)
        self.mode, self._obeys = Mode.STOPPING, obeys
        return [Cut(), *self._enters("stopping"), Listen(Window.ALWAYS), line]

    def _end(self) -> list[Action]:
        self.mode = Mode.OVER
        return [*self._enters("end"), End(self.reason)]

    # Holding still for a while.

    def _pause(self) -> list[Action]:
        return [Cut(), *self._hold_still(Say("paused", self._line("paused" if self._lying else "paused_before")))]

    def _hold_still(self, line: Say) -> list[Action]:
        self._cleared = False
        self.mode = Mode.PAUSED
        self._question = Say("gate-again", self._line("gate_again"))
        self._unanswered = 0
        return [*self._enters("paused"), *self._say_while_open(line)]

    def _go_on(self) -> list[Action]:
        """After a pause or a loss: with the number that is still missing, or with what was interrupted."""
        return self._ask() if self._must_ask else self._enter(self._again)

    def _lose(self, device: str) -> list[Action]:
        self._lost.append(device)
        if self._ended or self._cue.part in ("up", "goodbye") or self.mode in (Mode.LOST, Mode.STOPPING):
            return []  # getting up needs nobody to be heard
        self._was_paused = self.mode is Mode.PAUSED
        self._cleared = False
        self.mode = Mode.LOST
        line = Say("lost", self._line("lost" if self._lying else "lost_before"))
        return [Cut(), *self._enters("lost"), Listen(Window.ALWAYS, LOST_SECONDS), line]

    def _come_back(self, device: str) -> list[Action]:
        self._lost = [lost for lost in self._lost if lost != device]
        if self.mode is not Mode.LOST or self._lost:
            return []
        on = self._hold_still(Say("gate-again", self._line("gate_again"))) if self._was_paused else self._go_on()
        return [Cut(), Say("back", self._line("back")), *on]

    # Where we are.

    def _where(self) -> Say:
        if self._getting_up:
            return Say("where", self._line("where_up"))
        round = self._cue.round
        return Say("where", self._line("where_round", round=round) if round else self._line("where_setup"))

    def _enters(self, name: str) -> list[Action]:
        """The state, where it is a new one."""
        changed, self._state = self._state != name, name
        return [State(name)] if changed else []
