"""In the place of vosk and of the spotter: what hears what a test lets it hear."""

import json

import numpy as np
import pytest

from coach import ears as ears_module
from coach import recogniser as module
from coach import spotter
from coach.data import shipped
from coach.ears import Ears
from coach.patience import PATIENCE, SETTLED
from coach.phrases import Intent, Window
from coach.sound import BLOCK, RATE

EN = shipped("models") / "en"
QUIET = np.zeros(BLOCK, np.int16)
SETTLING = round(SETTLED * RATE / BLOCK) + 1
"""Blocks after which an unchanged partial result is acted on."""
FIRST, LAST = min(PATIENCE), max(PATIENCE)
DROPPED = [("now", 120.0)]
"""Readings at which a stop is dropped."""
OTHERS = "these", "those"
"""Words that the spotter knows and does not hear."""
FIVE, THREE = [("five", 100.0)], [("three", 100.0)]


class Scripted:
    """In the place of vosk: a recogniser that hears what a test lets it hear, and a judge that hears what it says."""

    def __init__(self):
        self.text = ""
        self.final = False
        self.readings = None
        self.judged = 0
        self.broken = False
        self.grammars = []
        self.weighed = b""
        self.odds = {}

    def SetLogLevel(self, level):
        pass

    def Model(self, path):
        return self

    def vosk_model_find_word(self, word):
        return 0 if word == "ouch" else 7

    def Recogniser(self, model, grammar):
        return Recogniser(self)


class Recogniser:
    def __init__(self, script):
        self.script = script
        self.fed = b""

    def SetMaxAlternatives(self, number):
        pass

    def listen_for(self, grammar):
        self.script.grammars.append(grammar)
        self.fed = b""

    def Reset(self):
        pass

    def AcceptWaveform(self, data):
        if self.script.broken:
            raise Exception("Failed to process waveform")
        self.fed += data
        return self.script.final

    def PartialResult(self):
        return json.dumps({"partial": self.script.text})

    def Result(self):
        return json.dumps({"text": self.script.text})

    def FinalResult(self):
        self.script.judged += 1
        self.script.weighed = self.fed
        readings = self.script.readings or [(self.script.text, 0.0)]
        return json.dumps({"text": self.script.text, "alternatives": [{"text": t, "confidence": c} for t, c in readings]})


class Spotter:
    """In the place of the spotter: the log odds that the script says, and even ones for all else."""

    def __init__(self, script):
        self.script = script

    def feed(self, block):
        pass

    def reset(self):
        pass

    def odds(self, word, blocks):
        return self.script.odds.get(word, spotter.DOUBT if word in OTHERS else 0.0)

    heard = spotter.Spotter.heard
    support = spotter.Spotter.support

    def clearest(self, blocks):
        (odds, word), (second, _) = sorted((self.odds(word, blocks), word) for word in (*OTHERS, *self.script.odds))[:-3:-1]
        return word, odds, odds - second

    @property
    def _words(self):
        return self.script.odds


@pytest.fixture
def script(monkeypatch):
    scripted = Scripted()
    monkeypatch.setattr(module, "vosk", scripted)
    monkeypatch.setattr(module, "Recogniser", scripted.Recogniser)
    monkeypatch.setattr(ears_module, "Spotter", lambda path: Spotter(scripted))
    return scripted


def heard(ears, script, *steps):
    """The texts acted on while (text, blocks) or (text, "final") are heard one after the other, by block."""
    acted, at = [], 0
    for text, blocks in steps:
        script.text, script.final = text, blocks == "final"
        for _ in range(1 if script.final else blocks):
            acted += [(at, m.text, m.value if m.intent is Intent.PAIN else m.intent.value) for m in ears.feed(QUIET)]
            at += 1
    return acted


def acted_on(script, *steps, window=Window.PAIN):
    """What is acted on in steps of (text, blocks, readings)."""
    ears, values = Ears(EN), []
    ears.window = window
    for text, blocks, readings in steps:
        script.readings = readings
        values += [v for *_, v in heard(ears, script, (text, blocks))]
    return values
