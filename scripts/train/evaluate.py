"""A quick look at a model through Vosk, to choose by: words heard in the clips of one split, and false alarms in the rest.

`scripts/bench` measures the real ears; this measures the model alone, with the grammar of a pain question.
"""

import json
from collections import Counter, defaultdict
from multiprocessing import Pool

import numpy as np
import vosk

from . import corpus, lexicon

HEARD = lexicon.NUMBERS[:13] + ["hundred", "a", "pain", "pain is a", "no pain", "none", "stop", "ow", "ouch", "enough"]
HEARD += ["too much", "that hurts", "let go", "hurts", "no", "help", "pause", "wait", "hold on", "louder", "quieter", "slower"]
HEARD += ["faster", "repeat", "say again", "how long", "ready", "okay", "yes", "go", "go on", "next", "continue"]
QUIET = np.random.default_rng(3)

_model = None


def grammar():
    """The phrases of all windows, the decoys, and garbage."""
    return json.dumps(HEARD + lexicon.DECOYS + [lexicon.GARBAGE])


def _start(folder):
    global _model
    vosk.SetLogLevel(-1)
    _model = vosk.Model(str(folder))


def hear(sound, model=None, words=None):
    """The words heard in a clip with a second of near-silence around it, with their confidences."""
    recognizer = vosk.KaldiRecognizer(model or _model, corpus.RATE, words or grammar())
    recognizer.SetWords(True)
    quiet = QUIET.integers(-12, 13, (2, corpus.RATE // 2)).astype(np.int16)
    sound = np.concatenate([quiet[0], sound, quiet[1]])
    found = []
    for start in range(0, len(sound), 1600):
        if recognizer.AcceptWaveform(sound[start : start + 1600].tobytes()):
            found += json.loads(recognizer.Result()).get("result", [])
    return found + json.loads(recognizer.FinalResult()).get("result", [])


def _judge(row):
    return row, hear(corpus.read(row))


def run(folder, split="dev", every=1):
    """Print recall per word on single words and in sentences, and what was heard in talk and noise that was not said."""
    rows = [row for row in corpus.rows() if corpus.split(row) == split][::every]
    rows = [row for row in rows if row["source"] != "fsdd" or row["path"].endswith(("0.flac", "5.flac"))]
    right, count, mistaken = Counter(), Counter(), defaultdict(Counter)
    false, seconds = Counter(), Counter()
    in_talk, found_in_talk = Counter(), Counter()
    with Pool(2, _start, (folder,)) as pool:
        for row, found in pool.imap(_judge, rows, 8):
            heard = [word["word"] for word in found if word["word"] != lexicon.GARBAGE]
            said = corpus.words(row)
            if row["kind"] == "word" and said[0] in lexicon.ALONE:
                place = said[0], "fsdd" if row["source"] == "fsdd" else "gsc"
                count[place] += 1
                right[place] += said[0] in heard
                wrong = " ".join(heard)
                if said[0] not in heard:
                    mistaken[place][wrong or "-"] += 1
            else:
                kind = "noise" if row["kind"] == "noise" else "talk"
                seconds[kind] += float(row["seconds"])
                for word in set(heard) & set(lexicon.ALONE) - set(said):
                    false[kind, word] += 1
                in_talk.update(set(said) & set(lexicon.ALONE))
                found_in_talk.update(set(said) & set(lexicon.ALONE) & set(heard))
    for place in sorted(count):
        print(f"{place[1]} {place[0]:6} {right[place]:3}/{count[place]:3} {right[place] / count[place]:.2f}", dict(mistaken[place].most_common(4)))
    for kind in seconds:
        alarms = {word: n for (k, word), n in false.most_common() if k == kind}
        print(f"{kind}: {seconds[kind] / 60:.1f} min", alarms)
    print("in sentences:", {word: f"{found_in_talk[word]}/{n}" for word, n in in_talk.most_common()})
    total = sum(count.values())
    stops = right["stop", "gsc"] / max(1, count["stop", "gsc"])
    digits = [place for place in count if place[0] in lexicon.NUMBERS]
    print(
        f"all {sum(right.values()) / total:.3f} stop {stops:.3f} digits "
        f"{sum(right[p] for p in digits) / sum(count[p] for p in digits):.3f} false stop {false['talk', 'stop']}",
        flush=True,
    )
