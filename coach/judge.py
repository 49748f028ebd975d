"""A second hearing: what else could the last moments have been, and by how much is the first reading the better one?

Under a grammar Vosk's own confidence is 1.0 for right and wrong words alike. The distance between the best readings of the
same sound does tell them apart. A second detector, the spotter, is asked for every word of a reading, and its log odds are
added: the two go wrong in different places.
"""

import json
import math
from typing import NamedTuple

import numpy as np

from coach import phrases
from coach.patience import easily_misheard
from coach.phrases import Intent, Meaning, Window
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

VOICED = 2.0
"""How much less that is for a stop where the recogniser has heard somebody, whatever was said: the spotter takes a clatter of dishes for
a voice, the recogniser does not. Of "stop" learnt without any person 85 instead of 79 % are heard (test speakers)."""

NOBODY = 1.0
"""How much more a word that is easily misheard needs there where the recogniser has heard nobody, which in a clatter it has not: in four hours of
kitchen noise it leaves four of six false stops. None of the voice actors' cries is lost by it (`scripts/bench cries`); by 2 one of 23 is."""

GARBAGE = "[unk]"
"""What is no word of ours, as a reading: there is always that."""

PRUNED = 8.0
"""By how much it is behind the best reading where the recogniser's lattice does not hold it: the lattice's beam."""


class Reading(NamedTuple):
    """A text that the sound may be."""

    text: str
    meaning: Meaning | None
    heard: float
    """Log likelihood for the recogniser alone."""
    score: float
    """For both together."""

    def doubted(self, by: float, spotted: bool) -> "Reading":
        """With a score that is lower by that much where it is easily misheard; `spotted`: only the spotter has heard it."""
        return self._replace(score=self.score - by) if easily_misheard(self.text, spotted) else self


class Judge:
    """A recogniser that is fed only in doubt, and a spotter that has heard everything."""

    def __init__(self, recogniser: Recogniser, grammars: dict[Window, list[str]], quiet: np.ndarray, spotter: Spotter):
        """`grammars`: what may be heard in each window; `quiet`: a block of what silence is."""
        self._recogniser, self._grammars, self._spotter = recogniser, grammars, spotter
        self._recogniser.SetMaxAlternatives(ALTERNATIVES)
        self._padding = [quiet] * PADDING

    def margin(self, meaning: Meaning, blocks: list[np.ndarray], window: Window, covered: bool = False, in_talk: float = 0.0) -> float:
        """By how much (log likelihood) the best reading of the blocks that means the same beats the best that does not.

        `covered`: whether the coach spoke over it, of whose voice the spotter does not know what a canceller leaves.
        `in_talk`: how much more is needed by a reading that is easily misheard, whatever it was first heard as.
        Minus infinity when none means the same, and for an answer that the recogniser alone takes for something else. What only
        the spotter has heard speaks for the meaning, but is no reading against it.
        """
        heard, spotted = self._readings(blocks, window)
        alone = max(heard, key=lambda reading: reading.heard)
        if meaning.intent is not Intent.STOP and alone.meaning is not None and not _alike(alone, meaning):
            return -math.inf
        closer = VOICED if meaning.intent is Intent.STOP and alone.text and not covered else 0.0
        same = [reading._replace(score=reading.score + closer) for reading in spotted if _alike(reading, meaning)]
        nobody = 0.0 if alone.text or covered else NOBODY
        weighed = [reading.doubted(in_talk, False) for reading in heard] + [reading.doubted(in_talk + nobody, True) for reading in same]
        return _lead(meaning, weighed)

    def best(self, blocks: list[np.ndarray], window: Window) -> tuple[Meaning | None, float]:
        """What the best reading of the blocks means, and by how much it beats the best that means something else.

        Minus infinity for nothing of ours, and for a number where the recogniser alone has heard a higher one.
        """
        heard, spotted = self._readings(blocks, window)
        texts = {reading.text for reading in heard}
        spotted = [reading for reading in spotted if reading.text not in texts]
        meaning = max(heard + spotted, key=lambda reading: reading.score).meaning
        alone = max(heard, key=lambda reading: reading.heard)
        if meaning is None:
            return None, -math.inf
        highest = phrases.highest(alone.text)
        if alone.meaning is not None and alone.meaning.value is not None:
            highest = alone.meaning.value
        if meaning.value is not None and meaning.value < highest:
            return meaning, -math.inf
        return meaning, _lead(meaning, heard + spotted)

    def _readings(self, blocks: list[np.ndarray], window: Window) -> tuple[list[Reading], list[Reading]]:
        """What the blocks may be for the recogniser, garbage included, and for the spotter if the recogniser had not heard that."""
        self._recogniser.listen_for(self._grammars[window])
        self._recogniser.AcceptWaveform(b"".join(block.tobytes() for block in blocks + self._padding))
        heard: dict[str, float] = {}
        for found in json.loads(self._recogniser.FinalResult())["alternatives"]:
            heard[found["text"]] = max(found["confidence"], heard.get(found["text"], -math.inf))
        best = max(heard.values(), default=0.0)
        heard.setdefault(GARBAGE, best - PRUNED)
        spotted = dict.fromkeys(self._spotter.heard(len(blocks)), best - UNHEARD)

        def weighed(texts: dict[str, float]) -> list[Reading]:
            return [
                Reading(text, phrases.understand(text, window), likelihood, likelihood + TRUST * self._spotter.support(text, len(blocks)))
                for text, likelihood in texts.items()
            ]

        return weighed(heard), weighed(spotted)


def _alike(reading: Reading, meaning: Meaning) -> bool:
    return reading.meaning is not None and reading.meaning.alike(meaning)


def _lead(meaning: Meaning, readings: list[Reading]) -> float:
    same = max((reading.score for reading in readings if _alike(reading, meaning)), default=-math.inf)
    return same - max((reading.score for reading in readings if not _alike(reading, meaning)), default=same)
