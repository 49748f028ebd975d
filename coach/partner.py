"""The scripted partner of a rehearsal: what is said, and when.

A partner file is TOML (its contract is in the README): any number of `[[reply]]`, and a `[room]`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.data import shipped
from coach.sound import RATE
from coach.tables import Tables


@dataclass(frozen=True)
class Reply:
    """One `[[reply]]`: a single trigger, and a single sound."""

    after: str | None = None
    """When the window of that name opens ("gate", "pain"), or a cue of that name has been said to its end."""
    during: str | None = None
    """"count": from the onset of the count `n`, in `round` or, without it, in any."""
    n: int | None = None
    round: int | None = None
    at: float | None = None
    """Seconds from the first block."""
    nth: int | None = None
    """Only at this occurrence of the trigger, from 1; without it at each."""
    delay: float = 0.6
    """Seconds from the trigger to the first sample."""
    say: str | None = None
    """Words for a synthetic voice."""
    voice: str | None = None
    clip: str | None = None
    """A recording: absolute, or relative to the partner file."""
    db: float = 0.0
    """Level against the usual level of a partner."""


@dataclass(frozen=True)
class RoomTable:
    """The `[room]`: what is absent is silent."""

    echo_db: float | None = None
    """Level of the coach in the microphone against the partner's; None: no echo."""
    delay_ms: float = 40.0
    """From the sound card to the microphone, of the coach's voice."""
    rt60: float = 0.0
    """Reverberation time in seconds; 0: the open air."""
    noise: str | None = None
    snr_db: float = 15.0
    """The partner's level against the noise."""
    talk: str | None = None
    talk_db: float = -10.0
    """Other people's level against the partner's."""
    drift_ppm: float = 0.0
    """How much slower the loudspeaker's clock runs than the microphone's, in millionths."""


@dataclass(frozen=True)
class Partner:
    """A partner file, read and checked: its paths resolved, its sounds not loaded yet."""

    replies: tuple[Reply, ...] = ()
    room: RoomTable = field(default_factory=RoomTable)


_FILES = {"clip", "noise", "talk"}
_RANGES: dict[str, tuple[float, float]] = {
    "n": (1, 1000),
    "round": (1, 1000),
    "nth": (1, 1000),
    "at": (0, 86400),
    "delay": (0, 3600),
    "db": (-60, 40),
    "echo_db": (-60, 40),
    "delay_ms": (0, 500),
    "rt60": (0, 3),
    "snr_db": (-40, 80),
    "talk_db": (-60, 40),
    "drift_ppm": (-1000, 1000),
}


def load_partner(path: str | Path | None = None) -> Partner:
    """The partner of that file, or without one the default: somebody who answers everything sensibly.

    Raises BadInput with the file, the line and what was expected.
    """
    tables = Tables(shipped("cues") / "partner.toml" if path is None else path)
    for key, value in tables.data.items():
        if key not in ("reply", "room"):
            place = (key, 0, None) if isinstance(value, dict | list) else ("", 0, key)
            raise tables.error(*place, f"unknown key '{key}'. Expected one of: [[reply]], [room].")
    written = tables.data.get("reply", [])
    if not isinstance(written, list):
        raise tables.error("reply", 0, None, "write [[reply]], with two brackets: there can be many.")
    replies = tuple(_reply(tables, values, nth) for nth, values in enumerate(written))
    room = tables.data.get("room", {})
    return Partner(replies, tables.build(RoomTable, _checked(tables, room, "room", 0), "room"))


def _reply(tables: Tables, values: object, nth: int) -> Reply:
    reply = tables.build(Reply, _checked(tables, values, "reply", nth), "reply", nth)

    def wrong(key: str | None, message: str) -> Exception:
        return tables.error("reply", nth, key, message)

    triggers = [key for key in ("after", "during", "at") if getattr(reply, key) is not None]
    if len(triggers) != 1:
        raise wrong(triggers[1] if triggers else None, "expected exactly one of 'after', 'during' and 'at'.")
    if (reply.say is None) == (reply.clip is None):
        raise wrong("clip" if reply.clip else None, "expected exactly one of 'say' and 'clip'.")
    for key in ("after", "say", "voice"):
        if getattr(reply, key) is not None and not getattr(reply, key).strip():
            raise wrong(key, f"'{key}' is empty. Expected text.")
    if reply.during not in (None, "count"):
        raise wrong("during", f"'during' must be \"count\", not {reply.during!r}.")
    if (reply.during is None) != (reply.n is None):
        raise wrong("n" if reply.n else "during", "'during' and 'n' come together: the count, and which number.")
    if reply.round is not None and reply.during is None:
        raise wrong("round", "'round' belongs to 'during = \"count\"'.")
    if reply.nth is not None and reply.at is not None:
        raise wrong("nth", "'nth' picks one of several times; 'at' is a single one.")
    if reply.voice is not None and reply.say is None:
        raise wrong("voice", "'voice' belongs to 'say'; a clip has its own.")
    return reply


def _checked(tables: Tables, values: object, table: str, nth: int) -> Any:
    """The same values, ranges checked, paths resolved against the file and asserted to exist."""
    if not isinstance(values, Mapping):
        return values  # `Tables.build` says what is wrong with it
    resolved = dict(values)
    for key, value in values.items():
        if key in _FILES and isinstance(value, str):
            resolved[key] = str(tables.path.parent / value)
            if not Path(resolved[key]).is_file():
                raise tables.error(table, nth, key, f"'{key}': there is no file {resolved[key]}. Check the name.")
        if key in _RANGES and isinstance(value, int | float):
            low, high = _RANGES[key]
            if not low <= value <= high:  # this way round, "nan" is out of range too
                raise tables.error(table, nth, key, f"'{key}' must be from {low:g} to {high:g}, not {value}.")
    return resolved


class Prompter:
    """Tells when each reply starts, from the timeline. Pure: records in, sample positions out."""

    def __init__(self, replies: tuple[Reply, ...]):
        self._replies = replies
        self._seen: Counter[int] = Counter()
        self._ends: list[tuple[int, str]] = []  # of cues that are being said: sample, name
        self._starts = [(_samples(r.at + r.delay), i) for i, r in enumerate(replies) if r.at is not None]

    def notice(self, record: Mapping[str, Any]) -> None:
        """Take in a record of the timeline."""
        now = _samples(record["t"])
        match record["event"]:
            case "listen":
                self._trigger(now, lambda reply: reply.after == record["window"])
            case "count":
                number, round_ = record["n"], record["round"]
                self._trigger(now, lambda reply: reply.n == number and reply.round in (None, round_))
            case "say":
                self._ends.append((_samples(record["until"]), record["cue"]))
            case "silence":  # what was cut has not been said to its end
                self._ends = [(end, cue) for end, cue in self._ends if end <= now]

    def due(self, before: int) -> list[tuple[int, int]]:
        """The replies that start before that sample and were not handed out yet: (sample, index), in order."""
        for end, cue in sorted(ended for ended in self._ends if ended[0] < before):
            self._trigger(end, lambda reply, cue=cue: reply.after == cue)
        self._ends = [ending for ending in self._ends if ending[0] >= before]
        ready = sorted(start for start in self._starts if start[0] < before)
        self._starts = [start for start in self._starts if start[0] >= before]
        return ready

    def _trigger(self, now: int, fits: Callable[[Reply], bool]) -> None:
        for index, reply in enumerate(self._replies):
            if fits(reply):
                self._seen[index] += 1
                if reply.nth in (None, self._seen[index]):
                    self._starts.append((now + _samples(reply.delay), index))


def _samples(time: float) -> int:
    return round(time * RATE)
