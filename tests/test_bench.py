"""What the measurement of hearing counts, on a listener that hears what a test says."""

import math

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from coach.phrases import Intent, Meaning, Window, understand
from coach.sound import BLOCK, RATE
from scripts.benches import clips, cries, phrases, scores


class Listener:
    """Hears the same in everything, 0.1 s after the second of room before a clip and its half second of voice."""

    def __init__(self, *texts):
        self.spent = []
        self.texts = texts

    def hear(self, samples, window):
        found = [understand(text, window) for text in self.texts]
        return [(clips.AROUND + round(0.6 * RATE), meaning) for meaning in found if meaning]


class Clip(clips.Clip):
    """Half a second of voice and half a second of quiet."""

    def samples(self):
        voice = np.random.default_rng(1).normal(0, 3000, RATE // 2)
        return np.concatenate([voice, np.zeros(RATE // 2)]).astype(np.int16)


def clip(*said, kind="word"):
    return Clip(None, kind, said, 1.0)


def test_the_end_of_a_word_is_where_its_energy_ends():
    """Within a block."""
    assert clips.word_end(clip("stop").samples()) == pytest.approx(RATE // 2, abs=BLOCK)


def test_the_room_is_as_loud_as_was_asked_for():
    """The level of the noise is set against the voice, not against the silence around it."""
    samples, room = clip("stop").samples(), np.random.default_rng(2).normal(0, 1000, 10 * RATE)
    mixed = clips.in_room(samples, room, 10.0, seed=1)
    noise = np.sqrt(np.mean(mixed[: clips.AROUND].astype(float) ** 2))
    assert 20 * math.log10(3000 / noise) == pytest.approx(10.0, abs=0.3)


def test_numbers_heard_too_low_are_the_worst():
    """A seven heard as a three is counted as missed, as lowered, and with the square of four."""
    found = scores.words(Listener("three"), {"seven": [clip("seven")], "three": [clip("three")]}, None, math.inf)
    assert found.recall("three") == 1.0
    assert found.recall("seven") == 0.0
    assert found.lowered() == 1.0
    assert found.harm() == 8.0


def test_latency_is_from_the_end_of_the_word():
    """The room before the clip does not count."""
    found = scores.words(Listener("stop"), {"stop": [clip("stop")]}, None, math.inf)
    assert found.late["stop"] == [pytest.approx(0.1, abs=0.011)]


def test_only_the_first_thing_heard_counts():
    """A coach that has done something else first has not understood."""
    assert scores.words(Listener("pause", "stop"), {"stop": [clip("stop")]}, None, math.inf).recall("stop") == 0.0


def test_what_was_said_by_others_is_no_false_alarm():
    """A recogniser can't know who is meant."""
    pieces = [(np.zeros(RATE * 3600, np.int16), ("he", "said", "stop")), (np.zeros(0, np.int16), ("top",))]
    found = scores.alarms(Listener("coffee stop"), pieces, Window.ALWAYS)
    assert found.intents == {Intent.STOP: 1}
    assert found.hourly(Intent.STOP) == pytest.approx(1.0)


def test_every_word_has_its_window():
    """A bare number is asked for after a pain question, a stop at any time."""
    assert scores.wanted("seven") == (Window.PAIN, Intent.PAIN, 7)
    assert scores.wanted("stop") == (Window.ALWAYS, Intent.STOP, None)
    assert scores.wanted("yes") == (Window.GATE, Intent.READY, None)
    assert Meaning(Intent.STOP, "no") == understand("no", Window.ALWAYS)


def test_cries_are_counted_by_what_they_are(tmp_path, monkeypatch):
    """A cry that stops is right, a groan is told apart, any other line is a false stop, and "nooo" is neither."""
    (tmp_path / "British").mkdir()
    for seed, name in enumerate(("Ow1", "Ow2", "Ouch", "Ooff3", "Hello", "Nooo")):
        soundfile.write(tmp_path / "British" / f"{name}.ogg", np.random.default_rng(seed).normal(0, 0.1, RATE), RATE)
    monkeypatch.setattr(cries, "Coach", lambda model: Listener("ow"))
    said = CliRunner().invoke(cries.command, ["--voices", str(tmp_path)]).stdout
    assert "ow: 2 of 2" in said and "ouch: 1 of 1" in said and "ooff (a groan): 1 of 1" in said
    assert "0.0 minutes of other lines: 1\n" in said and "British's Hello for ow" in said


@pytest.mark.parametrize(
    "said, heard, right",
    [
        ("that hurts", ["six", "hurts"], True),  # however late
        ("that hurts", ["six"], False),
        ("six or seven", ["six", "six or seven"], True),  # what comes later corrects
        ("six or seven", ["six"], False),
        ("six", ["six", "stop"], False),
        ("six", [], False),
    ],
)
def test_a_phrase_is_heard_by_what_is_acted_on_in_the_end(said, heard, right):
    """A stop counts at any time, for good and for bad."""
    meanings = [understand(text, Window.PAIN) for text in heard]
    assert phrases.right(meanings, understand(said, Window.PAIN)) is right


def test_every_phrase_that_is_said_means_something():
    """Every kind is among them, a stop only among the stops."""
    unclear = {"i can't do this", "i can't take it", "i think {n}", "probably a {n}", "{n} wait {m}", "ready when you are"}
    count = sum(len(set(texts) - unclear) for texts, _ in phrases.KINDS.values())
    said = [(kind, understand(text, window)) for kind, text, window in phrases.phrases(1)]
    assert len(said) == count
    assert {kind for kind, _ in said} == set(phrases.KINDS)
    assert all((meaning.intent is Intent.STOP) == (kind == "stops") for kind, meaning in said)
