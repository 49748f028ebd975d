"""What to act on of all that is heard, and when.

Under a grammar Vosk is sure of everything, right or wrong. So before anything is acted on, the last moments are heard once
more, with the question what else they could have been (see judge). A stop word is followed up from the moment in which it
is first heard; everything else waits until it no longer changes, and while a stop is in doubt nothing else counts.
"""

from coach import phrases, said
from coach.foreground import fallen, foreground, stands_out
from coach.hints import AGAIN, Hints
from coach.judge import Judge
from coach.memory import MEMORY, Memory
from coach.patience import BEFORE_END, IN_TALK, STANDS_OUT, STOP_SPAN, PendingStop, Settling
from coach.phrases import Intent, Meaning, Window
from coach.residue import Remains
from coach.said import Said
from coach.sound import BLOCK, RATE
from coach.spotter import Spotter
from coach.veto import Speaking, own

SURE = 3.0
"""Margin from which a number is taken; for all else it is enough to be the best reading. A number that was not meant could
lead deeper, one that is refused is asked for again. Of 19 digits 18 are taken, as at 1 and at 4; and in an hour of others' talk 24,
of the 84 that the recogniser alone would take for the best reading (dev speakers)."""

FALLEN = 6.0
"""Decibels by which a number that only the spotter has heard is over what follows it: it is no part of a sentence."""

GOING_ON = 0.6
"""Seconds for which a number waits while somebody speaks: "or seven" may come, and "and a half"."""

ENOUGH = -3.0
"""Margin over which an answer at a gate that only the spotter has heard is taken."""


class Attention:
    """It follows one utterance after the other; `judge` is asked about the sound in `memory`."""

    def __init__(self, judge: Judge, memory: Memory, spotter: Spotter):
        self._judge = judge
        self._memory = memory
        self._hints = Hints(spotter, memory)
        self.forget()

    def begin(self, fresh: int = 0) -> None:
        """A new utterance has begun `fresh` blocks ago."""
        if self._stop is not None:
            self._stop.count = 0  # its words are not in the new text
        self._began = self._taken = self._memory.clock - fresh * BLOCK
        """Samples at which it began, and at which something in it was last acted on."""
        self._phrase, self._numbers = Settling(), Settling()
        self._said = Said()
        self._stops_done = 0
        """How many of its stop words were acted on, or were the coach's own."""
        self._weighed: tuple[int, str] | None = None
        """The last stop word that was heard once more, or is being."""

    def forget(self) -> None:
        """Nothing that was heard until now counts."""
        self._stop: PendingStop | None = None
        """No new utterance forgets it."""
        self._last: tuple[int, Meaning] | None = None
        """What was last acted on, and when: not forgotten either."""
        self._remains = Remains()
        """What is left of the coach by now."""
        self._hints.forget()
        self.begin()

    @property
    def fresh(self) -> int:
        """Blocks since the utterance began, or since something in it was acted on."""
        return self._memory.since(self._taken)

    def act(self, text: str, ended: bool, window: Window, speaking: Speaking | None) -> list[Meaning]:
        """The meaning to act on now, if any: once for each thing said, and nothing of the coach's own.

        `text`: the words of the utterance up to now; `ended`: whether these are all.
        """
        meaning, now = self._said.meaning(text, window), self._memory.clock
        stops = said.stops(text, meaning)
        self._remains = speaking.remains if speaking is not None else Remains()
        self._hints.feed(speaking)
        self._phrase.feed((text,), now, speaking)
        self._numbers.feed(phrases.numbers(self._said.rest(text)), now, speaking)
        self._stops_done = min(self._stops_done, len(stops))
        if self._weighed not in stops:
            self._weighed = None
        if meaning is not None and phrases.urgent(meaning):
            if self._stop is not None:
                self._stop.become(meaning, speaking)  # an "ow" may have become a "stop"
            elif len(stops) > self._stops_done and self._hints.done(Intent.STOP):
                self._stops_done = len(stops)
            elif len(stops) > self._stops_done and stops[-1] != self._weighed:
                self._weighed = stops[-1]
                self._stop = PendingStop(meaning, now, speaking, len(stops), ended, stands_out=self._stands_out)
            else:
                meaning = self._said.behind(stops[-1], text, window)
        if self._stop is None and (hint := self._hints.stop()) is not None:
            self._stop = PendingStop(hint, *self._hints.first, len(stops), hint=hint, stands_out=self._stands_out)
        found, mine = self._weigh_stop(ended, window), False
        if found is None and self._stop is None and not (meaning is not None and phrases.urgent(meaning)):
            settling = self._phrase if meaning is not None else self._numbers
            found = self._weigh(meaning, text, ended, window)
            mine = found is not None and not phrases.urgent(found) and (
                self._hints.done(found.intent) or self._repeats(found) or self._own(found, settling.first)
            )
        if found is None and self._stop is None and window is Window.GATE and not phrases.ours(self._said.rest(text)):
            found = self._hinted_answer(window)
        if found is None and self._stop is None and window is Window.PAIN and meaning is None:
            found = self._hinted_number(self._said.rest(text))
        if found is not None:
            self._said.acted_on(found, text)
            self._taken, self._stops_done = now, len(stops)
            if not mine:
                self._hints.acted_on(found)
                self._last = now, found
        if ended:
            self.begin()
        return [] if found is None or mine else [found]

    def _weigh_stop(self, ended: bool, window: Window) -> Meaning | None:
        """The stop that is being heard once more, when it has become clear enough and is not the coach's own."""
        stop = self._stop
        weigh = stop and stop.weigh(self._memory.clock, self._memory.quiet_since, ended)
        if stop is None or weigh is None:
            return None
        required, blocks = weigh
        in_talk = 0.0 if stop.stands_out or stop.covered else IN_TALK
        clear = self._judge.margin(stop.meaning, self._memory.last(blocks), window, stop.covered, in_talk) > required
        mine = clear and self._own(stop.meaning, stop.first)
        if clear or stop.over:
            self._stop = None
        if mine:
            self._stops_done = max(self._stops_done, stop.count)
        if self._weighed is not None and (mine or stop.over and not clear):  # still in the text: what follows is heard without it
            self._taken = max(self._taken, min(stop.first[0] + 2 * BEFORE_END * BLOCK, self._memory.clock))
        if stop.hint is not None and clear and not mine:
            self._hints.take(stop.meaning)
        elif stop.hint is not None and stop.over:
            self._hints.dismiss(stop.hint)
        return stop.meaning if clear and not mine else None

    def _hinted_answer(self, window: Window) -> Meaning | None:
        """An answer that the recogniser may have missed, where it is likely enough."""
        hint = self._hints.answer()
        if hint is None:
            return None
        if self._judge.margin(hint, self._memory.last(STOP_SPAN), window) <= ENOUGH:
            self._hints.dismiss(hint)
            return None
        self._hints.take(hint)
        return hint

    def _hinted_number(self, text: str) -> Meaning | None:
        """A number that the recogniser has missed, where it stands alone: louder than what was heard before it, and it is over."""
        hint = self._hints.number()
        if hint is None or (hint.value or 0) < phrases.highest(text) or phrases.qualified(text):
            return None
        if self._repeats(hint) or self._own(hint, self._hints.first):
            return None
        return hint if self._stands_out and fallen(self._memory.last(STOP_SPAN)) > FALLEN else None

    def _weigh(self, meaning: Meaning | None, text: str, ended: bool, window: Window) -> Meaning | None:
        """What is no stop, when it no longer changes and a second hearing is sure of it, or a stop that this hears instead.

        Where an answer stands among words that somebody else may have said, only the loudest voice is heard once more.
        """
        now = self._memory.clock
        if meaning is not None:
            if not ended and (not self._phrase.settled(now) or (meaning.intent is Intent.PAIN and self._goes_on)):
                return None
            self._phrase.dismiss()
            blocks = self._memory.last(self._memory.since(self._began) if meaning.text == text else self.fresh)
            best, lead = self._judge.best(blocks, window)
            if best is not None and best.alike(meaning) and lead >= (SURE if meaning.intent is Intent.PAIN else 0.0):
                return meaning
            if meaning.intent is Intent.STOP:
                self._phrase.renew(now)  # a "no" may yet become clear
        elif window is Window.PAIN and self._has_lost_number(text) and (ended or self._numbers.settled(now)):
            self._numbers.dismiss()
            best, lead = self._judge.best(foreground(self._memory.last(self.fresh), self._memory.quiet), window)
            if best is not None and best.value is not None and best.value >= phrases.highest(text) and lead >= SURE:
                return best
        else:
            return None
        if best is None or not phrases.urgent(best):
            return None
        self._stop = PendingStop(best, *self._phrase.first, count=0, late=True)
        return self._weigh_stop(True, window)

    def _has_lost_number(self, text: str) -> bool:
        """Whether an answer stands among words that somebody else may have said, and has just been heard."""
        return self.fresh > 0 and phrases.scattered(self._said.rest(text))

    def _repeats(self, meaning: Meaning) -> bool:
        """Whether it is the number that was just acted on: when the coach says it back, a new utterance begins in the middle of the word."""
        if self._last is None or meaning.value is None or self._memory.clock >= self._last[0] + 2 * AGAIN:
            return False
        number = self._last[1].value
        return number is not None and meaning.value <= number

    @property
    def _goes_on(self) -> bool:
        """Whether more may come: somebody speaks still, and not for so long that it may be anybody."""
        return self._memory.voiced and self._memory.clock - self._phrase.first[0] < GOING_ON * RATE

    @property
    def _stands_out(self) -> bool:
        return stands_out(self._memory.last(MEMORY)) > STANDS_OUT

    def _own(self, meaning: Meaning, first: tuple[int, Speaking | None]) -> bool:
        """Whether it is the coach's own, by when it was first heard, and over what."""
        at, speaking = first
        return speaking is not None and own(meaning, speaking, at, self._remains)
