"""Where data lies: what ships with the package, and what belongs to this user."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def shipped(kind: str) -> Path:
    """The folder of shipped data of that kind, "cues" or "models": beside the package in a checkout, in it in a wheel."""
    inside = _PACKAGE / "data_files" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / kind


def home() -> Path:
    """The folder of this user's data (journal, models); the environment variable COACH_HOME puts it elsewhere."""
    return Path(os.environ.get("COACH_HOME") or platformdirs.user_data_dir("coach", appauthor=False))
