"""The last moments as sound, how loud they were, and whether somebody speaks."""

from collections import deque

import numpy as np

from coach.activity import Activity
from coach.sound import BLOCK, RATE, to_int16

DITHER = 2
"""Noise of so many steps is added to every block: no microphone gives all zeros, and a model that has never been trained on
them hears "okay" in them. An echo canceller and silence between files do give them."""

MEMORY = 200
"""Blocks that are remembered, 2 s: to hear them once more. A longer answer is judged by its end."""

LONE = 120
"""Blocks that a single word takes at most, 1.2 s, with what the activity detector needs to see that it is over."""

APART = 30
"""Blocks of quiet before a word that stands alone, 0.3 s, beyond those that the activity detector bridges."""

_FADE = 0.5 ** (BLOCK / (0.3 * RATE))  # the loudness of a word is remembered with a half-life of 0.3 s


class Memory:
    """Blocks of 10 ms, the last one last."""

    def __init__(self) -> None:
        self.quiet = np.random.default_rng(0).integers(-DITHER, DITHER + 1, BLOCK).astype(np.int16)
        """A block of what silence is."""
        self.clock = 0
        """Samples fed."""
        self.loudness = 0.0
        """RMS of what was just heard."""
        self.quiet_since: int | None = None
        """The sample at which a voice was last over; None while there is one."""
        self._voice_since, self._quiet_before = 0, 0
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
        self.loudness = max(self.loudness * _FADE, self._activity.feed(block))
        if voiced != self.voiced:
            if not voiced:
                self._voice_since, self._quiet_before = self.clock, self.clock - (self.quiet_since or 0)
            self.quiet_since = self.clock if voiced else None
        return self._blocks[-1]

    def last(self, count: int) -> list[np.ndarray]:
        """The last `count` blocks, as far as they are remembered."""
        return list(self._blocks)[-count:] if count else []

    def lone(self) -> int:
        """Blocks since a word began that stands alone: it is over, and nothing was said right before it. 0 for none."""
        if self.quiet_since is None:
            return 0
        alone = self.quiet_since - self._voice_since <= LONE * BLOCK and self._quiet_before >= APART * BLOCK
        return alone * self.since(self._voice_since)

    def since(self, sample: int) -> int:
        """How many blocks have been fed since that sample and are remembered."""
        return min((self.clock - sample) // BLOCK, MEMORY)
