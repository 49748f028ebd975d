"""TOML tables as dataclasses, every mistake named with its file, its line and what was expected."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from coach.errors import BadInput

T = TypeVar("T")

_NAMES = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


class Tables:
    """A TOML file that remembers on which line each table and key stands."""

    def __init__(self, path: str | Path):
        """Read the file. Raises BadInput when it is absent, is not text or is not TOML."""
        self.path = Path(path)
        try:
            self.text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise BadInput(f"{path}: there is no such file. Check the name.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{path} can't be read as text ({error}). Give a TOML file.") from None
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"{path}: {error}. Mend that line; the file must be TOML.") from None

    def error(self, table: str, nth: int, key: str | None, wrong: str) -> BadInput:
        """The error to raise for `key` of the `nth` (from 0) table of that name ("" is the top of the file)."""
        return BadInput(f"{self.path}, line {self._line(table, nth, key)}: {wrong}")

    def build(self, cls: type[T], values: object, table: str, nth: int = 0) -> T:
        """An instance of the dataclass `cls` from a table's values, types and key names checked.

        A whole number is accepted where a number is wanted. Raises BadInput with the line at fault.
        """
        if not isinstance(values, Mapping):
            raise self.error(table, nth, None, f"[{table}] must be a table with keys of its own.")
        hints = get_type_hints(cls)
        known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
        for key, value in values.items():
            if key not in known:
                raise self.error(table, nth, key, f"unknown key '{key}'. Expected one of: {', '.join(known)}.")
            if not _fits(value, hints[key]):
                raise self.error(table, nth, key, f"'{key}' must be {_wanted(hints[key])}, not {value!r}.")
        for name, field in known.items():
            if name not in values and field.default is MISSING and field.default_factory is MISSING:
                raise self.error(table, nth, None, f"'{name}' is missing. Expected {_wanted(hints[name])}.")
        return cls(**values)

    def _line(self, table: str, nth: int, key: str | None) -> int:
        """The line of a key, else of its table's header, else 1."""
        lines = self.text.splitlines()
        header = re.compile(r"\s*\[\[?\s*" + re.escape(table) + r"\s*\]")
        any_header = re.compile(r"\s*\[")
        starts = [i for i, line in enumerate(lines) if header.match(line)] if table else [-1]
        if nth >= len(starts):
            return 1
        start = starts[nth]
        if key is not None:
            assignment = re.compile(r"""\s*["']?""" + re.escape(key) + r"""["']?\s*[=.]""")
            for i in range(start + 1, len(lines)):
                if any_header.match(lines[i]):
                    break
                if assignment.match(lines[i]):
                    return i + 1
        return max(start, 0) + 1


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _fits(value: object, hint: Any) -> bool:
    for kind in _alternatives(hint):
        base = get_origin(kind) or kind
        if base is float and isinstance(value, int | float) and not isinstance(value, bool):
            return True
        if isinstance(value, base) and not (base is int and isinstance(value, bool)):
            inner = get_args(kind)
            return all(_fits(item, inner[0]) for item in value) if base is list and inner else True
    return False


def _wanted(hint: Any) -> str:
    return " or ".join(_NAMES.get(get_origin(k) or k, str(k)) for k in _alternatives(hint) if k is not type(None))
