"""Whether someone seems to be speaking: energy against a noise floor that adapts."""

import numpy as np

from coach.sound import rms


class Activity:
    """A voice activity detector for blocks of 10 ms."""

    RISE = 1.02
    """Factor by which the noise floor may rise in a block: 10 dB in 0.6 s of steady noise."""
    FACTOR = 3.0
    """How far above the noise floor (in RMS) a voice is: 9.5 dB."""
    QUIET = 60.0
    """RMS under which nothing counts as a voice: -55 dB of full scale."""
    ONSET = 3
    """Loud blocks, less the quiet ones between them, that make a voice: a click has fewer."""
    HANGOVER = 10
    """Quiet blocks after which a voice is over: the gaps inside words are shorter."""

    def __init__(self) -> None:
        self.voiced = False
        self._floor = self.QUIET
        self._run = 0

    def feed(self, block: np.ndarray) -> None:
        """Take in a block (int16)."""
        loudness = rms(block)
        self._floor = min(max(loudness, 1.0), self._floor * self.RISE)
        if loudness > max(self.QUIET, self.FACTOR * self._floor):
            self._run += 1
            self.voiced = self.voiced or self._run >= self.ONSET
            self._run = self.HANGOVER if self.voiced else self._run
        else:
            self._run = max(self._run - 1, 0)
            self.voiced = self.voiced and self._run > 0
