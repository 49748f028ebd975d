"""When a stop is weighed, and when words have settled."""

from dataclasses import replace

from coach.patience import ENDPOINT, PATIENCE, SETTLED, STOP_SPAN, PendingStop, Settling, easily_misheard
from coach.phrases import Intent, Meaning
from coach.residue import Remains
from coach.scheduler import Utterance
from coach.sound import BLOCK, RATE

STOP = Meaning(Intent.STOP, "stop")
LAST = max(PATIENCE)


def weighed(stop, blocks):
    """The block and the margin of each time that a stop first heard at 0 is weighed while somebody speaks."""
    times = ((block, stop.weigh(block * BLOCK, None, False)) for block in range(blocks))
    return [(block, weigh[0]) for block, weigh in times if weigh is not None]


def test_a_stop_is_weighed_at_each_step_and_needs_less_each_time():
    """The longer one has listened, the more the margin tells."""
    found = weighed(PendingStop(STOP, 0), LAST + 20)
    assert found == sorted(PATIENCE.items())
    assert [margin for _, margin in found] == sorted(PATIENCE.values(), reverse=True)


def test_after_the_last_step_it_is_over():
    """Not before, and nothing comes after it."""
    stop = PendingStop(STOP, 0)
    weighed(stop, LAST)
    assert not stop.over
    assert stop.weigh(LAST * BLOCK, None, False) is not None
    assert stop.over
    assert stop.weigh((LAST + 1) * BLOCK, None, False) is None


def test_a_stop_that_is_heard_late_is_not_waited_for():
    """Half a second after its voice is over, more patience tells no more: silence is due within 0.6 s."""
    late = RATE // 2
    assert PendingStop(STOP, late).weigh(late, 0, False)[0] == PATIENCE[LAST]


def test_quiet_takes_no_time_away_from_a_stop():
    """It may be said more softly than counts as a voice, after another one: it is weighed for as long as any."""
    stop = PendingStop(STOP, RATE // 2)
    times = [block for block in range(50, 120) if stop.weigh(block * BLOCK, 0, False)]
    assert [block - 50 for block in times] == [0, *sorted(PATIENCE)]
    assert stop.over


def test_a_voice_that_was_over_long_ago_changes_nothing():
    """It was another one."""
    assert PendingStop(STOP, 2 * RATE).weigh(2 * RATE, 0, False) is None


def test_the_end_of_the_utterance_decides():
    """As far as can be told: it is weighed again when its time has come, for an utterance may be cut in two."""
    stop = PendingStop(STOP, 0)
    assert stop.weigh(BLOCK, None, True)[0] == PATIENCE[LAST]
    assert not stop.over
    assert stop.weigh(LAST * BLOCK, None, False)[0] == PATIENCE[LAST]
    assert stop.over


def test_a_stop_that_shows_late_is_looked_for_far_back():
    """When the recogniser closes an utterance its words are up to a second old, and grow older."""
    spans = [PendingStop(STOP, 0, late=late).weigh(LAST * BLOCK, None, False)[1] for late in (False, True)]
    assert spans == [STOP_SPAN + LAST, STOP_SPAN + LAST + ENDPOINT]


def test_words_settle_once_for_each_change():
    """Counted from the last change."""
    settling, settled = Settling(), []
    for block in range(200):
        words = ("five",) if block < 100 else ("five", "six") if block < 110 else ("six",)
        settling.feed(words, block * BLOCK)
        if settling.settled(block * BLOCK):
            settling.dismiss()
            settled.append(block)
    wait = round(SETTLED * RATE / BLOCK)
    assert settled == [wait, 110 + wait]


def test_a_cry_with_anything_else_that_stops_is_more_than_a_cry():
    """More evidence makes no stop doubtful: nor does it where the recogniser hears what the spotter has heard."""
    for text, expected in (
        ("ow", True), ("[unk] ow", True), ("ow ouch", True),
        ("ow stop", False), ("ow let go", False), ("ow too much", False), ("ow hurts", False), ("enough", False), ("no", False),
    ):  # fmt: skip
        assert easily_misheard(text, spotted=False) == expected
    for word, expected in (("ow", True), ("enough", True), ("hurts", True), ("stop", False)):
        assert easily_misheard(word, spotted=True) == expected


def test_another_stop_word_is_said_over_what_the_coach_says_now():
    """A cry of the coach's own may become the partner's "stop"; the same word with more around it may not."""
    then, now = Utterance("Now.", 0, RATE), Utterance("Hold.", 2 * RATE, 3 * RATE)
    stop = PendingStop(Meaning(Intent.STOP, "ow"), 7, then)
    stop.become(Meaning(Intent.STOP, "ow [unk]"), now)
    assert stop.first == (7, then)
    stop.become(Meaning(Intent.STOP, "ow stop"), now)
    assert stop.first == (7, now)
    for somebody in (None, replace(then, remains=Remains(drowned=True))):
        stop = PendingStop(Meaning(Intent.STOP, "ow"), 7, somebody)
        stop.become(Meaning(Intent.STOP, "ow stop"), now)
        assert stop.first == (7, somebody)
