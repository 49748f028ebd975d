"""Sound in, meanings out, block by block.

Under a grammar Vosk is sure of everything, right or wrong. So before anything is acted on, the last moments are heard once
more, with the question what else they could have been (see judge). A stop word is heard in a partial result, while it is
being said; everything else waits until it no longer changes.
"""

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np

from coach import phrases
from coach.activity import Activity
from coach.errors import CoachError
from coach.foreground import foreground
from coach.judge import Judge
from coach.patience import PendingStop, Settling
from coach.phrases import Intent, Meaning, Window
from coach.recogniser import Model
from coach.sound import BLOCK, RATE, to_int16
from coach.veto import Speaking, own

DITHER = 2
"""Noise of so many steps is added to every block: no microphone gives all zeros, and a model that has never been trained on
them hears "okay" in them. An echo canceller and silence between files do give them."""

MEMORY = 200
"""Blocks that are remembered, 2 s: to hear them once more. A longer answer is judged by its end."""

OVERLAP = 60
"""Blocks that are heard again when the window changes, 0.6 s: an answer may begin before its window opens."""

CONTEXT = 40
"""Blocks before those that are heard again, 0.4 s: more than the recogniser's look-back."""

SURE = 3.0
"""Margin from which a number is taken; for all else it is enough to be the best reading. A number that was not meant could
lead deeper, one that is refused is asked for again. Of 120 digits 113 are left, as at 1.0, and of 32 numbers heard in 30
minutes of others' talk 17 (dev speakers, and training speakers for the digits)."""


class Deaf(CoachError):
    """The recogniser has died in mid-session: the coach can't hear any more."""

    status = 3


class Ears:
    """A recogniser on a stream of blocks. Change `window` to listen for something else."""

    def __init__(self, model: Path):
        """Load the model of that folder. Raises Missing when it can't be used."""
        vocabulary = Model(model)
        self._plain = {window: vocabulary.grammar(window) for window in Window}
        self._eager = {window: vocabulary.grammar(window, eager=True) for window in Window}
        self._window = Window.ALWAYS
        self._dither = np.random.default_rng(0).integers(-DITHER, DITHER + 1, BLOCK).astype(np.int16)
        self._recogniser = vocabulary.recogniser(self._eager[self._window])
        self._judge = Judge(vocabulary.recogniser(self._plain[self._window]), self._dither)
        self._activity = Activity()
        self._recent = deque([self._dither] * MEMORY, maxlen=MEMORY)
        self._clock = 0  # samples fed
        self._loudest = 0.0
        self._failure: Exception | None = None
        self._quiet_since: int | None = None
        """The sample at which a voice was last over; None while there is one."""
        self._stop: PendingStop | None = None
        """No reset forgets it."""
        self._start_over(0)

    @property
    def voiced(self) -> bool:
        """Whether someone seems to be speaking now."""
        return self._activity.voiced

    @property
    def window(self) -> Window:
        """What is listened for."""
        return self._window

    @window.setter
    def window(self, window: Window) -> None:
        if window is not self._window:
            self._window = window
            self._attempt(lambda: self._start_over(min(self._fresh, OVERLAP)))

    def feed(self, block: np.ndarray, speaking: Speaking | None = None) -> list[Meaning]:
        """What is understood with this block (int16, `BLOCK` samples), the coach's own words left out.

        `speaking`: what the coach is saying, or said last. Raises Deaf when the recogniser fails.
        """
        self._clock += len(block)
        self._recent.append(to_int16(block.astype(np.int32) + self._dither))
        self._length = min(self._length + 1, MEMORY)
        self._fresh = min(self._fresh + 1, MEMORY)
        voiced = self.voiced
        self._loudest = max(self._loudest * _FADE, self._activity.feed(block))
        if voiced != self.voiced:
            self._quiet_since = self._clock if voiced else None
        found: list[Meaning] = []
        self._attempt(lambda: found.extend(self._listen(speaking)))
        if self._failure is not None:
            raise Deaf(f"The recogniser has failed ({self._failure}). Start again.") from self._failure
        return found

    def flush(self) -> list[Meaning]:
        """What the last sounds meant, at the end of a file; ready for the next."""
        meanings = self._act(self._text(self._recogniser.FinalResult()), True, None)
        self._stop = None
        self._start_over(0)
        return meanings

    def reset(self) -> None:
        """Forget what was heard so far: after the voice was cut, and at a new question."""
        self._attempt(self._recogniser.Reset)
        self._begin(0)

    def _attempt(self, work: Callable[[], object]) -> None:
        """Do something with the recogniser unless it has died; that it dies is said by the next `feed`, and all after it."""
        if self._failure is None:
            try:
                work()
            except Exception as error:  # Vosk raises nothing more special
                self._failure = error

    def _listen(self, speaking: Speaking | None) -> list[Meaning]:
        ended = self._accept(self._recent[-1])
        text = self._text(self._recogniser.Result() if ended else self._recogniser.PartialResult())
        return self._act(text, ended, speaking)

    def _start_over(self, fresh: int) -> None:
        """Listen with the grammar of the window, from `fresh` blocks ago.

        A new grammar loses the acoustic context, and a word without any before it is not recognised: a quarter of the
        digits of tightly cut clips were lost so. The blocks before give it back.
        """
        self._recogniser.listen_for(self._eager[self._window])
        blocks = list(self._recent)[-fresh - CONTEXT :]
        before = len(blocks) - fresh
        for block in blocks[:before]:
            self._accept(block)
        self._recogniser.Reset()
        for block in blocks[before:]:
            self._accept(block)
        self._begin(fresh)

    def _begin(self, fresh: int) -> None:
        """A new utterance has begun `fresh` blocks ago."""
        self._length = self._fresh = fresh
        self._phrase, self._numbers = Settling(), Settling()
        self._acted: Meaning | None = None
        """What was acted on in this utterance, if anything."""
        self._consumed = ""
        """Its text until then."""
        self._stops_done = 0
        """How many of its stop words were acted on, or were the coach's own."""
        self._weighed: tuple[int, str] | None = None
        """The last stop word that was heard once more, or is being."""

    def _act(self, text: str, ended: bool, speaking: Speaking | None) -> list[Meaning]:
        """The meaning to act on now, if any: once for each thing said."""
        stops, meaning = phrases.stops(text), self._unheard(text)
        self._phrase.feed((text,), self._clock)
        self._numbers.feed(phrases.numbers(self._rest(text)), self._clock)
        self._stops_done = min(self._stops_done, len(stops))
        if meaning is not None and phrases.urgent(meaning):
            if self._stop is not None:
                self._stop.meaning = meaning  # an "ow" may have become a "stop"
            elif len(stops) > self._stops_done and stops[-1] != self._weighed:
                self._weighed = stops[-1]
                self._suspect(meaning, len(stops), speaking)
        found, vetoed = self._weigh_stop(ended, speaking), False
        if found is None and self._stop is None:  # while a stop is in doubt nothing else counts
            found = self._weigh(meaning, text, ended, speaking)
            vetoed = found is not None and self._own(found, speaking)
        if found is not None:
            self._acted, self._consumed, self._fresh = found, text, 0
            self._stops_done = len(stops)
        if ended:
            self._begin(0)
        return [] if found is None or vetoed else [found]

    def _suspect(self, meaning: Meaning, count: int, speaking: Speaking | None) -> None:
        """Begin to hear a stop once more: whose it is shows at once."""
        self._stop = PendingStop(meaning, self._clock, count, self._own(meaning, speaking))

    def _weigh_stop(self, ended: bool, speaking: Speaking | None) -> Meaning | None:
        """The stop that is being heard once more, when it has become clear enough and is not the coach's own."""
        stop = self._stop
        weigh = stop and stop.weigh(self._clock, self._quiet_since, ended)
        if stop is None or weigh is None:
            return None
        required, blocks = weigh
        clear = self._judge.margin(stop.meaning, self._recent_blocks(blocks), self._plain[self._window], self._window) > required
        if clear or stop.over:
            self._stop = None
        if clear and stop.own and self._own(stop.meaning, speaking):
            self._stops_done = max(self._stops_done, stop.count)
            return None
        return stop.meaning if clear else None

    def _weigh(self, meaning: Meaning | None, text: str, ended: bool, speaking: Speaking | None) -> Meaning | None:
        """What is no stop, when it no longer changes and a second hearing is sure of it."""
        if meaning is not None and not phrases.urgent(meaning):
            if not (ended or self._phrase.settled(self._clock)):
                return None
            self._phrase.dismiss()
            best, lead = self._hear_again(self._recent_blocks(self._length if meaning.text == text else self._fresh), speaking)
            if best is not None and best.alike(meaning) and lead >= (SURE if meaning.intent is Intent.PAIN else 0.0):
                return meaning
            if meaning.intent is Intent.STOP:
                self._phrase.renew(self._clock)  # a "no" may yet become clear
        elif self._window is Window.PAIN and phrases.scattered(self._rest(text)) and (ended or self._numbers.settled(self._clock)):
            self._numbers.dismiss()
            best, lead = self._hear_again(foreground(self._recent_blocks(self._fresh), self._dither), speaking)
            if best is not None and best.value is not None and best.value >= phrases.highest(text) and lead >= SURE:
                return best
        return None

    def _hear_again(self, blocks: list[np.ndarray], speaking: Speaking | None) -> tuple[Meaning | None, float]:
        """The best reading of blocks, and its lead over others; where it is a stop, that is followed up first."""
        best, lead = self._judge.best(blocks, self._plain[self._window], self._window)
        if best is not None and phrases.urgent(best):
            self._suspect(best, 0, speaking)
        return best, lead

    def _rest(self, text: str) -> str:
        """What has been added since something was acted on."""
        return f" {text}".removeprefix(f" {self._consumed}".rstrip())

    def _unheard(self, text: str) -> Meaning | None:
        """What an utterance so far means, without what was acted on already: "six" may have become "six or seven".

        Within one utterance a number never becomes a lower one.
        """
        whole, acted = phrases.understand(text, self._window), self._acted
        if acted is None:
            return whole
        if whole is not None and not whole.alike(acted):
            meaning = whole
        else:
            rest = self._rest(text)
            if not rest.startswith(" ") or (whole is not None and whole.intent is not Intent.STOP):
                return None
            meaning = phrases.understand(rest.strip(), self._window)
        lower = meaning is not None and None not in (meaning.value, acted.value) and meaning.value < acted.value
        return None if lower else meaning

    def _own(self, meaning: Meaning, speaking: Speaking | None) -> bool:
        return speaking is not None and own(meaning, speaking, self._clock, self._loudest)

    def _recent_blocks(self, count: int) -> list[np.ndarray]:
        return list(self._recent)[-count:]

    def _accept(self, block: np.ndarray) -> bool:
        return bool(self._recogniser.AcceptWaveform(block.tobytes()))

    @staticmethod
    def _text(result: str) -> str:
        found = json.loads(result)
        return found.get("text", found.get("partial", ""))


_FADE = 0.5 ** (BLOCK / (0.3 * RATE))  # the loudness of a word is remembered with a half-life of 0.3 s
