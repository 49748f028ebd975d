"""The echo canceller in the simulated room."""

import builtins

import numpy as np
import pytest

from coach import sound
from coach.acoustics import level
from coach.echo import Echo, NoEcho, canceller
from coach.partner import Partner, Reply, RoomTable
from coach.room import COACH_LEVEL, PARTNER_LEVEL, Room
from coach.sound import BLOCK, RATE


def babble(seconds: float, seed: int = 0) -> np.ndarray:
    """Noise in syllables: four bursts a second, each of its own colour, with pauses, at the coach's level."""
    rng, syllables = np.random.default_rng(seed), []
    for _ in range(round(4 * seconds)):
        length = RATE // 4
        colour = np.convolve(rng.normal(size=length), rng.normal(size=8), mode="same")
        syllables.append(colour * np.hanning(length) * (rng.random() < 0.8))
    speech = np.concatenate(syllables)
    return sound.to_int16(speech * COACH_LEVEL / level(speech))


def cleaned(spoken: np.ndarray, *replies: Reply, clip=None, wanted=True, **table) -> np.ndarray:
    """What the ears are fed while the coach speaks in a room, aligned with what is spoken."""
    there = Room(Partner(replies, RoomTable(**table)), lambda words, voice: clip)
    echo, clean = canceller(wanted), []
    for block in spoken.reshape(-1, BLOCK):
        clean.append(echo.clean(there.read()))
        echo.reference(block)
        there.write(block)
    return np.concatenate(clean[1:]).astype(np.float64)


def left(clean: np.ndarray) -> float:
    """Decibels of what is left against the partner's level, after two seconds to converge."""
    return 20 * np.log10(max(np.sqrt((clean[2 * RATE :] ** 2).mean()), 1.0) / PARTNER_LEVEL)


@pytest.mark.parametrize(
    "table",
    [
        {"echo_db": 0.0, "rt60": 0.3},
        {"echo_db": 10.0, "rt60": 0.5},
        {"echo_db": 0.0, "rt60": 0.3, "delay_ms": 20.0},
        {"echo_db": 0.0, "rt60": 0.3, "delay_ms": 400.0},
        {"echo_db": 0.0, "rt60": 0.3, "drift_ppm": 200.0},
    ],
    ids=str,
)
def test_the_coach_is_taken_out(table):
    """Of the coach's own voice at least 25 dB are gone."""
    assert left(cleaned(babble(8), **table)) < table["echo_db"] - 25


def test_a_partner_over_the_coach_is_left_as_he_is():
    """What a partner says while the coach speaks as loudly comes out 10 dB clear of everything else."""
    word, at = babble(1, seed=9), 10 * RATE
    reply = Reply(at=10.0, delay=0.0, say="stop")
    alone = cleaned(np.zeros(12 * RATE, np.int16), reply, clip=word, wanted=False)
    both = cleaned(babble(12), reply, clip=word, echo_db=0.0)
    said, heard = alone[at : at + RATE], both[at : at + RATE]
    assert 10 * np.log10((said**2).sum() / ((heard - said) ** 2).sum()) > 10


def trusted(spoken: np.ndarray, **more) -> np.ndarray:
    """In which blocks the linear filter was heard."""
    there = Room(Partner((), RoomTable(**more.pop("table"))), None, 0, **more)
    echo, found = Echo(), []
    for block in spoken.reshape(-1, BLOCK):
        echo.clean(there.read())
        echo.reference(block)
        there.write(block)
        found.append(echo.trusted)
    return np.array(found)


def test_the_linear_filter_is_heard_once_it_works():
    """Not at once, but after some seconds, and then for good."""
    found = trusted(babble(12), table={"echo_db": 0.0, "rt60": 0.3})
    assert not found[:100].any()
    assert found[800:].all()


@pytest.mark.slow
def test_a_jump_of_the_delay_is_noticed_and_learnt():
    """Within half a second AEC3 is heard instead, and ten seconds later the filter again."""
    found = trusted(babble(22), table={"echo_db": 0.0, "rt60": 0.3}, jumps={10 * RATE: 60.0})
    assert found[990]
    assert not found[1050]
    assert found[2100:].all()


def test_a_loudspeaker_that_is_overdriven_is_left_to_the_other_canceller():
    """Where distortion leaves too much of the coach, the linear filter is not heard."""
    found = trusted(babble(12), table={"echo_db": 10.0, "rt60": 0.3}, distorted=True)
    assert found.mean() < 0.05


def test_the_same_sound_twice_gives_the_same_result():
    """The canceller has no state outside itself and no clock."""
    table = {"echo_db": 0.0, "rt60": 0.3}
    assert np.array_equal(cleaned(babble(4), **table), cleaned(babble(4), **table))


@pytest.mark.parametrize(
    "block", [np.zeros(BLOCK + 1, np.int16), np.zeros(BLOCK - 1, np.int16), np.zeros(BLOCK), np.zeros((BLOCK, 1), np.int16)]
)
def test_a_block_of_another_shape_is_refused(block):
    """The native canceller would abort the process: it never sees such a block."""
    echo = Echo()
    with pytest.raises(ValueError, match="a block is int16"):
        echo.clean(block)
    with pytest.raises(ValueError, match="a block is int16"):
        echo.reference(block)


def test_without_livekit_the_coach_still_hears(monkeypatch):
    """Where livekit does not load, sound passes through and the name says why."""
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("livekit"):
            raise ImportError("No module named 'livekit'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    echo = canceller()
    assert isinstance(echo, NoEcho)
    assert "livekit" in echo.name
    block = babble(0.25)[:BLOCK]
    echo.reference(block)
    assert np.array_equal(echo.clean(block), block)


def test_not_wanted_is_said():
    """`--no-echo-cancel` gives no canceller, and the name says so."""
    assert canceller(wanted=False).name == "no echo cancellation: not wanted"
