"""What the documents say is true: links, commands, columns, settings and the three lines of Python."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from dashboard.settings import Settings
from etl.settings import Settings as PipelineSettings
from geodata.package import SCHEMA_VERSION, Package
from geodata.schemas import SCHEMAS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
SETTING = re.compile(r"\bPROXIMITE_[A-Z_]+\b")


def _blocks(language: str) -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for found in FENCE.finditer(document.read_text("utf-8")):
            if found[1] == language:
                yield document, found[2]


COMMANDS = [
    (document.name, line.split(" #")[0].strip())
    for document, block in _blocks("sh")
    for line in block.splitlines()
    if line.strip()
]


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _check_proximite(arguments: list[str]) -> None:
    """Parse a command line as the program would, without running it."""
    from dashboard.cli import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert arguments[0] in commands
    commands[arguments[0]].make_context(arguments[0], arguments[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(("document", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
def test_every_command_exists(document: str, command: str) -> None:
    words = shlex.split(command)
    if words[:2] == ["uv", "run"]:
        words = words[2:]
    program = words[0].removeprefix(".venv/bin/")
    if program == "make":
        assert set(words[1:]) <= _make_targets()
    elif program == "proximite":
        _check_proximite(words[1:])
    elif program == "python":
        assert words[1] == "-m"
        assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file()
    elif program == "apt-get":
        # What a reader is told to install is what the continuous integration installs.
        installed = (ROOT / ".ci" / "run").read_text("utf-8")
        assert words[1] == "install"
        assert all(name in installed for name in words[2:])
    else:
        assert program == "pytest"


@pytest.mark.parametrize(
    ("document", "code"),
    [pytest.param(document, code, id=document.name) for document, code in _blocks("python")],
)
def test_the_lines_of_python_open_the_package(
    document: Path, code: str, embedded_package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(compile(code, document.name, "exec"), names)  # noqa: S102 — our own document
    assert len(names["territoires"]) == len(embedded_package.territories)
    assert names["territoires"].crs == 4326
    if "mesures" in names:
        assert len([line for line in code.splitlines() if line]) == 3
        assert len(names["mesures"]) == len(embedded_package.observations)


@pytest.mark.parametrize("table", SCHEMAS)
def test_the_reference_names_every_table_and_column(table: str) -> None:
    reference = (ROOT / "docs" / "reference-paquet.md").read_text("utf-8")
    headings = re.split(r"^### ", reference, flags=re.MULTILINE)
    section = next((part for part in headings if f"`{table}`" in part.splitlines()[0]), None)
    assert section is not None, f"no section for {table}"
    assert [name for name in SCHEMAS[table].columns if f"`{name}`" not in section] == []


def test_the_reference_gives_the_version_of_the_schema() -> None:
    reference = (ROOT / "docs" / "reference-paquet.md").read_text("utf-8")
    assert f"**{SCHEMA_VERSION}**" in reference.split("## Fichiers")[0]


def _settings() -> set[str]:
    """Give every environment variable that the program reads."""
    written_out = {
        setting
        for folder in ("geodata", "etl", "dashboard")
        for path in (ROOT / folder).rglob("*.py")
        for setting in SETTING.findall(path.read_text("utf-8"))
    }
    prefix = Settings.model_config.get("env_prefix", "")
    names = [*Settings.model_fields, *PipelineSettings.model_fields]
    return written_out | {f"{prefix}{name}".upper() for name in names}


def test_every_setting_is_documented() -> None:
    written = {found for path in DOCUMENTS for found in SETTING.findall(path.read_text("utf-8"))}
    assert _settings() - written == set(), "a setting is in no document"
    assert written - _settings() == set(), "a document names a setting that is not read"


def test_readme_is_in_french_then_in_english() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    french, english = readme.split("## English")
    for half in (french, english):
        assert "make run" in half
        assert "make test" in half
    assert "docs/img/carte-1366.png" in french
