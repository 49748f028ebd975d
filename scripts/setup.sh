# shellcheck shell=bash disable=SC2034
# Sourced by the other scripts here: what a checkout needs, installed where it is missing.

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
venv=$root/.venv

# The voice, the sound card, and the way from PortAudio to PulseAudio or PipeWire.
debian=(espeak-ng libportaudio2 libasound2-plugins)

say() {
    printf 'coach: %s\n' "$*" >&2
}

# Ends with the status that coach has where something of the machine is missing.
fail() {
    say "$@"
    exit 3
}

# step WHAT COMMAND...: one line that says what is done; of the command's output the last lines, if it fails.
step() {
    local what=$1 output
    shift
    say "$what ..."
    output=$("$@" 2>&1 </dev/null) && return
    tail -n 15 <<<"$output" | sed 's/^/    /' >&2
    return 1
}

as_root() {
    if ((EUID == 0)); then env "$@"; else sudo env "$@"; fi
}

# The package lists are fetched only where they are missing or too old to install from.
apt_install() {
    local install=(DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@")
    as_root "${install[@]}" || {
        as_root apt-get update
        as_root "${install[@]}"
    }
}

# Installs those of the Debian packages named that are missing. Without apt, coach itself says what it misses.
packages() {
    command -v apt-get >/dev/null || return 0
    local name absent=()
    for name; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || absent+=("$name")
    done
    ((${#absent[@]})) || return 0
    if ((EUID == 0)) || { command -v sudo >/dev/null && sudo -v; }; then
        step "Installing from Debian: ${absent[*]}" apt_install "${absent[@]}" && return
    fi
    fail "An administrator has to run this first: apt-get update && apt-get install ${absent[*]}"
}

# Prints the first Python that is new enough.
find_python() {
    local name
    for name in python3 python3.{14,13,12,11}; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$name" && return
    done
    fail "Python 3.11 or later is needed, and this is $({ python3 -V || echo "a machine without Python"; } 2>/dev/null)." \
        "Debian 12 and Ubuntu 24.04 bring it (apt-get install python3);" \
        "on Ubuntu 22.04: apt-get install python3.11; elsewhere: python.org/downloads."
}

# What an installation depends on: where it is, whose it is, and what it is made of.
fingerprint() {
    echo "# $venv, $("$venv/bin/python" -V)"
    cat "$root/pyproject.toml"
}

# Whether the project is installed with EXTRAS as it is now.
current() {
    cmp -s "$venv/installed$1.toml" <(fingerprint 2>/dev/null)
}

# set_up EXTRAS: the Debian packages, the virtual environment, and in it the project, each where it is missing.
# Editable: the checkout's own routines and models are used, and a change needs no step in between.
set_up() {
    local python=""
    if ! current "$1" && ! "$venv/bin/python" -m pip --version &>/dev/null; then
        python=$(find_python)
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            debian+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    fi
    packages "${debian[@]}"
    if [[ $python ]]; then
        step "Making a virtual environment for coach: $venv" "$python" -m venv "$venv" || fail "That failed; see above."
    fi
    current "$1" && return
    step "Installing coach$1 and the Python packages it needs, about a minute" \
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$root$1" ||
        fail "That failed; see above. It is tried again the next time."
    fingerprint >"$venv/installed$1.toml"
}
