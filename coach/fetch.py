"""One large file from the internet: resumed where it broke off, and checked.

The only module that opens a connection. `coach models install` calls it, and the training: a session never does.
"""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from coach.errors import BadInput, Missing

CHUNK = 1 << 16
TIMEOUT = 20.0
"""Seconds without a byte after which a download has failed."""


def fetch(url: str, path: Path, size: int, sha256: str, progress: Callable[[int, int], None]) -> None:
    """Download `url` to `path`; `progress(done, of)` in bytes.

    What has come stays beside it under the name .part, and the next call goes on from there. Raises Missing when it
    can't be had, and BadInput when what came is not what was promised.
    """
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    if not part.exists() or part.stat().st_size != size:
        _download(url, part, size, progress)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    if digest != sha256:
        part.unlink()
        raise BadInput(f"{url}: what was downloaded is damaged (its checksum is wrong). Try again.")
    part.replace(path)


def _download(url: str, part: Path, size: int, progress: Callable[[int, int], None]) -> None:
    done = part.stat().st_size if part.exists() else 0
    if done > size:
        done = 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            resumed = answer.status == 206
            done = done if resumed else 0
            with part.open("ab" if resumed else "wb") as file:
                progress(done, size)
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    progress(done, size)
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        raise Missing(f"{url} can't be downloaded ({reason}). Try again, or fetch it elsewhere and use --from FILE.") from error
    if done < size:
        raise Missing(f"{url}: the download broke off after {done} of {size} bytes. Try again: it goes on from there.")
