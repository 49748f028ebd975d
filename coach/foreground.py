"""The loudest voice of the last moments, without what is said behind it.

Whoever answers the coach lies beside it. A radio or people across the room are quieter, but the recogniser hears their words
too, and an answer with words around it that are not ours is no answer.
"""

import math

import numpy as np

from coach.activity import Activity
from coach.patience import STOP_SPAN

BEHIND = 9.0
"""Decibels under the loudest voice from which sound counts as behind it."""

AROUND = 20
"""Blocks kept before and after what is loud, 0.2 s: the F of "five" and the S of "six" are far quieter than their vowels."""

SMOOTH = 5
"""Blocks over which loudness is measured, 50 ms: a click is not a voice."""

ATTACK, BEFORE = 30, 100
"""Blocks from a word's beginning to its peak, at most; and those before it, 1 s."""

OVER = 20
"""Blocks in which a voice must have fallen for it to be over, 0.2 s: an "and a half" comes sooner."""

LOUDEST = 10
"""Blocks by which loudness is compared: a vowel is as long."""


def foreground(blocks: list[np.ndarray], quiet: np.ndarray) -> list[np.ndarray]:
    """The same blocks (int16, at least one), with `quiet` in place of each that is not near the loudest voice in them."""
    power = _around(_power(blocks), SMOOTH // 2)
    loud = power > power.max() * 10 ** (-BEHIND / 10)
    near = _around(loud, AROUND) > 0
    return [block if kept else quiet for block, kept in zip(blocks, near, strict=True)]


def stands_out(blocks: list[np.ndarray]) -> float:
    """By how many decibels what was just said is over what was heard before it, infinite after quiet; `blocks`: the last 2 s (int16)."""
    loudness = np.sqrt(_power(blocks))
    word = loudness[-STOP_SPAN:]
    peak = len(loudness) - STOP_SPAN + int(np.argmax(word))
    before = loudness[max(peak - BEFORE - ATTACK, 0) : max(peak - ATTACK, 0)]
    if not len(before) or _loudest(before) < Activity.QUIET:
        return math.inf
    return 20 * math.log10(max(_loudest(word), 1.0) / _loudest(before))


def fallen(blocks: list[np.ndarray]) -> float:
    """By how many decibels what was just said is over the last 0.2 s; `blocks`: the last 0.7 s (int16) or more."""
    loudness = np.sqrt(_power(blocks[-STOP_SPAN:]))
    return 20 * math.log10(max(_loudest(loudness), 1.0) / max(_loudest(loudness[-OVER:]), 1.0))


def _power(blocks: list[np.ndarray]) -> np.ndarray:
    return np.mean(np.square(np.array(blocks, np.float64)), axis=1)


def _loudest(loudness: np.ndarray) -> float:
    return float(np.sort(loudness)[-LOUDEST:].mean())


def _around(values: np.ndarray, reach: int) -> np.ndarray:
    """The sum of each value and its neighbours up to `reach` away."""
    return np.convolve(values, np.ones(2 * reach + 1))[reach : reach + len(values)]
