"""The session: what happened goes in, what to do comes out.

Pure, in the sans-I/O style: no sound, no clock, no randomness. Time comes in as events too: `Done` when all
that was to be said has been said, `Unanswered` when a window has been open for long enough.

The safety rules, and where each is kept:

- The leg goes deeper only after a pain number under the limit, asked for and given since it last went deeper, and
  since the last stop, silence, pause or loss of a device: `clearance` knows, `handle` tells it of every event before
  anything else, and `_enter`, the only place that starts a cue, asks it. After a number at the limit or over it nothing
  at all goes on before another one: `must_ask`.
- A stop word or a nine silences the voice at once and leads to getting up: `_stop`.
- Getting up is always said, unless the partner never lay down: `_get_up`, the only way to end early.
"""

from coach.clearance import Clearance, Verdict, verdict
from coach.course import Course
from coach.dialogue import WAITS, Dialogue, Mode
from coach.events import Action, Back, Count, Cut, Done, End, Event, Listen, Lost, Rest, Say, TooLoud, Unanswered
from coach.phrases import Intent, Meaning, Window
from coach.plan import Plan
from coach.routine import Cue, Routine

LOST_SECONDS = 15.0
"""How long a lost microphone or speaker may take to come back."""


class Session:
    """One session, from hello to goodbye. `begin` it, then `handle` every event."""

    def __init__(self, routine: Routine, plan: Plan):
        self.reason = "finished"
        self._plan = plan
        self._course = Course(routine.cues(plan))
        self._dialogue = Dialogue(routine, plan, self._course)
        self._clearance = Clearance(plan.pain_limit)
        self._lost: list[str] = []
        self._was_paused = False
        self._obeys = False
        """Whether what is said in `Mode.STOPPING` answers a stop: the same stop, shouted again, is obeyed already."""

    @property
    def mode(self) -> Mode:
        """What it is waiting for."""
        return self._dialogue.mode

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
        self._clearance = self._clearance.after(event)
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
                return [self._dialogue.line("too-loud")] if self.mode is Mode.SAYING else []
            case Meaning(intent=Intent.STOP):
                return self._stop("stopped")
            case Meaning(intent=Intent.PAIN, value=int(number)):
                return self._feel(number)
            case Meaning(intent=intent):
                return self._obey(intent)

    # One cue after the other.

    def _enter(self, at: int) -> list[Action]:
        """Begin the cue at that index, or ask for a number first where it goes deeper and none allows it."""
        course, part = self._course, self._course.part(at)
        if self._lost and part not in ("up", "goodbye", ""):
            self._because(self._lost[0])  # a second side is not begun by a coach that can't hear
        if self.reason != "finished" and part != "up":
            return self._end() if course.ended else self._say_goodbye_early()
        if not part:
            return self._end()
        cue = course.enter(at)
        if cue.deeper and not self._clearance.deeper:
            course.next = at
            return self._dialogue.ask()
        if cue.deeper or part == "up":
            self._clearance = self._clearance.withdrawn()
        return [*self._dialogue.state(f"round {cue.round}" if cue.round else part), *self._say_cue()]

    def _say_cue(self) -> list[Action]:
        self._dialogue.mode, cue = Mode.SAYING, self._course.begin()
        rest = [Rest(cue.pause)] if cue.pause else []
        return [Listen(Window.ALWAYS), Say(cue.name, cue.text), *rest]

    def _done(self) -> list[Action]:
        course, dialogue = self._course, self._dialogue
        match self.mode:
            case Mode.SAYING if course.ended:
                return self._end()
            case Mode.SAYING:
                return self._follow_up(course.cue)
            case Mode.COUNTING:
                return self._enter(course.at + 1)
            case Mode.ANSWERED if self._clearance.must_ask:
                return dialogue.ask()
            case Mode.ANSWERED | Mode.STOPPING:
                return self._enter(course.next)
            case Mode.ASKING:
                return dialogue.asked()
            case Mode.GATE | Mode.PAIN | Mode.PAUSED:
                return dialogue.reopen()
            case _:
                return []

    def _follow_up(self, cue: Cue) -> list[Action]:
        """What follows a cue that has been said."""
        dialogue, said = self._dialogue, Say(cue.name, cue.text)
        match cue.then:
            case "ready":
                return dialogue.wait(Mode.GATE, said)
            case "pain":
                self._course.next = self._course.at + 1
                return [*dialogue.state("pain"), *dialogue.wait(Mode.PAIN, said)]
            case "hold":
                dialogue.mode = Mode.COUNTING
                return [*dialogue.state("hold"), Count(self._plan.hold_seconds, cue.round)]
            case _:
                return self._enter(self._course.at + 1)

    def _obey(self, intent: Intent) -> list[Action]:
        """Everything that can be wanted besides stopping and saying how much it hurts."""
        course, dialogue = self._course, self._dialogue
        if course.ended or self.mode in (Mode.LOST, Mode.STOPPING):
            return []
        match intent:
            case Intent.READY | Intent.RESUME if self.mode is Mode.GATE:
                return self._enter(course.at + 1)
            case Intent.READY | Intent.RESUME if self.mode is Mode.PAUSED:
                return self._go_on()
            case Intent.PAUSE if self.mode is not Mode.PAUSED:
                return [Cut(), *dialogue.hold_still(dialogue.line("paused"))]
            case Intent.REPEAT if self.mode is Mode.SAYING:
                once = [dialogue.line("once")] if course.cue.deeper else []
                return [Cut(), *once, *self._say_cue()]
            case Intent.SKIP if self.mode is Mode.GATE and course.skippable:
                return self._enter(course.at + 1)
            case Intent.SKIP if self.mode in (Mode.SAYING, Mode.COUNTING) and course.skippable:
                return [Cut(), *self._done()]
            case _:
                return dialogue.oblige(intent)

    def _nobody_answered(self) -> list[Action]:
        dialogue, wait = self._dialogue, WAITS.get(self.mode)
        dialogue.unanswered += 1
        if self.mode is Mode.LOST:
            return self._give_up(self._lost[0])
        if wait is None:
            return []
        if dialogue.unanswered <= wait.reminders:
            return dialogue.meanwhile(dialogue.line(wait.reminder))
        if self.mode is Mode.PAUSED and self._course.getting_up:
            return self._enter(self._course.at)
        return self._give_up("unanswered")

    # Pain.

    def _feel(self, number: int) -> list[Action]:
        """A pain number, asked for or not."""
        course, dialogue = self._course, self._dialogue
        if self.mode is Mode.ANSWERED and number == dialogue.number:
            return []  # heard twice, and counted once
        judged = verdict(number, self._plan.pain_limit)
        if judged is Verdict.STOP or (judged is Verdict.EASE and self.mode is Mode.LOST):
            return self._stop("pain", number)
        if self.mode in (Mode.LOST, Mode.STOPPING):
            return []
        if not course.lying or course.getting_up:
            noted = dialogue.line("heard", "noted", number)
            return [noted] if self.mode is Mode.SAYING else dialogue.meanwhile(noted)
        early = self.mode is Mode.SAYING and course.cue.then == "pain"  # answered before the question is out
        asked = early or self.mode in (Mode.ASKING, Mode.PAIN, Mode.ANSWERED)
        if early:
            course.next = course.at + 1
        elif not asked and judged is not Verdict.GO:
            course.next = course.again
        self._clearance = self._clearance.given(number, asked)
        return self._answer(number, judged, asked)

    def _answer(self, number: int, judged: Verdict, asked: bool) -> list[Action]:
        """Say a number back, with what it means for the leg."""
        dialogue = self._dialogue
        match judged:
            case Verdict.STAY if self._clearance.stayed_too_long:
                return self._get_up(dialogue.line("too-long"), "pain")
            case Verdict.STAY:
                return [*dialogue.say_back(dialogue.line("stay", number=number), number), *dialogue.state("stay")]
            case Verdict.EASE if self._clearance.eased_too_often:
                return self._get_up(dialogue.line("twice"), "pain")
            case Verdict.EASE:
                return [*dialogue.say_back(dialogue.line("ease", number=number), number), *dialogue.state("ease")]
        good = dialogue.line("heard", "go", number)
        if asked:
            return dialogue.say_back(good, number)
        return [good] if self.mode in (Mode.SAYING, Mode.COUNTING) else dialogue.meanwhile(good)

    # Ending early.

    def _stop(self, reason: str, number: int | None = None) -> list[Action]:
        """A stop word, or a number that is as good as one."""
        course, dialogue = self._course, self._dialogue
        if self.mode is Mode.STOPPING and self._obeys:
            return []
        if course.lifted or (course.getting_up and self.reason == "finished"):
            self._because(reason)
            return [Cut(), *dialogue.hold_still(dialogue.line("stop", "stop_getting_up"))]
        which = "stop_number" if course.lying and number is not None else ""
        return self._get_up(dialogue.line("stop", which, number), reason, obeys=True)

    def _give_up(self, reason: str) -> list[Action]:
        """End because nobody can be heard."""
        return self._get_up(self._dialogue.line("cant-hear"), reason)

    def _get_up(self, line: Say, reason: str, obeys: bool = False) -> list[Action]:
        """Fall silent, say why, and get the partner up if they lie."""
        self._because(reason)
        self._course.next = self._course.up
        self._dialogue.mode, self._obeys = Mode.STOPPING, obeys
        return [Cut(), *self._dialogue.state("stopping"), Listen(Window.ALWAYS), line]

    def _because(self, reason: str) -> None:
        """Why it ends; of several reasons the first."""
        self.reason = reason if self.reason == "finished" else self.reason

    def _say_goodbye_early(self) -> list[Action]:
        self._course.leave()
        self._dialogue.mode = Mode.SAYING
        return [self._dialogue.line("ended-early", "ended_early" if self._course.lay else "ended_before")]

    def _end(self) -> list[Action]:
        self._dialogue.mode = Mode.OVER
        return [*self._dialogue.state("end"), End(self.reason)]

    # Holding still for a while.

    def _go_on(self) -> list[Action]:
        """After a pause or a loss: with the number that is still missing, or with what was interrupted."""
        must_ask = self._clearance.must_ask and not self._course.getting_up
        return self._dialogue.ask() if must_ask else self._enter(self._course.again)

    def _lose(self, device: str) -> list[Action]:
        course, dialogue = self._course, self._dialogue
        self._lost.append(device)
        if course.ended or course.cue.part in ("up", "goodbye") or self.mode in (Mode.LOST, Mode.STOPPING):
            return []  # getting up needs nobody to be heard
        self._was_paused = self.mode is Mode.PAUSED
        dialogue.mode = Mode.LOST
        return [Cut(), *dialogue.state("lost"), Listen(Window.ALWAYS, LOST_SECONDS), dialogue.line("lost")]

    def _come_back(self, device: str) -> list[Action]:
        self._lost = [lost for lost in self._lost if lost != device]
        if self.mode is not Mode.LOST or self._lost:
            return []
        on = self._dialogue.hold_still(self._dialogue.line("gate-again")) if self._was_paused else self._go_on()
        return [Cut(), self._dialogue.line("back"), *on]
