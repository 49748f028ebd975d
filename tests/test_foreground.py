"""The loudest voice is kept whole, what is behind it goes."""

import math

import numpy as np

from coach.foreground import AROUND, BEHIND, fallen, foreground, stands_out
from coach.patience import STOP_SPAN
from coach.sound import BLOCK, gain

QUIET = np.zeros(BLOCK, np.int16)
LOUD = 8000.0


def noise(blocks, rms, seed=0):
    sound = np.random.default_rng(seed).normal(0, rms, (blocks, BLOCK))
    return list(sound.astype(np.int16))


def test_what_is_behind_is_taken_out():
    """A voice clearly below the loudest one is gone, but for a moment on both sides of that."""
    behind = LOUD * gain(-BEHIND - 4)
    blocks = noise(80, behind) + noise(40, LOUD, 1) + noise(80, behind, 2)
    kept = [block is not QUIET for block in foreground(blocks, QUIET)]
    assert all(kept[80:120])
    assert not any(kept[: 80 - AROUND - 5] + kept[120 + AROUND + 5 :])


def test_the_quiet_sounds_of_a_word_stay():
    """The F and the V of "five" are 30 dB under its vowel."""
    faint = LOUD * gain(-30)
    blocks = noise(50, 10) + noise(12, faint, 1) + noise(20, LOUD, 2) + noise(12, faint, 3) + noise(50, 10, 4)
    kept = foreground(blocks, QUIET)
    assert all(block is not QUIET for block in kept[50:94])


def test_one_voice_alone_is_left_as_it_is():
    """Talk that is equally loud throughout has no foreground."""
    blocks = noise(200, LOUD)
    assert all(a is b for a, b in zip(foreground(blocks, QUIET), blocks, strict=True))


def test_a_click_is_no_voice():
    """One loud block does not make a voice of half its level a background."""
    blocks = noise(100, LOUD / 2) + noise(1, LOUD, 1) + noise(100, LOUD / 2, 2)
    assert all(block is not QUIET for block in foreground(blocks, QUIET))


def test_how_far_a_word_stands_out():
    """Against the loudest of what was heard before it; its own beginning and what comes behind it are no part of that."""
    for before_db in (-20, -6, 0, 6):
        before = noise(200 - STOP_SPAN - 5, LOUD * gain(before_db))
        word = noise(10, LOUD / 4, 1) + noise(30, LOUD, 2) + noise(35, 20, 3)
        assert abs(stands_out(before + word) + before_db) < 0.7


def test_after_quiet_a_word_stands_out_whatever_it_is():
    """However softly it is said."""
    assert stands_out(noise(160, 20) + noise(40, 100, 1)) == math.inf
    assert stands_out(noise(20, LOUD)) == math.inf


def test_how_far_it_has_fallen():
    """From a word to the last fifth of a second; talk that goes on has not fallen."""
    for after_db in (-20, -6, 0):
        assert abs(fallen(noise(100, 20) + noise(30, LOUD, 1) + noise(22, LOUD * gain(after_db), 2)) + after_db) < 1
