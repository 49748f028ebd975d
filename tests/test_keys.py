"""The keyboard, on a pseudo-terminal."""

import os
import sys
from types import SimpleNamespace

import pytest

from coach.keys import TYPING, Keys
from coach.phrases import OVER_TEN, Intent

pty = pytest.importorskip("pty", reason="needs a Unix terminal")
termios = pytest.importorskip("termios", reason="needs a Unix terminal")


@pytest.fixture
def terminal(monkeypatch):
    """A terminal as standard input: what is written to `.keyboard` is typed."""
    keyboard, screen = pty.openpty()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: screen))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    yield SimpleNamespace(keyboard=keyboard, screen=screen)
    os.close(keyboard)
    os.close(screen)


def heard(terminal, *typed: str, waits: int = 0) -> list[tuple[Intent, int | None]]:
    """What the keys mean, typed one after the other, `waits` polls apart, and then waited for."""
    found = []
    with Keys() as keys:
        for keys_now in typed:
            os.write(terminal.keyboard, keys_now.encode())
            for _ in range(1 + waits):
                found += keys.poll()
        for _ in range(TYPING + 2):
            found += keys.poll()
    return [(meaning.intent, meaning.value) for meaning in found]


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        (" ", Intent.STOP),
        ("s", Intent.STOP),
        ("S", Intent.STOP),
        ("\n", Intent.READY),
        ("\r", Intent.READY),
        ("p", Intent.PAUSE),
    ],
)
def test_each_key_has_its_meaning(terminal, key, intent):
    """Space and s stop, Enter is ready, p pauses."""
    assert heard(terminal, key) == [(intent, None)]


@pytest.mark.parametrize("number", range(11))
def test_a_number_is_a_pain_number(terminal, number):
    """0 to 10, its digits typed at once or one after the other."""
    assert heard(terminal, str(number)) == [(Intent.PAIN, number)]
    assert heard(terminal, *str(number)) == [(Intent.PAIN, number)]
    assert heard(terminal, *str(number), waits=TYPING // 2) == [(Intent.PAIN, number)]


@pytest.mark.parametrize("typed", ["11", "15", "70", "100", "99999999999999999999"])
def test_a_number_above_ten_is_over_ten(terminal, typed):
    """Never a part of what was typed, which could be less."""
    assert heard(terminal, *typed) == [(Intent.PAIN, OVER_TEN)]


def test_slow_digits_are_two_numbers(terminal):
    """A correction after a while is a number of its own, and the last one counts."""
    assert heard(terminal, "1", "0", waits=TYPING) == [(Intent.PAIN, 1), (Intent.PAIN, 0)]


def test_enter_behind_a_number_only_ends_it(terminal):
    """A number confirmed with Enter must not open the next gate."""
    assert heard(terminal, "5\n") == [(Intent.PAIN, 5)]


def test_a_stop_comes_at_once_and_before_a_number_half_typed(terminal):
    """Space is not kept waiting by digits, nor followed by them."""
    with Keys() as keys:
        os.write(terminal.keyboard, b"1 ")
        assert [meaning.intent for meaning in keys.poll()] == [Intent.STOP]
        assert not any(keys.poll() for _ in range(TYPING + 2))


def test_p_goes_on_where_the_session_is_paused(terminal):
    """However the pause came about and ended."""
    with Keys() as keys:
        for state, intent in [("hold", Intent.PAUSE), ("paused", Intent.RESUME), ("hold", Intent.PAUSE)]:
            keys.notice({"t": 1.0, "event": "state", "state": state})
            keys.notice({"t": 1.0, "event": "listen", "window": "gate"})
            os.write(terminal.keyboard, b"p")
            assert [meaning.intent for meaning in keys.poll()] == [intent]


@pytest.mark.parametrize("key", ["q", "Q"])
def test_q_ends_as_ctrl_c_does(terminal, key):
    """The edge of the program handles both."""
    with Keys() as keys, pytest.raises(KeyboardInterrupt):
        os.write(terminal.keyboard, key.encode())
        keys.poll()


@pytest.mark.parametrize("typed", ["\x1b[A", "\x1b[15~", "\x1b[1;5C", "\x1bOS", "\x1b", "x", "é", "\t", "٣"])
def test_other_keys_mean_nothing(terminal, typed):
    """Arrow and function keys send digits and letters of ours among their own."""
    assert heard(terminal, typed) == []


@pytest.mark.parametrize("failing", [False, True])
def test_the_terminal_is_left_as_it_was(terminal, failing):
    """Echo and line mode come back, whatever ended the session."""
    before = termios.tcgetattr(terminal.screen)
    try:
        with Keys():
            assert termios.tcgetattr(terminal.screen) != before
            if failing:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert termios.tcgetattr(terminal.screen) == before


def test_without_a_terminal_the_keyboard_is_deaf(monkeypatch):
    """A pipe or nothing at all as standard input: no meanings and no error."""
    read, write = os.pipe()
    os.write(write, b"sss555")
    for stdin in (SimpleNamespace(fileno=lambda: read), None):
        monkeypatch.setattr(sys, "stdin", stdin)
        with Keys() as keys:
            assert keys.poll() == []
    os.close(read)
    os.close(write)


def test_a_terminal_in_the_foreground_of_another_program_is_left_alone(terminal, monkeypatch):
    """In the background the mode of the terminal is not ours to change."""
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    before = termios.tcgetattr(terminal.screen)
    with Keys():
        assert termios.tcgetattr(terminal.screen) == before


def test_a_terminal_that_was_closed_is_deaf(terminal):
    """The session goes on by voice when the window is gone."""
    with Keys() as keys:
        os.close(terminal.keyboard)
        assert keys.poll() == []
        assert keys.poll() == []
        terminal.keyboard = os.dup(terminal.screen)


def test_control_s_does_not_hold_the_output(terminal):
    """A coach that waits to write is deaf: what it prints still comes out, and afterwards the terminal is as it was."""
    before = termios.tcgetattr(terminal.screen)
    with Keys():
        os.write(terminal.keyboard, b"\x13")
        assert not termios.tcgetattr(terminal.screen)[0] & termios.IXON
    assert termios.tcgetattr(terminal.screen) == before
