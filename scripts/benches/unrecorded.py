"""How well words are heard that nobody recorded, by words that somebody did: `scripts/bench unrecorded`."""

import multiprocessing
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import click

from coach import models
from coach.ears import SPOTTER
from coach.errors import Missing
from coach.phrases import Intent, Window
from coach.recogniser import Model
from scripts.train import corpus

from . import clips, scores
from .listeners import Coach


@click.command("unrecorded")
@click.option("--spotter", type=click.Path(path_type=Path, exists=True), required=True, help="What scripts/retrain --leave-out WORD... has made.")
@click.option("--word", "words", multiple=True, required=True, help="A word that was left out; may be given more than once.")
@click.option("--recordings", type=click.Path(path_type=Path), default=corpus.RECORDINGS, help="A folder with clips.tsv.")
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True, help="Choose on dev, report on test.")
@click.option("--model", help="Recogniser: see coach models.")
def command(spotter, words, recordings, split, model):
    """Recall of words that the second detector learnt from synthetic voices alone, and that the recogniser may not hear."""
    everything = clips.load(recordings, split)
    kitchen = clips.noise(clips.load(recordings, "all"))
    rooms = {"clean": (None, 0.0), "kitchen 10 dB": (kitchen, 10.0), "talk 10 dB": (clips.babble(everything), 10.0)}
    said = {word: found for word, found in clips.commands(everything, 1000).items() if word in words}
    if missing := set(words) - set(said):
        raise Missing(f"{recordings} has no clips of {', '.join(sorted(missing))} by the {split} speakers. Name other words with --word.")
    talk = [(clip.samples(), clip.said) for clip in clips.talk(everything, 3600.0)]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for part in models.find(model).iterdir():
            if part.name != SPOTTER:
                (made / part.name).symlink_to(part.resolve())
        (made / SPOTTER).symlink_to(spotter.resolve())
        jobs = [(made, words, said, *room) for room in rooms.values()]
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            alarms = pool.apply_async(_alarms, (made, words, talk))
            found = pool.starmap(_recall, jobs)
            hourly = alarms.get().hourly(Intent.STOP)
    click.echo("| | clips | " + " | ".join(rooms) + " |\n|---|---|" + "---|" * len(rooms))
    for word, clips_of_it in said.items():
        click.echo(f"| {word} | {len(clips_of_it)} | " + " | ".join(f"{100 * heard.recall(word):.0f} %" for heard in found) + " |")
    click.echo(f"\nFalse stops in an hour of talk: {hourly:.1f}")


def _unrecorded(words: tuple[str, ...]) -> AbstractContextManager:
    """A recogniser without these words."""
    whole = Model.grammar

    def grammar(self, window, eager=False):
        return [phrase for phrase in whole(self, window, eager) if not set(phrase.split()) & set(words)]

    return mock.patch.object(Model, "grammar", grammar)


def _recall(model, words, said, room, snr_db) -> scores.Words:
    with _unrecorded(words):
        return scores.words(Coach(model), said, room, snr_db)


def _alarms(model, words, talk) -> scores.Alarms:
    with _unrecorded(words):
        return scores.alarms(Coach(model), talk, Window.ALWAYS)
