"""Sound in, meanings out, block by block: the recogniser, kept at it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from coach import models
from coach.attention import Attention
from coach.data import shipped
from coach.errors import CoachError
from coach.judge import Judge
from coach.memory import Memory
from coach.phrases import Meaning, Window
from coach.recogniser import Model
from coach.spotter import Spotter
from coach.veto import Speaking

SPOTTER = "spotter.npz"
"""The file of the second detector in a model's folder; a model without one gets the shipped one's."""

OVERLAP = 60
"""Blocks that are heard again when the window changes, 0.6 s: an answer may begin before its window opens."""

CONTEXT = 40
"""Blocks before those that are heard again, 0.4 s: more than the recogniser's look-back."""


class Deaf(CoachError):
    """The recogniser has died in mid-session: the coach can't hear any more."""

    status = 3


class Ears:
    """A recogniser on a stream of blocks. Change `window` to listen for something else."""

    def __init__(self, model: Path):
        """Load the model of that folder. Raises Missing when it can't be used."""
        vocabulary = Model(model)
        plain = {window: vocabulary.grammar(window) for window in Window}
        self._eager = {window: vocabulary.grammar(window, eager=True) for window in Window}
        self._window = Window.ALWAYS
        self._recogniser = vocabulary.recogniser(self._eager[self._window])
        self._memory = Memory()
        own = model / SPOTTER
        self._spotter = Spotter(own if own.exists() else shipped("models") / models.SHIPPED / SPOTTER)
        judge = Judge(vocabulary.recogniser(plain[self._window]), plain, self._memory.quiet, self._spotter)
        self._attention = Attention(judge, self._memory, self._spotter)
        self._failure: Exception | None = None
        self._start_over(0)

    @property
    def voiced(self) -> bool:
        """Whether someone seems to be speaking now."""
        return self._memory.voiced

    @property
    def window(self) -> Window:
        """What is listened for."""
        return self._window

    @window.setter
    def window(self, window: Window) -> None:
        if window is not self._window:
            self._window = window
            self._attempt(lambda: self._start_over(min(self._attention.fresh, OVERLAP)))

    def feed(self, block: np.ndarray, speaking: Speaking | None = None) -> list[Meaning]:
        """What is understood with this block (int16, `BLOCK` samples), the coach's own words left out.

        `speaking`: what the coach is saying, or said last. Raises Deaf when the recogniser fails.
        """
        heard = self._memory.feed(block)
        found: list[Meaning] = []
        self._attempt(lambda: found.extend(self._listen(heard, speaking)))
        if self._failure is not None:
            raise Deaf(f"The recogniser has failed ({self._failure}). Start again.") from self._failure
        return found

    def flush(self) -> list[Meaning]:
        """What the last sounds meant, at the end of a file; ready for the next."""
        meanings = self._attention.act(_text(self._recogniser.FinalResult()), True, self._window, None)
        self._attention.forget()
        self._spotter.reset()
        self._start_over(0)
        return meanings

    def reset(self) -> None:
        """Forget what was heard so far, but for a stop in doubt: after the voice was cut, and at a new question."""
        self._attempt(self._recogniser.Reset)
        self._attention.begin()

    def _attempt(self, work: Callable[[], object]) -> None:
        """Do something with the recogniser unless it has died; that it dies is said by the next `feed`, and all after it."""
        if self._failure is None:
            try:
                work()
            except Exception as error:  # Vosk raises nothing more special
                self._failure = error

    def _listen(self, block: np.ndarray, speaking: Speaking | None) -> list[Meaning]:
        self._spotter.feed(block)
        ended = self._accept(block)
        text = _text(self._recogniser.Result() if ended else self._recogniser.PartialResult())
        return self._attention.act(text, ended, self._window, speaking)

    def _start_over(self, fresh: int) -> None:
        """Listen with the grammar of the window, from `fresh` blocks ago.

        A new grammar loses the acoustic context, and a word without any before it is not recognised: a quarter of the
        digits of tightly cut clips were lost so. The blocks before give it back.
        """
        self._recogniser.listen_for(self._eager[self._window])
        blocks = self._memory.last(fresh + CONTEXT)
        before = len(blocks) - fresh
        for block in blocks[:before]:
            self._accept(block)
        self._recogniser.Reset()
        for block in blocks[before:]:
            self._accept(block)
        self._attention.begin(fresh)

    def _accept(self, block: np.ndarray) -> bool:
        return bool(self._recogniser.AcceptWaveform(block.tobytes()))


def _text(result: str) -> str:
    found = json.loads(result)
    return found.get("text", found.get("partial", ""))
