"""Strangers: recorded words as people would say them who were not recorded, children and deep voices among them.

Each of the digits was said alone by two dozen people, and in sentences by some more. With another pitch, another throat and another pace their
voices are more people's.
"""

import numpy as np

from . import lexicon, vocoder

SEED = 32
RECORDED = "gsc_test", "gsc_sample", "gsc_words", "fsdd", "cut"  # sources of single words
NUMBERS, OURS = 5, 1  # strangers that say one clip; FSDD's four people say their digits so often that there is one of each
PITCHED = 0.65, 1.7
PITCHES = 70.0, 450.0  # Hz
THROATS = 0.84, 1.2  # formants
FOLLOWS = 0.35  # how much of the change of pitch the throat goes along with: high voices come from short ones
STRETCHED = 0.75, 1.4
TILT = -2.0, 3.0
LIVELY = 0.6, 1.5  # exponent of the melody


def stranger(clip, seed):
    """The same words by somebody else; another seed is another person."""
    rng = np.random.default_rng(seed)
    change = np.exp(rng.uniform(*np.log(PITCHED)))
    throat = np.clip(change**FOLLOWS * np.exp(rng.normal(0, 0.06)), *THROATS)
    lively = rng.uniform(*LIVELY)

    def pitch(place, usual, melody):
        return np.clip(usual * change, *PITCHES) * np.clip(melody, 0.5, 2.0) ** lively

    return vocoder.again(clip, "stranger", np.exp(rng.uniform(*np.log(STRETCHED))), pitch, throat, rng.uniform(*TILT))


def _versions(clip):
    return NUMBERS if clip.text[0] in lexicon.NUMBERS and clip.source != "fsdd" else OURS


def more(clips, path):
    """Strangers who say what is said in the recordings of single words; `path` keeps them."""
    single = [clip for clip in clips if clip.source in RECORDED and len(clip.words) == 1]
    ours = [clip for clip in single if clip.text[0] in lexicon.ALONE for _ in range(_versions(clip))]
    others = [clip for clip in single if clip.text[0] not in lexicon.ALONE]
    return vocoder.made(stranger, ours, others, SEED, path)
