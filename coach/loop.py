"""One session from the first block to the last: passes each block along the arrow, and turns actions into sound.

The sound card is the clock. Nothing here sleeps or reads the time of day, so a session on a real card and one in a
simulated room are the same code, and give the same timeline.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from coach import residue
from coach.duck import Duck
from coach.ears import Deaf, Ears
from coach.echo import Echo, NoEcho
from coach.events import (
    Action,
    Adjust,
    Back,
    Count,
    Cut,
    Done,
    End,
    Event,
    Listen,
    Lost,
    Rest,
    Say,
    State,
    TooLoud,
    Unanswered,
)
from coach.phrases import Meaning, Window
from coach.residue import Residue
from coach.routine import NUMBERS
from coach.scheduler import Scheduler, Utterance, volume
from coach.session import Session
from coach.sound import BLOCK, RATE, seconds, to_int16
from coach.voice import Clip

Record = dict[str, Any]
"""A line of the timeline: "t" in seconds from the first block, "event", and what belongs to it."""

Sink = Callable[[Record], None]

ANSWERING = 2 * RATE
"""Samples for which an answer that has begun when its time is over may still go on."""

DECIDING = RATE * 6 // 10
"""Samples that the recogniser may take, after somebody has fallen silent, to say what it was."""


class Sound(Protocol):
    """A sound card, or a simulated room."""

    def read(self) -> np.ndarray: ...
    def write(self, block: np.ndarray) -> None: ...
    def cut(self) -> bool: ...
    def faults(self) -> list[Any]: ...

    latency: float


class Loop:
    """Runs a session on a card."""

    def __init__(
        self,
        session: Session,
        card: Sound,
        echo: Echo | NoEcho,
        ears: Ears,
        clips: list[Mapping[str, Clip]],
        sinks: Iterable[Sink],
        keys: Callable[[], list[Meaning]] = list,
        loudness: int = 7,
    ):
        """`clips`: every text of the session by pace, from slow to fast. `keys`: what was typed since the last call.

        `loudness`: 1 to 10.
        """
        self._session = session
        self._card = card
        self._echo = echo
        self._ears = ears
        self._clips = clips
        self._sinks = list(sinks)
        self._keys = keys
        self._scheduler = Scheduler()
        self._residue, self._duck = Residue(), Duck()
        self._own_level: residue.TooLoud | None = residue.TooLoud()
        self._played = np.zeros(BLOCK, np.int16)
        self._pace = len(clips) // 2
        self._volume = loudness
        self._scheduler.volume = volume(loudness)
        self._voiced_at = -DECIDING
        self._deadline: int | None = None
        self._owed = False
        """Whether `Done` is still to be sent for what was planned."""
        self._done_at: int | None = None
        """When all that was planned was over, where `Done` waits for an answer that has begun."""
        self._deaf = False
        self._reason = "finished"
        self._told: list[Record] = []
        self.failed: list[Exception] = []
        """Why sinks were left out."""

    def run(self) -> str:
        """Run it to its end; returns the reason of the `End`."""
        self._act(self._session.begin())
        while not self._session.over:
            self._step()
        self._pass_on()
        return self._reason

    def _step(self) -> None:
        heard = self._card.read()
        for fault in self._card.faults():
            self._happen(Lost(fault.device) if fault.lost else Back(fault.device))
        clean = self._echo.clean(heard)
        self._residue.feed(self._played, heard, clean, self._echo.trusted)
        someone = self._ears.voiced and self._residue.exceeded
        if someone:
            self._voiced_at = self._scheduler.now
        for meaning in [*self._listen(clean), *self._keys()]:
            self._tell("heard", text=meaning.text, intent=meaning.intent.value, **_value(meaning))
            self._happen(meaning)
        self._mind_the_volume(heard)
        self._let_time_pass()
        block, due = self._scheduler.pull()
        self._told += [{"t": seconds(at), **remark} for at, remark in due]
        self._played = to_int16(self._duck.feed(block, someone))
        self._echo.reference(self._played)
        self._card.write(self._played)
        self._pass_on()

    def _listen(self, clean: np.ndarray) -> list[Meaning]:
        if self._deaf:
            return []
        try:
            return self._ears.feed(clean, self._speaking())
        except Deaf:
            self._deaf = True
            self._happen(Lost("recogniser"))
            return []

    def _speaking(self) -> Utterance | None:
        """What the coach says, and what is left of it in what the ears are fed."""
        said = self._scheduler.speaking()
        return said and replace(said, remains=self._residue.remains)

    def _mind_the_volume(self, heard: np.ndarray) -> None:
        """Say after the first thing said, once, that it comes back too loudly to hear anybody else."""
        if self._own_level is None or self._scheduler.speaking() is None:
            return
        self._own_level.feed(heard)
        if self._scheduler.idle:
            too_loud, self._own_level = self._own_level.verdict, None
            if too_loud:
                self._happen(TooLoud())

    def _let_time_pass(self) -> None:
        now = self._scheduler.now
        if self._owed and self._scheduler.idle:
            self._done_at = now if self._done_at is None else self._done_at
            if not (self._ears.window is Window.PAIN and self._answering(self._done_at)):
                self._owed, self._done_at = False, None
                self._happen(Done())
        if self._deadline is not None and now >= self._deadline and not self._answering(self._deadline):
            self._deadline = None
            self._happen(Unanswered())

    def _answering(self, since: int) -> bool:
        """Whether somebody has begun to answer whose time was over at that sample, and may still be heard out."""
        now = self._scheduler.now
        return now - self._voiced_at < DECIDING and now - since < ANSWERING

    def _happen(self, event: Event) -> None:
        if isinstance(event, Lost | Back):
            self._tell("lost" if isinstance(event, Lost) else "back", device=str(event.device))
        self._act(self._session.handle(event))

    def _act(self, actions: list[Action]) -> None:
        scheduler, clips = self._scheduler, self._clips[self._pace]
        for action in actions:
            match action:
                case Say(cue, text):
                    said = {"event": "say", "cue": cue, "text": text}
                    scheduler.say(text, clips[text], said)
                    self._owed = True
                case Count(of, turn):
                    words = [NUMBERS[n].capitalize() + "." for n in range(1, of + 1)]
                    counted = [{"event": "count", "n": n, "of": of, "round": turn} for n in range(1, of + 1)]
                    scheduler.count([(word, clips[word], count) for word, count in zip(words, counted, strict=True)])
                    self._owed = True
                case Rest(length):
                    scheduler.rest(length)
                    self._owed = True
                case Listen(window, length):
                    if length is not None or window is not self._ears.window:
                        self._tell("listen", window=window.value)
                    self._ears.window = window
                    self._deadline = None if length is None else scheduler.now + round(length * RATE)
                case Cut():
                    self._cut()
                case Adjust(louder, faster):
                    self._volume = min(max(self._volume + louder, 1), 10)
                    scheduler.volume = volume(self._volume)
                    self._pace = min(max(self._pace + faster, 0), len(self._clips) - 1)
                    clips = self._clips[self._pace]
                case State(name):
                    self._tell("state", state=name)
                case End(reason):
                    self._reason = reason
                    self._tell("end", reason=reason)

    def _cut(self) -> None:
        if self._card.cut() or not self._scheduler.idle:  # the last of what was planned may still be on its way to the air
            self._scheduler.cut({"event": "silence"}, fades=self._card.latency == 0)
        self._ears.reset()
        self._deadline = self._done_at = None
        self._owed = False

    def _tell(self, event: str, **rest: Any) -> None:
        self._told.append({"t": seconds(self._scheduler.now), "event": event, **rest})

    def _pass_on(self) -> None:
        """Hand on what was told, when all that is urgent is done: a sink may be slow, and one that fails is left out."""
        told, self._told = self._told, []
        for record in told:
            for sink in list(self._sinks):
                try:
                    sink(record)
                except Exception as error:  # a full disk or a closed pipe never ends a session with a leg in the air
                    self._sinks.remove(sink)
                    self.failed.append(error)


def _value(meaning: Meaning) -> Record:
    return {} if meaning.value is None else {"value": meaning.value}
