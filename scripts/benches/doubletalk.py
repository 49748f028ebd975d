"""Double talk: a partner who speaks over the coach's voice, in a room and with a loudspeaker as they may be."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from coach import routine
from coach.acoustics import level
from coach.clips import Clip
from coach.duck import Duck
from coach.ears import Ears
from coach.echo import NoEcho, canceller
from coach.partner import Partner, Reply, RoomTable
from coach.phrases import Intent, Meaning
from coach.plan import Plan
from coach.residue import Residue
from coach.room import Room
from coach.scheduler import Scheduler
from coach.sound import BLOCK, RATE, to_int16
from coach.voice import Voice
from scripts.benches import clips

VOICES = ("en-gb-scotland", "en-us+f3", "en-us+m3", "en-029")
"""Who says "pain five": synthetic voices other than the coach's."""

BETWEEN = 4 * RATE
"""Samples from one word of the partner to the next."""


@dataclass(frozen=True)
class Condition:
    """A room, and how its loudspeaker behaves."""

    name: str
    room: RoomTable
    distorted: bool = False
    jumps: dict[int, float] = field(default_factory=dict)


def _conditions() -> Iterator[Condition]:
    usual = RoomTable(echo_db=0.0, rt60=0.3)
    for echo_db in (-15.0, -5.0, 0.0, 5.0, 10.0):
        yield Condition(f"echo {echo_db:+.0f} dB", replace(usual, echo_db=echo_db))
    yield Condition("echo +10 dB distorted", replace(usual, echo_db=10.0), distorted=True)
    for rt60 in (0.2, 0.5, 0.8):
        yield Condition(f"rt60 {rt60} s", replace(usual, rt60=rt60))
    for ppm in (50.0, 200.0):
        yield Condition(f"drift {ppm:.0f} ppm", replace(usual, drift_ppm=ppm))
    for delay_ms in (20.0, 200.0, 400.0):
        yield Condition(f"delay {delay_ms:.0f} ms", replace(usual, delay_ms=delay_ms))
    yield Condition("delay jumps by 60 ms", usual, jumps={40 * RATE: 60.0})
    yield Condition("delay jumps often", usual, jumps={turn * 9 * RATE: -200.0 * (-1) ** turn for turn in range(1, 20)})


CONDITIONS = {condition.name: condition for condition in _conditions()}


@dataclass(frozen=True)
class Way:
    """A way to listen while speaking."""

    name: str
    cancels: bool = False
    guarded: bool = False
    """With the vetoes, the level gate and ducking."""
    deaf: bool = False
    """Half-duplex: hears nothing while it speaks."""
    speaks: bool = True


SILENCE = Way("coach silent", speaks=False)
WAYS = {
    way.name: way
    for way in (
        SILENCE,
        Way("no cancellation"),
        Way("cancellation only", cancels=True),
        Way("whole chain", cancels=True, guarded=True),
        Way("half-duplex", deaf=True),
    )
}


@dataclass(frozen=True)
class Word:
    """Something the partner says: what, its first sample, and the sample after which it has been said."""

    intent: Intent
    start: int
    end: int
    value: int | None = None


class Session:
    """What the coach says in a session, at a place of its own on the timeline for each seed."""

    def __init__(self, spoken: dict[str, Clip], seed: int):
        self.random = np.random.default_rng(seed)
        self._clips = spoken
        lines = [text for text in spoken if text.count(" ") > 4]
        self._lines = [str(it) for it in self.random.choice(lines, 8, replace=False)]

    def scheduler(self) -> Scheduler:
        """All of it planned: a line, a count of ten, a line ..."""
        scheduler = Scheduler()
        numbers = [f"{routine.NUMBERS[n].capitalize()}." for n in range(1, 11)]
        for turn, text in enumerate(self._lines):
            scheduler.say(text, self._clips[text], {})
            if turn % 2:
                scheduler.count([(number, self._clips[number], {}) for number in numbers])
        return scheduler

    def sound(self) -> np.ndarray:
        """The coach alone, int16."""
        scheduler, blocks = self.scheduler(), []
        while not scheduler.idle:
            blocks.append(scheduler.pull()[0])
        return np.concatenate(blocks)

    def places(self, length: int) -> list[int]:
        """Samples at which a partner's word of that length is spoken over the coach's voice."""
        loud = np.abs(self.sound().astype(np.int32)) > 300
        share = np.convolve(np.convolve(loud, np.ones(800) / 800, "same") > 0.3, np.ones(length) / length, "valid")
        found, at = [], 5 * RATE
        while at < len(share) - 2 * RATE:
            after = np.flatnonzero(share[at:] > 0.6)
            if not len(after):
                break
            found.append(at + int(after[0]))
            at = found[-1] + BETWEEN + int(self.random.integers(RATE))
        return found


class Table:
    """Everything that the sessions of one process share: the model, the coach's lines, and who says "stop"."""

    def __init__(self, model: Path, recordings: Path):
        self._model = model
        self._spoken = Voice().render(dict.fromkeys(routine.load().texts(Plan())))
        self._stops = clips.commands(clips.load(recordings, "test"), 1000)["stop"]
        self._rendered: dict[tuple[str, str | None], np.ndarray] = {}

    def sessions(self, condition: Condition, ways: list[Way], seed: int) -> tuple[list[Word], dict[str, list[tuple[int, Meaning]]]]:
        """One session heard in different ways: what the partner says in it, and every meaning with the sample at which it was known."""
        session = Session(self._spoken, seed)
        replies, words = self._partner(session, seed)
        return words, {way.name: self._hear(session, condition, way, replies, seed) for way in ways}

    def _partner(self, session: Session, seed: int) -> tuple[list[Reply], list[Word]]:
        """What the partner says in a session: two stops for each "pain five", all over the coach's voice."""
        replies, words = [], []
        for turn, at in enumerate(session.places(RATE // 2)):
            if turn % 3 == 2:
                voice = VOICES[(seed + turn // 3) % len(VOICES)]
                replies.append(Reply(at=at / RATE, delay=0.0, say="pain five", voice=voice))
                words.append(Word(Intent.PAIN, at, at + len(self._render("pain five", voice)), 5))
            else:
                clip = self._stops[(seed * 20 + turn) % len(self._stops)]
                samples = clip.samples()
                lead = _lead(samples)
                replies.append(Reply(at=(at - lead) / RATE, delay=0.0, clip=str(clip.path)))
                words.append(Word(Intent.STOP, at, at - lead + clips.word_end(samples)))
        return replies, words

    def _hear(self, session: Session, condition: Condition, way: Way, replies: list[Reply], seed: int) -> list[tuple[int, Meaning]]:
        room = Room(Partner(tuple(replies), condition.room), self._render, seed, condition.distorted, condition.jumps)
        echo = canceller() if way.cancels else NoEcho("")
        residue, duck, scheduler = Residue(), Duck(), session.scheduler()
        ears = Ears(self._model)  # new ones, for their clock is the coach's
        found, played = [], np.zeros(BLOCK, np.int16)
        while not scheduler.idle:
            heard = room.read()
            clean = echo.clean(heard)
            residue.feed(played, heard, clean, echo.trusted)
            speaking = scheduler.speaking()
            if way.deaf and speaking and scheduler.now <= speaking.until + RATE // 5:
                clean = np.zeros(BLOCK, np.int16)
            said = replace(speaking, remains=residue.remains) if way.guarded and speaking else None
            found += [(scheduler.now, meaning) for meaning in ears.feed(clean, said)]
            played = scheduler.pull()[0]
            if way.guarded:
                played = to_int16(duck.feed(played, ears.voiced and residue.exceeded))
            if not way.speaks:
                played = np.zeros(BLOCK, np.int16)
            echo.reference(played)
            room.write(played)
        return found

    def _render(self, words: str, voice: str | None) -> np.ndarray:
        if (words, voice) not in self._rendered:
            self._rendered[words, voice] = Voice(voice).render([words])[words].samples
        return self._rendered[words, voice]


def _lead(samples: np.ndarray) -> int:
    """The samples before the voice begins."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return int(np.flatnonzero([level(block) > 0.1 * level(samples) for block in blocks])[0]) * BLOCK
