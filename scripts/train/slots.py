"""What may be heard at a moment: the second label of each frame, and the supervision of the word training.

A slot is a set of words, perhaps with garbage ([unk]) and silence. Inside a spoken "stop" only "stop" is right. Inside a
"for" both "four" and garbage are right, since they sound the same and the recogniser does not know what was meant. In noise
silence and garbage are both right: neither does harm.
"""

from functools import cache

from . import lexicon

# Must be heard; whatever is not in here may also be called garbage when other people say it in a sentence.
# All that people say to the coach, but for "too": nobody can tell it from the "to" of every other sentence, unless "much" follows.
TOO = "too"
KEYS = [word for word in lexicon.NUMBERS + lexicon.COMMANDS if word != TOO]

SILENCE, SPEECH = 0, 1  # SPEECH: somebody or something, no command: garbage or silence
FIRST_WORD = 2


@cache
def _same_sound():
    """Pronunciation -> the recogniser's words that have it."""
    found = {}
    for word in lexicon.words():
        for way in lexicon.pronunciations(word):
            found.setdefault(way, []).append(word)
    return found


def alternatives(word):
    """The recogniser's words that sound the same, itself among them."""
    return tuple(sorted({same for way in lexicon.pronunciations(word) for same in _same_sound().get(way, ())}))


@cache
def slots():
    """All slots: (words, garbage allowed, silence allowed)."""
    known = [(alternatives(word), word not in KEYS) for word in lexicon.words()]
    homophones = [(words, True) for words in _same_sound().values()]
    unique = dict.fromkeys([((), True)] + known + [(tuple(sorted(words)), garbage) for words, garbage in homophones])
    return [((), False, True), ((), True, True)] + [(words, garbage, False) for words, garbage in unique]


@cache
def _numbers():
    return {slot[:2]: number for number, slot in enumerate(slots()) if number >= FIRST_WORD}


@cache
def slot_of(word, following=""):
    """The number of the slot of a spoken word, which may be any word of English, before another one."""
    garbage = word not in KEYS and (word, following) != (TOO, "much")
    return _numbers().get((alternatives(word), garbage), _numbers()[(), True])
