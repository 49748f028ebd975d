"""When to act on what is heard: a stop as soon as it is clear, everything else once it no longer changes."""

from coach import phrases
from coach.activity import Activity
from coach.phrases import Meaning
from coach.sound import BLOCK, RATE
from coach.veto import Speaking, covers

SETTLED = 0.2
"""Seconds that words must stay the same before they are acted on. What comes later corrects them."""

PATIENCE = {12: 3.5, 24: -1.0, 36: -2.0}
"""Margins over which a stop word is acted on, by the blocks since it was first heard. It is first heard 0.1 s before its end
(median), when it may still become "start" or "store", so nothing is decided at once. The spotter, which is later, has not heard
it then, and is as much against it as it can be: the recogniser must be sure by itself. Chosen on the dev speakers: 25 stops in
three rooms, 30 minutes of others' talk. Three places there sound like "stop" to both; with less, more of the others count."""

CRIES = {"ow", "ouch"}
"""Stop words that are in half of what people say, "now" and "about" among it."""

STANDS_OUT = 4.5
"""Decibels by which a cry is louder than what was heard before it, as a word that is called out is: the dev speakers' "stop", all but one
of 67 (in quiet, and over dishes and talk at 10 dB). Of 11 places in their talk that were taken for one of our words, two are."""

IN_TALK = 6.0
"""How much more margin a cry, or a word that only the spotter has heard, needs where it does not stand out. In half an hour of the dev
speakers' talk it leaves 4 of 11 false stops. None of the voice actors' cries (`scripts/bench cries`) is lost by it that begins in quiet; a tenth
of a second behind another line, as loud, 4 of 39 are heard and not 9. Of 112 synthetic "that hurts" and "that's enough" in quiet 77 are and not 79."""

BEFORE_END = 11
"""Blocks before the end of its word at which a stop is first heard (median)."""

STOP_SPAN = 70
"""Blocks in which a stop word is heard once more, 0.7 s: little more than the word, for talk is often around it."""

ENDPOINT = 100
"""Blocks of silence, at most, after which Vosk ends an utterance: 0.5 to 1 s by the shipped model's configuration, the less
sure it is the later."""

RECENT = round(0.6 * RATE)
"""Samples before a stop is first heard in which its own voice may have ended: seldom is it heard as late as that."""


class Settling:
    """What is heard, until it no longer changes."""

    def __init__(self) -> None:
        self.first: tuple[int, Speaking | None] = 0, None
        """When they were first heard, and what the coach was saying then."""
        self._heard: tuple[str, ...] = ()
        self._since: int | None = None

    def feed(self, heard: tuple[str, ...], now: int, speaking: Speaking | None = None) -> None:
        """The words that are heard at sample `now`, while the coach says that."""
        if heard != self._heard:
            self._heard, self._since = heard, now
            self.first = now, speaking

    def settled(self, now: int) -> bool:
        """Whether they have been the same for long enough."""
        return self._since is not None and now - self._since >= SETTLED * RATE

    def dismiss(self) -> None:
        """They are done with until they change."""
        self._since = None

    def renew(self, now: int) -> None:
        """They are to settle once more."""
        self._since = now


def easily_misheard(text: str, spotted: bool) -> bool:
    """Whether it is nothing but a cry or, where only the spotter has heard it, any word but "stop"."""
    words = set(_stops(text))
    return bool(words) and (words <= CRIES or (spotted and "stop" not in words))


def _stops(text: str) -> list[str]:
    return [word for _, word in phrases.stops(text)]


class PendingStop:
    """A stop that is being heard once more."""

    def __init__(
        self,
        meaning: Meaning,
        now: int,
        speaking: Speaking | None = None,
        count: int = 1,
        late: bool = False,
        hint: Meaning | None = None,
        stands_out: bool = True,
    ):
        """`now`: the sample at which it was first heard, and what the coach was saying then; `count`: how many stop words its
        utterance held; `late`: whether that was over already; `hint`: what the spotter has heard, where the recogniser had not;
        `stands_out`: whether it is louder than what was heard before it.
        """
        self.meaning, self.count, self.hint, self.stands_out = meaning, count, hint, stands_out
        self.first = now, speaking
        self.over = False
        """Whether it has been weighed for the last time."""
        self._late = late
        self._steps = 0, 0

    @property
    def covered(self) -> bool:
        """Whether it may be the coach, by when it was first heard."""
        at, speaking = self.first
        return covers(speaking, at)

    def become(self, meaning: Meaning, speaking: Speaking | None) -> None:
        """More of it is known. Other stop words were said over what the coach says now; what was somebody else's stays so."""
        if self.covered and _stops(meaning.text) != _stops(self.meaning.text):
            self.first = self.first[0], speaking
        self.meaning = meaning

    def weigh(self, now: int, quiet_since: int | None, ended: bool) -> tuple[float, int] | None:
        """The margin that it needs now, in how many of the last blocks; None while there is nothing new to weigh.

        `quiet_since`: the sample since which nobody speaks; `ended`: whether the recogniser has closed the utterance. Neither
        takes its time away from it: there may be more to come than seemed.
        """
        waited = (now - self.first[0]) // BLOCK
        known = waited
        if quiet_since is not None and quiet_since > self.first[0] - RECENT:  # its voice is over: more patience tells little more
            known = max(waited, (now - quiet_since) // BLOCK + Activity.HANGOVER + BEFORE_END)
        steps = _step(waited), max(PATIENCE) if ended else _step(known)
        if steps == self._steps or not steps[1]:
            return None
        self._steps = steps
        self.over = waited >= max(PATIENCE)
        return PATIENCE[steps[1]], STOP_SPAN + waited + (ENDPOINT if ended or self._late else 0)


def _step(waited: int) -> int:
    return max((step for step in PATIENCE if step <= waited), default=0)
