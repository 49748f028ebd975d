"""What is kept of a session, whatever happens to the process."""

import sqlite3
import subprocess
import sys

import pytest

from coach.errors import BadInput
from coach.journal import Journal


def test_what_was_told_is_read_back(tmp_path):
    """Sessions come back with their pain numbers and how they ended."""
    journal = Journal(tmp_path / "j.sqlite")
    write = journal.begin("ann", "left", "Psoas")
    for record in (
        {"t": 1.0, "event": "heard", "text": "five", "intent": "pain", "value": 5},
        {"t": 9.5, "event": "end", "reason": "finished"},
    ):
        write(record)
    journal.begin("bob", "right", "Psoas")
    (entry,) = Journal(tmp_path / "j.sqlite").sessions("ann")
    assert (entry.pain, entry.reason, entry.length, entry.sides) == ([5], "finished", 9.5, "left")
    assert [e.reason for e in journal.sessions()] == ["finished", "interrupted"]
    assert not journal.knows("ann")
    write({"t": 10.0, "event": "count", "n": 1, "of": 10, "round": 1})
    assert journal.knows("ann")
    assert not journal.knows("bob")


def test_a_lock_holds_nothing_up_and_loses_nothing(tmp_path):
    """While another program locks the file the events wait, without holding up the session, and are kept afterwards."""
    journal = Journal(tmp_path / "j.sqlite")
    write = journal.begin("ann", "left", "Psoas")
    other = sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for n in range(20):
        write({"t": float(n), "event": "state", "state": "hold"})
    assert journal.sessions("ann")[0].records == []
    other.execute("COMMIT")
    write({"t": 20.0, "event": "end", "reason": "stopped"})
    assert [record["t"] for record in journal.sessions("ann")[0].records] == list(range(21))


def test_a_killed_process_loses_nothing(tmp_path):
    """Every event that was told before the process was killed is in the journal afterwards."""
    code = """
import os, signal, sys
from pathlib import Path
from coach.journal import Journal
write = Journal(Path(sys.argv[1])).begin("me", "left", "Psoas")
for n in range(100):
    write({"t": float(n), "event": "heard", "text": "five", "intent": "pain", "value": n % 10})
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = tmp_path / "j.sqlite"
    assert subprocess.run([sys.executable, "-c", code, str(path)]).returncode == -9
    (entry,) = Journal(path).sessions()
    assert len(entry.pain) == 100
    assert entry.reason == "interrupted"


def test_a_file_that_is_no_journal_is_named(tmp_path):
    """Something else in its place is said in a sentence and left as it is."""
    path = tmp_path / "j.sqlite"
    path.write_text("not a database, but dear to somebody " * 100)
    with pytest.raises(BadInput, match=r"j\.sqlite"):
        Journal(path)
    assert path.read_text().startswith("not a database")
