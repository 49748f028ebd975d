"""Recordings to measure on, and the rooms that they are put into."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach import sound
from coach.acoustics import level
from coach.errors import Missing
from coach.phrases import NUMBERS, STOPS, Window, spoken
from scripts.train import corpus

AROUND = sound.RATE
"""Samples of the room alone before and after a clip: 1 s."""

WORD_END_DB = -25.0
"""A word ends with the last 10 ms that are louder than this against its loudest 10 ms."""


@dataclass(frozen=True)
class Clip:
    """A recording, and what was said in it."""

    path: Path
    kind: str
    said: tuple[str, ...]
    """Words in lower case; empty where nothing is known to be said."""
    seconds: float

    def samples(self) -> np.ndarray:
        """Mono int16 at 16 kHz."""
        return sound.read(self.path)


def load(recordings: Path, split: str) -> list[Clip]:
    """The clips of one side of the split (see scripts/train/corpus.py), in an order that is random but always the same."""
    if not (recordings / "clips.tsv").is_file():
        raise Missing(f"{recordings} holds no clips.tsv. Give --recordings DIR, or set COACH_RECORDINGS.")
    rows = [row for row in corpus.rows(recordings) if split == "all" or corpus.split(row) == split]
    random.Random(20).shuffle(rows)
    return [Clip(recordings / row["path"], row["kind"], tuple(corpus.words(row)), float(row["seconds"])) for row in rows]


def commands(clips: list[Clip], limit: int) -> dict[str, list[Clip]]:
    """Up to `limit` clips of each single word of ours."""
    ours = {word for window in Window for word in spoken(window)}
    found: dict[str, list[Clip]] = {}
    for clip in clips:
        if clip.kind == "word" and len(clip.said) == 1 and clip.said[0] in ours:
            found.setdefault(clip.said[0], []).append(clip)
    return {word: found[word][:limit] for word in sorted(found)}


def talk(clips: list[Clip], seconds: float) -> list[Clip]:
    """Sentences and other people's speech, up to so many seconds."""
    chosen, total = [], 0.0
    for clip in clips:
        if clip.kind in ("sentence", "other-speech") and total < seconds:
            chosen.append(clip)
            total += clip.seconds
    return chosen


def noise(clips: list[Clip]) -> np.ndarray:
    """All noise in one piece, every clip at the same level."""
    pieces = [np.zeros(sound.RATE)]
    for clip in clips:
        if clip.kind == "noise":
            samples = clip.samples().astype(np.float64)
            pieces.append(samples * 1000.0 / max(sound.rms(samples), 1.0))
    return np.concatenate(pieces)


def babble(clips: list[Clip]) -> np.ndarray:
    """One person after the other talking, a minute of it; nobody says a number or a stop word, which would be heard rightly."""
    ours = {*NUMBERS, *" ".join(STOPS).split()}
    others = [clip for clip in clips if not ours & set(clip.said)]
    return np.concatenate([_levelled(clip.samples()) for clip in talk(others, 60.0)])


def in_room(samples: np.ndarray, room: np.ndarray | None, snr_db: float, seed: int) -> np.ndarray:
    """A clip with a second of the room on both sides, and the room `snr_db` below its voice throughout."""
    quiet = np.zeros(AROUND, np.int16)
    padded = np.concatenate([quiet, samples, quiet])
    if room is None:
        return padded
    start = random.Random(seed).randrange(max(len(room) - len(padded), 1))
    around = np.resize(room[start:], len(padded))
    factor = level(samples) / max(sound.rms(around), 1.0) * sound.gain(-snr_db)
    return sound.to_int16(padded + around * factor)


def word_end(samples: np.ndarray) -> int:
    """The sample at which the word in a clip ends, by its energy."""
    blocks = _blocks(samples)
    loud = np.flatnonzero(blocks > blocks.max(initial=1.0) * sound.gain(WORD_END_DB))
    return int(loud[-1] + 1) * sound.BLOCK if len(loud) else len(samples)


def _blocks(samples: np.ndarray) -> np.ndarray:
    """The RMS of every 10 ms."""
    whole = samples[: len(samples) // sound.BLOCK * sound.BLOCK].astype(np.float64)
    return np.sqrt(np.mean(whole.reshape(-1, sound.BLOCK) ** 2, axis=1))


def _levelled(samples: np.ndarray) -> np.ndarray:
    return samples * (1000.0 / max(level(samples), 1.0))
