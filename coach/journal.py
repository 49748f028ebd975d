"""What happened in every session, kept in SQLite: one transaction an event, so that a power cut loses nothing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coach.data import home
from coach.errors import BadInput

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, who TEXT NOT NULL, sides TEXT NOT NULL, routine TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS event (
    session INTEGER NOT NULL REFERENCES session (id), t REAL NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_of_session ON event (session);
"""


@dataclass(frozen=True)
class Entry:
    """A session in the journal."""

    id: int
    started: str
    """Local time, ISO 8601, to the second."""
    who: str
    sides: str
    routine: str
    records: list[dict[str, Any]]
    """Its timeline."""

    @property
    def pain(self) -> list[int]:
        """Every pain number that was heard, in order; 11 stands for over ten."""
        return [r["value"] for r in self.records if r.get("intent") == "pain"]

    @property
    def reason(self) -> str:
        """How it ended; "interrupted" where it was broken off."""
        return next((r["reason"] for r in self.records if r["event"] == "end"), "interrupted")

    @property
    def length(self) -> float:
        """Seconds from its first event to its last."""
        return self.records[-1]["t"] if self.records else 0.0


class Journal:
    """One file per user."""

    def __init__(self, path: Path | None = None):
        """Open or create it. Raises BadInput when the file can't be used, as does everything below."""
        self.path = path or home() / "journal.sqlite"
        with self._told():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=1, isolation_level=None)  # every statement is a transaction
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)

    def begin(self, who: str, sides: str, routine: str) -> "Writer":
        """Begin a session; hand its timeline to the writer that is returned."""
        started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        with self._told():
            row = self._db.execute(
                "INSERT INTO session (started, who, sides, routine) VALUES (?, ?, ?, ?)", (started, who, sides, routine)
            )
            self._db.execute("PRAGMA busy_timeout=0")  # from now on nothing may wait: the loop does not
        return Writer(self._db, int(row.lastrowid or 0))

    def sessions(self, who: str | None = None) -> list[Entry]:
        """The sessions of that person, or all, the oldest first."""
        with self._told():
            rows = self._db.execute(
                "SELECT id, started, who, sides, routine FROM session WHERE ? IS NULL OR who = ? ORDER BY id", (who, who)
            ).fetchall()
            return [Entry(*row, self._records(row[0])) for row in rows]

    def knows(self, who: str) -> bool:
        """Whether that person has begun a hold in a session before: then the screening was heard, and answered."""
        return any(record["event"] == "count" for entry in self.sessions(who) for record in entry.records)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _records(self, session: int) -> list[dict[str, Any]]:
        rows = self._db.execute("SELECT record FROM event WHERE session = ? ORDER BY rowid", (session,))
        return [json.loads(record) for (record,) in rows]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite and the disk have against it, as a sentence."""
        try:
            yield
        except (OSError, ValueError, sqlite3.Error) as error:
            message = f"{self.path}: the journal can't be used ({error}). Move it away, or set COACH_HOME to another folder."
            raise BadInput(message) from error


class Writer:
    """Takes in the timeline of one session."""

    def __init__(self, db: sqlite3.Connection, session: int):
        self._db = db
        self.session = session
        self._waiting: list[dict[str, Any]] = []

    def __call__(self, record: dict[str, Any]) -> None:
        """Commit a record; while the file is locked or the disk is full it waits for the next one to be tried again."""
        self._waiting.append(record)
        try:
            while self._waiting:
                first = self._waiting[0]
                self._db.execute(
                    "INSERT INTO event (session, t, record) VALUES (?, ?, ?)",
                    (self.session, first["t"], json.dumps(first)),
                )
                del self._waiting[0]
        except sqlite3.Error:
            pass
