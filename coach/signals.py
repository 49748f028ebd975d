"""Signals while somebody lies on the table: the session ends in order or goes on, but is never just gone."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""`kill` or a shutdown, and a closed terminal window. Windows has only the first."""

STOPPING = [getattr(signal, name) for name in ("SIGTSTP",) if hasattr(signal, name)]
"""Ctrl-Z: a stopped coach would be deaf while the leg may be low."""


@contextmanager
def minded() -> Iterator[None]:
    """Until it is left, in the main thread: the first of `ENDING` raises SystemExit with 128 + its number, the rest do nothing.

    What was ignored before stays so, as SIGHUP under nohup.
    """

    def end(number: int, _frame: object) -> NoReturn:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)  # a window that closes says so twice, and would break off the ending
        raise SystemExit(128 + number)

    handlers = dict.fromkeys(ENDING, end) | dict.fromkeys(STOPPING, signal.SIG_IGN)
    heeded = [number for number in handlers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handlers[number]) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
