"""Which recogniser to hear with: the one that ships, and others that people install.

An installed model is a folder in the user's data folder; the file `chosen` beside them names the one in use.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coach.data import home, shipped
from coach.errors import BadInput, CoachError, Missing
from coach.fetch import fetch

SHIPPED = "en"
"""The model that comes with the package."""


@dataclass(frozen=True)
class Download:
    """A model that can be installed by name."""

    about: str
    url: str
    size: int
    """Bytes of the zip file."""
    sha256: str


DOWNLOADS = {
    "small-en-us": Download(
        "the small official Vosk model for US English, 40 MB, Apache 2.0",
        "https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip",
        41205931,
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    )
}

PARTS = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)
"""Files without which there is no listening for given phrases; Vosk aborts the process where some are missing."""

_TRIAL = """
import sys
from pathlib import Path
from coach.ears import Ears
from coach.errors import CoachError
try:
    Ears(Path(sys.argv[1]))
except CoachError as error:
    sys.exit(str(error))
"""


def installed() -> dict[str, Path]:
    """Every model there is by name, the shipped one first."""
    own = sorted(folder for folder in _home().glob("[!.]*") if folder.is_dir())
    return {SHIPPED: shipped("models") / SHIPPED} | {folder.name: folder for folder in own}


def chosen() -> str:
    """The name of the model in use."""
    try:
        return (_home() / "chosen").read_text(encoding="utf-8").strip() or SHIPPED
    except OSError:
        return SHIPPED


def find(model: str | None) -> Path:
    """The folder of a model, by its name or its path; None is the one in use. Raises Missing when there is none."""
    name = chosen() if model is None else model
    folder = installed().get(name, Path(name))
    if not name or not folder.is_dir():
        raise Missing(f"There is no model {name!r}. Choose one of {', '.join(installed())}, or give a folder.")
    return folder


def use(name: str) -> None:
    """From now on hear with the installed model of that name. Raises Missing when there is none."""
    if name not in installed():
        raise Missing(f"{name} is not installed. Install it first: coach models install {name}")
    check(installed()[name])
    _home().mkdir(parents=True, exist_ok=True)
    (_home() / "chosen").write_text(name + "\n", encoding="utf-8")


def check(folder: Path) -> None:
    """Look at a model before Vosk does. Raises Missing when the folder holds none that can be used."""
    for part in PARTS:
        if not (folder / part).is_file() or not (folder / part).stat().st_size:
            raise Missing(f"{folder} holds no usable Vosk model: {part} is missing. Choose another: coach models.")
    if "--endpoint.silence-phones=" not in (folder / "conf/model.conf").read_text(encoding="utf-8", errors="replace"):
        raise Missing(f"{folder}: conf/model.conf lacks --endpoint.silence-phones. Choose another: coach models.")


def words(folder: Path) -> list[str]:
    """The words that a model lists, empty when it has no list."""
    listed = folder / "graph" / "words.txt"
    if not listed.is_file():
        return []
    return [line.split()[0] for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()]


def install(name: str, source: str | Path | None = None, progress: Callable[[int, int], None] = lambda done, of: None) -> Path:
    """Install a model: download the one of that name, or take it from a zip file or a folder; returns its folder.

    `progress(done, of)` is told the bytes of a download. Raises BadInput or Missing, and then nothing has changed.
    """
    if not re.fullmatch(r"\w[\w.-]*", name) or name == SHIPPED:
        raise BadInput(f"{name} can't be the name of an installed model. Choose another of letters, digits, '-' and '.'.")
    if source == "":
        raise BadInput("--from '': give a zip file or a folder that holds a model.")
    _home().mkdir(parents=True, exist_ok=True)
    archive = None
    if source is None:
        if name not in DOWNLOADS:
            raise BadInput(f"{name} is not known. Choose one of {', '.join(DOWNLOADS)}, or give --from FILE_OR_FOLDER.")
        download = DOWNLOADS[name]
        source = archive = _home() / f"{name}.zip"
        fetch(download.url, archive, download.size, download.sha256, progress)
    with tempfile.TemporaryDirectory(dir=_home(), prefix=".") as scratch:
        copy = Path(scratch).resolve() / "model"
        try:
            found = _unpacked(Path(source), copy)
            check(found)
            _try(found)
        except CoachError as error:  # told of what was given: the copy is gone in a moment
            raise type(error)(str(error).replace(str(copy), str(source))) from error
        target = _home() / name
        shutil.rmtree(target, ignore_errors=True)
        found.replace(target)
    if archive:
        archive.unlink()
    return target


def _home() -> Path:
    return home() / "models"


def _unpacked(source: Path, scratch: Path) -> Path:
    """A copy of the model in a zip file or a folder, which may hold it one folder down."""
    try:
        if source.is_dir():
            shutil.copytree(source, scratch)
        else:
            scratch.mkdir()  # an empty archive would not make it
            with zipfile.ZipFile(source) as archive:
                archive.extractall(scratch)
    except (OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise BadInput(f"{source} can't be read as a zip file or a folder ({error}). Give another.") from error
    folders = [scratch, *(path for path in scratch.iterdir() if path.is_dir())]
    return next((folder for folder in folders if (folder / PARTS[0]).is_file()), scratch)


def _try(folder: Path) -> None:
    """Load the model of an absolute path as a session would, in a process of its own: Vosk aborts on some broken ones."""
    command = [sys.executable, "-c", _TRIAL, str(folder)]
    trial = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    if trial.returncode == 1 and trial.stderr.strip():
        raise BadInput(trial.stderr.strip().splitlines()[-1])
    if trial.returncode:
        raise BadInput("Vosk breaks down on this model. Give another.")
