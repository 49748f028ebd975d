"""The loop: how what was decided becomes sound."""

from collections import deque

import numpy as np
import pytest

from coach.clips import Clip
from coach.echo import NoEcho
from coach.events import Cut, End, Rest, Say
from coach.loop import Loop
from coach.phrases import Intent, Meaning, Window
from coach.scheduler import LEAD
from coach.sound import BLOCK, RATE

VOICE = Clip(np.full(RATE // 2, 5000, np.int16), 0, RATE // 2)
OVER = (LEAD + RATE // 2) // BLOCK
"""The block in which all of the voice has been written to the card."""
HELD = 17
"""Blocks that the card holds before they sound."""


class Card:
    """Hears nothing, and says whether a cut found something to cut."""

    latency = HELD * BLOCK / RATE

    def __init__(self):
        self.held = deque([False] * HELD, HELD)
        self.cuts = []

    def read(self):
        return np.zeros(BLOCK, np.int16)

    def write(self, block):
        self.held.append(block.any())

    def cut(self):
        self.cuts.append(any(self.held))
        return self.cuts[-1]

    def faults(self):
        return []


class Ears:
    """Deaf ones."""

    voiced = False
    window = Window.ALWAYS

    def feed(self, block, speaking):
        return []

    def reset(self):
        pass


class Session:
    """Says something, and ends with a cut when it hears anything."""

    over = False

    def __init__(self, *actions):
        self.begin = lambda: list(actions)

    def handle(self, event):
        self.over = isinstance(event, Meaning)
        return [Cut(), End("stopped")] if self.over else []


def stopped(block, *actions):
    """Whether the card's sound was cut by a stop typed in that block, and the events of the timeline."""
    card, records, blocks = Card(), [], iter(range(10000))
    loop = Loop(
        Session(*actions), card, NoEcho("none"), Ears(), [{"Push.": VOICE}], [records.append],
        lambda: [Meaning(Intent.STOP, "stop")] if next(blocks) == block else [],
    )  # fmt: skip
    assert loop.run() == "stopped"
    return card.cuts, [record["event"] for record in records]


@pytest.mark.parametrize("block", [OVER - 1, OVER, OVER + HELD - 1])
def test_the_end_of_a_voice_is_cut_while_it_is_on_its_way(block):
    """Nothing is planned any more, and the last syllable still lies in the card."""
    assert stopped(block, Say("push", "Push.")) == ([True], ["say", "heard", "end", "silence"])


def test_where_all_is_silent_nothing_is_cut():
    """A speaker started anew would cost the echo canceller seconds."""
    assert stopped(OVER + HELD, Say("push", "Push.")) == ([False], ["say", "heard", "end"])


def test_planned_quiet_is_forgotten_without_touching_the_speaker():
    """The pause after a step does not sound."""
    assert stopped(OVER + HELD, Say("push", "Push."), Rest(5.0)) == ([False], ["say", "heard", "end", "silence"])
