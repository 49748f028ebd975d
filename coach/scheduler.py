"""The timeline of sound: clips at sample positions, pulled out block by block.

What is planned has a place on the timeline before it sounds, so a count of ten is ten clips exactly one second
apart, and cutting is emptying the timeline.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from coach.residue import Remains
from coach.sound import BLOCK, RATE, gain, seconds, to_int16
from coach.voice import Clip

LEAD = RATE // 10
"""Samples between the decision to speak and the voice, 0.1 s: after a cut the ear needs a gap to hear a new start."""

GAP = RATE * 35 // 100
"""Samples of quiet between two utterances, 0.35 s."""

BEAT = RATE
"""Samples from one count to the next, voice onset to voice onset."""

FADE = BLOCK // 2
"""Samples in which a cut voice fades, 5 ms: no click, and silent within the block that follows the decision."""


@dataclass(frozen=True)
class Utterance:
    """Something said: its text, and the samples at which its voice begins and ends."""

    text: str
    start: int
    until: int
    remains: Remains = Remains()


@dataclass
class _Sound:
    start: int
    samples: np.ndarray
    utterance: Utterance


class Scheduler:
    """Plan sounds; pull blocks. `now` is the first sample of the block that is pulled next."""

    def __init__(self) -> None:
        self.now = 0
        self.volume = 1.0
        """Factor on the amplitude, for what is planned already too."""
        self._end = 0
        self._cut_at = -1
        """Where the last cut was decided, as long as nothing has been planned since."""
        self._sounds: list[_Sound] = []
        self._remarks: list[tuple[int, Any]] = []
        self._last: Utterance | None = None

    @property
    def idle(self) -> bool:
        """Whether all that was planned, quiet included, is over."""
        return self.now >= self._end

    def speaking(self) -> Utterance | None:
        """The utterance that sounds now, else the one before; None before the first."""
        return self._last

    def say(self, text: str, clip: Clip, remark: dict[str, Any]) -> Utterance:
        """Plan a clip after all that is planned. `remark` is due when its voice begins; "until" is added to it."""
        begins = self.idle or self._cut_at >= 0
        start = max(self._end, self.now) + LEAD if begins else self._end + GAP
        utterance = self._place(text, clip, start)
        self._note(utterance.start, remark | {"until": seconds(utterance.until)})
        return utterance

    def count(self, numbers: list[tuple[str, Clip, Any]]) -> None:
        """Plan clips with their voice onsets exactly one `BEAT` apart, the first a beat after all that is planned.

        Each is text, clip and a remark that is due at its onset.
        """
        first = max(self._end, self.now) + BEAT
        for n, (text, clip, remark) in enumerate(numbers):
            onset = first + n * BEAT
            self._place(text, clip, onset - clip.onset)
            self._note(onset, remark)

    def rest(self, seconds: float) -> None:
        """Plan quiet after all that is planned."""
        self._end = max(self._end, self.now) + round(seconds * RATE)
        self._cut_at = -1

    def cut(self, remark: Any, fades: bool = True) -> int:
        """Forget everything planned and fade what sounds; returns the sample from which on all is silent.

        `remark` is due there. Without `fades` it is silent from `now` on.
        """
        if self._cut_at == self.now:
            return self._end  # cut already, and nothing planned since
        length = FADE if fades else 0
        self._sounds = [sound for sound in self._sounds if sound.start < self.now]
        tail = self._mix(self.now, length) * np.linspace(1.0, 0.0, length, endpoint=False)
        self._end = self.now + length
        if self._last and self._last.start <= self.now:
            self._last = Utterance(self._last.text, self._last.start, min(self._last.until, self._end))
        self._sounds = [_Sound(self.now, tail / self.volume, self._last)] if self._last and tail.any() else []
        self._remarks.clear()
        self._note(self._end, remark)
        self._cut_at = self.now
        return self._end

    def pull(self) -> tuple[np.ndarray, list[tuple[int, Any]]]:
        """The next block, int16 (BLOCK,), and the remarks that fall due in it with their samples."""
        block = to_int16(self._mix(self.now, BLOCK))
        self.now += BLOCK
        for sound in self._sounds:
            if sound.utterance.start <= self.now:
                self._last = sound.utterance
        self._sounds = [s for s in self._sounds if s.start + len(s.samples) > self.now]
        due = [remark for remark in self._remarks if remark[0] < self.now]
        self._remarks = self._remarks[len(due) :]
        return block, due

    def _place(self, text: str, clip: Clip, start: int) -> Utterance:
        utterance = Utterance(text, start + clip.onset, start + clip.offset)
        self._sounds.append(_Sound(start, clip.samples, utterance))
        self._end = max(self._end, start + len(clip.samples))
        self._cut_at = -1
        return utterance

    def _note(self, at: int, remark: Any) -> None:
        self._remarks.append((at, remark))
        self._remarks.sort(key=lambda due: due[0])

    def _mix(self, start: int, length: int) -> np.ndarray:
        mixed = np.zeros(length)
        for sound in self._sounds:
            a, b = max(sound.start, start), min(sound.start + len(sound.samples), start + length)
            if a < b:
                mixed[a - start : b - start] += sound.samples[a - sound.start : b - sound.start]
        return mixed * self.volume


def volume(step: int) -> float:
    """The factor for a volume from 1 to 10: 3 dB a step, 7 leaves the clips as they are."""
    return gain(3.0 * (step - 7))
