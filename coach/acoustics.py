"""What a room does to sound: levels, reverberation, a loudspeaker that distorts, a clock that drifts.

Everything here works on float32 at int16 scale, `RATE` samples a second, and is seeded: the same room
twice sounds the same, sample for sample.
"""

import math

import numpy as np

from coach.sound import BLOCK, RATE

PARTNER_DISTANCE = 1.5
"""Metres from the partner's mouth to the microphone."""

SPEAKER_DISTANCE = 0.3
"""Metres from the laptop's loudspeaker to its microphone."""

_VOLUME = 40.0
"""Cubic metres of the room: four metres by four, 2.5 m high."""

_DIRECTIVITY = 2.0
"""How much more than an even source a mouth and a laptop's loudspeaker send forward (Kuttruff: speech, 2 and over)."""

_GAP = 0.002
"""Seconds between the direct sound and the first reflections: 70 cm of detour, a table or a wall."""

_DRIVE = 1 / 8000
"""Where the loudspeaker saturates, one over an int16 amplitude. At this value a sine at -20 dBFS has 2.5 percent of
third harmonic and one at -10 dBFS 12 percent: a laptop turned up."""

_SPEAKER_CORNER = 200.0
"""Hertz below which a laptop's loudspeaker falls off at 12 dB an octave."""


def level(samples: np.ndarray) -> float:
    """The rms of the speech in `samples`: of the 10 ms blocks within 20 dB of the loudest one; 0.0 in silence."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].astype(np.float64).reshape(-1, BLOCK)
    energy = (blocks**2).mean(axis=1)
    if not energy.size or energy.max() == 0:
        return 0.0
    return math.sqrt(energy[energy > 0.01 * energy.max()].mean())


def response(rt60: float, distance: float, seed: int, small_speaker: bool = False) -> np.ndarray:
    """The impulse response of a room, of unit energy, float32 (n,).

    The direct sound, then noise that decays by 60 dB in `rt60` seconds. How much of it depends on `distance`
    (metres): direct and reverberant sound are equal at the critical distance, 0.057 sqrt(Q V / rt60) (Sabine; Kuttruff,
    Room Acoustics). An `rt60` of 0 is the open air. `small_speaker` adds the low-frequency roll-off of a laptop.
    """
    taps = np.zeros(max(1, int(rt60 * RATE)))
    if rt60 > 0:
        at = np.arange(len(taps)) / RATE
        tail = np.random.default_rng(seed).normal(size=len(taps)) * np.exp(-math.log(1000) * at / rt60)
        tail[at < _GAP] = 0
        critical = 0.057 * math.sqrt(_DIRECTIVITY * _VOLUME / rt60)
        taps = tail / math.sqrt((tail**2).sum()) * distance / critical
    taps[0] = 1
    if small_speaker:
        taps = _roll_off(taps)
    return (taps / math.sqrt((taps**2).sum())).astype(np.float32)


def _roll_off(taps: np.ndarray) -> np.ndarray:
    """`taps` through a second-order Butterworth high-pass at the loudspeaker's corner."""
    size = len(taps) + RATE // 20
    ratio = 1j * np.fft.rfftfreq(size, 1 / RATE) / _SPEAKER_CORNER
    return np.fft.irfft(np.fft.rfft(taps, size) * ratio**2 / (ratio**2 + math.sqrt(2) * ratio + 1), size)


def reverberate(samples: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """A whole clip through a response, with its tail: float32 (len(samples) + len(taps) - 1,)."""
    size = len(samples) + len(taps) - 1
    fast = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(samples, fast) * np.fft.rfft(taps, fast)
    return np.fft.irfft(spectrum, fast)[:size].astype(np.float32)


def distort(block: np.ndarray) -> np.ndarray:
    """A block through a loudspeaker that saturates softly."""
    return np.tanh(block * _DRIVE) / _DRIVE


class Convolver:
    """A response applied block by block without delay: uniformly partitioned overlap-save (Gardner 1995)."""

    def __init__(self, taps: np.ndarray):
        """`taps`: float (n,), any length."""
        parts = -(-len(taps) // BLOCK)
        padded = np.zeros(parts * BLOCK)
        padded[: len(taps)] = taps
        self._filters = np.fft.rfft(padded.reshape(parts, BLOCK), 2 * BLOCK).astype(np.complex64)
        self._past = np.zeros((parts, BLOCK + 1), np.complex64)
        self._newest = 0
        self._previous = np.zeros(BLOCK, np.float32)
        self._silent = parts + 1  # blocks of silence so far: with more than `parts` nothing rings on

    def feed(self, block: np.ndarray) -> np.ndarray:
        """The next BLOCK samples in, the same stretch of time out, float32."""
        parts = len(self._filters)
        self._silent = 0 if block.any() else self._silent + 1
        if self._silent > parts + 1:
            return np.zeros(BLOCK, np.float32)
        self._newest = (self._newest - 1) % parts
        self._past[self._newest] = np.fft.rfft(np.concatenate([self._previous, block]))
        self._previous = np.asarray(block, np.float32)
        split = parts - self._newest  # the ring's newest block meets the response's first part
        total = (self._past[self._newest :] * self._filters[:split]).sum(axis=0)
        total += (self._past[: self._newest] * self._filters[split:]).sum(axis=0)
        return np.fft.irfft(total)[BLOCK:].astype(np.float32)


class DelayLine:
    """A delay of any fraction of a sample, which may drift and jump: windowed-sinc interpolation, 16 taps."""

    _TAPS = 16
    _PHASES = 2048  # steps of 1/2048 sample leave an error of -70 dB at 4 kHz
    _LONGEST = RATE  # 0.4 s of delay and a drift of 200 ppm for half an hour fit

    def __init__(self) -> None:
        half = self._TAPS // 2
        offset = np.arange(self._TAPS) - (half - 1) - np.arange(self._PHASES)[:, None] / self._PHASES
        self._weights = (np.sinc(offset) * np.cos(np.pi * offset / self._TAPS) ** 2).astype(np.float32)
        self._past = np.zeros(self._LONGEST + BLOCK + self._TAPS, np.float32)
        self._near = np.arange(self._TAPS) - (half - 1)
        self._silent = 0  # blocks since something was heard

    def feed(self, block: np.ndarray, start: float, end: float) -> np.ndarray:
        """BLOCK samples in, BLOCK samples out, delayed by `start` samples at the first one and `end` after the last.

        A delay under 8 samples counts as 8, the reach of the interpolation, and one over a second as a second.
        """
        self._past[:-BLOCK] = self._past[BLOCK:]
        self._past[-BLOCK:] = block
        self._silent = 0 if block.any() else self._silent + 1
        if self._silent * BLOCK > len(self._past):
            return np.zeros(BLOCK, np.float32)
        first, last = (min(max(delay, self._TAPS // 2), self._LONGEST) for delay in (start, end))
        newest = len(self._past) - BLOCK
        if first == last:
            whole, phase = divmod(round((newest - first) * self._PHASES), self._PHASES)
            begin = whole + int(self._near[0])
            return np.correlate(self._past[begin : begin + BLOCK + self._TAPS - 1], self._weights[phase], "valid")
        places = newest - first + _RAMP * (1 - (last - first) / BLOCK)
        whole, phase = np.divmod(np.round(places * self._PHASES).astype(np.int64), self._PHASES)
        return np.einsum("nt,nt->n", self._past[whole[:, None] + self._near], self._weights[phase])


_RAMP = np.arange(BLOCK)
