"""Whether what the microphone hears is the coach itself, by how it sounds and not by how loud it is.

A canceller that has lost the echo, as after a device lost a buffer, lets it through as loud as a partner, until it has found it
again. But it goes as what was played went a moment before; a partner does not, nor do the two together.
"""

from collections import deque

import numpy as np

from coach.sound import BLOCK, RATE, rms

ALONE = 0.92
"""Likeness over which nobody but the coach seems to be heard. In the last 0.15 s of 58 words over the coach's voice in each of four rooms, echo at
-5 to +10 dB, what a canceller left was never over 0.88; the microphone itself was at 3 in 100, at the coach's level. What a canceller let
through when the delay had jumped (PulseAudio on a busy machine) came to 0.97 within 0.1 s."""

CERTAIN = 10
"""Blocks for which it must be over that, 0.1 s: any two sounds begin alike, and a partner's word beside a counted number was over it for
up to 9 blocks at its beginning."""

AUDIBLE = 100.0
"""Rms, int16, under which nothing is heard that matters."""

SPAN = 30
"""Blocks that are compared, 0.3 s: as long as a short word."""

LAGS = 60
"""Blocks by which an echo may be late: 0.4 s of device and room, and what was lost."""

_BANDS, _LOWEST, _HIGHEST = 20, 200.0, 5000.0
_SIZE = 512
_FLOOR = 1e6
"""Power in a band under which a difference is noise: a voice at -65 dBFS."""


class Likeness:
    """Feed it every block that was played, and what was heard at the same time."""

    def __init__(self) -> None:
        self._played, self._heard = _Spectra(SPAN + LAGS), _Spectra(SPAN)
        self._loudness: deque[float] = deque([0.0] * SPAN, SPAN)
        self._silent = SPAN + LAGS  # blocks since something was played
        self._alike = 0  # blocks
        self.value = 0.0
        """The correlation with what was played, at the best lag: 1 for the same sound, however loud and whatever its colour; 0 for silence."""

    def feed(self, played: np.ndarray, heard: np.ndarray) -> None:
        """Take in two blocks (int16) of the same time."""
        self._played.feed(played)
        self._heard.feed(heard)
        self._loudness.append(rms(heard))
        self._silent = 0 if played.any() else self._silent + 1
        audible = self._silent < SPAN + LAGS and max(self._loudness) > AUDIBLE
        self.value = self._compare() if audible else 0.0
        self._alike = self._alike + 1 if self.value > ALONE else 0

    @property
    def alone(self) -> bool:
        """Whether nobody but the coach is heard."""
        return self._alike >= CERTAIN

    def _compare(self) -> float:
        sound = _centred(np.array(self._heard.last))
        at_lags = _centred(np.lib.stride_tricks.sliding_window_view(np.array(self._played.last), SPAN, axis=0).swapaxes(1, 2))
        power = np.sqrt((sound**2).sum() * (at_lags**2).sum((1, 2)))
        return float(((at_lags * sound).sum((1, 2)) / np.maximum(power, 1.0)).max())


class _Spectra:
    """The last blocks as log power in bands of the ear's width."""

    def __init__(self, count: int):
        self._before = np.zeros(BLOCK, np.float32)
        self.last = deque([_spectrum(np.zeros(2 * BLOCK, np.float32))] * count, count)

    def feed(self, block: np.ndarray) -> None:
        now = block.astype(np.float32)
        self.last.append(_spectrum(np.concatenate([self._before, now])))
        self._before = now


def _centred(spectra: np.ndarray) -> np.ndarray:
    """(..., blocks, bands) without each band's mean: the colour of a room and a loudspeaker is in that."""
    return spectra - spectra.mean(-2, keepdims=True)


def _filters() -> np.ndarray:
    """Triangles on the mel scale: (frequencies, bands)."""
    mel = np.linspace(*(1127 * np.log1p(np.array([_LOWEST, _HIGHEST]) / 700)), _BANDS + 2)
    edges = 700 * np.expm1(mel / 1127)
    frequencies = np.fft.rfftfreq(_SIZE, 1 / RATE)[:, None]
    below, centre, above = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (frequencies - below) / (centre - below), (above - frequencies) / (above - centre)
    return np.minimum(rising, falling).clip(0).astype(np.float32)


_FILTERS = _filters()
_WINDOW = np.hanning(2 * BLOCK).astype(np.float32)


def _spectrum(sound: np.ndarray) -> np.ndarray:
    return np.log(np.square(np.abs(np.fft.rfft(sound * _WINDOW, _SIZE)), dtype=np.float32) @ _FILTERS + _FLOOR)
