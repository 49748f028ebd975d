"""The child process that speaks into files: `python -m coach.render`. The only module that knows pyttsx3.

A process of its own because an engine can hang for ever, prints on standard output and can't be started twice.
One JSON object comes in on standard input: `{"voice": name or null, "rate": words a minute, "texts": [...],
"folder": "..."}`. One a line goes out: `{"voices": [...]}`, then for each text `{"done": its index}` once
`folder/INDEX.wav` is whole, or at last `{"error": "..."}`.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

WRITTEN = 20.0
"""Seconds to wait for the engine's word that a file is whole; it is 10 ms behind where all is well."""


ESPEAK = "en-us"
"""The voice where espeak speaks: American English, as the recogniser's words are. Elsewhere the system's own."""


class Unusable(Exception):
    """Why it can't be done: "engine" (none there), "voice" (not that one), "file" (nothing written)."""


def listed(engine: Any) -> list[dict[str, Any]]:
    """The engine's voices: id, name, languages ("en-us"), and whether it is the one used where none is named."""
    voices = [
        {"id": voice.id, "name": voice.name or voice.id, "languages": [_language(it) for it in voice.languages or []]}
        for voice in engine.getProperty("voices")
    ]
    english = [voice["id"] for voice in voices if any(it.startswith("en") for it in voice["languages"])]
    usual = [it for it in english if it == engine.getProperty("voice") or it.endswith(f"/{ESPEAK}")] or english
    return [voice | {"usual": voice["id"] == usual[-1]} for voice in voices] if usual else voices


def choose(engine: Any, name: str | None) -> None:
    """Set the voice of that id or name, or of that tail of an id ("en-us" for "gmw/en-us"); None: the usual one.

    espeak's variants are written behind a plus sign: "en-us+f3". Raises Unusable for an unknown voice, which the
    engine would pass over in silence.
    """
    base, plus, variant = (name or "").partition("+")
    for voice in listed(engine):
        names = (voice["id"], voice["id"].rpartition("/")[2], voice["name"])
        if base.casefold() in (it.casefold() for it in names) if base else voice["usual"]:
            full = voice["id"] + plus + variant
            engine.setProperty("voice", full)
            engine.runAndWait()  # until then it is only queued
            if engine.getProperty("voice").casefold() == full.casefold():
                return
    raise Unusable("voice")


def pace(engine: Any, rate: int) -> None:
    """Set the words a minute, and wait until they hold.

    espeak takes the number on a thread of its own, and the next `runAndWait` would cancel what is still queued there
    (measured: one sentence in fifty at the engine's own rate on a busy machine). Out of range it takes the nearest.
    """
    engine.setProperty("rate", rate)
    for _ in range(100):
        if engine.getProperty("rate") == rate:
            return
        time.sleep(0.01)


def save(engine: Any, text: str, path: Path) -> None:
    """Speak one text into a new file and return when it is whole. Raises Unusable.

    One text a run, for of several only the last is written. espeak synthesises on a thread of its own and
    `runAndWait` returns after 10 ms whether or not that is done (measured: a third of a word on a busy machine), so its
    "finished-utterance" is waited for; the engines of macOS and Windows return when done, and Windows' sends none.
    """
    whole = threading.Event()
    token = engine.connect("finished-utterance", lambda **_: whole.set())
    engine.save_to_file(text, str(path))
    engine.runAndWait()
    late = str(engine) == "espeak" and not whole.wait(WRITTEN)
    engine.disconnect(token)
    if late or not path.exists():
        raise Unusable("file")


def main() -> None:
    """Answer the one request on standard input."""
    out = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the engine prints a line for every file
    request = json.loads(sys.stdin.read())
    try:
        import pyttsx3

        engine = pyttsx3.init()
    except Exception as error:  # each platform's engine fails in its own way
        print(json.dumps({"error": "engine", "detail": str(error)}), file=out)
        return
    print(json.dumps({"voices": listed(engine)}), file=out)
    try:
        if request["texts"]:
            choose(engine, request["voice"])
            pace(engine, request["rate"])
        for index, text in enumerate(request["texts"]):
            save(engine, text, Path(request["folder"]) / f"{index}.wav")
            print(json.dumps({"done": index}), file=out)
    except Unusable as error:
        print(json.dumps({"error": str(error)}), file=out)


def _language(language: str) -> str:
    """ "en_US" on macOS, "en-US" on Windows, "en-us" from espeak."""
    return str(language).replace("_", "-").lower()


if __name__ == "__main__":
    main()
