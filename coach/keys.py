"""The keyboard, the second way in: for who would rather press a key than say it.

    space or s  stop          0 to 10  the pain number
    Enter       ready         p        pause, and again: go on
    q           stop and end, as Ctrl-C does
"""

import os
import re
import select
import sys
from contextlib import suppress
from typing import Any

from coach.phrases import NUMBERS, OVER_TEN, Intent, Meaning

TYPING = 60
"""Polls, one a block and so 0.6 s, within which the next digit belongs to the same number: "1" may become "10"."""

_SEQUENCE = re.compile(r"\x1b(?:[\[O][0-?]*[ -/]*[@-~]?)?|[\x00\xe0].", re.DOTALL)
"""What arrow and function keys send, digits among it, on terminals and on Windows."""

_WORDS = {value: word for word, value in NUMBERS.items()} | {OVER_TEN: "over ten"}


class Keys:
    """Standard input as a context manager; deaf unless that is a terminal, which it leaves as it was."""

    def __init__(self) -> None:
        self._typed = ""
        self._since = 0
        self._paused = False
        self._terminal: Any = None

    def __enter__(self) -> "Keys":
        if _listening():
            self._terminal = _Console() if os.name == "nt" else _Terminal(sys.stdin.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal is not None:
            self._terminal.restore()

    def poll(self) -> list[Meaning]:
        """What was typed since the last call; to be called once a block. Raises KeyboardInterrupt for `q`.

        A number counts when no further digit comes for `TYPING`, or with any other key: never a part of it,
        which could be less than was meant.
        """
        if self._terminal is None:
            return []
        meanings = []
        for key in _SEQUENCE.sub("", self._terminal.read()).lower():
            if key.isdecimal() and key.isascii():
                self._typed += key
                self._since = 0
                continue
            meanings += self._key(key)
        self._since += 1
        if self._since > TYPING:
            meanings += self._number()
        return meanings

    def notice(self, record: dict[str, Any]) -> None:
        """Takes every record of the timeline: whether `p` pauses or goes on depends on the session, not on keys."""
        if record["event"] == "state":
            self._paused = record["state"] == "paused"

    def _key(self, key: str) -> list[Meaning]:
        """What a key that is no digit means, after the number that it ends."""
        number = self._number()
        if key in " s":
            return [Meaning(Intent.STOP, "stop")]
        if key in "\r\n":
            return number or [Meaning(Intent.READY, "ready")]
        if key == "p":
            intent = Intent.RESUME if self._paused else Intent.PAUSE
            return [*number, Meaning(intent, intent.value)]
        if key in "q\x03":
            raise KeyboardInterrupt
        return number

    def _number(self) -> list[Meaning]:
        typed, self._typed = self._typed, ""
        if not typed:
            return []
        value = min(int(typed), OVER_TEN)
        return [Meaning(Intent.PAIN, _WORDS[value], value)]


def _listening() -> bool:
    """Whether standard input is a terminal that is ours: a program in the background would be stopped by it."""
    try:
        terminal = sys.stdin.fileno()
        return os.isatty(terminal) and (os.name == "nt" or os.tcgetpgrp(terminal) == os.getpgrp())
    except (AttributeError, OSError, ValueError):
        return False


class _Terminal:
    """A Unix terminal that gives each key at once and does not show it; Ctrl-C still interrupts, Ctrl-S does not hold the output.

    A coach that waits to write its next line would be deaf meanwhile.
    """

    def __init__(self, descriptor: int) -> None:
        import termios
        import tty

        self._descriptor = descriptor
        self._before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor)
        mode = termios.tcgetattr(descriptor)
        mode[0] &= ~termios.IXON
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)

    def read(self) -> str:
        """All that was typed since the last call; nothing once its window is closed."""
        ready, _, _ = select.select([self._descriptor], [], [], 0)
        with suppress(OSError):
            return os.read(self._descriptor, 1024).decode("utf-8", "ignore") if ready else ""
        return ""

    def restore(self) -> None:
        import termios

        with suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)


class _Console:
    """A Windows console, which needs no change of mode."""

    def read(self) -> str:
        """All that was typed since the last call."""
        import msvcrt

        typed = ""
        while msvcrt.kbhit():
            typed += msvcrt.getwch()
        return typed

    def restore(self) -> None:
        pass
