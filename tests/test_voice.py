"""The voice: what espeak-ng says, rendered by a child process, and kept."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from coach import voice
from coach.errors import Missing
from coach.sound import RATE
from coach.voice import Voice, voices

NUMBERS = ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten."]

needs_espeak = pytest.mark.skipif(
    not (sys.platform.startswith("linux") and shutil.which("espeak-ng")), reason="needs espeak-ng"
)


@needs_espeak
def test_every_text_is_rendered_whole_and_told(tmp_path):
    """Sixty texts: each has its own sound, none is cut short, and progress counts up."""
    told = []
    texts = NUMBERS + [f"Push your knee up gently, number {n}." for n in range(50)]
    clips = Voice(cache=tmp_path).render(texts, lambda *progress: told.append(progress))
    assert list(clips) == texts
    assert told == [(n, 60) for n in range(1, 61)]
    for text, found in clips.items():
        assert 0.2 < (found.offset - found.onset) / RATE < 4, text
        assert 0.9 < len(found.samples) / len(clips[texts[10]].samples) < 1.4 or text in NUMBERS, text


@needs_espeak
def test_what_was_rendered_once_comes_from_the_disk(tmp_path, monkeypatch):
    """The second time no engine is started and the sound is the same."""
    first = Voice(cache=tmp_path).render(NUMBERS)
    monkeypatch.setattr(voice, "_answers", lambda _: pytest.fail("the engine was started"))
    again = Voice(cache=tmp_path).render(NUMBERS)
    assert all(np.array_equal(first[text].samples, again[text].samples) for text in NUMBERS)


@needs_espeak
@pytest.mark.parametrize(
    "harm", [lambda data: b"", lambda data: data[:500], lambda data: data[:9000] + b"?" * 99 + data[9099:]]
)
def test_a_damaged_file_is_rendered_again(tmp_path, harm):
    """Empty, cut off or overwritten: what is kept has a checksum."""
    texts = ["Hold for ten seconds."]
    whole = Voice(cache=tmp_path).render(texts)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(harm(kept.read_bytes()))
    told = []
    again = Voice(cache=tmp_path).render(texts, lambda *progress: told.append(progress))
    assert told == [(1, 1)]
    assert np.array_equal(again[texts[0]].samples, whole[texts[0]].samples)


@needs_espeak
def test_voice_and_rate_are_part_of_what_is_kept(tmp_path):
    """Another voice or rate is another sound."""
    text = "Relax, and let it drop."
    lengths = [
        len(made.render([text])[text].samples)
        for made in (Voice(cache=tmp_path), Voice(rate=250, cache=tmp_path), Voice("en-us+f3", cache=tmp_path))
    ]
    assert lengths[1] < 0.8 * lengths[0]
    assert len(list(tmp_path.iterdir())) == 3


@needs_espeak
def test_a_place_that_cannot_be_written_to_is_no_error(tmp_path):
    """Without a cache the coach still speaks."""
    (tmp_path / "file").write_text("in the way")
    assert len(Voice(cache=tmp_path / "file" / "voice").render(["Stop."])["Stop."].samples)


@needs_espeak
@pytest.mark.parametrize("name", ["gmw/en-us", "en-us", "EN-US", "English (America)"])
def test_a_voice_goes_by_id_or_name(tmp_path, name):
    """The id, its last part and the name are the same voice, in any case."""
    assert len(Voice(name, cache=tmp_path).render(["Stop."])["Stop."].samples)


@needs_espeak
@pytest.mark.parametrize("name", ["nonesuch", "en-us+nonesuch", "mb/mb-us1"])
def test_a_voice_that_the_engine_would_ignore_is_missing(tmp_path, name):
    """An unknown voice or variant, and a listed one whose data is not installed, get a sentence."""
    with pytest.raises(Missing, match="coach voices"):
        Voice(name, cache=tmp_path).render(["Stop."])


@needs_espeak
def test_the_partner_sounds_unlike_the_coach(tmp_path):
    """The other voice is clearly higher than the usual one: more changes of sign in a vowel."""
    pitch = {}
    for name in (None, voice.other()):
        found = Voice(name, cache=tmp_path).render(["Aaaah."])["Aaaah."]
        middle = found.samples[found.onset : found.offset][1000:5000].astype(float)
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 15))
        autocorrelation = np.fft.irfft(spectrum**2)[RATE // 400 : RATE // 60]
        pitch[name] = RATE / (RATE // 400 + autocorrelation.argmax())
    assert pitch[voice.other()] > 1.3 * pitch[None]


@needs_espeak
def test_voices_are_listed_english_ones_first():
    """One of them is the usual one."""
    found = voices()
    assert [it.id for it in found if it.usual] == ["gmw/en-us"]
    assert found[0].languages[0].startswith("en")


ENGINES = {
    "none": "def init():\n    raise RuntimeError('no library')\n",
    "hangs": "import time\ndef init():\n    time.sleep(600)\n",
    "dies": "import os\ndef init():\n    os._exit(11)\n",
}


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("none", "no speech engine.*sudo apt-get install espeak-ng"),
        ("hangs", "has not answered"),
        ("dies", "does not speak"),
    ],
)
def test_an_engine_that_fails_gets_a_sentence(tmp_path, monkeypatch, engine, words):
    """Not installed, hanging or crashing: no traceback and no waiting for ever."""
    (tmp_path / "pyttsx3.py").write_text(ENGINES[engine])
    popen = voice.subprocess.Popen

    def with_engine(command, env, **options):
        paths = f"{tmp_path}:{Path(voice.__file__).parent.parent}"
        return popen(command, env=env | {"PYTHONPATH": paths}, **options)

    monkeypatch.setattr(voice.subprocess, "Popen", with_engine)
    monkeypatch.setattr(voice, "HUNG", 1.0)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Missing, match=words):
        Voice(cache=tmp_path).render(["Stop."])


@needs_espeak
def test_an_engine_that_crashes_once_is_asked_again(tmp_path, monkeypatch):
    """What it had not spoken by then is spoken by a second one, and nothing twice."""
    popen, started = voice.subprocess.Popen, []
    dies = (
        "import os; from coach import render; save = render.save\n"
        "render.save = lambda engine, text, path: save(engine, text, path) if text != 'Four.' else os._exit(11)\n"
        "render.main()"
    )

    def first_one_dies(command, **options):
        started.append(command)
        return popen(command if len(started) > 1 else [command[0], "-c", dies], **options)

    monkeypatch.setattr(voice.subprocess, "Popen", first_one_dies)
    told = []
    clips = Voice(cache=tmp_path).render(NUMBERS, lambda *progress: told.append(progress))
    assert len(started) == 2
    assert list(clips) == NUMBERS
    assert told[-1] == (10, 10)
