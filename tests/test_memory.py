"""The last moments of sound, and whether a word in them stands alone."""

import numpy as np

from coach.memory import APART, LONE, Memory
from coach.sound import BLOCK

QUIET = np.zeros(BLOCK, np.int16)
LOUD = np.random.default_rng(1).normal(0, 3000, BLOCK).astype(np.int16)


def lone(*parts):
    """What `lone` says at the end of parts of (block, how many)."""
    memory = Memory()
    for block, count in parts:
        for _ in range(count):
            memory.feed(block)
    return memory.lone()


def test_a_word_between_quiet_stands_alone():
    """It is told how long ago it began, about."""
    assert 50 <= lone((QUIET, 2 * APART), (LOUD, 30), (QUIET, 25)) <= 55


def test_nothing_and_what_goes_on_do_not():
    """Nor does what is longer than a word, or comes right behind another."""
    assert lone((QUIET, 200)) == 0
    assert lone((QUIET, 2 * APART), (LOUD, 30)) == 0
    assert lone((QUIET, 2 * APART), (LOUD, LONE + 10), (QUIET, 25)) == 0
    assert lone((QUIET, 2 * APART), (LOUD, 30), (QUIET, APART // 2), (LOUD, 30), (QUIET, 25)) == 0


def test_the_next_word_after_a_pause_stands_alone_again():
    """However much was said before that."""
    assert lone((LOUD, 300), (QUIET, 3 * APART), (LOUD, 30), (QUIET, 25)) > 0
