"""Write `am/final.mdl`: Kaldi's binary format of a transition model and a network, as Vosk reads it.

Each of Kaldi's phones here is an output and a place in the word (begin, internal, end, singleton), with one state.
"""

import struct

import numpy as np

from .net import LAYERS, LEFT, RIGHT

# State 0 with a loop and a way out, and the final state: (pdf class, ((to state, probability), ...)).
TOPOLOGY = [(0, ((0, 0.5), (1, 0.5))), (-1, ())]


class Writer:
    """Kaldi's basic types."""

    def __init__(self):
        self.data = bytearray(b"\0B")

    def token(self, *names):
        for name in names:
            self.data += name.encode() + b" "
        return self

    def int32(self, *values):
        for value in values:
            self.data += struct.pack("<bi", 4, value)
        return self

    def float32(self, *values):
        for value in values:
            self.data += struct.pack("<bf", 4, value)
        return self

    def double(self, *values):
        for value in values:
            self.data += struct.pack("<bd", 8, value)
        return self

    def integers(self, values):
        """std::vector<int32>"""
        self.data += struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes()
        return self

    def vector(self, values):
        self.token("FV").int32(len(values))
        self.data += np.asarray(values, "<f4").tobytes()
        return self

    def matrix(self, values):
        """A CompressedMatrix of 16 bits ("CM2"), which Kaldi accepts wherever it reads a matrix."""
        low, high = float(values.min()), float(values.max())
        steps = np.round((values - low) * (65535 / (high - low))).astype("<u2")
        self.token("CM2")
        self.data += struct.pack("<ffii", low, high - low, *values.shape) + steps.tobytes()
        return self


class Transitions:
    """The transition model: `phones` are (name, output) and get the numbers from 1 on."""

    def __init__(self, phones):
        self.phones = phones
        self.number = {name: place + 1 for place, (name, _) in enumerate(phones)}

    def loop(self, name):
        """The transition-id of staying in a phone."""
        return 2 * self.number[name] - 1

    def forward(self, name):
        """The transition-id of leaving it; as Kaldi reorders, it stands on the arc that enters."""
        return 2 * self.number[name]

    def __len__(self):
        return 2 * len(self.phones)

    def write(self, out):
        out.token("<TransitionModel>", "<Topology>")
        out.integers(range(1, len(self.phones) + 1)).integers([-1] + [0] * len(self.phones)).int32(1, len(TOPOLOGY))
        for pdf, arcs in TOPOLOGY:
            out.int32(pdf, len(arcs))
            for to, probability in arcs:
                out.int32(to).float32(probability)
        out.token("</Topology>", "<Triples>").int32(len(self.phones))
        for name, output in self.phones:
            out.int32(self.number[name], 0, output)
        out.token("</Triples>", "<LogProbs>").vector([0.0] + [np.log(0.5)] * len(self))
        out.token("</LogProbs>", "</TransitionModel>")


def folded(net):
    """The network without normalisation, in float64: ([(weight, bias) of each layer], (weight, bias) of the output).

    Layer k's rectifier gives `branch`, and its input is the sum of all branches before it. BatchNorm's scale, being
    positive, goes into the weights before the rectifier; its shift goes into the biases of all layers after it.
    """

    def get(tensor):
        return tensor.detach().double().numpy()

    mean, scale = get(net.mean), get(net.scale)
    layers, shift = [], None
    for number, (offsets, affine, norm) in enumerate(zip(LAYERS, net.affine, net.norm)):
        weight, bias = get(affine.weight), get(affine.bias)
        if number == 0:
            weight = weight * np.tile(scale, len(offsets))
            bias = bias - weight @ np.tile(mean, len(offsets))
            shift = np.zeros(len(bias))
        else:
            bias = bias + weight @ np.tile(shift, len(offsets))
        gain = 1 / np.sqrt(get(norm.running_var) + norm.eps)
        shift = shift - get(norm.running_mean) * gain
        layers.append((weight * gain[:, None], bias * gain))
    weight, bias = get(net.output.weight), get(net.output.bias)
    return layers, (weight, bias + weight @ shift)


def _sum(names, offset):
    """The residual stream at an offset, in Kaldi's descriptor language."""
    parts = [f"Offset({name}, {offset})" if offset else name for name in names]
    text = parts[0]
    for part in parts[1:]:
        text = f"Sum({text}, {part})"
    return text


def write_model(path, transitions, layers, output, dim):
    """Write final.mdl. The outputs are scores without normalisation, which a search does not need."""
    config, components, stream = [f"input-node name=input dim={dim}"], [], ["input"]
    for number, (offsets, (weight, bias)) in enumerate(zip(LAYERS, layers), 1):
        spliced = ", ".join(_sum(stream, offset) for offset in offsets)
        config.append(f"component-node name=affine{number} component=affine{number} input=Append({spliced})")
        config.append(f"component-node name=relu{number} component=relu{number} input=affine{number}")
        components += [(f"affine{number}", (weight, bias)), (f"relu{number}", len(bias))]
        stream = ["relu1"] if number == 1 else stream + [f"relu{number}"]
    config.append(f"component-node name=output.affine component=output.affine input={_sum(stream, 0)}")
    config.append("output-node name=output input=output.affine objective=linear")
    components.append(("output.affine", output))

    out = Writer()
    transitions.write(out)
    out.token("<Nnet3>")
    out.data += ("\n" + "\n".join(config) + "\n\n").encode()
    out.token("<NumComponents>").int32(len(components))
    for name, content in components:
        out.token("<ComponentName>", name)
        if isinstance(content, tuple):
            weight, bias = content
            out.token("<AffineComponent>", "<LearningRate>").float32(0.001)
            out.token("<LinearParams>").matrix(weight).token("<BiasParams>").vector(bias).token("</AffineComponent>")
        else:
            out.token("<RectifiedLinearComponent>", "<Dim>").int32(content)
            out.token("<ValueAvg>").vector([]).token("<DerivAvg>").vector([]).token("<Count>").double(0)
            out.token("<OderivRms>").vector([]).token("<OderivCount>").double(0)
            out.token("<NumDimsSelfRepaired>").double(0).token("<NumDimsProcessed>").double(0)
            out.token("</RectifiedLinearComponent>")
    out.token("</Nnet3>", "<LeftContext>").int32(LEFT).token("<RightContext>").int32(RIGHT).token("<Priors>").vector([])
    with open(path, "wb") as file:
        file.write(out.data)
