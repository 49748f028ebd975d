"""Clips: trimmed to the sample, and all at one level."""

import numpy as np
import pytest

from coach import sound
from coach.clips import EDGE, LEAD, LEVEL_DB, PEAK, clip


def tone(samples: int, level: int) -> np.ndarray:
    """A steady tone with its first and last sample at full level."""
    return (level * np.where(np.arange(samples) % 16 < 8, 1, -1)).astype(np.int16)


def test_silence_around_the_voice_is_cut_and_the_onset_is_exact():
    """Onset and offset are those of the tone, to the sample."""
    found = clip(np.concatenate([np.zeros(700, np.int16), tone(4000, 9000), np.zeros(3000, np.int16)]))
    assert (found.onset, found.offset) == (LEAD, LEAD + 4000)
    assert len(found.samples) == LEAD + 4000 + 2 * LEAD


def test_a_voice_that_starts_at_once_keeps_its_start():
    """Nothing is cut where there is nothing to cut."""
    found = clip(tone(4000, 9000))
    assert (found.onset, found.offset, len(found.samples)) == (0, 4000, 4000)


def test_clips_are_brought_to_one_level():
    """A quiet and a loud rendering sound the same, pauses not counted."""
    quiet = clip(tone(4000, 300)).samples
    loud = clip(np.concatenate([tone(2000, 30000), np.zeros(9000, np.int16), tone(2000, 30000)])).samples
    for samples in (quiet, loud):
        assert np.abs(samples).max() == pytest.approx(sound.FULL_SCALE * sound.gain(LEVEL_DB), abs=1)


def test_a_peak_is_never_clipped():
    """A rendering with one high peak stays below full scale."""
    peaky = tone(8000, 1000)
    peaky[4000] = 30000
    assert np.abs(clip(peaky).samples.astype(int)).max() <= PEAK * sound.FULL_SCALE + 1


def test_a_silent_rendering_is_an_empty_clip():
    """A text without words is no error and no sound."""
    assert len(clip(np.zeros(5000, np.int16)).samples) == 0


def test_the_onset_is_where_the_samples_reach_the_edge():
    """Measured again in the clip itself the onset is the same sample."""
    rising = (np.linspace(0, 12000, 8000) * np.where(np.arange(8000) % 16 < 8, 1, -1)).astype(np.int16)
    found = clip(rising)
    loud = np.abs(found.samples.astype(int))
    assert abs(int(np.argmax(loud >= EDGE * loud.max())) - found.onset) <= 1
