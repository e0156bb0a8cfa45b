"""What the commands share: options, sentences for a machine, tables for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.checks import CheckResult
from etl.pipeline import Progress as Say
from etl.settings import settings
from geodata.errors import ProximiteError
from geodata.text import Text

_MARKS = {"ok": "[green]✓[/]", "failed": "[bold]✗[/]", "not_comparable": "[yellow]≠[/]"}

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Dossier de données. / Data folder. (PROXIMITE_HOME)"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Réponse en JSON. / Answer in JSON.")]
WhoOption = Annotated[
    str, typer.Option("--who", help="Votre nom, s'il vous plaît de le laisser. / Your name, if you like.")
]


def home_of(given: Path | None) -> Path:
    """Give the data folder that was named, else that of the settings."""
    return given if given is not None else settings().home


def both(text: Text) -> str:
    """Write a text in both languages, for a terminal."""
    return escape(text.fr if text.fr == text.en else f"{text.fr} / {text.en}")


def print_json(content: Any) -> None:
    """Print for a machine."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


@contextmanager
def told_to_machines(as_json: bool) -> Iterator[dict[str, Any]]:
    """Print a foreseen error as JSON too, where JSON was asked for, with what is put beside it."""
    beside: dict[str, Any] = {}
    try:
        yield beside
    except ProximiteError as failure:
        if as_json:
            error = {"fr": failure.sentence("fr"), "en": failure.sentence("en")}
            print_json({"ok": False, "error": error, **beside})
        raise


@contextmanager
def progress_bar() -> Iterator[Say]:
    """Show a bar on the error output while something is at work."""
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("…")

        def show(name: str, done: int, every: int) -> None:
            bar.update(task, description=escape(name), completed=done, total=every)

        yield show


def check_table(results: list[CheckResult]) -> Table:
    """Lay out the results of checks."""
    table = Table(title="Vérifications / Checks")
    for heading in ("", "Vérification / Check", "Résultat / Result"):
        table.add_column(heading, overflow="fold")
    for result in results:
        table.add_row(_MARKS[result.verdict], result.id, both(result.detail))
    return table
