"""What the coach knows of its own loudness."""

import numpy as np

from coach import sound
from coach.duck import Duck
from coach.likeness import CERTAIN, SPAN
from coach.residue import Residue, TooLoud
from coach.sound import BLOCK, RATE

SILENCE = np.zeros(BLOCK, np.int16)


def noise(rms: float, seed: int = 0) -> np.ndarray:
    return sound.to_int16(np.random.default_rng(seed).normal(0, rms, BLOCK))


def speech(blocks: int, seed: int) -> list[np.ndarray]:
    """Something with the ups and downs of speech: syllables of noise, each of its own colour and loudness."""
    rng, out = np.random.default_rng(seed), []
    while len(out) < blocks:
        length, colour = int(rng.integers(5, 20)), np.cumsum(rng.normal(0, 0.6, 257))
        spectrum = np.fft.rfft(rng.normal(0, 1, length * BLOCK))
        spectrum *= np.exp(np.interp(np.linspace(0, 256, len(spectrum)), np.arange(257), colour - colour.mean()))
        syllable = np.fft.irfft(spectrum, length * BLOCK)
        syllable *= rng.uniform(2500, 4000) / sound.rms(syllable) * np.sin(np.linspace(0.1, 3, length * BLOCK))
        out += [sound.to_int16(block) for block in syllable.reshape(-1, BLOCK)]
    return out[:blocks]


def learnt(seconds: float = 4.0, rest: float = 30.0) -> Residue:
    """A residue that has heard the coach, at -20 dBFS, come back at that rms."""
    residue = Residue()
    for i in range(round(seconds * RATE / BLOCK)):
        residue.feed(noise(3280, i), noise(rest, 1000 + i))
    return residue


def test_the_rest_of_the_coach_is_learnt():
    """After four seconds its level is known, to a factor of two, and the rest itself does not exceed it."""
    residue = learnt(rest=30.0)
    assert 20 < residue.level < 60
    assert not residue.exceeded


def test_a_softer_coach_leaves_less():
    """What is expected follows what is played, once the room's tail is over."""
    residue, loud = learnt(), learnt().level
    for i in range(70):
        residue.feed(noise(820, i), noise(7, 1000 + i))
    assert residue.level < loud / 3


def test_a_partner_exceeds_it_and_hardly_moves_it():
    """A word over the coach stands out to its end, and so does the next one."""
    residue = learnt()
    before = residue.level
    for i in range(50):
        residue.feed(noise(3280, i), noise(800, 1000 + i))
        assert residue.exceeded
    assert residue.level < 1.5 * before


def test_a_worse_canceller_is_learnt_too():
    """When more is left for good, as after a jump of the delay, it is the coach again after some seconds."""
    residue = learnt()
    for i in range(800):
        residue.feed(noise(3280, i), noise(300, 1000 + i))
    assert not residue.exceeded


def test_a_canceller_that_has_lost_the_echo_is_noticed_at_once():
    """What it lets through goes as the coach's voice went: after a word of it, that is the coach."""
    voice, residue, exceeded = speech(300, seed=1), Residue(), []
    for i, block in enumerate(voice):
        late = voice[i - 25] if i >= 25 else SILENCE
        residue.feed(block, late if i >= 200 else sound.to_int16(late * 0.01))
        exceeded.append(residue.exceeded)
    assert all(exceeded[205:215])
    assert not any(exceeded[200 + SPAN + CERTAIN :])


def test_without_the_coach_nothing_is_expected():
    """Half a second and more after the coach, every sound is somebody else's."""
    residue = learnt()
    for _ in range(70):
        residue.feed(SILENCE, SILENCE)
    assert residue.level == 0
    residue.feed(SILENCE, noise(100))
    assert residue.exceeded


def too_loud(rms: float) -> bool:
    detector = TooLoud()
    for i in range(200):
        detector.feed(noise(rms, i) if i % 3 else SILENCE)
    return detector.verdict


def test_too_loud_is_ten_decibels_over_a_partner():
    """A coach at a partner's level is fine, one that is 10 dB over it is not; pauses change nothing."""
    assert not too_loud(1640)
    assert too_loud(1640 * 3.2)


def test_clipping_is_too_loud():
    """A microphone that is overdriven by short peaks is too near."""
    detector = TooLoud()
    peaks = SILENCE.copy()
    peaks[::40] = 32767
    for i in range(200):
        detector.feed(peaks if i % 10 == 0 else noise(300, i))
    assert detector.verdict


def test_silence_is_not_too_loud():
    """Nothing heard, nothing to complain of."""
    detector = TooLoud()
    assert not detector.verdict
    detector.feed(SILENCE)
    assert not detector.verdict


def ducked(voiced) -> np.ndarray:
    """A steady sound of 10000, with somebody speaking in those blocks."""
    duck = Duck()
    return np.concatenate([duck.feed(np.full(BLOCK, 10000, np.int16), there) for there in voiced])


def test_the_voice_drops_by_12_db_within_50_ms():
    """From the block on in which somebody speaks."""
    out = ducked([False] * 5 + [True] * 20)
    assert np.all(out[: 5 * BLOCK] == 10000)
    assert abs(20 * np.log10(out[10 * BLOCK] / 10000) + 12) < 0.1


def test_the_voice_comes_back():
    """A while after the last word it is as loud as before."""
    out = ducked([True] * 20 + [False] * 100)
    assert out[40 * BLOCK] < 2600
    assert out[-1] == 10000


def test_ducking_makes_no_clicks():
    """From sample to sample the gain changes by less than a thousandth of full scale."""
    out = ducked(([True] * 10 + [False] * 40) * 3)
    assert np.abs(np.diff(out)).max() < 33


def test_a_room_that_is_never_quiet_does_not_hush_the_coach():
    """After two seconds the coach goes on aloud, whoever talks."""
    out = ducked([True] * 500)
    assert out[-1] == 10000
