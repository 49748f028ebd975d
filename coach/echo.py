"""The coach's own voice taken out of what its microphone heard.

By two cancellers, side by side. WebRTC's AEC3 (through livekit) converges in half a second whatever the delay, drift or
distortion, but where the partner and the coach speak at once it suppresses both: of "stop" over the coach at the
partner's level it loses half. The linear filter subtracts the coach and leaves the partner as he is, but it needs three
seconds, and a loudspeaker that is not overdriven. So it is heard while it works, which is measured all the time, and
AEC3 otherwise.
"""

import math

import numpy as np

from coach.linear import Drift, Linear
from coach.sound import BLOCK, RATE, rms, to_int16

TRUSTED_DB, DOUBTED_DB = 14.0, 10.0
"""Echo that the linear filter must take away to be heard, and under which it no longer is."""

_SOFT = 200.0
"""Rms, int16, of the coach behind the filter under which it is soft enough: 18 dB under a partner. A distorting
loudspeaker at 10 dB over the partner leaves 280, a clean one 50."""

_CLEAR = 6.0
"""How much louder (in rms) than the quietest rest an echo must be to measure by: else room noise hides the success."""

_AUDIBLE = 100.0
"""Rms, int16, under which an echo is too soft to measure by."""

_PATIENCE, _ALARM = 150, 15
"""Blocks with echo over which the filter's success is averaged, 1.5 s; and over which it may make things worse."""

_DELAY_MS = 40
"""A first guess at the echo's delay; AEC3 finds the true one by itself."""


class Echo:
    """The canceller. Feed `reference` when a block is queued for the speaker, never after it was heard."""

    def __init__(self) -> None:
        """Raises ImportError, OSError or RuntimeError where livekit is not installed or does not load."""
        self.name = "a linear filter and WebRTC AEC3"
        self._suppressor = _Suppressor()
        self._linear, self._drift = Linear(), Drift()
        self._reference = np.zeros(BLOCK, np.float32)
        self._floor = _AUDIBLE
        self._removed_db = self._lately_db = self._left_db = 0.0
        self.trusted = False
        """Whether the linear filter is heard."""

    def reference(self, block: np.ndarray) -> None:
        """What is queued for the speaker, int16 (BLOCK,). Raises ValueError for another shape."""
        _check(block)
        self._suppressor.reference(block)
        self._reference = self._drift.feed(block)

    def clean(self, block: np.ndarray) -> np.ndarray:
        """What the microphone heard, int16 (BLOCK,), without the coach. Raises ValueError for another shape."""
        _check(block)
        suppressed = self._suppressor.clean(block)
        heard = block.astype(np.float32)
        rest = self._linear.feed(self._reference, heard)
        if self._reference.any():
            self._drift.look(self._linear)
            self._judge(heard, rest)
        return to_int16(rest) if self.trusted else suppressed

    def _judge(self, heard: np.ndarray, rest: np.ndarray) -> None:
        """Average, in dB, what the filter takes away; a block with the partner in it is one of many.

        A filter that adds more than it takes away, as after a jump of the delay, is given up at once.
        """
        left = max(rms(rest), 1.0)
        self._floor = min(left, self._floor * 1.002)
        if rms(heard - rest) < max(_AUDIBLE, _CLEAR * self._floor):
            return
        left_db = 20 * math.log10(left)
        removed_db = 20 * math.log10(max(rms(heard), 1.0)) - left_db
        self._left_db += (left_db - self._left_db) / _PATIENCE
        self._removed_db += (removed_db - self._removed_db) / _PATIENCE
        self._lately_db += (removed_db - self._lately_db) / _ALARM
        if self.trusted and self._lately_db < -1.0:
            self._removed_db = self._lately_db = 0.0
            self._linear.forget()
            self._drift.forget()
        soft = self._left_db < 20 * math.log10(max(_SOFT, 3 * self._floor))
        self.trusted = soft and self._removed_db > (DOUBTED_DB if self.trusted else TRUSTED_DB)


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
        return np.frombuffer(frame.data, np.int16).copy()

    def _framed(self, block: np.ndarray) -> object:
        return self._frame(bytearray(block.tobytes()), RATE, 1, BLOCK)


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
