"""Words made of pieces of sentences are labelled by what is in them, and another throat moves what is heard."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
pytest.importorskip("pocketsphinx")

import numpy as np

from scripts.train import batches, cuts, features, lexicon
from scripts.train.align import HOP, Clip

SENTENCE = [("people", "P IY P AH L"), ("rain", "R EY N"), ("stop", "S T AA P"), ("very", "V EH R IY")]
LENGTH = 10  # frames of each phone


def sentence():
    """Every phone is a stretch of a value of its own: the number of the phone class."""
    phones, words, values = [], [], []
    for word, said in SENTENCE:
        first = len(values) * LENGTH
        for phone in said.split():
            phones.append((phone, len(values) * LENGTH, (len(values) + 1) * LENGTH))
            values.append(100 * features.PHONE[phone])
        words.append((word, first, len(values) * LENGTH))
    sound = np.repeat(values, LENGTH * HOP).astype(np.int16)
    return Clip(sound, [word for word, _ in SENTENCE], "so762-train", "train", "someone", phones, words)


def check(clip):
    """In the middle of each phone's label is the sound of that phone."""
    for name, start, end in clip.phones:
        assert clip.sound[(start + end) // 2 * HOP] == pytest.approx(100 * features.PHONE[name], abs=1)


def test_a_cut_word_keeps_its_labels():
    """Also with the frames before it that fade in."""
    rng = np.random.default_rng(1)
    found = [clip for _ in range(10) for clip in cuts.cuts(sentence(), rng)]
    assert {"stop"} < {word for clip in found for word in clip.text}
    for clip in found:
        check(clip)
        assert abs(len(clip.sound) - (clip.words[-1][2] + cuts.EDGE) * HOP) <= cuts.EDGE * HOP


def test_pain_is_spliced_from_people_and_rain():
    """The phones are those of the word, the joint is at the P, and the labels lie on the pieces."""
    found = {clip.text[0]: clip for clip in cuts.spliced([sentence()], np.random.default_rng(2))}
    pain = found["pain"]
    assert tuple(name for name, *_ in pain.phones) in lexicon.pronunciations("pain")
    assert len(pain.sound) == 3 * LENGTH * HOP + cuts.FADE
    check(pain)


def test_nothing_is_joined_inside_a_voice():
    """The only places at which "ready" may be joined are beside its D."""
    assert list(cuts._divisions(("R", "EH", "D", "IY"))) == [
        [("R", "EH", "D", "IY")],
        [("R", "EH"), ("D", "IY")],
        [("R", "EH", "D"), ("IY",)],
        [("R", "EH"), ("D",), ("IY",)],
    ]


def test_a_longer_throat_lowers_a_tone(monkeypatch):
    """Of a tone at 2 kHz the loudest mel band moves to where a lower tone's is; without a warp all stays as it was."""
    time = np.arange(16000) / 16000
    bands = batches._to_bands()[0].numpy()

    def loudest(frames):
        return int((frames @ bands.T).mean(0).argmax())

    def tone(hertz):
        return features.mfcc(8000 * np.sin(2 * np.pi * hertz * time))

    def changed(factor):
        monkeypatch.setattr(batches, "WARP", (factor, factor))
        batches._warps.cache_clear()
        frames = torch.from_numpy(tone(2000)).repeat(2, 1, 1)  # of four pieces the first stays as it is, the second has no mask
        return batches.another_throat(frames, torch.zeros(40), torch.Generator().manual_seed(1))[1].numpy()

    assert np.allclose(changed(1.0), tone(2000), atol=0.01)
    for factor in (0.87, 1.15):
        assert loudest(changed(factor)) == pytest.approx(loudest(tone(2000 / factor)), abs=1)
    batches._warps.cache_clear()
