"""Signals that reach a session."""

import os
import signal
import subprocess
import sys

import pytest

from coach import signals

pytest.importorskip("termios", reason="needs Unix signals")


def dispositions():
    return [signal.getsignal(number) for number in (*signals.ENDING, *signals.STOPPING)]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_ends_with_the_status_of_the_signal(number, status):
    """128 and its number, as a shell tells it; afterwards all is as it was."""
    before = dispositions()
    with pytest.raises(SystemExit) as ended, signals.minded():
        os.kill(os.getpid(), number)
    assert ended.value.code == status
    assert dispositions() == before


def test_what_follows_does_not_break_off_the_ending():
    """A window that closes sends SIGHUP twice; the sound is kept and the devices are closed all the same."""
    closed = []
    with pytest.raises(SystemExit) as ended, signals.minded():
        try:
            os.kill(os.getpid(), signal.SIGHUP)
        finally:
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)
            closed.append(True)
    assert ended.value.code == 129
    assert closed == [True]


def test_ctrl_z_does_nothing():
    """A stopped coach hears no stop."""
    program = "import os, signal\nfrom coach.signals import minded\nwith minded(): os.kill(os.getpid(), signal.SIGTSTP)"
    child = subprocess.Popen([sys.executable, "-c", program], process_group=0)  # a group without a parent outside it is never stopped
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        child.kill()
    assert os.WIFEXITED(status)


def test_what_was_ignored_stays_so():
    """Under nohup a closed window ends nothing."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.minded():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
