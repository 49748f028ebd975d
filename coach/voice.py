"""The coach's voice: every text rendered ahead, once, and kept on disk.

Never spoken directly: such speech can't be cut or timed, and gives the echo canceller nothing to compare with.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
import platformdirs

from coach import sound
from coach.clips import Clip, clip
from coach.errors import Missing

RATE_WORDS = 150
"""Words a minute: slower than the engines' own 200, for people who lie on a table and can't read along."""

TRIES = 2
"""Child processes that may fail at a text before the voice is taken to be unusable."""

HUNG = 30.0
"""Seconds without a new clip after which the engine is taken for dead: one takes 13 ms."""


@dataclass(frozen=True)
class Speaker:
    """A voice of the system's speech engine."""

    id: str
    name: str
    languages: tuple[str, ...]
    """As "en-us"."""
    usual: bool = False
    """Whether it is the coach's where none is named."""


def cache_folder() -> Path:
    """Where rendered speech is kept: below COACH_HOME where that is set, else in the user's cache."""
    home = os.environ.get("COACH_HOME")
    return (Path(home) if home else Path(platformdirs.user_cache_dir("coach", appauthor=False))) / "voice"


class Voice:
    """A voice at a rate."""

    def __init__(self, name: str | None = None, rate: int = RATE_WORDS, cache: Path | None = None) -> None:
        """The voice of that id or name ("en-us+f3": espeak's variants), at `rate` words a minute."""
        self.name, self.rate = name, rate
        self._cache = cache or cache_folder()

    def render(
        self, texts: Iterable[str], progress: Callable[[int, int], None] | None = None
    ) -> dict[str, Clip]:
        """A clip of each text; what is not in the cache is rendered and `progress(done, of)` called for it.

        Raises Missing where the system has no such voice, none at all, or one that does not answer.
        """
        texts = dict.fromkeys(texts)
        kept = {text: self._kept(text) for text in texts}
        wanted = [text for text, samples in kept.items() if samples is None]
        if wanted:
            for done, (text, samples) in enumerate(self._rendered(wanted), 1):
                kept[text] = samples
                if progress:
                    progress(done, len(wanted))
        return {text: clip(samples) for text, samples in kept.items()}

    def _rendered(self, texts: list[str]) -> Iterator[tuple[str, np.ndarray]]:
        """Each text with its sound as the engine spoke it, kept as it comes."""
        with suppress(OSError):  # a place that can't be written to costs time at each start, nothing more
            self._cache.mkdir(parents=True, exist_ok=True)
        for _ in range(TRIES):
            spoken = set()
            for text, samples in self._spoken(texts):
                spoken.add(text)
                self._keep(text, samples)
                yield text, samples
            texts = [text for text in texts if text not in spoken]
            if not texts:
                return
        raise Missing(
            f"The {self._named()} does not speak: \"{texts[0]}\". Choose another with --voice; see: coach voices"
        )

    def _spoken(self, texts: list[str]) -> Iterator[tuple[str, np.ndarray]]:
        """As many of the texts as one child process speaks, in that order."""
        with tempfile.TemporaryDirectory(prefix="coach-") as folder:
            request = {"voice": self.name, "rate": self.rate, "texts": texts, "folder": folder}
            for answer in _answers(request):
                if answer.get("error") == "voice":
                    raise Missing(f"There is no {self._named()}. Choose another with --voice; see: coach voices")
                if "done" in answer:
                    samples = sound.read(Path(folder) / f"{answer['done']}.wav")
                    if not len(samples):
                        return
                    yield texts[answer["done"]], samples

    def _named(self) -> str:
        return f"voice '{self.name}'" if self.name else "English voice"

    def _place(self, text: str) -> Path:
        key = json.dumps([sys.platform, self.name, self.rate, text])
        return self._cache / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"

    def _kept(self, text: str) -> np.ndarray | None:
        """What is kept of a text; None where there is nothing or where it is damaged (an archive has a checksum)."""
        try:
            with np.load(self._place(text)) as archive:
                return archive["samples"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def _keep(self, text: str, samples: np.ndarray) -> None:
        """All or nothing: two coaches may start at once, and the power may go."""
        place = self._place(text)
        half = place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            with half.open("wb") as file:
                np.savez(file, samples=samples)
            half.replace(place)


def voices() -> list[Speaker]:
    """The system's voices, English ones first. Raises Missing where there is no engine."""
    request = {"voice": None, "rate": RATE_WORDS, "texts": [], "folder": ""}
    found = next((answer["voices"] for answer in _answers(request) if "voices" in answer), [])
    speakers = [Speaker(**voice | {"languages": tuple(voice["languages"])}) for voice in found]
    return sorted(speakers, key=lambda it: not any(language.startswith("en") for language in it.languages))


def other() -> str:
    """The name of a voice that nobody takes for the usual one: who plays the partner in a rehearsal.

    Of espeak's variants the one that the shipped recogniser hears best: 36 of 36 short answers, where others had 24 to 33.
    """
    if sys.platform.startswith("linux"):
        return "en-us+f2"
    english = [it for it in voices() if any(language.startswith("en") for language in it.languages)]
    return next((it.id for it in english if not it.usual), english[0].id)


def _answers(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the child process says, line by line. Raises Missing where there is no engine or it hangs."""
    ours = str(Path(__file__).parent.parent)
    child = subprocess.Popen(
        [sys.executable, "-m", "coach.render"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    lines: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in child.stdout:
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=listen, name="voice", daemon=True).start()
    try:
        with suppress(BrokenPipeError):  # it ended at once, and says nothing
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        while line := lines.get(timeout=HUNG):
            answer = json.loads(line)
            if answer.get("error") == "engine":
                raise Missing(_no_engine(answer["detail"]))
            yield answer
    except Empty:
        raise Missing(f"The speech engine has not answered for {HUNG:.0f} s. Try another voice: coach voices") from None
    finally:
        child.kill()
        child.wait()


def _no_engine(detail: str) -> str:
    if sys.platform.startswith("linux"):
        return "There is no speech engine. Install it: sudo apt-get install espeak-ng"
    return f"The system's speech can't be used ({detail}). Check the system's speech settings."
