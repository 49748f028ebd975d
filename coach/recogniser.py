"""A Vosk model: what it is made to listen for, and recognisers that do. The only module that knows Vosk.

Vosk's runtime grammar is a bigram over the phrases, so it hears mixtures of them too: `phrases` looks at the whole again. It
drops words that the model lacks with no more than a line in its log, and aborts the process on some mistakes: what goes into
it is looked at before.
"""

import json
from pathlib import Path

import vosk

from coach import models, phrases
from coach.errors import Missing
from coach.phrases import Window
from coach.sound import RATE

ESSENTIAL = ("stop", "no", "pain", *phrases.NUMBERS, "ready", "okay", "yes", "pause", "wait", "continue", "repeat")
"""A model without one of these can't run a session."""

DECOYS = tuple(
    "left right up down off table knee leg hand push relax breathe lower gently trunk little music water home work "
    "the you your we have they this people going want make time way look please could coffee house [unk]".split()
)
"""Words that stand for what is not ours, where a model lists none of its own: the coach's lines and common talk."""

STOP_BIAS = 25
"""How many more times than other phrases the stop phrases stand in an eager grammar: in kitchen noise at 10 dB it finds 5 of
100 stops more. What it hears too much of, a second hearing takes out again."""


class Recogniser(vosk.KaldiRecognizer):
    """Vosk's recogniser at our rate, with a list of phrases for its grammar."""

    def __init__(self, model: vosk.Model, grammar: list[str]):
        super().__init__(model, RATE, json.dumps(grammar))

    def listen_for(self, grammar: list[str]) -> None:
        """Change the grammar. The acoustic context is lost with the old one."""
        self.Reset()
        self.SetGrammar(json.dumps(grammar))


class Model:
    """The model of a folder."""

    def __init__(self, folder: Path):
        """Load it. Raises Missing when it can't be used."""
        models.check(folder)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:
            raise Missing(f"{folder}: Vosk can't load this model ({error}). Install it again: coach models.") from error
        unknown = [word for word in ESSENTIAL if not self.knows(word)]
        if unknown:
            raise Missing(f"{folder}: this model lacks the words {', '.join(unknown)}. Choose another: coach models.")
        self._decoys = [word for word in models.words(folder) or DECOYS if self.knows(word)]

    def knows(self, *words: str) -> bool:
        """Whether all these words are in its vocabulary."""
        return all(self._model.vosk_model_find_word(word) > 0 for word in words)  # 0 is <eps>

    def grammar(self, window: Window, eager: bool = False) -> list[str]:
        """What people say in a window, as far as the model knows it, and decoys; `eager` to hear a stop in too much."""
        ours = [phrase for phrase in phrases.spoken(window) if self.knows(*phrase.split())]
        known = {word for phrase in ours for word in phrase.split()}
        stops = [phrase for phrase in phrases.STOPS if phrase in ours] * STOP_BIAS
        return ours + stops * eager + [word for word in self._decoys if word not in known]

    def recogniser(self, grammar: list[str]) -> Recogniser:
        """A new recogniser of these phrases."""
        return Recogniser(self._model, grammar)
