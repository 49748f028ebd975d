"""Misses against false alarms: `scripts/bench curve`."""

import multiprocessing
from pathlib import Path
from unittest import mock

import click

from coach import models, patience
from coach.phrases import Intent, Window
from scripts.train import corpus

from . import clips, scores
from .listeners import Coach

SHIFTS = (-4.0, -2.0, 0.0, 2.0, 4.0)
"""Added to every margin that a stop needs (see coach.patience.PATIENCE); 0 is what ships."""


@click.command("curve")
@click.option("--recordings", type=click.Path(path_type=Path), default=corpus.RECORDINGS, help="A folder with clips.tsv.")
@click.option("--split", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Choose on dev, report on test.")
@click.option("--model", help="Recogniser: see coach models.")
def command(recordings, split, model):
    """How many stops are missed, and how many heard that nobody said, the more or the less sure the ears must be."""
    jobs = [(shift, models.find(model), recordings, split) for shift in SHIFTS]
    click.echo("| margin | missed, clean | kitchen 10 dB | talk 10 dB | false stops in an hour of talk |\n|---|---|---|---|---|")
    with multiprocessing.get_context("spawn").Pool() as pool:
        for shift, missed, hourly in pool.imap(_measure, jobs):
            click.echo(f"| {shift:+.0f} | " + " | ".join(f"{100 * part:.1f} %" for part in missed) + f" | {hourly:.1f} |")


def _measure(job) -> tuple[float, list[float], float]:
    shift, model, recordings, split = job
    everything = clips.load(recordings, split)
    stops = {"stop": clips.commands(everything, 1000)["stop"]}
    talk = [(clip.samples(), clip.said) for clip in clips.talk(everything, 3600.0)]
    rooms = [(None, 0.0), (clips.noise(clips.load(recordings, "all")), 10.0), (clips.babble(everything), 10.0)]
    with mock.patch.object(patience, "PATIENCE", {waited: margin + shift for waited, margin in patience.PATIENCE.items()}):
        listener = Coach(model)
        missed = [1 - scores.words(listener, stops, room, db).recall("stop") for room, db in rooms]
        hourly = scores.alarms(listener, talk, Window.ALWAYS).hourly(Intent.STOP)
    return shift, missed, hourly
