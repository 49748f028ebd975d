"""The dialogue: what the session waits for, the question that is open, how often it was asked, and how it is worded.

It decides nothing; `session` does.
"""

from dataclasses import dataclass
from enum import Enum, auto

from coach.course import Course
from coach.events import Action, Adjust, Cut, Listen, Rest, Say, State
from coach.phrases import Intent, Window
from coach.plan import Plan
from coach.routine import Routine


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


@dataclass(frozen=True)
class Wait:
    """How an answer is waited for."""

    window: Window
    seconds: float
    """How long at a time."""
    reminders: int
    reminder: str


PAUSE_SECONDS = 60.0

WAITS = {
    Mode.GATE: Wait(Window.GATE, 30.0, 3, "gate-again"),
    Mode.PAIN: Wait(Window.PAIN, 6.0, 2, "ask-again"),
    Mode.PAUSED: Wait(Window.GATE, PAUSE_SECONDS, 3, "gate-again"),
}
"""The modes that wait for an answer. A gate is patient: people are busy getting into position."""

QUIET = {"heard": 1.5, "stay": 8.0, "ease": 4.0}
"""Seconds after a number was said back: to begin to say that it was another one, to stay, to raise the leg a little."""

_ADJUST = {
    Intent.LOUDER: Adjust(volume=1),
    Intent.QUIETER: Adjust(volume=-1),
    Intent.FASTER: Adjust(pace=1),
    Intent.SLOWER: Adjust(pace=-1),
}

_BEFORE = {"stop": "stop_before", "cant-hear": "gate_over", "paused": "paused_before", "lost": "lost_before"}
"""What is said instead as long as nobody lies."""


class Dialogue:
    """What is said beside the cues, and waited for."""

    def __init__(self, routine: Routine, plan: Plan, course: Course):
        self.mode = Mode.SAYING
        self.unanswered = 0
        """How often in a row nobody answered."""
        self.number: int | None = None
        """The number that is being said back."""
        self._routine, self._plan, self._course = routine, plan, course
        self._question = self.line("ask")
        """What "repeat" says again while somebody is asked."""
        self._state = ""

    def line(self, cue: str, name: str = "", number: int | None = None, round: int = 0) -> Say:
        """One of the routine's lines, as the cue of that name; `name`: which, where the cue does not tell."""
        usual = cue if self._course.lying else _BEFORE.get(cue, cue)
        return Say(cue, self._routine.line(name or usual.replace("-", "_"), self._plan, number, round))

    def state(self, name: str) -> list[Action]:
        """The state, where it is a new one."""
        changed, self._state = self._state != name, name
        return [State(name)] if changed else []

    def wait(self, mode: Mode, question: Say) -> list[Action]:
        """Wait for the answer to a question that has just been asked."""
        self._open(mode, question)
        return self.reopen()

    def reopen(self) -> list[Action]:
        """Wait for as long again."""
        wait = WAITS[self.mode]
        patient = self._course.cue.part == "other_side"
        return [Listen(wait.window, PAUSE_SECONDS if patient else wait.seconds)]

    def meanwhile(self, line: Say) -> list[Action]:
        """Say something without closing the window; its time begins anew afterwards. Nothing where none is open."""
        return [Listen(WAITS[self.mode].window), line] if self.mode in WAITS else []

    def oblige(self, intent: Intent) -> list[Action]:
        """What changes nothing in the course: another volume or pace, the question again, where we are."""
        if intent in _ADJUST:
            return [_ADJUST[intent], *self.meanwhile(self.line("like-this"))]
        match intent:
            case Intent.REPEAT:
                return self.meanwhile(self._question)
            case Intent.HELP:
                return [self._where()] if self.mode is Mode.SAYING else self.meanwhile(self._where())
            case _:
                return []

    def ask(self) -> list[Action]:
        """Ask for a number.

        The window is open meanwhile: the question holds no number that could be taken for an answer.
        """
        self.mode, self._question = Mode.ASKING, self.line("ask")
        return [Listen(Window.PAIN), self._question]

    def asked(self) -> list[Action]:
        """The question that `ask` asked is out."""
        return self.wait(Mode.PAIN, self._question)

    def say_back(self, line: Say, number: int) -> list[Action]:
        """Say a number back; the window stays open for another one that corrects it."""
        self.mode, self.number = Mode.ANSWERED, number
        return [Cut(), Listen(Window.PAIN), line, Rest(QUIET[line.cue])]

    def hold_still(self, line: Say) -> list[Action]:
        """Say so, and wait for "ready"."""
        self._open(Mode.PAUSED, self.line("gate-again"))
        return [*self.state("paused"), *self.meanwhile(line)]

    def _open(self, mode: Mode, question: Say) -> None:
        self.mode, self._question, self.unanswered = mode, question, 0

    def _where(self) -> Say:
        if self._course.getting_up:
            return self.line("where", "where_up")
        round = self._course.cue.round
        return self.line("where", "where_round", round=round) if round else self.line("where", "where_setup")
