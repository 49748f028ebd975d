"""What people say, row by row, and the properties that hold for anything they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach import phrases
from coach.phrases import NUMBERS, OVER_TEN, STOPS, Intent, Window, understand

NUMBER = st.sampled_from(list(NUMBERS))
WINDOW = st.sampled_from(list(Window))
VOCABULARY = sorted({word for window in Window for phrase in phrases.spoken(window) for word in phrase.split()})
SAYINGS = st.lists(st.sampled_from([*VOCABULARY, "[unk]", "coffee", "point", "to", "out", "of"]), max_size=7).map(" ".join)

ANYWHERE = ["pain {}", "pain is a {}", "pain's a {}", "i'm at a {}", "i am at {}", "it's a {}", "{} out of ten", "my pain is {}"]
ASKED = ["{}", "a {}", "about a {}", "{} {}", "okay {}", "yeah maybe {}", "i'd say {}", "um {}", "no a {}", "{} point zero"]


def said(words, window=Window.ALWAYS):
    meaning = understand(words, window)
    return None if meaning is None else (meaning.intent.value, meaning.value) if meaning.value is not None else meaning.intent.value


@pytest.mark.parametrize(
    "words",
    ["stop", "ow", "ouch", "enough", "that's enough", "too much", "that hurts", "it's hurting", "let go", "let it go", "no"]
    + ["no no no", "help", "help me", "don't stop", "okay stop", "pain five stop", "coffee stop [unk]", "no wait", "no more"]
    + ["two much", "much", "much too much", "too pain", "two pain four", "help no pain", "no more pain"]  # too painful; too ... much
    + ["help me up", "help me up please", "somebody help", "somebody help me", "i can't", "no i can't", "i can't go on"],
)
def test_stops_in_every_window(words):
    """What stops does so whatever was asked."""
    assert [said(words, window) for window in Window] == ["stop"] * 3


@pytest.mark.parametrize("words", ["i can't see the knee", "you can't", "help him up", "somebody", "up", "me", "somebody ready"])
def test_talk_is_no_cry(words):
    """What is not all ours is not obeyed, and neither is what only goes with a cry."""
    assert [said(words, window) for window in Window] == [None] * 3


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("five", 5),
        ("six or seven", 7),
        ("seven or six", 7),
        ("between five and six", 6),
        ("five to six", 6),
        ("six and a half", 7),
        ("six and a bit", 7),
        ("six or seven and a half", 8),
        ("four point five", 5),
        ("four point zero five", 5),
        ("ten and a half", OVER_TEN),
        ("eleven", OVER_TEN),
        ("a hundred", OVER_TEN),
        ("twenty five", OVER_TEN),
        ("over ten", OVER_TEN),
        ("over six", 7),
        ("more five", 6),
        ("more than six", 7),
        ("seven out of ten", 7),
        ("seven or eight out of ten", 8),
        ("seven over ten", 7),
        ("ten out of ten", 10),
        ("no pain", 0),
        ("no pain at all", 0),
        ("none", 0),
        ("none at all", 0),
        ("zero", 0),
        ("about a four", 4),
        ("no five", 5),
    ],
)
def test_numbers_when_asked(words, value):
    """Every way of saying a number after a pain question."""
    assert said(words, Window.PAIN) == ("pain", value)


@pytest.mark.parametrize(
    ("words", "value"),
    [("pain five", 5), ("pain is a five", 5), ("i'm at a five", 5), ("no pain", 0), ("pain six or seven", 7), ("seven out of ten", 7)],
)
def test_numbers_at_any_time(words, value):
    """A number in a sentence about pain is heard without having been asked for."""
    assert [said(words, window) for window in Window] == [("pain", value)] * 3


@pytest.mark.parametrize("words", ["five", "six or seven", "zero", "none", "a hundred"])
def test_a_bare_number_means_nothing_unless_asked(words):
    """Numbers are counted aloud in this room all the time."""
    assert said(words, Window.ALWAYS) is said(words, Window.GATE) is None


@pytest.mark.parametrize("words", ["", "[unk]", "six or", "between six and", "between five", "between a five", "and a half", "or six", "point five", "six point", "out of ten", "pain", "coffee six", "six coffee"])
def test_half_a_number_is_asked_for_again(words):
    """Where the higher number may have been lost, none is taken."""
    assert said(words, Window.PAIN) is None


@pytest.mark.parametrize(
    ("words", "always", "gate"),
    [
        ("ready", None, "ready"),
        ("i'm ready", None, "ready"),
        ("okay", None, "ready"),
        ("yes", None, "ready"),
        ("yes okay go", None, "ready"),
        ("go", None, "ready"),
        ("next", None, "ready"),
        ("go on", "resume", "ready"),
        ("continue", "resume", "ready"),
        ("resume", "resume", "resume"),
        ("pause", "pause", "pause"),
        ("wait", "pause", "pause"),
        ("wait a minute", "pause", "pause"),
        ("hold on", "pause", "pause"),
        ("okay hold on please", "pause", "pause"),
        ("repeat", "repeat", "repeat"),
        ("say that again", "repeat", "repeat"),
        ("what", "repeat", "repeat"),
        ("what was that", "repeat", "repeat"),
        ("a little louder please", "louder", "louder"),
        ("quieter", "quieter", "quieter"),
        ("slower", "slower", "slower"),
        ("faster", "faster", "faster"),
        ("skip", "skip", "skip"),
        ("how long", "help", "help"),
        ("hold", None, None),
        ("ready coffee", None, None),
        ("don't go on", None, None),
        ("wait what", "pause", "pause"),
        ("louder slower", None, None),
    ],
)
def test_commands(words, always, gate):
    """What is asked of the coach, at any time and at a gate."""
    assert (said(words, Window.ALWAYS), said(words, Window.PAIN), said(words, Window.GATE)) == (always, always, gate)


@given(NUMBER, st.sampled_from(ANYWHERE), WINDOW)
def test_any_way_of_saying_n_gives_n(number, form, window):
    """A sentence about pain gives its number in every window."""
    assert said(form.format(number), window) == ("pain", NUMBERS[number])


@given(NUMBER, st.sampled_from(ASKED))
def test_any_short_way_of_saying_n_gives_n_when_asked(number, form):
    """An answer to a pain question gives its number."""
    assert said(form.format(number, number), Window.PAIN) == ("pain", NUMBERS[number])


@given(NUMBER, NUMBER, st.sampled_from(["{} or {}", "between {} and {}", "{} {}", "{} to {}", "maybe {} or maybe {}"]), WINDOW)
def test_of_two_numbers_the_higher(low, high, form, window):
    """Whichever is said first, the higher one counts."""
    assert said("pain " + form.format(low, high), window) == ("pain", max(NUMBERS[low], NUMBERS[high]))


@given(SAYINGS, WINDOW)
def test_no_number_is_ever_lowered(words, window):
    """Whatever is said around it, a number under the highest one said is never understood."""
    meaning = understand(words, window)
    if meaning is not None and meaning.value is not None:
        unscaled = words.replace("out of ten", "").replace("over ten", "").replace("of ten", "")
        assert meaning.value >= max((NUMBERS.get(word, 0) for word in unscaled.split()), default=0)
        assert meaning.value <= OVER_TEN


@given(SAYINGS, st.sampled_from(STOPS), SAYINGS, WINDOW)
def test_a_stop_word_anywhere_stops(before, word, after, window):
    """Nothing said around a stop word takes it back, and it need not be waited for."""
    meaning = understand(f"{before} {word} {after}".strip(), window)
    assert meaning.intent is Intent.STOP
    assert phrases.urgent(meaning)


@given(SAYINGS, WINDOW)
def test_refusals_wait_and_are_not_lost(words, window):
    """A "no" among words of ours is a stop or part of a number, never an agreement, and it may still grow."""
    meaning = understand(f"no {words}".strip(), window)
    assert meaning is None or meaning.intent in (Intent.STOP, Intent.PAIN)
    assert not phrases.urgent(understand("no", window))


@given(st.text(), WINDOW)
def test_nothing_breaks_it(words, window):
    """Any text at all is understood or not, without an error."""
    understand(words, window)


@given(WINDOW)
def test_all_that_is_listened_for_is_understood(window):
    """Every phrase of a window's grammar means something there."""
    assert [phrase for phrase in phrases.spoken(window) if understand(phrase, window) is None] == []


def test_too_far_is_no_answer():
    """It sounds like "two five", which nobody answers; "two three" and "two or five" are answers."""
    answers = {words: understand(words, Window.PAIN) for words in ("two five", "it's two four", "two three", "two or five")}
    assert [meaning and meaning.value for meaning in answers.values()] == [None, None, 3, 5]
