"""Partner files: what they may say, what is wrong with them, and when replies start."""

import numpy as np
import pytest

from coach import sound
from coach.errors import BadInput
from coach.partner import Prompter, Reply, load_partner
from coach.sound import RATE


def written(folder, text: str):
    path = folder / "partner.toml"
    path.write_text(text)
    return path


def starts(replies, *records, before: float = 1000.0):
    """Seconds and index of every reply, all records noticed first."""
    prompter = Prompter(tuple(replies))
    for record in records:
        prompter.notice(record)
    return [(at / RATE, index) for at, index in prompter.due(round(before * RATE))]


def listen(t, window="gate"):
    return {"t": t, "event": "listen", "window": window}


def count(t, n, round=1):
    return {"t": t, "event": "count", "n": n, "of": 10, "round": round}


def say(t, until, cue="push"):
    return {"t": t, "event": "say", "cue": cue, "text": "Push.", "until": until}


def silence(t):
    return {"t": t, "event": "silence"}


def test_everything_that_a_file_may_say(tmp_path):
    """A file with every key of the contract is read."""
    clip = tmp_path / "clip.flac"
    sound.write(clip, sound.to_int16(1000 * np.ones(160)))
    partner = load_partner(
        written(
            tmp_path,
            f"""
            [room]
            echo_db = -6.0
            delay_ms = 40
            rt60 = 0.3
            noise = "clip.flac"
            snr_db = 15
            talk = "{clip}"
            talk_db = -10
            drift_ppm = 50
            [[reply]]
            after = "gate"
            nth = 2
            delay = 0.8
            say = "ready"
            voice = "someone"
            [[reply]]
            during = "count"
            n = 7
            round = 1
            clip = "clip.flac"
            db = -3.0
            [[reply]]
            at = 42
            say = "pain five"
            """,
        )
    )
    assert partner.replies[0] == Reply(after="gate", nth=2, delay=0.8, say="ready", voice="someone")
    assert partner.replies[1] == Reply(during="count", n=7, round=1, clip=str(clip), db=-3.0)
    assert partner.replies[2] == Reply(at=42, say="pain five")
    assert partner.room.noise == partner.room.talk == str(clip)


def test_an_empty_file_is_a_silent_partner(tmp_path):
    """What a file does not say is not said, not even by the default partner."""
    partner = load_partner(written(tmp_path, ""))
    assert partner.replies == ()
    assert partner.room.echo_db is None


def test_the_default_partner_answers_gates_and_pain_questions_for_ever():
    """Without a file every gate and every pain window is answered, however many there are."""
    replies = load_partner(None).replies
    windows = [listen(10.0 * i, window) for i in range(30) for window in ("gate", "pain")]
    assert len(starts(replies, *windows)) == 60


@pytest.mark.parametrize(
    ("text", "line", "wanted"),
    [
        ('[[reply]]\nafter = "gate"\nat = 3\nsay = "x"', 3, "exactly one of 'after', 'during' and 'at'"),
        ('[[reply]]\nsay = "x"', 1, "exactly one of 'after', 'during' and 'at'"),
        ('[[reply]]\nat = 3', 1, "exactly one of 'say' and 'clip'"),
        ('[[reply]]\nat = 3\nsay = "x"\n[[reply]]\nat = 4\nsay = ""', 6, "'say' is empty"),
        ('[[reply]]\nafter = " "\nsay = "x"', 2, "'after' is empty"),
        ('[[reply]]\nat = 3\nsay = "x"\ncolour = 1', 4, "unknown key 'colour'"),
        ('[[reply]]\nat = "three"\nsay = "x"', 2, "'at' must be a number"),
        ('[[reply]]\nat = nan\nsay = "x"', 2, "'at' must be from"),
        ('[[reply]]\nat = -1\nsay = "x"', 2, "'at' must be from"),
        ('[[reply]]\nat = 1\nnth = 1\nsay = "x"', 3, "'at' is a single one"),
        ('[[reply]]\nafter = "gate"\nnth = 0\nsay = "x"', 3, "'nth' must be from 1"),
        ('[[reply]]\nafter = "gate"\nround = 1\nsay = "x"', 3, "'round' belongs to"),
        ('[[reply]]\nduring = "count"\nsay = "x"', 2, "'n' come together"),
        ('[[reply]]\nduring = "hold"\nn = 2\nsay = "x"', 2, "'during' must be \"count\""),
        ('[[reply]]\nafter = "gate"\nn = 2\nsay = "x"', 3, "'n' come together"),
        ('[[reply]]\nat = 1\nclip = "absent.flac"', 3, "there is no file"),
        ('[[reply]]\nat = 1\nclip = "partner.toml"\nvoice = "x"', 4, "'voice' belongs to 'say'"),
        ('[room]\nrt60 = 99', 2, "'rt60' must be from 0 to 3"),
        ('[room]\necho_db = true', 2, "'echo_db' must be a number"),
        ('[room]\nnoise = "absent.flac"', 2, "there is no file"),
        ('[room]\nsize = 3', 2, "unknown key 'size'"),
        ('room = 3', 1, "must be a table"),
        ('[reply]\nat = 1\nsay = "x"', 1, "[[reply]]"),
        ('reply = [3]', 1, "must be a table"),
        ('\n[[replies]]\nat = 1', 2, "unknown key 'replies'"),
        ('version = 1', 1, "unknown key 'version'"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path, text, line, wanted):
    """Each mistake gets file, line and what was expected."""
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        load_partner(path)
    assert f"{path}, line {line}: " in str(caught.value)
    assert wanted in str(caught.value)


def test_a_window_is_answered_each_time_it_opens():
    """A reply without `nth` comes after every opening of its window and of no other."""
    replies = [Reply(after="gate", delay=0.5, say="ready")]
    assert starts(replies, listen(1.0), listen(2.0, "pain"), listen(3.0, "always"), listen(4.0)) == [(1.5, 0), (4.5, 0)]


def test_nth_picks_one_occurrence():
    """`nth` counts a trigger's occurrences from one."""
    replies = [Reply(after="pain", nth=2, delay=0.0, say="six"), Reply(after="pain", nth=1, delay=0.0, say="five")]
    assert starts(replies, listen(1.0, "pain"), listen(2.0, "pain"), listen(3.0, "pain")) == [(1.0, 1), (2.0, 0)]


def test_the_default_delay_is_six_tenths_of_a_second():
    """A reply without `delay` comes 0.6 s after its trigger."""
    assert starts([Reply(after="gate", say="ready")], listen(1.0)) == [(1.6, 0)]


def test_a_cue_triggers_at_its_end():
    """After a cue means after it has been said, each time."""
    replies = [Reply(after="push", delay=0.25, say="ow")]
    assert starts(replies, say(1.0, 3.0), say(5.0, 6.0), say(7.0, 8.0, "lower")) == [(3.25, 0), (6.25, 0)]


def test_a_cue_that_was_cut_triggers_nothing():
    """When silence comes first the cue has not ended, and does not count for `nth` either."""
    replies = [Reply(after="push", nth=1, delay=0.0, say="ow")]
    assert starts(replies, say(1.0, 3.0), silence(2.0)) == []
    assert starts(replies, say(1.0, 3.0), silence(2.0), say(4.0, 5.0)) == [(5.0, 0)]
    assert starts(replies, say(1.0, 3.0), silence(3.5)) == [(3.0, 0)]


def test_a_count_triggers_in_its_round():
    """`n` and `round` pick the count; without `round` it is that number in every round."""
    replies = [Reply(during="count", n=7, round=2, delay=0.0, say="stop"), Reply(during="count", n=7, delay=0.0, say="ow")]
    assert starts(replies, count(1.0, 7, 1), count(2.0, 6, 2), count(3.0, 7, 2)) == [(1.0, 1), (3.0, 0), (3.0, 1)]


def test_at_is_a_time_and_delay_comes_on_top():
    """`at` counts from the first block; the delay is added as for any trigger."""
    assert starts([Reply(at=42.0, delay=0.0, say="stop"), Reply(at=1.0, say="ow")]) == [(1.6, 1), (42.0, 0)]


def test_replies_are_handed_out_once_and_in_time():
    """A reply is due in the block in which it starts, and never again."""
    prompter = Prompter((Reply(after="gate", delay=0.005, say="ready"),))
    prompter.notice(listen(0.005))
    assert prompter.due(160) == []
    assert prompter.due(320) == [(160, 0)]
    assert prompter.due(480) == []
