"""Recogniser and spotter together: either is enough for a stop, both count for a number."""

from tests.scripted import EN, FIRST, FIVE, QUIET, SETTLING, acted_on, heard, script  # noqa: F401 (a fixture)

from coach.attention import AGAIN, LIKELY
from coach.ears import Ears
from coach.judge import TRUST, UNHEARD
from coach.phrases import Window
from coach.scheduler import Utterance
from coach.sound import BLOCK, RATE
from coach.spotter import SURE

GARBAGE = [("[unk]", 100.0)]


def values(ears, script, *steps):
    return [value for *_, value in heard(ears, script, *steps)]


def test_a_stop_that_only_the_spotter_hears(script):
    """At once where it is sure, whatever the recogniser takes it for."""
    script.readings, script.odds = GARBAGE, {"stop": SURE}
    assert heard(Ears(EN), script, ("[unk]", 5)) == [(0, "stop", "stop")]


def test_an_unlikely_one_is_none(script):
    """Neither where the spotter is not sure enough, nor where the recogniser is sure of something else."""
    script.readings, script.odds = GARBAGE, {"stop": LIKELY - 0.1}
    assert heard(Ears(EN), script, ("[unk]", 60)) == []
    script.odds = {"stop": SURE, "seven": SURE}
    script.readings = [("seven", 100.0)]
    assert heard(Ears(EN), script, ("[unk]", 60)) == []


def test_the_spotter_helps_a_doubtful_stop(script):
    """Where the recogniser rather hears something else."""
    script.readings = [("couch", 104.0), ("ow", 100.0)]
    assert values(Ears(EN), script, ("ow", 60)) == []
    script.odds = {"ow": LIKELY * 0.9}
    assert values(Ears(EN), script, ("ow", 60)) == []
    script.odds = {"ow": 2.0}
    assert values(Ears(EN), script, ("ow", 60)) == ["stop"]


def test_heard_by_both_is_one_stop(script):
    """Whoever is first."""
    script.readings, script.odds = GARBAGE, {"stop": SURE}
    ears = Ears(EN)
    assert values(ears, script, ("[unk]", 5)) == ["stop"]
    script.readings = [("stop", 100.0)]
    assert values(ears, script, ("stop", 60), ("stop", "final")) == []

    ears, script.odds = Ears(EN), {}
    assert values(ears, script, ("stop", FIRST + 1)) == ["stop"]
    script.odds = {"stop": SURE}
    assert values(ears, script, ("stop", AGAIN // BLOCK // 2)) == []


def test_another_one_later_is_another(script):
    """A partner who says it again is heard again."""
    script.readings, script.odds = GARBAGE, {"stop": SURE}
    ears = Ears(EN)
    assert values(ears, script, ("[unk]", 5)) == ["stop"]
    script.odds = {}
    assert values(ears, script, ("[unk]", AGAIN // BLOCK)) == []
    script.readings = [("stop", 100.0)]
    assert values(ears, script, ("[unk] stop", 60)) == ["stop"]


def test_the_coach_does_not_spot_itself(script):
    """What it is saying at this moment is not heard; another stop is."""
    says, found = Utterance("Say stop.", 0, RATE), {}
    for word in ("stop", "ouch"):
        script.readings, script.odds = GARBAGE, {}
        ears = Ears(EN)
        for _ in range(90):
            assert ears.feed(QUIET, says) == []
        script.odds = {word: SURE}
        found[word] = [meaning.text for _ in range(60) for meaning in ears.feed(QUIET, says)]
    assert found == {"stop": [], "ouch": ["ouch"]}


def test_an_answer_that_only_the_spotter_hears(script):
    """At a gate, once; nowhere else, and not where the recogniser is sure of something else."""
    for window, readings, expected in (
        (Window.GATE, GARBAGE, ["ready"]),
        (Window.ALWAYS, GARBAGE, []),
        (Window.GATE, [("seven", 100.0)], []),
    ):
        ears = Ears(EN)
        ears.window = window
        script.readings, script.odds = readings, {"ready": 2.0, "seven": 2.0}
        assert values(ears, script, ("[unk]", 30)) == expected
        script.odds = {}
        assert values(ears, script, ("[unk] ready", 60), ("[unk] ready", "final")) == []


def test_a_number_that_the_spotter_does_not_hear_is_refused(script):
    """A number that was not meant could lead deeper."""
    readings = [("five", 100.0), ("[unk]", 94.0)]
    assert acted_on(script, ("five", SETTLING + 5, readings)) == [5]
    script.odds = {"five": -SURE}
    assert acted_on(script, ("five", SETTLING + 5, readings)) == []


def test_the_spotter_chooses_between_numbers(script):
    """Of two readings that are nearly the same to the recogniser."""
    script.odds = {"five": -SURE, "nine": SURE}
    assert acted_on(script, ("five", SETTLING + 5, [("five", 100.0), ("nine", 99.0)])) == []
    assert acted_on(script, ("nine", SETTLING + 5, [("nine", 100.0), ("five", 99.0)])) == [9]


def test_what_only_the_spotter_hears_counts_little(script):
    """It is a reading, but far behind: a clear number stays one."""
    script.odds = {"nine": (UNHEARD / TRUST) / 2}
    assert acted_on(script, ("five", SETTLING + 5, FIVE), window=Window.PAIN) == [5]
