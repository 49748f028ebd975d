"""Single words that nobody recorded: cut out of sentences, and put together from pieces of one person's speech.

Hardly twenty people a digit said it alone, and "pain" and "ouch" nobody; but more than a hundred read sentences. "Pain" is the P
of "people" and the rest of "rain": where one side of a joint is a noise (a stop or a fricative), it is not heard.
"""

from itertools import combinations

import numpy as np

from . import lexicon
from .align import HOP, Clip

EDGE = 3  # frames around a cut word, faded in and out
FADE = HOP // 2  # samples of a joint
SHORTEST = 6  # frames of a vowel in a spliced word; in a sentence many are too reduced for a word of its own
PIECES = 3  # of a spliced word, at most
EACH = 2  # spliced versions of a word by one person

NOISES = frozenset("P B T D K G CH JH F V TH DH S Z SH ZH HH".split())
VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
SPLICED = lexicon.NUMBERS[:11] + """stop yes pain ready okay yeah wait pause next help much ow ouch enough hurt hurts hurting
again repeat continue skip slower faster louder quieter resume""".split()


def faded(sound):
    """With soft edges."""
    ramp = np.linspace(0, 1, min(EDGE * HOP, len(sound) // 2))
    sound = sound.astype(np.float32)
    sound[: len(ramp)] *= ramp
    sound[len(sound) - len(ramp) :] *= ramp[::-1]
    return sound.astype(np.int16)


def _cut(clip, words):
    """A clip of some neighbouring words of another clip."""
    first, last = max(0, words[0][1] - EDGE), words[-1][2] + EDGE
    phones = [(name, start - first, end - first) for name, start, end in clip.phones if start >= words[0][1] and end <= words[-1][2]]
    kept = [(name, start - first, end - first) for name, start, end in words]
    sound = faded(clip.sound[first * HOP : last * HOP])
    return Clip(sound, [name for name, *_ in words], "cut", clip.split, clip.speaker, phones, kept)


def cuts(clip, rng):
    """Every word of ours in a sentence, and one or two words in a row that are not."""
    for word in clip.words:
        if word[0] in lexicon.ALONE:
            yield _cut(clip, [word])
    others = [i for i, word in enumerate(clip.words) if word[0] not in lexicon.ALONE]
    if others:
        first = others[rng.integers(len(others))]
        yield _cut(clip, clip.words[first : first + 2] if first + 1 in others and rng.random() < 0.5 else clip.words[first : first + 1])


def _runs(clips, longest):
    """What one person says: run of phones -> where it is said without a pause, as (clip, index of the first phone)."""
    found = {}
    for clip in clips:
        for first in range(len(clip.phones)):
            run = ()
            for phone, start, end in clip.phones[first : first + longest]:
                if run and start != clip.phones[first + len(run) - 1][2] or phone in VOWELS and end - start < SHORTEST:
                    break
                run += (phone,)
                found.setdefault(run, []).append((clip, first))
    return found


def _divisions(way):
    """The ways to divide a pronunciation at joints that are not heard."""
    joints = [i for i in range(1, len(way)) if way[i - 1] in NOISES or way[i] in NOISES]
    for count in range(PIECES):
        for chosen in combinations(joints, count):
            yield [way[a:b] for a, b in zip((0, *chosen), (*chosen, len(way)))]


def _join(pieces, word, clip):
    """One clip from runs of phones, as (clip, first phone, how many)."""
    sound, phones, at = np.zeros(0, np.float32), [], 0
    for source, first, count in pieces:
        run = source.phones[first : first + count]
        piece = source.sound[run[0][1] * HOP : run[-1][2] * HOP + FADE].astype(np.float32)
        ramp = np.linspace(0, 1, FADE)
        if len(sound):
            piece[:FADE] = sound[-FADE:] * (1 - ramp) + piece[:FADE] * ramp
            sound = sound[:-FADE]
        sound = np.concatenate([sound, piece])
        phones += [(name, at + start - run[0][1], at + end - run[0][1]) for name, start, end in run]
        at = phones[-1][2]
    return Clip(faded(sound), [word], "spliced", clip.split, clip.speaker, phones, [(word, 0, at)])


def spliced(clips, rng):
    """Words of ours from pieces of what one person said; `clips` are that person's sentences."""
    runs = _runs(clips, max(len(way) for word in SPLICED for way in lexicon.pronunciations(word)))
    for word in SPLICED:
        possible = [
            division for way in lexicon.pronunciations(word) for division in _divisions(way) if all(piece in runs for piece in division)
        ]
        for _ in range(min(EACH, len(possible))):
            division = possible[rng.integers(len(possible))]
            places = [runs[piece][rng.integers(len(runs[piece]))] for piece in division]
            yield _join([(clip, first, len(piece)) for (clip, first), piece in zip(places, division)], word, clips[0])


def more(clips, seed):
    """All cut and spliced clips of these sentences."""
    rng = np.random.default_rng(seed)
    of = {}
    for clip in clips:
        yield from cuts(clip, rng)
        of.setdefault(clip.speaker, []).append(clip)
    for speaker in sorted(of):
        yield from spliced(of[speaker], rng)
