"""Whether someone seems to be speaking."""

import numpy as np

from coach.activity import Activity
from coach.sound import BLOCK, RATE

NOISE = np.random.default_rng(7)


def noise(rms, seconds):
    return NOISE.normal(0.0, rms, round(seconds * RATE)).astype(np.int16).reshape(-1, BLOCK)


def voiced(activity, blocks):
    """The verdict after each block."""
    verdicts = []
    for block in blocks:
        activity.feed(block)
        verdicts.append(activity.voiced)
    return verdicts


def test_a_voice_above_the_noise_is_noticed_within_50_ms():
    """In a quiet room and in a noisy one."""
    for room in (5, 400):
        activity = Activity()
        voiced(activity, noise(room, 3.0))
        assert not activity.voiced
        assert voiced(activity, noise(room * 10 + 500, 0.5)).index(True) < 5


def test_it_ends_soon_after_the_voice():
    """A gap inside a word is bridged, a pause is not."""
    activity = Activity()
    voiced(activity, noise(20, 1.0))
    voiced(activity, noise(2000, 0.3))
    assert all(voiced(activity, noise(20, 0.08)))
    assert not voiced(activity, noise(20, 0.3))[-1]


def test_steady_noise_becomes_the_floor():
    """A machine that starts is a voice for a moment only."""
    activity = Activity()
    voiced(activity, noise(20, 1.0))
    assert not voiced(activity, noise(500, 4.0))[-1]


def test_a_click_is_no_voice():
    """One loud block alone is nothing."""
    activity = Activity()
    voiced(activity, noise(20, 1.0))
    assert not any(voiced(activity, [*noise(5000, 0.01), *noise(20, 0.3)]))


def test_digital_silence_is_no_voice():
    """Nor is the first sound of almost nothing after it."""
    activity = Activity()
    assert not any(voiced(activity, [*noise(0, 1.0), *noise(30, 0.2)]))
