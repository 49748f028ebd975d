"""Where sounds lie on the timeline, measured in the samples that come out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.routine import NUMBERS
from coach.scheduler import BEAT, FADE, GAP, LEAD, Scheduler, volume
from coach.sound import BLOCK, RATE, seconds
from coach.voice import Clip, Voice

clips = st.builds(
    lambda lead, voice, tail: Clip(
        np.concatenate([np.zeros(lead), np.full(voice, 8000), np.zeros(tail)]).astype(np.int16), lead, lead + voice
    ),
    st.integers(0, 800),
    st.integers(1, 9000),
    st.integers(0, 400),
)


def pull(scheduler, blocks):
    """So many blocks as one signal, and every remark with its sample."""
    pulled = [scheduler.pull() for _ in range(blocks)]
    return np.concatenate([np.zeros(0, np.int16), *(block for block, _ in pulled)]), [due for _, dues in pulled for due in dues]


def onsets(signal, quiet=RATE // 20, edge=0):
    """The samples at which sound begins after at least `quiet` samples without any."""
    sounding = np.flatnonzero(np.abs(signal.astype(int)) > edge)
    return [int(s) for s, before in zip(sounding, [-quiet, *sounding], strict=False) if s - before >= quiet]


@given(st.lists(clips, min_size=2, max_size=12), st.integers(0, 3 * BLOCK))
def test_counts_are_exactly_a_second_apart(numbers, wait):
    """From voice onset to voice onset there is exactly one second, wherever in its clip each voice begins."""
    scheduler = Scheduler()
    pull(scheduler, wait // BLOCK)
    scheduler.count([(str(n), clip, n) for n, clip in enumerate(numbers)])
    signal, due = pull(scheduler, (len(numbers) + 2) * RATE // BLOCK)
    begins = onsets(signal)
    assert np.diff(begins).tolist() == [BEAT] * (len(numbers) - 1)
    assert [at - (wait // BLOCK) * BLOCK for at, _ in due] == begins


def test_real_counts_are_a_second_apart(tmp_path):
    """The ten counts in the real voice, their onsets found in the rendered samples: one second, within one sample."""
    words = [NUMBERS[n].capitalize() + "." for n in range(1, 11)]
    voice = Voice(cache=tmp_path).render(words)
    scheduler = Scheduler()
    scheduler.count([(word, voice[word], None) for word in words])
    signal, _ = pull(scheduler, 12 * RATE // BLOCK)
    begins = []
    for n in range(10):  # a word's own pauses (the stop in "eight") are no onsets: look in each second apart
        start = BEAT + n * BEAT - RATE // 10
        second = np.abs(signal[start : start + BEAT].astype(int))
        begins.append(start + int(np.flatnonzero(second >= 0.02 * second.max())[0]))
    assert len(begins) == 10
    assert all(abs(step - BEAT) <= 1 for step in np.diff(begins))


def test_what_is_said_follows_what_is_said():
    """An utterance waits for the one before it, and its record tells where its voice begins and ends."""
    clip = Clip(np.full(1000, 5000, np.int16), 100, 900)
    scheduler = Scheduler()
    scheduler.say("one", clip, {"event": "say"})
    scheduler.say("two", clip, {"event": "say"})
    signal, due = pull(scheduler, 100)
    assert onsets(signal) == [LEAD, LEAD + 1000 + GAP]
    assert [at for at, _ in due] == [LEAD + 100, LEAD + 1000 + GAP + 100]
    assert due[0][1]["until"] == seconds(LEAD + 900)


@given(st.integers(0, 150), st.integers(1, 10))
def test_a_cut_fades_within_a_block_and_leaves_nothing(blocks, step):
    """After a cut the voice is silent within 10 ms, without a jump larger than the fade's, and nothing follows."""
    swell = np.minimum(np.minimum(np.arange(RATE), np.arange(RATE)[::-1]), 7000)  # a voice without clicks of its own
    clip = Clip(swell.astype(np.int16), 0, RATE)
    scheduler = Scheduler()
    scheduler.volume = volume(step)
    for n in range(3):
        scheduler.say(str(n), clip, {})
    before, _ = pull(scheduler, blocks)
    silent_from = scheduler.cut({"event": "silence"})
    after, due = pull(scheduler, 400)
    assert silent_from - scheduler.now + 400 * BLOCK <= BLOCK
    assert not after[FADE:].any()
    joined = np.concatenate([before, after]).astype(int)[max(0, len(before) - 1) :]
    assert np.abs(np.diff(joined)).max(initial=0) <= np.abs(joined).max(initial=0) / FADE + 6
    assert [remark["event"] for _, remark in due] == ["silence"]
    assert scheduler.idle


def test_a_card_that_cuts_itself_gets_no_tail():
    """Where the speaker is silenced at once, not even the fade is played afterwards."""
    scheduler = Scheduler()
    scheduler.say("one", Clip(np.full(RATE, 8000, np.int16), 0, RATE), {})
    pull(scheduler, 30)
    scheduler.cut({}, fades=False)
    assert not pull(scheduler, 10)[0].any()


def test_louder_counts_for_what_is_planned_already():
    """The volume changes what sounds from the next block on."""
    scheduler = Scheduler()
    scheduler.say("one", Clip(np.full(RATE, 1000, np.int16), 0, RATE), {})
    pull(scheduler, 20)
    scheduler.volume = volume(9)
    assert pull(scheduler, 1)[0].max() == pytest.approx(2000, rel=0.01)
