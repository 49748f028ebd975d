"""What a session needs, tried out: what works, what does not, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coach import models
from coach.card import Card
from coach.devices import Device, Direction, find
from coach.ears import Ears
from coach.echo import NoEcho, canceller
from coach.errors import CoachError
from coach.sound import BLOCK, FULL_SCALE, RATE, rms
from coach.voice import Voice

_BEFORE, _CHIME, _AFTER = 100, 50, 50
"""Blocks: a second to hear the room, half a second of the chime, and as much for it to come back."""

_PITCH = 1000
"""Hertz of the chime: whole periods in a block, so that blocks need no window; small loudspeakers play it well."""

_LOUD = FULL_SCALE // 10
"""Amplitude of the chime, -20 dB of full scale: the level of the voice."""

_CLEAR = 10.0
"""Decibels by which the chime must stand out from the room at its own pitch to count as heard."""

_MUTE = 3
"""The highest sample of a microphone that hears nothing at all; the noise of a live one is louder."""


@dataclass(frozen=True)
class Finding:
    """One thing examined."""

    what: str
    """"microphone", "speaker", "pace" (only where that is wanting), "voice", "recogniser" or "echo"."""
    well: bool
    """Whether a session can do with it as it is."""
    says: str
    """What was found, and what to do where something can be better."""


def examine(
    input: str | int | None = None, output: str | int | None = None, voice: str | None = None, model: str | None = None
) -> list[Finding]:
    """Try out microphone, speaker, voice, recogniser and echo canceller; the speaker plays a chime. Takes 3 s."""
    return [*_sound(input, output), _try("voice", lambda: _voice(voice)), _try("recogniser", lambda: _ears(model)), _echo()]


def _sound(input: str | int | None, output: str | int | None) -> list[Finding]:
    found: dict[Direction, Device] = {}
    findings = []
    for direction, wanted in ((Direction.MICROPHONE, input), (Direction.SPEAKER, output)):
        try:
            found[direction] = find(direction, wanted)
        except CoachError as error:
            findings.append(Finding(direction, False, str(error)))
    if findings:
        return [*findings, *(Finding(it, True, f"{found[it].name}, not tried: it takes both.") for it in found)]
    try:
        with Card(found[Direction.MICROPHONE].index, found[Direction.SPEAKER].index) as card:
            return _listen(card, found)
    except CoachError as error:
        what = Direction.SPEAKER if str(error).startswith("The speaker") else Direction.MICROPHONE
        return [Finding(what, False, str(error))]


def _listen(card: Card, found: dict[Direction, Device]) -> list[Finding]:
    """Hear the room, play the chime, and hear whether it comes back."""
    tone = (_LOUD * np.sin(2 * np.pi * _PITCH / RATE * np.arange(BLOCK))).astype(np.int16)
    silence = np.zeros(BLOCK, np.int16)
    heard = []
    lost: set[Direction] = set()
    for played in [silence] * _BEFORE + [tone] * _CHIME + [silence] * _AFTER:
        heard.append(card.read().astype(float))
        card.write(played)
        lost |= {fault.device for fault in card.faults() if fault.lost}
    room, chimed = np.array(heard[:_BEFORE]), np.array(heard[_BEFORE:])
    findings = [
        _microphone(found[Direction.MICROPHONE].name, Direction.MICROPHONE in lost, room, chimed),
        _speaker(found[Direction.SPEAKER].name, Direction.SPEAKER in lost, room, chimed),
    ]
    if card.xruns and not lost:
        says = f"{card.xruns} blocks of sound came too late. Close other programs: a word may be broken by it."
        findings.append(Finding("pace", True, says))
    return findings


def _microphone(name: str, lost: bool, room: np.ndarray, chimed: np.ndarray) -> Finding:
    if lost:
        says = f"{name} is open but brings nothing. Plug it in again, or choose another with --input."
    elif max(np.abs(room).max(), np.abs(chimed).max()) <= _MUTE:
        says = (
            f"{name} hears nothing at all. Unmute it in the system's sound settings and allow this program to use it, "
            "or choose another with --input."
        )
    else:
        level = _db(rms(room))
        return Finding(Direction.MICROPHONE, True, f"{name} hears the room at {level:.0f} dB of full scale.")
    return Finding(Direction.MICROPHONE, False, says)


def _speaker(name: str, lost: bool, room: np.ndarray, chimed: np.ndarray) -> Finding:
    """Not hearing the chime is no fault: headphones are meant so."""
    above = _db(_at_pitch(chimed).max()) - _db(_at_pitch(room).max())
    if lost:
        says = f"{name} is open but takes nothing. Plug it in again, or choose another with --output."
    elif above >= _CLEAR:
        says = f"{name} played a chime, which the microphone heard {above:.0f} dB above the room."
    else:
        says = f"{name} played a chime, which the microphone did not hear. If you did not either, turn it up."
    return Finding(Direction.SPEAKER, not lost, says)


def _at_pitch(blocks: np.ndarray) -> np.ndarray:
    """The amplitude of each row at the chime's pitch."""
    return np.abs(blocks @ np.exp(-2j * np.pi * _PITCH / RATE * np.arange(BLOCK))) * 2 / BLOCK


def _db(amplitude: float) -> float:
    """Decibels of full scale, -100 at the least."""
    return 20 * float(np.log10(max(amplitude / FULL_SCALE, 1e-5)))


def _try(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except CoachError as error:
        return Finding(what, False, str(error))


def _voice(name: str | None) -> str:
    Voice(name).render(["This is the coach."])
    return f"{name or 'The usual voice'} speaks."


def _ears(model: str | None) -> str:
    folder = models.find(model)
    Ears(folder)
    return f"The model '{folder.name}' loads and knows every word that it has to."


def _echo() -> Finding:
    """A coach without it works, with its own words vetoed while they play."""
    found = canceller()
    if isinstance(found, NoEcho):
        return Finding("echo", True, f"There is {found.name}. The coach works, but turn it down a little.")
    return Finding("echo", True, f"{found.name} takes the coach's voice out of what the microphone hears.")
