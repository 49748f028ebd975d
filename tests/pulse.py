"""A private PulseAudio with one room in it: real PortAudio streams without a sound card.

The coach's speaker sounds into the room and its microphone hears the room, sample for sample. Nothing of
the machine's own sound set-up is used or touched; every process is ended by its own id.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

RATE = 48000
"""Samples a second in the room: what most sound cards run at, so that PortAudio's 16 kHz is converted as on them."""

_ALSA = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse hint { show on description "the room" } }
ctl.!default { type pulse }
"""

_ONE = f"rate={RATE} channels=1 channel_map=mono"
_MAPPED = "channels=1 channel_map=mono master_channel_map=mono"


class Pulse:
    """The server, as a context manager. `env` is the environment in which a program finds it as its only card."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="coach-pulse-"))
        self.env = os.environ | {
            "ALSA_CONFIG_PATH": f"{self.folder}/asound.conf",
            "PULSE_SERVER": f"unix:{self.folder}/native",
            "PULSE_CLIENTCONFIG": f"{self.folder}/client.conf",
            "PULSE_COOKIE": f"{self.folder}/cookie",
            "PULSE_RUNTIME_PATH": str(self.folder),
            "PULSE_STATE_PATH": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_SINK": "speaker",
            "PULSE_SOURCE": "mic",
        }
        (self.folder / "asound.conf").write_text(_ALSA)
        (self.folder / "client.conf").write_text("autospawn = no\n")
        self._server: subprocess.Popen | None = None
        self._children: list[subprocess.Popen] = []

    def __enter__(self) -> "Pulse":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            _end(child)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until the microphone is there."""
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/native",
            f"module-null-sink sink_name=room norewinds=1 {_ONE}",  # with rewinds: blocks of 2 s and lost frames
            f"module-remap-sink sink_name=speaker master=room {_MAPPED}",
            f"module-remap-source source_name=mic master=room.monitor {_MAPPED}",
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--realtime=no"]
        command += [word for module in modules for word in ("-L", module)]
        self._server = self.run(*command)
        for _ in range(1000):
            if "mic" in self.control("list", "short", "sources"):
                return
            assert self._server.poll() is None, "pulseaudio ended at once"
            time.sleep(0.01)
        raise AssertionError("pulseaudio did not come up in 10 s")

    def kill(self) -> None:
        """End the server as a crash or an unplugged card does."""
        if self._server is not None:
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()
            self._server = None
            (self.folder / "native").unlink(missing_ok=True)

    def freeze(self, frozen: bool) -> None:
        """Stop the server's clock, or let it run on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def control(self, *arguments: str) -> str:
        """What `pactl` answers ("" where it can't)."""
        done = subprocess.run(["pactl", *arguments], env=self.env, capture_output=True, text=True, timeout=10)
        return done.stdout

    def run(self, *command: str, output: int = subprocess.DEVNULL) -> subprocess.Popen:
        """Start a program on this sound system; ended with it. `output`: as of `subprocess`, for text.

        Where that is allowed it comes before other work, as sound does on a laptop: tests often share a busy machine.
        """
        first = ["nice", "-n", "-11"] if os.geteuid() == 0 else []
        child = subprocess.Popen(
            [*first, *command], env=self.env, stdout=output, stderr=output, text=True, start_new_session=True
        )
        self._children.append(child)
        return child

    def say(self, path: Path) -> subprocess.Popen:
        """Play a sound file in the room, as a person in it would; the process ends when it was heard."""
        return self.run("paplay", "--device=room", "--latency-msec=30", str(path))

    def record(self, source: str = "speaker.monitor") -> "Recording":
        """Record "speaker.monitor" (the coach alone) or "mic" (all that is heard in the room) until `stop()`."""
        path = self.folder / f"{len(self._children)}.raw"
        options = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20"]
        child = self.run("parecord", f"--device={source}", *options, str(path))
        recording = Recording(child, path)
        while not (path.exists() and path.stat().st_size):
            assert child.poll() is None, f"can't record {source}"
            time.sleep(0.01)
        return recording


class Recording:
    """A recording under way."""

    def __init__(self, child: subprocess.Popen, path: Path) -> None:
        self._child, self._path = child, path

    def stop(self) -> np.ndarray:
        """End it; int16 samples at this module's `RATE`."""
        _end(self._child)
        raw = self._path.read_bytes()
        return np.frombuffer(raw[: len(raw) // 2 * 2], np.int16)


def _end(child: subprocess.Popen) -> None:
    if child.poll() is None:
        child.terminate()
        child.send_signal(signal.SIGCONT)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@pytest.fixture
def pulse():
    """A private PulseAudio for one test; skipped where Debian's `pulseaudio` is not installed."""
    if not shutil.which("pulseaudio"):
        pytest.skip("needs pulseaudio, pulseaudio-utils and libasound2-plugins")
    with Pulse() as box:
        yield box
