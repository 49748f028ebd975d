"""What goes wrong for a person, said in one sentence that ends with what to do next."""


class CoachError(Exception):
    """Base of all expected failures: shown as one sentence, never as a traceback."""

    status = 2


class BadInput(CoachError):
    """A wrong option or a broken file; exit status 2."""

    status = 2


class Missing(CoachError):
    """No usable microphone, speaker, voice or model; exit status 3."""

    status = 3
