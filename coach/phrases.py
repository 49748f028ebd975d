"""What heard words mean, given what was asked.

Pure: words in, a `Meaning` out, or None for what is not ours.
"""

from dataclasses import dataclass
from enum import StrEnum


class Window(StrEnum):
    """What is listened for: every window hears all that `ALWAYS` does."""

    ALWAYS = "always"
    """Stop words, "pain five", pause and its like: acted on at any time."""
    GATE = "gate"
    """That, and "ready" and its like."""
    PAIN = "pain"
    """That, and a bare number."""


class Intent(StrEnum):
    """What somebody wants of the coach."""

    STOP = "stop"
    PAIN = "pain"
    READY = "ready"
    PAUSE = "pause"
    RESUME = "resume"
    REPEAT = "repeat"
    SKIP = "skip"
    LOUDER = "louder"
    QUIETER = "quieter"
    SLOWER = "slower"
    FASTER = "faster"
    HELP = "help"


@dataclass(frozen=True)
class Meaning:
    """An utterance understood."""

    intent: Intent
    text: str
    """The words as they were heard."""
    value: int | None = None
    """The pain number with intent PAIN: 0 to 10, or `OVER_TEN`."""


OVER_TEN = 11
"""The value of every number above ten: "eleven", "a hundred"."""


def understand(words: str, window: Window) -> Meaning | None:
    """The meaning of a whole utterance (lower case, single spaces) in that window, or None."""
    raise NotImplementedError
