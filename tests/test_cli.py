"""The commands around a session, as people type them."""

import csv
import io
import json

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from coach import data
from coach.cli import main
from coach.journal import Journal
from coach.tape import Tape
from coach.terminal import Terminal

RECORDS = [
    {"t": 0.1, "event": "say", "cue": "push", "text": "Push.", "until": 1.0},
    {"t": 2.0, "event": "count", "n": 1, "of": 3, "round": 1},
    {"t": 3.0, "event": "count", "n": 2, "of": 3, "round": 1},
    {"t": 65.2, "event": "heard", "text": "pain five", "intent": "pain", "value": 5},
    {"t": 70.0, "event": "heard", "text": "eleven", "intent": "pain", "value": 11},
    {"t": 71.0, "event": "end", "reason": "pain"},
]


def run(*arguments):
    """What a command prints; it must not fail in an unforeseen way."""
    result = CliRunner().invoke(main, arguments, prog_name="coach")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def journal(tmp_path, monkeypatch):
    """A journal with one session of Ann's and a broken-off one of Bob's."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    journal = Journal()
    write = journal.begin("ann", "left", "Psoas")
    for record in RECORDS:
        write(record)
    journal.begin("bob", "both", "Psoas")
    return journal


def test_history_lists_sessions_with_their_numbers(journal):
    """One line a session: who, which side, how it ended, every pain number."""
    ann, bob = run("history").stdout.splitlines()
    assert ("ann" in ann, "left" in ann, "pain: 5 over 10" in ann) == (True, True, True)
    assert "interrupted" in bob
    assert run("history", "--who", "ann").stdout.splitlines() == [ann]
    assert json.loads(run("history", "--json").stdout.splitlines()[0])["pain"] == [5, 11]


def test_an_empty_history_says_how_to_begin(tmp_path, monkeypatch):
    """Nothing yet is no error."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    result = run("history")
    assert result.exit_code == 0
    assert "coach --side left" in result.stdout


def test_a_report_tells_a_session(journal):
    """The last session, or the one of that number; an unknown one is named."""
    assert "broken off" in run("report").stdout
    assert 'heard:   "pain five" (pain 5)' in run("report", "1").stdout
    assert run("report", "7").exit_code == 2


def test_an_export_is_read_by_others(journal):
    """CSV has a row a number, JSON the whole timeline."""
    rows = list(csv.DictReader(io.StringIO(run("export").stdout)))
    assert [(row["who"], row["pain"]) for row in rows] == [("ann", "5"), ("ann", "over 10")]
    first = json.loads(run("export", "--format", "json").stdout.splitlines()[0])
    assert first["timeline"] == RECORDS


def test_the_terminal_shows_a_line_for_each_thing():
    """Counts share a line; everything else has its own, with minutes and seconds."""
    out = io.StringIO()
    show = Terminal(out)
    for record in RECORDS:
        show(record)
    assert out.getvalue().splitlines() == [
        "0:00  coach:   Push.",
        "0:02  counts:  1 2",
        '1:05  heard:   "pain five" (pain 5)',
        '1:10  heard:   "eleven" (pain 11)',
        "1:11  ended:   pain",
    ]


def test_a_tape_keeps_both_channels(tmp_path):
    """Left what was played, right what was heard, block by block."""

    class Card:
        def read(self):
            return np.full(160, 7, np.int16)

        def write(self, block):
            self.written = block

    card = Card()
    with Tape(card, tmp_path / "t.wav") as tape:
        for _ in range(3):
            tape.read()
            tape.write(np.full(160, -3, np.int16))
    samples, rate = soundfile.read(tmp_path / "t.wav", dtype="int16")
    assert rate == 16000
    assert samples.tolist() == [[-3, 7]] * 480
    assert card.written[0] == -3


def test_a_routine_ships_with_the_package():
    """Cues and model lie where the package looks for them."""
    assert (data.shipped("cues") / "psoas.toml").is_file()
    assert (data.shipped("models") / "en" / "am" / "final.mdl").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--side", "up"], "'up' is not one of"),
        (["--side", "left", "hear", "x.wav"], "coach hear --side"),
        (["--pain-limit", "3", "rehearse", "--side", "left"], "coach rehearse --pain-limit"),
        (["rehearse", "--side", "left", "--routine", "x" * 300], "x" * 300),
        (["rehearse", "--side", "left", "--routine", ""], "no such routine"),
        (["--side", "left", "--routine", " "], "no such routine"),
        (["rehearse", "--side", "left", "--out", "/tmp/a", "--timeline", "/tmp/a"], "same file"),
        (["hear", "--json", "\udcff.wav"], "Check the names"),
        (["hear", "nosuch.wav"], "nosuch.wav"),
        (["hear", "pyproject.toml"], "can't be read as sound"),
        (["hear", "tests"], "can't be read as sound"),
        (["hear", "--model", "tests", "x.wav"], "tests"),
        (["models", "use", "nosuch"], "nosuch"),
        (["models", "install", "x", "--from", "nosuch.zip"], "nosuch.zip"),
    ],
)
def test_wrong_input_is_one_sentence(arguments, told):
    """Bad usage is named, with status 2 or 3, and without a traceback."""
    result = run(*arguments)
    assert result.exit_code in (2, 3)
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_hear_goes_on_after_a_file_that_it_cannot_read(tmp_path):
    """Every file that can be read is told, and the exit status still says that one could not."""
    soundfile.write(tmp_path / "silence.wav", np.zeros(8000, np.int16), 8000)
    result = run("hear", "--json", "nosuch.wav", str(tmp_path / "silence.wav"))
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {"file": str(tmp_path / "silence.wav"), "seconds": 1.0, "heard": []}
