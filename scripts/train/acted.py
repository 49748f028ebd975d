"""Acted speech: what the voice actors say in an adventure game that was given away (Flight of the Amazon Queen, 1995).

They speak as people do who are alarmed, angry or amused, where everybody else here reads from a page. Debian has the game; its one data
file holds the recordings, short MP3 files, and the dialogues, whose lines carry commands to the figures between asterisks.
"""

import io
import re
import struct
import subprocess
import tempfile
from pathlib import Path

from . import corpus

PACKAGE = "flight-of-the-amazon-queen"
FILE = "usr/share/scummvm/flight-of-the-amazon-queen/queen.1c"
DIRECTORY = 13  # where the number of files is written, before an entry of 21 bytes for each
ENTRY = struct.Struct(">12sxII")
HEADER = 20  # bytes of a dialogue before the dialogue
TREE, LEVEL = 32, 96  # bytes before its tree, and of each level of it
UNWRITTEN = re.compile(r"[\d<>()]")  # numerals and gasps: what is said there is not what is written
COMMAND = re.compile(r"\*(?:XY.{11}|..)")


def lines():
    """(words, who, sound) of every line that is said in a dialogue; int16 at 16 kHz."""
    files = _files(_data())
    for name in sorted(files):
        if not name.endswith(".DOG"):
            continue
        for prefix, text in _dialogue(files[name][HEADER:]):
            for number, said in enumerate(COMMAND.split(text), 1):
                words = re.findall(r"[a-z]+(?:'[a-z]+)?", said.lower())
                sound = files.get(f"{prefix}{number:X}.SB")
                if words and sound is not None and not UNWRITTEN.search(said):
                    yield words, "joe" if prefix.endswith("J") else name, corpus.decoded(io.BytesIO(sound))


def _data():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", PACKAGE], cwd=folder, check=True)
        (package,) = Path(folder).glob("*.deb")
        subprocess.run(["dpkg", "--extract", str(package), folder], check=True)
        return (Path(folder) / FILE).read_bytes()


def _files(data):
    (count,) = struct.unpack_from(">H", data, DIRECTORY)
    entries = (ENTRY.unpack_from(data, DIRECTORY + 2 + ENTRY.size * number) for number in range(count))
    return {name.rstrip(b"\0").decode(): data[start : start + size] for name, start, size in entries}


def _dialogue(data):
    """(what the names of its recordings begin with, text) of each line of both who talk."""
    levels, _, key, joes, others = struct.unpack_from(">5h", data)
    (elsewhere,) = struct.unpack_from(">H", data, 22)
    for at, count, who in ((elsewhere, others, "P"), (TREE + LEVEL * abs(levels), joes, "J")):
        for _ in range(count):
            number, length = struct.unpack_from(">HB", data, at + 2)
            yield f"{key:02d}{number:04X}{who}", data[at + 5 : at + 5 + length].decode("latin-1")
            at += -(-(5 + length) // 4) * 4
