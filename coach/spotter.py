"""A second detector beside the recogniser: single words, spotted in speech embeddings.

The recogniser knows how words follow one another; this one knows single words only, but on top of an embedding that has heard
far more people than the recogniser was trained on. So it also knows words that were learnt from synthetic voices alone.
"""

import zipfile
import zlib
from collections import deque
from pathlib import Path

import numpy as np

from coach.embedding import SIZE, STEP, Embedding
from coach.errors import Missing

HISTORY = 3
"""Embeddings that are looked at together: 0.92 s."""

STEPS = 25
"""Steps that are remembered, 2 s."""

CERTAIN, DOUBT = 4.0, -2.0
"""Log odds beyond which it is not listened to. It is late, and in noise and behind the coach's voice it misses words that the
recogniser hears. With -4 for -2 as many stops are heard and as many false ones (dev speakers); in kitchen noise at 10 dB 59 instead
of 62 of 67 (test speakers)."""


class Spotter:
    """Feed it blocks, and ask what it heard."""

    def __init__(self, path: Path):
        """Load a file that scripts/train/spotter.py has written. Raises Missing when it can't be used."""
        try:
            with np.load(path) as file:
                weights = {name: file[name] for name in file}
            self._words = {word: place for place, word in enumerate(weights["words"].tolist())}
            self._embedding = Embedding(weights)
            layers = sum(name.startswith("layer") for name in weights)
            self._layers = [(weights[f"layer{i}"].astype(np.float32), weights[f"level{i}"]) for i in range(layers)]
            self._mean, self._scale = weights["mean"], weights["scale"]
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise Missing(f"{path}: the second detector can't be loaded ({error}). Install coach again.") from error
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._embedding.reset()
        self._recent = deque([np.zeros(SIZE, np.float32)] * HISTORY, maxlen=HISTORY)
        self._scores = deque([np.full(len(self._words), DOUBT, np.float32)] * STEPS, maxlen=STEPS)
        self._waiting: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Take in a block (int16); at every `STEP`-th it knows more."""
        self._waiting.append(block)
        if len(self._waiting) < STEP:
            return
        (embedding,) = self._embedding.feed(np.concatenate(self._waiting))
        self._waiting.clear()
        self._recent.append((embedding - self._mean) * self._scale)
        x = np.concatenate(self._recent)
        for number, (layer, level) in enumerate(self._layers):
            x = (np.maximum(x, 0) if number else x) @ layer + level
        self._scores.append(x.clip(DOUBT, CERTAIN))

    def _last(self, blocks: int) -> list[np.ndarray]:
        return list(self._scores)[-min(max(-(-blocks // STEP), 1), STEPS) :]

    def odds(self, word: str, blocks: int) -> float:
        """Log odds of the word having ended within the last `blocks` blocks; 0, even, for a word that it does not know."""
        if word not in self._words:
            return 0.0
        return float(max(scores[self._words[word]] for scores in self._last(blocks)))

    def heard(self, blocks: int) -> list[str]:
        """The words that more likely than not have ended within the last `blocks` blocks."""
        return [word for word in self._words if self.odds(word, blocks) > 0]

    def clearest(self, blocks: int) -> tuple[str, float, float]:
        """The word that has most likely ended within the last `blocks` blocks, its log odds, and by how much it is ahead of all others."""
        odds = np.max(self._last(blocks), axis=0)
        second, best = np.argsort(odds)[-2:]
        return list(self._words)[best], float(odds[best]), float(odds[best] - odds[second])

    def support(self, text: str, blocks: int) -> float:
        """By how much it is for a reading of the last `blocks` blocks (log odds), against what is no word of ours.

        Words that it missed count once: in running speech it misses more than the recogniser does.
        """
        odds = [self.odds(word, blocks) for word in set(text.split())]
        return sum(value for value in odds if value > 0) + min([0.0, *odds])
