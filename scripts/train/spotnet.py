"""The network that spots words, as it is trained: the last layers of the speech embedding, and a head for our words on top.

The embedding's first layers stay as they came: they have heard far more than can be heard here, and what goes into the others
can so be computed once. The others learn our words: with the whole embedding as it came, not even the words of the speakers
trained on were all spotted.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from coach.embedding import FLOOR, LAYERS, POOLS, SIZE, SLOPE
from coach.spotter import HISTORY

from .pretrained import quantised

TUNED = 15
"""The first layer that is trained on."""

RATE = 2
"""Steps of its input for each embedding."""

CONTEXT = 6
"""Embeddings before the first that is scored whose input is needed as well: 2 for two layers of three steps each at twice the
rate, 2 for the last layer, 2 for the head."""

HIDDEN = 192, 96
DROPOUT, NOISE = 0.2, 0.1


class Net(nn.Module):
    """Streams of the input of layer `TUNED` to scores of words."""

    def __init__(self, weights, words):
        """`weights`: the embedding as coach/embedding.py takes it; `words`: how many are spotted."""
        super().__init__()
        kernels = [weights[f"kernel{i}"].astype(np.float32) * weights[f"scale{i}"] for i in range(TUNED, LAYERS)]
        self.kernels = nn.ParameterList(map(torch.from_numpy, kernels))
        self.biases = nn.ParameterList(torch.from_numpy(weights[f"bias{i}"].astype(np.float32)) for i in range(TUNED, LAYERS))
        sizes = [SIZE * HISTORY, *HIDDEN, words]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        nn.init.constant_(self.layers[-1].bias, -4.0)  # most of the time none of them is said
        self.register_buffer("mean", torch.zeros(SIZE))
        self.register_buffer("scale", torch.ones(SIZE))

    def embed(self, inputs):
        """(streams, steps, RATE, frequency, channels) to (streams, steps - 4, SIZE)."""
        x = inputs.flatten(1, 2)
        for layer, (kernel, bias) in enumerate(zip(self.kernels, self.biases), TUNED):
            x = _convolve(x, kernel) + bias
            if layer < LAYERS - 1:
                x = functional.leaky_relu(x, SLOPE).clamp(min=FLOOR)
            if layer in POOLS:
                time, frequency = POOLS[layer]
                x = x.unflatten(2, (-1, frequency)).unflatten(1, (-1, time)).amax((2, 4))
        return x.flatten(2)

    def forward(self, inputs):
        """(streams, CONTEXT + steps, RATE, frequency, channels) to (streams, steps, words): log odds."""
        x = (self.embed(inputs) - self.mean) * self.scale
        x = x.unfold(1, HISTORY, 1).transpose(2, 3).flatten(2)  # the oldest first
        if self.training:
            x = x + NOISE * torch.randn_like(x)
        for layer in self.layers[:-1]:
            x = functional.dropout(functional.relu(layer(x)), DROPOUT, self.training)
        return self.layers[-1](x)

    def arrays(self):
        """Name -> array of what was trained, as coach/spotter.py reads it."""
        found = {f"layer{i}": layer.weight.detach().numpy().T.astype(np.float16) for i, layer in enumerate(self.layers)}
        found |= {f"level{i}": layer.bias.detach().numpy() for i, layer in enumerate(self.layers)}
        for number, (kernel, bias) in enumerate(zip(self.kernels, self.biases), TUNED):
            found[f"kernel{number}"], found[f"scale{number}"] = quantised(kernel.detach().numpy())
            found[f"bias{number}"] = bias.detach().numpy()
        return found | {"mean": self.mean.numpy(), "scale": self.scale.numpy()}


def _convolve(x, kernel):
    """(streams, time, frequency, in) along time as far as it goes, along frequency with zeros around: as matrices, which is
    several times as fast as torch's convolution of so few bands.
    """
    time, frequency, _, size = kernel.shape
    if time > 1:
        x = torch.cat([x[:, start : x.shape[1] - time + 1 + start] for start in range(time)], 3)
    if frequency > 1:
        bands = x.shape[2]
        x = functional.pad(x, (0, 0, frequency // 2, frequency // 2))
        x = torch.cat([x[:, :, start : start + bands] for start in range(frequency)], 3)
        kernel = kernel.transpose(0, 1)
    return x @ kernel.reshape(-1, size)
