"""The coach's own voice taken out of what its microphone heard.

Two cancellers in a row. WebRTC's AEC3 (through livekit) converges in half a second whatever the delay, drift or
distortion, but where the partner and the coach speak at once it suppresses both: of "stop" over the coach at the
partner's level it leaves half. The linear filter before it subtracts the coach and leaves the partner alone, and AEC3 has
little left to suppress; but it needs three seconds and a loudspeaker that is not overdriven. So it is used while it
works, which is measured all the time, and AEC3 alone otherwise.
"""

import numpy as np

from coach.linear import Drift, Linear
from coach.sound import BLOCK, RATE, gain, to_int16

TRUSTED_DB, DOUBTED_DB = 15.0, 10.0
"""Echo that the linear filter must take away to be used, and under which it no longer is."""

_HEADROOM = 0.1
"""How loud AEC3 gets what the filter has cleaned, and its reference: it lets quiet echoes pass as inaudible, and with
them the partner. Measured on "stop" over the coach at the partner's level: 28 of 28 clips, against 26 at full level."""

_AUDIBLE = 100.0
"""Rms, int16, from which a block has enough echo for measuring."""

_PATIENCE, _ALARM = 150, 15
"""Blocks with echo over which the filter's success is averaged, 1.5 s; and over which it may make things worse."""

_DELAY_MS = 40
"""A first guess at the echo's delay; AEC3 finds the true one by itself."""


class Echo:
    """The canceller. Feed `reference` when a block is queued for the speaker, never after it was heard."""

    def __init__(self) -> None:
        """Raises ImportError, OSError or RuntimeError where livekit is not installed or does not load."""
        self.name = "WebRTC AEC3 behind a linear filter"
        self._suppressor = _Suppressor()
        self._linear, self._drift = Linear(), Drift()
        self._reference = np.zeros(BLOCK, np.float32)
        self._removed_db = self._lately_db = 0.0

        self.trusted = False
        """Whether the linear filter is at work."""

    def reference(self, block: np.ndarray) -> None:
        """What is queued for the speaker, int16 (BLOCK,). Raises ValueError for another shape."""
        _check(block)
        self._reference = self._drift.feed(block)
        self._suppressor.reference(block * self._factor)

    def clean(self, block: np.ndarray) -> np.ndarray:
        """What the microphone heard, int16 (BLOCK,), without the coach. Raises ValueError for another shape."""
        _check(block)
        heard = block.astype(np.float32)
        rest = self._linear.feed(self._reference, heard)
        if self._reference.any():
            self._drift.look(self._linear)
            self._judge(_rms(heard), _rms(rest))
        chosen = rest if self.trusted else heard
        return to_int16(self._suppressor.clean(chosen * self._factor) / self._factor)

    @property
    def _factor(self) -> float:
        return _HEADROOM if self.trusted else 1.0

    def _judge(self, heard: float, rest: float) -> None:
        """Average, in dB, what the filter takes away; a block with the partner in it is one of many.

        A filter that adds more than it takes away, as after a jump of the delay, is given up at once.
        """
        if heard < _AUDIBLE:
            return
        removed = 20 * np.log10(heard / max(rest, 1.0))
        self._removed_db += (removed - self._removed_db) / _PATIENCE
        self._lately_db += (removed - self._lately_db) / _ALARM
        if self._lately_db < -1.0:
            self._removed_db = self._lately_db = 0.0
        self.trusted = self._removed_db > (DOUBTED_DB if self.trusted else TRUSTED_DB)


class _Suppressor:
    """AEC3. Its noise suppression stays off: it costs "pain five"."""

    def __init__(self) -> None:
        from livekit import rtc  # here, so that the coach works without it

        self._frame = rtc.AudioFrame
        self._processor = rtc.AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
        self._processor.set_stream_delay_ms(_DELAY_MS)

    def reference(self, block: np.ndarray) -> None:
        self._processor.process_reverse_stream(self._framed(block))

    def clean(self, block: np.ndarray) -> np.ndarray:
        frame = self._framed(block)
        self._processor.process_stream(frame)
        return np.frombuffer(frame.data, np.int16).astype(np.float32)

    def _framed(self, block: np.ndarray) -> object:
        return self._frame(bytearray(to_int16(block).tobytes()), RATE, 1, BLOCK)


class NoEcho:
    """In its place where there is none: what was heard, as it was heard."""

    trusted = False

    def __init__(self, why: str):
        self.name = f"no echo cancellation: {why}"

    def reference(self, block: np.ndarray) -> None:
        """Nothing to compare with."""

    def clean(self, block: np.ndarray) -> np.ndarray:
        """The block itself."""
        return block


def canceller(wanted: bool = True) -> Echo | NoEcho:
    """The best canceller there is here; its `name` says which, and why when it is none."""
    if not wanted:
        return NoEcho("not wanted")
    try:
        return Echo()
    except (ImportError, OSError, RuntimeError) as error:
        return NoEcho(f"livekit does not load ({error}); pip install livekit")


def _check(block: np.ndarray) -> None:
    if block.shape != (BLOCK,) or block.dtype != np.int16:  # a frame of another length aborts the whole process
        raise ValueError(f"a block is int16 ({BLOCK},), not {block.dtype} {block.shape}")


def _rms(block: np.ndarray) -> float:
    return float(np.sqrt((block**2).mean()))
