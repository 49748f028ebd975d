"""The doctor, with good and bad sound systems."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from pulse import pulse  # noqa: F401  (a fixture)

from coach import doctor
from coach.devices import Device, Direction
from coach.errors import Missing
from coach.sound import BLOCK

PROGRAM = "import json, sys; from coach import doctor; print(json.dumps([vars(it) for it in doctor.examine(*sys.argv[1:])]))"


def examined(pulse, *arguments: str) -> dict[str, tuple[bool, str]]:  # noqa: F811
    """What the doctor finds on that sound system, by what was examined."""
    child = pulse.run(sys.executable, "-c", PROGRAM, *arguments, output=subprocess.PIPE)
    out, err = child.communicate(timeout=60)
    assert err == ""
    return {it["what"]: (it["well"], it["says"]) for it in json.loads(out)}


@pytest.mark.slow
def test_all_is_well_where_the_microphone_hears_the_speaker(pulse):  # noqa: F811
    """Five findings, all well, and the chime is heard."""
    found = examined(pulse)
    assert set(found) - {"pace"} == {"microphone", "speaker", "voice", "recogniser", "echo"}
    assert all(well for well, _ in found.values()), found
    assert "above the room" in found["speaker"][1]


@pytest.mark.slow
def test_a_mute_microphone_is_found(pulse):  # noqa: F811
    """It is there and brings blocks, all silent."""
    pulse.control("set-source-mute", "mic", "1")
    found = examined(pulse)
    assert not found["microphone"][0]
    assert "Unmute it" in found["microphone"][1]
    assert "did not hear" in found["speaker"][1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verb", "device", "what"), [("suspend-source", "mic", "microphone"), ("suspend-sink", "speaker", "speaker")]
)
def test_a_device_that_stalls_is_found(pulse, verb, device, what):  # noqa: F811
    """It opens, and then nothing comes or goes."""
    program = f"import subprocess; subprocess.run(['pactl', '{verb}', '{device}', '1'])"
    pulse.run(sys.executable, "-c", f"import time; time.sleep(1)\nfor _ in range(8): {program}; time.sleep(0.3)")
    found = examined(pulse)
    assert not found[what][0]
    assert "is open but" in found[what][1]


def test_without_a_sound_card_the_rest_is_examined(pulse):  # noqa: F811
    """Neither device, each said with what to do, and the voice still tried."""
    pulse.kill()
    found = examined(pulse)
    assert not found["microphone"][0]
    assert not found["speaker"][0]
    assert "coach rehearse" in found["speaker"][1]
    assert found["voice"][0]


def test_an_unknown_device_voice_and_model_are_found(pulse):  # noqa: F811
    """Each is answered with a sentence, never with a traceback."""
    found = examined(pulse, "nonesuch", "default", "nonesuch", "nonesuch")
    assert "no microphone 'nonesuch'" in found["microphone"][1]
    assert "not tried" in found["speaker"][1]
    assert not found["voice"][0]
    assert not found["recogniser"][0]


def test_blocks_that_come_too_late_are_told():
    """A machine that is too busy breaks words, and the sound of that is hard to put a name to."""
    late = SimpleNamespace(read=lambda: np.zeros(BLOCK, np.int16), write=lambda _: None, faults=list, xruns=7)
    device = Device(0, "default", (), ())
    (*_, found) = doctor._listen(late, dict.fromkeys(Direction, device))
    assert found.what == "pace"
    assert found.says.startswith("7 blocks")


def test_a_missing_canceller_is_no_obstacle(monkeypatch):
    """The coach works without, and says what to do."""
    monkeypatch.setattr(doctor, "canceller", lambda: doctor.NoEcho("livekit is not there"))
    monkeypatch.setattr(doctor, "find", lambda *_: (_ for _ in ()).throw(Missing("no card")))
    monkeypatch.setattr(doctor, "Voice", lambda _: (_ for _ in ()).throw(Missing("no voice")))
    monkeypatch.setattr(doctor, "Ears", lambda _: (_ for _ in ()).throw(Missing("no model")))
    found = {it.what: it for it in doctor.examine()}
    assert [it for it in found if found[it].well] == ["echo"]
    assert "turn it down" in found["echo"].says
