"""Sound to speech embeddings: what was said in the last three quarters of a second, as 96 numbers, twelve times a second.

The network is Google's speech embedding (Lin, Kilgour, Roblek and Sharifi, "Training keyword spotters with limited and
synthesized speech data", ICASSP 2020; Apache-2.0), trained on many millions of voices to tell words apart, so that a word can
be learnt on top of it from synthetic voices alone; the last layers have been trained further here (scripts/train/spotnet.py). It
is a plain stack of convolutions over time and frequency, and here it is computed as a stream: each layer keeps the two steps before.
"""

from collections.abc import Mapping

import numpy as np

from coach.sound import BLOCK, RATE

STEP = 8
"""Blocks from one embedding to the next, 80 ms: three layers halve the time."""

SPAN = 76
"""Blocks that an embedding looks at, 0.76 s."""

SIZE = 96
"""Numbers in an embedding."""

BANDS = 32
"""Mel bands of its input."""

WINDOW = 512
"""Samples of a mel frame; the Hann window inside is 400 samples long, 25 ms."""

EDGES = 60.0, 3800.0
"""Hertz: the lowest and the highest frequency that it looks at."""

SLOPE, FLOOR = 0.2, -0.4
"""Of its activation, a leaky rectifier that is cut off below."""

POOLS = {2: (2, 2), 6: (1, 2), 10: (2, 2), 14: (1, 2), 18: (2, 2)}
"""The layers whose output is halved in time or frequency: layer -> (time, frequency)."""

LAYERS = 20


class Embedding:
    """A stream of blocks to a stream of embeddings."""

    def __init__(self, weights: Mapping[str, np.ndarray]):
        """`weights`: "kernel0" to "kernel19" (time, frequency, in, out) int8, with the "scale" of each output and its "bias";
        "gain" and "offset" (24,): the normalisation of the first layer, whose rectifier comes before it.
        """
        self._kernels = [weights[f"kernel{i}"].astype(np.float32) * weights[f"scale{i}"] for i in range(LAYERS)]
        self._biases = [weights[f"bias{i}"].astype(np.float32) for i in range(LAYERS)]
        self._gain, self._offset = weights["gain"].astype(np.float32), weights["offset"].astype(np.float32)
        self._mel = _mel()
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._sound = np.zeros(WINDOW - BLOCK, np.float32)
        self._before = [None] * LAYERS

    def feed(self, sound: np.ndarray) -> np.ndarray:
        """The embeddings of the next sound, int16 or at that scale, a multiple of `STEP` blocks: (steps, `SIZE`) float32.

        The first nine of a stream look at what was before it, which is taken for silence.
        """
        return self.before(LAYERS, sound).reshape(-1, SIZE)

    def before(self, last: int, sound: np.ndarray) -> np.ndarray:
        """What layer `last` is given for the next sound: (time, frequency, channels) float32."""
        x = self._frames(sound)[:, :, None]
        for layer, (kernel, bias) in enumerate(zip(self._kernels[:last], self._biases)):
            x = self._convolve(layer, x, kernel) + bias
            if layer == 0:
                x = np.maximum(x, 0) * self._gain + self._offset
            if layer < LAYERS - 1:
                x = np.maximum(np.maximum(x, SLOPE * x), FLOOR)
            if layer in POOLS:
                time, frequency = POOLS[layer]
                x = x.reshape(len(x) // time, time, x.shape[1] // frequency, frequency, -1).max((1, 3))
        return x

    def _frames(self, sound: np.ndarray) -> np.ndarray:
        """The logarithm of the power in mel bands as the network was trained on it, one frame a block: (blocks, `BANDS`)."""
        sound = np.concatenate([self._sound, sound]).astype(np.float32)
        self._sound = sound[len(sound) - (WINDOW - BLOCK) :]
        pieces = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::BLOCK]
        power = np.abs(np.fft.rfft(pieces * _HANN)) ** 2
        return (np.log10(np.maximum(power.astype(np.float32) @ self._mel, 1.0)) + 2.0).astype(np.float32)

    def _convolve(self, layer: int, x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """Along time with what this layer saw before, along frequency with zeros around."""
        time, frequency = kernel.shape[:2]
        if time > 1:
            before = self._before[layer]
            if before is None:
                before = np.repeat(x[:1], time - 1, 0)
            whole = np.concatenate([before, x])
            self._before[layer] = whole[len(whole) - (time - 1) :]
            x = np.concatenate([whole[i : len(whole) - time + 1 + i] for i in range(time)], 2)
        if frequency > 1:
            around = np.zeros((len(x), x.shape[1] + frequency - 1, x.shape[2]), np.float32)
            around[:, frequency // 2 : frequency // 2 + x.shape[1]] = x
            x = np.concatenate([around[:, i : i + x.shape[1]] for i in range(frequency)], 2)
            kernel = kernel.transpose(1, 0, 2, 3)
        return x @ kernel.reshape(-1, kernel.shape[3])


_HANN = np.pad(np.hanning(401)[:-1], (WINDOW - 400) // 2).astype(np.float32)


def _mel() -> np.ndarray:
    """From a power spectrum to mel bands of equal area, (257, `BANDS`): Slaney's mel scale (Auditory Toolbox, 1998), linear up to 1 kHz."""
    step = np.log(6.4) / 27
    low, high = (15 + np.log(edge / 1000) / step if edge > 1000 else edge * 3 / 200 for edge in EDGES)
    mel = np.linspace(low, high, BANDS + 2)
    edges = np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * step))
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.minimum((hertz - left) / (centre - left), (right - hertz) / (right - centre))
    return (np.maximum(triangles, 0) * 2 / (right - left)).astype(np.float32)
