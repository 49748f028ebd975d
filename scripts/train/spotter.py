"""Training of the second detector: single words, spotted in speech embeddings (coach/spotter.py).

The embedding has heard millions of voices, so that a small network on top of it learns a word from synthetic voices well
enough to know it in real ones. It is trained on every embedding of an augmented stream: which of our words has just ended?
"""

import os
from multiprocessing import Pool

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from coach.embedding import SIZE, STEP, Embedding
from coach.sound import BLOCK
from coach.spotter import HISTORY

from . import copies, lexicon, pretrained, slots
from .augment import augment
from .features import surroundings

WORDS = [word for word in lexicon.ALONE if word not in ("none", "ok")]  # which sound like "nun" and are "okay"
ENDED = -2, 34  # blocks since a word's end in which it is to be spotted
UNSURE = -14, 40  # and in which it may be
AFTER = 32  # quiet blocks behind a clip
# Nearly the same, as far as the ear goes: where the one is said, the other may be spotted.
NEAR = [{"hurt", "hurts", "hurting"}, {"pain", "pain's"}, {"ow", "ouch"}, {"no", "nope"}, {"yeah", "yes", "yep"}, {"okay", "ok"}]
HIDDEN = 192, 96
BATCH, PIECES = 64, 24  # pieces of so many embeddings, so many of them at a time
RATE, DECAY = 1.5e-3, 0.02
RARE = 4.0  # how much more an embedding with a word counts
DROPOUT, NOISE = 0.2, 0.1


def labels(words, count, offset):
    """What each of `count` embeddings should spot: (count, words) int8. `words`: (word, first, last) in blocks, `offset` added."""
    said = np.zeros((count, len(WORDS)), np.int8)
    now = (np.arange(count) + 1) * STEP
    for name, _, last in words:
        since = now - (last + offset)
        name = "okay" if name == "ok" else name
        likely = (since >= ENDED[0]) & (since <= ENDED[1])
        possible = (since >= UNSURE[0]) & (since <= UNSURE[1])
        near = set().union(*(group for group in NEAR if name in group)) | set(slots.alternatives(name))
        for word in near & set(WORDS) - {name}:
            said[possible & (said[:, WORDS.index(word)] == 0), WORDS.index(word)] = -1
        if name in WORDS:
            column = said[:, WORDS.index(name)]
            column[possible & (column == 0)] = -1
            column[likely] = 1
    return said


def make(clips, path, copies_wanted, passes):
    """Write the file that coach/spotter.py reads, learnt from so many augmented copies of the clips; the copies stay beside it."""
    weights = pretrained.weights()
    packs = [path.with_name(f"spotted{number}.npz") for number in range(copies_wanted)]
    for number, packed in enumerate(packs):
        if not packed.exists():
            pack(clips, weights, packed, seed=500 + number, focused=number % 2 == 0)
    export(train(packs, passes), weights, path)


_embedding = _surroundings = None


def _start(weights, around):
    global _embedding, _surroundings
    _embedding, _surroundings = Embedding(weights), around


def _features(job):
    clip, seed = job
    rng = np.random.default_rng(seed)
    sound, speed, before, _ = augment(clip.sound, _surroundings, rng, clip.synthetic)
    lead = 9 * STEP * BLOCK + int(rng.integers(STEP * BLOCK))  # what an embedding looks at, and any place within a step
    quiet = rng.normal(0, rng.uniform(1, 8), lead + AFTER * BLOCK)
    sound = np.concatenate([quiet[:lead], sound, quiet[lead:]])
    _embedding.reset()
    found = _embedding.feed(sound[: len(sound) // (STEP * BLOCK) * STEP * BLOCK])
    offset = (lead + before) / BLOCK
    words = [(name, start / speed, end / speed) for name, start, end in clip.words]
    said = labels(words, len(found), offset)
    return found.astype(np.float16), said


def pack(clips, weights, path, seed, focused):
    """Write one augmented copy of the clips: "inputs" (n, SIZE) float16, the embeddings; "said" (n, words) int8, 1 where a word has
    just ended and -1 where it may have; "place" (n,), in its clip.
    """
    chosen = copies.choose(clips, seed, focused)
    jobs = ((clip, (seed, number)) for number, clip in enumerate(chosen))
    with Pool(2, _start, (weights, surroundings(clips))) as pool:
        parts = list(pool.imap(_features, jobs, 50))
    place = np.concatenate([np.arange(len(inputs)) for inputs, _ in parts])
    inputs, said = (np.concatenate(column) for column in zip(*parts))
    part = path.with_suffix(".part.npz")
    np.savez(part, inputs=inputs, said=said, place=place)
    os.replace(part, path)
    print(f"spotter: {path} has {len(chosen)} clips, {len(inputs) * STEP / 360000:.1f} hours", flush=True)


class Head(nn.Module):
    """The last embeddings to a score for each word."""

    def __init__(self):
        super().__init__()
        sizes = [SIZE * HISTORY, *HIDDEN]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, [*HIDDEN, len(WORDS)]))
        self.register_buffer("mean", torch.zeros(SIZE))
        self.register_buffer("scale", torch.ones(SIZE))

    def forward(self, inputs):
        """(n, HISTORY, SIZE) to (n, words): log odds."""
        x = ((inputs - self.mean) * self.scale).flatten(1)
        if self.training:
            x = x + NOISE * torch.randn_like(x)
        for layer in self.layers[:-1]:
            x = functional.dropout(functional.relu(layer(x)), DROPOUT, self.training)
        return self.layers[-1](x)


def train(packs, passes, seed=3):
    """A head, trained `passes` times on the packed files together."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    loaded = [np.load(path) for path in packs]
    inputs, said, place = (torch.from_numpy(np.concatenate([pack[name] for pack in loaded])) for name in ("inputs", "said", "place"))
    head = Head()
    head.mean.copy_(inputs[::20].float().mean(0))
    head.scale.copy_(1 / inputs[::20].float().std(0))
    optimiser = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=DECAY)
    starts = np.arange(0, len(inputs) - BATCH, BATCH)
    back = torch.arange(HISTORY) - HISTORY + 1
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=passes * (len(starts) // PIECES) + 1)
    for number in range(passes):
        losses = []
        shuffled = rng.permutation(starts) + rng.integers(BATCH)
        for k in range(0, len(starts) - PIECES + 1, PIECES):
            at = torch.from_numpy((shuffled[k : k + PIECES, None] + np.arange(BATCH)).ravel().clip(HISTORY, len(inputs) - 1))
            at = at[place[at] >= HISTORY - 1]
            loss = spotting(head(inputs[at[:, None] + back].float()), said[at], at)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
            losses.append(loss.item())
        print(f"spotter: pass {number + 1} of {passes}, loss {np.mean(losses):.4f}", flush=True)
    return head.eval()


def spotting(scores, said, at):
    """Every word spotted once, at whichever of its embeddings suits best, and nothing where it was not said; per embedding.

    `scores`, `said` (n, words); `at` (n,): where in the stream they are, for no word goes on behind a gap.
    """
    wrong = (functional.softplus(scores) * (said == 0)).sum()
    time, word = torch.nonzero(said == 1, as_tuple=True)
    order = torch.argsort(word * len(said) + time)
    time, word = time[order], word[order]
    fresh = torch.ones(len(time), dtype=torch.bool)
    fresh[1:] = (word[1:] != word[:-1]) | (at[time[1:]] != at[time[:-1]] + 1)
    occurrence = fresh.cumsum(0) - 1
    best = torch.full((int(fresh.sum()),), -torch.inf).scatter_reduce(0, occurrence, scores[time, word], "amax")
    return (wrong + RARE * functional.softplus(-best).sum()) / len(said)


def export(head, weights, path):
    """Write what coach/spotter.py reads."""
    arrays = {f"layer{i}": layer.weight.detach().numpy().T.astype(np.float16) for i, layer in enumerate(head.layers)}
    arrays |= {f"level{i}": layer.bias.detach().numpy() for i, layer in enumerate(head.layers)}
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, **weights, **arrays, words=np.array(WORDS), mean=head.mean.numpy(), scale=head.scale.numpy())
    os.replace(part, path)
