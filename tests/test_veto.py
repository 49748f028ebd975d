"""Whose words were heard: the partner's or the coach's own."""

from dataclasses import replace

import pytest

from coach.phrases import Window, understand
from coach.residue import Remains
from coach.scheduler import Utterance
from coach.sound import RATE
from coach.veto import own

SAYS = Utterance("Push the knee up. Hold. If you want to stop, say stop, and I will be quiet.", 0, 5 * RATE)


CANCELLED, DROWNED = Remains(cancelled=True), Remains(drowned=True)


def at(second, words, says=SAYS, then=Remains(), remains=Remains(), window=Window.PAIN):
    return own(understand(words, window), replace(says, remains=then), round(second * RATE), remains)


def test_a_word_is_the_coachs_about_where_it_says_it():
    """The place of a word in the text tells when it sounds."""
    assert at(3.3, "stop")
    assert not at(0.5, "stop")
    assert not at(7.0, "stop")


@pytest.mark.parametrize("words", ["ouch", "enough", "stop ouch", "pain five"])
def test_a_word_that_it_does_not_say_is_the_partners(words):
    """Whatever the moment."""
    assert not any(at(second / 10, words) for second in range(70))


def test_what_is_heard_around_a_stop_word_changes_nothing():
    """Decoys around its own stop make it no partner's."""
    assert at(3.3, "[unk] stop coffee")


def test_a_voice_over_the_coachs_is_a_person():
    """Heard when the word was, or known by now; but what sounds like the coach is the coach."""
    assert not at(3.3, "stop", then=DROWNED) and not at(0.5, "ouch", then=CANCELLED, remains=DROWNED)
    assert not at(3.3, "stop", remains=DROWNED)
    assert at(3.3, "stop", then=DROWNED, remains=Remains(drowned=True, alike=True)) and at(0.5, "ouch", then=Remains(drowned=True, alike=True))


def test_counted_numbers_are_the_coachs():
    """A count is no pain number."""
    five = Utterance("Five.", 10 * RATE, 10 * RATE + RATE // 3)
    assert at(10.6, "five", five)
    assert not at(10.6, "six", five)
    assert not at(12.0, "five", five)


def test_what_a_working_canceller_leaves_is_the_coachs():
    """Whatever it is heard as, and whatever the coach says; when the first of it is heard and by now."""
    assert at(0.5, "ouch", then=CANCELLED, remains=CANCELLED)
    assert not at(0.5, "ouch", then=CANCELLED) and not at(0.5, "ouch", remains=CANCELLED)


def test_without_a_canceller_only_words_decide():
    """Over a loud rest a partner can't be louder than the coach, and is heard all the same."""
    assert not at(3.3, "ouch")
    assert at(3.3, "stop")


def test_nothing_is_its_own_when_it_has_long_been_silent():
    """A second after its last sample an answer is the partner's, however long the coach spoke before and whatever it said."""
    said = Utterance("Say ready when your back is flat. " * 8, 0, 20 * RATE)
    assert at(20.5, "ready", said, window=Window.GATE)
    assert not at(20.8, "ready", said, window=Window.GATE)


def test_a_filler_makes_it_nobody_elses():
    """The coach says a number back; "pain" before it is the partner's."""
    says = Utterance("Three. Good.", 0, RATE)
    assert at(0.5, "three", says) and at(0.5, "a three", says) and at(0.5, "um three", says)
    assert not at(0.5, "pain three", says)


def test_a_first_stretch_does_not_hurt():
    """Nor is "down" an "ow"; somewhere else in the line they are the partner's."""
    says = Utterance("For a first stretch, leave it at that. Then we go on with the other leg, and let it drop down.", 0, 6 * RATE)
    assert at(1.0, "hurts", says) and not at(4.0, "hurts", says)
    assert at(6.0, "ow", says) and not at(1.0, "ow", says)


def test_helper_is_not_hurts():
    """Its own "Helper, ..." comes back as "hurts"; over its voice it is a person all the same."""
    said = Utterance("Helper, put a hand on the knee.", 0, 2 * RATE)
    assert at(0.8, "hurts", said)
    assert not at(0.8, "hurts", said, then=DROWNED)
