"""The steps and lines of a routine, as they stand in its file: every mistake is named with its line.

A physiotherapist writes them in TOML; `cues/psoas.toml` explains the keys.
"""

import string
from dataclasses import dataclass, fields
from typing import Any

from coach.errors import BadInput
from coach.plan import CONDITIONS
from coach.tables import Tables

PARTS = ("screening", "before", "setup", "first", "again", "close", "up", "other_side", "goodbye")
REQUIRED = ("setup", "first", "up")
FOLLOW_UPS = ("", "ready", "pain", "hold")


@dataclass(frozen=True)
class Step:
    """One step."""

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


def title(tables: Tables, default: str) -> str:
    """The title at the top, beside which only the parts and the lines may stand."""
    for key in tables.data:
        if key not in (*PARTS, "lines", "title"):
            place = (key, 0, None) if isinstance(tables.data[key], dict | list) else ("", 0, key)
            raise tables.error(*place, f"unknown key '{key}'. Expected title, lines or one of: {', '.join(PARTS)}.")
    found = tables.data.get("title", default)
    if not isinstance(found, str):
        raise tables.error("", 0, "title", "'title' must be text in quotes.")
    return found


def parts(tables: Tables) -> dict[str, list[Step]]:
    """The steps of every part; of one that is absent none."""
    found = {part: _steps(tables, part) for part in PARTS}
    for part in REQUIRED:
        if not found[part]:
            raise BadInput(f"{tables.path}, line 1: the part [[{part}]] is missing. Add at least one step.")
    if not any(step.lying and not step.only for step in found["setup"]):
        message = "no step of [[setup]] that is always said has lying = true. Mark where the partner lies down."
        raise tables.error("setup", 0, None, message)
    return found


def lines(tables: Tables) -> Lines:
    """The lines."""
    found = tables.build(Lines, tables.data.get("lines", {}), "lines")
    for field in fields(Lines):
        _check_words(tables, "lines", 0, field.name, getattr(found, field.name), _known_in(field.name))
    return found


_STEP_WORDS = {"side", "other", "limit", "hold", "minutes"}


def _known_in(line: str) -> set[str]:
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
        if step.only not in CONDITIONS:
            choices = ", ".join(filter(None, CONDITIONS))
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
        _check_words(tables, part, nth, "say", step.say, _STEP_WORDS)
        steps.append(step)
    return steps


def _check_words(tables: Tables, table: str, nth: int, key: str, text: str, known: set[str]) -> None:
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
