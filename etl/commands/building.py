"""``build`` and ``check``: a package from folders of files, and its invariants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.checks import check_package
from etl.commands.common import JsonOption, both, check_table, print_json, progress_bar, told_to_machines
from etl.pipeline import BuildReport, build
from geodata.package import open_package


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("build")(build_command)
    app.command("check")(check_command)


def build_command(
    mirror: Annotated[
        Path, typer.Option(envvar="PROXIMITE_MIRROR", help="Dossier des sources. / Folder of the sources.")
    ],
    out: Annotated[Path, typer.Option(help="Dossier du paquet. / Folder of the package.")],
    as_json: JsonOption = False,
) -> None:
    """Lit les sources, les joint et écrit le paquet. / Read the sources, join them, write the package."""
    with told_to_machines(as_json):
        if as_json:
            print_json(build(mirror, out).as_dict())
            return
        with progress_bar() as say:
            report = build(mirror, out, say)
        _print_build(report, Console())


def check_command(
    package: Annotated[Path, typer.Argument(help="Dossier du paquet. / Folder of the package.")],
    as_json: JsonOption = False,
) -> None:
    """Recalcule chaque invariant d'un paquet. / Recompute every invariant of a package."""
    results = check_package(open_package(package))
    passed = all(result.passed for result in results)
    if as_json:
        print_json({"ok": passed, "package": str(package), "checks": [r.as_dict() for r in results]})
    else:
        Console().print(check_table(results))
    if not passed:
        raise typer.Exit(1)


def _print_build(report: BuildReport, console: Console) -> None:
    table = Table(title="Sources")
    for heading in ("Source", "Lignes / Rows", "Remarques / Notes"):
        table.add_column(heading, overflow="fold")
    for source in report.sources:
        table.add_row(source.id, str(sum(source.rows.values())), "\n".join(both(n) for n in source.notes))
    console.print(table)
    console.print(check_table(report.checks))
    rows = ", ".join(f"{name} {count}" for name, count in report.rows.items())
    console.print(f"Tables : {rows}")
    console.print(f"Paquet / Package : {report.package.path} ({report.package.id})")
