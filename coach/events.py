"""What goes into the session and what comes out of it: events and actions, plain and frozen."""

from dataclasses import dataclass

from coach.phrases import Meaning, Window

# What happened.


@dataclass(frozen=True)
class Done:
    """All that was to be said, counted and waited for is over."""


@dataclass(frozen=True)
class Unanswered:
    """The open window has been open for the seconds that were asked for."""


@dataclass(frozen=True)
class Lost:
    """A device is gone: "microphone", "speaker" or "recogniser"."""

    device: str


@dataclass(frozen=True)
class Back:
    """A device that was lost is back."""

    device: str


@dataclass(frozen=True)
class TooLoud:
    """The microphone hears the coach too loudly to hear anybody else."""


Event = Meaning | Done | Unanswered | Lost | Back | TooLoud


# What to do, in this order.


@dataclass(frozen=True)
class Say:
    """Say `text` after what is being said."""

    cue: str
    text: str


@dataclass(frozen=True)
class Rest:
    """Be quiet for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Count:
    """Count a hold aloud, one number a second, the first one a second after what was said before."""

    of: int
    round: int


@dataclass(frozen=True)
class Listen:
    """Open a window. With `seconds`: send `Unanswered` when it has been open for that long."""

    window: Window
    seconds: float | None = None


@dataclass(frozen=True)
class Cut:
    """Fall silent at once, and forget what was still to be said and waited for."""


@dataclass(frozen=True)
class Adjust:
    """Speak louder or quieter, slower or faster: steps of +1 or -1."""

    volume: int = 0
    pace: int = 0


@dataclass(frozen=True)
class State:
    """The session is now in this state; for people and tools to follow."""

    name: str


@dataclass(frozen=True)
class End:
    """It is over: "finished", "stopped", "pain", "unanswered", "microphone", "speaker" or "recogniser"."""

    reason: str


Action = Say | Rest | Count | Listen | Cut | Adjust | State | End
