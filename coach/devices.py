"""Microphones and speakers as PortAudio knows them. The only module that knows sounddevice.

It is imported on first use: the import starts PortAudio, which takes 0.2 s and fails without libportaudio.
"""

import atexit
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from coach.errors import Missing
from coach.sound import BLOCK, RATE

LATENCY = 0.05
"""Seconds asked of PortAudio: with it no 10 ms block was lost beside four busy threads."""


class Direction(StrEnum):
    """What a device is to us."""

    MICROPHONE = "microphone"
    SPEAKER = "speaker"


_NAMES = {Direction.MICROPHONE: "input", Direction.SPEAKER: "output"}
"""What PortAudio, and so the option that chooses one, calls them."""


@dataclass(frozen=True)
class Device:
    """A device, chosen by its `index` or by part of its `name`."""

    index: int
    name: str
    kinds: tuple[Direction, ...]
    """What it can be."""
    usual: tuple[Direction, ...]
    """What it is where none is chosen."""


def devices() -> list[Device]:
    """All devices; none without a sound card. Raises Missing where PortAudio can't be loaded or started."""
    sd = _sounddevice()
    if not sd._initialized:
        raise Missing("The sound system does not start. Check the system's sound settings, then: coach doctor")
    usual = {direction: _usual(sd, direction) for direction in Direction}
    found = []
    for info in sd.query_devices():
        kinds = tuple(kind for kind in Direction if info[f"max_{_NAMES[kind]}_channels"] > 0)
        defaults = tuple(kind for kind in kinds if usual[kind] == info["index"])
        found.append(Device(info["index"], info["name"], kinds, defaults))
    return found


def find(direction: Direction, wanted: str | int | None) -> Device:
    """The device of that index or with `wanted` in its name (the whole name first), else the usual one.

    Raises Missing, naming those that there are.
    """
    there = devices()
    if not there:
        raise Missing(
            "There is no sound card, neither microphone nor speaker. Plug a headset in, or try a session without one: "
            "coach rehearse --side left"
        )
    able = [device for device in there if direction in device.kinds]
    if not able:
        raise Missing(
            f"There is no {direction}. Plug one in or switch it on in the system's sound settings, "
            "then check with: coach devices"
        )
    if wanted is None:
        return next((device for device in able if direction in device.usual), able[0])
    name = str(wanted).casefold()
    for match in (
        lambda device: str(device.index) == name,
        lambda device: device.name.casefold() == name,
        lambda device: name in device.name.casefold(),
    ):
        for device in able:
            if match(device):
                return device
    raise Missing(
        f"There is no {direction} '{wanted}'. Choose with --{_NAMES[direction]} one of: "
        + ", ".join(f"{device.index} {device.name}" for device in able)
    )


def open_stream(direction: Direction, wanted: str | int | None, callback: Callable[..., None]) -> Any:
    """A running stream of 10 ms blocks that calls `callback(buffer, frames, time, status)`. Raises Missing."""
    sd = _sounddevice()
    device = find(direction, wanted)
    kind = sd.RawInputStream if direction is Direction.MICROPHONE else sd.RawOutputStream
    try:
        stream = kind(
            samplerate=RATE,
            blocksize=BLOCK,
            device=device.index,
            channels=1,
            dtype="int16",
            latency=LATENCY,
            callback=callback,
        )
        stream.start()
    except (sd.PortAudioError, ValueError) as error:
        raise Missing(
            f"The {direction} '{device.name}' can't be opened: {_reason(error)}. Close what else uses it, "
            f"or choose another with --{_NAMES[direction]}; see: coach devices"
        ) from error
    return stream


def silence(stream: Any) -> None:
    """Drop what the device holds of an output stream, and run on: 4 ms and 7 ms (measured)."""
    with suppress(_sounddevice().PortAudioError):  # the device is gone, which its callbacks tell
        stream.abort()
        stream.start()


def close(stream: Any) -> None:
    """End a stream. May hang for as long as the device does."""
    stream.abort()
    stream.close()


def restart() -> None:
    """Look for devices anew: PortAudio lists them only when it starts. All streams must be closed."""
    sd = _sounddevice()
    with suppress(sd.PortAudioError):
        if sd._initialized:
            sd._terminate()
        sd._initialize()


def abandon() -> None:
    """Leave PortAudio as it is when the program ends, for a device that hangs would hang that too."""
    atexit.unregister(_sounddevice()._exit_handler)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what C libraries print off the terminal: ALSA and PortAudio tell of every lost device there.

    Python's own standard error still goes to the terminal, through a descriptor of its own.
    """
    kept = sys.stderr
    terminal = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if _descriptor(kept) == 2:
        kept.flush()
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=kept.encoding, errors=kept.errors)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)
        if sys.stderr is not kept:
            sys.stderr.close()
            sys.stderr = kept


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except OSError as error:
        raise Missing(f"PortAudio can't be loaded ({error}). Install it: sudo apt-get install libportaudio2") from error
    return sounddevice


def _usual(sd: ModuleType, direction: Direction) -> int:
    try:
        return sd.query_devices(kind=_NAMES[direction])["index"]
    except (sd.PortAudioError, ValueError):
        return -1


def _reason(error: Exception) -> str:
    """PortAudio's words without its numbers."""
    return str(error.args[0]).removeprefix("Error opening ").split(" [")[0]


def _descriptor(stream: Any) -> int | None:
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None
