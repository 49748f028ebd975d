"""What `coach hear` says of a recording."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach import hear, models, sound
from coach.ears import Ears
from coach.errors import BadInput
from coach.phrases import Intent, Meaning, Window
from coach.sound import BLOCK, RATE

RECORDINGS = Path(os.environ.get("COACH_RECORDINGS", Path(__file__).parents[2] / "shared/recordings"))


class Echoing:
    """Ears that hear "five" in every block with a loud sample."""

    window = Window.PAIN

    def __init__(self):
        self.blocks = 0

    def feed(self, block, speaking=None):
        assert block.shape == (BLOCK,)
        assert block.dtype == np.int16
        self.blocks += 1
        return [Meaning(Intent.PAIN, "five", 5)] if block.max() > 1000 else []

    def flush(self):
        return []

    def reset(self):
        pass


@pytest.fixture(scope="module")
def ears():
    """The shipped model."""
    return Ears(models.find(None))


def clips(word, number):
    """The first recordings of a word, or a reason to skip."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings at {RECORDINGS}: set COACH_RECORDINGS")
    with (RECORDINGS / "clips.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["text"] == word and row["source"] == "gsc_test"]
    return [str(RECORDINGS / row["path"]) for row in rows[:number]]


def test_the_contract(tmp_path):
    """Time is that of the block in which it was known, in a file of any rate and of any length."""
    samples = np.zeros(8000 + 33, np.int16)
    samples[4030:4040] = 20000
    path = str(tmp_path / "x.wav")
    soundfile.write(path, samples, 8000)
    result = hear.hear_file(path, Echoing(), Window.PAIN)
    assert result["file"] == path
    assert result["seconds"] == pytest.approx(1.004, abs=0.001)
    assert result["heard"][0] == {"at": 0.51, "text": "five", "intent": "pain", "value": 5}


def test_silence_follows_the_file(tmp_path):
    """The last word is given the time to be decided."""
    ears = Echoing()
    assert hear.hear_samples(np.zeros(BLOCK * 3 + 1, np.int16), ears) == []
    assert ears.blocks == 4 + hear.TRAIL // BLOCK


def test_an_empty_file_is_nothing(ears, tmp_path):
    """No sound at all is heard as nothing."""
    path = str(tmp_path / "x.wav")
    sound.write(path, np.zeros(0, np.int16))
    assert hear.hear_file(path, ears, Window.ALWAYS) == {"file": path, "seconds": 0.0, "heard": []}


def test_no_sound_file_is_refused(ears, tmp_path):
    """A broken file gets one sentence."""
    path = tmp_path / "x.wav"
    path.write_bytes(b"no sound")
    for name in (path, tmp_path / "absent.wav", tmp_path):
        with pytest.raises(BadInput):
            hear.hear_file(str(name), ears, Window.ALWAYS)


def test_the_same_file_twice_is_heard_the_same(ears):
    """Nothing of one file is left for the next."""
    noisy = np.random.default_rng(1).normal(0, 1000, 2 * RATE).astype(np.int16)
    for path in clips("stop", 3):
        first = hear.hear_file(path, ears, Window.ALWAYS)
        hear.hear_samples(noisy, ears)
        assert hear.hear_file(path, ears, Window.ALWAYS)["heard"] == first["heard"]


@pytest.mark.slow
@pytest.mark.parametrize(("word", "window", "intent"), [("stop", "always", "stop"), ("stop", "pain", "stop"), ("yes", "gate", "ready")])
def test_strangers_are_heard(ears, word, window, intent):
    """Most recordings of a word are heard as it, and once."""
    found = [[h["intent"] for h in hear.hear_file(path, ears, Window(window))["heard"]] for path in clips(word, 20)]
    assert sum(intents == [intent] for intents in found) >= 16


@pytest.mark.slow
def test_a_bare_number_is_heard_only_when_asked_for(ears):
    """The window decides what a number is."""
    paths = clips("six", 10)
    assert all(h["intent"] != "pain" for path in paths for h in hear.hear_file(path, ears, Window.ALWAYS)["heard"])
    asked = [[h.get("value") for h in hear.hear_file(path, ears, Window.PAIN)["heard"]] for path in paths]
    assert sum(values == [6] for values in asked) >= 7
