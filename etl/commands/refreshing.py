"""``refresh``: fetch, build, check, compare, publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.commands.common import (
    HomeOption,
    JsonOption,
    WhoOption,
    both,
    home_of,
    print_json,
    progress_bar,
    told_to_machines,
)
from etl.refresh import refresh
from etl.refresh_report import RefreshReport
from etl.settings import settings
from geodata.errors import DriftError
from geodata.text import Text

REFUSED = 3
"""Exit code where a source is too different and waits for a person."""

_STATES = {
    "fetched": Text("prise", "taken"),
    "unchanged": Text("inchangée", "unchanged"),
    "failed": Text("échec, dernières bonnes données gardées", "failed, last good data kept"),
    "refused": Text("refusée, dernières bonnes données gardées", "refused, last good data kept"),
    "waiting": Text("en attente", "waiting"),
    "withdrawn": Text("retirée", "taken out"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("refresh")(refresh_command)


def refresh_command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Sources, toutes sinon. / Sources, all of them otherwise."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="SOURCE=RAISON : prendre cette source malgré ses écarts. / Take it however different it is.",
            metavar="SOURCE=RAISON",
        ),
    ] = None,
    home: HomeOption = None,
    mirror: Annotated[
        Path | None,
        typer.Option(
            help="Fichiers déjà là, pour les sources sans service. / Files at hand. (PROXIMITE_MIRROR)"
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ne rien demander au réseau. / Ask nothing of the network.")
    ] = False,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Va chercher, construit, vérifie, compare et publie. / Fetch, build, check, compare and publish."""
    with told_to_machines(as_json):
        arguments = {
            "home": home_of(home),
            "mirror": mirror or settings().mirror,
            "accept": reasons(accept or []),
            "offline": offline,
            "who": who,
        }
        if as_json:
            report = refresh(sources or [], **arguments)  # type: ignore[arg-type]
            print_json(report.as_dict())
        else:
            with progress_bar() as say:
                report = refresh(sources or [], progress=say, **arguments)  # type: ignore[arg-type]
            print_report(report, Console())
    if report.refused:
        raise typer.Exit(REFUSED)
    if report.failed:
        raise typer.Exit(1)


def reasons(accept: list[str]) -> dict[str, str]:
    """Read ``SOURCE=REASON`` pairs.

    Raises
    ------
    DriftError
        If one has no reason.
    """
    read = {}
    for pair in accept:
        name, _, reason = pair.partition("=")
        if not reason.strip():
            raise DriftError(
                Text("Une acceptation demande une raison", "An acceptance needs a reason"),
                where=pair,
                hint=Text(
                    f"écrivez « --accept {name}=RAISON »",
                    f"write “--accept {name}=REASON”",
                ),
            )
        read[name.strip()] = reason.strip()
    return read


def print_report(report: RefreshReport, console: Console) -> None:
    """Print what became of each source that was asked for, and what changed."""
    table = Table(title="Sources")
    for heading in ("Source", "État / State", "Verdict", "Détail / Detail"):
        table.add_column(heading, overflow="fold")
    for outcome in report.sources:
        if outcome.state in _STATES:
            drifts = [both(d.detail) for d in outcome.drifts[:8]]
            said = "\n".join([both(outcome.detail), *drifts])
            verdict = outcome.verdict.value if outcome.verdict else ""
            table.add_row(outcome.id, both(_STATES[outcome.state]), verdict, said)
    if table.row_count:
        console.print(table)
    if report.published and report.difference:
        console.print(both(report.difference.summary()))
        console.print(f"Paquet / Package : {escape(str(report.package))} ({report.package_id})")
    else:
        console.print("Rien de nouveau à publier. / Nothing new to publish.")
