"""Hearing over the coach's own voice: `scripts/bench echo`."""

import multiprocessing
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

from coach import models
from coach.phrases import Intent, Meaning
from coach.sound import BLOCK, RATE
from scripts.train.corpus import RECORDINGS

from .doubletalk import CONDITIONS, SILENCE, WAYS, Table, Word

AFTER = round(1.2 * RATE)
"""Samples after the end of a word in which it counts as heard; later, or before it began, is a false trigger."""

_table: Table | None = None


@dataclass
class Tally:
    """What came of the partner's words in some sessions."""

    said: dict[Intent, int] = field(default_factory=lambda: {Intent.STOP: 0, Intent.PAIN: 0})
    heard: dict[Intent, int] = field(default_factory=lambda: {Intent.STOP: 0, Intent.PAIN: 0})
    false: list[str] = field(default_factory=list)
    sessions: int = 0
    latencies: list[float] = field(default_factory=list)
    """Seconds from the end of each "stop" that was heard to a silent speaker."""

    def add(self, words: list[Word], found: list[tuple[int, Meaning]]) -> None:
        """One session: what was said in it, and what was heard, each with the sample at which it was."""
        self.sessions += 1
        found = list(found)
        for word in words:
            self.said[word.intent] += 1
            near = [it for it in found if word.start < it[0] <= word.end + AFTER]
            found = [it for it in found if it not in near]
            right = [at for at, it in near if it.intent is word.intent and it.value == word.value]
            self.heard[word.intent] += bool(right)
            if right and word.intent is Intent.STOP:
                self.latencies.append((right[0] + BLOCK - word.end) / RATE)  # the next block fades out
        self.false += [f"{meaning.text} ({at / RATE:.1f} s)" for at, meaning in found]


@click.command("echo")
@click.option("--sessions", default=1, show_default=True, help="Sessions in each room, of a minute and a half.")
@click.option("--room", "rooms", multiple=True, type=click.Choice(list(CONDITIONS)), help="Only these rooms.")
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), help="Only these ways to listen.")
@click.option("--model", help="Recogniser: see coach models.")
@click.option("--recordings", type=click.Path(path_type=Path), default=RECORDINGS, help="Recordings of real people.")
def command(sessions: int, rooms: tuple[str, ...], ways: tuple[str, ...], model: str | None, recordings: Path) -> None:
    """False triggers, and recall of "stop" and "pain five" spoken over the coach's voice."""
    chosen = ways or tuple(WAYS)
    jobs = [(room, chosen, seed) for room in rooms or CONDITIONS for seed in range(sessions)]
    tallies = {(room, way): Tally() for room, *_ in jobs for way in chosen}
    with multiprocessing.get_context("spawn").Pool(initializer=_sit_down, initargs=(models.find(model), recordings)) as pool:
        results = pool.imap(_measure, jobs)
        with click.progressbar(results, length=len(jobs), label="Sessions", file=sys.stderr) as shown:
            for (room, *_), (words, found) in zip(jobs, shown, strict=True):
                for way, heard in found.items():
                    tallies[room, way].add(words, heard)
    click.echo(f"{'room':<24} {'way':<18} {'stop':>9} {'pain':>9} {'false a session':>15}  end of stop to silence (median, max)")
    for (room, way), tally in tallies.items():
        click.echo(f"{room:<24} {way:<18} {_line(tally)}")
        if way != SILENCE.name and tally.false:
            click.echo(f"{'':<24} false: {', '.join(tally.false[:6])}")


def _sit_down(model: Path, recordings: Path) -> None:
    global _table
    _table = Table(model, recordings)


def _measure(job: tuple[str, tuple[str, ...], int]) -> tuple[list[Word], dict[str, list[tuple[int, Meaning]]]]:
    assert _table is not None
    room, ways, seed = job
    return _table.sessions(CONDITIONS[room], [WAYS[way] for way in ways], seed)


def _line(tally: Tally) -> str:
    stop, pain = (f"{tally.heard[it]}/{tally.said[it]}" for it in (Intent.STOP, Intent.PAIN))
    late = tally.latencies
    times = f"{statistics.median(late) * 1000:.0f} ms, {max(late) * 1000:.0f} ms" if late else "-"
    return f"{stop:>9} {pain:>9} {len(tally.false) / tally.sessions:>15.2f}  {times}"
