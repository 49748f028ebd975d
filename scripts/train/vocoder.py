"""Somebody's words said again in another way: the WORLD vocoder (Morise, Yokomori and Ozawa, 2016) takes a voice apart and puts it together."""

import warnings
from multiprocessing import Pool

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of how it finds out its own version
    import pyworld

from . import corpus
from .align import HOP, Clip
from .corpus import RATE


def again(clip, source, stretch, pitch, formants, tilt):
    """The clip `stretch` times as long, its formants `formants` times as high, `tilt` dB an octave brighter above 500 Hz.

    `pitch(place, usual, melody)` is the new pitch, in Hz, at each place, 0 to 1 through the clip; `usual` is the old one's median,
    `melody` the old one against it.
    """
    heard, envelope, noise = pyworld.wav2world(clip.sound.astype(np.float64), RATE)
    at = np.linspace(0, len(heard) - 1, max(round(len(heard) * stretch), 2)).round().astype(int)
    heard, envelope, noise = heard[at], envelope[at], noise[at]

    voiced = heard > 0
    usual = np.median(heard[voiced]) if voiced.any() else 150.0
    wanted = np.where(voiced, pitch(np.linspace(0, 1, len(heard)), usual, heard / usual), 0.0)

    bins = np.arange(envelope.shape[1])
    warped = np.minimum(bins / formants, bins[-1])
    envelope = np.exp(np.array([np.interp(warped, bins, row) for row in np.log(envelope + 1e-12)]))
    octaves = np.maximum(np.log2(np.maximum(bins, 1) * RATE / 2 / bins[-1] / 500), 0)
    envelope = envelope * 10 ** (tilt * octaves / 10)
    sound = pyworld.synthesize(wanted, np.ascontiguousarray(envelope), np.ascontiguousarray(noise), RATE)
    sound = (sound * 20000 / (np.abs(sound).max() + 1e-9)).astype(np.int16)

    longer = len(at) / max(len(clip.sound) / (HOP / 2) + 1, 1)  # WORLD's frames are half as long as ours
    words = [(name, start * longer, end * longer) for name, start, end in clip.words]
    return Clip(sound, clip.text, source, clip.split, clip.speaker, words=words)


def made(make, ours, others, seed, path):
    """`make(clip, seed)` of all of ours and of as many of the others, each with a seed of its own; `path` keeps them.

    Other words are said in the same way, so that the vocoder's sound, or a raised voice, does not come to mean a word of ours.
    """
    if path.exists():
        return corpus.kept(path)
    chosen = np.random.default_rng(seed).permutation(len(others))[: len(ours)]
    clips = ours + [others[k] for k in chosen]
    print(f"{path.stem}: {len(clips)}, some minutes", flush=True)
    with Pool(2) as pool:
        found = pool.starmap(make, [(clip, (seed, number)) for number, clip in enumerate(clips)], 20)
    corpus.keep(found, path)
    return found
