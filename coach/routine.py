"""The routine as data: what is said, in which order, and what follows each cue.

A physiotherapist writes it in TOML (`cues/psoas.toml` explains the keys); `load` reads it and names every
mistake with its line; `Routine.cues` lays it out for one plan.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from coach.data import shipped
from coach.errors import BadInput
from coach.phrases import OVER_TEN
from coach.tables import Tables

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()

PARTS = ("screening", "before", "setup", "first", "again", "close", "up", "other_side", "goodbye")
REQUIRED = ("setup", "first", "up")
FOLLOW_UPS = ("", "ready", "pain", "hold")


@dataclass(frozen=True)
class Plan:
    """What the people at the table asked for."""

    sides: tuple[str, ...] = ("left",)
    rounds: int = 2
    hold_seconds: int = 10
    pain_limit: int = 6
    """The lowest number at which the leg goes no deeper: 1 to 7."""
    start_high: bool = False
    breathe_normally: bool = False
    screening: bool = True

    def applies(self, only: str) -> bool:
        """Whether a step marked `only` is said in this plan."""
        return _CONDITIONS[only](self)


_CONDITIONS = {
    "": lambda plan: True,
    "start-high": lambda plan: plan.start_high,
    "start-low": lambda plan: not plan.start_high,
    "hold-breath": lambda plan: not plan.breathe_normally,
    "breathe-normally": lambda plan: plan.breathe_normally,
    "first-stretch": lambda plan: plan.rounds <= 2,
    "one-side": lambda plan: len(plan.sides) == 1,
}


@dataclass(frozen=True)
class Step:
    """One step as it stands in the file."""

    cue: str
    say: str
    then: str = ""
    pause: float = 0.0
    """Seconds of quiet after it."""
    deeper: bool = False
    lying: bool = False
    only: str = ""


@dataclass(frozen=True)
class Lines:
    """What is said when something happens; cues/psoas.toml shows each."""

    go: str
    stay: str
    ease: str
    stop_number: str
    noted: str
    over_ten: str
    stop: str
    stop_before: str
    stop_getting_up: str
    ask: str
    ask_again: str
    cant_hear: str
    too_long: str
    twice: str
    gate_again: str
    gate_over: str
    paused: str
    paused_before: str
    like_this: str
    where_setup: str
    where_round: str
    where_up: str
    lost: str
    lost_before: str
    back: str
    once: str
    too_loud: str
    ended_before: str
    ended_early: str


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
    for key in tables.data:
        if key not in (*PARTS, "lines", "title"):
            place = (key, 0, None) if isinstance(tables.data[key], dict | list) else ("", 0, key)
            raise tables.error(*place, f"unknown key '{key}'. Expected title, lines or one of: {', '.join(PARTS)}.")
    title = tables.data.get("title", name)
    if not isinstance(title, str):
        raise tables.error("", 0, "title", "'title' must be text in quotes.")
    parts = {part: _steps(tables, part) for part in PARTS}
    for part in REQUIRED:
        if not parts[part]:
            raise BadInput(f"{tables.path}, line 1: the part [[{part}]] is missing. Add at least one step.")
    if not any(step.lying and not step.only for step in parts["setup"]):
        message = "no step of [[setup]] that is always said has lying = true. Mark where the partner lies down."
        raise tables.error("setup", 0, None, message)
    lines = tables.build(Lines, tables.data.get("lines", {}), "lines")
    for field in fields(Lines):
        _check_fields(tables, "lines", 0, field.name, getattr(lines, field.name), _fields_of(field.name))
    return Routine(title, parts, lines)


_STEP_FIELDS = {"side", "other", "limit", "hold", "minutes"}


def _fields_of(line: str) -> set[str]:
    """What may stand in curly brackets in a line: only what is known when it is said."""
    known = {"limit", "hold", "minutes"}
    if line in ("go", "stay", "ease", "stop_number", "noted"):
        return known | {"number"}
    return known | {"round", "rounds"} if line == "where_round" else known


def _steps(tables: Tables, part: str) -> list[Step]:
    raw: Any = tables.data.get(part, [])
    if not isinstance(raw, list):
        raise tables.error(part, 0, None, f"write [[{part}]], with two brackets: a part is a list of steps.")
    steps = []
    for nth, values in enumerate(raw):
        step = tables.build(Step, values, part, nth)
        if step.then not in FOLLOW_UPS:
            raise tables.error(part, nth, "then", f"'then' must be ready, pain or hold, not {step.then!r}.")
        if step.only not in _CONDITIONS:
            choices = ", ".join(filter(None, _CONDITIONS))
            raise tables.error(part, nth, "only", f"'only' must be one of {choices}, not {step.only!r}.")
        if not 0 <= step.pause <= 60:
            raise tables.error(part, nth, "pause", f"'pause' must be 0 to 60 seconds, not {step.pause}.")
        if not step.cue.strip():
            raise tables.error(part, nth, "cue", "'cue' is empty. Expected a name.")
        if part == "up" and (step.then or step.deeper):
            message = "getting up waits for nothing and goes no deeper: no 'then' and no 'deeper' in [[up]]."
            raise tables.error(part, nth, "then" if step.then else "deeper", message)
        if step.deeper and step.then:
            raise tables.error(part, nth, "then", "a step that goes deeper ends with its pause: put 'then' in a step of its own.")
        _check_fields(tables, part, nth, "say", step.say, _STEP_FIELDS)
        steps.append(step)
    return steps


def _check_fields(tables: Tables, table: str, nth: int, key: str, text: str, known: set[str]) -> None:
    if not text.strip():
        raise tables.error(table, nth, key, f"'{key}' is empty. Expected what the coach says.")
    try:
        parsed = list(string.Formatter().parse(text))
        used = {f"{name}{'!' if how else ''}{form}" for _, name, form, how in parsed if name is not None}
    except ValueError as error:
        raise tables.error(table, nth, key, f"{error}. Expected {{name}} in curly brackets.") from None
    if used - known:
        wanted = ", ".join(f"{{{name}}}" for name in sorted(known))
        raise tables.error(table, nth, key, f"unknown {{{sorted(used - known)[0]}}}. Expected one of: {wanted}.")


def _fill(text: str, words: dict[str, str]) -> str:
    return " ".join(text.format(**words).split())
