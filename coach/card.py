"""The sound card, live: 10 ms blocks from the microphone and to the speaker.

PortAudio calls back on threads of its own; those callbacks only copy. One more thread owns the streams: it
cuts and mends them, because a dead device can hold such a call for seconds while the loop must go on.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from coach import devices
from coach.devices import Direction
from coach.errors import Missing
from coach.sound import BLOCK, RATE

CUSHION = 12
"""Blocks queued ahead of the speaker, 120 ms: how late the loop may be without a gap in a word. A cut forgets them."""

SLACK = 5
"""Blocks by which the queue may stray from that before it is corrected: blocks arrive up to three at once."""

STILL = RATE * 3 // 2 // BLOCK
"""Silent blocks, 1.5 s, before the queue may be corrected: never between two counts, which are 1 s apart."""

BACKLOG = 28
"""Blocks queued beyond which even a short silence is dropped: the echo canceller matches up to 400 ms, all in all."""

LOST = 0.5
"""Seconds without a callback after which a device is gone: `stream.active` stays true when one stalls."""

STEADY = 25
"""Callbacks, 0.25 s, after which a device is back: a stalled one still calls for what it can hold."""

HANGS = 2.0
"""Seconds that the end of a session waits for a device to close."""

RETRY = 0.5
"""Seconds between two attempts at mending."""

RELIST = 10
"""Every so many attempts at one device alone, all are listed anew, which breaks the other one off for a moment."""

_SILENCE = bytes(2 * BLOCK)


@dataclass(frozen=True)
class Fault:
    """A device that went, or came back."""

    device: Direction
    lost: bool


class _Port:
    """One direction: its stream and when that last called back."""

    def __init__(self, direction: Direction, wanted: str | int | None, copy: Callable[[Any, Any], None]) -> None:
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


class Card:
    """Microphone and speaker as a context manager; the loop calls `read` and `write` once each for every block."""

    over = False
    """A live card never ends; a simulated room does."""

    def __init__(self, input: str | int | None = None, output: str | int | None = None) -> None:
        """Open both, by index or part of the name, or the usual ones. Raises Missing with what to do next."""
        sys.setswitchinterval(0.0005)  # so that a busy Python thread does not keep a callback waiting for 5 ms
        self.xruns = 0
        """Times that the speaker had nothing to play or the microphone's blocks were not fetched in time."""
        self._heard: SimpleQueue[bytes] = SimpleQueue()
        self._queue: deque[bytes] = deque()
        self._reading = self._writing = False
        self._still = 0
        self._due = 0.0
        self._faults: list[Fault] = []
        with ExitStack() as undo:
            undo.enter_context(devices.quiet())
            self._speaker = _Port(Direction.SPEAKER, output, self._play)
            undo.callback(self._speaker.close)
            self._microphone = _Port(Direction.MICROPHONE, input, self._hear)
            undo.callback(self._microphone.close)
            self._opened = undo.pop_all()
        self._ports = (self._microphone, self._speaker)
        self._device = round(self._speaker.stream.latency * RATE / BLOCK)
        self.latency: float = (CUSHION + self._device) * BLOCK / RATE
        """Seconds from `write` to the air."""
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._owner = threading.Thread(target=self._own, name="sound card", daemon=True)
        self._owner.start()

    def __enter__(self) -> "Card":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            time.sleep(self.latency)  # the last words are still on their way
        self._jobs.put(None)
        self._owner.join(HANGS)
        if self._owner.is_alive():
            devices.abandon()

    def read(self) -> np.ndarray:
        """The next block from the microphone, int16 (BLOCK,); silence at the same pace while that is gone."""
        if not self._reading:
            self._reading = True
            self._drain()
        while True:
            self._watch()
            if self._microphone.lost:
                return self._stand_in()
            try:
                return np.frombuffer(self._heard.get(timeout=0.1), np.int16)
            except Empty:
                pass  # late, or gone: watched

    def write(self, block: np.ndarray) -> None:
        """Queue a block, int16 (BLOCK,), for the speaker; it is forgotten while that is gone.

        The speaker's clock is not the microphone's: in long silences the queue is brought back to its length.
        """
        if self._speaker.lost:
            self._writing = False
            return
        if not self._writing:
            self._writing = True
            self._queue = deque([_SILENCE] * CUSHION)
        self._still = 0 if block.any() else self._still + 1
        corrigible = self._still > STILL
        if self._still and len(self._queue) > (CUSHION + SLACK if corrigible else BACKLOG):
            return
        if corrigible and len(self._queue) < CUSHION - SLACK:
            self._queue.append(_SILENCE)
        self._queue.append(block.tobytes())

    def cut(self) -> None:
        """Forget what is queued and silence the speaker at once; what is written next is played."""
        self._queue = deque([_SILENCE] * (CUSHION + self._device))  # a device that starts takes its latency at once
        self._jobs.put(self._cut)

    def faults(self) -> list[Fault]:
        """What was lost or came back since the last call."""
        new, self._faults = self._faults, []
        return new

    # On PortAudio's threads

    def _hear(self, block: Any, status: Any) -> None:
        self._heard.put(bytes(block))
        self.xruns += bool(status.input_overflow)

    def _play(self, block: Any, status: Any) -> None:
        try:
            block[:] = self._queue.popleft()
        except IndexError:
            block[:] = _SILENCE
            self.xruns += self._writing
        self.xruns += bool(status.output_underflow)

    # On the loop's thread

    def _drain(self) -> None:
        while not self._heard.empty():
            self._heard.get()

    def _stand_in(self) -> np.ndarray:
        """Silence for a microphone that is gone, when its block would have come."""
        now = time.monotonic()
        self._due = max(self._due, now - CUSHION * BLOCK / RATE) + BLOCK / RATE  # the queue ran dry meanwhile
        time.sleep(max(0.0, self._due - now))
        return np.zeros(BLOCK, np.int16)

    def _watch(self) -> None:
        for port in self._ports:
            gone = time.monotonic() - port.at > LOST
            if gone == port.lost or not (gone or port.calls > STEADY):
                continue
            port.lost = gone
            self._faults.append(Fault(port.direction, gone))
            if gone:
                self._jobs.put(self._mend)
            elif port is self._microphone:
                self._drain()

    # On the thread that owns the streams

    def _own(self) -> None:
        attempts = 0
        while True:
            lost = any(port.lost for port in self._ports)
            try:
                job = self._jobs.get(timeout=RETRY if lost else None)
            except Empty:
                attempts += 1
                job = self._relist if attempts % RELIST == 0 else self._mend
            if job is None:
                return self._opened.close()
            job()

    def _cut(self) -> None:
        if self._speaker.stream is not None:
            devices.silence(self._speaker.stream)

    def _mend(self) -> None:
        """Open again what is gone. Where both are, so are all other devices that PortAudio knows of: look for new."""
        gone = [port for port in self._ports if port.lost and time.monotonic() - port.at > LOST]
        if len(gone) == len(self._ports):
            self._relist()
        else:
            self._reopen(gone)

    def _relist(self) -> None:
        """List all devices anew, unless that would break off what the coach is saying."""
        if not self._speaker.lost and self._still < STILL:
            return
        for port in self._ports:
            port.close()
        devices.restart()
        self._reopen(self._ports)

    def _reopen(self, ports: Iterable[_Port]) -> None:
        for port in ports:
            with suppress(Missing):
                port.close()
                port.open()
