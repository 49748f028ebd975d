"""The recordings, and which speakers are for training, for choosing and for reporting.

The recordings are not part of the project: `COACH_RECORDINGS` says where they are, by default `../shared/recordings` beside
the checkout. Their licences, which bind what is trained on them, are in `LICENCES`.
"""

import csv
import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE = 16000
ROOT = Path(__file__).parents[2]
RECORDINGS = Path(os.environ.get("COACH_RECORDINGS", ROOT / "../shared/recordings"))

LICENCES = {
    "gsc_test": "Speech Commands v0.02, test set (Pete Warden, Google): CC BY 4.0",
    "gsc_words": "Speech Commands v0.01: CC BY 4.0",
    "gsc_sample": "Speech Commands v0.01: CC BY 4.0",
    "fsdd": "Free Spoken Digit Dataset (Zohar Jackson and others): CC BY-SA 4.0",
    "so762-train": "speechocean762: CC BY 4.0",
    "so762-test": "speechocean762: CC BY 4.0",
    "s2i": "Picovoice speech-to-intent benchmark: Apache-2.0",
    "wwb": "Picovoice wake-word benchmark: Apache-2.0",
    "noise": "Picovoice benchmarks: Apache-2.0; kitchen and tap: CC BY 4.0",
    "acted": "Flight of the Amazon Queen (John Passfield, Steven Stamatiadis), from Debian: may be given away, not sold",
}

# Percent of the speakers (or of the files, where the speaker is unknown) that training never sees.
DEV, TEST = 8, 15
NOISE_TEST = ("doing_the_dishes.flac",)


def rows(recordings=RECORDINGS):
    """The lines of clips.tsv as dictionaries."""
    with open(Path(recordings) / "clips.tsv", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def split(row):
    """"train", "dev" (to choose on) or "test" (to report on): always the same for all clips of a person.

    Speech Commands of both versions share their speaker codes, so a person is the code, whatever the source.
    """
    source, speaker, path = row["source"], row["speaker"], row["path"]
    percent = int(hashlib.sha1((speaker or path).encode()).hexdigest(), 16) % 100
    if source == "fsdd":  # four people: too few to learn from three and to report on one
        return "train"
    if source == "noise":
        return "test" if path.endswith(NOISE_TEST) else "train"
    if source == "so762-test":  # the corpus's own test speakers: a third to choose on, two thirds to report on
        return "dev" if percent < 33 else "test"
    if source == "so762-train":
        return "train"
    return "dev" if percent < DEV else "test" if percent < DEV + TEST else "train"


def keep(clips, path):
    """Write clips that took long to make; a half-written file has another name, so that it is not taken."""
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(clips))
    part.rename(path)


def kept(path):
    """The clips that were kept there."""
    return pickle.loads(path.read_bytes())


def words(row):
    """What is said in a clip, in lower case, or [] where nothing is known to be said."""
    return row["text"].lower().replace("-", " ").split()


def read(row, recordings=RECORDINGS):
    """The sound of a clip: int16 samples at 16 kHz, mono."""
    return decoded(Path(recordings) / row["path"])


def decoded(file):
    """The same of any sound file, open or named."""
    sound, rate = soundfile.read(file, dtype="int16")
    if rate != RATE:
        sound = np.clip(soxr.resample(sound.astype(np.float32), rate, RATE), -32768, 32767).astype(np.int16)
    return sound
