"""The second detector: its embedding, its words, and what it hears in real voices."""

import numpy as np
import pytest
from scripts.train import corpus

from coach.data import shipped
from coach.ears import Ears
from coach.embedding import BANDS, LAYERS, POOLS, SLOPE, SPAN, STEP, Embedding
from coach.embedding import FLOOR as CUT_OFF
from coach.errors import Missing
from coach.models import SHIPPED
from coach.sound import BLOCK, RATE
from coach.spotter import CERTAIN, DOUBT, Spotter

PATH = shipped("models") / SHIPPED / "spotter.npz"


@pytest.fixture(scope="module")
def weights():
    with np.load(PATH) as file:
        return {name: file[name] for name in file}


def speech_like(blocks, seed=0):
    rng = np.random.default_rng(seed)
    swell = np.repeat(rng.uniform(0, 1, blocks) ** 3, BLOCK)
    return (rng.standard_normal(blocks * BLOCK) * swell * 3000).astype(np.int16)


def test_a_stream_is_the_whole_in_pieces(weights):
    """In steps of 80 ms or all at once: the same embeddings."""
    sound = speech_like(20 * STEP)
    whole, stream = Embedding(weights), Embedding(weights)
    pieces = [stream.feed(sound[start : start + STEP * BLOCK]) for start in range(0, len(sound), STEP * BLOCK)]
    assert np.allclose(whole.feed(sound), np.concatenate(pieces), atol=1e-3)


def test_an_embedding_depends_on_its_span_and_no_more(weights):
    """Three quarters of a second after a stream began it has forgotten what was before."""
    sound, steps = speech_like(30 * STEP), -(-SPAN // STEP) + 1
    whole, late = Embedding(weights).feed(sound), Embedding(weights).feed(sound[10 * STEP * BLOCK :])
    assert np.allclose(whole[10 + steps :], late[steps:], atol=1e-3)
    assert not np.allclose(whole[10], late[0], atol=1e-1)


def test_the_embedding_is_the_network_that_was_published(weights):
    """Window by window, by another implementation of its convolutions."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional

    def published(mel):
        x = torch.from_numpy(mel)[None, None]
        for layer in range(LAYERS):
            kernel = torch.from_numpy(weights[f"kernel{layer}"] * weights[f"scale{layer}"]).permute(3, 2, 0, 1).contiguous()
            x = functional.conv2d(x, kernel, torch.from_numpy(weights[f"bias{layer}"]), padding=(0, kernel.shape[3] // 2))
            if layer == 0:
                x = x.relu() * torch.from_numpy(weights["gain"])[:, None, None] + torch.from_numpy(weights["offset"])[:, None, None]
            if layer < LAYERS - 1:
                x = functional.leaky_relu(x, SLOPE).clamp(min=CUT_OFF)
            if layer in POOLS:
                x = functional.max_pool2d(x, POOLS[layer])
        return x.flatten().numpy()

    embedding = Embedding(weights)
    sound = speech_like(20 * STEP)
    mel = Embedding(weights)._frames(sound)
    found = embedding.feed(sound)
    assert mel.shape == (20 * STEP, BANDS)
    for step in (12, 15, 19):
        end = (step + 1) * STEP
        assert np.allclose(found[step], published(mel[end - SPAN : end]), atol=1e-2)


def test_the_mel_bands_follow_the_frequency():
    """A tone is loudest where it belongs, and ten times the amplitude is two more in the logarithm of the power."""
    with np.load(PATH) as file:
        embedding = Embedding(file)
    time = np.arange(STEP * BLOCK * 2) / RATE
    loudest = []
    for hertz in (200, 800, 3000):
        tone = np.sin(2 * np.pi * hertz * time)
        embedding.reset()
        soft = embedding._frames(500 * tone)[-1]
        embedding.reset()
        loud = embedding._frames(5000 * tone)[-1]
        loudest.append(int(loud.argmax()))
        assert loud.max() - soft.max() == pytest.approx(2, abs=0.01)
    assert loudest == sorted(set(loudest))


def heard(sound, words):
    """The highest log odds of each word in a sound with quiet around it."""
    rng = np.random.default_rng(1)
    quiet = rng.integers(-3, 4, RATE).astype(np.int16)
    sound = np.concatenate([quiet, sound, quiet])
    spotter, best = Spotter(PATH), dict.fromkeys(words, -np.inf)
    for start in range(0, len(sound) - BLOCK + 1, BLOCK):
        spotter.feed(sound[start : start + BLOCK])
        best = {word: max(odds, spotter.odds(word, STEP)) for word, odds in best.items()}
    return best


def test_real_words_are_spotted():
    """In the voices of people that it was not trained on."""
    if not corpus.RECORDINGS.is_dir():
        pytest.skip("needs the recordings")
    rows = [row for row in corpus.rows() if row["kind"] == "word" and corpus.split(row) == "test"]
    for word in ("stop", "yes", "go"):
        clips = [corpus.read(row) for row in rows if corpus.words(row) == [word]][:20]
        assert sum(heard(clip, [word])[word] > 0 for clip in clips) >= 0.8 * len(clips)


def test_a_word_is_remembered_as_long_as_is_asked():
    """And it is gone two seconds after it."""
    if not corpus.RECORDINGS.is_dir():
        pytest.skip("needs the recordings")
    row = next(row for row in corpus.rows() if corpus.words(row) == ["yes"] and row["source"] == "gsc_test")
    spotter, sound = Spotter(PATH), np.concatenate([corpus.read(row), np.zeros(3 * RATE, np.int16)])
    recent, lasting = [], []
    for start in range(0, len(sound) - BLOCK + 1, BLOCK):
        spotter.feed(sound[start : start + BLOCK])
        recent.append(spotter.odds("yes", STEP) > 0)
        lasting.append("yes" in spotter.heard(100))
    assert 0 < sum(recent) < sum(lasting) and 80 < sum(lasting) - sum(recent) < 110
    assert not lasting[-1]


def test_the_clearest_word_is_ahead_of_all_others():
    """By the log odds that each is asked for."""
    if not corpus.RECORDINGS.is_dir():
        pytest.skip("needs the recordings")
    row = next(row for row in corpus.rows() if corpus.words(row) == ["yes"] and row["source"] == "gsc_test")
    spotter, sound = Spotter(PATH), corpus.read(row)
    for start in range(0, len(sound) - BLOCK + 1, BLOCK):
        spotter.feed(sound[start : start + BLOCK])
    words = np.load(PATH)["words"].tolist()
    for blocks in (6 * STEP, 100):
        (second, _), (best, word) = sorted((spotter.odds(word, blocks), word) for word in words)[-2:]
        assert word == "yes" and best > second
        assert spotter.clearest(blocks) == (word, best, pytest.approx(best - second))


def test_what_is_missed_counts_once_and_what_is_heard_each_time():
    """Of a whole reading; "stop stop" is one word."""
    spotter = Spotter(PATH)
    for word, odds in (("stop", 2.0), ("ow", 1.0), ("five", -2.0), ("no", -3.0)):
        spotter._scores[-1][spotter._words[word]] = odds
    assert spotter.support("ow stop stop five no", STEP) == 2.0 + 1.0 - 3.0


def test_a_file_over_nothing_is_remembered():
    """The next file begins with a spotter that has heard nothing."""
    ears = Ears(PATH.parent)
    for word in ears._spotter._words.values():
        ears._spotter._scores[-1][word] = CERTAIN
    ears.flush()
    assert ears._spotter.heard(200) == []


def test_the_ears_feed_it():
    """With every block that the recogniser gets."""
    ears = Ears(PATH.parent)
    looked_at = set()
    for block in range(4 * STEP):
        ears.feed(np.full(BLOCK, 100 * block, np.int16))
        looked_at.add(ears._spotter._recent[-1].tobytes())
    assert len(looked_at) == 5  # none yet, and four steps


def test_noise_and_silence_are_no_words():
    """Nothing is spotted where nobody speaks."""
    rng = np.random.default_rng(2)
    for sound in (np.zeros(5 * RATE), rng.standard_normal(5 * RATE) * 30, rng.standard_normal(5 * RATE) * 3000):
        spotter = Spotter(PATH)
        for start in range(0, len(sound), BLOCK):
            spotter.feed(sound[start : start + BLOCK].astype(np.int16))
            assert spotter.heard(STEP) == []


def test_a_broken_file_is_said(tmp_path):
    """In a sentence, and not as a traceback."""
    broken = tmp_path / "spotter.npz"
    for content in (None, b"", b"not a zip file", PATH.read_bytes()[:1000]):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(Missing, match="Install coach again"):
            Spotter(broken)


def test_an_unknown_word_is_even_and_none_is_certain():
    """A word that it does not know neither supports a reading nor speaks against it."""
    spotter = Spotter(PATH)
    assert spotter.odds("xylophone", 100) == spotter.support("is a xylophone", 100) == 0
    assert spotter.support("stop", 100) == spotter.odds("stop", 100) == DOUBT
    assert spotter.support("stop stop", 100) == DOUBT
