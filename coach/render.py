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

SLOW = 20.0
"""Seconds to wait for the engine to finish a text; it takes 10 ms where all is well."""

ESPEAK = "en-us"
"""The voice where espeak speaks; elsewhere the system's own. A recogniser understood twice as many of its words as of
the British voices' (23 of 102 against 12; pocketsphinx, the coach's sentences)."""


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
            run(engine)  # until then it is only queued
            if engine.getProperty("voice").casefold() == full.casefold():
                return
    raise Unusable("voice")


def run(engine: Any) -> None:
    """Let the engine do what it was told.

    espeak works on a thread of its own, and pyttsx3 cancels what that still does before it gives it the next text. On
    a busy machine a rate was lost so, and a text came out at the engine's own. So it is waited for.
    """
    if str(engine) == "espeak":
        from pyttsx3.drivers import _espeak

        for _ in range(round(SLOW / 0.001)):
            if not _espeak.IsPlaying():
                break
            time.sleep(0.001)
    engine.runAndWait()


def save(engine: Any, text: str, path: Path) -> None:
    """Speak one text into a new file and return when it is whole. Raises Unusable.

    One text a run, for of several only the last is written. With espeak `runAndWait` returns after 10 ms whether or not
    the text is done (measured: two thirds of a word in the file), so its "finished-utterance" is waited for; the
    engines of macOS and Windows return when done, and Windows' sends none.
    """
    whole = threading.Event()
    token = engine.connect("finished-utterance", lambda **_: whole.set())
    engine.save_to_file(text, str(path))
    run(engine)
    late = str(engine) == "espeak" and not whole.wait(SLOW)
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
            engine.setProperty("rate", request["rate"])
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
