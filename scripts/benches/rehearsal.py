"""How long a rehearsal takes: `scripts/bench rehearsal`."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click


@click.command("rehearsal")
@click.option("--side", type=click.Choice(["left", "right", "both"]), default="left", show_default=True)
def command(side):
    """A session with the default partner, from the command to its end; the second time its voice is on disk."""
    click.echo("| rehearsal | session | wall | CPU |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first, voice rendered", "again, voice on disk"):
            session, wall, cpu = measure(side, Path(folder))
            click.echo(f"| {name} | {session:.0f} s | {wall:.1f} s | {cpu:.1f} s |")


def measure(side: str, folder: Path) -> tuple[float, float, float]:
    """Seconds that a rehearsal simulates, takes, and computes; what it keeps on disk goes into the folder."""
    timeline = folder / "timeline.jsonl"
    rehearse = [sys.executable, "-m", "coach", "rehearse", "--side", side, "--timeline", str(timeline)]
    before, start = _computed(), time.monotonic()
    subprocess.run(rehearse, env=os.environ | {"COACH_HOME": str(folder)}, check=True, capture_output=True)
    wall, cpu = time.monotonic() - start, _computed() - before
    return json.loads(timeline.read_text().splitlines()[-1])["t"], wall, cpu


def _computed() -> float:
    """CPU seconds of the processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
