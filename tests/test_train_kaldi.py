"""What is written is what Vosk reads: the score of its best path is the one computed from the network here."""

import json
import shutil
import subprocess

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("kaldi_native_fbank")
if not shutil.which("fstcompile"):
    pytest.skip("OpenFst's tools are not installed (libfst-tools)", allow_module_level=True)

import vosk
from tests.untrained import lively

from scripts.train import export, features, graph, kaldi, lexicon, net, units


@pytest.fixture(scope="module")
def network():
    return lively()


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    """That network as a model folder."""
    path = tmp_path_factory.mktemp("model")
    export.write(*kaldi.folded(network), path, export.CONF.replace("--beam=12.0", "--beam=60").replace("lattice-beam=8.0", "lattice-beam=20"))
    return path


def sound(seconds=1.5):
    """Noise in bursts."""
    rng = np.random.default_rng(1)
    count = int(seconds * 16000)
    return (rng.standard_normal(count) * 3000 * np.abs(np.sin(np.arange(count) / 900))).astype(np.int16)


def best_path(model, scores):
    """Viterbi in plain numpy over the same arcs, in costs."""
    ids = {name: number for number, name in enumerate(lexicon.vocabulary() + [lexicon.GARBAGE], 1)}
    arcs, final = graph.arcs(model, ids)
    arcs = np.array(arcs, dtype=np.float64)
    output = np.array([-1] + [output for _, output in model.phones for _ in (0, 1)])
    silent, spoken = arcs[arcs[:, 2] == 0], arcs[arcs[:, 2] > 0]
    source, target, transition = (spoken[:, k].astype(int) for k in (0, 1, 2))

    def close(cost):
        for _ in range(3):
            np.minimum.at(cost, silent[:, 1].astype(int), cost[silent[:, 0].astype(int)] + silent[:, 4])
        return cost

    cost = np.full(int(arcs[:, :2].max()) + 1, np.inf)
    cost[0] = 0
    cost = close(cost)
    for frame in scores:
        new = np.full_like(cost, np.inf)
        np.minimum.at(new, target, cost[source] + spoken[:, 4] - frame[output[transition]])
        cost = close(new)
    return min(cost[state] for state in final)


def test_vosk_computes_the_same_score(network, folder):
    """Edges, chunks, compression to 16 bits, folding and transition-ids all enter into this one number."""
    model = graph.transitions()
    static = folder.parent / "static"
    shutil.copytree(folder, static)
    for name in ("HCLr.fst", "Gr.fst", "words.txt"):
        (static / "graph" / name).unlink()
    names = lexicon.vocabulary() + [lexicon.GARBAGE]
    (static / "graph/words.txt").write_text("<eps> 0\n" + "".join(f"{name} {n}\n" for n, name in enumerate(names, 1)))
    arcs, final = graph.arcs(model, {name: n for n, name in enumerate(names, 1)})
    text = "".join("{} {} {} {} {}\n".format(*arc) for arc in arcs) + "".join(f"{state} 0\n" for state in final)
    compiled = subprocess.run(["fstcompile"], input=text.encode(), capture_output=True, check=True).stdout
    subprocess.run(["fstconvert", "--fst_type=const", "-", static / "graph/HCLG.fst"], input=compiled, check=True)

    recognizer = vosk.KaldiRecognizer(vosk.Model(str(static)), 16000)
    recognizer.SetMaxAlternatives(1)
    recognizer.AcceptWaveform(sound().tobytes())
    heard = json.loads(recognizer.FinalResult())["alternatives"][0]["confidence"]

    frames = torch.from_numpy(features.mfcc(sound()))
    with torch.no_grad():
        scores = network(net.padded(frames)[None])[0].double().numpy()
    assert heard == pytest.approx(-best_path(model, scores), abs=0.02 * len(scores))


def test_the_model_takes_a_grammar_at_run_time(folder):
    """Only words of the grammar come out."""
    recognizer = vosk.KaldiRecognizer(vosk.Model(str(folder)), 16000, json.dumps(["stop", "pain five", "[unk]"]))
    recognizer.AcceptWaveform(sound().tobytes())
    assert set(json.loads(recognizer.FinalResult())["text"].split()) <= {"stop", "pain", "five", "[unk]"}


def test_the_model_knows_its_words(folder):
    """Vosk drops unknown words of a grammar with no more than a line in its log."""
    model = vosk.Model(str(folder))
    assert all(model.vosk_model_find_word(word) >= 0 for word in lexicon.vocabulary())


def test_output_is_one_every_third_frame(network):
    """With the edges repeated there is an output for frames 0, 3, 6 ..."""
    with torch.no_grad():
        assert network(net.padded(torch.zeros(100, 40))[None]).shape == (1, 34, units.count())
