"""A whole session put together: wishes in, a session run out on a card or in a room."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import click
import numpy as np

from coach import models
from coach.ears import Ears
from coach.echo import NoEcho, canceller
from coach.loop import Loop, Sink, Sound
from coach.phrases import Meaning
from coach.progress import Progress
from coach.plan import Plan
from coach.routine import Routine
from coach.session import Session
from coach.voice import RATE_WORDS, Clip, Voice, other

PACES = (0.8, 1.0, 1.25)
"""Speech rates against the chosen one: after "slower", as chosen, after "faster"."""


@dataclass(frozen=True)
class Wishes:
    """What was asked for on the command line, live and rehearsed alike."""

    plan: Plan
    routine: Routine
    voice: str | None = None
    rate: int = RATE_WORDS
    """Words a minute."""
    volume: int = 7
    """1 to 10."""
    model: str | None = None
    echo_cancel: bool = True


def prepare(wishes: Wishes) -> tuple[Ears, list[Mapping[str, Clip]]]:
    """The recogniser, and every text of the session at every pace. Raises CoachError where one can't be had.

    Before any device is opened: what is missing is said before anybody lies down.
    """
    ears = Ears(models.find(wishes.model))
    texts = list(dict.fromkeys(wishes.routine.texts(wishes.plan)))
    clips: list[Mapping[str, Clip]] = []
    for pace in PACES:
        voice = Voice(wishes.voice, round(wishes.rate * pace))
        with Progress(f"Getting the voice ready ({len(clips) + 1} of {len(PACES)})") as progress:
            clips.append(voice.render(texts, progress))
    return ears, clips


def run(
    wishes: Wishes,
    ears: Ears,
    clips: list[Mapping[str, Clip]],
    card: Sound,
    sinks: Iterable[Sink],
    keys: Callable[[], list[Meaning]] = list,
) -> str:
    """Run the session; returns the reason of its end."""
    echo = canceller(wishes.echo_cancel)
    if wishes.echo_cancel and isinstance(echo, NoEcho):
        click.echo(f"Note: {echo.name}. The coach works, but turn it down a little.", err=True)
    session = Session(wishes.routine, wishes.plan)
    loop = Loop(session, card, echo, ears, clips, sinks, keys, wishes.volume)
    reason = loop.run()
    for error in loop.failed:
        click.echo(f"Note: not everything could be written ({error}).", err=True)
    return reason


def partner_voice(words: str, voice: str | None) -> np.ndarray:
    """A partner's words as sound, int16 (n,), in that voice or in one that is not the coach's."""
    return Voice(voice or other(), RATE_WORDS).render([words])[words].samples
