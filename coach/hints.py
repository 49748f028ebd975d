"""What only the spotter has heard: words that the recogniser may have missed, and when they were said."""

from collections import deque

from coach import phrases
from coach.embedding import STEP
from coach.memory import Memory
from coach.phrases import Intent, Meaning, Window
from coach.sound import BLOCK, RATE
from coach.spotter import Spotter
from coach.veto import Speaking, covers

STOPS = "stop", "ow", "ouch", "enough", "hurts"
"""Words that stop, wherever they are said: the spotter is asked for them at any time. "Hurt" and "hurting" it hears in talk."""

ANSWERS = ("ready", "okay", "yes", "yeah", "yep", "go", "next", "continue")
"""Words that it is asked for at a gate besides: where they were not meant, the coach goes on too soon, but
never deeper, which takes a number (clearance)."""

PLAIN, AHEAD = 2.0, 3.0
"""Log odds from which a number that only the spotter has heard is one, and by which it must be ahead of every other word. With those and where it
stands alone (attention), 27 of 57 digits of the dev speakers are heard over talk at 10 dB, 14 without it; in kitchen noise at 10 and 5 dB 51 of 57 and
29 of 38, 50 and 27 without. In half an hour of their talk it adds no number."""

SETTLING = 3
"""Steps of the spotter in which it may be that number: it is taken when it is over."""

LIKELY = 1.0
"""Log odds from which a word that only the spotter has heard is heard once more."""

BEHIND = 24
"""Blocks by which the spotter is later than the recogniser."""

AGAIN = round(0.8 * RATE)
"""Samples in which the recogniser and the spotter may both come up with the same word."""


class Hints:
    """It follows what the coach says, and what is acted on."""

    def __init__(self, spotter: Spotter, memory: Memory):
        self._spotter, self._memory = spotter, memory
        self._speaking: deque[Speaking | None] = deque([None], maxlen=BEHIND + 1)
        self.forget()

    def forget(self) -> None:
        """Nothing was acted on until now."""
        self._deaf = dict.fromkeys(STOPS + ANSWERS, 0)
        """Samples until which these words are not asked for: they go on being heard for a while."""
        self._done = dict.fromkeys(Intent, 0)
        """Samples until which one of these in the recogniser's text is the one that was a hint."""

    def feed(self, speaking: Speaking | None) -> None:
        """The coach says that with this block."""
        self._speaking.append(speaking)

    @property
    def first(self) -> tuple[int, Speaking | None]:
        """About when the recogniser would first have heard a word that is spotted now: the sample, and what the coach said then."""
        return self._memory.clock - BEHIND * BLOCK, self._speaking[0]

    def stop(self) -> Meaning | None:
        """A stop that was just said, perhaps."""
        return self._likeliest(STOPS, Window.ALWAYS)

    def answer(self) -> Meaning | None:
        """An answer at a gate that was just said, perhaps."""
        return self._likeliest(ANSWERS, Window.GATE)

    def number(self) -> Meaning | None:
        """A pain number that was just said, where no other word is likely."""
        if self._covered:
            return None
        word, odds, lead = self._spotter.clearest(SETTLING * STEP)
        return phrases.understand(word, Window.PAIN) if word in phrases.NUMBERS and odds >= PLAIN and lead >= AHEAD else None

    def acted_on(self, meaning: Meaning) -> None:
        """Words like it are not asked for again. Behind a stop no answer counts either, for it may have been said before."""
        until = self._memory.clock + AGAIN
        self._deaf |= dict.fromkeys(ANSWERS + STOPS * (meaning.intent is Intent.STOP), until)

    def take(self, meaning: Meaning) -> None:
        """A hint is acted on: it is no other one when the recogniser hears it later."""
        patience = AGAIN if meaning.intent is Intent.STOP else 2 * AGAIN
        self._done[meaning.intent] = self._memory.clock + patience

    def dismiss(self, meaning: Meaning) -> None:
        """A hint was none: not at this step."""
        words = (meaning.text,) if meaning.intent is Intent.STOP else ANSWERS
        self._deaf |= dict.fromkeys(words, self._memory.clock + STEP * BLOCK)

    def done(self, intent: Intent) -> bool:
        """Whether what the recogniser hears only now was acted on already, as a hint."""
        return self._memory.clock < self._done[intent]

    @property
    def _covered(self) -> bool:
        """Whether it may be the coach: the spotter has never heard what a canceller leaves of it."""
        at, speaking = self.first
        return covers(speaking, at)

    def _likeliest(self, words: tuple[str, ...], window: Window) -> Meaning | None:
        if self._covered:
            return None
        asked = [word for word in words if self._memory.clock >= self._deaf[word]]
        odds, word = max(((self._spotter.odds(word, STEP), word) for word in asked), default=(0.0, ""))
        return phrases.understand(word, window) if odds >= LIKELY else None
