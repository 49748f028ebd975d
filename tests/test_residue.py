"""What the coach knows of its own loudness."""

import numpy as np

from coach import sound
from coach.duck import Duck
from coach.likeness import CERTAIN, SPAN
from coach.residue import LATELY, OVER, Remains, Residue, TooLoud
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


COACH, ECHO = 3280, 1640
"""Rms of what is played, and of what comes back of it."""


def go_on(residue: Residue, blocks: int, rest: float, echo: float = ECHO, partner: float = 0.0, trusted: bool = True) -> list[Remains]:
    """The coach speaks on, its echo comes back at that rms, and of it that much is left; a partner speaks over it."""
    rests = []
    for i in range(blocks):
        somebody = noise(partner, 2000 + i)
        heard = sound.to_int16(noise(echo, 1000 + i).astype(float) + somebody)
        residue.feed(noise(COACH, i), heard, sound.to_int16(noise(rest, 3000 + i).astype(float) + somebody), trusted)
        rests.append(residue.remains)
    return rests


def learnt(rest: float = 30.0) -> Residue:
    """After four seconds of the coach's voice, of which the canceller leaves that."""
    residue = Residue()
    go_on(residue, 400, rest)
    return residue


def test_the_rest_of_the_coach_is_learnt():
    """After four seconds what the canceller leaves is nobody else's voice, and it is known that it is not."""
    residue = learnt()
    assert residue.remains == Remains(drowned=False, cancelled=True)
    assert not residue.exceeded


def test_a_partner_is_heard_over_it_again_and_again():
    """A word over the coach stands out to its end, and so does the next one; when it is over, it is over."""
    residue = learnt()
    for _ in range(2):
        spoken = go_on(residue, 50, 30.0, partner=800)
        assert all(remains.drowned for remains in spoken[OVER:])
        assert not go_on(residue, 100, 30.0)[-1].drowned


def test_a_click_is_nobody():
    """Fewer loud blocks than a word has."""
    residue = learnt()
    assert not any(remains.drowned for remains in go_on(residue, OVER - 1, 30.0, partner=3000) + go_on(residue, 50, 30.0))


def test_a_loudspeaker_that_is_overdriven_leaves_more_where_it_is_loud():
    """That is learnt for its loud moments alone: in its softer ones a partner stands out who is as loud as what is left of those."""
    residue = learnt()
    for _ in range(20):
        go_on(residue, 20, 1500.0, echo=5000)
        calm = go_on(residue, 20, 30.0)
    assert not any(remains.drowned for remains in calm + go_on(residue, 20, 1500.0, echo=5000) + go_on(residue, 40, 30.0))
    assert go_on(residue, 20, 30.0, partner=1000)[-1].drowned


def test_each_filter_leaves_something_else():
    """The canceller turns to its other filter, which leaves a hundred times more: that is nobody."""
    voice, residue, drowned = speech(800, seed=4), Residue(), []
    for i, block in enumerate(voice):
        trusted = i >= 400
        residue.feed(block, sound.to_int16(block * 0.5), sound.to_int16(block * (0.1 if trusted else 0.001)), trusted)
        drowned.append(residue.remains.drowned)
    assert not any(drowned[200:])


def test_steady_noise_is_nobody():
    """A tap that runs, whether the coach speaks or not; but neither is it known to be the coach."""
    residue = Residue()
    for i in range(100):
        residue.feed(SILENCE, noise(500, i), noise(500, i), False)
    assert residue.remains == Remains()
    residue = learnt()
    assert go_on(residue, 150, 30.0, partner=500)[-1] == Remains()


def test_a_groan_is_not_the_coach():
    """However long it has been going on."""
    residue = learnt()
    assert not any(remains.cancelled for remains in go_on(residue, 300, 30.0, partner=800)[OVER + LATELY // 2 :])


def test_a_soft_partner_is_not_taken_for_the_coach():
    """Too soft to be somebody for certain, and louder than what is left of the coach."""
    assert not go_on(learnt(rest=5.0), 30, 5.0, partner=80)[-1].cancelled


def test_a_poor_canceller_explains_nothing():
    """A partner as loud as the coach hardly adds to what it leaves."""
    residue = learnt(rest=600.0)
    assert residue.remains == go_on(residue, 30, 600.0, partner=ECHO)[-1] == Remains()


def test_a_worse_canceller_is_learnt_too():
    """When more is left for good, as after a jump of the delay, it is the coach again after some seconds."""
    voice, residue, drowned = speech(1600, seed=3), Residue(), []
    for i, block in enumerate(voice):
        rest = (noise(1, i) * sound.rms(block) * (0.01 if i < 400 else 0.1)).astype(np.int16)
        residue.feed(block, sound.to_int16(block * 0.5), rest, True)
        drowned.append(residue.remains.drowned)
    assert any(drowned[400:600])
    assert not any(drowned[1400:])


def test_without_a_canceller_a_partner_must_be_louder_than_the_coach():
    """All of it is left, which is never known to be the coach; who is as loud may be, who is far louder is somebody else."""
    voice = speech(500, seed=2)
    for loudness, expected in ((0.0, False), (1.0, False), (4.0, True)):
        residue = Residue()
        for i, block in enumerate(voice):
            partner = loudness * voice[i - 250] if 400 <= i < 430 else 0.0
            heard = sound.to_int16(block * 0.5 + partner * 0.5)
            residue.feed(block, heard, heard, False)
            assert not residue.remains.cancelled and not residue.remains.alike
            if i == 429:
                assert residue.remains.drowned == expected


def test_a_canceller_that_has_lost_the_echo_is_noticed_at_once():
    """What it lets through goes as the coach's voice went: after a word of it, that is the coach, and for long after."""
    voice, residue, exceeded, rests = speech(300, seed=1), Residue(), [], []
    for i, block in enumerate(voice):
        late = voice[i - 25] if i >= 25 else SILENCE
        residue.feed(block, late, late if i >= 200 else sound.to_int16(late * 0.01), True)
        exceeded.append(residue.exceeded)
        rests.append(residue.remains)
    assert all(exceeded[205:215])
    assert not any(exceeded[200 + SPAN + CERTAIN :])
    assert not any(remains.alike for remains in rests[:200])
    assert all(remains.alike for remains in rests[200 + SPAN :])
    assert not rests[-1].cancelled
    for i, block in enumerate(voice):
        residue.feed(block, block, block if i >= 200 else sound.to_int16(block * 0.01), True)
        assert not (residue.exceeded and i >= 200), "it has soon lost it again"


def test_after_the_coach_everything_is_somebody():
    """Half a second and more after it, and not before."""
    residue = learnt()
    for _ in range(70):
        residue.feed(SILENCE, SILENCE, SILENCE, True)
    assert residue.remains == Remains()
    residue.feed(SILENCE, noise(150), noise(150), True)
    assert residue.exceeded and not residue.remains.drowned
    for _ in range(OVER):
        residue.feed(SILENCE, noise(150), noise(150), True)
    assert residue.remains.drowned


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
