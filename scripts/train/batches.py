"""Random pieces of the packed streams, with the small distortions that cost nothing at training time."""

import math

import numpy as np
import torch

from . import parallel
from .net import LEFT, RIGHT, STRIDE

CHANNEL = torch.tensor([3.0, 2.0, 1.5] + [1.0] * 10 + [0.6] * 27)  # standard deviation of a constant cepstral offset


def cut(packed, starts, outputs, rng):
    """Pieces of `outputs` network frames beginning at `starts`: (frames, phone, slot)."""
    span = (outputs - 1) * STRIDE + 1
    index = starts[:, None] + np.arange(-LEFT, span + RIGHT)
    frames = torch.from_numpy(packed.frames[index].astype(np.float32))
    frames += torch.randn(len(starts), 1, frames.shape[2], generator=rng) * CHANNEL * (torch.rand(len(starts), 1, 1, generator=rng) < 0.7)
    at = starts[:, None] + np.arange(0, span, STRIDE)
    return frames, torch.from_numpy(packed.phone[at].astype(np.int64)), torch.from_numpy(packed.slot[at].astype(np.int64))


def blank(frames, mean, rng, longest=10):
    """SpecAugment in time: overwrite a short stretch of half of the pieces by the mean frame."""
    for piece in range(0, len(frames), 2):
        start = int(torch.randint(frames.shape[1] - longest, (1,), generator=rng))
        frames[piece, start : start + int(torch.randint(2, longest, (1,), generator=rng))] = mean
    return frames


def epoch(packed, outputs, size, rng):
    """Batches that cover the stream once: pieces side by side from a random first frame, in random order.

    With several workers `size` is what all of them take together in one step. Yields the share of the epoch that is done,
    and a batch as `cut` makes it.
    """
    span = outputs * STRIDE
    first = LEFT + int(torch.randint(span, (1,), generator=rng))
    starts = np.arange(first, len(packed.frames) - span - RIGHT, span)
    starts = parallel.share(starts[torch.randperm(len(starts), generator=rng).numpy()])
    size //= parallel.WORKERS
    for k in range(0, len(starts) - size + 1, size):
        yield k / len(starts), *cut(packed, starts[k : k + size], outputs, rng)


def pace(progress):
    """The learning rate's factor when `progress` (0 to 1) of the training is done: a short rise, then half a cosine."""
    return min(progress / 0.05, (1 + math.cos(math.pi * progress)) / 2)
