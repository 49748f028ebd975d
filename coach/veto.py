"""The coach's own words, not to be taken for the partner's.

The canceller takes most of the coach's voice out of what the ears are fed; this is for what it leaves, and for machines
without one.
"""

import re
from typing import Protocol

from coach import phrases
from coach.phrases import Intent, Meaning
from coach.residue import Remains
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
    def remains(self) -> Remains:
        """What is left of its voice in what the ears are fed."""


EARLY = 0.4
"""Seconds before a word's guessed end at which it may be heard: the guess assumes that all letters take equally long."""

LATE = 1.0
"""Seconds after a word's guessed end at which it may be heard: device, room and the recogniser's patience."""

TAIL = 0.7
"""Seconds after the coach's last sample at which any of its words may still be heard: 0.4 s of device and room, and the
recogniser. Later than that it is an answer: "ready" often follows "say ready"."""

STRETCH = 0.15
"""The same guess is off by up to this part of the utterance, for the pauses between sentences."""

MISHEARD = {"helper": {"help", "hurt", "hurts", "hurting"}, "first": {"hurt", "hurts"}, "stopping": {"stop"}}
MISHEARD |= dict.fromkeys(("about", "down", "how", "now", "pound", "pounds"), {"ow"})
"""What the recogniser takes words of the coach for: "Helper, ..." and "a first stretch" through a loudspeaker have come back as "hurts".
"Now" and its like hold an "ow", though none has been heard to come back so."""

FILLERS = {"a", "an", "um", "uh", "[unk]"}
"""What is heard around a word of the coach's and makes it nobody else's: its "Three." has come back as "a three"."""

_WORD = re.compile(r"[a-z']+")
_DECISIVE = {word for phrase in (*phrases.STOPS, *phrases.REFUSALS) for word in phrase.split()}


def covers(speaking: Speaking | None, now: int) -> bool:
    """Whether what is heard at sample `now` may be the coach, whatever it is."""
    return speaking is not None and not speaking.remains.drowned and now <= speaking.until + TAIL * RATE


def own(meaning: Meaning, speaking: Speaking, now: int, remains: Remains) -> bool:
    """Whether a meaning first heard at sample `now` is the coach hearing itself; `remains`: what is known of that by now.

    It is when it sounds like what was played. Else it is not when somebody was heard over the coach's voice, whether when the first of it
    was or by now. Else it is when no more was heard than a working canceller leaves, and when the coach says those words about then.
    """
    if speaking.remains.alike or remains.alike:
        return True
    if speaking.remains.drowned or remains.drowned:
        return False
    return (speaking.remains.cancelled and remains.cancelled) or (covers(speaking, now) and _says(speaking, meaning, now))


def _says(speaking: Speaking, meaning: Meaning, now: int) -> bool:
    """Whether the coach says all the words of a meaning about sample `now`, fillers aside.

    Of a stop only the stop words count: what else was heard around them changes nothing.
    """
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
