"""A home of its own for everything that the tests leave behind, and no deadlines: a busy machine is not a failure."""

import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("coach", deadline=None)
settings.load_profile("coach")

# A shell has its background jobs ignore Ctrl-C, and nohup a closed window, and so would every session that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """Journal, models and rendered voices of the tests lie in a temporary folder, never in the user's own."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("COACH_HOME")
    os.environ["COACH_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["COACH_HOME"]
    else:
        os.environ["COACH_HOME"] = before
