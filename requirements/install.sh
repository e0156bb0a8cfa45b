#!/bin/sh
# Creates .venv/ and installs in it exactly what the lock of its Python lists, then this program.
# Portable sh: it is the first thing that runs on a machine about which nothing is known.
set -eu
cd "$(dirname "$0")/.."

stop() {
    printf '\n%s\n%s\n' "$1" "$2" >&2
    exit 1
}

in_range() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

makes_environments() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# Prefers a Python that can make an environment by itself; settles for one that uv can use.
choose_python() {
    without_venv=""
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        in_range "$name" || continue
        if makes_environments "$name"; then
            printf '%s' "$name"
            return
        fi
        without_venv="${without_venv:-$name}"
    done
    printf '%s' "$without_venv"
}

create_environment() {
    python="$(choose_python)"
    if [ -z "$python" ]; then
        stop "Proximité demande Python 3.11, 3.12 ou 3.13, introuvable ici : installez-le (Debian, Ubuntu : apt-get install python3 python3-venv), puis relancez la commande." \
            "Proximité needs Python 3.11, 3.12 or 3.13, not found here: install it (Debian, Ubuntu: apt-get install python3 python3-venv), then run the command again."
    elif makes_environments "$python"; then
        "$python" -m venv --clear .venv
    elif command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --python "$python" .venv
    else
        stop "Le module « venv » manque à $python : installez-le (Debian, Ubuntu : apt-get install python3-venv), puis relancez la commande." \
            "$python lacks its “venv” module: install it (Debian, Ubuntu: apt-get install python3-venv), then run the command again."
    fi
}

install_packages() {
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --require-hashes -r "$1" &&
            uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1" &&
            .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    fi
}

in_range .venv/bin/python || create_environment
version="$(.venv/bin/python -c 'import sys; print("%d%d" % sys.version_info[:2])')"
printf '%s\n' "Installation dans .venv/ (quelques minutes la première fois) · Installing into .venv/ (a few minutes the first time)…"
install_packages "requirements/py$version.txt" || stop \
    "L'installation n'a pas abouti : voyez le message ci-dessus (réseau, mandataire, espace disque), puis relancez la commande." \
    "The installation did not finish: see the message above (network, proxy, disk space), then run the command again."
