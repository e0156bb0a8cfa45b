"""``validate``: our measures beside those that others publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.commands.common import HomeOption, JsonOption, both, home_of, print_json, told_to_machines
from etl.history import current_path
from etl.shown import shown
from etl.validity import ValidityReport, keep, validate_proximity
from geodata.access.validity import as_numbers
from geodata.package import open_package
from geodata.text import Text

_SAID = Text(
    "Corrélation des rangs (Spearman), îlot par îlot, de notre proximité avec celle de Statistique Canada",
    "Rank correlation (Spearman), block by block, of our proximity with Statistics Canada's",
)
_COMPOSITION = Text(
    "Deux façons de compter, sur des listes différentes : un accord, pas une preuve",
    "Two ways of counting, on different listings: an agreement, not a proof",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    validate = typer.Typer(
        help="Compare nos mesures à d'autres, publiées. / Compare our measures with published ones.",
        no_args_is_help=True,
    )
    validate.command("proximity")(proximity_command)
    app.add_typer(validate, name="validate")


def proximity_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Mesures de proximité de Statistique Canada, CSV ou Parquet. / "
            "Statistics Canada's proximity measures, CSV or Parquet.",
        ),
    ],
    package: Annotated[
        Path | None, typer.Option("--package", help="Dossier du paquet. / Folder of the package.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Corrèle notre proximité avec celle de Statistique Canada. / Correlate our proximity with StatCan's."""
    folder = home_of(home)
    with told_to_machines(as_json):
        report = validate_proximity(file, shown(open_package(package or current_path(folder))))
        keep(report, folder)
    if as_json:
        print_json(as_numbers(list(report.found)))
    else:
        _print(report, Console())


def _print(report: ValidityReport, console: Console) -> None:
    table = Table(title=both(_SAID), caption=both(_COMPOSITION))
    for heading in ("Service", "rho", "Îlots / Blocks", "Lieux / Places", "Remarque / Note"):
        table.add_column(heading, overflow="fold")
    for one in report.found:
        rho = "" if one.rho is None else f"{one.rho:.3f}"
        note = both(one.why_not) if one.why_not else ""
        table.add_row(one.id, rho, str(one.blocks), str(one.places), note)
    console.print(table)
    console.print(
        f"{report.file} : {report.blocks} îlots / blocks, {report.left_out} laissés de côté / left out"
    )
