"""The routine as data: what is said, in which order, and what follows each cue.

`load` reads what a physiotherapist wrote; `Routine.cues` lays it out for one plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from coach import steps
from coach.data import shipped
from coach.phrases import OVER_TEN
from coach.plan import Plan
from coach.steps import Lines, Step
from coach.tables import Tables

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()


@dataclass(frozen=True)
class Cue:
    """A step laid out in a plan: the text as it will be said, and where in the session it stands."""

    name: str
    text: str
    then: str
    pause: float
    deeper: bool
    lying: bool
    part: str
    side: int
    """Index into the plan's sides."""
    round: int
    """From 1; 0 outside the rounds."""


@dataclass(frozen=True)
class Routine:
    """A routine file, checked."""

    title: str
    parts: dict[str, list[Step]]
    lines: Lines

    def cues(self, plan: Plan) -> list[Cue]:
        """Every cue of a session that nothing interrupts, in order."""
        laid_out: list[Cue] = []

        def add(part: str, side: int, round: int = 0) -> None:
            words = self._words(plan, side)
            for step in self.parts[part]:
                if plan.applies(step.only):
                    text = _fill(step.say, words)
                    where = (part, side, round)
                    laid_out.append(Cue(step.cue, text, step.then, step.pause, step.deeper, step.lying, *where))

        if plan.screening:
            add("screening", 0)
        add("before", 0)
        for side in range(len(plan.sides)):
            if side > 0:
                add("other_side", side)
            add("setup", side)
            add("first", side, 1)
            for round in range(2, plan.rounds + 1):
                add("again", side, round)
            add("close", side)
            add("up", side)
        add("goodbye", len(plan.sides) - 1)
        return laid_out

    def line(self, name: str, plan: Plan, number: int | None = None, round: int = 0) -> str:
        """The text of one of the `Lines`, with the pain number that was heard and the round filled in."""
        words = self._words(plan, 0) | {"round": NUMBERS[round], "rounds": NUMBERS[plan.rounds]}
        if number is not None:
            said = self.lines.over_ten if number == OVER_TEN else NUMBERS[number]
            words["number"] = said.capitalize()
        return _fill(getattr(self.lines, name), words)

    def texts(self, plan: Plan) -> Iterator[str]:
        """Every text that a session on this plan can say, to be rendered ahead (repeats included)."""
        yield from (cue.text for cue in self.cues(plan))
        yield from (NUMBERS[n].capitalize() + "." for n in range(1, plan.hold_seconds + 1))
        for name in (field.name for field in fields(Lines)):
            template = getattr(self.lines, name)
            numbers = range(OVER_TEN + 1) if "{number}" in template else [None]
            rounds = range(1, plan.rounds + 1) if "{round}" in template else [0]
            yield from (self.line(name, plan, number, round) for number in numbers for round in rounds)

    def _words(self, plan: Plan, side: int) -> dict[str, str]:
        here = plan.sides[side]
        return {
            "side": here,
            "other": {"left": "right", "right": "left"}[here],
            "limit": NUMBERS[plan.pain_limit],
            "hold": NUMBERS[plan.hold_seconds],
            "minutes": NUMBERS[min(2 + 2 * plan.rounds * len(plan.sides), len(NUMBERS) - 1)],
        }


def load(path: str | Path | None = None) -> Routine:
    """Read a routine file; None is the psoas stretch that ships with the coach.

    A bare name such as "psoas" is looked up among the shipped ones. Raises BadInput with file and line.
    """
    name = str(path or "psoas")
    known = shipped("cues") / f"{name}.toml"
    tables = Tables(known if known.exists() else name)
    return Routine(steps.title(tables, name), steps.parts(tables), steps.lines(tables))


def _fill(text: str, words: dict[str, str]) -> str:
    return " ".join(text.format(**words).split())
