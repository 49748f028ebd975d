"""Sound as numbers: one rate, one block size, files in and out.

Everywhere in the package sound is mono, 16-bit (`numpy.int16`), `RATE` samples a second, and moves in
blocks of `BLOCK` samples. Time is a count of samples; seconds are for people.
"""

import math
from pathlib import Path

import numpy as np
import soundfile
import soxr

from coach.errors import BadInput

RATE = 16000
"""Samples a second: what the recogniser was trained on."""

BLOCK = RATE // 100
"""Samples a block, 10 ms: the only frame length that the echo canceller takes."""

FULL_SCALE = 32767


def seconds(samples: int) -> float:
    """A sample count as seconds, rounded to the tenth of a millisecond that a reader can use."""
    return round(samples / RATE, 4)


def gain(db: float) -> float:
    """The factor on the amplitude that `db` decibels stand for."""
    return 10.0 ** (db / 20.0)


def rms(samples: np.ndarray) -> float:
    """The root mean square of samples."""
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))


def to_int16(samples: np.ndarray) -> np.ndarray:
    """Floats at int16 scale, rounded and clipped to int16."""
    return np.clip(np.round(samples), -FULL_SCALE - 1, FULL_SCALE).astype(np.int16)


def resample(samples: np.ndarray, rate: int) -> np.ndarray:
    """`samples` (int16, at `rate`) at `RATE`."""
    if rate == RATE:
        return samples
    return to_int16(soxr.resample(samples.astype(np.float32), rate, RATE))


def read(path: str | Path) -> np.ndarray:
    """A sound file of any rate and channel count as mono int16 at `RATE`.

    Raises BadInput when the file is absent or is no sound file.
    """
    try:
        samples, rate = soundfile.read(str(path), dtype="int16", always_2d=True)
    except (OSError, RuntimeError) as error:
        reason = "there is no such file" if not Path(path).exists() else f"it can't be read as sound ({error})"
        raise BadInput(f"{path}: {reason}. Give a WAV or FLAC file.") from error
    mono = samples[:, 0] if samples.shape[1] == 1 else to_int16(samples.mean(axis=1))
    return resample(np.ascontiguousarray(mono), rate)


def write(path: str | Path, samples: np.ndarray) -> None:
    """Write int16 `samples`, of shape (n,) or (n, channels), as a 16-bit WAV at `RATE`.

    Raises BadInput when the file can't be written.
    """
    try:
        soundfile.write(str(path), samples, RATE, subtype="PCM_16", format="WAV")
    except (OSError, RuntimeError) as error:
        raise BadInput(f"{path} can't be written ({error}). Choose another place.") from error
