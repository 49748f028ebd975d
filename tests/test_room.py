"""The simulated room: who is heard when, and how loud."""

import numpy as np
import pytest

from coach import sound
from coach.acoustics import level
from coach.errors import BadInput, Missing
from coach.partner import Partner, Reply, RoomTable
from coach.room import COACH_LEVEL, FLOOR, PARTNER_LEVEL, Room
from coach.sound import BLOCK, RATE


def noise(seconds: float, rms: float = 3000.0, seed: int = 0) -> np.ndarray:
    return sound.to_int16(np.random.default_rng(seed).normal(0, rms, round(seconds * RATE)))


def render(words: str, voice: str | None) -> np.ndarray:
    """Half a second of noise for any words."""
    return noise(0.5)


def room(*replies: Reply, seed: int = 0, distorted: bool = False, jumps=None, **table) -> Room:
    return Room(Partner(replies, RoomTable(**table)), render, seed, distorted, jumps)


def played(there: Room, spoken: np.ndarray) -> np.ndarray:
    """What the microphone hears, aligned with what is spoken."""
    heard = []
    for block in spoken.reshape(-1, BLOCK):
        heard.append(there.read())
        there.write(block)
    return np.concatenate([*heard[1:], there.read()]).astype(np.float64)


def db(ratio: float) -> float:
    return 20 * np.log10(ratio)


SILENCE = np.zeros(2 * RATE, np.int16)


def test_a_reply_starts_at_its_sample():
    """The partner is heard from the very sample on, at the usual level, and then is silent."""
    heard = played(room(Reply(at=0.5003125, delay=0.5, say="stop")), SILENCE)
    start = round(1.0003125 * RATE)
    assert np.abs(heard[:start]).max() < 8 * FLOOR < np.abs(heard[start : start + 20]).max()
    assert level(heard[start : start + RATE // 2]) == pytest.approx(PARTNER_LEVEL, rel=0.03)
    assert np.abs(heard[start + RATE // 2 :]).max() < 8 * FLOOR


def test_decibels_of_a_reply_count_from_the_usual_level():
    """Whatever the level of a recording, `db` says how loud it is."""
    heard = played(room(Reply(at=0.0, delay=0.0, say="stop", db=-12.0)), SILENCE)
    assert db(level(heard[: RATE // 2]) / PARTNER_LEVEL) == pytest.approx(-12, abs=0.2)


def test_a_partner_who_is_late_speaks_at_once():
    """A record that comes after the reply should have begun still gets the whole reply."""
    there = room(Reply(after="gate", delay=0.0, say="ready"))
    played(there, SILENCE[:RATE])
    there.notice({"t": 0.1, "event": "listen", "window": "gate"})
    heard = played(there, SILENCE[:RATE])
    assert level(heard[: RATE // 2]) == pytest.approx(PARTNER_LEVEL, rel=0.03)
    assert np.abs(heard[RATE // 2 :]).max() < 8 * FLOOR


def test_two_replies_at_once_are_both_heard():
    """Replies overlap as people do."""
    heard = played(room(Reply(at=0.0, say="a"), Reply(at=0.25, say="b")), SILENCE)
    assert (np.abs(heard) > 8 * FLOOR).sum() == pytest.approx(0.75 * RATE, rel=0.05)


def test_without_echo_the_coach_is_not_heard():
    """A room without `echo_db` has no echo at all."""
    assert np.abs(played(room(), noise(2))).max() < 8 * FLOOR


@pytest.mark.parametrize("echo_db", [-15.0, 0.0, 10.0])
@pytest.mark.parametrize("rt60", [0.0, 0.5])
def test_echo_has_its_level(echo_db, rt60):
    """The coach at its usual level arrives at `echo_db` from the partner's level, dry or reverberant."""
    heard = played(room(echo_db=echo_db, rt60=rt60), noise(3, COACH_LEVEL))
    assert db(level(heard[RATE:]) / PARTNER_LEVEL) == pytest.approx(echo_db, abs=1)


@pytest.mark.parametrize("delay_ms", [20, 40, 400])
def test_echo_comes_after_its_delay(delay_ms):
    """A click comes back as late as the file says, never earlier."""
    click = SILENCE.copy()
    click[1000] = 20000
    heard = played(room(echo_db=0.0, delay_ms=delay_ms), click)
    assert np.argmax(np.abs(heard)) == 1000 + delay_ms * RATE // 1000


def test_the_delay_jumps_where_it_is_told_to():
    """Before the jump one delay, after it the other."""
    clicks = np.zeros(4 * RATE, np.int16)
    clicks[[RATE, 3 * RATE]] = 20000
    heard = np.abs(played(room(echo_db=0.0, jumps={2 * RATE: 60.0}), clicks))
    assert np.argmax(heard[: 2 * RATE]) == RATE + 640
    assert np.argmax(heard[2 * RATE :]) == RATE + 1600


def test_drift_moves_the_echo():
    """At 200 ppm the echo is 16 samples later after five seconds than it was at the start."""
    clicks = np.zeros(6 * RATE, np.int16)
    clicks[[100, 100 + 5 * RATE]] = 20000
    heard = np.abs(played(room(echo_db=0.0, drift_ppm=200.0), clicks))
    assert np.argmax(heard[RATE:]) + RATE - np.argmax(heard[:RATE]) == 5 * RATE + 16


def test_a_distorting_loudspeaker_is_not_linear():
    """A loud tone comes back with overtones that a clean loudspeaker has not."""
    tone = sound.to_int16(12000 * np.sin(2 * np.pi * 500 * np.arange(2 * RATE) / RATE))

    def overtone(distorted: bool) -> float:
        spectrum = np.abs(np.fft.rfft(played(room(echo_db=0.0, distorted=distorted), tone)[RATE:]))
        return spectrum[1500] / spectrum[500]

    assert overtone(False) < 0.001
    assert overtone(True) > 0.03


def test_noise_and_talk_have_their_levels(tmp_path):
    """Noise at 20 dB under the partner and talk at 10 under it sound on, longer than their recordings."""
    path = tmp_path / "noise.wav"
    sound.write(path, noise(0.7))
    for table, wanted in (({"noise": str(path), "snr_db": 20.0}, -20), ({"talk": str(path), "talk_db": -10.0}, -10)):
        heard = played(room(**table), SILENCE)
        for second in heard.reshape(2, RATE):
            assert db(level(second) / PARTNER_LEVEL) == pytest.approx(wanted, abs=0.5)


def test_a_partner_in_a_reverberant_room_rings_on():
    """With `rt60` the partner's word has a tail, at the same level in all."""
    heard = played(room(Reply(at=0.0, delay=0.0, say="stop"), rt60=0.8), SILENCE)
    assert 50 * FLOOR < level(heard[RATE // 2 : RATE // 2 + 800]) < PARTNER_LEVEL
    assert level(heard[: RATE // 2]) == pytest.approx(PARTNER_LEVEL, rel=0.15)


def test_the_same_room_twice_sounds_the_same(tmp_path):
    """Same seed, same sound; another seed is another room."""
    path = tmp_path / "noise.wav"
    sound.write(path, noise(0.7))
    table = {"echo_db": 0.0, "rt60": 0.4, "noise": str(path), "drift_ppm": 50.0}
    first, again, other = (played(room(Reply(at=0.5, say="x"), seed=seed, **table), noise(2)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_recording_is_the_coach_left_and_the_microphone_right():
    """What a listener would have heard, sample for sample."""
    there, spoken = room(echo_db=0.0), noise(2)
    heard = played(there, spoken)
    recording = there.recording()
    assert recording.dtype == np.int16
    assert np.array_equal(recording[:, 0], spoken)
    assert np.array_equal(recording[:, 1], heard)
    assert room().recording().shape == (0, 2)


def test_a_silent_recording_is_refused(tmp_path):
    """A clip without sound is a mistake in the partner file, said in one sentence."""
    path = tmp_path / "silent.wav"
    sound.write(path, SILENCE)
    with pytest.raises(BadInput, match="silent"):
        room(Reply(at=0.0, clip=str(path)))


def test_a_voice_that_is_not_there_is_a_mistake_of_the_file():
    """A voice that the partner file names and the system lacks is named; a system without any voice is another matter."""

    def none(words, voice):
        raise Missing("There is no such voice.")

    with pytest.raises(BadInput, match="nobody"):
        Room(Partner((Reply(at=0.0, say="stop", voice="nobody"),)), none)
    with pytest.raises(Missing):
        Room(Partner((Reply(at=0.0, say="stop"),)), none)
