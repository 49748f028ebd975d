"""A number that stands alone and that only the spotter has heard."""

import numpy as np
import pytest
from tests.scripted import EN, QUIET, script  # noqa: F401 (a fixture)

from coach.ears import Ears
from coach.memory import APART, LONE
from coach.phrases import Window
from coach.sound import BLOCK
from coach.spotter import CERTAIN

LOUD = np.random.default_rng(1).normal(0, 3000, BLOCK).astype(np.int16)
GARBAGE = [("[unk]", 100.0)]
BEFORE, AFTER = 2 * APART, 40


def heard(script, *parts, window=Window.PAIN, spotted=None, text="", readings=GARBAGE):
    """The values that are taken in parts of (block, how many); the spotter hears its words from the end of the last loud one."""
    ears, found, script.text = Ears(EN), [], text
    ears.window = window
    script.readings, script.odds = readings, {}
    for number, (block, count) in enumerate(parts):
        if number == len(parts) - 1:
            script.odds = {"seven": CERTAIN} if spotted is None else spotted
        for _ in range(count):
            found += [meaning.value for meaning in ears.feed(block)]
    return found


@pytest.mark.parametrize("text", ["", "[unk]", "heaven"])
def test_whatever_the_recogniser_took_it_for(script, text):  # noqa: F811
    """As long as that is no word of ours, and it is taken once."""
    assert heard(script, (QUIET, BEFORE), (LOUD, 40), (QUIET, AFTER), text=text) == [7]


def test_in_talk_it_is_none(script):  # noqa: F811
    """What goes on for longer than a word, or follows something else, is no answer."""
    assert heard(script, (QUIET, BEFORE), (LOUD, LONE + 10), (QUIET, AFTER)) == []
    assert heard(script, (QUIET, BEFORE), (LOUD, 40), (QUIET, 15), (LOUD, 40), (QUIET, AFTER)) == []
    assert heard(script, (QUIET, BEFORE), (LOUD, 40)) == []


def test_it_is_one_only_where_it_was_asked_for(script):  # noqa: F811
    """A seven that nobody asked for is no pain number."""
    for window in (Window.ALWAYS, Window.GATE):
        assert heard(script, (QUIET, BEFORE), (LOUD, 40), (QUIET, AFTER), window=window) == []


def test_what_the_recogniser_heard_speaks_against_it(script):  # noqa: F811
    """Another number, the more so a higher one, or something to obey."""
    word = (QUIET, BEFORE), (LOUD, 40), (QUIET, AFTER)
    for readings in ([("nine", 100.0)], [("[unk] nine", 100.0)], [("wait", 100.0)]):
        assert heard(script, *word, readings=readings) == []
    assert heard(script, *word, readings=[("nine", 100.0)], spotted={"nine": CERTAIN}) == [9]


def test_the_recogniser_may_hear_it_later(script):  # noqa: F811
    """The same is no other answer; a higher one is."""
    for text, expected in (("seven", [7]), ("nine", [7, 9])):
        ears, found, script.text = Ears(EN), [], ""
        ears.window = Window.PAIN
        script.readings, script.odds = GARBAGE, {}
        for block in [QUIET] * BEFORE + [LOUD] * 40 + [QUIET] * 80:
            script.odds = {"seven": CERTAIN} if len(found) == 0 else {}
            if found:
                script.text, script.readings = text, [(text, 100.0)]
            found += [meaning.value for meaning in ears.feed(block)]
        assert found == expected
