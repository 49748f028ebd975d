"""Which clips go into an augmented copy of the training data, and how often."""

import numpy as np

from . import augment, features, lexicon
from .align import NEURAL, SENTENCES, SYNTHETIC, Clip
from .corpus import RATE

# How often a clip is in one copy. A fraction is a chance. The digits of Speech Commands are two dozen clips each, and what
# the recogniser is for.
REPEAT = {"fsdd": 0.8, "gsc_sample": 2, "noise": 3, "s2i": 0.6, "cut": 0.7, "spliced": 0.3, "cried": 0.4, "stranger": 0.25}
REPEAT |= dict.fromkeys(SYNTHETIC, 0.6) | dict.fromkeys(NEURAL, 1)
DIGIT_REPEAT = 4
# Every other copy is about our own words: single words for recall, and less of the talk that teaches rejection.
FOCUS = {"key": 3, "digit": 8, "ours in a sentence": 1.5, "cut": 1.5, "cut of others": 0.5, "spliced": 0.4, "cried": 0.4, "stranger": 0.5}
FOCUS |= {"synthetic": 0.5, "neural": 1, "noise": 2}
UNVOICED = 160  # clips of music, breath, hiss and nothing at all


def _repeats(clip):
    if clip.source == "gsc_test" and clip.text and clip.text[0] in lexicon.NUMBERS:
        return DIGIT_REPEAT
    return REPEAT.get(clip.source, 1)


def _focused_repeats(clip):
    words = set(clip.text)
    if clip.synthetic:
        return FOCUS["neural" if clip.source in NEURAL else "synthetic"]
    if clip.source in ("spliced", "cried", "stranger"):
        return FOCUS[clip.source]
    if clip.source == "cut":
        return FOCUS["cut" if words & set(lexicon.ALONE) else "cut of others"]
    if clip.source.startswith("gsc") and words & set(lexicon.ALONE):
        return FOCUS["digit" if words & set(lexicon.NUMBERS) else "key"]
    if clip.source in SENTENCES and words & set(lexicon.ALONE):
        return FOCUS["ours in a sentence"]
    return {"fsdd": 1, "noise": FOCUS["noise"]}.get(clip.source, 0.35)


def _unvoiced(rng):
    for number in range(UNVOICED):
        make = (augment.music, augment.breath, augment.coloured, augment.nothing)[number % 4]
        sound = make(int(rng.uniform(1, 5) * RATE), rng)
        yield Clip((sound / (np.abs(sound).max() + 1e-9) * 20000).astype(np.int16), [], "noise", "train")


def choose(clips, seed, focused=False):
    """The clips of one copy, each as often as it is in it: of everything, or of mostly our own words."""
    rng = np.random.default_rng(seed)
    chosen = []
    for clip in clips:
        times = (_focused_repeats if focused else _repeats)(clip)
        chosen += [clip] * (int(times) + (rng.random() < times % 1))
    return chosen + list(_unvoiced(rng))


def make(clips, path, seed, focused=False):
    """Write one packed copy; another seed is another room, microphone and noise for every clip."""
    chosen = choose(clips, seed, focused)
    packed = features.pack(chosen, features.surroundings(clips), seed)
    packed.save(path)
    hours = len(packed.frames) / 360000
    print(f"copies: {path} has {len(chosen)} clips, {hours:.1f} hours", flush=True)
