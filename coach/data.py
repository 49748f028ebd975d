"""Where the data that ships with the package lies: beside it in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(kind: str) -> Path:
    """The folder of shipped data of that kind: "cues" or "models"."""
    inside = _PACKAGE / "data_files" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / kind
