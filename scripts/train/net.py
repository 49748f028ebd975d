"""The network: a time-delay network with residual layers, one output every 30 ms.

Every layer looks at its input at a few time offsets. All but the first work at 30 ms, which is what makes it fast. The left
context is long (it is free); the right context is short, because the decision waits for it: 220 ms, of which a word's own
end is the most.
"""

import torch
from torch import nn
from torch.nn import functional

from .features import DIM

STRIDE = 3  # frames of 10 ms per output

# Time offsets of each layer, in 10 ms frames.
LAYERS = [range(-4, 5), (-3, 0, 3), (-3, 0, 3), (-6, -3, 0, 3), (-9, -3, 0, 3), (-12, -6, 0, 6)]
LEFT = -sum(min(offsets) for offsets in LAYERS)
RIGHT = sum(max(offsets) for offsets in LAYERS)


class Net(nn.Module):
    """MFCC frames to scores. Residual: each layer adds the normalised output of its rectifier to its input.

    BatchNorm has no gain of its own, so its positive scale can be moved into the weights before the rectifier when the
    network is exported; see kaldi.py.
    """

    def __init__(self, outputs, width, dropout=0.1):
        super().__init__()
        self.register_buffer("mean", torch.zeros(DIM))
        self.register_buffer("scale", torch.ones(DIM))
        sizes = [DIM * len(LAYERS[0])] + [width * len(offsets) for offsets in LAYERS[1:]]
        self.affine = nn.ModuleList(nn.Linear(size, width) for size in sizes)
        self.norm = nn.ModuleList(nn.BatchNorm1d(width, affine=False, momentum=0.02) for _ in LAYERS)
        self.output = nn.Linear(width, outputs)
        self.dropout = nn.Dropout(dropout)

    def trunk(self, frames):
        """(batch, LEFT + 3 n - 2 + RIGHT, 40) to (batch, n, width): an output for frame LEFT and every third after it."""
        x = (frames - self.mean) * self.scale
        span = len(LAYERS[0])
        x = x.unfold(1, span, STRIDE).transpose(2, 3).flatten(2)  # splice the first layer's frames, at every third
        for number, (offsets, affine, norm) in enumerate(zip(LAYERS, self.affine, self.norm)):
            if number:
                steps = [offset // STRIDE for offset in offsets]
                first, last = -min(steps), x.shape[1] - max(0, max(steps))
                x, below = torch.cat([x[:, first + s : last + s] for s in steps], 2), x[:, first:last]
            branch = norm(functional.relu(affine(x)).flatten(0, 1)).view(*x.shape[:2], -1)
            x = self.dropout(branch) if number == 0 else below + self.dropout(branch)
        return x

    def forward(self, frames):
        """Scores before any normalisation, (batch, n, outputs)."""
        return self.output(self.trunk(frames))


def padded(frames):
    """Repeat the edge frames as Kaldi does, so that every third frame of the clip gets an output."""
    return torch.cat([frames[:1].expand(LEFT, -1), frames, frames[-1:].expand(RIGHT, -1)])
