"""A linear echo canceller: the echo path as an adaptive filter, and the drift between two clocks.

A partitioned-block frequency-domain Kalman filter (Enzner and Vary, Signal Processing 86, 2006; Kuech et al., ICASSP
2014). Unlike a suppressor it subtracts: where it works, a partner who speaks at the same time loses nothing.
"""

import math

import numpy as np

from coach.acoustics import DelayLine
from coach.sound import BLOCK, RATE

PARTS = 48
"""Blocks that the filter spans: 0.48 s, for 0.4 s of delay and the early part of the room."""

_SEEKING, _SETTLED = 0.998, 0.9999
"""How much of the echo path is the same in the next block: while the clocks' drift is unknown, and once it is followed.

The short memory finds a drift of 200 ppm in four seconds, where the long one never does; the long one leaves a partner
who speaks over the coach at its level 30 dB clear of it, where the short one leaves 20.
"""

_NEAR = 0.5
"""Smoothing over blocks of the power that is not echo, which halts adaptation while someone else speaks. With 0.9 the
first blocks of a word disturb the filter: 3 dB less."""

_QUIET = 30.0
"""Rms, int16, of disturbance that is always assumed."""

_DOUBT = 0.05
"""Initial variance of a tap's spectrum: an echo at about the level of the reference."""

_CONSTRAINED = 8
"""Partitions, in turn, whose filter is kept causal in a block: all of them every 60 ms, for a sixth of the time."""


class Linear:
    """The adaptive filter."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._far = np.zeros((PARTS, bins), np.complex64)
        self._far_power = np.zeros((PARTS, bins), np.float32)
        self._near = np.full(bins, 1e6, np.float32)
        self._last = np.zeros(BLOCK, np.float32)
        self._turn = 0
        self._silent = PARTS  # blocks since the reference was last heard
        self.forget()

    def forget(self) -> None:
        """Begin again: the path is another one."""
        self._filter = np.zeros_like(self._far)
        self._doubt = np.full_like(self._far_power, _DOUBT)
        self.settled = False
        """Whether the path hardly moves; then it is learnt more finely. `Drift` says it."""

    def feed(self, reference: np.ndarray, heard: np.ndarray) -> np.ndarray:
        """What was heard without its echo of the reference so far; blocks of BLOCK samples in float32."""
        self._silent = 0 if reference.any() else self._silent + 1
        if self._silent > PARTS:
            return heard
        self._far[1:], self._far_power[1:] = self._far[:-1], self._far_power[:-1]
        self._far[0] = np.fft.rfft(np.concatenate([self._last, reference]))
        self._far_power[0] = _power(self._far[0])
        self._last = reference
        error = heard - np.fft.irfft((self._far * self._filter).sum(axis=0))[BLOCK:]
        spectrum = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), error])).astype(np.complex64)
        self._adapt(spectrum)
        return error.astype(np.float32)

    def taps(self) -> np.ndarray:
        """The echo path as it is known now, float32 (PARTS * BLOCK,)."""
        return np.fft.irfft(self._filter, axis=1)[:, :BLOCK].reshape(-1).astype(np.float32)

    def _adapt(self, error: np.ndarray) -> None:
        self._near = _NEAR * self._near + (1 - _NEAR) * _power(error)
        uncertain = self._far_power * self._doubt
        step = self._doubt / (0.5 * uncertain.sum(axis=0) + self._near + _QUIET**2 * BLOCK)
        self._filter += step * error * self._far.conj()
        forget = np.float32((_SETTLED if self.settled else _SEEKING) ** 2)
        self._doubt -= 0.5 * step * uncertain
        self._doubt *= forget
        self._doubt += (1 - forget) * _power(self._filter)
        turn = (self._turn + np.arange(_CONSTRAINED)) % PARTS
        causal = np.fft.irfft(self._filter[turn], axis=1)
        causal[:, BLOCK:] = 0
        self._filter[turn] = np.fft.rfft(causal, axis=1)
        self._turn = int(turn[-1]) + 1


class Drift:
    """Plays a reference at the speed of the microphone's clock, from how the echo path wanders.

    A drift of 100 ppm takes the filter from 30 dB to 8: it can't follow, but it lags in the right direction.
    """

    _EVERY = 50  # blocks between two looks at the path
    _MOST = 500e-6  # no two sound cards are further apart: what looks like more was a jump
    _CALM, _MOVED = 0.05, 0.2  # samples between two looks: 6 ppm, 25 ppm
    _CALM_LOOKS = 4
    _REACH = 12  # samples that it may have wandered meanwhile
    _LEAST = 8.0  # samples: the shortest delay of the line
    _SLACK = 240.0  # samples: the first delay, less than the shortest echo's; with a fast loudspeaker it is used up

    def __init__(self) -> None:
        self._line = DelayLine()
        self._delay = self._SLACK
        self._slope = 0.0  # samples of delay more in each sample
        self._path: np.ndarray | None = None
        self._count = 0
        self._calm = 0  # looks in a row at which the path had hardly moved

    @property
    def ppm(self) -> float:
        """How much slower than the microphone's the loudspeaker's clock seems to run."""
        return self._slope * 1e6

    def feed(self, reference: np.ndarray) -> np.ndarray:
        """The next block of the reference, 15 ms later at first, resampled, float32."""
        end = self._delay + BLOCK * self._slope
        if not self._LEAST <= end <= RATE:
            self._delay = end = self._SLACK
            self._path = None
        block = self._line.feed(reference, self._delay, end)
        self._delay = end
        return block

    def look(self, linear: Linear) -> None:
        """Take in, with every block in which the reference sounds, how the path has moved; tell the filter if it rests."""
        self._count += 1
        if self._count % self._EVERY:
            return
        path = linear.taps()
        if self._path is not None:
            moved = _lag(self._path, path, self._REACH)
            if math.isfinite(moved):
                slope = self._slope + moved / (self._EVERY * BLOCK)
                self._slope = min(max(slope, -self._MOST), self._MOST)
            self._calm = self._calm + 1 if abs(moved) < self._CALM else 0
            linear.settled = self._calm >= self._CALM_LOOKS or (linear.settled and abs(moved) < self._MOVED)
        self._path = path

    def forget(self) -> None:
        """The path is another one; the drift is the same."""
        self._calm, self._path = 0, None


def _lag(before: np.ndarray, after: np.ndarray, reach: int) -> float:
    """By how many samples one path is later than another, to a fraction; infinity where they don't resemble each other."""
    middle, lags = before[reach:-reach], range(2 * reach + 1)
    alike = [float(middle @ after[lag : lag + len(middle)]) for lag in lags]
    top = max(lags, key=alike.__getitem__)
    if top in (lags[0], lags[-1]) or alike[top] <= 0.5 * float(np.linalg.norm(before) * np.linalg.norm(after)):
        return math.inf
    left, peak, right = alike[top - 1 : top + 2]
    return top - reach + 0.5 * (left - right) / (left - 2 * peak + right)


def _power(spectrum: np.ndarray) -> np.ndarray:
    return spectrum.real**2 + spectrum.imag**2
