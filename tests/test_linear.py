"""The adaptive filter and the drift between two clocks."""

import numpy as np
import pytest

from coach.linear import PARTS, Drift, Linear
from coach.partner import Partner, RoomTable
from coach.room import Room
from coach.sound import BLOCK, RATE
from test_echo import babble


def run(seconds: float, **table):
    """Decibels that the filter takes away in the last two seconds, and the drift that was found."""
    there, linear, drift = Room(Partner((), RoomTable(echo_db=0.0, **table)), None), Linear(), Drift()
    reference, heard, rest = np.zeros(BLOCK, np.float32), [], []
    for block in babble(seconds).reshape(-1, BLOCK):
        heard.append(there.read().astype(np.float32))
        rest.append(linear.feed(reference, heard[-1]))
        if reference.any():
            drift.look(linear)
        reference = drift.feed(block)
        there.write(block)
    before, after = (np.concatenate(it)[-2 * RATE :].astype(np.float64) for it in (heard, rest))
    return 10 * np.log10((before**2).mean() / (after**2).mean()), drift.ppm


@pytest.mark.parametrize("delay_ms", [20.0, 100.0, 400.0])
def test_the_echo_is_subtracted_whatever_its_delay(delay_ms):
    """After eight seconds at least 20 dB are gone."""
    assert run(8, rt60=0.2, delay_ms=delay_ms)[0] > 20


@pytest.mark.parametrize("ppm", [-100.0, 50.0, 200.0])
def test_drift_is_found_and_followed(ppm):
    """The clock's drift is known to 15 ppm, and the echo is subtracted in spite of it."""
    removed, found = run(15, rt60=0.2, drift_ppm=ppm)
    assert found == pytest.approx(ppm, abs=15)
    assert removed > 10


def test_without_drift_none_is_found():
    """Two equal clocks are left alone."""
    assert abs(run(8, rt60=0.2)[1]) < 10


def test_what_is_not_echo_is_left_alone():
    """Without a reference what was heard passes through, bit by bit."""
    linear, sound = Linear(), babble(1).astype(np.float32).reshape(-1, BLOCK)
    silence = np.zeros(BLOCK, np.float32)
    assert all(np.array_equal(linear.feed(silence, block), block) for block in sound)
    assert not linear.taps().any()
    assert linear.taps().shape == (PARTS * BLOCK,)
