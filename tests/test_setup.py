"""The set-up scripts against a machine made of stand-ins, and the README against what there is."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from coach.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="the scripts are for bash")


@pytest.fixture
def machine(tmp_path: Path):
    """A machine that has the programs it is given, as shell lines by name, and the few that the scripts take for granted."""
    for tool in ("cat", "cmp", "dirname", "env", "readlink", "sed", "tail"):
        (tmp_path / tool).symlink_to(shutil.which(tool))

    def run(command: str, **programs: str) -> subprocess.CompletedProcess[str]:
        for name, line in programs.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!{BASH}\n{line}\n", encoding="utf-8")
            program.chmod(0o755)
        script = f'set -euo pipefail; source "{ROOT}/scripts/setup.sh"; {command}'
        return subprocess.run(
            [BASH, "-c", script], env={"PATH": str(tmp_path)}, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    return run


def test_only_missing_packages_are_installed(machine):
    """What dpkg knows as installed is left alone, and package lists that do are not fetched anew."""
    done = machine(
        "packages here gone",
        dpkg_query="[[ $4 == here ]] && echo installed",
        apt_get="[[ $1 == install && $* == *' gone' && $* != *here* ]]",
        sudo='"$@"',
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "coach: Installing from Debian: gone ...\n"


def test_package_lists_are_fetched_where_they_are_too_old(machine):
    """The first attempt fails, the lists come, the second succeeds."""
    done = machine(
        "packages gone",
        dpkg_query="exit 1",
        apt_get='fresh="${0%/*}/fresh"; if [[ $1 == update ]]; then echo >"$fresh"; else [[ -e $fresh ]]; fi',
        sudo='"$@"',
    )
    assert done.returncode == 0, done.stderr


def test_what_an_administrator_has_to_run_is_said(machine):
    """Status 3, the last lines of what failed, and the whole command."""
    done = machine("packages gone", dpkg_query="exit 1", apt_get="echo no such place; exit 100", sudo='"$@"')
    assert done.returncode == 3
    assert "    no such place\n" in done.stderr
    assert done.stderr.endswith("An administrator has to run this first: apt-get update && apt-get install gone\n")


def test_an_old_python_is_named(machine):
    """With what to install instead."""
    done = machine("find_python", python3='[[ $1 == -V ]] && echo "Python 3.9.2"')
    assert done.returncode == 3
    assert "needed, and this is Python 3.9.2." in done.stderr
    assert "apt-get install python3.11" in done.stderr


def test_no_python_is_said_plainly(machine):
    """Without the shell's own error."""
    done = machine("find_python")
    assert done.returncode == 3
    assert "this is a machine without Python." in done.stderr
    assert "not found" not in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(machine):
    """Ubuntu 22.04's python3 is too old; its python3.11 is not."""
    done = machine("find_python", python3="exit 1", **{"python3.11": "exit 0"})
    assert done.stdout.endswith("/python3.11\n")


def test_a_rehearsal_instead_drops_what_only_a_session_has():
    """scripts/coach knows exactly the options that `rehearse` lacks and a rehearsal can do without."""
    live = {param.opts[0] for param in main.params} - {"--version"}
    rehearsed = {param.opts[0] for param in main.commands["rehearse"].params}
    script = (ROOT / "scripts/coach").read_text(encoding="utf-8")
    dropped = re.search(r"^ +(--.*)\) shift \$", script, re.MULTILINE)
    assert dropped and set(dropped[1].split(" | ")) == live - rehearsed


def test_the_readme_names_every_command_and_option():
    """Of a session, live and rehearsed."""
    options = {name for command in (main, main.commands["rehearse"]) for param in command.params for name in param.opts}
    wanted = options - {"--version"} | {f"coach {name}" for name in main.commands}
    assert not {name for name in wanted if not re.search(rf"{name}(?![\w-])", README)}


def test_the_readme_names_every_module():
    """In the table of how it is built."""
    modules = {path.stem for path in (ROOT / "coach").glob("*.py") if not path.stem.startswith("__")}
    table = README[README.index("| module |") : README.index("`cues/` holds")]
    assert set(re.findall(r"`(\w+)`", table)) == modules
