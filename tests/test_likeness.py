"""Whether what is heard is the coach itself."""

import numpy as np
import pytest

from coach import acoustics, sound
from coach.likeness import SPAN, Likeness
from coach.sound import BLOCK, RATE
from coach.voice import Voice

LINE = "Helper, a hand on the left knee. Partner, in a moment you push that knee up against the hand."
WORDS = "No, stop. Stop it, please. That hurts. Pain seven."


def spoken(words: str, voice: str | None = None) -> np.ndarray:
    """At the level of a partner, float."""
    samples = Voice(voice).render([words])[words].samples.astype(np.float64)
    return samples * 1640 / acoustics.level(samples)


def in_the_room(samples: np.ndarray, delay: float = 0.25, rt60: float = 0.3) -> np.ndarray:
    """From a loudspeaker near the microphone, that many seconds later."""
    late = np.concatenate([np.zeros(round(delay * RATE)), samples])[: len(samples)]
    return acoustics.reverberate(late.astype(np.float32), acoustics.response(rt60, acoustics.SPEAKER_DISTANCE, 1))[: len(samples)]


def alone(played: np.ndarray, heard: np.ndarray) -> list[bool]:
    """Whether nobody but the coach is heard, by block."""
    likeness, found = Likeness(), []
    for at in range(0, len(played) - BLOCK + 1, BLOCK):
        likeness.feed(sound.to_int16(played[at : at + BLOCK]), sound.to_int16(heard[at : at + BLOCK]))
        found.append(likeness.alone)
    return found


@pytest.mark.parametrize("delay", [0.02, 0.2, 0.45])
def test_the_coach_is_known_by_how_it_sounds(delay):
    """However late it comes back and however loud, within its first second; reverberation blurs that later."""
    coach = spoken(LINE)
    first = round(delay * RATE) // BLOCK
    for db in (-12, 0, 12):
        assert np.mean(alone(coach, in_the_room(coach, delay, rt60=0) * sound.gain(db))[first + 50 :]) > 0.8
        assert any(alone(coach, in_the_room(coach, delay) * sound.gain(db))[: first + 100])


@pytest.mark.parametrize("voice", ["en-us+f3", "en-us+m3", "en-gb-scotland"])
def test_a_partner_is_not_taken_for_it(voice):
    """Neither alone, while the coach speaks and is cancelled, nor as loud as a coach that is not."""
    coach, partner = spoken(LINE), spoken(WORDS, voice)
    coach = np.resize(coach, len(partner))
    assert not any(alone(coach, partner))
    assert np.mean(alone(coach, partner + in_the_room(coach))) < 0.1


def test_what_is_too_soft_to_hear_is_nobody():
    """What a canceller leaves on its best days sounds like the coach, and there is nothing to learn from it."""
    coach = spoken(LINE)
    assert any(alone(coach, in_the_room(coach, rt60=0) * sound.gain(-20)))
    assert not any(alone(coach, in_the_room(coach, rt60=0) * sound.gain(-36)))


def test_when_nothing_is_heard_any_more_nobody_is():
    """The coach goes on speaking, but its echo is gone: the comparison reaches back 0.3 s and no further."""
    coach = spoken(LINE)
    heard = in_the_room(coach, rt60=0)
    heard[2 * RATE :] = 0
    found = alone(coach, heard)
    assert found[2 * RATE // BLOCK - 1]
    assert not any(found[2 * RATE // BLOCK + SPAN :])
