"""When to act on what is heard: a stop as soon as it is clear, everything else once it no longer changes."""

from coach.activity import Activity
from coach.phrases import Meaning
from coach.sound import BLOCK, RATE

SETTLED = 0.2
"""Seconds that words must stay the same before they are acted on. What comes later corrects them."""

PATIENCE = {0: 4.0, 24: 1.0, 36: -1.0, 48: -3.0}
"""Margins over which a stop word is acted on, by the blocks since it was first heard: at once where it is clear, and in the
end, 0.48 s later, when it could well be one. It is first heard 0.11 s before its end (median), and the longer one waits, the
better the margin tells. Chosen on the dev speakers: 25 stops in four rooms, 28 minutes of others' talk."""

OTHER_WORDS = 2.0
"""Added to that for the stop words but "stop": nobody recorded them, and they are heard in talk as often as that."""

BEFORE_END = 11
"""Blocks before the end of its word at which a stop is first heard (median)."""

STOP_SPAN = 70
"""Blocks in which a stop word is heard once more, 0.7 s: little more than the word, for talk is often around it."""

ENDPOINT = 100
"""Blocks of silence, at most, after which Vosk ends an utterance: 0.5 to 1 s by the shipped model's configuration, the less
sure it is the later."""


class Settling:
    """What is heard, until it no longer changes."""

    def __init__(self) -> None:
        self._heard: tuple[str, ...] = ()
        self._since: int | None = 0

    def settled(self, heard: tuple[str, ...], now: int) -> bool:
        """Whether these words have just been the same for long enough, at sample `now`: once for each change."""
        if heard != self._heard:
            self._heard, self._since = heard, now
        if self._since is None or now - self._since < SETTLED * RATE:
            return False
        self._since = None
        return True


class PendingStop:
    """A stop that is being heard once more."""

    def __init__(self, meaning: Meaning, now: int):
        """`now`: the sample at which it was first heard."""
        self.meaning = meaning
        self._began = now
        self._steps = sorted(PATIENCE)

    @property
    def over(self) -> bool:
        """Whether it has been weighed for the last time."""
        return not self._steps

    def weigh(self, now: int, quiet_since: int | None, ended: bool) -> tuple[float, int] | None:
        """The margin that it needs now, in how many of the last blocks; None while there is nothing new to weigh.

        `quiet_since`: the sample since which nobody speaks; `ended`: whether the recogniser has closed the utterance.
        """
        waited = (now - self._began) // BLOCK
        if quiet_since is not None and quiet_since > self._began - RATE:  # its voice is over: more patience tells no more
            waited = max(waited, (now - quiet_since) // BLOCK + Activity.HANGOVER + BEFORE_END)
        due = self._steps if ended else [step for step in self._steps if step <= waited]
        if not due:
            return None
        self._steps = self._steps[len(due) :]
        words = 0.0 if "stop" in self.meaning.text.split() else OTHER_WORDS
        return PATIENCE[due[-1]] + words, STOP_SPAN + (ENDPOINT if ended else due[-1])
