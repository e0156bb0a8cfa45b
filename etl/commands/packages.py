"""``diff``, ``history`` and ``rollback``: packages one after the other."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.alone import alone
from etl.commands.common import HomeOption, JsonOption, WhoOption, both, home_of, print_json, told_to_machines
from etl.diff import Change, PackageDiff, diff
from etl.history import current_name, read_history, resolve, rollback
from etl.settings import settings
from geodata.hiding import without_communities
from geodata.package import open_package
from geodata.text import Text

_MOST_SHOWN = 20

_GROUPS = {
    "sources": Text("Sources", "Sources"),
    "territories": Text("Territoires", "Territories"),
    "indicators": Text("Indicateurs", "Indicators"),
    "places": Text("Lieux", "Places"),
    "services": Text("Services", "Services"),
}
_KINDS = {
    "added": Text("ajouté", "added"),
    "gone": Text("disparu", "gone"),
    "renamed": Text("renommé", "renamed"),
    "moved": Text("déplacé", "moved"),
    "changed": Text("modifié", "changed"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("diff")(diff_command)
    app.command("history")(history_command)
    app.command("rollback")(rollback_command)


def diff_command(
    before: Annotated[
        str, typer.Argument(metavar="A", help="Dossier ou nom. / Folder or name.")
    ] = "previous",
    after: Annotated[str, typer.Argument(metavar="B", help="Dossier ou nom. / Folder or name.")] = "current",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dit ce qui a changé de A à B. / Say what changed from A to B."""
    with told_to_machines(as_json):
        folder = home_of(home)
        hidden = settings().hidden_communities
        first, second = (
            without_communities(open_package(resolve(folder, name)), hidden) for name in (before, after)
        )
        found = diff(first, second)
    if as_json:
        print_json(found.as_dict())
    else:
        _print_diff(found, Console())


def history_command(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Montre ce qui a été publié, et par qui. / Show what was published, and by whom."""
    folder = home_of(home)
    events = read_history(folder)
    if as_json:
        print_json({"current": current_name(folder), "events": [event.as_dict() for event in events]})
        return
    table = Table(title=f"Paquet courant / Current package : {current_name(folder)}")
    for heading in ("Quand / When", "Quoi / What", "Paquet / Package", "Sources", "Détail / Detail"):
        table.add_column(heading, overflow="fold")
    for event in reversed(events):
        said = "\n".join(
            part
            for part in (
                both(event.summary) if event.summary else "",
                escape(event.reason),
                escape(event.who),
            )
            if part
        )
        table.add_row(event.at, event.event, event.package, ", ".join(event.sources), said)
    Console().print(table)


def rollback_command(
    to: Annotated[
        str | None, typer.Option(help="Nom du paquet, le précédent sinon. / Package, else the one before.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Raison, gardée dans l'historique. / Reason, kept in the history.")
    ] = "",
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Revient à un paquet antérieur, sans rien effacer. / Go back to an earlier package."""
    with told_to_machines(as_json):
        folder = home_of(home)
        with alone(folder):
            event = rollback(folder, to, reason, who)
    if as_json:
        print_json({"ok": True, **event.as_dict()})
    else:
        typer.echo(f"Paquet courant / Current package : {event.package} (avant / before: {event.previous})")


def _print_diff(found: PackageDiff, console: Console) -> None:
    console.print(
        f"{escape(found.before['package'])} → {escape(found.after['package'])} : {both(found.summary())}"
    )
    for group, title in _GROUPS.items():
        changes = getattr(found, group)
        if changes.counts:
            console.print(_changes_table(title, changes.counts, changes))
    if found.values:
        console.print(_values_table(found))


def _changes_table(title: Text, counts: dict[str, int], changes: object) -> Table:
    table = Table(title=both(title))
    for heading in ("", "Identifiant / Id", "Nom / Name", "Avant / Before", "Après / After"):
        table.add_column(heading, overflow="fold")
    for kind, count in counts.items():
        for change in getattr(changes, kind)[:_MOST_SHOWN]:
            table.add_row(both(_KINDS[kind]), *map(escape, _cells(change)))
        if count > _MOST_SHOWN:
            more = count - _MOST_SHOWN
            table.add_row(both(_KINDS[kind]), f"… {more}", "(--json)", "", "")
    return table


def _cells(change: Change) -> tuple[str, str, str, str]:
    after = change.after if change.metres is None else f"{change.metres:.0f} m"
    return change.id, change.name, change.before, after


def _values_table(found: PackageDiff) -> Table:
    table = Table(title="Valeurs / Values")
    headings = ("Indicateur / Indicator", "≠", "+", "−", "Plus grand écart / Largest change")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for value in found.values:
        largest = value.largest or {}
        said = (
            f"{largest['name']} ({largest['period']}) : {largest['before']:.6g} → {largest['after']:.6g}"
            if largest
            else ""
        )
        numbers = map(str, (value.changed, value.appeared, value.vanished))
        table.add_row(value.indicator_id, *numbers, escape(said))
    return table
