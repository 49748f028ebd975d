"""How well cries are heard: `scripts/bench cries`.

Nobody recorded "ow" or "ouch" for the training. The voices of the game Hedgewars (GPL-2 and GFDL) did: played, some of them with
a cartoon's voice, but called out by people who did not read from a screen. They are for measuring only, nothing is trained on them.
"""

import sys
from collections import Counter
from pathlib import Path

import click
import numpy as np

from coach import models, sound
from coach.errors import Missing
from coach.phrases import Intent, Window

from . import clips
from .listeners import Coach

VOICES = Path("/usr/share/games/hedgewars/Data/Sounds/voices")

ENGLISH = "British Classic Default HillBilly Mobster Pirate Robot Singer Surfer".split()

CRIES = "ow", "ouch"
"""Names of the files, but for a digit."""

GROANS = "ooff", "poisonmoan"
"""Somebody is hurt, and says no word of ours."""

STOPS = ("nooo",)
"""Lines that do stop the coach, and are none of its false stops."""


@click.command("cries")
@click.option("--voices", type=click.Path(path_type=Path), default=VOICES, show_default=True, help="A folder with a folder for each voice.")
@click.option("--model", help="Recogniser: see coach models.")
def command(voices, model):
    """How many "ow" and "ouch" of voice actors stop the coach, and what of their groans and other lines."""
    named = sorted(path for voice in ENGLISH for path in (voices / voice).glob("*.ogg"))
    files = list({path.read_bytes(): path for path in named}.values())  # some voices share lines
    if not files:
        raise Missing(f"{voices} holds no voices. They come with apt-get install --no-install-recommends hedgewars-data; or give --voices DIR.")
    listener = Coach(models.find(model))
    said, heard, taken, seconds = Counter(), Counter(), [], 0.0
    with click.progressbar(files, label="Lines", file=sys.stderr) as shown:
        for path in shown:
            line = path.stem.lower().rstrip("0123456789")
            samples = _line(path)
            found = listener.hear(clips.in_room(samples, None, 0.0, 0), Window.ALWAYS)
            stops = [meaning.text for _, meaning in found if meaning.intent is Intent.STOP]
            if line in CRIES + GROANS:
                said[line] += 1
                heard[line] += bool(stops)
            elif line not in STOPS:
                seconds += len(samples) / sound.RATE
                taken += [f"{path.parent.name}'s {path.stem} for {text}" for text in stops]
    for line in CRIES + GROANS:
        click.echo(f"{line}{' (a groan)' if line in GROANS else ''}: {heard[line]} of {said[line]} stop the coach")
    click.echo(f"False stops in {seconds / 60:.1f} minutes of other lines: {len(taken)}")
    if taken:
        click.echo(f"  {', '.join(taken)}")


def _line(path: Path) -> np.ndarray:
    """All of them at one level: 9 dB below full scale at their loudest."""
    samples = sound.read(path).astype(np.float64)
    return sound.to_int16(samples * 12000 / max(np.abs(samples).max(initial=0.0), 1.0))
