"""The two streams of a sound card: watched, cut and mended.

One thread owns them, because a dead device can hold a call of PortAudio for as long as it likes while the session
must go on. The callbacks come on PortAudio's own threads.
"""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from coach import devices
from coach.devices import Direction
from coach.errors import Missing

LOST = 0.5
"""Seconds without a callback after which a device is gone: `stream.active` stays true when one stalls."""

STEADY = 25
"""Callbacks, 0.25 s, after which a device is back: a stalled one still calls for what it can hold."""

RETRY = 0.5
"""Seconds between two attempts at mending."""

RELIST = 10
"""Every so many attempts at one device alone, all are listed anew, which breaks the other one off for a moment."""

HANGS = 2.0
"""Seconds that the end of a session waits for a device to close."""

Copy = Callable[[Any, Any], None]
"""Copies to or from a buffer of one block; the second argument holds PortAudio's flags."""


@dataclass(frozen=True)
class Fault:
    """A device that went, or came back."""

    device: Direction
    lost: bool


class Port:
    """One direction: its stream, how often that has called back, and when last (monotonic seconds)."""

    def __init__(self, direction: Direction, wanted: str | int | None, copy: Copy) -> None:
        """Open it. Raises Missing."""
        self.direction, self._wanted, self._copy = direction, wanted, copy
        self.lost = False
        self.stream: Any = None
        self.open()

    def open(self) -> None:
        """Raises Missing."""
        self.calls = 0
        self.stream = devices.open_stream(self.direction, self._wanted, self._call)
        self.at = time.monotonic()

    def close(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            devices.close(stream)

    def _call(self, block: Any, _frames: int, _time: Any, status: Any) -> None:
        self._copy(block, status)
        self.at = time.monotonic()
        self.calls += 1


class Ports:
    """Microphone and speaker."""

    def __init__(
        self, input: str | int | None, output: str | int | None, hear: Copy, play: Copy, busy: Callable[[], bool]
    ) -> None:
        """Open both. `busy`: whether the coach is saying something that must not be broken off. Raises Missing."""
        self._busy = busy
        with ExitStack() as undo:
            undo.enter_context(devices.quiet())
            self.speaker = Port(Direction.SPEAKER, output, play)
            undo.callback(self.speaker.close)
            self.microphone = Port(Direction.MICROPHONE, input, hear)
            undo.callback(self.microphone.close)
            self._opened = undo.pop_all()
        self._both = (self.microphone, self.speaker)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._owner = threading.Thread(target=self._own, name="sound card", daemon=True)
        self._owner.start()

    def watch(self) -> list[Fault]:
        """What was lost or came back since the last call; what was lost is being mended from now on."""
        faults = []
        for port in self._both:
            gone = time.monotonic() - port.at > LOST
            if gone == port.lost or not (gone or port.calls > STEADY):
                continue
            port.lost = gone
            faults.append(Fault(port.direction, gone))
            if gone:
                self._jobs.put(self._mend)
        return faults

    def silence(self) -> None:
        """Make the speaker drop what it holds; returns at once."""
        self._jobs.put(self._silence)

    def close(self) -> None:
        """Close both, or leave a device alone that does not let itself be closed."""
        self._jobs.put(None)
        self._owner.join(HANGS)
        if self._owner.is_alive():
            devices.abandon()

    def _own(self) -> None:
        attempts = 0
        while True:
            lost = any(port.lost for port in self._both)
            try:
                job = self._jobs.get(timeout=RETRY if lost else None)
            except Empty:
                attempts += 1
                job = self._relist if attempts % RELIST == 0 else self._mend
            if job is None:
                return self._opened.close()
            job()

    def _silence(self) -> None:
        if self.speaker.stream is not None:
            devices.silence(self.speaker.stream)

    def _mend(self) -> None:
        """Open again what is gone. Where both are, so may be the list of devices: make a new one."""
        gone = [port for port in self._both if port.lost and time.monotonic() - port.at > LOST]
        if len(gone) == len(self._both):
            self._relist()
        else:
            self._reopen(gone)

    def _relist(self) -> None:
        """Make a new list of devices, for which both must be closed."""
        if not self.speaker.lost and self._busy():
            return
        for port in self._both:
            port.close()
        devices.restart()
        self._reopen(self._both)

    def _reopen(self, ports: Iterable[Port]) -> None:
        for port in ports:
            port.close()
            with suppress(Missing):
                port.open()
