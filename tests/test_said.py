"""What in an utterance is new."""

import pytest

from coach.phrases import Window, understand
from coach.said import Said, stops

PAIN, ALWAYS = Window.PAIN, Window.ALWAYS


def after(text, window=PAIN):
    """An utterance in which that was acted on."""
    said = Said()
    said.acted_on(understand(text, window), text)
    return said


@pytest.mark.parametrize(
    ("before", "text", "value"),
    [("six", "six", None), ("six", "six or seven", 7), ("six", "six five", None), ("six", "a six", None), ("three", "seven", 7), ("seven", "three", None)],
)
def test_a_number_may_become_a_higher_one(before, text, value):
    """Never a lower one, and it is not taken twice."""
    meaning = after(before).meaning(text, PAIN)
    assert (meaning and meaning.value) == value


def test_the_rest_is_what_was_added():
    """All of it when nothing was acted on, or when the words before have changed."""
    assert Said().rest("five") == " five"
    assert after("five").rest("five stop") == " stop"
    assert after("five").rest("four stop") == " four stop"


def test_a_second_stop_is_another_one():
    """The first is in the text still."""
    assert after("stop", ALWAYS).meaning("stop", ALWAYS) is None
    assert after("stop", ALWAYS).meaning("stop stop", ALWAYS).text == "stop"


def test_what_is_said_behind_a_stop_that_was_none():
    """A stop always; a number unless a higher one was heard before it."""
    assert Said().behind((0, "stop"), "stop five", PAIN).value == 5
    assert Said().behind((6, "stop"), "seven stop five", PAIN) is None
    assert Said().behind((0, "stop"), "stop ouch", PAIN).text == "ouch"
    assert after("five").behind((5, "stop"), "five stop five", PAIN) is None


def test_the_place_of_each_stop_word():
    """Also of one that is none by itself."""
    assert stops("five stop ouch", None) == [(5, "stop"), (10, "ouch")]
    assert stops("that's too much", understand("too much", ALWAYS)) != []
