"""What the network's outputs stand for, and how words are spelt in them.

Outputs 0 to 39 are SIL and the phones, shared by all words. Then comes garbage, the sound of what is not ours. The words
that people say to the coach have outputs of their own, one for each of their phones, which start as copies of the shared
ones and learn to tell just this word from all else; spelt in shared phones they lose against garbage.
"""

from functools import cache

from . import lexicon

PHONES = len(lexicon.phones())
GARBAGE = PHONES
OWN_WORDS = lexicon.NUMBERS + lexicon.COMMANDS


@cache
def own():
    """(word, way of saying it, place) -> output, for the words with outputs of their own."""
    keys = [
        (word, way, place)
        for word in OWN_WORDS
        for way in lexicon.pronunciations(word)
        for place in range(len(way))
    ]
    return {key: GARBAGE + 1 + number for number, key in enumerate(keys)}


def count():
    """How many outputs the finished network has."""
    return GARBAGE + 1 + len(own())


def origin(output):
    """The phone class that an output starts as a copy of; None for garbage."""
    if output <= GARBAGE:
        return output if output < GARBAGE else None
    word, way, place = list(own())[output - GARBAGE - 1]
    return lexicon.phones().index(way[place])


def spellings(word):
    """The outputs of each way to say a word."""
    numbers = lexicon.phones().index
    return [
        [own().get((word, way, place), numbers(phone)) for place, phone in enumerate(way)]
        for way in lexicon.pronunciations(word)
    ]
