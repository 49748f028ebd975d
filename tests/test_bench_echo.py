"""The measurement of hearing over the coach's own voice."""

import numpy as np

from coach import routine
from coach.clips import Clip
from coach.phrases import Intent, Meaning
from coach.sound import RATE
from scripts.benches.doubletalk import Session, Word
from scripts.benches.echo import AFTER, Tally

STOP, FIVE = Meaning(Intent.STOP, "stop"), Meaning(Intent.PAIN, "pain five", 5)


def test_a_stop_counts_near_its_place():
    """Heard before its end or shortly after it is heard, with its latency; twice is once."""
    tally = Tally()
    tally.add([Word(Intent.STOP, 1000, 9000)], [(8000, STOP), (9000, STOP)])
    assert tally.heard[Intent.STOP] == 1
    assert tally.false == []
    assert tally.latencies == [(8000 + 160 - 9000) / RATE]


def test_elsewhere_it_is_a_false_trigger():
    """Before the word, or too long after it, something else was heard."""
    tally = Tally()
    tally.add([Word(Intent.STOP, 1000, 9000)], [(500, STOP), (9001 + AFTER, STOP)])
    assert tally.heard[Intent.STOP] == 0
    assert len(tally.false) == 2


def test_another_number_is_not_heard():
    """Pain five heard as four is neither heard nor a false trigger."""
    tally = Tally()
    tally.add([Word(Intent.PAIN, 1000, 9000, 5)], [(8000, Meaning(Intent.PAIN, "pain four", 4))])
    tally.add([Word(Intent.PAIN, 1000, 9000, 5)], [(8000, FIVE)])
    assert tally.heard[Intent.PAIN] == 1
    assert tally.said[Intent.PAIN] == 2
    assert tally.false == []


def test_words_are_placed_over_the_coachs_voice():
    """At every place more than half of the next half second holds the coach's voice, and places keep their distance."""
    voice = Clip(np.random.default_rng(0).normal(0, 3000, 3 * RATE).astype(np.int16), 0, 3 * RATE)
    number = Clip(voice.samples[: RATE // 3], 0, RATE // 3)
    spoken = {f"This is a line of text, number {n}.": voice for n in range(8)}
    spoken |= {f"{routine.NUMBERS[n].capitalize()}.": number for n in range(1, 11)}
    session = Session(spoken, 0)
    places, sound = session.places(RATE // 2), session.sound()
    assert len(places) > 3
    assert all(np.mean(np.abs(sound[at : at + RATE // 2]) > 300) > 0.5 for at in places)
    assert min(np.diff(places)) >= 4 * RATE
