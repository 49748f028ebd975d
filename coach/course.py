"""The course of a session: its cues in their order, the one that it is at, and whether the partner lies."""

from coach.routine import Cue

UNSKIPPABLE = ("screening", "before", "up")
AFTER_GETTING_UP = ("other_side", "goodbye")


class Course:
    """Where a session is. An index that is past the last cue is the end."""

    def __init__(self, cues: list[Cue]):
        self._cues = cues
        self.at = 0
        self.next = 0
        """The cue to go to when what comes in between is over: a pain number, or the line before getting up."""
        self.lying = self.lay = False
        """Whether the partner lies, and whether they ever did."""
        self._begun = -1
        """The last cue whose text was begun."""

    @property
    def ended(self) -> bool:
        """Whether the last cue is over, and only a last line may still be said."""
        return self.at >= len(self._cues)

    @property
    def cue(self) -> Cue:
        """The current cue, of a course that has not ended."""
        return self._cues[self.at]

    def part(self, at: int) -> str:
        """The part of the routine that a cue belongs to; "" at the end."""
        return self._cues[at].part if at < len(self._cues) else ""

    def enter(self, at: int) -> Cue:
        """Go to a cue."""
        self.at = at
        self.lying = self.cue.lying or (self.lying and self.cue.part not in AFTER_GETTING_UP)
        self.lay = self.lay or self.lying
        return self.cue

    def begin(self) -> Cue:
        """The current cue, whose text is said now."""
        self._begun = self.at
        return self.cue

    def leave(self) -> None:
        """Go to the end."""
        self.at, self.lying = len(self._cues), False

    @property
    def again(self) -> int:
        """Where to go on after an interruption: with the same cue, unless it goes deeper; that is never done twice."""
        return self.at + 1 if self.cue.deeper and self._begun == self.at else self.at

    @property
    def up(self) -> int:
        """Where getting up from this side begins, for a partner who lies; else the end."""
        ups = (at for at, cue in enumerate(self._cues) if cue.part == "up" and cue.side == self.cue.side)
        return next(ups) if self.lying else len(self._cues)

    @property
    def getting_up(self) -> bool:
        """Whether the partner is being got up."""
        return self.part(self.at) == "up"

    @property
    def lifted(self) -> bool:
        """Whether the first cue of getting up is over, so that the leg is lifted already."""
        return self.getting_up and self.part(self.at - 1) == "up"

    @property
    def skippable(self) -> bool:
        """Whether the current cue may be passed over."""
        return self.part(self.at) not in UNSKIPPABLE
