"""Write a folder that Vosk loads."""

from pathlib import Path

from . import features, graph, kaldi

# Silence is phone 1. Chunks are three network outputs long, 90 ms: a chunk costs nearly the same however long it is. The lattice is
# wide enough for the margins that the ears ask for (coach/patience.py).
CONF = """--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=8.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--frames-per-chunk=9
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""


def write(layers, output, folder, conf=CONF):
    """A network as `kaldi.folded` gives it, and the graph, to `folder` (am, conf, graph)."""
    folder = Path(folder)
    for part in ("am", "conf", "graph"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    model = graph.transitions()
    kaldi.write_model(folder / "am/final.mdl", model, layers, output, features.DIM)
    (folder / "conf/mfcc.conf").write_text(features.CONF)
    (folder / "conf/model.conf").write_text(conf)
    graph.write(folder / "graph", model)
