"""The coach's own words, not to be taken for the partner's.

The canceller takes most of the coach's voice out of what the ears are fed; this is for what it leaves, and for machines
without one.
"""

import re
from typing import Protocol

from coach import phrases
from coach.phrases import Intent, Meaning
from coach.residue import LOUDER
from coach.sound import RATE


class Speaking(Protocol):
    """What the coach is saying, or said last."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def start(self) -> int:
        """Sample at which its voice begins."""

    @property
    def until(self) -> int:
        """Sample at which its voice ends."""

    @property
    def level(self) -> float:
        """RMS at which its voice is expected in what the ears are fed; 0 is unknown."""


EARLY = 0.4
"""Seconds before a word's guessed end at which it may be heard: the guess assumes that all letters take equally long."""

LATE = 1.0
"""Seconds after a word's guessed end at which it may be heard: device, room and the recogniser's patience."""

TAIL = 0.7
"""Seconds after the coach's last sample at which any of its words may still be heard: 0.4 s of device and room, and the
recogniser. Later than that it is an answer: "ready" often follows "say ready"."""

STRETCH = 0.15
"""The same guess is off by up to this part of the utterance, for the pauses between sentences."""

PLAUSIBLE = 200.0
"""RMS of the coach in what the ears are fed under which whoever is meant to be heard is louder: -44 dBFS, 18 dB under a
partner at a metre and a half. Over it, as without a canceller, only words decide."""

MISHEARD = {"helper": {"help", "hurt", "hurts", "hurting"}, "first": {"hurt", "hurts"}, "stopping": {"stop"}}
MISHEARD |= dict.fromkeys(("about", "down", "how", "now", "pound", "pounds"), {"ow"})
"""What the recogniser takes words of the coach for: "Helper, ..." and "a first stretch" through a loudspeaker have come back as "hurts".
"Now" and its like hold an "ow", though none has been heard to come back so."""

FILLERS = {"a", "an", "um", "uh", "[unk]"}
"""What is heard around a word of the coach's and makes it nobody else's: its "Three." has come back as "a three"."""

_WORD = re.compile(r"[a-z']+")
_DECISIVE = {word for phrase in (*phrases.STOPS, *phrases.REFUSALS) for word in phrase.split()}


def drowned(speaking: Speaking, loudness: float) -> bool:
    """Whether what is heard at that RMS is louder than the coach is expected to be: somebody else."""
    return 0 < LOUDER * speaking.level < loudness


def covers(speaking: Speaking, now: int) -> bool:
    """Whether what is heard at sample `now` may be the coach, whatever it is."""
    return now <= speaking.until + TAIL * RATE


def own(meaning: Meaning, speaking: Speaking, now: int, loudness: float) -> bool:
    """Whether a meaning heard at sample `now`, at that RMS, is the coach hearing itself.

    Never when it is louder than the coach is expected to be. Else it is when so little is left of the coach that a person
    would be louder, and when the coach says all its words about now, fillers aside. Of a stop only the stop words count: what
    else was heard around them changes nothing.
    """
    if drowned(speaking, loudness):
        return False
    if 0 < speaking.level < PLAUSIBLE:
        return True
    if not covers(speaking, now):
        return False
    words = meaning.text.split()
    if meaning.intent is Intent.STOP:
        words = [word for word in words if word in _DECISIVE]
    else:
        words = [word for word in words if word not in FILLERS]
    length = speaking.until - speaking.start
    slack = STRETCH * length
    said = set()
    for match in _WORD.finditer(speaking.text.lower()):
        end = speaking.start + length * match.end() / len(speaking.text)
        if end - slack - EARLY * RATE <= now <= end + slack + LATE * RATE:
            said |= {match.group()} | MISHEARD.get(match.group(), set())
    return said.issuperset(words)
