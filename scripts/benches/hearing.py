"""How well the coach hears: recall, false alarms, confusion of numbers, latency and cost, next to its peers.

Every listener runs in a process of its own on one core, so that its memory and its time are its own.
"""

import importlib.util
import math
import multiprocessing
import os
import resource
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from coach import models
from coach.phrases import NUMBERS, Intent, Window
from coach.sound import RATE
from scripts.train import corpus

from . import clips, scores
from .listeners import Coach, PocketSphinx

ROOMS = (("clean", None, math.inf), *((f"{room} {db} dB", room, db) for room in ("kitchen", "talk") for db in (20, 10, 5)))
"""Name, what is in the room, and how far below the voice it is."""

QUICK = ("clean", "kitchen 10 dB", "talk 10 dB")
"""The rooms of a quick run."""

PEER_MINUTES = 5.0
"""Of talk and of noise that a peer is measured on, at most: false alarms are counted by the hour, and its are many."""

DIGITS = [word for word in NUMBERS if word != "ten"]


@dataclass
class Measured:
    """All that was measured of one listener."""

    name: str
    words: dict[str, scores.Words]
    talk: dict[Window, scores.Alarms]
    noise: dict[Window, scores.Alarms]
    spent: list[float]
    factor: float
    """Processing time against the length of the sound."""
    megabytes: float
    """Peak resident memory of the whole process."""


@click.command("hearing")
@click.option("--recordings", type=click.Path(path_type=Path), default=corpus.RECORDINGS, help="A folder with clips.tsv.")
@click.option("--split", type=click.Choice(["dev", "test", "train", "all"]), default="test", show_default=True, help="Choose on dev, report on test.")
@click.option("--model", "names", multiple=True, metavar="NAME|FOLDER", help="Models to measure. [default: all that are installed]")
@click.option("--limit", default=1000, show_default=True, help="Clips of each word.")
@click.option("--talk-minutes", default=60.0, show_default=True, help="Of other people's talk, as far as there is any.")
@click.option("--noise-minutes", default=30.0, show_default=True, help="Of noise, repeated at different levels.")
@click.option("--quick", is_flag=True, help="A sample that takes about a minute.")
def command(recordings, split, names, limit, talk_minutes, noise_minutes, quick):
    """Recall, false alarms, latency and cost on recordings of real people, as a Markdown table."""
    if quick:
        limit, talk_minutes, noise_minutes = 4, 2.0, 1.0
    rooms = [room for room in ROOMS if not quick or room[0] in QUICK]
    folders = {name: models.find(name) for name in names} or models.installed()
    jobs = [(f"coach, {name}", (Coach, folder), talk_minutes, noise_minutes, limit) for name, folder in folders.items()]
    if importlib.util.find_spec("pocketsphinx"):
        minutes = min(talk_minutes, PEER_MINUTES), min(noise_minutes, PEER_MINUTES)
        jobs.append(("PocketSphinx", (PocketSphinx,), *minutes, limit))
    measured = []
    with multiprocessing.get_context("spawn").Pool(min(os.cpu_count() or 1, len(jobs)), maxtasksperchild=1) as pool:
        results = [pool.apply_async(measure, (*job, recordings, split, rooms)) for job in jobs]
        for job, result in zip(jobs, results, strict=True):
            click.echo(f"Measuring {job[0]} ...", err=True)
            measured.append(result.get())
    click.echo(table(measured))


def measure(name, made, talk_minutes, noise_minutes, limit, recordings, split, rooms) -> Measured:
    """Let one listener hear everything."""
    everything = clips.load(recordings, split)
    spoken = clips.commands(everything, limit)
    kitchen = clips.noise(everything if any(clip.kind == "noise" for clip in everything) else clips.load(recordings, "all"))
    around = {None: None, "kitchen": kitchen, "talk": clips.babble(everything)}
    talk = [(clip.samples(), clip.said) for clip in clips.talk(everything, talk_minutes * 60)]
    noise = [(piece, ()) for piece in levels(kitchen, noise_minutes)]
    listener = made[0](*made[1:])
    began, heard = time.process_time(), 0.0
    words = {room: scores.words(listener, spoken, around[what], db) for room, what, db in rooms}
    heard += len(rooms) * sum(clip.seconds + 3.0 for said in spoken.values() for clip in said)
    alarms = [{window: scores.alarms(listener, pieces, window) for window in Window} for pieces in (talk, noise)]
    heard += sum(found.seconds for kind in alarms for found in kind.values())
    factor = (time.process_time() - began) / heard
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(name, words, *alarms, listener.spent, factor, peak)


def levels(noise: np.ndarray, minutes: float) -> list[np.ndarray]:
    """The noise over and over in pieces of a minute, at levels from -60 dB of full scale to -20, at different speeds."""
    rng = np.random.default_rng(4)
    pieces = []
    for _ in range(max(round(minutes), 1)):
        start = rng.integers(len(noise))
        speed = rng.uniform(0.8, 1.25)
        at = (start + np.arange(60 * RATE) * speed) % (len(noise) - 1)
        level = 32768 * 10 ** (rng.uniform(-60, -20) / 20) / 1000
        pieces.append((np.interp(at, np.arange(len(noise)), noise) * level).clip(-32768, 32767).astype(np.int16))
    return pieces


def table(measured: list[Measured]) -> str:
    """Everything as Markdown, one column a listener."""
    first = next(iter(measured[0].words.values()))
    rows: list[tuple[str, list[str]]] = []

    def row(label: str, of) -> None:
        rows.append((label, [of(one) for one in measured]))

    for word in first.said:
        row(f"recall \"{word}\", clean, {first.said[word]} clips", lambda m: _percent(m.words["clean"].recall(word)))  # noqa: B023
    for room in measured[0].words:
        row(f"recall \"stop\", {room}", lambda m: _percent(m.words[room].recall("stop")))  # noqa: B023
        row(f"recall of digits, {room}", lambda m: _percent(m.words[room].recall(*DIGITS)))  # noqa: B023
        row(f"6 and over heard as 5 or less, {room}", lambda m: _percent(m.words[room].lowered()))  # noqa: B023
    row("mean square by which numbers are heard too low, clean", lambda m: f"{m.words['clean'].harm():.3f}")
    row("numbers confused, clean", lambda m: _confused(m.words["clean"]))
    for kind in ("talk", "noise"):
        for window in Window:
            at = f"an hour of {kind}, window {window.value}"
            row(f"false stops in {at}", lambda m: f"{getattr(m, kind)[window].hourly(Intent.STOP):.1f}")  # noqa: B023
            row(f"false numbers in {at}", lambda m: f"{getattr(m, kind)[window].hourly(Intent.PAIN):.1f}")  # noqa: B023
            row(f"other false commands in {at}", lambda m: _others(getattr(m, kind)[window]))  # noqa: B023
    row("commonest false alarms in talk, window always", lambda m: _common(m.talk[Window.ALWAYS].texts))
    for kind in ("stop", "number"):
        row(f"from the end of a {kind} to the decision, median and 90 %", lambda m: _spread(m.words["clean"].late[kind], 1000, "ms"))  # noqa: B023
    row("processing of the block that decides, median and 90 %", lambda m: _spread(m.spent, 1000, "ms"))
    row("real-time factor, one core", lambda m: f"{m.factor:.3f}")
    row("peak memory of the process", lambda m: f"{m.megabytes:.0f} MB")

    minutes = ", ".join(f"{getattr(measured[0], kind)[Window.PAIN].seconds / 60:.0f} min of {kind}" for kind in ("talk", "noise"))
    head = [f"| {minutes} | " + " | ".join(one.name for one in measured) + " |", "|---" * (len(measured) + 1) + "|"]
    return "\n".join(head + [f"| {label} | " + " | ".join(values) + " |" for label, values in rows])


def _percent(part: float) -> str:
    return "-" if math.isnan(part) else f"{100 * part:.1f} %"


def _spread(values: list[float], scale: float, unit: str) -> str:
    return f"{np.median(values) * scale:.0f}, {np.percentile(values, 90) * scale:.0f} {unit}" if values else "-"


def _confused(found: scores.Words) -> str:
    wrong = Counter({f"{said} as {heard}": n for (said, heard), n in found.numbers.items() if said != heard})
    return ", ".join(f"{what}: {n}" for what, n in wrong.most_common(8)) or "none"


def _others(found: scores.Alarms) -> str:
    return f"{found.hourly(*(intent for intent in Intent if intent not in (Intent.STOP, Intent.PAIN))):.1f}"


def _common(texts: Counter[str]) -> str:
    return ", ".join(f"{text[-30:]}: {n}" for text, n in texts.most_common(5)) or "none"
