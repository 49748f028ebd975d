"""Whole sessions in a simulated room, through the command that people use."""

import csv
import json
import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from coach.cli import main
from coach.data import shipped
from coach.plan import Plan
from coach.routine import load

RECORDINGS = Path(os.environ.get("COACH_RECORDINGS", Path(__file__).parents[2] / "shared" / "recordings"))
SHORT = ["rehearse", "--side", "left", "--no-screening", "--hold-seconds", "3", "--rate", "200"]
ANSWERS = """
[[reply]]
after = "gate"
say = "ready"
[[reply]]
after = "pain"
say = "three"
"""
GETTING_UP = ["lift", "roll", "sideways"]


def terse(folder: Path) -> str:
    """The shipped routine with every step said in a word or two and no pauses: the same rules in a fifth of the time."""
    psoas = tomllib.loads((shipped("cues") / "psoas.toml").read_text())
    tables = ["[lines]\n" + "\n".join(f"{key} = {json.dumps(text)}" for key, text in psoas.pop("lines").items())]
    psoas.pop("title")
    for part, steps in psoas.items():
        for step in steps:
            step["say"] = step["cue"].replace("-", " ") + "."
            step.pop("pause", None)
            tables.append(f"[[{part}]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in step.items()))
    (folder / "terse.toml").write_text("\n".join(tables))
    return str(folder / "terse.toml")


class Rehearsal:
    """A rehearsal that has run: how it ended, its timeline and what was heard in the room."""

    def __init__(self, folder: Path, *options: str, partner: str | None = None):
        if options[: len(SHORT)] == tuple(SHORT):
            options = (*options, "--routine", terse(folder))
        files = ["--timeline", str(folder / "t.jsonl"), "--out", str(folder / "s.wav")]
        if partner is not None:
            (folder / "partner.toml").write_text(partner)
            files += ["--partner", str(folder / "partner.toml")]
        self.result = CliRunner().invoke(main, [*options, *files], prog_name="coach")
        assert self.result.exception is None or isinstance(self.result.exception, SystemExit), self.result.output
        self.text = (folder / "t.jsonl").read_text()
        self.records = [json.loads(line) for line in self.text.splitlines()]
        self.sound = soundfile.read(folder / "s.wav", dtype="int16")

    def of(self, event: str) -> list[dict]:
        return [record for record in self.records if record["event"] == event]

    @property
    def cues(self) -> list[str]:
        return [record["cue"] for record in self.of("say")]


@pytest.mark.slow
def test_both_sides_to_the_end(tmp_path):
    """The default partner is taken through both sides; every field of the timeline is there, and time never runs back."""
    done = Rehearsal(tmp_path, "rehearse", "--side", "both")
    assert done.result.exit_code == 0
    assert [c for c in done.cues if c != "heard"] == [c.name for c in load().cues(Plan(("left", "right")))]
    assert {(r["round"], r["n"], r["of"]) for r in done.of("count")} == {(r, n, 10) for r in (1, 2) for n in range(1, 11)}
    assert done.records[-1] == {"t": done.records[-1]["t"], "event": "end", "reason": "finished"}
    times = [record["t"] for record in done.records]
    assert times == sorted(times)
    assert all(record["until"] > record["t"] for record in done.of("say"))
    assert {record["window"] for record in done.of("listen")} == {"always", "gate", "pain"}
    assert all(record["value"] <= 10 for record in done.of("heard") if record["intent"] == "pain")
    samples, rate = done.sound
    assert rate == 16000
    assert samples.shape[1] == 2
    assert abs(len(samples) / rate - times[-1]) < 0.1


@pytest.mark.slow
def test_counts_in_the_recording_are_a_second_apart(tmp_path):
    """The onsets of the counts, found in the sound that left the speaker, are one second apart within a sample."""
    done = Rehearsal(tmp_path, *SHORT, "--hold-seconds", "5")
    samples, rate = done.sound
    told = [round(r["t"] * rate) for r in done.of("count") if r["round"] == 1]
    onsets = []
    for at in told:
        near = np.abs(samples[at - 4000 : at + 8000, 0].astype(int))
        onsets.append(at - 4000 + int(np.flatnonzero(near >= 0.02 * near.max())[0]))
    assert len(onsets) == 5
    assert all(abs(step - rate) <= 1 for step in np.diff(onsets))
    assert max(abs(onset - at) for onset, at in zip(onsets, told, strict=True)) <= 1


@pytest.mark.slow
def test_the_same_rehearsal_twice_is_the_same(tmp_path):
    """With echo, reverberation and drift in the room: the same timeline and the same samples."""
    room = ANSWERS + '[room]\necho_db = -6.0\nrt60 = 0.3\ndrift_ppm = 50\n'
    once, again = (Rehearsal(_folder(tmp_path, n), *SHORT, "--rounds", "1", partner=room) for n in "ab")
    assert once.text == again.text
    assert np.array_equal(once.sound[0], again.sound[0])


@pytest.mark.slow
def test_a_silent_partner_is_never_stretched(tmp_path):
    """Nobody answers: reminders, then the end; nothing that touches the leg is ever said."""
    done = Rehearsal(tmp_path, *SHORT, partner="")
    assert done.result.exit_code == 1
    assert done.cues[-1] == "ended-early"
    assert "gate-again" in done.cues
    assert not {"push", "lower", "pressure"} & set(done.cues)


@pytest.mark.slow
def test_silence_after_the_pain_question(tmp_path):
    """Ready, but never a number: asked again twice, told that nothing is heard, got up; nothing went deeper."""
    done = Rehearsal(tmp_path, *SHORT, partner='[[reply]]\nafter = "gate"\nsay = "ready"\n')
    assert done.result.exit_code == 1
    assert done.cues[-8:] == ["before-we-start", "ask-again", "ask-again", "cant-hear", *GETTING_UP, "ended-early"]


@pytest.mark.slow
@pytest.mark.parametrize(("said", "cue"), [("nine", "stop"), ("seven", "ease"), ("six", "stay")])
def test_numbers_at_and_over_the_limit(tmp_path, said, cue):
    """A partner who always gives that number is stopped, eased or kept where they are, and got up; never stretched."""
    done = Rehearsal(tmp_path, *SHORT, partner=ANSWERS.replace("three", said))
    assert done.result.exit_code == 1
    assert cue in done.cues
    assert not {"lower", "pressure", "drop"} & set(done.cues)
    assert [c for c in done.cues if c in GETTING_UP] == GETTING_UP


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.3, 0.8, 1.3])
def test_a_number_is_corrected_after_it_was_said_back(tmp_path, delay):
    """"Three. Good." and then "seven": the leg is eased, and is not lowered before another number."""
    correction = f'[[reply]]\nafter = "heard"\nnth = 1\ndelay = {delay}\nsay = "seven"\n'
    done = Rehearsal(tmp_path, *SHORT, "--rounds", "1", partner=ANSWERS + correction)
    assert done.cues[done.cues.index("heard") + 1] == "ease"
    assert done.result.exit_code == 0


def stops() -> list[str]:
    """Some real recordings of "stop", each by somebody else."""
    if not (RECORDINGS / "clips.tsv").exists():
        return []
    with (RECORDINGS / "clips.tsv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["text"] == "stop" and r["source"] == "gsc_test"]
    speakers = {row["speaker"]: str(RECORDINGS / row["path"]) for row in rows}
    return [speakers[s] for s in sorted(speakers)][::17][:8]


@pytest.mark.slow
def test_real_stops_in_the_count(tmp_path):
    """Recordings of eight people saying "stop" during the count: the voice is cut, the leg lifted.

    One of the eight may be missed: this is a check of the chain; the miss rate is measured by scripts/bench.
    """
    if not stops():
        pytest.skip("the recordings are not on this machine (COACH_RECORDINGS)")
    stopped = 0
    for n, clip in enumerate(stops()):
        partner = ANSWERS + f'[[reply]]\nduring = "count"\nn = 1\nround = 1\ndelay = 0.4\nclip = "{clip}"\n'
        done = Rehearsal(_folder(tmp_path, str(n)), *SHORT, "--hold-seconds", "6", "--rounds", "1", partner=partner)
        if done.result.exit_code == 1:
            stopped += 1
            assert done.cues[-5:] == ["stop", *GETTING_UP, "ended-early"]
            assert len(done.of("count")) < 6
            assert cut_within_a_block(done)
    assert stopped >= 7


def cut_within_a_block(done: Rehearsal) -> bool:
    """Whether the speaker is silent from the decision's block on until the stop line, in the recorded samples."""
    heard = next(r for r in done.of("heard") if r["intent"] == "stop")
    line = next(r for r in done.of("say") if r["cue"] == "stop")
    samples, rate = done.sound
    silent_from, speaks_at = round(heard["t"] * rate) + 160, round(line["t"] * rate) - 160
    return speaks_at > silent_from and not samples[silent_from:speaks_at, 0].any()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--routine", "nosuch"], "nosuch"),
        (["--partner", "nosuch.toml"], "nosuch.toml"),
        (["--model", "nosuch"], "nosuch"),
        (["--out", "/nowhere/s.wav"], "/nowhere/s.wav"),
        (["--timeline", "/nowhere/t.jsonl"], "/nowhere/t.jsonl"),
        (["--pain-limit", "8"], "pain-limit"),
        (["--voice", "nosuch"], "nosuch"),
    ],
)
def test_bad_input_is_one_sentence(options, told):
    """What can't be used is named, with status 2 or 3 and no traceback."""
    result = CliRunner().invoke(main, [*SHORT, *options])
    assert result.exit_code in (2, 3)
    assert told in result.stderr
    assert "Traceback" not in result.output + result.stderr
    assert isinstance(result.exception, SystemExit)


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
