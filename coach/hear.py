"""What the coach would hear in recordings: streamed in blocks as live."""

from pathlib import Path
from typing import Any

import numpy as np

from coach import sound
from coach.ears import Ears
from coach.phrases import Meaning, Window

TRAIL = sound.RATE
"""Samples of silence after a file, so that its last word is decided."""


def hear_samples(samples: np.ndarray, ears: Ears) -> list[tuple[int, Meaning]]:
    """All that is understood in int16 `samples`, each with the count of samples fed when it was known."""
    padded = np.concatenate([samples, np.zeros(TRAIL + -len(samples) % sound.BLOCK, np.int16)])
    heard = []
    for start in range(0, len(padded), sound.BLOCK):
        end = start + sound.BLOCK
        heard += [(end, meaning) for meaning in ears.feed(padded[start:end])]
    heard += [(len(padded), meaning) for meaning in ears.flush()]
    return heard


def hear_file(path: str, ears: Ears, window: Window) -> dict[str, Any]:
    """What is heard in a file, as `coach hear` prints it. Raises BadInput when it can't be read."""
    samples = sound.read(path)
    ears.reset()
    ears.window = window
    return {
        "file": path,
        "seconds": round(len(samples) / sound.RATE, 3),
        "heard": [_entry(at, meaning) for at, meaning in hear_samples(samples, ears)],
    }


def _entry(at: int, meaning: Meaning) -> dict[str, Any]:
    entry: dict[str, Any] = {"at": round(at / sound.RATE, 3), "text": meaning.text, "intent": meaning.intent.value}
    return entry if meaning.value is None else entry | {"value": meaning.value}
