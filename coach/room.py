"""A simulated room with the interface of a sound card: a scripted partner, echo, reverberation, noise, other people.

Time passes when a block is written: that block sounds, and the next `read` gives what the microphone heard meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from coach import acoustics
from coach.errors import BadInput, Missing
from coach.partner import Partner, Prompter, Reply
from coach.sound import BLOCK, RATE, gain, read, to_int16

PARTNER_LEVEL = 1640.0
"""Rms of the partner's speech in the microphone, int16: -26 dBFS, a raised voice at a metre and a half from a laptop."""

COACH_LEVEL = 3280.0
"""Rms of the coach's speech as it is written at its usual volume, int16: -20 dBFS."""

FLOOR = 4.0
"""Rms of the microphone's own noise, int16: -78 dBFS. No microphone gives digital silence."""

Render = Callable[[str, str | None], np.ndarray]
"""Words and a voice's name (None: a partner's usual one) to speech, int16 (n,)."""


class Room:
    """Where a partner lies on a table and a coach speaks. Never faulty, adds no latency.

    Raises BadInput when a recording of the partner can't be read or is silent, and what `render` raises.
    """

    latency = 0.0

    def __init__(
        self,
        partner: Partner,
        render: Render,
        seed: int = 0,
        distorted: bool = False,
        jumps: Mapping[int, float] | None = None,
    ):
        """`distorted`: the loudspeaker is a small one, turned up. `jumps`: to the echo's delay add those milliseconds
        from those samples on, as a device does that lost a buffer.
        """
        table = partner.room
        self._prompter = Prompter(partner.replies)
        away = acoustics.response(table.rt60, acoustics.PARTNER_DISTANCE, seed)
        self._sounds = [
            acoustics.reverberate(_scaled(_sound(reply, render), reply.db), away) for reply in partner.replies
        ]
        self._playing: list[tuple[int, np.ndarray]] = []
        self._chance = np.random.default_rng([seed, 1])
        self._backgrounds = [
            (sound, int(self._chance.integers(len(sound))))
            for path, db in ((table.noise, -table.snr_db), (table.talk, table.talk_db))
            if path is not None
            for sound in [_scaled(_heard(path), db)]
        ]
        self._echoes = table.echo_db is not None
        self._echo_gain = gain(table.echo_db or 0.0) * PARTNER_LEVEL / COACH_LEVEL
        self._distorted = distorted
        self._path = acoustics.Convolver(
            acoustics.response(table.rt60, acoustics.SPEAKER_DISTANCE, seed + 1, small_speaker=distorted)
        )
        self._line = acoustics.DelayLine()
        self._delay = table.delay_ms * RATE / 1000
        self._drift = table.drift_ppm * 1e-6
        self._jumps = dict(jumps or {})
        self._spoken: list[np.ndarray] = []
        self._heard: list[np.ndarray] = []

    def read(self) -> np.ndarray:
        """What the microphone heard while the last written block sounded, int16 (BLOCK,); at first silence."""
        return self._heard[-1] if self._heard else np.zeros(BLOCK, np.int16)

    def write(self, block: np.ndarray) -> None:
        """Let the block, int16 (BLOCK,), sound now."""
        start = len(self._spoken) * BLOCK
        heard = self._chance.normal(0, FLOOR, BLOCK)
        for sound, offset in self._backgrounds:
            heard += sound[(start + offset + np.arange(BLOCK)) % len(sound)]
        due = self._prompter.due(start + BLOCK)
        self._playing += [(max(at, start), self._sounds[index]) for at, index in due]
        for at, sound in self._playing:
            begin, end = max(at - start, 0), min(at - start + len(sound), BLOCK)
            heard[begin:end] += sound[start + begin - at : start + end - at]
        self._playing = [(at, sound) for at, sound in self._playing if at + len(sound) > start + BLOCK]
        if self._echoes:
            heard += self._echo(block, start)
        self._spoken.append(np.array(block, np.int16))
        self._heard.append(to_int16(heard))

    def cut(self) -> bool:
        """Forget what is queued: nothing, since what is written sounds at once."""
        return False

    def faults(self) -> list[Any]:
        """What went wrong with the devices: never anything."""
        return []

    def notice(self, record: Mapping[str, Any]) -> None:
        """Take in a record of the timeline: the partner answers to it."""
        self._prompter.notice(record)

    def recording(self) -> np.ndarray:
        """All so far, int16 (n, 2): left the coach as it sounded, right what the microphone heard."""
        if not self._spoken:
            return np.zeros((0, 2), np.int16)
        return np.stack([np.concatenate(self._spoken), np.concatenate(self._heard)], axis=1)

    def _echo(self, block: np.ndarray, start: int) -> np.ndarray:
        """The coach's own voice as it comes back while `block` sounds."""
        sound = block.astype(np.float32)
        if self._distorted:
            sound = acoustics.distort(sound)
        jumped = sum(ms for at, ms in self._jumps.items() if at <= start) * RATE / 1000
        delay = self._delay + jumped + start * self._drift
        return self._echo_gain * self._path.feed(self._line.feed(sound, delay, delay + BLOCK * self._drift))


def _sound(reply: Reply, render: Render) -> np.ndarray:
    if reply.clip is not None:
        return _heard(reply.clip)
    try:
        return render(reply.say or "", reply.voice)
    except Missing as error:
        if reply.voice is None:
            raise
        raise BadInput(f'The partner can\'t say "{reply.say}" with voice "{reply.voice}". See: coach voices') from error


def _heard(path: str) -> np.ndarray:
    sound = read(path)
    if not sound.any():
        raise BadInput(f"{path} is silent. Give a recording of something.")
    return sound


def _scaled(sound: np.ndarray, db: float) -> np.ndarray:
    """At `db` decibels from a partner's usual level; whatever level it was recorded at."""
    return sound * (gain(db) * PARTNER_LEVEL / max(acoustics.level(sound), 1.0))
