"""A bar on standard error for whatever takes more than a moment."""

import sys
from typing import Any

import click


class Progress:
    """Appears with the first step, so only where there is something to wait for; call it with done and of."""

    def __init__(self, label: str):
        self._label = label
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def __call__(self, done: int, of: int) -> None:
        """So much is done, of all there is to do."""
        if self._bar is None:
            self._bar = click.progressbar(length=of, label=self._label, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(done - self._done)
        self._done = done
