"""Spoken words as the scheduler needs them: where the voice begins and ends, and all at one level."""

from dataclasses import dataclass

import numpy as np

from coach import sound
from coach.sound import RATE

EDGE = 0.02
"""The voice begins and ends where the signal first and last reaches this part of its peak (-34 dB).

In espeak's words that is at most 4 ms behind the first sample that is not zero; the last breath is cut.
"""

LEAD = RATE // 200
"""Samples kept before the onset, 5 ms, and twice that behind the end."""

LEVEL_DB = -20.0
"""The level of the voice in dB of full scale, root mean square over the parts that sound: 1 to 3 below espeak's own."""

PEAK = 0.9
"""The highest peak, of full scale, that a clip is brought to."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A text as sound."""

    samples: np.ndarray
    """int16 at RATE."""
    onset: int
    """The sample at which the voice begins."""
    offset: int
    """The sample after which it has ended."""


def clip(samples: np.ndarray) -> Clip:
    """Rendered speech, int16 at RATE, without the silence around it and at the level of all other clips."""
    loud = np.abs(samples.astype(np.float64))
    peak = loud.max()
    if not peak:
        return Clip(samples[:0], 0, 0)
    sounding = np.flatnonzero(loud >= EDGE * peak)
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    start = max(0, first - LEAD)
    voiced = loud[first:last][loud[first:last] >= EDGE * peak]
    gain = min(sound.FULL_SCALE * sound.gain(LEVEL_DB) / np.sqrt(np.mean(voiced**2)), PEAK * sound.FULL_SCALE / peak)
    trimmed = sound.to_int16(samples[start : last + 2 * LEAD] * gain)
    return Clip(trimmed, first - start, last - start)
