"""Rooms, microphones and noise: every copy of a clip sounds as if another person said it elsewhere.

There is no mean normalisation in the recogniser, so level and channel must vary here. All signals are float32 at int16 scale.
"""

import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, sosfilt

from .corpus import RATE

TELEPHONE = butter(8, 3800, "low", fs=RATE, output="sos")  # FSDD is 8 kHz, and so are some headsets
PEAKS = 700, 30000  # of the speech: a whisper far away to nearly clipping
SPEEDS = 0.88, 1.14  # also pitch and formants: the recordings have few children and few deep voices
SYNTHETIC_SPEEDS = 0.80, 1.25
GATED = 0.15  # of the clips have digital silence around them, from noise gates and from files that were put together
OVERDRIVEN = 0.1  # of the clips are clipped, as those of many laptops are
SNR = 3, 40  # dB, speech against noise


def resample(sound, speed):
    """Faster and higher (speed over 1) or slower and deeper."""
    return soxr.resample(sound, RATE * speed, RATE, quality="LQ")


def reverb(sound, rng):
    """An exponentially decaying noise tail, RT60 0.1 to 0.6 s, direct sound at the original place."""
    length = int(rng.uniform(0.1, 0.6) * RATE)
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * rng.uniform(0.02, 0.16)
    tail[0] = 1
    return fftconvolve(sound, tail)[: len(sound)].astype(np.float32)


def coloured(count, rng):
    """Noise with a spectrum falling as f^-0..f^-1.2, from hiss to rumble."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum *= (np.arange(len(spectrum)) + 20.0) ** -rng.uniform(0, 1.2)
    return np.fft.irfft(spectrum, count).astype(np.float32)


def music(count, rng):
    """Chords of decaying harmonic tones with a noise beat: enough to learn that tones are not words."""
    time = np.arange(count) / RATE
    beat, root = rng.uniform(0.25, 0.7), rng.uniform(80, 350)
    out = np.zeros(count)
    for start in np.arange(0, count / RATE, beat):
        since = np.maximum(time - start, 0)
        envelope = (time >= start) * np.exp(-since * rng.uniform(1, 6))
        for semitones in rng.choice([0, 3, 4, 5, 7, 9, 12, 16], rng.integers(1, 4)):
            pitch = root * 2 ** (semitones / 12)
            for harmonic in range(1, rng.integers(3, 7)):
                out += envelope * np.sin(2 * np.pi * pitch * harmonic * since) / harmonic
        if rng.random() < 0.6:
            out += 2 * (time >= start) * np.exp(-since * 40) * rng.standard_normal(count)
    return out.astype(np.float32)


def breath(count, rng):
    """Band-passed noise that swells and fades, as breathing, blowing and rubbing on cloth do."""
    low = rng.uniform(200, 1500)
    band = butter(2, [low, low * rng.uniform(1.5, 4)], "band", fs=RATE, output="sos")
    swell = np.sin(np.pi * np.arange(count) / RATE / rng.uniform(0.3, 2)) ** 2
    return (sosfilt(band, rng.standard_normal(count)) * swell).astype(np.float32)


def nothing(count, rng):
    """Digital silence: no microphone gives it, but files and gates do."""
    return np.zeros(count, np.float32)


class Surroundings:
    """What else is heard in a room: recorded noise and other people, cut at random places."""

    def __init__(self, noises, talk):
        self.noises, self.talk = noises, talk  # lists of float32 signals

    def _cut(self, sounds, count, rng):
        sound = sounds[rng.integers(len(sounds))]
        if len(sound) < count:
            return np.resize(sound, count)
        start = rng.integers(len(sound) - count + 1)
        return sound[start : start + count]

    def noise(self, count, rng):
        """One kind of noise at random, and whether it is people who talk."""
        kind = rng.random()
        if kind < 0.30:
            return coloured(count, rng), False
        if kind < 0.58:
            return self._cut(self.noises, count, rng), False
        if kind < 0.90:
            return sum(self._cut(self.talk, count, rng) for _ in range(rng.choice([1, 1, 1, 2, 4]))), True
        return music(count, rng) if kind < 0.96 else breath(count, rng), False


def level(sound):
    """Root mean square of the louder half, so that pauses do not count."""
    power = np.sort(sound.astype(np.float64) ** 2)[len(sound) // 2 :]
    return np.sqrt(power.mean()) + 1e-3


def augment(sound, surroundings, rng, synthetic=False):
    """A noisy version of a clip: (sound, speed, samples put before it, whether others talk all the time)."""
    speed = rng.uniform(*(SYNTHETIC_SPEEDS if synthetic else SPEEDS)) if rng.random() < 0.8 else 1.0
    sound = sound.astype(np.float32)
    if speed != 1.0:
        sound = resample(sound, speed)
    before, after = (int(rng.uniform(*bounds) * RATE) for bounds in ((0.0, 0.5), (0.05, 0.5)))
    sound = np.pad(sound, (before, after))
    if rng.random() < 0.45:
        sound = reverb(sound, rng)
    sound *= np.exp(rng.uniform(*np.log(PEAKS))) / (np.abs(sound).max() + 1)
    talk = False
    if rng.random() < 0.92 and np.any(sound):
        noise, talk = surroundings.noise(len(sound), rng)
        sound = sound + noise * (level(sound) / level(noise) * 10 ** (-rng.uniform(*SNR) / 20))
    if np.any(sound):
        sound = sound + rng.standard_normal(len(sound)) * rng.uniform(0.3, 6)  # of the microphone itself
    if rng.random() < 0.2:
        sound = sosfilt(TELEPHONE, sound)
    if rng.random() < OVERDRIVEN:
        sound = sound * (rng.uniform(1, 4) * 32768 / (np.abs(sound).max() + 1))
    if rng.random() < GATED:
        gate = (rng.uniform(0, 0.5, 2) * RATE).astype(int)
        sound, before = np.pad(sound, gate), before + gate[0]
    return np.clip(np.round(sound), -32768, 32767).astype(np.float32), speed, before, talk
