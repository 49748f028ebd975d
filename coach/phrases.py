"""What heard words mean, given what was asked.

Pure: words in, a `Meaning` out, or None for what is not ours. Two rules settle every doubt: an utterance that holds a
stop word is a stop, and of two possible pain numbers the higher one was meant. What is asked of the coach ("ready",
"pause") is strict: the whole utterance must be ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Window(StrEnum):
    """What is listened for: every window hears all that `ALWAYS` does."""

    ALWAYS = "always"
    """Stop words, "pain five", pause and its like: acted on at any time."""
    GATE = "gate"
    """That, and "ready" and its like."""
    PAIN = "pain"
    """That, and a bare number."""


class Intent(StrEnum):
    """What somebody wants of the coach."""

    STOP = "stop"
    PAIN = "pain"
    READY = "ready"
    PAUSE = "pause"
    RESUME = "resume"
    REPEAT = "repeat"
    SKIP = "skip"
    LOUDER = "louder"
    QUIETER = "quieter"
    SLOWER = "slower"
    FASTER = "faster"
    HELP = "help"
    """How long it still takes; the cry "help" is a STOP."""


@dataclass(frozen=True)
class Meaning:
    """An utterance understood."""

    intent: Intent
    text: str
    """The words as they were heard."""
    value: int | None = None
    """The pain number with intent PAIN: 0 to 10, or `OVER_TEN`."""

    def alike(self, other: "Meaning") -> bool:
        """Whether it is the same, in whatever words."""
        return (self.intent, self.value) == (other.intent, other.value)


OVER_TEN = 11
"""The value of every number above ten: "eleven", "a hundred"."""

STOPS = ("stop", "ow", "ouch", "enough", "hurts", "hurt", "hurting", "too much", "let go", "let it go", "let me go")
"""Anywhere in an utterance, these stop. "don't stop" too: the word is what counts, not the grammar."""

REFUSALS = ("no", "nope", "help", "can't")
"""These stop too, but only among words of ours: "no pain" and "no, a five" are answers, and "I can't see the knee" is talk."""

NUMBERS = dict(zip("zero one two three four five six seven eight nine ten".split(), range(11), strict=True))
"""The words of the scale."""

_ABOVE = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
_ABOVE += "seventy eighty ninety hundred thousand million"
_VALUES = NUMBERS | {"none": 0, "nothing": 0, "nopain": 0} | dict.fromkeys(_ABOVE.split(), OVER_TEN)
_FRACTIONS = {"half", "quarter", "bit"}
_MORE = {"over", "above", "than"}
_JOINTS = {"or", "and", "to", "between", "point"} | _MORE
_AROUND_NUMBER = set(
    "pain pain's is a an i'm i'd i am at about it it's its that that's maybe around like say my the level number now just still "
    "more least almost nearly only all um uh no".split()
) | _JOINTS | {"yes", "yeah", "yep", "okay", "ok"}
_SCALE = re.compile(rf"\b({'|'.join(NUMBERS)}) (?:out of|over|of) (?:a )?ten\b")
_SENTENCE = re.compile(r"\bpain(?:'s)?\b|\b(?:i'm|i am) (?:now )?at\b|^(?:no )?(?:it's|that's|it is|that is)\b")
_UNFINISHED = re.compile(rf"\b(?:{'|'.join(_JOINTS)}|out of)(?: a| an| about| maybe)*$|^(?:a |an )?(?:or|and|to|point|half)\b")
_INSISTING = f"(?:{'|'.join(REFUSALS[:3])}) (?:{'|'.join(REFUSALS[:3])})(?! pain)"
# "No no no" never holds still long enough to be taken for a "no".
_STOP = re.compile(rf"\b(?:{'|'.join(STOPS)}|two much|(?:too|two) pain|{_INSISTING})\b|^much\b")
# "Too" sounds like two, and may have been taken for an answer before "much" came; "painful" is no word of the recogniser's.
_COMPLAINT = re.compile(r"^(?:it's |that's )?(?:two|too) (?:four|five)\b")
# Nor is "far": "too far" comes as "two five", which nobody answers.

_CONTINUE = "continue"
_COMMANDS = {
    "ready": Intent.READY, "okay": Intent.READY, "ok": Intent.READY, "yes": Intent.READY, "yeah": Intent.READY,
    "yep": Intent.READY, "go": Intent.READY, "next": Intent.READY, "go on": _CONTINUE, "continue": _CONTINUE, "resume": Intent.RESUME,
    "pause": Intent.PAUSE, "wait": Intent.PAUSE, "hold on": Intent.PAUSE,
    "repeat": Intent.REPEAT, "say again": Intent.REPEAT, "again": Intent.REPEAT, "what": Intent.REPEAT,
    "skip": Intent.SKIP, "louder": Intent.LOUDER, "quieter": Intent.QUIETER, "slower": Intent.SLOWER,
    "faster": Intent.FASTER, "how long": Intent.HELP, "how much longer": Intent.HELP,
}  # fmt: skip
_COURTESY = set("please a bit little now coach that it is was i'm i am we're we are um uh minute moment second".split())
_AMONG_REFUSAL = set(" ".join(_COMMANDS).split()) | _COURTESY | set(REFUSALS) | set(_VALUES)
_AMONG_REFUSAL |= {"me", "up", "somebody", "oh", "more", "don't", "pain"}


@lru_cache(maxsize=256)  # a partial result is asked for in every block, and seldom changes
def understand(words: str, window: Window) -> Meaning | None:
    """The meaning of a whole utterance (lower case, single spaces) in that window, or None.

    "continue" and "go on" are READY at a gate and RESUME elsewhere; "resume" is RESUME everywhere.
    """
    if _STOP.search(words):
        return Meaning(Intent.STOP, words)
    value = _pain(words, window)
    if value is not None:
        return Meaning(Intent.PAIN, words, value)
    tokens = words.split()
    if any(token in REFUSALS for token in tokens) and _AMONG_REFUSAL.issuperset(tokens):
        return Meaning(Intent.STOP, words)
    intent = _command(tokens, window)
    return Meaning(intent, words) if intent else None


def urgent(meaning: Meaning) -> bool:
    """Whether to act before the utterance has ended: nothing said after a stop word takes it back.

    Everything else may still grow: "no" into "no pain", "six" into "six or seven" or "six and a half".
    """
    return meaning.intent is Intent.STOP and _STOP.search(meaning.text) is not None


def stops(words: str) -> list[tuple[int, str]]:
    """The stop words that an utterance holds, each with its place."""
    return [(found.start(), found.group()) for found in _STOP.finditer(words)]


def numbers(words: str) -> tuple[str, ...]:
    """The words for pain numbers in an utterance, whatever else is in it."""
    return tuple(word for word in words.split() if word in _VALUES)


def ours(words: str) -> bool:
    """Whether any word in an utterance is one that people say to the coach, in whatever window."""
    return not _vocabulary().isdisjoint(words.split())


def highest(words: str) -> int:
    """The highest number in an utterance, whatever else is in it; -1 without any."""
    return max(_values(words.split()), default=-1)


def scattered(words: str) -> bool:
    """Whether a number stands among words that belong to no answer, and none that could make it another or take it back."""
    tokens = set(words.split())
    answering = _AROUND_NUMBER | _FRACTIONS | _VALUES.keys() | {"out", "of"}
    return bool(numbers(words)) and not tokens <= answering and not qualified(words)


def qualified(words: str) -> bool:
    """Whether there are words that could make a number another one or take it back."""
    return not (_JOINTS | _FRACTIONS | set(REFUSALS)).isdisjoint(words.split())


_ANSWERS = ("about a {}", "maybe a {}", "it's a {}", "i'd say {}", "just a {}", "{} and a half", "{} out of ten")
"""How an answer is put, beside the bare number."""


def spoken(window: Window) -> list[str]:
    """What people say in that window, one phrase each: what the recogniser's grammar is made of."""
    numbers = [*NUMBERS, "eleven", "twelve", "a hundred"]
    phrases = [*STOPS, "that hurts", "that's enough", "don't stop", "no", "no pain"]
    phrases += ["i can't", "help", "help me up", "somebody help"]
    phrases += [phrase for phrase, intent in _COMMANDS.items() if intent is not Intent.READY]
    for number in numbers:
        phrases += [f"pain {number}", f"pain is a {number}", f"i'm at a {number}"]
    if window is Window.GATE:
        phrases += [phrase for phrase, intent in _COMMANDS.items() if intent is Intent.READY] + ["i'm ready"]
    if window is Window.PAIN:
        phrases += [*numbers, "none", "over ten"]
        phrases += [form.format(n) for n in NUMBERS for form in _ANSWERS]
        phrases += [f"{low} or {high}" for low, high in _neighbours()]
        phrases += [f"between {low} and {high}" for low, high in _neighbours()]
    return phrases


@lru_cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for window in Window for phrase in spoken(window) for word in phrase.split())


def _neighbours() -> Iterator[tuple[str, str]]:
    scale = list(NUMBERS)
    yield from zip(scale, scale[1:])


def _pain(words: str, window: Window) -> int | None:
    """The pain number said, rounded up, the highest if there are several; None if the utterance is not one."""
    scaled = _SCALE.search(words) is not None
    if window is not Window.PAIN and not scaled and not _SENTENCE.search(words):
        return None
    # Where a number may have been lost, it may have been the higher one: ask again.
    if _UNFINISHED.search(words) or _COMPLAINT.search(words):
        return None
    tokens = _SCALE.sub(r"\1", words).replace("no pain", "nopain").split()
    if "between" in tokens and sum(token in _VALUES for token in tokens) < 2:
        return None
    if not (_AROUND_NUMBER | _FRACTIONS | _VALUES.keys()).issuperset(tokens):
        return None
    return max(_values(tokens), default=None)


def _values(tokens: list[str]) -> Iterator[int]:
    """The numbers among the tokens, each rounded up: four point five is five, over six is seven."""
    for i, token in enumerate(tokens):
        before, after = tokens[:i][-1:], tokens[i + 1 :]
        if token in _FRACTIONS:
            yield from (min(_VALUES[t] + 1, OVER_TEN) for t in tokens[:i] if t in _VALUES)
        if token in _VALUES:
            decimals = after[:1] == ["point"] and any(_VALUES.get(t, 1) for t in after[1:])
            up = decimals or (before and before[0] in _MORE | {"more"})  # "than" may not have been heard
            yield min(_VALUES[token] + bool(up), OVER_TEN)


def _command(tokens: list[str], window: Window) -> Intent | None:
    """What the utterance asks for: nothing in it may be foreign, and "okay" before it changes nothing."""
    rest = " ".join(token for token in tokens if token not in _COURTESY)
    asked = set()
    while rest:
        phrase = max((p for p in _COMMANDS if f"{rest} ".startswith(f"{p} ")), key=len, default=None)
        if phrase is None:
            return None
        asked.add(_COMMANDS[phrase])
        rest = rest[len(phrase) :].strip()
    ready = {Intent.READY, _CONTINUE}
    if asked and asked <= ready:
        if window is Window.GATE:
            return Intent.READY
        return Intent.RESUME if _CONTINUE in asked else None
    asked -= ready
    if Intent.PAUSE in asked:
        return Intent.PAUSE
    return asked.pop() if len(asked) == 1 else None
