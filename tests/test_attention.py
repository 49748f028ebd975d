"""What is acted on, and when, on a scripted recogniser."""

import numpy as np
from tests.scripted import DROPPED, EN, FIRST, FIVE, LAST, QUIET, SETTLING, THREE, acted_on, heard, script  # noqa: F401 (a fixture)

from coach.attention import GOING_ON, SURE
from coach.ears import Ears
from coach.foreground import AROUND, SMOOTH
from coach.hints import AGAIN
from coach.judge import PADDING
from coach.patience import PATIENCE
from coach.phrases import Intent, Window, understand
from coach.residue import Remains
from coach.scheduler import Utterance
from coach.sound import BLOCK, RATE


def test_a_clear_stop_acts_before_it_has_ended(script):
    """It is first heard a tenth of a second before its end. No silence is waited for, and what follows makes it no second stop."""
    assert heard(Ears(EN), script, ("", 5), ("stop", 30), ("stop", "final")) == [(5 + FIRST, "stop", "stop")]


def test_said_twice_is_a_stop_twice(script):
    """A partner who says it again is heard again."""
    assert [at for at, *_ in heard(Ears(EN), script, ("stop", 20), ("stop stop", 20))] == [FIRST, 20 + FIRST]


def test_a_number_waits_until_it_no_longer_changes(script):
    """Six that becomes six or seven is never six."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    steps = ("six", 10), ("six or", 10), ("six or seven", 60), ("six or seven", "final")
    assert heard(ears, script, *steps) == [(20 + SETTLING - 1, "six or seven", 7)]


def test_a_number_that_grows_late_is_corrected(script):
    """The last number said counts: after a long hesitation it is given again."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    assert [v for *_, v in heard(ears, script, ("six", 50), ("six and a half", "final"))] == [6, 7]


def test_a_number_never_shrinks_within_an_utterance(script):
    """What is heard behind a number does not lower it."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    assert [v for *_, v in heard(ears, script, ("seven", 50), ("seven three", 50), ("seven three", "final"))] == [7]


def test_no_is_waited_for(script):
    """A "no" that becomes "no pain" is no stop; one that stays is."""
    assert [v for *_, v in heard(Ears(EN), script, ("no", 10), ("no pain", "final"))] == [0]
    assert [v for *_, v in heard(Ears(EN), script, ("no", 40))] == ["stop"]


def test_one_thing_after_another_in_one_breath(script):
    """What was acted on does not hide what follows it."""
    ears = Ears(EN)
    ears.window = Window.GATE
    assert [v for *_, v in heard(ears, script, ("okay", 40), ("okay pause", 40))] == ["ready", "pause"]


def test_a_doubtful_stop_is_acted_on_late(script):
    """Heard once more, a reading that another comes close to waits, and then counts: a stop is not to be missed."""
    script.readings = [("top", 101.8), ("stop", 100.0)]
    assert heard(Ears(EN), script, ("stop", 60)) == [(LAST, "stop", "stop")]


def test_an_ow_that_becomes_a_stop_is_judged_as_one(script):
    """The first of a word is not what it must be judged by."""
    script.readings = [("top", 101.8), ("stop", 100.0)]
    assert [v for *_, v in heard(Ears(EN), script, ("ow", 5), ("stop", 60))] == ["stop"]


def test_a_stop_that_is_not_confirmed_is_dropped(script):
    """What is no stop at all at a second hearing is given up, until another one is said."""
    script.readings = [("top", 101.0)]
    ears = Ears(EN)
    assert heard(ears, script, ("stop", 60), ("stop [unk]", 60)) == []
    assert script.judged == len(PATIENCE)
    script.readings = None
    assert [at for at, *_ in heard(ears, script, ("stop [unk] stop", 60))] == [FIRST]


def test_no_reset_forgets_a_doubtful_stop(script):
    """Neither a new question nor another window makes the coach miss a stop that was being heard."""
    script.readings = [("top", 101.8), ("stop", 100.0)]
    for change in (Ears.reset, lambda ears: setattr(ears, "window", Window.PAIN)):
        ears = Ears(EN)
        assert heard(ears, script, ("stop", 5)) == []
        change(ears)
        assert [v for *_, v in heard(ears, script, ("", 60))] == ["stop"]


def test_a_number_that_could_be_another_is_not_acted_on(script):
    """It is better to be asked again."""
    script.readings = [("nine", 101.0), ("five", 100.0)]
    ears = Ears(EN)
    ears.window = Window.PAIN
    assert heard(ears, script, ("five", 60), ("five", "final")) == []


def test_a_number_among_others_words_is_heard_once_when_nothing_else_comes_near(script):
    """Somebody who talks in the background takes no answer away; a doubtful one is asked for again."""
    ears = Ears(EN)
    ears.window = Window.PAIN
    steps = ("[unk] five", 5), ("[unk] five day", 10), ("[unk] five day the", 60), ("[unk] five day the", "final")
    script.readings = [("five", 100.0), ("nine", 100.5 - SURE)]
    assert heard(ears, script, *steps) == []
    script.readings = [("five", 100.0)]
    assert heard(ears, script, *steps) == [(SETTLING - 1, "five", 5)]


def test_of_a_number_among_others_words_only_the_loudest_voice_is_judged(script):
    """What was said behind it is not in what the judge hears, nor anything from before the question."""
    script.readings = [("five", 100.0)]
    near, behind = (np.random.default_rng(1).normal(0, rms, BLOCK).astype(np.int16) for rms in (8000, 800))
    ears = Ears(EN)
    for block in [near] * 30 + [behind] * 50:
        ears.feed(block)
    ears.window = Window.PAIN
    ears.reset()
    script.text = "[unk] five [unk]"
    script.final = False
    heard_at = [n for n, block in enumerate([near] * 10 + [behind] * 60) if ears.feed(block)]
    judged = np.frombuffer(script.weighed, np.int16).reshape(-1, BLOCK)
    loud = np.abs(judged).max(axis=1) > 100
    assert len(heard_at) == 1
    assert loud[:10].all()
    assert not loud[10 + AROUND + SMOOTH :].any()
    assert len(judged) == heard_at[0] + 1 + PADDING


def test_a_number_must_be_clearer_than_any_other_reading(script):
    """By a margin, for a mistake could lead deeper."""
    for margin, expected in ((SURE - 0.5, []), (SURE + 0.5, [5])):
        script.readings = [("five", 100.0), ("nine", 100.0 - margin)]
        ears = Ears(EN)
        ears.window = Window.PAIN
        assert [v for *_, v in heard(ears, script, ("five", 60), ("five", "final"))] == expected


def test_a_second_hearing_is_not_eager(script):
    """The grammar that hears a stop in too much would only say again what it said."""
    script.readings = [("top", 101.0)]
    heard(Ears(EN), script, ("stop", 20))
    stops = [grammar.count("stop") for grammar in script.grammars]
    assert stops[-1] == 1 < max(stops)


def test_a_stop_is_heard_in_a_text_that_was_revised(script):
    """Something before it was taken for a stop, and dropped; now it is another word, or another one came."""
    for before, after in (("ow [unk]", "[unk] stop"), ("ow", "stop"), ("stop [unk]", "[unk] [unk] stop")):
        assert acted_on(script, (before, 60, DROPPED), (after, 60, None), (after, "final", None)) == ["stop"]


def test_a_stop_is_heard_where_another_was_dropped(script):
    """At the same place of the text, after it was gone from there."""
    for gone, back in (("", "stop"), ("[unk]", "[unk] stop")):
        steps = (back, 60, DROPPED), (gone, 60, DROPPED), (back, 60, None)
        assert acted_on(script, *steps, window=Window.ALWAYS) == ["stop"]
    soon = ("stop", 10, DROPPED), ("", 20, DROPPED), ("stop", 8, DROPPED), ("stop", 80, None)
    assert acted_on(script, *soon, window=Window.ALWAYS) == ["stop"]


def test_what_follows_a_stop_that_was_none_is_heard(script):
    """A groan that was dropped hides neither a "no" nor anything else."""
    for after, expected in (("no", "stop"), ("help me", "stop"), ("okay", "ready"), ("pause", "pause")):
        text = f"ow {after}"
        steps = ("ow", 60, DROPPED), (text, 60, [(after, 100.0)]), (text, "final", [(after, 100.0)])
        assert acted_on(script, *steps, window=Window.GATE) == [expected]


def test_no_no_no_is_a_stop(script):
    """It never keeps still; "no, no pain" is an answer."""
    cries = [(" ".join(["no"] * count), 19, None) for count in range(1, 6)]
    assert acted_on(script, *cries, window=Window.ALWAYS)[0] == "stop"
    assert understand("no no pain", Window.PAIN).value == 0


def test_a_stop_that_shows_only_at_the_end_is_judged_by_its_sound(script):
    """The recogniser closes an utterance up to a second after its voice: that far back it is heard once more."""
    loud = np.full(BLOCK, 3000, np.int16)
    for reading in ("stop", "two"):
        ears = Ears(EN)
        ears.window = Window.PAIN
        script.text, script.final, script.readings = "", False, None
        for block in [loud] * 35 + [QUIET] * 99:
            ears.feed(block)
        script.text, script.final, script.readings = reading, True, [("stop", 100.0)]
        found = ears.feed(QUIET)
        script.text, script.final = "", False
        found += [meaning for _ in range(60) for meaning in ears.feed(QUIET)]
        assert [meaning.intent for meaning in found] == [Intent.STOP]
        assert np.abs(np.frombuffer(script.weighed, np.int16)).max() > 2000


def test_a_stop_that_was_acted_on_is_none_again_when_its_text_is_revised(script):
    """The same word, read otherwise around it."""
    assert acted_on(script, ("stop", 20, None), ("[unk] stop", 60, None), ("the stop", "final", None)) == ["stop"]


def test_a_stop_at_the_end_of_an_utterance_is_waited_for(script):
    """The recogniser also closes one in the middle of a word."""
    steps = ("[unk]", 50, None), ("[unk] stop", "final", DROPPED), ("", 60, [("stop", 100.0)])
    assert acted_on(script, *steps) == ["stop"]


def test_a_second_hearing_that_finds_a_stop_is_followed_up(script):
    """In an answer, and in one among others' words."""
    for text, reading in (("two", "stop"), ("[unk] two", "too much")):
        assert acted_on(script, (text, 60, [(reading, 130.0), ("two", 100.0)]), (text, "final", None))[:1] == ["stop"]


def test_nothing_else_counts_while_a_stop_is_in_doubt(script):
    """Nobody goes deeper between the first and the second hearing of a stop."""
    readings = [("four", 101.8), ("stop", 100.0)]
    assert acted_on(script, ("stop", 3, readings), ("four", 60, readings))[0] == "stop"


def test_a_number_after_a_stop_that_was_none(script):
    """Talk that sounds like a stop does not hide the answer."""
    assert acted_on(script, ("ow", 60, DROPPED), ("ow five", 80, FIVE)) == [5]


def test_no_number_is_lowered_by_talk(script):
    """Neither one that was acted on nor one that was refused, nor the higher of two."""
    lower = ("[unk] seven the three", 60, THREE), ("[unk] seven the three", "final", THREE)
    assert acted_on(script, ("[unk] seven", 40, [("seven", 100.0)]), *lower) == [7]
    assert acted_on(script, ("[unk] seven", 40, [("seven", 100.0), ("eleven", 100.5 - SURE)]), *lower) == []
    assert acted_on(script, ("[unk] seven three", 60, THREE)) == []
    assert acted_on(script, ("seven", 40, None), ("three", 60, None)) == [7]


def test_a_number_is_heard_once_though_the_coach_answers(script):
    """Where it answers, a new utterance begins in the middle of the word. Who says a higher one meant it, and later so does anybody."""
    for then, wait, expected in (("four", 0, []), ("three", 0, []), ("five", 0, [5]), ("three", 2 * AGAIN // BLOCK, [3])):
        ears, script.readings = Ears(EN), None
        ears.window = Window.PAIN
        assert [value for *_, value in heard(ears, script, ("four", SETTLING + 1))] == [4]
        ears.reset()
        assert [value for *_, value in heard(ears, script, ("", wait), (then, SETTLING + 1), (then, "final"))] == expected


def test_no_number_is_lowered_behind_a_stop_that_was_none(script):
    """Neither one that was acted on, nor one that was about to be."""
    now, three = [("now", 100.0)], [("three", 100.0)]
    assert acted_on(script, ("eight", 10, None), ("eight ow", 60, now), ("eight ow three", 60, three)) == []
    assert acted_on(script, ("ow", 60, DROPPED), ("ow seven", 60, [("seven", 100.0)]), ("ow seven three", 60, three)) == [7]


def test_ready_is_heard_once_behind_a_stop_that_was_none(script):
    """Said once, it opens one gate."""
    okay = [("okay", 100.0)]
    steps = ("ow", 60, DROPPED), ("ow okay", 60, okay), ("[unk] ow okay", 60, okay), ("ow okay", "final", okay)
    assert acted_on(script, *steps, window=Window.GATE) == ["ready"]


def test_one_thing_after_another_behind_a_stop_that_was_none(script):
    """Each counts once."""
    steps = ("ow", 60, DROPPED), ("ow pause", 60, [("pause", 100.0)]), ("ow pause ready", 60, [("ready", 100.0)])
    assert acted_on(script, *steps, window=Window.GATE) == ["pause", "ready"]


def test_a_number_that_was_too_much(script):
    """The complaint is heard behind what was taken for a number."""
    steps = ("pain six", 40, None), ("pain six much", 60, [("too much", 100.0)])
    assert acted_on(script, *steps, window=Window.ALWAYS) == [6, "stop"]


def test_an_answer_that_was_first_taken_for_a_stop(script):
    """The sound of it is still there when it is weighed."""
    loud = np.full(BLOCK, 3000, np.int16)
    ears = Ears(EN)
    ears.window, script.readings = Window.PAIN, FIVE
    script.text = "[unk]"
    for _ in range(20):
        ears.feed(QUIET)
    found = []
    for block in range(80):
        script.text = "[unk] ow" if block < 6 else "[unk] five"
        found += ears.feed(loud if block < 20 else QUIET)
    assert [meaning.value for meaning in found] == [5]
    judged = np.frombuffer(script.weighed, np.int16).reshape(-1, BLOCK)
    assert (np.abs(judged).max(axis=1) > 2000).sum() == 20


def test_what_changes_a_number_is_no_talk(script):
    """Half an answer is waited for, and one with a refusal in it is none."""
    for text in ("six or", "between five", "four point", "six or [unk]", "i can't [unk] five", "no [unk] five"):
        assert acted_on(script, (text, 60, FIVE), (text, "final", FIVE)) == []


def test_a_no_may_become_clear(script):
    """As a stop word may."""
    steps = ("no", 30, [("now", 101.0), ("no", 100.0)]), ("no", 40, [("no", 130.0)])
    assert acted_on(script, *steps, window=Window.ALWAYS) == ["stop"]


def test_the_end_of_an_utterance_right_after_a_number_is_nothing(script):
    """However few blocks are left of it."""
    ears = Ears(EN)
    ears.window, script.readings = Window.PAIN, FIVE
    assert [v for *_, v in heard(ears, script, ("[unk] five", SETTLING))] == [5]
    script.text = "the five day"
    assert ears.flush() == []
    assert acted_on(script, ("[unk] five day", SETTLING, FIVE), ("the five day", "final", DROPPED), ("", 5, None)) == [5]


def test_a_partner_over_the_coach_is_heard_however_late_it_is_clear(script):
    """Who it was shows when it is said, not later."""
    script.text, script.readings = "", [("top", 101.8), ("stop", 100.0)]
    ears, found = Ears(EN), []
    for block in range(120):
        script.text = "stop" if block >= 25 else ""
        found += ears.feed(QUIET, Utterance("Say stop when you like. Stop.", 0, 120 * BLOCK, Remains(drowned=block < 36)))
    assert [meaning.text for meaning in found] == ["stop"]


def test_the_coachs_own_stop_stays_its_own(script):
    """However late it is clear, when the coach has ended or says something else."""
    for later in (Utterance("Say stop.", 0, RATE), Utterance("Push gently up.", 135 * BLOCK, 3 * RATE), None):
        script.text, script.readings = "", [("top", 101.8), ("stop", 100.0)]
        ears, says, found = Ears(EN), Utterance("Say stop.", 0, RATE), []
        for block in range(220):
            script.text = "stop" if block >= 130 else ""
            found += ears.feed(QUIET, says if block < 135 else later)
        assert found == []


def test_a_stop_of_the_partner_after_the_coachs_own_is_heard(script):
    """Also when the question in between began a new utterance, and the coach's was still in doubt."""
    script.text, script.readings = "", [("top", 101.8), ("stop", 100.0)]
    ears, found = Ears(EN), []
    for block in range(200):
        script.text = "stop" if 60 <= block < 65 or block >= 80 else ""
        if block == 65:
            ears.reset()
        says = Utterance("Say stop.", 0, 60 * BLOCK) if block < 97 else Utterance("Push gently up.", 97 * BLOCK, 3 * RATE)
        found += ears.feed(QUIET, says)
    assert [meaning.text for meaning in found] == ["stop"]


def test_a_stop_said_before_the_coach_speaks_is_not_its_own(script):
    """It is the partner's, whatever the coach says by the time that it is clear."""
    script.readings = [("top", 101.8), ("stop", 100.0)]
    ears = Ears(EN)
    assert heard(ears, script, ("stop", 20)) == []
    says = Utterance("Stop whenever you like.", 20 * BLOCK, 3 * RATE)
    assert [m.text for _ in range(60) for m in ears.feed(QUIET, says)] == ["stop"]


def test_a_number_among_others_words_counts_only_where_one_was_asked_for(script):
    """Else it is theirs."""
    script.readings = [("five", 100.0)]
    for window in (Window.ALWAYS, Window.GATE):
        ears = Ears(EN)
        ears.window = window
        assert heard(ears, script, ("[unk] five", 60), ("[unk] five", "final")) == []


def test_the_coachs_own_word_is_not_heard(script):
    """A stop in what the coach is saying is its own; after it, or without it in the text, it is the partner's."""
    script.text = "stop"
    for says, times in (("Say stop at any time.", 0), ("Push gently.", 1)):
        ears = Ears(EN)
        assert sum(len(ears.feed(QUIET, Utterance(says, -RATE, RATE))) for _ in range(60)) == times


def test_a_number_waits_while_somebody_speaks(script):
    """ "Six" may become "six or seven"; but a room that is never quiet is not waited for."""
    loud = np.full(BLOCK, 1500, np.int16)
    for words, speaks, expected in ((["six"] * 30 + ["six or seven"] * 90, 70, [7]), (["six"] * 120, 45, [6]), (["six"] * 120, 999, [6])):
        ears, found = Ears(EN), []
        ears.window = Window.PAIN
        for block, text in enumerate([""] * 20 + words):
            script.text, script.readings = text, [(text, 100.0)]
            found += [(block, meaning.value) for meaning in ears.feed(loud if 10 <= block < speaks else QUIET)]
        assert [value for _, value in found] == expected
        assert found[0][0] <= 20 + GOING_ON * RATE / BLOCK + 40
