"""Speaking more softly while somebody else seems to speak."""

import numpy as np

from coach.sound import BLOCK

DEPTH_DB = -12.0
"""How far the voice drops."""

_FALL = DEPTH_DB / 4  # dB a block: there in 40 ms
_RISE = 12.0 / 20  # dB a block: back in 200 ms, too slow to hear as a jump
_HOLD = 30  # blocks for which it stays down after a voice: the gaps within words and between them
_LONGEST = 200  # blocks: then it is no interruption but a room that is never quiet, and the coach goes on


class Duck:
    """The coach's voice, made softer where it must."""

    def __init__(self) -> None:
        self._db = 0.0
        self._held = 0  # blocks for which it stays down still
        self._down = 0  # blocks for which it has been down

    def feed(self, block: np.ndarray, voiced: bool) -> np.ndarray:
        """The block, float or int16 (BLOCK,), as it should sound, in float64. `voiced`: somebody seems to speak now."""
        self._held = _HOLD if voiced else max(self._held - 1, 0)
        self._down = self._down + 1 if self._held else 0
        before = self._db
        ducked = 0 < self._down <= _LONGEST
        self._db = max(before + _FALL, DEPTH_DB) if ducked else min(before + _RISE, 0.0)
        if before == self._db == 0.0:
            return block.astype(np.float64)
        return block * 10 ** (np.linspace(before, self._db, BLOCK, endpoint=False) / 20)
