"""A finished model can be trained further: read back, it scores as it did."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")

from tests.untrained import lively

from scripts.train import features, kaldi, unfold, units


@pytest.fixture(scope="module")
def network():
    return lively()


@pytest.fixture(scope="module")
def packed():
    """Frames of nobody in particular."""
    rng = np.random.default_rng(1)
    count = 5000
    frames = (rng.standard_normal((count, features.DIM)) * 12 + 3).astype(np.float16)
    return features.Packed(frames, np.zeros(count, np.int8), np.zeros(count, np.int16))


@pytest.fixture(scope="module")
def again(network, packed, tmp_path_factory):
    """The same, written and read back."""
    path = tmp_path_factory.mktemp("model") / "final.mdl"
    kaldi.write_model(path, kaldi.Transitions([("SIL", 0)]), *kaldi.folded(network), features.DIM)
    return unfold.network(path, packed)


def test_data_packed_for_other_words_are_not_taken_for_these(packed, tmp_path, monkeypatch):
    """Their labels are places in the list of words."""
    path = tmp_path / "pack.npz"
    packed.save(path)
    assert len(features.Packed.load(path).frames) == len(packed.frames)
    monkeypatch.setattr(features.lexicon, "words", lambda: ["stop"])
    with pytest.raises(ValueError, match="Delete it"):
        features.Packed.load(path)


def test_it_scores_as_before(network, again, packed):
    """But for the 16 bits of the file."""
    frames = torch.from_numpy(packed.frames[:300].astype(np.float32))[None]
    with torch.no_grad():
        torch.testing.assert_close(again(frames), network(frames), atol=0.02, rtol=0.01)


def test_a_word_that_is_new_since_then_sounds_like_its_phones(network, packed, tmp_path):
    """A model of fewer words is read back too."""
    layers, (weight, bias) = kaldi.folded(network)
    path, fewer = tmp_path / "final.mdl", len(bias) - 5
    kaldi.write_model(path, kaldi.Transitions([("SIL", 0)]), layers, (weight[:fewer], bias[:fewer]), features.DIM)
    with torch.no_grad():
        scores = unfold.network(path, packed)(torch.from_numpy(packed.frames[:300].astype(np.float32))[None])
    for output in range(fewer, len(bias)):
        torch.testing.assert_close(scores[..., output], scores[..., units.origin(output)])


def test_its_normalisation_is_that_of_the_data(again, packed):
    """What each normalisation gives has no mean, as in training."""
    seen = {}
    for number, norm in enumerate(again.norm):
        norm.register_forward_hook(lambda _, __, out, number=number: seen.__setitem__(number, out.mean(0)))
    with torch.no_grad():
        again(torch.from_numpy(packed.frames.astype(np.float32))[None])
    assert all(float(mean.abs().mean()) < 0.05 for mean in seen.values())


def test_training_further_goes_part_of_the_way(network, packed, tmp_path):
    """A third of the way of every weight; a word that is new since then is taken whole."""
    (layers, (weight, bias)), fewer = kaldi.folded(network), 300
    path = tmp_path / "final.mdl"
    kaldi.write_model(path, kaldi.Transitions([("SIL", 0)]), layers, (weight[:fewer], bias[:fewer]), features.DIM)
    moved = [(weight + 3, bias - 3) for weight, bias in layers]
    mixed, (rows, levels) = unfold.between(path, moved, (weight + 3, bias - 3), 1 / 3)
    for (old, level), (new, shifted) in zip(layers, mixed):
        np.testing.assert_allclose(new, old + 1, atol=1e-3)
        np.testing.assert_allclose(shifted, level - 1, atol=1e-3)
    np.testing.assert_allclose(rows - weight, np.repeat([1, 3], [fewer, len(weight) - fewer])[:, None] * np.ones_like(weight), atol=1e-3)
    np.testing.assert_allclose(levels - bias, np.repeat([-1, -3], [fewer, len(bias) - fewer]), atol=1e-3)
