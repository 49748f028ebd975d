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


def run(folder, split="dev"):
    """Print recall per word on single words and in sentences, and what was heard in talk and noise that was not said."""
    rows = [row for row in corpus.rows() if corpus.split(row) == split]
    right, count, mistaken = Counter(), Counter(), defaultdict(Counter)
    false, seconds = Counter(), Counter()
    in_talk, found_in_talk = Counter(), Counter()
    with Pool(2, _start, (folder,)) as pool:
        for row, found in pool.imap(_judge, rows, 8):
            heard = [word["word"] for word in found if word["word"] != lexicon.GARBAGE]
            said = corpus.words(row)
            if row["kind"] == "word" and said[0] in lexicon.ALONE:
                word = said[0]
                count[word] += 1
                right[word] += word in heard
                if word not in heard:
                    mistaken[word][" ".join(heard) or "-"] += 1
            else:
                kind = "noise" if row["kind"] == "noise" else "talk"
                seconds[kind] += float(row["seconds"])
                for word in set(heard) & set(lexicon.ALONE) - set(said):
                    false[kind, word] += 1
                in_talk.update(set(said) & set(lexicon.ALONE))
                found_in_talk.update(set(said) & set(lexicon.ALONE) & set(heard))
    for word in sorted(count):
        print(f"{word:6} {right[word]:3}/{count[word]:3} {right[word] / count[word]:.2f}", dict(mistaken[word].most_common(4)))
    for kind in seconds:
        alarms = {word: n for (k, word), n in false.most_common() if k == kind}
        print(f"{kind}: {seconds[kind] / 60:.1f} min", alarms)
    print("in sentences:", {word: f"{found_in_talk[word]}/{n}" for word, n in in_talk.most_common()})
    total = sum(count.values())
    stops = right["stop"] / max(1, count["stop"])
    digits = [word for word in count if word in lexicon.NUMBERS]
    print(
        f"all {sum(right.values()) / total:.3f} stop {stops:.3f} digits "
        f"{sum(right[word] for word in digits) / sum(count[word] for word in digits):.3f} false stop {false['talk', 'stop']}",
        flush=True,
    )
