"""What the spotter is taught to hear when."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scripts.train import spotnet, spotter  # noqa: E402
from scripts.train.spotter import WORDS  # noqa: E402

from coach.embedding import STEP, Embedding  # noqa: E402
from coach.sound import BLOCK  # noqa: E402
from coach.spotter import CERTAIN, DOUBT, Spotter  # noqa: E402
from tests.test_spotter import PATH, speech_like  # noqa: E402


def column(words, word, count=40, offset=0.0):
    return spotter.labels(words, count, offset)[:, WORDS.index(word)]


def test_a_word_is_spotted_when_it_has_ended():
    """Not before, and not long after; in between it may be."""
    found = column([("stop", 100, 150)], "stop")
    ends = (np.arange(40) + 1) * STEP
    assert all(148 <= end <= 184 for end in ends[found == 1]) and (found == 1).sum() >= 4
    assert all(136 <= end <= 190 for end in ends[found != 0])
    assert not column([("stop", 100, 150)], "yes").any()


def test_it_is_counted_from_the_start_of_the_stream():
    """The quiet before a clip shifts its words."""
    assert np.array_equal(column([("stop", 0, 50)], "stop", offset=100), column([("stop", 100, 150)], "stop"))


def test_what_sounds_the_same_is_neither_right_nor_wrong():
    """"For" is not "four", and nobody could tell; "pain's" holds "pain"."""
    for said, word in (("for", "four"), ("too", "two"), ("hurt", "hurts"), ("pain's", "pain")):
        assert set(column([(said, 100, 150)], word)) == {0, -1}
    assert (column([("ok", 100, 150)], "okay") == 1).any()


def test_a_word_behind_another_keeps_its_own_time():
    """What may be the one is surely the other."""
    said = [("hurts", 100, 150), ("hurt", 160, 190)]
    assert (column(said, "hurt") == 1).any() and (column(said, "hurts") == 1).any()


def test_the_loss_wants_each_word_once_and_nothing_else():
    """At whichever of its embeddings; everywhere else a score costs."""
    said = torch.zeros((6, len(WORDS)), dtype=torch.int8)
    said[2:5, 0] = 1
    quiet = torch.full((6, len(WORDS)), -20.0)
    once, late, wrong = quiet.clone(), quiet.clone(), quiet.clone()
    once[3, 0] = late[4, 0] = wrong[1, 0] = 20.0
    at = torch.arange(6)
    assert spotter.spotting(once, said, at) < 1e-6 and spotter.spotting(late, said, at) < 1e-6
    assert spotter.spotting(quiet, said, at) > 1 and spotter.spotting(wrong, said, at) > 1
    two_clips = torch.tensor([0, 1, 2, 3, 70, 71])
    assert spotter.spotting(late, said, two_clips) > 1  # the word in the first of them is missed


def test_what_is_written_is_what_was_trained(tmp_path):
    """The network as the training computes it and as the coach does, after training has moved all of it."""
    with np.load(PATH) as file:
        weights = {name: file[name] for name in file}
    torch.manual_seed(5)
    net = spotnet.Net(weights, len(WORDS)).eval()
    for parameter in net.parameters():
        parameter.data += 0.05 * parameter.std() * torch.randn_like(parameter)
    net.layers[-1].bias.data += 4  # scores around zero, which are not cut off
    spotter.export(net, weights, tmp_path / "spotter.npz")

    sound, ears = speech_like(40 * STEP), Spotter(tmp_path / "spotter.npz")
    for start in range(0, len(sound), BLOCK):
        ears.feed(sound[start : start + BLOCK])
    inputs = Embedding(weights).before(spotnet.TUNED, sound)
    inputs = torch.from_numpy(inputs.reshape(1, -1, spotnet.RATE, *inputs.shape[1:]))
    with torch.no_grad():
        scores = net(inputs)[0]
    assert len(scores) == 40 - spotnet.CONTEXT
    expected = scores[-1].numpy().clip(DOUBT, CERTAIN)
    assert np.std(expected) > 0.5
    assert np.allclose([ears.odds(word, STEP) for word in WORDS], expected, atol=0.1)
