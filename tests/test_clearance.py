"""The pain table row by row, and what numbers, stops and silences leave of the leave to go deeper."""

import pytest

from coach.clearance import EASES, STAYS, Clearance, Verdict, verdict
from coach.events import Back, Done, Lost, TooLoud, Unanswered
from coach.phrases import OVER_TEN, Intent, Meaning

CLEARED = Clearance(6).given(5, asked=True)


@pytest.mark.parametrize(
    ("number", "limit", "expected"),
    [(n, 6, Verdict.GO) for n in range(6)]
    + [(6, 6, Verdict.STAY), (6, 7, Verdict.GO), (4, 4, Verdict.STAY), (3, 4, Verdict.GO)]
    + [(n, limit, Verdict.EASE) for n in (7, 8) for limit in (3, 6, 7)]
    + [(n, limit, Verdict.STOP) for n in (9, 10, OVER_TEN) for limit in (3, 6, 7)],
)
def test_the_pain_table(number, limit, expected):
    """Each row of the table of pain numbers, with the default limit and with others."""
    assert verdict(number, limit) is expected


def test_only_a_number_that_was_asked_for_clears():
    """Nothing is allowed before it, and one that is thrown in can't be corrected."""
    assert not Clearance(6).deeper
    assert CLEARED.deeper
    assert not Clearance(6).given(5, asked=False).deeper


@pytest.mark.parametrize("number", range(6, 9))
@pytest.mark.parametrize("asked", [True, False])
def test_a_number_at_the_limit_or_over_it_clears_nothing_and_wants_another(number, asked):
    """Asked for or not; only one under the limit that was asked for makes up for it."""
    at_the_limit = CLEARED.given(number, asked)
    assert not at_the_limit.deeper
    assert at_the_limit.must_ask
    assert at_the_limit.given(3, asked=False).must_ask
    assert at_the_limit.given(3, asked=True) == CLEARED


@pytest.mark.parametrize(
    ("event", "left"),
    [(Meaning(intent, ""), intent not in (Intent.STOP, Intent.PAUSE)) for intent in Intent if intent is not Intent.PAIN]
    + [(Meaning(Intent.PAIN, "", number), number < 6) for number in range(OVER_TEN + 1)]
    + [(Unanswered(), False), (Lost("speaker"), False), (Back("speaker"), True), (Done(), True), (TooLoud(), True)],
    ids=str,
)
def test_what_each_event_leaves(event, left):
    """Stops, pauses, silences, losses and numbers at the limit take back what was allowed; nothing allows more."""
    assert CLEARED.after(event).deeper is left
    assert not Clearance(6).after(event).deeper


def test_staying_and_easing_come_to_an_end():
    """So often at the limit, so often eased, and then getting up; a number under the limit begins anew."""
    stayed, eased = CLEARED, CLEARED
    for _ in range(STAYS):
        stayed = stayed.given(6, asked=True)
    for _ in range(EASES):
        eased = eased.given(7, asked=True)
    assert not stayed.stayed_too_long
    assert not eased.eased_too_often
    assert stayed.given(6, asked=True).stayed_too_long
    assert eased.given(8, asked=True).eased_too_often
    assert not stayed.given(2, asked=False).given(6, asked=True).stayed_too_long
    assert not eased.given(2, asked=False).given(8, asked=True).eased_too_often
