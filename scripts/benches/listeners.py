"""Who is measured: the coach's own ears with any model, and PocketSphinx with the same vocabulary."""

import time
from pathlib import Path
from typing import Protocol

import numpy as np

from coach.ears import Ears
from coach.hear import hear_samples
from coach.phrases import Meaning, Window, spoken, understand
from coach.sound import RATE


class Listener(Protocol):
    """Hears recordings, one after the other."""

    spent: list[float]
    """Seconds of processing of each block in which something was decided."""

    def hear(self, samples: np.ndarray, window: Window) -> list[tuple[int, Meaning]]:
        """What is heard in int16 samples, each with the samples fed when it was known."""


class Coach:
    """The coach's ears, block by block as live."""

    def __init__(self, model: Path):
        self.spent: list[float] = []
        self._ears = Ears(model)

    def hear(self, samples: np.ndarray, window: Window) -> list[tuple[int, Meaning]]:
        """See Listener."""
        self._ears.reset()
        self._ears.window = window
        return hear_samples(samples, self)  # type: ignore[arg-type]

    def feed(self, block: np.ndarray) -> list[Meaning]:
        """As Ears, with a stopwatch."""
        began = time.perf_counter()
        meanings = self._ears.feed(block)
        if meanings:
            self.spent.append(time.perf_counter() - began)
        return meanings

    def flush(self) -> list[Meaning]:
        """As Ears."""
        return self._ears.flush()


class PocketSphinx:
    """Its bundled US English model, any sequence of the words of our phrases, each recording as one utterance known at its end.

    A grammar of the whole phrases takes it twenty seconds for a word.

    It has no word for what is not ours: the choice is forced.
    """

    def __init__(self) -> None:
        import pocketsphinx

        self.spent: list[float] = []
        self._decoders = {window: self._decoder(pocketsphinx, window) for window in Window}

    def hear(self, samples: np.ndarray, window: Window) -> list[tuple[int, Meaning]]:
        """See Listener."""
        decoder = self._decoders[window]
        began = time.perf_counter()
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        meaning = understand(found.hypstr.strip(), window) if found and found.hypstr else None
        self.spent.append(time.perf_counter() - began)
        return [(len(samples), meaning)] if meaning else []

    @staticmethod
    def _decoder(pocketsphinx, window: Window):
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL", lm=None, bestpath=False)
        known = sorted({word for phrase in spoken(window) for word in phrase.split() if decoder.lookup_word(word)})
        loop = [(0, 0, 1 / len(known), word) for word in known]
        decoder.add_fsg("ours", decoder.create_fsg("ours", 0, 0, loop))
        decoder.activate_search("ours")
        return decoder
