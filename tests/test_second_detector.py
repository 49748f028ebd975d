"""Recogniser and spotter together: either is enough for a stop, both count for a number."""

import numpy as np
from tests.scripted import EN, FIRST, FIVE, QUIET, SETTLING, acted_on, heard, script  # noqa: F401 (a fixture)

from coach.attention import SURE
from coach.ears import Ears
from coach.hints import AGAIN, AHEAD, ANSWERS, BEHIND, LIKELY, PLAIN, STOPS
from coach.judge import NOBODY, PRUNED, TRUST, UNHEARD
from coach.phrases import Window
from coach.residue import Remains
from coach.scheduler import Utterance
from coach.sound import BLOCK, RATE
from coach.spotter import CERTAIN, DOUBT

GARBAGE = [("[unk]", 100.0)]


def values(ears, script, *steps):
    return [value for *_, value in heard(ears, script, *steps)]


def test_a_stop_that_only_the_spotter_hears(script):
    """At once where it is sure, whatever the recogniser takes it for."""
    script.readings, script.odds = GARBAGE, {"stop": CERTAIN}
    assert heard(Ears(EN), script, ("[unk]", 5)) == [(0, "stop", "stop")]


def test_an_unlikely_one_is_none(script):
    """Neither where the spotter is not sure enough, nor where the recogniser is sure of something else."""
    script.readings, script.odds = GARBAGE, {"stop": LIKELY - 0.1}
    assert heard(Ears(EN), script, ("[unk]", 60)) == []
    script.odds = {"stop": CERTAIN, "seven": CERTAIN}
    script.readings = [("seven", 100.0)]
    assert heard(Ears(EN), script, ("[unk]", 60)) == []


def test_the_spotter_helps_a_doubtful_stop(script):
    """Where the recogniser rather hears something else."""
    script.readings = [("top", 104.0), ("stop", 100.0)]
    assert values(Ears(EN), script, ("stop", 60)) == []
    script.odds = {"stop": 0.4}
    assert values(Ears(EN), script, ("stop", 60)) == []
    script.odds = {"stop": 2.0}
    assert values(Ears(EN), script, ("stop", 60)) == ["stop"]


def test_a_stop_that_only_the_spotter_is_sure_of(script):
    """Rather sure, and surer of a cry than of "stop"; less so where the recogniser has heard somebody; and unless something else is heard by both."""
    for reading, doubtful, enough in (("", 1.4, 1.6), ("[unk]", LIKELY * 0.9, LIKELY)):
        script.readings = [(reading, 100.0)]
        for word in STOPS:
            more = NOBODY / TRUST if reading == "" and word != "stop" else 0.0
            for odds, expected in ((doubtful, []), (enough, ["stop"])):
                script.odds = {word: odds + more}
                assert values(Ears(EN), script, (reading, 60)) == expected
    script.readings, script.odds = [("seven", 100.0)], {"ow": 1.6, "seven": 3.0}
    assert values(Ears(EN), script, ("[unk]", 60)) == []


def in_talk(script, text, odds, before):
    """What is acted on first of something that the recogniser takes for `text`, behind two seconds of others who are so loud."""
    ears, script.text, script.odds = Ears(EN), "[unk]", {}
    for _ in range(200):
        ears.feed(np.full(BLOCK, before, np.int16))
    script.text, script.odds = text, odds
    found = [meaning for _ in range(60) for meaning in ears.feed(np.full(BLOCK, 1000, np.int16))]
    return [meaning.intent.value for meaning in found[:1]]


def test_a_cry_in_the_midst_of_talk_must_be_surer(script):
    """Half of what people say holds an "ow". "Stop" needs no more there than elsewhere, nor does a cry over the talk."""
    script.readings = GARBAGE
    for said, odds, before, expected in (
        ("ow", 2.2, 20, ["stop"]),
        ("ow", 2.2, 1000, []),
        ("ow", 2.2, 500, ["stop"]),
        ("ow", CERTAIN, 1000, ["stop"]),
        ("hurts", 2.2, 1000, []),
        ("stop", 2.2, 1000, ["stop"]),
    ):
        assert in_talk(script, "[unk]", {said: odds}, before) == expected
    script.readings = [("[unk]", 100.0), ("that hurts", 98.0)]  # the recogniser hears it too
    assert in_talk(script, "[unk]", {"hurts": 2.2}, 1000) == ["stop"]


def test_what_is_a_cry_when_it_is_heard_once_more_must_be_surer(script):
    """Whatever the recogniser took it for at first."""
    script.readings = GARBAGE
    for odds, before, expected in (({"ow": 2.2}, 20, ["stop"]), ({"ow": 2.2}, 1000, []), ({"stop": 2.2}, 1000, ["stop"])):
        assert in_talk(script, "stop", odds, before) == expected


def test_more_evidence_loses_no_stop(script):
    """Another stop word, likelier or not, nor that the recogniser has heard it too, and something else far rather."""
    for readings in ([("couch", 107.0)], [("couch", 107.0), ("ow", 100.0)], [("[unk]", 107.0), ("ow", 100.0)]):
        script.readings, script.odds = readings, {"ow": 1.6}
        assert values(Ears(EN), script, ("[unk]", 60)) == ["stop"]
    for odds in ({}, {"stop": 1.9}, {"stop": 2.1}):
        script.readings, script.odds = GARBAGE, {"ow": 2.0} | odds
        assert values(Ears(EN), script, ("[unk]", 60)) == ["stop"]


def test_heard_by_both_is_one_stop(script):
    """Whoever is first."""
    script.readings, script.odds = GARBAGE, {"stop": CERTAIN}
    ears = Ears(EN)
    assert values(ears, script, ("[unk]", 5)) == ["stop"]
    script.readings = [("stop", 100.0)]
    assert values(ears, script, ("stop", 60), ("stop", "final")) == []

    ears, script.odds = Ears(EN), {}
    assert values(ears, script, ("stop", FIRST + 1)) == ["stop"]
    script.odds = {"stop": CERTAIN}
    assert values(ears, script, ("stop", AGAIN // BLOCK // 2)) == []


def test_another_one_later_is_another(script):
    """A partner who says it again is heard again."""
    script.readings, script.odds = GARBAGE, {"stop": CERTAIN}
    ears = Ears(EN)
    assert values(ears, script, ("[unk]", 5)) == ["stop"]
    script.odds = {}
    assert values(ears, script, ("[unk]", AGAIN // BLOCK)) == []
    script.readings = [("stop", 100.0)]
    assert values(ears, script, ("[unk] stop", 60)) == ["stop"]


def test_the_coach_does_not_spot_itself(script):
    """Over its voice only who is louder than its rest is listened to."""
    found = {}
    for drowned in (False, True):
        says = Utterance("Say stop. Stopping.", 0, RATE, Remains(drowned))
        script.readings, script.odds = GARBAGE, {}
        ears = Ears(EN)
        for _ in range(90):
            assert ears.feed(QUIET, says) == []
        spotted = [{"stop": CERTAIN} if block > BEHIND else {} for block in range(2 * BEHIND)]
        found[drowned] = []
        for script.odds in spotted:
            found[drowned] += [meaning.text for meaning in ears.feed(QUIET, says)]
    assert found == {False: [], True: ["stop"]}


def test_over_the_coachs_voice_a_doubtful_stop_stays_one(script):
    """The spotter does not know what a canceller leaves of it."""
    for says, expected in ((None, ["ow"]), (Utterance("Breathe in and hold it.", 0, 5 * RATE), [])):
        ears, script.text = Ears(EN), "ow"
        script.readings, script.odds = [("couch", 104.0), ("ow", 100.0)], {"ow": LIKELY}
        assert [meaning.text for _ in range(60) for meaning in ears.feed(QUIET, says)] == expected


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


def test_a_stop_goes_before_an_answer(script):
    """At a gate, whichever the spotter finds likelier."""
    ears = Ears(EN)
    ears.window = Window.GATE
    script.readings, script.odds = GARBAGE, {"stop": CERTAIN - 0.1, "yes": CERTAIN}
    assert values(ears, script, ("[unk]", 60))[:1] == ["stop"]


def test_an_answer_among_other_words_is_none(script):
    """The recogniser heard more than that, "not ready" perhaps; a word that is none of ours it may have misheard."""
    for text, expected in (("[unk] ready", []), ("not ready", []), ("red", ["ready"])):
        ears = Ears(EN)
        ears.window = Window.GATE
        script.readings, script.odds = [(text, 100.0), ("ready", 97.0)], {"ready": CERTAIN}
        assert values(ears, script, (text, 60)) == expected


def test_an_answer_heard_by_both_is_one(script):
    """The recogniser is later."""
    ears = Ears(EN)
    ears.window = Window.GATE
    script.readings, script.odds = GARBAGE, {"ready": 3.0}
    assert values(ears, script, ("[unk]", 10)) == ["ready"]
    script.readings = [("ready", 100.0)]
    assert values(ears, script, ("[unk] ready", 40), ("ready", 40)) == []


def test_the_coachs_own_answer_is_none(script):
    """It is heard until its last word has died away, and no longer asked for then."""
    says, ears = Utterance("Say ready.", 0, RATE), Ears(EN)
    ears.window = Window.GATE
    script.readings = GARBAGE
    for block in range(200):
        script.odds = {"ready": 3.0 if 130 <= block < 175 else DOUBT}
        assert ears.feed(QUIET, says) == []


def test_a_stop_among_words_that_the_spotter_missed(script):
    """What it misses counts once: in running speech it misses much."""
    for text in ("no stop", "ow stop", "wait stop", "ready stop"):
        script.readings, script.odds = [(text, 100.0)], dict.fromkeys(text.split(), DOUBT)
        assert "stop" in values(Ears(EN), script, (text, 60))


def test_another_word_does_not_speak_against_a_stop(script):
    """The spotter may be sure of a word before it."""
    script.readings, script.odds = [("ready stop", 100.0)], {"ready": CERTAIN, "stop": DOUBT}
    assert values(Ears(EN), script, ("ready stop", 60)) == ["stop"]


def test_garbage_is_always_a_reading(script):
    """A stop that the recogniser is sure of and the spotter is not waits for neither; one that others come close to does."""
    script.odds = {"stop": DOUBT}
    script.readings = [("stop", 100.0)]
    assert heard(Ears(EN), script, ("stop", 60))[0][0] == FIRST
    script.readings = [("stop", 100.0), ("top", 99.0)]
    assert heard(Ears(EN), script, ("stop", 60)) == []
    script.odds = {"five": -PRUNED / TRUST / 2}
    assert acted_on(script, ("five", SETTLING + 5, FIVE)) == [5]
    script.odds = {"five": -PRUNED / TRUST}
    assert acted_on(script, ("five", SETTLING + 5, FIVE)) == []


def test_after_something_else_a_stop_is_spotted(script):
    """Neither an "ow" that was none nor a number makes the spotter deaf to it."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    script.readings, script.odds = [("seven", 100.0)], {"ow": LIKELY, "seven": 3.0}
    assert values(ears, script, ("[unk]", 14)) == []
    script.readings, script.odds = GARBAGE, {"stop": CERTAIN}
    assert values(ears, script, ("[unk]", 40)) == ["stop"]

    ears, script.readings, script.odds = Ears(EN), FIVE, {"five": 3.0}
    ears.window = Window.PAIN
    assert values(ears, script, ("five", SETTLING + 2)) == [5]
    script.readings, script.odds = [("five [unk]", 100.0)], {"stop": CERTAIN}
    assert values(ears, script, ("five [unk]", 40)) == ["stop"]


def test_what_the_coach_said_when_a_stop_was_said_counts(script):
    """The spotter is a quarter of a second late: by then the coach may have begun to speak, or to say something else."""
    for first, then, expected in (
        (None, "Stop whenever you like.", ["stop"]),
        ("Say stop.", "Push gently up.", []),
    ):
        ears, found, script.readings = Ears(EN), [], GARBAGE
        for block in range(200):
            now = Utterance(then, 110 * BLOCK, 300 * BLOCK)
            before = Utterance(first, 0, 100 * BLOCK) if first else None
            script.odds = {"stop": CERTAIN if 118 <= block < 150 else DOUBT}
            found += [meaning.text for meaning in ears.feed(QUIET, now if block >= 110 else before)]
        assert found == expected


def test_a_partner_over_the_coachs_own_stop(script):
    """The coach's own "stop" is in doubt as a hint; then the partner says it over the coach's rest."""
    ears, found = Ears(EN), []
    for block in range(200):
        script.text = "[unk] stop" if block >= 107 else "[unk]"
        script.readings = [("top", 101.8), ("stop", 100.0)] if block >= 107 else GARBAGE
        script.odds = {"stop": LIKELY} if 105 <= block < 107 else {}
        says = Utterance("Say stop.", 0, RATE, Remains(drowned=100 <= block < 112))
        found += [meaning.text for meaning in ears.feed(QUIET, says)]
    assert found == ["[unk] stop"]


def test_an_answer_that_the_recogniser_takes_for_something_else(script):
    """At a second hearing it may well be a stop."""
    for text, word in (("stop", "yes"), ("no", "go"), ("wait", "yes")):
        ears = Ears(EN)
        ears.window = Window.GATE
        script.readings, script.odds = [(text, 100.0)], {word: CERTAIN}
        assert values(ears, script, ("[unk]", 40)) == []


def test_no_answer_while_a_stop_is_in_doubt_nor_behind_one(script):
    """It may have been said before."""
    ears = Ears(EN)
    ears.window = Window.GATE
    script.readings, script.odds = [("top", 101.8), ("stop", 100.0)], {"yes": 2.0}
    assert values(ears, script, ("stop", 60)) == ["stop"]


def test_a_stop_that_becomes_clear(script):
    """One that was refused is asked for again at once, while it is spotted."""
    script.readings, script.odds = [("", 100.0)], {"stop": LIKELY}
    ears = Ears(EN)
    assert values(ears, script, ("", 14)) == []
    script.odds = {"stop": CERTAIN}
    assert values(ears, script, ("", 20)) == ["stop"]


def test_every_word_that_only_the_spotter_hears(script):
    """Each of them stops, or answers."""
    for word, expected in {**dict.fromkeys(STOPS, "stop"), **dict.fromkeys(ANSWERS, "ready")}.items():
        ears = Ears(EN)
        ears.window = Window.GATE
        script.readings, script.odds = GARBAGE, {word: 3.0}
        assert values(ears, script, ("[unk]", 20)) == [expected]
    assert {"stop", "ow", "ouch", "enough", "hurts"} == set(STOPS)


def test_in_doubt_the_higher_number(script):
    """Where the recogniser alone would take a higher one, the spotter can't lower it: no number is taken."""
    script.odds = {"nine": DOUBT}
    assert acted_on(script, ("none", SETTLING + 5, [("nine", 100.0), ("none", 98.0)])) == []
    script.odds = {"three": CERTAIN, "four": DOUBT}
    assert acted_on(script, ("three", SETTLING + 5, [("three or four", 103.0), ("three", 100.0)])) == []
    script.odds = {"five": 1.0, "nine": -1.0}
    assert acted_on(script, ("five", SETTLING + 5, [("[unk] nine", 100.0), ("five", 98.0)])) == []


def test_a_number_that_the_spotter_does_not_hear_is_refused(script):
    """A number that was not meant could lead deeper."""
    readings = [("five", 100.0), ("[unk]", 95.0)]
    assert acted_on(script, ("five", SETTLING + 5, readings)) == [5]
    script.odds = {"five": DOUBT}
    assert acted_on(script, ("five", SETTLING + 5, readings)) == []


def test_the_spotter_chooses_between_numbers(script):
    """Of two readings that are nearly the same to the recogniser."""
    script.odds = {"five": DOUBT, "nine": CERTAIN}
    assert acted_on(script, ("five", SETTLING + 5, [("five", 100.0), ("nine", 99.0)])) == []
    assert acted_on(script, ("nine", SETTLING + 5, [("nine", 100.0), ("five", 99.0)])) == [9]


def test_what_only_the_spotter_hears_counts_little(script):
    """It is a reading, but far behind: a clear number stays one."""
    script.odds = {"nine": (UNHEARD - SURE) / TRUST / 2}
    assert acted_on(script, ("five", SETTLING + 5, FIVE), window=Window.PAIN) == [5]


LOUD = np.full(BLOCK, 1500, np.int16)


def answered(script, before=0, after=0, says=None, window=Window.PAIN, text="[unk]", odds=None):
    """What is acted on when a word of 0.3 s is spotted behind a second at one loudness and before one at another."""
    ears, found = Ears(EN), []
    ears.window, script.readings, script.text = window, GARBAGE, text
    around = [np.full(BLOCK, loudness, np.int16) for loudness in (before, after)]
    for number, block in enumerate([around[0]] * 100 + [LOUD] * 30 + [around[1]] * 100):
        script.odds = (odds or {"five": PLAIN}) if 138 <= number < 162 else {}
        found += [meaning.value for meaning in ears.feed(block, says)]
    return found


def test_a_number_that_only_the_spotter_hears(script):
    """It counts once, where it stands alone: in quiet or over softer voices, and when it is over."""
    assert answered(script) == answered(script, before=400, after=400) == [5]
    assert answered(script, before=1200) == []
    assert answered(script, after=1200) == []


def test_a_number_that_the_spotter_is_not_sure_of(script):
    """Nor of that and no other word."""
    assert answered(script, odds={"five": PLAIN - 0.1}) == []
    assert answered(script, odds={"five": CERTAIN, "nine": CERTAIN - AHEAD + 0.1}) == []
    assert answered(script, odds={"pause": CERTAIN}) == []


def test_a_number_of_the_spotter_is_never_below_what_the_recogniser_heard(script):
    """And where there are words that make it another one it waits for those."""
    assert answered(script, text="[unk] seven [unk]") == []
    assert answered(script, text="[unk] three [unk]") == [5]
    assert answered(script, text="[unk] over") == answered(script, text="[unk] or") == []


def test_a_number_of_the_spotter_where_none_is_asked_for(script):
    """Or over the coach's voice."""
    assert answered(script, window=Window.ALWAYS) == answered(script, window=Window.GATE) == []
    assert answered(script, says=Utterance("Breathe in and hold it.", 0, 5 * RATE)) == []
    assert answered(script, says=Utterance("Breathe in and hold it.", 0, 5 * RATE, Remains(drowned=True))) == [5]


def test_a_number_that_both_hear_counts_once(script):
    """The recogniser may be later, and a higher one is another."""
    for later, expected in (("five", [5]), ("three", [5]), ("seven", [5, 7])):
        script.readings = GARBAGE
        ears, found = Ears(EN), []
        ears.window = Window.PAIN
        for number in range(260):
            script.odds = {"five": PLAIN} if 138 <= number < 162 else {}
            script.text, script.readings = ("[unk]", GARBAGE) if number < 170 else (later, [(later, 100.0)])
            found += [meaning.value for meaning in ears.feed(LOUD if 100 <= number < 130 else QUIET)]
        assert found == expected
