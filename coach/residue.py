"""How loud the coach is in its own ears."""

import math
from collections import deque

import numpy as np

from coach.likeness import Likeness
from coach.sound import BLOCK, FULL_SCALE, RATE, rms

LOUDER = 2.0
"""How much louder (in rms) than the coach's own rest a block must be to hold somebody else's voice."""

TOO_LOUD = 4600.0
"""Rms, int16, of the coach in the raw microphone that is too much: -17 dBFS, 9 dB over a partner. At 10 dB and with a
distorting loudspeaker one "stop" in three is lost (`scripts/bench echo`)."""

_HELD = RATE * 6 // 10 // BLOCK
"""Blocks for which what was played still counts as being heard: 0.4 s of delay and the room."""

_SOUNDING = 100.0
"""Rms, int16, from which a block of the reference is speech."""

_FORGOTTEN = 0.05
"""Decibels a block by which the level falls after the echo was lost, 5 in a second of speech: it is often lost again within that."""


class Residue:
    """What is left of the coach's voice behind the canceller, learnt while it speaks.

    The ratio of what is left to what was played is tracked at its 97th percentile, quickly at first; a partner who
    speaks over the coach is an outlier and moves it by 2 dB a word. Where the sound itself says that nobody else was
    heard, it is learnt at once.
    """

    def __init__(self) -> None:
        self._played: deque[float] = deque([0.0] * _HELD, _HELD)
        self._likeness = Likeness()
        self._ratio_db = 0.0
        self._usual_db = math.inf  # the ratio before the echo was lost
        self._learnt = 0  # blocks
        self.level = 0.0
        """Rms, int16, up to which the coach's own voice is expected in the cleaned microphone now."""
        self.exceeded = False
        """Whether the last block was louder than the coach's rest: somebody else, or noise."""

    def feed(self, reference: np.ndarray, clean: np.ndarray) -> None:
        """Take in a block that was played and the block that the ears are fed, of the same time."""
        self._likeness.feed(reference, clean)
        self._played.append(rms(reference))
        played, heard = max(self._played), max(rms(clean), 1.0)
        self.level = 0.0
        self.exceeded = True
        if played < _SOUNDING:
            return
        over_db = 20 * math.log10(heard / played) - self._ratio_db
        self._learnt += 1
        if over_db > 20 * math.log10(LOUDER) and self._likeness.alone:
            self._usual_db = min(self._usual_db, self._ratio_db)
            self._ratio_db += over_db
        elif over_db > 10:
            self._ratio_db += 0.05
        elif over_db > 0:
            self._ratio_db += 0.5
        elif self._ratio_db > self._usual_db:
            self._ratio_db -= _FORGOTTEN
        else:
            self._usual_db = math.inf
            self._ratio_db -= max(0.015, 6 / self._learnt)
        self.level = played * 10 ** (self._ratio_db / 20)
        self.exceeded = heard > LOUDER * self.level


class TooLoud:
    """Whether the coach is too loud for its own microphone. Feed it while the welcome line sounds."""

    def __init__(self) -> None:
        self._energies: list[float] = []
        self._clipped = 0

    def feed(self, heard: np.ndarray) -> None:
        """Take in a block of the raw microphone, int16."""
        self._energies.append(rms(heard) ** 2)
        self._clipped += int((np.abs(heard.astype(np.int32)) >= FULL_SCALE).sum())

    @property
    def verdict(self) -> bool:
        """Too loud: over the level at which a partner would be lost, or clipped in a thousandth of the samples."""
        if not self._energies:
            return False
        speech = [energy for energy in self._energies if energy > 0.01 * max(self._energies)]
        loud = bool(speech) and math.sqrt(sum(speech) / len(speech)) > TOO_LOUD
        return loud or self._clipped > 0.001 * BLOCK * len(self._energies)
