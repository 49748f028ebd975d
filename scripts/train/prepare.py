"""Collect every training utterance, recorded and synthetic, with its alignment, in one file a source: resumable.

The order is that of use: the first training can start when the sentences and the command words are there.
"""

import random
from multiprocessing import Pool
from pathlib import Path

from . import acted, corpus, cuts, synth
from .align import SENTENCES, Aligner, Clip

SEED = 20
SYNTHETIC = 5000
PHRASES = 3600
KEYWORDS = 6000  # for the spotter alone

# Share of each source's clips that is used. FSDD is four people saying the same digits fifty times; "bed" and "cat" say less
# about our words than their number suggests.
SOURCES = {"so762-train": 1, "gsc_test": 1, "gsc_sample": 1, "fsdd": 0.35, "wwb": 1, "s2i": 1, "noise": 1, "gsc_words": 0.5}

_aligner = None


def _start():
    global _aligner
    _aligner = Aligner()


def _recorded(row):
    clip = Clip(corpus.read(row), corpus.words(row), row["source"], corpus.split(row), row["speaker"])
    return _aligner(clip) if clip.text else clip


def _synthetic(utterance):
    text, voice, sound = utterance
    return _aligner(Clip(sound, text, voice, "train"))


def _acted(line):
    words, who, sound = line
    return _aligner(Clip(sound, words, "acted", "train", who))


def _collect(path, work, jobs, count):
    clips, lost = [], 0
    with Pool(2, _start) as pool:
        for number, clip in enumerate(pool.imap(work, jobs, 10), 1):
            if clip.text and not clip.aligned:
                lost += 1  # the aligner found no way through: mostly cut-off or very noisy clips
            else:
                clips.append(clip)
            if number % 200 == 0:
                print(f"prepare: {path.stem} {number} of {count}, {lost} not aligned", flush=True)
    print(f"prepare: {path.stem} done, {len(clips)} clips, {lost} not aligned", flush=True)
    corpus.keep(clips, path)


def collect(folder):
    """Write FOLDER/SOURCE.pkl for every source, of the training speakers, acted.pkl, synthetic.pkl, phrases.pkl, and spotter/keywords.pkl."""
    folder = Path(folder)
    rng = random.Random(SEED)
    for source, share in SOURCES.items():
        rows = [row for row in corpus.rows() if row["source"] == source and corpus.split(row) == "train"]
        rows = [row for row in rows if rng.random() < share]
        path = folder / f"{source}.pkl"
        if rows and not path.exists():
            _collect(path, _recorded, rows, len(rows))
    if not (folder / "acted.pkl").exists():
        lines = list(acted.lines())
        _collect(folder / "acted.pkl", _acted, lines, len(lines))
    for name, count, seed, sentence, voices in (
        ("synthetic", SYNTHETIC, SEED, synth.sentence, synth.VOICES),
        ("phrases", PHRASES, SEED + 2, synth.phrase, synth.PHRASED),
        ("spotter/keywords", KEYWORDS, SEED + 1, synth.keyword, synth.NEURAL),
    ):
        path = folder / f"{name}.pkl"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            _collect(path, _synthetic, synth.say(count, seed, sentence, voices), count)


def load(folder, without=()):
    """All clips collected so far, and what is cut out of the sentences.

    No person says a word of `without` in them, only synthetic voices and splices do, and what is made of those: how well a word is heard that nobody
    recorded can be measured on one that somebody did.
    """
    clips = [clip for path in sorted(Path(folder).glob("*.pkl")) for clip in corpus.kept(path)]
    clips = [clip for clip in clips if clip.synthetic or not set(clip.text) & set(without)]
    return clips + list(cuts.more([clip for clip in clips if clip.source in SENTENCES], SEED))


def keywords(folder):
    """The synthetic voices that say words for the spotter."""
    return corpus.kept(Path(folder) / "spotter/keywords.pkl")
