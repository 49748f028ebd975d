"""First training: which phone is said in each frame (cross-entropy against the forced alignment).

It converges in a few passes, is not peaky as CTC is, and so knows when a word ends.
"""

import time

import torch
from torch.nn import functional

from . import lexicon, parallel
from .batches import another_throat, blank, epoch, pace
from .features import Packed
from .net import Net

OUTPUTS, BATCH = 64, 32  # pieces of 1.9 s, so many at a time
PEAK_RATE = 2.5e-3


def start(width, packed):
    """A fresh network that knows the mean and spread of the features."""
    net = Net(len(lexicon.phones()), width)
    some = torch.from_numpy(packed.frames[::50].astype("float32"))
    net.mean.copy_(some.mean(0))
    net.scale.copy_(1 / some.std(0))
    return net


def train(packs, width, passes, path, seed=1):
    """`passes` times through the packed files, one after another; a checkpoint at `path` after each pass.

    To be called through parallel.run.
    """
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    packed = Packed.load(packs[0])
    net = start(width, packed)
    optimiser = torch.optim.AdamW(net.parameters(), lr=PEAK_RATE, weight_decay=0.02)
    began = time.time()
    for number in range(passes):
        if number and len(packs) > 1:
            packed = Packed.load(packs[number % len(packs)])
        net.train()
        losses = []
        for done, frames, phone, _ in epoch(packed, OUTPUTS, BATCH, rng):
            optimiser.param_groups[0]["lr"] = PEAK_RATE * pace((number + done) / passes)
            scores = net(blank(another_throat(frames, net.mean, rng), net.mean, rng))
            loss = functional.cross_entropy(scores.flatten(0, 1), phone.flatten(), ignore_index=-1, label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            parallel.average_gradients(net)
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
            optimiser.step()
            losses.append(loss.item())
            if parallel.rank() == 0 and len(losses) % 50 == 0:
                print(f"   {len(losses)} {sum(losses[-50:]) / 50:.4f} {time.time() - began:.0f} s", flush=True)
        if parallel.rank() == 0:
            torch.save(net.state_dict(), path)
            mean = sum(losses) / len(losses)
            print(f"frames: pass {number + 1} of {passes}, loss {mean:.4f}, {time.time() - began:.0f} s", flush=True)
