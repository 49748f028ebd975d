"""Live sessions through the real PortAudio, on a private PulseAudio with a partner who speaks into the room."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.pulse import Pulse, pulse  # noqa: F401 (a fixture)
from tests.test_rehearse import terse

from coach import sound
from coach.journal import Journal
from coach.studio import partner_voice

pytestmark = pytest.mark.slow

SHORT = ["--side", "left", "--no-screening", "--rounds", "1", "--hold-seconds", "4", "--rate", "250"]


class Table:
    """A live session at a table: the coach in a process of its own, the partner in this one."""

    def __init__(self, pulse: Pulse, home: Path, *options: str):
        self._pulse, self._home = pulse, home
        self.seen: list[dict] = []
        pulse.env |= {"COACH_HOME": str(home)}
        self.coach = pulse.run(sys.executable, "-m", "coach", *options, output=subprocess.PIPE)
        self._printed: list[str] = []
        self._reader = threading.Thread(target=lambda: self._printed.extend(self.coach.stdout or []), daemon=True)
        self._reader.start()

    def say(self, words: str) -> None:
        """Let the partner say it now."""
        path = self._home / f"{words}.wav"
        if not path.exists():
            sound.write(path, partner_voice(words, None))
        self._pulse.say(path)

    def play(self, answers: dict[str, str], seconds: float = 400):
        """Yield every record as it is committed, until the coach has ended; answer each window a moment after it opens."""
        ends = time.monotonic() + seconds
        answer = threading.Timer(0, lambda: None)
        while time.monotonic() < ends:
            ended = self.coach.poll() is not None
            for record in self.records()[len(self.seen) :]:
                self.seen.append(record)
                if record["event"] == "listen":
                    answer.cancel()
                    if record["window"] in answers:
                        answer = threading.Timer(0.6, self.say, [answers[record["window"]]])
                        answer.start()
                yield record
            if ended:
                return
            time.sleep(0.05)
        raise AssertionError("the session does not end:\n" + self.printed)

    def records(self):
        path = self._home / "journal.sqlite"
        return Journal(path).sessions()[-1].records if path.exists() and Journal(path).sessions() else []

    @property
    def printed(self) -> str:
        return "".join(self._printed)


@pytest.fixture
def home(tmp_path, home):
    """A home with an empty journal and the voices that other tests have rendered."""
    (tmp_path / "voice").symlink_to(home / "voice")
    (home / "voice").mkdir(exist_ok=True)
    return tmp_path


def test_a_whole_session(pulse, home):  # noqa: F811
    """From hello to goodbye with the coach's own voice in its microphone, as loud as the partner: it hears only what was said."""
    pulse.control("set-sink-volume", "speaker", "0dB")
    table = Table(pulse, home, *SHORT)
    for _ in table.play({"gate": "ready", "pain": "three"}):
        pass
    assert table.coach.returncode == 0, table.printed
    heard = [record["text"] for record in table.seen if record["event"] == "heard"]
    assert set(heard) == {"ready", "three"}, table.printed
    assert "goodbye" in [record.get("cue") for record in table.seen]
    assert "Say yes when your back is flat." in table.printed


def test_stop_in_the_count_silences_the_coach(pulse, home):  # noqa: F811
    """"stop", spoken while the coach counts, ends the count; then come the stop line and getting up."""
    pulse.control("set-sink-volume", "speaker", "-10dB")
    table = Table(pulse, home, *SHORT, "--hold-seconds", "10", "--routine", terse(home))
    for record in table.play({"gate": "ready", "pain": "three"}):
        if record["event"] == "count" and record["n"] == 3:
            table.say("stop")
    records = table.seen
    assert table.coach.returncode == 1, table.printed
    counts = [record["n"] for record in records if record["event"] == "count"]
    assert counts[-1] < 10
    texts = [record["text"] for record in records if record["event"] == "say"]
    assert "Stopping. Relax. Helper, lift the leg." in texts
    assert {"lift", "roll", "sideways"} <= {record.get("cue") for record in records}


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 1), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_ends_a_session_in_order(pulse, home, name, status):  # noqa: F811
    """In the middle of a word: the helper is told what to do, and what was said and recorded until then is kept."""
    table = Table(pulse, home, *SHORT, "--record", str(home / "session.wav"))
    for record in table.play({}):
        if record["event"] == "say":
            table.coach.send_signal(getattr(signal, name))
    assert table.coach.returncode == status, table.printed
    assert "Ended. Relax. Helper, lift the leg" in table.coach.stderr.read()
    assert table.records()[-1]["event"] == "say"
    assert sound.read(home / "session.wav").any()


def test_no_card_is_said_in_a_sentence(home, tmp_path):
    """Without any sound card: one sentence on what to do, status 3, and the journal is not touched."""
    nothing = tmp_path / "asound.conf"
    nothing.write_text("pcm.nothing { hint.show off }\n")  # PortAudio aborts the process where no pcm is configured
    env = os.environ | {"COACH_HOME": str(home), "ALSA_CONFIG_PATH": str(nothing), "PULSE_SERVER": "unix:/nowhere"}
    done = subprocess.run([sys.executable, "-m", "coach", *SHORT], env=env, capture_output=True, text=True)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("coach: ")
