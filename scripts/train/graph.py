"""The search graph of the words: `HCLr.fst`, `Gr.fst` and `words.txt`, compiled by Debian's OpenFst tools.

Vosk composes HCLr with the grammar of the moment while it searches, for which OpenFst's look-ahead type is needed. A word's
label stands on its last phone, so that a partial result does not say "stop" after "st".
"""

import math
import os
import subprocess
from pathlib import Path

from . import lexicon, units
from .kaldi import Transitions

SILENCE_COST = 1.0  # of a pause between words; where a grammar gives words a cost of some 4
GARBAGE_COST = 0.0  # added to what the grammar gives [unk]; between -1, 1 and 4, chosen on the dev speakers
# Debian keeps the look-ahead type in a plug-in outside of the linker's path.
PLUGINS = {**os.environ, "LD_LIBRARY_PATH": "/usr/lib/x86_64-linux-gnu/fst/22"}


def place(index, length):
    """The letter of Kaldi's position in a word."""
    return "S" if length == 1 else "B" if index == 0 else "E" if index == length - 1 else "I"


def transitions():
    """Kaldi's phones: silence, garbage, and every output at every place of a word at which it occurs."""
    used = {
        (output, place(index, len(way)))
        for word in lexicon.vocabulary()
        for way in units.spellings(word)
        for index, output in enumerate(way)
    }
    names = [(f"{output}_{where}", output) for output, where in sorted(used)]
    return Transitions([("SIL", 0), ("GARBAGE_S", units.GARBAGE)] + names)


def word_boundary(model):
    """phones/word_boundary.int: from it Vosk knows when a word began and ended."""
    kinds = {"B": "begin", "I": "internal", "E": "end", "S": "singleton", "L": "nonword"}
    return "".join(f"{model.number[name]} {kinds[name[-1]]}\n" for name, _ in model.phones)


def arcs(model, ids):
    """The loop over all words as (from, to, transition-id, word id, cost), and its final states."""
    found, states = [], iter(range(10**9))
    loop, start = next(states), next(states)

    def enter(source, name, word=0, cost=0.0):
        state = next(states)
        found.append((source, state, model.forward(name), word, cost))
        found.append((state, state, model.loop(name), 0, 0.0))
        return state

    pause = enter(loop, "SIL", cost=SILENCE_COST)
    found.append((loop, start, 0, 0, 0.0))
    found.append((pause, start, 0, 0, 0.0))
    garbage = enter(start, "GARBAGE_S", ids[lexicon.GARBAGE], GARBAGE_COST)
    found.append((garbage, loop, 0, 0, 0.0))
    for word in lexicon.vocabulary():
        for way in units.spellings(word):
            state = start
            for index, output in enumerate(way):
                name = f"{output}_{place(index, len(way))}"
                state = enter(state, name, ids[word] if index == len(way) - 1 else 0)
            found.append((state, loop, 0, 0, 0.0))
    return found, (loop, pause)


def _run(command):
    subprocess.run(command, shell=True, check=True, env=PLUGINS)


def write(folder, model):
    """Write the graph's files into `folder`."""
    folder = Path(folder)
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "phones/word_boundary.int").write_text(word_boundary(model))
    (folder / "disambig_tid.int").write_text(f"{len(model) + 1}\n")

    names = lexicon.vocabulary() + [lexicon.GARBAGE]
    ids = {name: number for number, name in enumerate(names, 1)}
    found, final = arcs(model, ids)
    hcl, grammar, relabel = folder / "hcl", folder / "grammar", folder / "relabel"
    hcl.write_text("".join(f"{a} {b} {i} {o} {cost}\n" for a, b, i, o, cost in found) + "".join(f"{s} 0\n" for s in final))
    uniform = math.log(len(names))
    grammar.write_text("".join(f"0 0 {number} {number} {uniform}\n" for number in ids.values()) + "0 0\n")
    _run(
        f"fstcompile {hcl} | fstarcsort --sort_type=olabel"
        f" | fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={relabel} > {folder}/HCLr.fst"
    )
    _run(
        f"fstcompile {grammar} | fstrelabel --relabel_ipairs={relabel} --relabel_opairs={relabel}"
        f" | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {folder}/Gr.fst"
    )
    new = dict(map(int, line.split()) for line in relabel.read_text().splitlines())
    lines = sorted((new[number], name) for name, number in ids.items())
    (folder / "words.txt").write_text("<eps> 0\n" + "".join(f"{name} {number}\n" for number, name in lines))
    for temporary in (hcl, grammar, relabel):
        temporary.unlink()
