"""Second training: whole words against all else, over the very loop of words that Vosk will search.

Maximum mutual information: the score of what was said (the slots, see slots.py) against the score of everything that could be
heard. Both are sums over all paths through one loop of words, garbage and silence; what was said is the same loop with the
states that are wrong at that moment closed. Boosted: wrong states get a head start, so that right ones win by a margin; a
larger one where it is about stop words, so that they are not heard in talk, nor anything else in them.
"""

import time

import numpy as np
import torch
from torch.nn import functional

from . import lexicon, parallel, slots, units
from .batches import another_throat, blank, epoch, in_company, pace
from .features import Packed
from .net import Net

OUTPUTS, BATCH = 64, 32
ENTER = -3.0  # log weight of beginning any word, about what a grammar of some words gives them
BOOST = 0.2  # per output, for what is not right
STOP_BOOST = 0.6  # where a stop word is right, and for the stop words where none is
TOLERANCE = 2  # outputs (30 ms) by which the borders of words may be off
PEAK_RATE = 1e-3
ONWARD_RATE = 3e-4  # of a finished model: at `PEAK_RATE` it forgets within minutes what it has learnt last, and six passes do not bring it back
ONWARD_SHARE = 0.5  # of the way that it then goes (unfold.between); between 0.5 and 1, on the dev speakers and on phrases (models/README.md)
PHONE_WEIGHT = 0.2  # of the frame training, which keeps the phones of rare words alive
TINY = 1e-30


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
        self.enter = torch.tensor(first) * np.exp(ENTER).astype(np.float32)
        self.inner = 1 - torch.tensor(first, dtype=torch.float32)
        self.last = torch.tensor(last, dtype=torch.float32)
        self.spread = functional.one_hot(torch.tensor(outputs), units.count()).float().T.contiguous()  # outputs to states
        self.right = torch.tensor(
            [
                [
                    float(name in words or (name == garbage and can_be_garbage) or (name == silence and can_be_silence))
                    for name in owner
                ]
                for words, can_be_garbage, can_be_silence in slots.slots()
            ]
        )
        stops = torch.tensor([name in lexicon.STOPS for name in owner])
        stopping = torch.tensor([not lexicon.STOPS.isdisjoint(words) for words, *_ in slots.slots()])
        self.head_start = torch.where(stops | stopping[:, None], STOP_BOOST, BOOST).exp()

    def occupancy(self, weights):
        """Forward and backward over (time, batch, states): how much of the sum goes through each state at each time.

        Returns that, the log of the sum (batch,), and whether there is no path at all (batch,). In probabilities, scaled to a
        sum of one at each time.
        """
        forward, scale = torch.empty_like(weights), torch.empty(weights.shape[:2])
        a = weights[0].clone()
        for t, weight in enumerate(weights):
            if t:
                along = a[:, :-1] * self.inner[1:]
                ended = a @ self.last
                a = a.addr(ended, self.enter)
                a[:, 1:] += along
                a *= weight
            scale[t] = a.sum(1)
            a /= scale[t, :, None] + TINY
            forward[t] = a
        b = torch.ones_like(a)
        for t in range(len(weights) - 1, 0, -1):
            forward[t] *= b
            b *= weights[t]
            b /= scale[t, :, None] + TINY
            along = b[:, 1:] * self.inner[1:]
            begun = b @ self.enter
            b = b.addr(begun, self.last)
            b[:, :-1] += along
        forward[0] *= b
        return forward, (scale + TINY).log().sum(0), (scale < 1e-25).any(0)


class MutualInformation(torch.autograd.Function):
    """Negative log posterior of what was said, per output; its gradient is the difference of two occupancies."""

    @staticmethod
    def forward(context, scores, slot, loop):
        scores = scores.transpose(0, 1)
        weights = (scores - scores.amax(2, keepdim=True)).exp() @ loop.spread
        right = loop.right[slot.T]
        near = right.clone()
        for shift in range(1, TOLERANCE + 1):
            torch.maximum(near[:-shift], right[shift:], out=near[:-shift])
            torch.maximum(near[shift:], right[:-shift], out=near[shift:])
        said, log_said, lost = loop.occupancy(weights * near)
        wrong = loop.head_start[slot.T].lerp_(torch.ones(()), near)
        heard, log_heard, _ = loop.occupancy(wrong.mul_(weights))
        gradient = heard.sub_(said) @ loop.spread.T
        gradient[:, lost] = 0  # not a number, where there is no path
        context.save_for_backward(gradient.transpose(0, 1) / slot.numel())
        context.mark_non_differentiable(lost)
        return (log_heard - log_said)[~lost].sum() / slot.numel(), lost

    @staticmethod
    def backward(context, upstream, _):
        (gradient,) = context.saved_tensors
        return upstream * gradient, None, None


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


def train(before, width, packs, passes, rate, path, seed=2):
    """`passes` times through the packed files, one after another, with learning rates up to `rate`; a checkpoint at `path` after each.

    `before` is the checkpoint to go on from: of the first training, or of this one. To be called through parallel.run.
    """
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    state = torch.load(before)
    if len(state["output.bias"]) == units.PHONES:
        net = grown(state, width)
    else:
        net = Net(units.count(), width)
        net.load_state_dict(state)
    loop = Loop()
    packed = Packed.load(packs[0])
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    began = time.time()
    for number in range(passes):
        if number and len(packs) > 1:
            packed = Packed.load(packs[number % len(packs)])
        net.train()
        losses = []
        for done, frames, phone, slot in epoch(packed, OUTPUTS, BATCH, rng):
            optimiser.param_groups[0]["lr"] = rate * pace((number + done) / passes)
            frames, phone, slot = in_company(frames, phone, slot, rng)
            scores = net(blank(another_throat(frames, net.mean, rng), net.mean, rng))
            mutual, lost = MutualInformation.apply(scores, slot, loop)
            phones = functional.cross_entropy(scores[..., : units.PHONES].flatten(0, 1), phone.flatten(), ignore_index=-1)
            loss = mutual + PHONE_WEIGHT * phones
            optimiser.zero_grad()
            loss.backward()
            parallel.average_gradients(net)
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2)
            optimiser.step()
            losses.append((mutual.item(), phones.item(), lost.float().mean().item()))
            if parallel.rank() == 0 and len(losses) % 50 == 0:
                mean = " ".join(f"{value:.4f}" for value in np.mean(losses[-50:], 0))
                print(f"   {len(losses)}: {mean} {time.time() - began:.0f} s", flush=True)
        if parallel.rank() == 0:
            torch.save(net.state_dict(), path)
            mean = " ".join(f"{value:.4f}" for value in np.mean(losses, 0))
            print(f"words: pass {number + 1} of {passes}, mutual phones lost {mean}, {time.time() - began:.0f} s", flush=True)
