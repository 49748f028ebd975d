"""When each phone was said: PocketSphinx's forced aligner (BSD licence), with its bundled English model.

Frames are 10 ms. Every third of them will be one frame of the network.
"""

from dataclasses import dataclass, field

import numpy as np
import pocketsphinx

from . import lexicon
from .corpus import RATE

HOP = RATE // 100
NEURAL = "kokoro", "heart"  # sources
SENTENCES = "so762-train", "acted"
SYNTHETIC = ("espeak", "flite", "festival", "pico", *NEURAL)
PAD = 20  # frames of near-silence at both ends: the aligner fails on tightly cut clips without it


@dataclass
class Clip:
    """A clean utterance and what is said in it; `phones` and `words` are (name, first frame, frame after the last)."""

    sound: np.ndarray  # int16, 16 kHz
    text: list
    source: str
    split: str
    speaker: str = ""
    phones: list = field(default_factory=list)
    words: list = field(default_factory=list)

    @property
    def aligned(self):
        """Whether every word was found: of long or faint clips the aligner may come back with the beginning alone."""
        return bool(self.words) and [name for name, *_ in self.words] == self.text

    @property
    def synthetic(self):
        return self.source in SYNTHETIC


class Aligner:
    """Not thread-safe; one a process."""

    def __init__(self):
        self.decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")  # wider beams underflow and lose more
        self.quiet = np.random.default_rng(0).integers(-9, 10, PAD * HOP).astype(np.int16)

    def _pass(self, sound):
        self.decoder.start_utt()
        self.decoder.process_raw(sound.tobytes(), full_utt=True)
        self.decoder.end_utt()

    def __call__(self, clip):
        """Fill in the clip's phones and words; they stay empty where the aligner finds no way through."""
        for word in clip.text:
            if self.decoder.lookup_word(word) is None:
                ways = lexicon.pronunciations(word)
                if not ways:
                    return clip
                self.decoder.add_word(word, " ".join(ways[0]), True)
        sound = np.concatenate([self.quiet, clip.sound, self.quiet])
        try:
            self.decoder.set_align_text(" ".join(clip.text))
            self._pass(sound)
            if self.decoder.hyp() is None:
                return clip
            self.decoder.set_alignment()
            self._pass(sound)
            found = self.decoder.get_alignment()  # its entries die with it
        except RuntimeError:  # "Failed to stop utterance processing": no path survived the beam
            return clip
        for word in found:
            name = word.name.split("(")[0]
            if name in ("<s>", "</s>", "<sil>") or name.startswith(("[", "++")):
                continue
            clip.words.append((name, word.start - PAD, word.start + word.duration - PAD))
            clip.phones += [(phone.name, phone.start - PAD, phone.start + phone.duration - PAD) for phone in word]
        return clip
