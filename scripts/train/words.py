"""Second training: whole words against all else, over the very loop of words that Vosk will search.

Maximum mutual information: the score of what was said (the slots, see slots.py) against the score of everything that could be
heard. Both are sums over all paths through one loop of words, garbage and silence; what was said is the same loop with the
states that are wrong at that moment closed. Boosted: wrong states get a head start, so that right ones win by a margin.
"""

import time

import numpy as np
import torch
from torch.nn import functional

from . import lexicon, slots, units
from .batches import blank, epoch
from .features import Packed
from .net import Net

OUTPUTS, BATCH = 64, 64
ENTER = -3.0  # log weight of beginning any word, about what a grammar of some words gives them
BOOST = 0.2  # per frame, for what is not right
TOLERANCE = 2  # outputs (30 ms) by which the borders of words may be off
PHONE_WEIGHT = 0.2  # of the frame training, which keeps the phones of rare words alive
TINY = 1e-25


class Loop:
    """The states of all words one after another: each has an output, and may be a word's first or last."""

    def __init__(self):
        outputs, first, last, owner = [], [], [], []
        silence, garbage = "SIL", lexicon.GARBAGE
        for word in [silence, garbage, *lexicon.words()]:
            ways = {silence: [[0]], garbage: [[units.GARBAGE]]}.get(word) or units.spellings(word)
            for way in ways:
                outputs += way
                first += [1] + [0] * (len(way) - 1)
                last += [0] * (len(way) - 1) + [1]
                owner += [word] * len(way)
        self.first = torch.tensor(first, dtype=torch.float32)
        self.last = torch.tensor(last, dtype=torch.float32)
        self.spread = functional.one_hot(torch.tensor(outputs), units.count()).float().T  # outputs to states
        self.right = torch.tensor(
            [
                [
                    float(name in words or (name == garbage and can_be_garbage) or (name == silence and can_be_silence))
                    for name in owner
                ]
                for words, can_be_garbage, can_be_silence in slots.slots()
            ]
        )

    def score(self, weights):
        """Log of the sum over all paths, for state weights (batch, time, states); and where there is no path at all."""
        a = weights[:, 0]
        total = a.sum(1, keepdim=True)
        lost = total < TINY
        a, log = a / (total + TINY), (total + TINY).log()
        inner, enter = 1 - self.first, self.first * np.exp(ENTER)
        for t in range(1, weights.shape[1]):
            along = functional.pad(a[:, :-1], (1, 0)) * inner
            a = (a + along + (a @ self.last)[:, None] * enter) * weights[:, t]
            total = a.sum(1, keepdim=True)
            lost = lost | (total < TINY)
            a, log = a / (total + TINY), log + (total + TINY).log()
        return log[:, 0], lost[:, 0]


def loss_of(loop, scores, slot):
    """Negative log posterior of what was said, per output, over the pieces where it can be said at all."""
    weights = (scores - scores.amax(2, keepdim=True)).exp() @ loop.spread
    right = loop.right[slot]
    near = right
    for shift in range(1, TOLERANCE + 1):
        near = torch.maximum(near, functional.pad(right[:, shift:], (0, 0, 0, shift)))
        near = torch.maximum(near, functional.pad(right[:, :-shift], (0, 0, shift, 0)))
    said, lost = loop.score(weights * near)
    heard, _ = loop.score(weights * (1 + (np.exp(BOOST) - 1) * (1 - near)))
    keep = ~lost
    return (heard - said)[keep].sum() / (slot.shape[1] * len(slot)), lost.float().mean().item()


def grown(phones, width):
    """The network of the first training with the outputs of the second."""
    net = Net(units.count(), width)
    state = dict(phones)
    weight, bias = state.pop("output.weight"), state.pop("output.bias")
    net.load_state_dict(state, strict=False)
    with torch.no_grad():
        for output in range(units.count()):
            source = units.origin(output)
            net.output.weight[output] = weight[1:].mean(0) if source is None else weight[source]
            net.output.bias[output] = bias[1:].mean() + 2 if source is None else bias[source]
    return net


def train(net, packs, passes, path, rate=1e-3, report=None, seed=2, first=0):
    """`passes` times through the packed files, from number `first` on; a checkpoint at `path` after each."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    loop = Loop()
    packed = Packed.load(packs[first % len(packs)])
    steps = passes * (len(packed.frames) // (3 * OUTPUTS * BATCH) + 20)
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    began = time.time()
    for number in range(passes):
        if number and len(packs) > 1:
            packed = Packed.load(packs[(first + number) % len(packs)])
        net.train()
        losses = []
        for frames, phone, slot in epoch(packed, OUTPUTS, BATCH, rng):
            scores = net(blank(frames, net.mean, rng))
            mutual, lost = loss_of(loop, scores, slot)
            phones = functional.cross_entropy(scores[..., : units.PHONES].flatten(0, 1), phone.flatten(), ignore_index=-1)
            loss = mutual + PHONE_WEIGHT * phones
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2)
            optimiser.step()
            schedule.step()
            losses.append((mutual.item(), phones.item(), lost))
            if len(losses) % 50 == 0:
                print("  ", len(losses), [round(float(value), 4) for value in np.mean(losses[-50:], 0)], flush=True)
        torch.save(net.state_dict(), path)
        mean = " ".join(f"{value:.4f}" for value in np.mean(losses, 0))
        print(f"words: pass {number + 1} of {passes}, mutual phones lost {mean}, {time.time() - began:.0f} s", flush=True)
        if report:
            report(net)
    return net
