"""The physics of the simulated room."""

import numpy as np
import pytest

from coach import acoustics
from coach.sound import BLOCK, RATE


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3000, n).astype(np.float32)


def tone(hertz: float, n: int, amplitude: float) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(n) / RATE)).astype(np.float32)


def in_blocks(feed, samples: np.ndarray) -> np.ndarray:
    return np.concatenate([feed(block) for block in samples.reshape(-1, BLOCK)])


def test_level_ignores_pauses():
    """Two seconds of speech have the level of one second of it and one of silence."""
    speech = noise(RATE)
    padded = np.concatenate([np.zeros(RATE), speech])
    assert acoustics.level(padded) == pytest.approx(acoustics.level(speech), rel=1e-3)
    assert acoustics.level(np.zeros(RATE)) == 0
    assert acoustics.level(np.zeros(3)) == 0


@pytest.mark.parametrize("rt60", [0.2, 0.5, 0.8])
def test_response_decays_by_60_db(rt60):
    """The slope of the energy decay curve (Schroeder) is the reverberation time that was asked for."""
    energy = np.cumsum((acoustics.response(rt60, 1.5, 0).astype(np.float64) ** 2)[::-1])[::-1]
    decay = 10 * np.log10(energy / energy[0])
    at_10, at_30 = np.searchsorted(-decay, [10, 30])
    assert 3 * (at_30 - at_10) / RATE == pytest.approx(rt60, rel=0.1)


def test_nearer_is_drier():
    """The loudspeaker at 30 cm reverberates less than the partner at a metre and a half."""
    near = acoustics.response(0.5, acoustics.SPEAKER_DISTANCE, 0)
    far = acoustics.response(0.5, acoustics.PARTNER_DISTANCE, 0)
    assert near[0] > 2 * far[0]


def test_small_speaker_has_no_bass():
    """A small loudspeaker takes at least 15 dB off 80 Hz and leaves 1 kHz alone."""
    taps = acoustics.response(0.0, 0.3, 0)
    small = acoustics.response(0.2, 1e-6, 0, small_speaker=True)
    spectrum = np.abs(np.fft.rfft(small, RATE)) / np.abs(np.fft.rfft(taps, RATE))
    assert spectrum[80] < 10 ** (-15 / 20)
    assert spectrum[1000] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("rt60", [0.0, 0.3, 0.8])
def test_blockwise_convolution_is_convolution(rt60):
    """Block by block gives what a whole convolution gives, without delay."""
    taps, sound = acoustics.response(rt60, 0.3, 1), noise(RATE)
    whole = acoustics.reverberate(sound, taps)[:RATE]
    assert np.allclose(in_blocks(acoustics.Convolver(taps).feed, sound), whole, atol=0.5)


def test_convolution_rings_on_in_silence_and_then_rests():
    """The tail sounds after the input ends, ends itself, and a later sound is convolved as the first was."""
    taps = acoustics.response(0.2, 0.3, 1)
    burst = np.concatenate([noise(BLOCK), np.zeros(RATE - BLOCK, np.float32)])
    twice = in_blocks(acoustics.Convolver(taps).feed, np.concatenate([burst, burst]))
    assert np.abs(twice[2 * BLOCK : 3 * BLOCK]).max() > 10
    assert np.abs(twice[RATE // 2 : RATE]).max() < 0.1
    assert np.allclose(twice[RATE:], twice[:RATE], atol=0.1)


@pytest.mark.parametrize("delay", [8, 640, 640.5, 6400.25])
def test_delay_is_exact_to_a_fraction_of_a_sample(delay):
    """A tone comes out as the same tone, that much later."""
    hertz, n = 1000, RATE
    line = acoustics.DelayLine()
    out = in_blocks(lambda block: line.feed(block, delay, delay), tone(hertz, n, 10000))
    expected = 10000 * np.sin(2 * np.pi * hertz * (np.arange(n) - delay) / RATE)
    assert np.abs(out - expected)[int(delay) + 100 :].max() < 30


def test_drift_changes_the_pitch():
    """A delay that grows by 200 ppm lowers a tone by 200 ppm, without clicks at block borders."""
    line, slope = acoustics.DelayLine(), 200e-6
    starts = iter(range(0, 10 * RATE, BLOCK))

    def feed(block: np.ndarray) -> np.ndarray:
        at = next(starts)
        return line.feed(block, 100 + at * slope, 100 + (at + BLOCK) * slope)

    out = in_blocks(feed, tone(1000, 10 * RATE, 10000))
    expected = 10000 * np.sin(2 * np.pi * 1000 * (np.arange(10 * RATE) * (1 - slope) - 100) / RATE)
    assert np.abs(out - expected)[200:].max() < 30


def test_distortion_adds_overtones_to_loud_sound_only():
    """A loud tone gains a third harmonic of at least five percent, a soft one less than half a percent."""

    def third(amplitude: float) -> float:
        spectrum = np.abs(np.fft.rfft(acoustics.distort(tone(1000, RATE, amplitude))))
        return spectrum[3000] / spectrum[1000]

    assert third(10000) > 0.05
    assert third(1000) < 0.005
