"""Training of the second detector: single words, spotted in speech embeddings (coach/spotter.py).

The embedding has heard millions of voices, so that a small network on top of it, with which its last layers learn (spotnet.py),
knows a word from synthetic voices well enough to find it in real ones. It is trained on every step of an augmented stream: which of
our words has just ended?
"""

import os
from multiprocessing import Pool

import numpy as np
import torch
from torch.nn import functional

from coach.embedding import STEP, Embedding
from coach.sound import BLOCK

from . import copies, lexicon, pretrained, slots, spotnet
from .augment import augment
from .features import surroundings
from .spotnet import CONTEXT, TUNED

WORDS = [word for word in lexicon.ALONE if word not in ("none", "ok")]  # which sound like "nun" and are "okay"
ENDED = -2, 34  # blocks since a word's end in which it is to be spotted
UNSURE = -14, 40  # and in which it may be
AFTER = 48  # quiet blocks behind a clip, so that its words are over when the next begins
# Nearly the same, as far as the ear goes: where the one is said, the other may be spotted.
NEAR = [{"hurt", "hurts", "hurting"}, {"pain", "pain's"}, {"ow", "ouch"}, {"no", "nope"}, {"yeah", "yes", "yep"}, {"okay", "ok"}]
BATCH, PIECES = 64, 24  # pieces of so many embeddings, so many of them at a time
RATE, TUNING, DECAY = 1.5e-3, 5e-4, 0.02  # of the head, of the embedding
RARE = 4.0  # how much more an embedding with a word counts


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
    packs = [path.with_name(f"tuned{number}.npz") for number in range(copies_wanted)]
    for number, packed in enumerate(packs):
        if not packed.exists():
            pack(clips, weights, packed, seed=500 + number, focused=number % 2 == 0)
    export(train(packs, weights, passes), weights, path)


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
    found = _embedding.before(TUNED, sound[: len(sound) // (STEP * BLOCK) * STEP * BLOCK])
    found = found.reshape(-1, spotnet.RATE, *found.shape[1:])
    offset = (lead + before) / BLOCK
    words = [(name, start / speed, end / speed) for name, start, end in clip.words]
    said = labels(words, len(found), offset)
    return found.astype(np.float16), said


def pack(clips, weights, path, seed, focused):
    """Write one augmented copy of the clips: "inputs" (n, steps, frequency, channels) float16, what spotnet.Net is given; "said"
    (n, words) int8, 1 where a word has just ended and -1 where it may have.
    """
    chosen = copies.choose(clips, seed, focused)
    jobs = ((clip, (seed, number)) for number, clip in enumerate(chosen))
    with Pool(2, _start, (weights, surroundings(clips))) as pool:
        parts = list(pool.imap(_features, jobs, 50))
    inputs, said = (np.concatenate(column) for column in zip(*parts))
    part = path.with_suffix(".part.npz")
    np.savez(part, inputs=inputs, said=said)
    os.replace(part, path)
    print(f"spotter: {path} has {len(chosen)} clips, {len(inputs) * STEP / 360000:.1f} hours", flush=True)


def train(packs, weights, passes, seed=3):
    """A network, trained `passes` times on the packed files together."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    inputs, said = _together(packs)
    net = spotnet.Net(weights, len(WORDS))
    with torch.no_grad():
        sample = net.embed(inputs[:50000].float()[None])[0]
    net.mean.copy_(sample.mean(0))
    net.scale.copy_(1 / sample.std(0))
    embedding = [*net.kernels, *net.biases]
    head = [*net.layers.parameters()]
    optimiser = torch.optim.AdamW([{"params": head, "lr": RATE}, {"params": embedding, "lr": TUNING}], weight_decay=DECAY)
    starts = np.arange(CONTEXT, len(inputs) - BATCH, BATCH)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, [RATE, TUNING], total_steps=passes * (len(starts) // PIECES) + 1)
    for number in range(passes):
        losses = []
        shuffled = (rng.permutation(starts) + rng.integers(BATCH)).clip(CONTEXT, len(inputs) - BATCH)
        for k in range(0, len(starts) - PIECES + 1, PIECES):
            at = torch.from_numpy(shuffled[k : k + PIECES, None] + np.arange(-CONTEXT, BATCH))
            scores = net(inputs[at].float()).flatten(0, 1)
            at = at[:, CONTEXT:].flatten()
            loss = spotting(scores, said[at], at)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
            losses.append(loss.item())
        print(f"spotter: pass {number + 1} of {passes}, loss {np.mean(losses):.4f}", flush=True)
    return net.eval()


def _together(packs):
    """Inputs and labels of all packs; the inputs, some gigabytes, without a second copy."""
    said = np.concatenate([np.load(path)["said"] for path in packs])
    inputs, at = None, 0
    for path in packs:
        part = np.load(path)["inputs"]
        if inputs is None:
            inputs = np.empty((len(said), *part.shape[1:]), part.dtype)
        inputs[at : at + len(part)] = part
        at += len(part)
    return torch.from_numpy(inputs), torch.from_numpy(said)


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


def export(net, weights, path):
    """Write what coach/spotter.py reads."""
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, **weights | net.arrays() | {"words": np.array(WORDS)})
    os.replace(part, path)
