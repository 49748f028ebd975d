"""A finished model as a network again, to train it further: kaldi.py backwards."""

import struct

import numpy as np
import torch

from . import units
from .batches import cut
from .net import LAYERS, Net

PIECES, OUTPUTS = 400, 64  # of the packed data, for what the rectifiers give on average


def read(path):
    """The affine layers of a final.mdl that kaldi.write_model has written: [(weight, bias)], the output last."""
    data = path.read_bytes()
    layers, at = [], 0
    while (at := data.find(b"<LinearParams> CM2 ", at)) >= 0:
        at += len(b"<LinearParams> CM2 ")
        low, span, rows, columns = struct.unpack_from("<ffii", data, at)
        steps = np.frombuffer(data, "<u2", rows * columns, at + 16)
        at = data.index(b"<BiasParams> FV ", at + 16 + 2 * len(steps)) + len(b"<BiasParams> FV ") + 5
        layers.append((steps.reshape(rows, columns) * (span / 65535) + low, np.frombuffer(data, "<f4", rows, at)))
    return layers


def network(path, packed):
    """A network that scores as the model of that file does; outputs of words that are new since then score as the phones do that all words share.

    Of its normalisations the means are those of the packed data, the variances those that the model was trained to: one.
    """
    *layers, (weight, bias) = read(path)
    rows = [*range(len(bias)), *map(units.origin, range(len(bias), units.count()))]
    weight, bias = weight[rows], bias[rows]
    net = Net(units.count(), len(layers[0][1])).eval()
    starts = np.random.default_rng(0).integers(200, len(packed.frames) - 400, PIECES)
    frames, *_ = cut(packed, starts, OUTPUTS, torch.Generator().manual_seed(0))
    with torch.no_grad():
        net.mean.copy_(frames.mean((0, 1)))
        net.scale.copy_(1 / frames.std((0, 1)))
        for norm in net.norm:
            norm.running_var.fill_(1 - norm.eps)
        hooks = [norm.register_forward_pre_hook(_take_the_mean) for norm in net.norm]
        shift = torch.zeros(len(layers[0][1]))
        for number, (offsets, (w, b)) in enumerate(zip(LAYERS, layers)):
            w, b = torch.tensor(w, dtype=torch.float32), torch.tensor(b, dtype=torch.float32)
            if number == 0:
                b = b + w @ net.mean.repeat(len(offsets))
                w = w / net.scale.repeat(len(offsets))
            else:
                b = b - w @ shift.repeat(len(offsets))
            net.affine[number].weight.copy_(w)
            net.affine[number].bias.copy_(b)
            net.trunk(frames)  # this layer's mean is taken; those above it are not right yet
            shift = shift - net.norm[number].running_mean
        net.output.weight.copy_(torch.tensor(weight, dtype=torch.float32))
        net.output.bias.copy_(torch.tensor(bias, dtype=torch.float32) - net.output.weight @ shift)
    for hook in hooks:
        hook.remove()
    return net


def between(path, layers, output, share):
    """The weights that are that share of the way from the model of that file to what it has become in training, (layers, output).

    Further on it has forgotten some of what it knew, and on the way there it has not (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
    New outputs are taken as they are.
    """
    *before, (weight, bias) = read(path)
    grown = tuple(np.concatenate([old, new[len(old) :]]) for old, new in zip((weight, bias), output))

    def mixed(old, new):
        return tuple((1 - share) * a + share * b for a, b in zip(old, new))

    return [mixed(old, new) for old, new in zip(before, layers)], mixed(grown, output)


def _take_the_mean(norm, given):
    norm.running_mean.copy_(given[0].mean(0))
