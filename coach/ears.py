"""Sound in, meanings out, block by block: the only module that knows Vosk.

Vosk's runtime grammar is a bigram over the phrases, and under it every word comes with confidence 1.0. So what is heard
is checked again as a whole in `phrases`, and what is not ours is kept out by giving it words of its own: `[unk]` and
decoys. A stop word acts as soon as a partial result holds it. Everything else waits until it no longer changes.
"""

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk

from coach import models, phrases
from coach.errors import CoachError, Missing
from coach.phrases import Intent, Meaning, Window
from coach.sound import BLOCK, RATE

ESSENTIAL = ("stop", "no", "pain", *phrases.NUMBERS, "ready", "okay", "yes", "pause", "wait", "continue", "repeat")
"""A model without one of these can't run a session."""

DECOYS = tuple(
    "left right up down off table knee leg hand push relax breathe lower gently trunk little music water home work "
    "the you your we have they this people going want make time way look please could coffee house".split()
)
"""Words that stand for what is not ours, where a model does not list its own: the coach's lines and common talk."""

SETTLED = 0.25
"""Seconds that a partial result must stay the same before it is acted on."""

REMEMBERED = int(0.6 * RATE)
"""Samples heard again after the grammar changed: an answer may begin before its window opens."""


class Deaf(CoachError):
    """The recogniser has died in mid-session: the coach can't hear any more."""

    status = 3


@dataclass(frozen=True)
class Speaking:
    """What the coach is saying now."""

    text: str
    start: int
    """Sample at which its voice begins."""
    until: int
    """Sample at which its voice ends."""
    level: float = 0.0
    """RMS at which its voice is expected in what the ears are fed (what the canceller leaves); 0 is unknown."""


class Ears:
    """A recogniser on a stream of blocks. Change `window` to listen for something else."""

    def __init__(self, model: Path):
        """Load the model of that folder. Raises BadInput or Missing when it can't be used."""
        models.check(model)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model))
        except Exception as error:
            raise Missing(f"{model}: Vosk can't load this model ({error}). Install it again: coach models.") from error
        unknown = [word for word in ESSENTIAL if not self._knows(word)]
        if unknown:
            raise Missing(f"{model}: this model lacks the words {', '.join(unknown)}. Choose another: coach models.")
        listed = models.words(model)
        self._decoys = [word for word in (listed or DECOYS) if self._knows(word)]
        self._grammars = {window: self._grammar(window) for window in Window}
        self._window = Window.ALWAYS
        self._recogniser = vosk.KaldiRecognizer(self._model, RATE, self._grammars[self._window])
        self._recent: deque[np.ndarray] = deque(maxlen=REMEMBERED // BLOCK)
        self._activity = Activity()
        self._clock = 0  # samples fed
        self._partial, self._since = "", 0
        self._acted: Meaning | None = None  # what was acted on in this utterance
        self._loudest = 0.0

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
        if window is self._window:
            return
        self._window = window
        recent = list(self._recent)
        self.reset()
        try:
            self._recogniser.SetGrammar(self._grammars[window])
            for block in recent:
                self._accept(block)
        except Exception as error:
            raise Deaf(f"The recogniser has failed ({error}). Start again.") from error
        self._recent.extend(recent)

    def feed(self, block: np.ndarray, speaking: Speaking | None = None) -> list[Meaning]:
        """What is understood with this block (int16, `BLOCK` samples), the coach's own words left out.

        `speaking`: what the coach is saying, or said last. Raises Deaf when the recogniser fails.
        """
        self._clock += len(block)
        self._recent.append(block)
        self._loudest = max(self._loudest * _FADE, self._activity.feed(block))
        try:
            ended = self._accept(block)
            text = self._text(self._recogniser.Result() if ended else self._recogniser.PartialResult())
        except Exception as error:
            raise Deaf(f"The recogniser has failed ({error}). Start again.") from error
        if text != self._partial:
            self._partial, self._since = text, self._clock
        return self._act(text, ended, speaking)

    def flush(self) -> list[Meaning]:
        """What the last sounds meant, at the end of a file."""
        return self._act(self._text(self._recogniser.FinalResult()), True, None)

    def reset(self) -> None:
        """Forget what was heard so far: after the voice was cut, and at a new question."""
        self._recogniser.Reset()
        self._recent.clear()
        self._partial, self._since, self._acted = "", self._clock, None

    def _act(self, text: str, ended: bool, speaking: Speaking | None) -> list[Meaning]:
        """The meaning to act on now, if any: once for each thing said."""
        meaning = self._unheard(text)
        settled = ended or self._clock - self._since >= SETTLED * RATE
        due = meaning is not None and (settled or phrases.urgent(meaning))
        if ended:
            self._partial, self._acted = "", None
        elif due:
            self._acted = meaning
            self._recent.clear()
        if not due or (speaking is not None and own(meaning, speaking, self._clock, self._loudest)):
            return []
        return [meaning]

    def _unheard(self, text: str) -> Meaning | None:
        """What an utterance so far means, without what was acted on already: "six" may have become "six or seven"."""
        whole, acted = phrases.understand(text, self._window), self._acted
        if acted is None:
            return whole
        if whole is not None and (whole.intent, whole.value) != (acted.intent, acted.value):
            return whole
        if not text.startswith(f"{acted.text} ") or (whole is not None and whole.intent is not Intent.STOP):
            return None
        return phrases.understand(text[len(acted.text) + 1 :], self._window)

    def _accept(self, block: np.ndarray) -> bool:
        return bool(self._recogniser.AcceptWaveform(block.tobytes()))

    def _knows(self, word: str) -> bool:
        return self._model.vosk_model_find_word(word) > 0  # 0 is <eps>, and Vosk aborts on it

    def _grammar(self, window: Window) -> str:
        ours = [p for p in phrases.spoken(window) if all(self._knows(word) for word in p.split())]
        known = {word for phrase in ours for word in phrase.split()}
        return json.dumps(ours + [word for word in self._decoys if word not in known])

    @staticmethod
    def _text(result: str) -> str:
        found = json.loads(result)
        return found.get("text", found.get("partial", ""))


_FADE = 0.5 ** (BLOCK / (0.3 * RATE))  # the loudness of a word is remembered with a half-life of 0.3 s


class Activity:
    """Whether someone seems to be speaking: energy against a noise floor that adapts."""

    RISE = 1.02
    """Factor by which the floor may rise in a block: 10 dB in 0.6 s of steady noise."""
    FACTOR = 3.0
    """How far above the floor (in RMS) voice is."""
    QUIET = 60.0
    """RMS under which nothing counts as a voice: -55 dB of full scale."""

    def __init__(self) -> None:
        self.voiced = False
        self._floor = self.QUIET
        self._run = 0

    def feed(self, block: np.ndarray) -> float:
        """The RMS of the block, `voiced` brought up to date: three loud blocks in a row make a voice."""
        rms = float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) if len(block) else 0.0
        self._floor = min(max(rms, 1.0), self._floor * self.RISE)
        loud = rms > max(self.QUIET, self.FACTOR * self._floor)
        self._run = min(self._run + 1, 10) if loud else max(self._run - 1, 0)
        self.voiced = self._run >= (1 if self.voiced else 3)
        return rms


ECHO_TAIL = int(0.5 * RATE)
"""Samples after the coach's voice in which its words may still be heard: device latency, room, recogniser."""

LOUDER = 2.0
"""How much louder (in RMS) than the coach's own voice a person is who says the coach's words over it."""


def own(meaning: Meaning, speaking: Speaking, now: int, loudness: float) -> bool:
    """Whether a meaning heard at sample `now` is the coach hearing itself.

    It is when all its words are in what the coach is saying, unless they are louder than the coach is expected to be.
    """
    if not speaking.start <= now <= speaking.until + ECHO_TAIL:
        return False
    if speaking.level and loudness > LOUDER * speaking.level:
        return False
    said = set(speaking.text.lower().replace("'", " ").split())
    said |= {word.strip(".,;:!?\"") for word in speaking.text.lower().split()}
    words = meaning.text.split()
    if meaning.intent is Intent.STOP:
        words = [word for word in words if word in _STOP_WORDS] or words
    return said.issuperset(words)


_STOP_WORDS = {word for phrase in (*phrases.STOPS, *phrases.REFUSALS) for word in phrase.split()}
