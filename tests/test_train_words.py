"""The second training's objective, the labels it is given, and the word graph's bookkeeping."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
pytest.importorskip("pocketsphinx")

import numpy as np

from scripts.train import augment, batches, features, lexicon, slots, units, words
from scripts.train.align import Clip


@pytest.fixture(scope="module")
def loop():
    """All words, garbage and silence."""
    return words.Loop()


def information(scores, slot, loop):
    """The loss alone."""
    return words.MutualInformation.apply(scores, slot, loop)[0]


def test_gradient_is_the_derivative(loop):
    """Against a finite difference."""
    torch.manual_seed(1)
    scores = torch.randn(2, 12, units.count(), requires_grad=True)
    slot = torch.randint(0, 3, (2, 12))
    information(scores, slot, loop).backward()
    for place in [(0, 3, 0), (1, 5, units.GARBAGE), (0, 7, 20)]:
        step = torch.zeros_like(scores)
        step[place] = 0.1
        slope = (information(scores + step, slot, loop) - information(scores - step, slot, loop)) / 0.2
        assert slope.item() == pytest.approx(scores.grad[place].item(), rel=0.05, abs=1e-4)


def test_saying_the_right_word_lowers_the_loss(loop):
    """Scores for the phones of "stop" while "stop" is said, against the same scores while "go" is said."""
    stop = units.spellings("stop")[0]
    scores = torch.zeros(1, 4 * len(stop), units.count())
    for place, output in enumerate(stop):
        scores[0, 4 * place : 4 * place + 4, output] = 8
    said = {word: torch.full(scores.shape[:2], slots.slot_of(word)) for word in ("stop", "go")}
    assert information(scores, said["stop"], loop) < 0.1 < 1 < information(scores, said["go"], loop)


def test_a_piece_that_cannot_be_right_teaches_nothing(loop):
    """Scores so sure of the wrong word that the right one has no measurable path: reported, and no gradient."""
    scores = torch.zeros(2, 12, units.count())
    scores[0, :, units.GARBAGE] = 300
    scores.requires_grad_()
    slot = torch.full((2, 12), slots.slot_of("stop"))
    loss, lost = words.MutualInformation.apply(scores, slot, loop)
    loss.backward()
    assert lost.tolist() == [True, False]
    assert loss.isfinite() and scores.grad.isfinite().all()
    assert scores.grad[0].abs().sum() == 0 < scores.grad[1].abs().sum()


def test_labels_follow_an_augmented_clip():
    """A tone between two pauses: after change of speed and padding the label still lies on the tone."""
    tone = np.zeros(16000, np.int16)
    tone[4800:9600] = (8000 * np.sin(np.arange(4800) * 0.3)).astype(np.int16)
    clip = Clip(tone, ["go"], "gsc_test", "train", phones=[("G", 30, 40), ("OW", 40, 60)], words=[("go", 30, 60)])
    rng = np.random.default_rng(4)
    room = augment.Surroundings([np.ones(16000, np.float32)], [np.ones(16000, np.float32)])
    for _ in range(5):
        sound, speed, before, _ = augment.augment(clip.sound, room, rng)
        frames = features.mfcc(sound)
        phone, slot = features.labels(clip, len(frames), speed, before)
        inside = slot == slots.slot_of("go")
        expected = round(30 / speed)
        assert abs(inside.sum() - expected) <= 1 and abs((phone > 0).sum() - expected) <= 1
        assert np.flatnonzero(inside)[0] == pytest.approx(30 / speed + before / 160, abs=1)


def test_own_outputs_start_as_copies_of_their_phones():
    """And every output has something to stand for."""
    names = lexicon.phones()
    assert [names[units.origin(output)] for output in units.spellings("stop")[0]] == ["S", "T", "AA", "P"]
    assert units.origin(units.GARBAGE) is None
    assert units.count() == units.GARBAGE + 1 + len(units.own())


def test_company_stays_behind_and_says_nothing_of_ours():
    """The power of both adds up; words in front are still to be heard, and where nothing was said somebody talks now."""
    rng = torch.Generator().manual_seed(4)
    bands, _ = batches._to_bands()
    frames = torch.randn(40, 30, features.DIM, generator=rng)
    stop = slots.slot_of("stop")
    slot = torch.full((40, 10), slots.SILENCE)
    slot[::2, 3:6] = stop
    slot[1::2] = slots.SPEECH
    phone = torch.zeros(40, 10, dtype=torch.long)
    mixed, phones, mixed_slot = batches.in_company(frames, phone, slot, rng)
    changed = (mixed != frames).flatten(1).any(1)
    assert 0.2 < changed.float().mean() < 0.6
    assert ((mixed @ bands.T) >= (frames @ bands.T) - 1e-3).all()
    assert (mixed_slot == stop).equal(slot == stop)
    assert (mixed_slot[changed] != slots.SILENCE).all() and (mixed_slot[~changed] == slot[~changed]).all()
    assert (phones[changed] == -1).all() and (phones[~changed] == 0).all()
    words_only = torch.full((4, 10), stop)
    assert batches.in_company(frames[:4], phone[:4], words_only, rng)[0].equal(frames[:4])


def test_stop_words_must_win_by_more(loop):
    """Wrong for a stop, and a stop that is wrong, have the larger head start."""
    stop, silence = slots.slot_of("stop"), slots.SILENCE
    assert loop.head_start[stop].min().log().item() == pytest.approx(words.STOP_BOOST)
    assert loop.head_start[silence].log().unique().tolist() == pytest.approx([words.BOOST, words.STOP_BOOST])
