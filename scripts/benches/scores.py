"""What a listener makes of recordings, counted."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from coach.phrases import NUMBERS, REFUSALS, STOPS, Intent, Meaning, Window
from coach.sound import RATE

from .clips import AROUND, Clip, in_room, word_end
from .listeners import Listener

_STOP_WORDS = {*" ".join(STOPS).split(), *REFUSALS}


@dataclass
class Words:
    """Recall of single words in one room, and when they were known."""

    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    numbers: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Pain numbers as (said, heard); missed ones are not in it."""
    late: dict[str, list[float]] = field(default_factory=lambda: {"stop": [], "number": []})
    """Seconds from the end of a word to the decision."""

    def recall(self, *words: str) -> float:
        """The part of these words that was heard; not a number where none was said."""
        said = sum(self.said[word] for word in words)
        return sum(self.right[word] for word in words) / said if said else float("nan")

    def lowered(self) -> float:
        """The part of the sixes and above that was heard as five or less: the worst thing that can happen."""
        high = sum(self.said[word] for word, value in NUMBERS.items() if value >= 6)
        return sum(n for (said, heard), n in self.numbers.items() if said >= 6 > heard) / high if high else float("nan")

    def harm(self) -> float:
        """The mean square by which a number was heard too low."""
        said = sum(self.said[word] for word in NUMBERS)
        low = sum(n * (s - h) ** 2 for (s, h), n in self.numbers.items() if h < s)
        return low / said if said else float("nan")


def wanted(word: str) -> tuple[Window, Intent, int | None]:
    """The window in which a word is asked for, and what it must mean there."""
    if word in NUMBERS:
        return Window.PAIN, Intent.PAIN, NUMBERS[word]
    if word in ("stop", "no"):
        return Window.ALWAYS, Intent.STOP, None
    return Window.GATE, Intent.READY, None


def words(listener: Listener, clips: dict[str, list[Clip]], room: np.ndarray | None, snr_db: float) -> Words:
    """Single words, each in its window: right if the first that is acted on is what was said."""
    scores = Words()
    for word, said in clips.items():
        window, intent, value = wanted(word)
        for seed, clip in enumerate(said):
            samples = clip.samples()
            heard = listener.hear(in_room(samples, room, snr_db, seed), window)
            first = heard[0][1] if heard else None
            scores.said[word] += 1
            if first is not None and value is not None and first.value is not None:
                scores.numbers[value, first.value] += 1
            if first is None or (first.intent, first.value) != (intent, value):
                continue
            scores.right[word] += 1
            kind = "number" if value is not None else "stop"
            if word == "stop" or value is not None:
                scores.late[kind].append((heard[0][0] - AROUND - word_end(samples)) / RATE)
    return scores


@dataclass
class Alarms:
    """What was acted on that nobody said."""

    seconds: float = 0.0
    intents: Counter[Intent] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)

    def hourly(self, *intents: Intent) -> float:
        """False alarms an hour."""
        return sum(self.intents[intent] for intent in intents) * 3600 / max(self.seconds, 1.0)


def alarms(listener: Listener, pieces: list[tuple[np.ndarray, tuple[str, ...]]], window: Window) -> Alarms:
    """What is heard in recordings (samples, words said) in which nothing is for the coach.

    An alarm whose word was indeed said, by somebody else, is not the recogniser's fault and not counted.
    """
    found = Alarms()
    for samples, said in pieces:
        found.seconds += len(samples) / RATE
        for _, meaning in listener.hear(samples, window):
            if not _decisive(meaning) & set(said):
                found.intents[meaning.intent] += 1
                found.texts[meaning.text] += 1
    return found


def _decisive(meaning: Meaning) -> set[str]:
    """The words that an utterance was acted on for."""
    heard = set(meaning.text.split())
    match meaning.intent:
        case Intent.STOP:
            return heard & _STOP_WORDS
        case Intent.PAIN:
            return heard & NUMBERS.keys()
        case _:
            return heard
