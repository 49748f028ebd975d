"""The last moments as sound, how loud they were, and whether somebody speaks."""

from collections import deque

import numpy as np

from coach.activity import Activity
from coach.sound import BLOCK, to_int16

DITHER = 2
"""Noise of so many steps is added to every block: no microphone gives all zeros, and a model that has never been trained on
them hears "okay" in them. An echo canceller and silence between files do give them."""

MEMORY = 200
"""Blocks that are remembered, 2 s: to hear them once more. A longer answer is judged by its end."""


class Memory:
    """Blocks of 10 ms, the last one last."""

    def __init__(self) -> None:
        self.quiet = np.random.default_rng(0).integers(-DITHER, DITHER + 1, BLOCK).astype(np.int16)
        """A block of what silence is."""
        self.clock = 0
        """Samples fed."""
        self.quiet_since: int | None = None
        """The sample at which a voice was last over; None while there is one."""
        self._activity = Activity()
        self._blocks = deque([self.quiet] * MEMORY, maxlen=MEMORY)

    @property
    def voiced(self) -> bool:
        """Whether someone seems to be speaking now."""
        return self._activity.voiced

    def feed(self, block: np.ndarray) -> np.ndarray:
        """Take in a block (int16, `BLOCK` samples); returns it as a recogniser may be fed it."""
        self.clock += len(block)
        self._blocks.append(to_int16(block.astype(np.int32) + self.quiet))
        voiced = self.voiced
        self._activity.feed(block)
        if voiced != self.voiced:
            self.quiet_since = self.clock if voiced else None
        return self._blocks[-1]

    def last(self, count: int) -> list[np.ndarray]:
        """The last `count` blocks, as far as they are remembered."""
        return list(self._blocks)[-count:] if count else []

    def since(self, sample: int) -> int:
        """How many blocks have been fed since that sample and are remembered."""
        return min((self.clock - sample) // BLOCK, MEMORY)
