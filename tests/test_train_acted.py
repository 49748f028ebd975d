"""The data file of a game gives the right words for each recording."""

import io
import struct

import numpy as np
import pytest

pytest.importorskip("soxr")
soundfile = pytest.importorskip("soundfile")
from scripts.train import acted  # noqa: E402


def tone(seconds, hertz):
    file = io.BytesIO()
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 16000)) / 16000), 16000, format="WAV")
    return file.getvalue()


def dialogue(key, joe, other):
    """One level of a tree that nobody looks at, then Joe's lines and the other's, each filled up to four bytes."""

    def said(text):
        line = b"\0\0" + struct.pack(">HB", number, len(text)) + text.encode()
        return line + bytes(-len(line) % 4)

    number = 0x2A
    start = 32 + 96 + len(said(joe))
    head = struct.pack(">5h", -1, 7, key, 1, 1) + bytes(12) + struct.pack(">H", start) + bytes(8)
    return bytes(20) + head + bytes(96) + said(joe) + said(other)


def packed(files):
    at = 15 + 21 * len(files)
    directory = b""
    for name, data in files.items():
        directory += struct.pack(">12sBII", name.encode(), 1, at, len(data))
        at += len(data)
    return b"QTBLCEM10\0\0\0\1" + struct.pack(">H", len(files)) + directory + b"".join(files.values())


def test_each_recording_has_the_words_of_its_line(monkeypatch):
    files = {
        "BUD.DOG": dialogue(3, "*FLStop, or I'll...*02Ouch!*XY01(120,090)No.*03In 1944.", "What?"),
        "03002AJ2.SB": tone(0.5, 300),
        "03002AJ3.SB": tone(0.25, 600),
        "03002AJ5.SB": tone(0.3, 450),
        "03002AP1.SB": tone(1.0, 900),
    }
    monkeypatch.setattr(acted, "_data", lambda: packed(files))
    lines = list(acted.lines())
    assert [(words, who) for words, who, _ in lines] == [(["what"], "BUD.DOG"), (["stop", "or", "i'll"], "joe"), (["ouch"], "joe")]
    for (_, _, sound), (seconds, hertz) in zip(lines, ((1.0, 900), (0.5, 300), (0.25, 600)), strict=True):
        assert len(sound) == pytest.approx(seconds * 16000, abs=2)
        assert np.argmax(np.abs(np.fft.rfft(sound))) / seconds == pytest.approx(hertz, rel=0.02)
