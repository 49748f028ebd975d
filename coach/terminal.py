"""A plain line on the terminal for each thing said and heard."""

from typing import Any, TextIO


class Terminal:
    """A sink of the timeline for people's eyes."""

    def __init__(self, out: TextIO):
        self._out = out
        self._counting = False

    def __call__(self, record: dict[str, Any]) -> None:
        """Show a record, if it is one that people want to see."""
        line = _LINES.get(record["event"], lambda record: None)(record)
        counting = record["event"] == "count"
        if line is None:
            return
        if self._counting and not counting:
            self._out.write("\n")
        if counting:
            self._out.write(f" {record['n']}" if self._counting else f"{_clock(record)}  counts:  {record['n']}")
        else:
            self._out.write(f"{_clock(record)}  {line}\n")
        self._counting = counting
        self._out.flush()


def _clock(record: dict[str, Any]) -> str:
    minutes, seconds = divmod(int(record["t"]), 60)
    return f"{minutes}:{seconds:02d}"


def _heard(record: dict[str, Any]) -> str:
    value = f" {record['value']}" if "value" in record else ""
    return f'heard:   "{record["text"]}" ({record["intent"]}{value})'


_LINES = {
    "say": lambda record: f"coach:   {record['text']}",
    "count": lambda record: "",
    "heard": _heard,
    "lost": lambda record: f"LOST:    the {record['device']}. Relax. Helper, hold the leg still.",
    "back": lambda record: f"back:    the {record['device']}",
    "end": lambda record: f"ended:   {record['reason']}",
}
