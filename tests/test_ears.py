"""The recogniser kept at it: a scripted one, and the real one where its behaviour matters."""

import numpy as np
import pytest
from tests.scripted import EN, QUIET, script  # noqa: F401 (a fixture)

from coach.ears import Deaf, Ears
from coach.errors import Missing
from coach.phrases import Window
from coach.sound import BLOCK, RATE


def test_a_dead_recogniser_is_noticed(script):
    """The loop is told, so that the coach can say that it can't hear any more, and goes on: only hearing fails."""
    ears = Ears(EN)
    script.broken = True
    for window in (Window.ALWAYS, Window.PAIN):
        ears.window = window
        ears.reset()
        with pytest.raises(Deaf):
            ears.feed(QUIET)


def test_a_model_without_an_essential_word_is_refused(script, monkeypatch):
    """A grammar word that the model lacks would be dropped in silence."""
    monkeypatch.setattr(script, "vosk_model_find_word", lambda word: 0 if word == "stop" else 7)
    with pytest.raises(Missing, match="stop"):
        Ears(EN)


def test_the_grammar_holds_only_what_the_model_knows(script):
    """Phrases with unknown words are left out, whatever else they hold."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    grammar = script.grammars[-1]
    assert "ouch" not in grammar
    assert {"ow", "five", "six or seven", "pain five"} <= set(grammar)


def test_every_window_loads_into_the_real_recogniser():
    """The shipped model knows the essential words, and its grammar changes in mid-stream."""
    ears = Ears(EN)
    for window in [*Window, *Window]:
        ears.window = window
        for _ in range(30):
            assert ears.feed(QUIET) == []
    ears.reset()
    assert ears.flush() == []


def test_silence_and_hum_are_nothing():
    """Ten seconds of each are not taken for a command in any window."""
    hum = (300 * np.sin(2 * np.pi * 50 * np.arange(10 * RATE) / RATE)).astype(np.int16)
    for window in Window:
        ears = Ears(EN)
        ears.window = window
        for start in range(0, len(hum), BLOCK):
            assert ears.feed(hum[start : start + BLOCK]) == []
