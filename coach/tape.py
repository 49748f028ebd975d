"""A session recorded as it happens: left the coach, right what the microphone heard. Only where somebody asked for it."""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from coach.errors import BadInput
from coach.sound import RATE


class Tape:
    """A sound card that writes all that passes through it to a 16-bit stereo WAV, block by block."""

    def __init__(self, card: Any, path: str | Path):
        """Raises BadInput when the file can't be written."""
        self._card = card
        try:
            self._file = soundfile.SoundFile(str(path), "w", RATE, 2, "PCM_16", format="WAV")
        except (OSError, RuntimeError) as error:
            raise BadInput(f"{path} can't be written ({error}). Choose another place.") from error
        self._heard = np.zeros(0, np.int16)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._card, name)

    def __enter__(self) -> "Tape":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self) -> np.ndarray:
        """The card's next block."""
        self._heard = self._card.read()
        return self._heard

    def write(self, block: np.ndarray) -> None:
        """Give the block to the card, and both to the file."""
        self._card.write(block)
        self._file.write(np.stack([block, self._heard], axis=1))
