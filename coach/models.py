"""Which recogniser to hear with: the one that ships, and others that people install."""

from pathlib import Path

from coach.data import shipped
from coach.errors import Missing

_PARTS = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")


def find(model: str | None) -> Path:
    """The folder of a model by name or path."""
    return shipped("models") / (model or "en")


def check(folder: Path) -> None:
    """Raises Missing when the folder is no Vosk model: Vosk itself would abort the process on some."""
    for part in _PARTS:
        if not (folder / part).is_file():
            raise Missing(f"{folder} is no Vosk model: {part} is missing. Choose another: coach models.")


def words(folder: Path) -> list[str]:
    """The words that a model lists, empty when it has no list."""
    listed = folder / "graph" / "words.txt"
    if not listed.is_file():
        return []
    return [line.split()[0] for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()]
