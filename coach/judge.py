"""A second hearing: what else could the last moments have been, and by how much is the first reading the better one?

Under a grammar Vosk's own confidence is 1.0 for right and wrong words alike. The distance between the best readings of the
same sound does tell them apart. A second detector, the spotter, is asked for every word of a reading, and its log odds are
added: the two go wrong in different places.
"""

import json
import math

import numpy as np

from coach import phrases
from coach.phrases import Meaning, Window
from coach.recogniser import Recogniser
from coach.spotter import Spotter

ALTERNATIVES = 20
"""Readings that are compared; the lattice seldom holds more."""

PADDING = 22
"""Quiet blocks fed after the sound: as long as the shipped recogniser's look-ahead. Without them it repeats the last frame
instead, and no longer finds half of the stops that it has just heard."""

TRUST = 2.0
"""What the spotter's log odds count, against the recogniser's log likelihood. With it and the margins in patience, 24 of 25 stops of
the dev speakers are heard in kitchen noise at 10 dB; without the spotter 22, for as many false ones."""

UNHEARD = 5.0
"""By how much a word that only the spotter has heard is behind the recogniser's best reading: alone it must be rather sure."""

OTHER = "[unk]"
PRUNED = 8.0
"""By how much anything else is behind the best reading where the recogniser's lattice holds nothing else: the lattice's beam."""


class Judge:
    """A recogniser that is fed only in doubt, and a spotter that has heard everything."""

    def __init__(self, recogniser: Recogniser, grammars: dict[Window, list[str]], quiet: np.ndarray, spotter: Spotter):
        """`grammars`: what may be heard in each window; `quiet`: a block of what silence is."""
        self._recogniser, self._grammars, self._spotter = recogniser, grammars, spotter
        self._recogniser.SetMaxAlternatives(ALTERNATIVES)
        self._padding = [quiet] * PADDING

    def margin(self, meaning: Meaning, blocks: list[np.ndarray], window: Window) -> float:
        """By how much (log likelihood) the best reading of the blocks that means the same beats the best that does not.

        Minus infinity when none means the same.
        """
        return _lead(meaning, self._readings(blocks, window))

    def best(self, blocks: list[np.ndarray], window: Window) -> tuple[Meaning | None, float]:
        """What the best reading of the blocks means, and by how much it beats the best that means something else."""
        readings = self._readings(blocks, window)
        meaning = max(readings, key=lambda reading: reading[1], default=(None, 0.0))[0]
        return meaning, _lead(meaning, readings) if meaning is not None else -math.inf

    def _readings(self, blocks: list[np.ndarray], window: Window) -> list[tuple[Meaning | None, float]]:
        """What each reading of the blocks means, and its log likelihood; what only the spotter heard is a reading too."""
        self._recogniser.listen_for(self._grammars[window])
        self._recogniser.AcceptWaveform(b"".join(block.tobytes() for block in blocks + self._padding))
        readings = {found["text"]: found["confidence"] for found in json.loads(self._recogniser.FinalResult())["alternatives"]}
        best = max(readings.values(), default=0.0)
        readings = dict.fromkeys(self._spotter.heard(len(blocks)), best - UNHEARD) | {OTHER: best - PRUNED} | readings
        return [
            (phrases.understand(text, window), confidence + TRUST * self._spotter.support(text, len(blocks)))
            for text, confidence in readings.items()
        ]


def _lead(meaning: Meaning, readings: list[tuple[Meaning | None, float]]) -> float:
    same, other = [-math.inf], [-math.inf]
    for understood, confidence in readings:
        (same if understood is not None and understood.alike(meaning) else other).append(confidence)
    return max(same) - max(other) if max(same) > -math.inf else -math.inf
