"""Commands of the analyst: build a package and check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.checks import CheckResult, check_package
from etl.pipeline import BuildReport, build
from geodata.errors import ProximiteError
from geodata.package import open_package

app = typer.Typer(
    name="proximite",
    help="Besoins et services de proximité au Québec. / Needs and proximity services in Québec.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_MARKS = {"ok": "[green]✓[/]", "failed": "[bold]✗[/]", "not_comparable": "[yellow]≠[/]"}


@app.command("build")
def build_command(
    mirror: Annotated[
        Path, typer.Option(envvar="PROXIMITE_MIRROR", help="Dossier des sources. / Folder of the sources.")
    ],
    out: Annotated[Path, typer.Option(help="Dossier du paquet. / Folder of the package.")],
    as_json: Annotated[bool, typer.Option("--json", help="Rapport en JSON. / Report in JSON.")] = False,
) -> None:
    """Lit les sources, les joint et écrit le paquet. / Read the sources, join them, write the package."""
    if as_json:
        _build_for_machines(mirror, out)
        return
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("…")

        def show(name: str, done: int, every: int) -> None:
            bar.update(task, description=name, completed=done, total=every)

        report = build(mirror, out, show)
    _print_build(report, Console())


@app.command("check")
def check_command(
    package: Annotated[Path, typer.Argument(help="Dossier du paquet. / Folder of the package.")],
    as_json: Annotated[bool, typer.Option("--json", help="Résultat en JSON. / Result in JSON.")] = False,
) -> None:
    """Recalcule chaque invariant d'un paquet. / Recompute every invariant of a package."""
    results = check_package(open_package(package))
    passed = all(result.passed for result in results)
    if as_json:
        content = {"ok": passed, "package": str(package), "checks": [r.as_dict() for r in results]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        Console().print(_check_table(results))
    if not passed:
        raise typer.Exit(1)


def _build_for_machines(mirror: Path, out: Path) -> None:
    try:
        report = build(mirror, out).as_dict()
    except ProximiteError as failure:
        error = {"fr": failure.sentence("fr"), "en": failure.sentence("en")}
        typer.echo(json.dumps({"ok": False, "error": error}, ensure_ascii=False, indent=1))
        raise
    typer.echo(json.dumps(report, ensure_ascii=False, indent=1))


def _print_build(report: BuildReport, console: Console) -> None:
    table = Table(title="Sources")
    for heading in ("Source", "Lignes / Rows", "Remarques / Notes"):
        table.add_column(heading, overflow="fold")
    for source in report.sources:
        notes = "\n".join(f"{note.fr} / {note.en}" for note in source.notes)
        table.add_row(source.id, str(sum(source.rows.values())), notes)
    console.print(table)
    console.print(_check_table(report.checks))
    rows = ", ".join(f"{name} {count}" for name, count in report.rows.items())
    console.print(f"Tables : {rows}")
    console.print(f"Paquet / Package : {report.package.path} ({report.package.id})")


def _check_table(results: list[CheckResult]) -> Table:
    table = Table(title="Vérifications / Checks")
    for heading in ("", "Vérification / Check", "Résultat / Result"):
        table.add_column(heading, overflow="fold")
    for result in results:
        table.add_row(_MARKS[result.verdict], result.id, f"{result.detail.fr} / {result.detail.en}")
    return table
