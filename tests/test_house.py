"""The house stands: bounded and locked dependencies, nothing private in the files, one way imports."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PYTHONS = ("3.11", "3.12", "3.13")
REQUIREMENTS = [
    Requirement(line)
    for line in (*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"])
]
EMBEDDED_LIMIT_BYTES = 12_000_000
LINES_LIMIT = 400

# Written in parts, or this file would find itself.
REGISTRY_HOSTS = ("py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "deb." + "debian.org")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|work|Users/\w+|opt)/" + r"[\w.]")


def _lock(python: str) -> Path:
    return ROOT / "requirements" / f"py{python.replace('.', '')}.txt"


def _pins(python: str) -> dict[str, str]:
    """Give the version that the lock of one Python installs on Linux, by canonical name."""
    environment = {**default_environment(), "python_version": python, "python_full_version": f"{python}.0"}
    logical_lines = _lock(python).read_text("utf-8").replace("\\\n", " ").splitlines()
    pins = {}
    for line in logical_lines:
        if not line or line.startswith("#"):
            continue
        requirement = Requirement(line.split("--hash")[0])
        assert "--hash=sha256:" in line, f"{requirement.name} has no hash"
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            pins[canonicalize_name(requirement.name)] = pin.version
    return pins


@cache
def _files() -> tuple[Path, ...]:
    """Give the files that git keeps or is about to keep."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("skipped: not a git clone")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


@cache
def _texts() -> dict[str, str]:
    texts = {}
    for path in _files():
        try:
            texts[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return texts


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda r: r.name)
def test_every_dependency_has_a_floor_and_a_ceiling(requirement: Requirement) -> None:
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators & {">=", "=="}, f"{requirement} has no floor"
    assert operators & {"<", "==", "~="}, f"{requirement} has no ceiling"


def test_the_locks_cover_exactly_the_pythons_that_are_declared() -> None:
    declared = SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert [f"3.{minor}" for minor in range(8, 20) if declared.contains(f"3.{minor}")] == list(PYTHONS)
    locks = {path.name for path in (ROOT / "requirements").glob("py*.txt")}
    assert locks == {_lock(python).name for python in PYTHONS}


@pytest.mark.parametrize("python", PYTHONS)
def test_a_lock_satisfies_the_declared_dependencies(python: str) -> None:
    pins = _pins(python)
    for requirement in REQUIREMENTS:
        pinned = pins.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"run « make lock »: {requirement.name} is not in {_lock(python).name}"
        assert requirement.specifier.contains(pinned, prereleases=True), f"run « make lock »: {requirement}"


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in _texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if any(host in line for host in REGISTRY_HOSTS) or MACHINE_PATHS.search(line)
    ]
    assert found == []


def test_no_file_of_the_mirror_is_kept_here(mirror: Path) -> None:
    with (mirror / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    known = {row["sha256"]: row["path"] for row in rows}
    sizes = {int(row["bytes"]) for row in rows}
    assert len(known) > 30
    copies = {
        path.relative_to(ROOT).as_posix(): known[digest]
        for path in _files()
        if path.stat().st_size in sizes and (digest := hashlib.sha256(path.read_bytes()).hexdigest()) in known
    }
    assert copies == {}


def test_the_embedded_package_is_small_enough_to_clone() -> None:
    folder = ROOT / "geodata" / "embedded"
    total_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert 0 < total_bytes <= EMBEDDED_LIMIT_BYTES


def test_modules_stay_readable() -> None:
    lengths = {name: len(text.splitlines()) for name, text in _texts().items() if name.endswith(".py")}
    assert {name: length for name, length in lengths.items() if length > LINES_LIMIT} == {}


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def _machine_with(folder: Path, pythons: dict[str, str]) -> dict[str, str]:
    """Make a search path with a shell's usual tools and the given stand-ins for Python."""
    folder.mkdir()
    for tool in ("sh", "dirname"):
        (folder / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    for name, body in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


@pytest.mark.parametrize(
    ("pythons", "french", "english"),
    [
        ({}, "demande Python 3.11", "needs Python 3.11"),
        ({"python3": "exit 1"}, "demande Python 3.11", "needs Python 3.11"),
        (
            {"python3": 'case "$2" in *ensurepip*) exit 1;; esac'},
            "« venv » manque à python3",
            "lacks its “venv”",
        ),
    ],
    ids=["no Python", "Python out of range", "Python without venv"],
)
def test_installing_without_the_means_says_what_to_do(
    tmp_path: Path, pythons: dict[str, str], french: str, english: str
) -> None:
    (tmp_path / "requirements").mkdir()
    script = shutil.copy(ROOT / "requirements" / "install.sh", tmp_path / "requirements")
    environment = _machine_with(tmp_path / "bin", pythons)
    result = subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2
    assert french in lines[0]
    assert english in lines[1]
    assert not (tmp_path / ".venv").exists()


def test_scripts_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for script, shell in ((".ci/run", "bash"), ("requirements/install.sh", "sh")):
        result = subprocess.run([shell, "-n", script], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
