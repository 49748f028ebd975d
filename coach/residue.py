"""What is left of the coach's voice in its own ears, and whether somebody else is heard over it."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np

from coach.activity import Activity
from coach.likeness import AUDIBLE, Likeness
from coach.sound import BLOCK, FULL_SCALE, RATE, rms

LOUDER = 2.0
"""How much louder (in rms) than the coach's own rest a block must be to hold somebody else's voice."""

LATELY, OVER = 40, 8
"""Somebody else was heard when of so many of the last blocks, 0.4 s, so many were louder than the coach's rest. In eight sessions each at an echo
of -5 to +10 dB 99 of 100 words over the coach's voice are, with a distorting loudspeaker 91; and without a partner 0.02 to 0.2 % of the time."""

ALIKE = 0.88
"""Likeness over which what was heard is the coach itself, though louder than its rest, when so many of those blocks are: 1 of 100 of those words."""

TOO_LOUD = 4600.0
"""Rms, int16, of the coach in the raw microphone that is too much: -17 dBFS, 9 dB over a partner. At 10 dB and with a
distorting loudspeaker one "stop" in three is lost (`scripts/bench echo`)."""

_HELD = RATE * 6 // 10 // BLOCK
"""Blocks for which what was played still counts as being heard: 0.4 s of delay and the room."""

_SOUNDING = 100.0
"""Rms, int16, from which a block of the reference is speech."""

_FORGOTTEN = 0.01
"""Decibels a block by which it is forgotten that the echo was lost, 1 in a second of speech: a busy machine often loses it again."""

_WORKS_DB, _LEARNT = -12.0, 20
"""The share of what was heard that a working canceller leaves, at most: a partner half as loud as the coach still stands out. And the blocks by
which that is known of a loudness."""

_BAND_DB = 3.0
"""An overdriven loudspeaker is not cancelled where it is loudest: the share is learnt for each loudness by itself."""


@dataclass(frozen=True)
class Remains:
    """What the last 0.4 s tell about the coach's own voice in what the ears are fed."""

    drowned: bool = False
    """Whether more was heard than is left of it, and than a steady noise: somebody else."""
    cancelled: bool = False
    """Whether no more was heard than a working canceller leaves: the coach, whatever it seems to be."""
    alike: bool = False
    """Whether what was heard sounds like what was played, though the canceller worked: it has just lost the echo."""


class Residue:
    """What is left of the coach's voice behind the canceller, learnt while it speaks.

    Behind a canceller that is a share of what the microphone heard at the same moment: its own for each loudness, and nearly all of it after
    the echo was lost. Where none has ever worked, only what was played tells how loud the coach must be. A partner who speaks over the coach
    is an outlier to both.
    """

    def __init__(self) -> None:
        self._played: deque[float] = deque([0.0] * _HELD, _HELD)
        self._left: deque[float] = deque(maxlen=_HELD)
        self._likeness = Likeness()
        self._shares: defaultdict[tuple[bool, int], _Ratio] = defaultdict(lambda: _Ratio(7.0))
        self._of_played = _Ratio(10.0)
        self._cancels = False  # whether a canceller has ever worked
        self._works = False  # whether it does now, for what is that loud
        self._lost_db = -math.inf  # the share that was left when it last had, as far as it is remembered
        self._over = deque([False] * LATELY, LATELY)
        self._explained: deque[bool] = deque(maxlen=LATELY)
        self._alike = deque([False] * LATELY, LATELY)
        self.exceeded = False
        """Whether the last block was louder than the coach's rest: somebody else, or noise."""

    @property
    def remains(self) -> Remains:
        """What can be said of it now."""
        return Remains(sum(self._over) >= OVER, self._explained.count(True) >= LATELY // 2, sum(self._alike) >= OVER)

    def feed(self, played: np.ndarray, heard: np.ndarray, clean: np.ndarray, trusted: bool) -> None:
        """Take in a block that was played, what the microphone heard and what the ears are fed, of the same time.

        `trusted`: which of its filters the canceller trusts, for each leaves something else.
        """
        self._likeness.feed(played, clean)
        self._played.append(rms(played))
        level, left = 0.0, max(rms(clean), 1.0)
        loudest = max(self._played)
        speaks = loudest >= _SOUNDING
        if speaks:
            level = self._expected(loudest, max(rms(heard), 1.0), left, trusted)
        self.exceeded = left > LOUDER * level
        self._left.append(left)
        self._over.append(self.exceeded and left > max(AUDIBLE, LOUDER * min(self._left)))
        if not speaks:
            self._explained.clear()
        self._explained.append(speaks and self._works and (left <= Activity.QUIET or not self.exceeded))
        self._alike.append(speaks and self._cancels and self._likeness.value > ALIKE)

    def _expected(self, played: float, heard: float, left: float, trusted: bool) -> float:
        """The rms up to which the coach itself is expected in what the ears are fed, from and for the rms of each; learnt from what there is."""
        share = self._shares[trusted, round(_db(heard) / _BAND_DB)]
        share_db = max(share.db, self._lost_db)
        if heard > Activity.QUIET:
            self._works = share_db < _WORKS_DB and share.learnt >= _LEARNT
            self._cancels = self._cancels or self._works
        level = heard * 10 ** (share_db / 20) if self._cancels else played * 10 ** (self._of_played.db / 20)
        if self._cancels and left > LOUDER * level and self._likeness.alone:
            self._lost_db, self._works = _db(left / heard), False
            return left
        self._lost_db -= _FORGOTTEN
        if not self._cancels:
            self._of_played.feed(_db(left / played))
        if heard > Activity.QUIET:
            share.feed(_db(left / heard))
        return level


class _Ratio:
    """A ratio in decibels, tracked at its 97th percentile, quickly at first; an outlier moves it by 2 dB a word."""

    def __init__(self, outlier_db: float):
        self.db = 0.0
        self._outlier_db = outlier_db
        self.learnt = 0
        """Blocks."""

    def feed(self, db: float) -> None:
        """Take in that of a block."""
        over_db = db - self.db
        self.learnt += 1
        if over_db > self._outlier_db:
            self.db += 0.05
        elif over_db > 0:
            self.db += 0.5
        else:
            self.db -= max(0.015, 6 / self.learnt)


def _db(ratio: float) -> float:
    return 20 * math.log10(ratio)


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
