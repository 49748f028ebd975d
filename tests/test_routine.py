"""The routine that ships, and what its writers are told when they make a mistake."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import BadInput
from coach.plan import CONDITIONS, Plan
from coach.routine import load

PSOAS = load()

FACTS = {
    "setup": ["thirty degrees", "left hip is completely off the table", "right hip is on it", "low back is flat", "origin of the psoas",
              "many joints", "stay put", "really stiff", "held higher"],
    "first": ["very gently", "a pound or two", "hold for ten seconds", "lower it toward the floor", "don't push", "don't press",
              "let it go down", "tolerable", "a couple of pounds of pressure", "ten is excruciating", "below six"],
    "again": ["deep breath in, and hold", "Keep the tension", "hold for ten seconds", "Breathe out", "drop a little further", "feel the leg give",
              "must not be pulled off the table"],
    "close": ["first stretch"],
    "up": ["helper lifts it for you", "onto the side", "up sideways"],
    "before": ["low back pain", "twenty-five", "firm surface", "kitchen island", "A bed is too soft", "nice and slow",
               "contract a little", "you stop whenever the partner says so"],
    "screening": ["surgery", "fracture", "hip replacement, on either side", "Osteoporosis", "Pregnancy", "Blood clots", "blood thinners",
                  "High blood pressure", "heart disease", "Pain going down the leg", "Numbness", "tingling", "saddle area",
                  "bladder or bowel", "emergency", "not medical advice"],
}  # fmt: skip


@pytest.mark.parametrize(("part", "fact"), [(part, fact) for part, facts in FACTS.items() for fact in facts])
def test_every_fact_is_said_in_its_part(part, fact):
    """Each fact of the stretch is said, in the part where it belongs."""
    assert fact in " ".join(cue.text for cue in PSOAS.cues(Plan()) if cue.part == part)


def test_the_other_side_is_mirrored():
    """Swapping left and right in a session for one side gives the session for the other."""

    def said(side):
        return [cue.text for cue in PSOAS.cues(Plan((side,)))]

    swapped = [text.replace("left", "LEFT").replace("right", "left").replace("LEFT", "right") for text in said("left")]
    assert swapped == said("right")
    assert said("left") != said("right")


def test_the_deeper_cues_are_those_that_go_deeper():
    """Lowering, pressing and dropping are marked: the rules rest on it."""
    assert [cue.name for cue in PSOAS.cues(Plan()) if cue.deeper] == ["lower", "pressure", "drop"]


def test_breathing_normally_holds_no_breath():
    """With --breathe-normally nobody is told to hold their breath."""
    said = " ".join(cue.text for cue in PSOAS.cues(Plan(breathe_normally=True, screening=False)))
    assert "breath in" not in said
    assert "breathe normally" in said


@pytest.mark.parametrize("only", CONDITIONS)
def test_every_condition_holds_in_some_plan(only):
    """And, unless it is none, does not in some other: such a step would be said to everybody."""
    plans = Plan(), Plan(sides=("left", "right"), rounds=3, start_high=True, breathe_normally=True)
    assert {plan.applies(only) for plan in plans} == ({True, False} if only else {True})


@given(
    st.builds(
        Plan,
        st.sampled_from([("left",), ("left", "right")]),
        st.integers(1, 5),
        st.integers(3, 20),
        st.integers(1, 7),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    )
)
def test_every_plan_can_be_said(plan):
    """Whatever was asked for, every text is complete: no field is left open."""
    for text in PSOAS.texts(plan):
        assert text
        assert not set(text) & set("{}")
        assert set(text) <= set(string.ascii_letters + " .,:'?-")


GOOD = """
title = "T"
[[setup]]
cue = "lie"
say = "Lie down."
lying = true
[[first]]
cue = "push"
say = "Push."
then = "hold"
[[up]]
cue = "up"
say = "Up."
"""
LINES = "\n[lines]\n" + "\n".join(f'{name} = "x"' for name in type(PSOAS.lines).__dataclass_fields__)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('then = "hold"', 'then = "wait"', 10, "ready, pain or hold"),
        ('cue = "push"', 'cue = "push"\nname = "x"', 9, "unknown key 'name'"),
        ('say = "Push."', "say = 5", 9, "text in quotes"),
        ('say = "Push."', 'say = "Push {knee}."', 9, "{knee}"),
        ('say = "Push."', 'say = "Push {."', 9, "curly"),
        ('say = "Push."', 'say = ""', 9, "empty"),
        ('say = "Push."\n', "", 7, "'say' is missing"),
        ('cue = "up"', 'cue = "up"\npause = 900', 13, "0 to 60"),
        ("[[first]]", "[[frist]]", 7, "unknown key 'frist'"),
        ("[[up]]", "[up]", 11, "two brackets"),
        ("lying = true\n", "", 3, "lying"),
        ("lying = true\n", 'lying = true\nonly = "start-high"\n', 3, "always said"),
        ('say = "Up."', 'say = "Up."\nthen = "pain"', 14, "getting up waits for nothing"),
        ('cue = "push"', 'cue = " "', 8, "a name"),
        ('then = "hold"', 'then = "hold"\ndeeper = true', 10, "deeper"),
        ('stop = "x"', 'stop = "{number}"', 22, "{number}"),
        ('stop = "x"', 'stop = "{limit:d}"', 22, "limit"),
        ('stop = "x"', 'stop = ""', 22, "empty"),
        ('title = "T"', "title = ", 2, "Invalid"),
        ('then = "hold"', 'then = "hold"\nonly = "sundays"', 11, "start-high"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, line, told):
    """A broken routine file gets file, line and what was expected."""
    path = tmp_path / "mine.toml"
    assert old in GOOD + LINES
    path.write_text((GOOD + LINES).replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message
    assert f"line {line}" in message
    assert told in message


def test_a_good_file_loads(tmp_path):
    """The file that the mistakes above are made in is itself fine."""
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + LINES)
    assert [cue.name for cue in load(path).cues(Plan())] == ["lie", "push", "up"]


def test_a_routine_that_is_not_there_is_named():
    """An unknown name gets a sentence, not a traceback."""
    with pytest.raises(BadInput, match="hamstrings"):
        load("hamstrings")
