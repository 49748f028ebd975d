"""The sound card: its queue with a device played by the test, its sound in a private PulseAudio."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from pulse import RATE as ROOM_RATE
from pulse import Pulse, pulse  # noqa: F401  (a fixture)

from coach import card as card_module
from coach import devices, ports
from coach.card import BACKLOG, CUSHION, SLACK, STILL, Card
from coach.devices import Device, Direction, find
from coach.errors import Missing
from coach.ports import LOST, STEADY, Fault
from coach.sound import BLOCK

SILENCE = np.zeros(BLOCK, np.int16)
SOUND = np.arange(1, BLOCK + 1, dtype=np.int16)
FINE = SimpleNamespace(input_overflow=False, output_underflow=False)


class Stream:
    """A device that calls back when the test says so."""

    latency = 0.05

    def __init__(self, direction, _wanted, callback):
        self.direction, self._callback = direction, callback
        self.aborted = threading.Event()

    def play(self) -> np.ndarray:
        """The block that the speaker would play next."""
        block = bytearray(2 * BLOCK)
        self._callback(block, BLOCK, None, FINE)
        return np.frombuffer(block, np.int16)

    def hear(self, block: np.ndarray) -> None:
        """The microphone brings a block."""
        self._callback(block.tobytes(), BLOCK, None, FINE)

    def start(self) -> None:
        pass

    def abort(self) -> None:
        self.aborted.set()

    def close(self) -> None:
        pass


@pytest.fixture
def rig(monkeypatch):
    """A card on test devices with a clock that the test sets; `.streams` by direction."""
    rig = SimpleNamespace(
        now=100.0, streams={}, there=set(Direction), opened=threading.Semaphore(0), refused=threading.Semaphore(0),
        listed=threading.Semaphore(0),
    )  # fmt: skip

    def open_stream(direction, wanted, callback):
        if direction not in rig.there:
            rig.refused.release()
            raise Missing("gone")
        rig.streams[direction] = Stream(direction, wanted, callback)
        rig.opened.release()
        return rig.streams[direction]

    monkeypatch.setattr(devices, "open_stream", open_stream)
    monkeypatch.setattr(devices, "restart", rig.listed.release)
    monkeypatch.setattr(ports, "RETRY", 0.01)
    for module in (card_module, ports):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: rig.now, sleep=lambda _: None))
    with Card() as rig.card:
        rig.opened.acquire()
        rig.opened.acquire()
        yield rig


def played(rig) -> int:
    """How many blocks are queued, counted by playing them."""
    count = 0
    while rig.card._queue:
        rig.streams[Direction.SPEAKER].play()
        count += 1
    return count


def test_sound_is_played_block_for_block_behind_a_cushion_of_silence(rig):
    """What is written comes out in order, after the cushion."""
    blocks = [SOUND * (n + 1) for n in range(40)]
    for block in blocks:
        rig.card.write(block)
    out = [rig.streams[Direction.SPEAKER].play() for _ in range(CUSHION + 40)]
    assert not np.any(out[:CUSHION])
    assert np.array_equal(out[CUSHION:], blocks)


def test_an_empty_queue_plays_silence_and_is_counted(rig):
    """A loop that is late costs a gap, never an old block again."""
    rig.card.write(SOUND)
    for _ in range(CUSHION + 1):
        rig.streams[Direction.SPEAKER].play()
    assert not rig.streams[Direction.SPEAKER].play().any()
    assert rig.card.xruns == 1


def test_a_slow_speaker_gets_silent_blocks_dropped_in_long_silence_only(rig):
    """The queue stays short although blocks come faster than they are played."""
    for _ in range(STILL):
        rig.card.write(SILENCE)
    rig.card._queue.extend([bytes(2 * BLOCK)] * 100)
    for _ in range(500):
        rig.card.write(SILENCE)
        rig.streams[Direction.SPEAKER].play()
    assert played(rig) <= CUSHION + SLACK


def test_a_fast_speaker_gets_silent_blocks_repeated(rig):
    """The queue does not run empty although blocks are played faster than they come."""
    for n in range(20 * STILL):
        rig.card.write(SILENCE)
        rig.streams[Direction.SPEAKER].play()
        if n % 20 == 0:
            rig.streams[Direction.SPEAKER].play()
        if n == STILL:
            rig.card.xruns = 0
    assert rig.card.xruns == 0


@pytest.mark.parametrize("between", [1, 40, 90])
def test_counts_keep_their_spacing_while_the_clocks_drift(rig, between):
    """Between words less than a second apart nothing is dropped or repeated."""
    out = []
    for n in range(1000):
        rig.card.write(SOUND if n % (between + 1) == 0 else SILENCE)
        out.append(rig.streams[Direction.SPEAKER].play())
    at = [n for n, block in enumerate(out) if block.any()]
    assert set(np.diff(at)) == {between + 1}


def test_a_backlog_beyond_what_the_echo_canceller_matches_is_worked_off_in_any_silence(rig):
    """After a stall of a second the voice is back in time at the next pause, and no sound is lost."""
    for n in range(200):
        rig.card.write(SOUND if n % 2 else SILENCE)
    sounding = sum(np.frombuffer(block, np.int16).any() for block in rig.card._queue)
    assert sounding == 100
    assert played(rig) <= 100 + BACKLOG


def test_a_cut_forgets_what_is_queued_and_plays_what_is_written_next(rig):
    """After a cut there is silence, then the next words."""
    for _ in range(30):
        rig.card.write(SOUND)
    rig.card.cut()
    assert rig.streams[Direction.SPEAKER].aborted.wait(10)
    rig.card.write(SOUND)
    out = [rig.streams[Direction.SPEAKER].play() for _ in range(40)]
    assert [n for n, block in enumerate(out) if block.any()] == [CUSHION + rig.card._device]


def cuts(rig, times=1) -> list[bool]:
    """What so many cuts on end say; the speaker must have been silenced as often as they say yes."""
    silenced = []
    rig.card._ports.silence = lambda: silenced.append(True)
    said = [rig.card.cut() for _ in range(times)]
    assert sum(said) == len(silenced)
    return said


@pytest.mark.parametrize(("silent", "sounds"), [(0, True), (CUSHION + 4, True), (CUSHION + 5, False), (3 * STILL, False)])
def test_only_what_sounds_is_cut(rig, silent, sounds):
    """The last word is cut while it is in the queue or, for five blocks more, in the device; after that nothing is."""
    for block in [SOUND] * 30 + [SILENCE] * silent:
        rig.card.write(block)
        rig.streams[Direction.SPEAKER].play()
    assert cuts(rig) == [sounds]


def test_what_was_cut_is_not_cut_again(rig):
    """Each restart of the speaker moves the echo."""
    rig.card.write(SOUND)
    assert cuts(rig, 2) == [True, False]


def test_before_the_first_word_there_is_nothing_to_cut(rig):
    """Whatever is pressed or said then."""
    rig.card.write(SILENCE)
    assert cuts(rig) == [False]


def test_a_backlog_is_cut_to_its_last_block(rig):
    """Silence that was dropped is no time in which the words before it were played."""
    for _ in range(60):
        rig.card.write(SOUND)
    for _ in range(50):
        rig.card.write(SILENCE)
        rig.streams[Direction.SPEAKER].play()
    assert any(map(any, rig.card._queue))
    assert cuts(rig) == [True]


def test_what_the_microphone_heard_before_the_first_read_is_forgotten(rig):
    """Loading takes a while; the session starts with the present."""
    microphone = rig.streams[Direction.MICROPHONE]
    for _ in range(50):
        microphone.hear(SOUND)
    threading.Timer(0.05, microphone.hear, [SOUND * 2]).start()
    assert np.array_equal(rig.card.read(), SOUND * 2)


def test_a_lost_microphone_is_told_once_and_silence_takes_its_place(rig):
    """The loop goes on, on silence, and the fault is told once."""
    rig.there.clear()
    rig.now += LOST + 0.1
    assert not rig.card.read().any()
    assert Fault("microphone", lost=True) in rig.card.faults()
    assert rig.card.faults() == []


def test_a_microphone_is_back_when_it_has_called_for_a_while(rig):
    """A reopened device that only fills its buffer is not yet back."""
    rig.now += LOST + 0.1
    rig.card.read()
    assert rig.opened.acquire(timeout=10)
    assert rig.opened.acquire(timeout=10)
    rig.card.faults()
    microphone, speaker = (rig.streams[direction] for direction in Direction)
    for _ in range(STEADY):
        microphone.hear(SILENCE)
    rig.card.read()
    assert rig.card.faults() == []
    microphone.hear(SILENCE)
    threading.Timer(0.05, microphone.hear, [SOUND]).start()
    assert rig.card.read().any()
    assert rig.card.faults() == [Fault("microphone", lost=False)]


def test_a_lost_speaker_swallows_what_is_written(rig):
    """The queue does not grow while nobody plays it."""
    rig.there.clear()
    rig.now += LOST + 0.1
    rig.card.read()
    for _ in range(1000):
        rig.card.write(SOUND)
    assert len(rig.card._queue) <= CUSHION


def test_devices_are_listed_anew_when_that_breaks_nothing_off(rig):
    """With the microphone alone gone, the speaker is closed for a new list only where the coach has been silent."""
    rig.there.remove(Direction.MICROPHONE)
    rig.now += LOST + 0.1
    rig.streams[Direction.SPEAKER].play()
    rig.card.write(SOUND)
    rig.card.read()
    assert rig.card.faults() == [Fault("microphone", lost=True)]
    for _ in range(3 * ports.RELIST):
        assert rig.refused.acquire(timeout=10)
    assert not rig.listed.acquire(blocking=False)
    for _ in range(STILL):
        rig.card.write(SILENCE)
        rig.streams[Direction.SPEAKER].play()
    assert rig.listed.acquire(timeout=10)


MICROPHONE = Device(3, "Headset USB", (Direction.MICROPHONE,), ())
BOTH = Device(4, "default", tuple(Direction), tuple(Direction))


@pytest.mark.parametrize(
    ("wanted", "index"), [(None, 4), (3, 3), ("3", 3), ("usb", 3), ("Default", 4), ("e", 3)]
)
def test_devices_are_found_by_index_or_name(monkeypatch, wanted, index):
    """An index, part of a name in any case, or the usual one."""
    monkeypatch.setattr(devices, "devices", lambda: [MICROPHONE, BOTH])
    assert find(Direction.MICROPHONE, wanted).index == index


def test_an_unknown_device_is_answered_with_those_that_there_are(monkeypatch):
    """The sentence names what can be chosen instead."""
    monkeypatch.setattr(devices, "devices", lambda: [MICROPHONE, BOTH])
    with pytest.raises(Missing, match="no microphone 'Webcam'.* --input one of: 3 Headset USB, 4 default"):
        find(Direction.MICROPHONE, "Webcam")


def test_a_speaker_missing_is_not_a_microphone_missing(monkeypatch):
    """With a microphone only, the speaker is what is asked for."""
    monkeypatch.setattr(devices, "devices", lambda: [MICROPHONE])
    with pytest.raises(Missing, match="no speaker.*coach devices"):
        find(Direction.SPEAKER, None)


def test_a_missing_portaudio_is_answered_with_its_package(monkeypatch, tmp_path):
    """Where the library is not installed the sentence says how to install it."""
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(Missing, match="sudo apt-get install libportaudio2"):
        devices.devices()


LIVE = """
import sys
import numpy as np
from coach.card import Card
from coach.sound import BLOCK

def blocks(count, block):
    global heard
    for _ in range(count):
        heard = card.read()
        card.write(block)
        for fault in card.faults():
            print(fault.device, "lost" if fault.lost else "back", flush=True)

silence = np.zeros(BLOCK, np.int16)
click = silence.copy(); click[0] = 30000
tone = (20000 * np.sin(np.arange(BLOCK) * 2 * np.pi / 16)).astype(np.int16)
with Card() as card:
"""


def live(pulse: Pulse, *lines: str) -> subprocess.Popen:  # noqa: F811
    """Start a program that has a card in the private PulseAudio; PortAudio starts once in a process."""
    program = LIVE + "".join(f"    {line}\n" for line in lines)
    return pulse.run(sys.executable, "-c", program, output=subprocess.PIPE)


@pytest.mark.slow
def test_clicks_a_second_apart_are_played_a_second_apart(pulse):  # noqa: F811
    """In the recorded samples no click is off by more than one sample."""
    recording = pulse.record()
    child = live(pulse, "blocks(100, silence)", "for _ in range(6): blocks(1, click); blocks(99, silence)")
    assert child.communicate(timeout=60) == ("", "")
    level = np.abs(recording.stop().astype(int))
    at = np.flatnonzero(level > level.max() // 2)
    at = at[np.r_[True, np.diff(at) > ROOM_RATE // 100]]
    assert len(at) == 6
    assert np.all(np.abs(np.diff(at) - ROOM_RATE) <= 1)


@pytest.mark.slow
def test_a_cut_silences_the_room_before_what_was_queued_is_played(pulse):  # noqa: F811
    """A tone is heard until the cut and gone at most 60 ms later; without it 180 ms are still to come."""
    child = live(
        pulse,
        "blocks(50, silence)",
        "blocks(100, tone)",
        "assert np.abs(heard).max() > 10000",
        "card.cut()",
        "sounding = [(blocks(1, silence), np.abs(heard).max() > 1000)[1] for _ in range(40)]",
        "print(sum(sounding))",
        "blocks(60, tone)",
        "assert np.abs(heard).max() > 10000",
    )
    out, err = child.communicate(timeout=60)
    assert err == ""
    assert int(out) <= 6


@pytest.mark.slow
def test_a_sound_system_that_dies_and_comes_back_is_told_and_mended(pulse):  # noqa: F811
    """Both devices are told lost, then back, the room is heard again, and nothing is printed on the terminal."""
    child = live(
        pulse,
        "blocks(50, tone)",
        "print('kill', flush=True)",
        "blocks(200, tone)",
        "print('start', flush=True)",
        "blocks(400, tone)",
        "print(np.abs(heard).max() > 10000)",
    )
    told = []
    for line in child.stdout:
        told.append(line.strip())
        if told[-1] == "kill":
            pulse.kill()
        if told[-1] == "start":
            pulse.start()
    assert child.communicate(timeout=60)[1] == ""
    assert sorted(told[1:3]) == ["microphone lost", "speaker lost"]
    assert sorted(told[4:6]) == ["microphone back", "speaker back"]
    assert told[6] == "True"


@pytest.mark.slow
def test_a_sound_system_that_hangs_does_not_hang_the_coach(pulse):  # noqa: F811
    """With the server frozen for good the loop goes on, a cut returns, and the program ends."""
    child = live(
        pulse, "blocks(50, tone)", "print('freeze', flush=True)", "blocks(100, tone)", "card.cut()", "blocks(50, tone)"
    )
    for line in child.stdout:
        if line == "freeze\n":
            pulse.freeze(True)
            break
    out, err = child.communicate(timeout=60)
    assert sorted(out.split("\n")) == ["", "microphone lost", "speaker lost"]
    assert err == ""
    assert child.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verb", "device", "name"), [("suspend-source", "mic", "microphone"), ("suspend-sink", "speaker", "speaker")]
)
def test_one_device_that_stalls_leaves_the_other_working(pulse, verb, device, name):  # noqa: F811
    """Only the stalled one is told, and it is told again when it is back."""
    child = live(
        pulse, "blocks(50, tone)", "print('stall', flush=True)", "blocks(150, tone)", "print('on', flush=True)",
        "blocks(250, tone)", "print(np.abs(heard).max() > 10000)",
    )  # fmt: skip
    told = []
    for line in child.stdout:
        told.append(line.strip())
        if told[-1] in ("stall", "on"):
            pulse.control(verb, device, str(int(told[-1] == "stall")))
    assert told == ["stall", f"{name} lost", "on", f"{name} back", "True"]


def test_without_a_sound_system_the_sentence_says_what_to_do(pulse):  # noqa: F811
    """No device: one sentence that names the next command."""
    pulse.kill()
    child = live(pulse, "pass")
    assert "no sound card, neither microphone nor speaker." in child.communicate(timeout=60)[1].splitlines()[-1]
