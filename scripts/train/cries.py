"""Cries: words as somebody in pain calls them, made from words that were said calmly.

In the recordings everybody reads a word from a screen. Who is hurt is louder, higher and slower, with a pitch that falls, and
a mouth further open. The WORLD vocoder (Morise, Yokomori and Ozawa, 2016) takes the voice apart and puts it together like that.
Other words are cried too, so that a raised voice does not come to mean "stop".
"""

import pickle
import warnings
from multiprocessing import Pool

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of how it finds out its own version
    import pyworld

from .align import HOP, Clip
from .corpus import RATE

SEED = 31
CRIED = "ow ouch stop no enough hurts hurt help wait".split()
VERSIONS = {"ow": 6, "ouch": 6, "enough": 6, "hurts": 3, "stop": 2}  # of one clip; of the others one
OTHERS = 1.0  # how many clips of other words there are for each of these
RAISED = 1.0, 2.6  # how much higher a voice is
HIGHEST = 700.0  # Hz, about
FALL = 0.45, 1.0  # the pitch at the end, against its highest
STRETCHED = 0.8, 2.6
LONGEST = 80  # frames of a stretched word: in a longer one only its end would be seen, and "top" would be "stop"
OPENED = 0.92, 1.22  # formants
TILT = 0.0, 5.0  # dB an octave more above 500 Hz: loud voices are brighter
ROUGH = 0.06  # of the pitch, from one frame to the next


def cry(clip, seed):
    """The same words by the same person, cried; another seed is another cry."""
    rng = np.random.default_rng(seed)
    pitch, envelope, noise = pyworld.wav2world(clip.sound.astype(np.float64), RATE)
    stretch = min(np.exp(rng.uniform(*np.log(STRETCHED))), LONGEST / max(end - start for _, start, end in clip.words))
    at = np.linspace(0, len(pitch) - 1, max(round(len(pitch) * stretch), 2)).round().astype(int)
    pitch, envelope, noise = pitch[at], envelope[at], noise[at]

    voiced = pitch > 0
    place = np.linspace(0, 1, len(pitch))
    peak, end = rng.uniform(0.05, 0.5), rng.uniform(*FALL)
    contour = np.interp(place, [0, peak, 1], [rng.uniform(0.7, 1.0), 1.0, end])
    usual = np.median(pitch[voiced]) if voiced.any() else 150.0
    highest = min(usual * np.exp(rng.uniform(*np.log(RAISED))), HIGHEST)
    rough = 1 + rng.uniform(0, ROUGH) * rng.standard_normal(len(pitch))
    pitch = np.where(voiced, np.clip(pitch / usual, 0.7, 1.4) ** 0.5 * highest * contour * rough, 0.0)

    bins = np.arange(envelope.shape[1])
    warped = np.minimum(bins / rng.uniform(*OPENED), bins[-1])
    envelope = np.exp(np.array([np.interp(warped, bins, row) for row in np.log(envelope + 1e-12)]))
    octaves = np.maximum(np.log2(np.maximum(bins, 1) * RATE / 2 / bins[-1] / 500), 0)
    envelope = envelope * 10 ** (rng.uniform(*TILT) * octaves / 10)
    sound = pyworld.synthesize(pitch, np.ascontiguousarray(envelope), np.ascontiguousarray(noise), RATE)
    sound = (sound * 20000 / (np.abs(sound).max() + 1e-9)).astype(np.int16)

    longer = len(at) / max(len(clip.sound) / (HOP / 2) + 1, 1)  # WORLD's frames are half as long as ours
    words = [(name, start * longer, end * longer) for name, start, end in clip.words]
    return Clip(sound, clip.text, "cried", clip.split, clip.speaker, words=words)


def more(clips, path):
    """Cries made from the clips of single words; `path` keeps them."""
    if path.exists():
        return pickle.loads(path.read_bytes())
    rng = np.random.default_rng(SEED)
    ours = [clip for clip in clips if len(clip.words) == 1 and clip.text[0] in CRIED for _ in range(VERSIONS.get(clip.text[0], 1))]
    others = [clip for clip in clips if 1 <= len(clip.words) <= 3 and not set(clip.text) & set(CRIED)]
    chosen = rng.permutation(len(others))[: round(OTHERS * len(ours))]
    jobs = [(clip, (SEED, number)) for number, clip in enumerate(ours + [others[k] for k in chosen])]
    print(f"cries: {len(jobs)}, some minutes", flush=True)
    with Pool(2) as pool:
        made = pool.starmap(cry, jobs, 20)
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(made))
    part.rename(path)
    return made
