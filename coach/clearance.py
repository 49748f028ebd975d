"""May the leg go deeper? The rules about pain, as pure functions of what is known: numbers, stops and silences."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from coach.events import Event, Lost, Unanswered
from coach.phrases import Intent, Meaning

EASE_FROM = 7
STOP_FROM = 9

STAYS = 3
"""How often in a row the leg stays at the limit before the session ends."""
EASES = 1
"""How often the leg is eased without a number under the limit in between; the next time means getting up."""


class Verdict(Enum):
    """What a pain number means for the leg."""

    GO = auto()
    STAY = auto()
    EASE = auto()
    STOP = auto()


def verdict(number: int, limit: int) -> Verdict:
    """The pain table: 9 and over stops, 7 and 8 ease, from the limit up the leg stays, below it may go on."""
    if number >= STOP_FROM:
        return Verdict.STOP
    if number >= EASE_FROM:
        return Verdict.EASE
    return Verdict.STAY if number >= limit else Verdict.GO


@dataclass(frozen=True)
class Clearance:
    """What the leg is allowed, from all that is known so far; a new one allows nothing."""

    limit: int
    deeper: bool = False
    """Whether it may go deeper: a number under the limit was asked for and given since it last did, and since the
    last stop, silence, pause or loss of a device."""
    must_ask: bool = False
    """Whether the last number was at the limit or over it: nothing at all goes on before another one."""
    stays: int = 0
    eases: int = 0

    def after(self, event: Event) -> "Clearance":
        """What is left of it after an event, whatever the session is doing; none gives more than there was."""
        match event:
            case Meaning(intent=Intent.STOP | Intent.PAUSE) | Unanswered() | Lost():
                return self.withdrawn()
            case Meaning(intent=Intent.PAIN, value=int(number)) if verdict(number, self.limit) is not Verdict.GO:
                return self.withdrawn()
            case _:
                return self

    def given(self, number: int, asked: bool) -> "Clearance":
        """After a pain number of a partner who lies.

        One under the limit that was not asked for clears nothing: it can't be corrected.
        """
        match verdict(number, self.limit):
            case Verdict.GO if asked:
                return Clearance(self.limit, deeper=True)
            case Verdict.GO:
                return replace(self, stays=0, eases=0)
            case Verdict.STAY:
                return replace(self, deeper=False, must_ask=True, stays=self.stays + 1)
            case _:
                return replace(self, deeper=False, must_ask=True, eases=self.eases + 1)

    def withdrawn(self) -> "Clearance":
        """Without the leave to go deeper, as when that has been used."""
        return replace(self, deeper=False)

    @property
    def stayed_too_long(self) -> bool:
        """Whether the leg was at the limit so often that the partner gets up."""
        return self.stays > STAYS

    @property
    def eased_too_often(self) -> bool:
        """Whether easing did not help, so that the partner gets up."""
        return self.eases > EASES
