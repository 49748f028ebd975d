"""Models found, installed from files and over a connection that breaks, and refused when they are none."""

import hashlib
import http.server
import shutil
import threading
import zipfile

import pytest

from coach import models
from coach.data import home, shipped
from coach.errors import BadInput, CoachError, Missing
from coach.fetch import fetch

EN = shipped("models") / "en"
PAYLOAD = bytes(range(256)) * 1000


@pytest.fixture(autouse=True)
def nothing_installed():
    """Each test begins with the shipped model alone."""
    shutil.rmtree(home() / "models", ignore_errors=True)


@pytest.fixture
def archive(tmp_path):
    """The shipped model as a zip file, one folder down as the official ones are."""
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w") as file:
        for part in EN.rglob("*"):
            file.write(part, f"vosk-model-of-mine/{part.relative_to(EN)}")
    return path


@pytest.fixture
def server():
    """A web server that has PAYLOAD, and breaks off after `limit` bytes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked = self.headers.get("Range")
            self.server.asked.append(asked)
            start = int(asked[len("bytes=") : -1]) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(PAYLOAD) - start))
            self.end_headers()
            self.wfile.write(PAYLOAD[start : start + self.server.limit])

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.limit = [], len(PAYLOAD)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def get(server, path, sha256=hashlib.sha256(PAYLOAD).hexdigest(), progress=lambda done, of: None):
    fetch(f"http://127.0.0.1:{server.server_port}/x.zip", path, len(PAYLOAD), sha256, progress)


def test_the_shipped_model_is_used_unless_another_is_chosen():
    """Nobody has to choose a model to begin."""
    assert models.find(None) == EN
    assert models.chosen() == "en"


@pytest.mark.slow
def test_installed_from_a_zip_file_and_used(archive):
    """A model fetched elsewhere is installed, listed, chosen, and given up again."""
    folder = models.install("mine", archive)
    models.check(folder)
    assert list(models.installed()) == ["en", "mine"]
    models.use("mine")
    assert models.find(None) == folder
    models.use("en")
    assert models.find(None) == EN


@pytest.mark.slow
def test_installed_from_a_folder_over_an_older_one(tmp_path):
    """Installing under the same name replaces what was there."""
    (home() / "models/mine/am").mkdir(parents=True)
    (home() / "models/mine/leftover").touch()
    folder = models.install("mine", EN)
    assert not (folder / "leftover").exists()
    assert (folder / "am/final.mdl").read_bytes() == (EN / "am/final.mdl").read_bytes()


@pytest.mark.parametrize("part", models.PARTS)
def test_a_folder_without_a_part_is_refused(tmp_path, part):
    """What Vosk would break down on is named before Vosk sees it."""
    folder = shutil.copytree(EN, tmp_path / "model")
    (folder / part).unlink()
    with pytest.raises(Missing, match=part):
        models.check(folder)


def test_a_configuration_without_endpoint_phones_is_refused(tmp_path):
    """Vosk aborts the process on a model that does not say which phones are silence."""
    folder = shutil.copytree(EN, tmp_path / "model")
    (folder / "conf/model.conf").write_text("--beam=10.0\n")
    with pytest.raises(Missing, match="silence-phones"):
        models.check(folder)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "content"), [("am/final.mdl", b"no network"), ("graph/HCLr.fst", b"no graph"), ("graph/Gr.fst", b"")])
def test_a_broken_model_is_not_installed(tmp_path, part, content):
    """Damage inside the files is found by a trial, and the models there are stay as they are."""
    folder = shutil.copytree(EN, tmp_path / "model")
    (folder / part).write_bytes(content)
    with pytest.raises(CoachError) as told:
        models.install("broken", folder)
    assert str(home()) not in str(told.value)
    assert list(models.installed()) == ["en"]


def test_no_zip_file_is_refused(tmp_path):
    """A wrong file gets one sentence."""
    (tmp_path / "model.zip").write_bytes(b"not a zip file")
    for source in (tmp_path / "model.zip", tmp_path / "absent.zip", tmp_path):
        with pytest.raises(CoachError):
            models.install("mine", source)


@pytest.mark.parametrize("zipped", [False, True])
def test_what_was_given_is_named(tmp_path, zipped):
    """Not the copy of it that was looked at, which is gone when the message is read."""
    source = tmp_path / "empty"
    source.mkdir()
    if zipped:
        source = tmp_path / "empty.zip"
        zipfile.ZipFile(source, "w").close()
    with pytest.raises(Missing) as told:
        models.install("mine", source)
    assert str(told.value).startswith(f"{source} holds no usable Vosk model: ")
    assert str(home()) not in str(told.value)


def test_unknown_names_are_refused():
    """A name that is neither installed nor a folder says what there is."""
    with pytest.raises(Missing, match="en"):
        models.find("nobody")
    with pytest.raises(Missing, match="not installed"):
        models.use("small-en-us")
    with pytest.raises(BadInput, match="small-en-us"):
        models.install("nobody")
    for name in ("en", "../escape", ""):
        with pytest.raises(BadInput):
            models.install(name, EN)


def test_a_download_goes_on_where_it_broke_off(server, tmp_path):
    """The second attempt asks only for the rest, and progress counts from there."""
    server.limit = 100_000
    with pytest.raises(Missing, match="Try again"):
        get(server, tmp_path / "x.zip")
    server.limit = len(PAYLOAD)
    seen = []
    get(server, tmp_path / "x.zip", progress=lambda done, of: seen.append((done, of)))
    assert server.asked == [None, "bytes=100000-"]
    assert seen[0] == (100_000, len(PAYLOAD))
    assert seen[-1] == (len(PAYLOAD), len(PAYLOAD))
    assert (tmp_path / "x.zip").read_bytes() == PAYLOAD
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_a_damaged_download_is_thrown_away(server, tmp_path):
    """A wrong checksum leaves nothing that a later attempt would go on from."""
    with pytest.raises(BadInput, match="checksum"):
        get(server, tmp_path / "x.zip", sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_offline_says_what_else_can_be_done(tmp_path):
    """Without a connection the way by file is named."""
    with pytest.raises(Missing, match="--from"):
        fetch("http://127.0.0.1:9/x.zip", tmp_path / "x.zip", 1, "", lambda done, of: None)


def test_an_empty_name_is_no_model():
    """Not the one in use, nor the folder one happens to be in."""
    with pytest.raises(Missing, match="no model ''"):
        models.find("")
    with pytest.raises(BadInput, match="--from ''"):
        models.install("mine", "")
