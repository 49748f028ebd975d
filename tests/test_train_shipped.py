"""The model that ships: small, complete, and it hears what it is for."""

import json
from pathlib import Path

import numpy as np
import pytest
import vosk

from coach.phrases import Window, spoken

FOLDER = Path(__file__).parents[1] / "models/en"


@pytest.fixture(scope="module")
def model():
    """Loaded once."""
    vosk.SetLogLevel(-1)
    return vosk.Model(str(FOLDER))


def heard(model, sound):
    """The words of a clip with near-silence around it, in a grammar of everything that is said in a pain question."""
    recognizer = vosk.KaldiRecognizer(model, 16000, json.dumps([*spoken(Window.PAIN), "yes", "go", "[unk]"]))
    quiet = np.random.default_rng(5).integers(-12, 13, 8000).astype(np.int16)
    sound, found = np.concatenate([quiet, sound, quiet]), []
    for start in range(0, len(sound), 1600):
        if recognizer.AcceptWaveform(sound[start : start + 1600].tobytes()):
            found += json.loads(recognizer.Result())["text"].split()
    return found + json.loads(recognizer.FinalResult())["text"].split()


def test_it_is_under_five_megabytes():
    """All files together; it goes into every wheel."""
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 5e6


def test_it_has_every_word_that_people_say(model):
    """Vosk leaves unknown words out of a grammar without an error."""
    words = {word for window in Window for phrase in spoken(window) for word in phrase.split()}
    assert {word for word in words if model.vosk_model_find_word(word) <= 0} == set()


def test_silence_and_hiss_are_nothing(model):
    """At any level that a microphone has."""
    rng = np.random.default_rng(6)
    for level in (0, 3, 100, 2000):
        assert set(heard(model, (rng.standard_normal(32000) * level).astype(np.int16))) <= {"[unk]"}


def test_it_hears_strangers_say_stop(model):
    """Twenty clips of the reported speakers, to notice a broken export; the numbers are in models/README.md."""
    corpus = pytest.importorskip("scripts.train.corpus")
    if not (corpus.RECORDINGS / "clips.tsv").exists():
        pytest.skip("the recordings are not here (COACH_RECORDINGS)")
    rows = [row for row in corpus.rows() if row["source"] == "gsc_test" and row["text"] == "stop" and corpus.split(row) == "test"]
    found = ["stop" in heard(model, corpus.read(row)) for row in rows[:20]]
    assert sum(found) >= 0.8 * len(found)
