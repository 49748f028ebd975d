"""Cries: words as somebody in pain calls them, made from words that were said calmly.

In the recordings nearly everybody reads a word from a screen. Who is hurt is louder, higher and slower, with a pitch that falls, and
a mouth further open. The vocoder puts the voice together like that.
"""

import numpy as np

from . import vocoder

SEED = 31
CRIED = "ow ouch stop no enough hurts hurt help wait".split()
VERSIONS = {"ow": 6, "ouch": 6, "enough": 6, "hurts": 3, "stop": 2}  # of one clip; of the others one
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
    stretch = min(np.exp(rng.uniform(*np.log(STRETCHED))), LONGEST / max(end - start for _, start, end in clip.words))
    peak, end = rng.uniform(0.05, 0.5), rng.uniform(*FALL)

    def pitch(place, usual, melody):
        contour = np.interp(place, [0, peak, 1], [rng.uniform(0.7, 1.0), 1.0, end])
        highest = min(usual * np.exp(rng.uniform(*np.log(RAISED))), HIGHEST)
        rough = 1 + rng.uniform(0, ROUGH) * rng.standard_normal(len(place))
        return np.clip(melody, 0.7, 1.4) ** 0.5 * highest * contour * rough

    return vocoder.again(clip, "cried", stretch, pitch, rng.uniform(*OPENED), rng.uniform(*TILT))


def more(clips, path):
    """Cries made from the clips of single words; `path` keeps them."""
    ours = [clip for clip in clips if len(clip.words) == 1 and clip.text[0] in CRIED for _ in range(VERSIONS.get(clip.text[0], 1))]
    others = [clip for clip in clips if 1 <= len(clip.words) <= 3 and not set(clip.text) & set(CRIED)]
    return vocoder.made(cry, ours, others, SEED, path)
