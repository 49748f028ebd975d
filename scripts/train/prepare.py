"""Collect every utterance, recorded and synthetic, with its alignment."""

import pickle
from multiprocessing import Pool

from . import corpus, synth
from .align import Aligner, Clip

SYNTHETIC = 7000
SEED = 20

_aligner = None


def _start():
    global _aligner
    _aligner = Aligner()


def _recorded(row):
    clip = Clip(corpus.read(row), corpus.words(row), row["source"], corpus.split(row))
    return _aligner(clip) if clip.text else clip


def _synthetic(utterance):
    text, voice, sound = utterance
    return _aligner(Clip(sound, text, voice, "train"))


def collect(path, synthetic=SYNTHETIC):
    """Write all clips to `path`; those with words that could not be aligned are left out."""
    rows = corpus.rows()
    clips = []
    with Pool(2, _start) as pool:
        for stage in (pool.imap(_recorded, rows, 20), pool.imap(_synthetic, synth.say(synthetic, SEED), 20)):
            for clip in stage:
                if not clip.text or clip.aligned:
                    clips.append(clip)
                if len(clips) % 500 == 0:
                    print(f"collected {len(clips)} of {len(rows) + synthetic}", flush=True)
    with open(path, "wb") as file:
        pickle.dump(clips, file)
    return clips
