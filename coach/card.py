"""The sound card, live: 10 ms blocks from the microphone and to the speaker.

The microphone's blocks are the clock. The speaker has a clock of its own, so between the two lies a short queue.
"""

import sys
import time
from collections import deque
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from coach.devices import Direction
from coach.ports import Fault, Ports
from coach.sound import BLOCK, RATE

CUSHION = 12
"""Blocks queued ahead of the speaker, 120 ms: how late the loop may be without a gap in a word. A cut forgets them."""

SLACK = 5
"""Blocks by which the queue may stray from that before it is corrected: blocks arrive up to three at once."""

STILL = RATE * 3 // 2 // BLOCK
"""Silent blocks, 1.5 s, before the queue may be corrected: never between two counts, which are 1 s apart."""

BACKLOG = 28
"""Blocks queued beyond which even a short silence is dropped: the echo canceller matches up to 400 ms, all in all."""

_SILENCE = bytes(2 * BLOCK)


class Card:
    """Microphone and speaker as a context manager; the loop calls `read` and `write` once each for every block."""

    def __init__(self, input: str | int | None = None, output: str | int | None = None) -> None:
        """Open both, by index or part of the name, or the usual ones. Raises Missing with what to do next."""
        sys.setswitchinterval(0.0005)  # so that a busy Python thread does not keep a callback waiting for 5 ms
        self.xruns = 0
        """Times that the speaker had nothing to play or the microphone's blocks were not fetched in time."""
        self._heard: SimpleQueue[bytes] = SimpleQueue()
        self._queue: deque[bytes] = deque()
        self._reading = self._writing = False
        self._still = STILL
        """Silent blocks queued since the last one that sounds."""
        self._due = 0.0
        self._faults: list[Fault] = []
        self._ports = Ports(input, output, self._hear, self._play, lambda: self._still < STILL)
        self._device = round(self._ports.speaker.stream.latency * RATE / BLOCK)
        self.latency: float = (CUSHION + self._device) * BLOCK / RATE
        """Seconds from `write` to the air."""

    def __enter__(self) -> "Card":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            time.sleep(self.latency)  # the last words are still on their way
        self._ports.close()

    def read(self) -> np.ndarray:
        """The next block from the microphone, int16 (BLOCK,); silence at the same pace while that is gone."""
        if not self._reading:
            self._reading = True
            self._drain()
        while True:
            self._watch()
            if self._ports.microphone.lost:
                return self._stand_in()
            try:
                return np.frombuffer(self._heard.get(timeout=0.1), np.int16)
            except Empty:
                pass  # late, or gone: watched

    def write(self, block: np.ndarray) -> None:
        """Queue a block, int16 (BLOCK,), for the speaker; it is forgotten while that is gone.

        The speaker's clock is not the microphone's: in long silences the queue is brought back to its length.
        """
        if self._ports.speaker.lost:
            self._writing = False
            return
        if not self._writing:
            self._writing = True
            self._queue = deque([_SILENCE] * CUSHION)
        if block.any():
            self._still = 0
        else:
            corrigible = self._still >= STILL
            if len(self._queue) > (CUSHION + SLACK if corrigible else BACKLOG):
                return
            if corrigible and len(self._queue) < CUSHION - SLACK:
                self._queue.append(_SILENCE)
            self._still += 1
        self._queue.append(block.tobytes())

    def cut(self) -> bool:
        """Forget what is queued and silence the speaker at once; what is written next is played.

        False, and nothing is done, when nothing sounds: a speaker started anew moves the echo.
        """
        if self._still >= len(self._queue) + self._device:
            return False
        self._queue = deque([_SILENCE] * (CUSHION + self._device))  # a device that starts takes its latency at once
        self._still = len(self._queue) + self._device
        self._ports.silence()
        return True

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
        for fault in self._ports.watch():
            self._faults.append(fault)
            if fault == Fault(Direction.MICROPHONE, lost=False):
                self._drain()
