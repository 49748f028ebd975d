"""Random pieces of the packed streams, with the small distortions that cost nothing at training time."""

import math
from functools import cache

import numpy as np
import torch

from . import parallel, slots
from .corpus import RATE
from .features import DIM, HIGHEST
from .net import LEFT, RIGHT, STRIDE

WARP = 0.86, 1.16  # of the frequencies: shorter and longer vocal tracts (Jaitly and Hinton, 2013)
WARPS = 61  # in how many steps
MASK = 8  # mel bands at most that one piece does without (SpecAugment)
COMPANY = 0.4  # of the pieces have another piece behind them
BEHIND = 0, 20  # dB by which it is quieter
CHANNEL = torch.tensor([3.0, 2.0, 1.5] + [1.0] * 10 + [0.6] * 27)  # standard deviation of a constant cepstral offset


@cache
def _to_bands():
    """From cepstra to mel bands and back, as Kaldi computes them: tensors (40, 40)."""
    order = np.arange(DIM)
    cosines = np.sqrt(2 / DIM) * np.cos(np.pi / DIM * np.outer(order, order + 0.5))
    cosines[0] = np.sqrt(1 / DIM)
    cepstra = (1 + 11 * np.sin(np.pi * order / 22))[:, None] * cosines
    return tuple(torch.from_numpy(matrix.astype(np.float32)) for matrix in (np.linalg.inv(cepstra), cepstra))


@cache
def _warps():
    """What each stretching of the frequency axis does to the mel bands, (WARPS, 40, 40)."""
    mel = np.linspace(1127 * np.log1p(20 / 700), 1127 * np.log1p((RATE / 2 + HIGHEST) / 700), DIM + 2)[1:-1]
    hertz = 700 * np.expm1(mel / 1127)
    warps = np.zeros((WARPS, DIM, DIM))
    for number, factor in enumerate(np.geomspace(*WARP, WARPS)):
        place = np.interp(1127 * np.log1p(hertz * factor / 700), mel, np.arange(DIM))  # the edges stay where they are
        low = np.minimum(place.astype(int), DIM - 2)
        warps[number, np.arange(DIM), low] = 1 - (place - low)
        warps[number, np.arange(DIM), low + 1] = place - low
    return torch.from_numpy(warps.astype(np.float32))


def another_throat(frames, mean, rng):
    """Cepstra as another person would give them: the spectrum stretched, a stretch of it missing, around the mean frame."""
    bands, cepstra = _to_bands()
    change = _warps()[torch.randint(WARPS, (len(frames),), generator=rng)].clone()
    change[::4] = torch.eye(DIM)
    for piece in range(0, len(frames), 3):
        width = int(torch.randint(2, MASK + 1, (1,), generator=rng))
        first = int(torch.randint(DIM - width, (1,), generator=rng))
        change[piece, first : first + width] = 0
    return (frames - mean) @ (cepstra @ change @ bands).transpose(1, 2) + mean


def in_company(frames, phone, slot, rng):
    """Put another piece of the batch, in which nobody says a word of ours, behind some of the pieces, as far away as `BEHIND` says.

    The power of sounds adds up in the mel bands. What is said in front is still to be heard; where nothing is, somebody talks.
    """
    keyless = torch.tensor([garbage for _, garbage, _ in slots.slots()])
    keyless[slots.SILENCE] = True
    behind = torch.nonzero(keyless[slot].all(1)).flatten()
    front = torch.nonzero(torch.rand(len(frames), generator=rng) < COMPANY).flatten()
    if not len(behind) or not len(front):
        return frames, phone, slot
    behind = behind[torch.randint(len(behind), (len(front),), generator=rng)]
    bands, cepstra = _to_bands()
    voice, other = frames[front] @ bands.T, frames[behind] @ bands.T
    low, high = BEHIND
    gap = (low + (high - low) * torch.rand(len(front), 1, 1, generator=rng)) * math.log(10) / 10
    mixed = torch.logaddexp(voice, other - _loudness(other) + _loudness(voice) - gap)
    frames, phone, slot = frames.clone(), phone.clone(), slot.clone()
    frames[front] = mixed @ cepstra.T
    phone[front] = torch.where(phone[front] == 0, -1, phone[front])
    slot[front] = torch.where(slot[front] == slots.SILENCE, slots.SPEECH, slot[front])
    return frames, phone, slot


def _loudness(bands):
    """Log power of the louder half of each piece, (n, 1, 1)."""
    power = bands.logsumexp(2)
    return power.topk(power.shape[1] // 2, 1).values.mean(1)[:, None, None]


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
