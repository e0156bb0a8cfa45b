"""``sources`` and ``recall``: what is known of each source, and withdrawing one."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.commands.common import HomeOption, JsonOption, WhoOption, both, home_of, print_json, told_to_machines
from etl.history import current_path
from etl.recalls import recall, recalls_of, undo_recall
from etl.status import SourceStatus, source_statuses
from geodata.package import open_package
from geodata.text import Text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sources")(sources_command)
    app.command("recall")(recall_command)


def sources_command(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Montre chaque source : date, licence, état. / Show each source: date, licence, state."""
    with told_to_machines(as_json):
        folder = home_of(home)
        statuses = source_statuses(open_package(current_path(folder)), folder)
    if as_json:
        print_json({"sources": [{**s.as_dict(), "live_text": s.live_in_words().as_dict()} for s in statuses]})
        return
    table = Table(title="Sources")
    headings = (
        "Source",
        "Millésime / Vintage",
        "Âge / Age",
        "Licence",
        "Lignes / Rows",
        "En direct / Live",
        "État / State",
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for status in statuses:
        age = "" if status.age_months is None else f"{status.age_months} mois / months"
        rows = str(sum(status.rows.values())) if status.present else "–"
        live = both(status.live_in_words())
        table.add_row(status.id, status.vintage, age, status.licence, rows, live, _state(status))
    Console().print(table)


def _state(status: SourceStatus) -> str:
    if status.withdrawn:
        return both(Text(f"retirée, {status.withdrawn.fr}", f"withdrawn, {status.withdrawn.en}"))
    if not status.present:
        return both(Text("absente tant qu'elle n'est pas reçue", "absent until it is fetched"))
    if status.problem:
        return both(status.problem)
    return " ".join(part for part in (status.last_state, status.verdict, status.last_asked) if part)


def recall_command(
    source: Annotated[str | None, typer.Argument(help="Source à retirer. / Source to withdraw.")] = None,
    reason_fr: Annotated[str, typer.Option(help="Raison en français. / Reason in French.")] = "",
    reason_en: Annotated[str, typer.Option(help="Raison en anglais. / Reason in English.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="La remettre. / Bring it back.")] = False,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Retire une source des rangs et des classes. / Withdraw a source from ranks and classes."""
    folder = home_of(home)
    with told_to_machines(as_json):
        if source and undo:
            undo_recall(folder, source, who)
        elif source:
            recall(folder, source, reason_fr, reason_en, who)
        recalls = recalls_of(folder)
    if as_json:
        listed = [
            {"source": r.source_id, "reason": r.reason.as_dict(), "since": r.since} for r in recalls.values()
        ]
        print_json({"ok": True, "recalls": listed})
        return
    for made in recalls.values():
        typer.echo(f"{made.source_id} ({made.since}) : {made.reason.fr} / {made.reason.en}")
    if not recalls:
        typer.echo("Aucune source retirée. / No source withdrawn.")
