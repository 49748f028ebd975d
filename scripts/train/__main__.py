"""`scripts/retrain`: from recordings and synthetic voices to models/en, resumable.

Every stage leaves its files in the work folder and is skipped when they are there; delete a file, and what is
made from it, to do its stage again.
"""

import argparse
import os
import shutil
import tempfile
import zlib
from pathlib import Path

import torch

from . import copies, corpus, cries, evaluate, export, frames, kaldi, parallel, prepare, spotter, strangers, unfold, units, words
from .features import Packed
from .net import Net

WIDTH = 320


def main():
    parser = argparse.ArgumentParser(prog="scripts/retrain", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "coach-train", help="scratch folder, a few gigabytes")
    parser.add_argument("--out", type=Path, default=corpus.ROOT / "models/en")
    parser.add_argument("--copies", type=int, default=6, help="differently augmented copies of the data, every other of our words mostly")
    parser.add_argument("--frame-passes", type=int, default=5)
    parser.add_argument("--word-passes", type=int, default=65)
    parser.add_argument("--spotter-passes", type=int, default=5)
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="WORD", help="learn these as words that nobody recorded; needs --out")
    parser.add_argument("--spotter-only", action="store_true", help="only the second detector, to --out; the recogniser there stays")
    parser.add_argument("--onward", type=Path, metavar="MODEL", help="start from this finished model, without frame training")
    parser.add_argument("--evaluate", choices=("dev", "test"), help="only measure the model in --out")
    options = parser.parse_args()
    if options.evaluate:
        evaluate.run(options.out, options.evaluate)
        return

    if options.leave_out and options.out == parser.get_default("out"):
        parser.error("--leave-out makes a worse model, to measure by: say --out FOLDER")
    if options.leave_out and options.onward:
        parser.error("--onward starts from a model that knows the words which --leave-out leaves out")
    made = options.work / "-".join(["without", *options.leave_out]) if options.leave_out else options.work
    made.mkdir(parents=True, exist_ok=True)

    for source, licence in corpus.LICENCES.items():
        print(f"{source}: {licence}")
    clips = options.work / "clips"
    clips.mkdir(parents=True, exist_ok=True)
    prepare.collect(clips)

    spotted = made / "spotter.npz"
    if not spotted.exists():
        said = prepare.load(clips, options.leave_out) + prepare.keywords(clips)
        said += [*cries.more(said, made / "cries.pkl"), *strangers.more(said, made / "strangers.pkl")]
        spotter.make(said, spotted, options.copies, options.spotter_passes)
    if options.spotter_only:
        options.out.mkdir(parents=True, exist_ok=True)
        shutil.copy(spotted, options.out / "spotter.npz")
        return

    packs = [made / f"pack{number}.npz" for number in range(options.copies)]
    missing = [(number, path) for number, path in enumerate(packs) if not path.exists()]
    if missing:
        said = prepare.load(clips, options.leave_out)
        for number, path in missing:
            copies.make(said, path, seed=100 + number, focused=number % 2 == 1)

    by_frame, by_word = made / "frames.pt", made / "words.pt"
    if options.onward:
        start = zlib.crc32((options.onward / "am/final.mdl").read_bytes())
        by_frame, by_word = made / f"from-{start:08x}.pt", made / f"onward-{start:08x}.pt"
        _once(by_frame, _unfold, options.onward, packs)
    _once(by_frame, frames.train, packs, WIDTH, options.frame_passes)
    _once(by_word, words.train, by_frame, WIDTH, packs, options.word_passes, words.ONWARD_RATE if options.onward else words.PEAK_RATE)

    net = Net(units.count(), WIDTH)
    net.load_state_dict(torch.load(by_word))
    layers, output = kaldi.folded(net.eval())
    if options.onward:
        layers, output = unfold.between(options.onward / "am/final.mdl", layers, output, words.ONWARD_SHARE)
    export.write(layers, output, options.out)
    shutil.copy(spotted, options.out / "spotter.npz")
    evaluate.run(options.out, "dev")


def _unfold(model, packs, path):
    if parallel.rank() == 0:
        torch.save(unfold.network(model / "am/final.mdl", Packed.load(packs[0])).state_dict(), path)


def _once(path, work, *arguments):
    """Train unless `path` exists; the checkpoints on the way have another name, so that a half-done training is not taken."""
    if path.exists():
        return
    running = path.with_suffix(".running.pt")
    parallel.run(work, *arguments, running)
    os.replace(running, path)


if __name__ == "__main__":
    main()
