"""``scenario``: what would change, from a scenario's file."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.commands.common import HomeOption, JsonOption, both, home_of, print_json, told_to_machines
from etl.history import current_path
from etl.networks.shelf import open_network
from etl.recalls import open_with_recalls
from etl.shown import shown
from geodata.access.groups import GROUPS
from geodata.access.thresholds import MILIEU_NAMES
from geodata.folders import unwritable
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.files import LONGEST, figures, from_json, to_json
from geodata.scenarios.replaying import Replayed, replay
from geodata.scenarios.sentences import sentences
from geodata.scenarios.solving import propose
from geodata.scenarios.written import plain
from geodata.text import Text

_MOST_SHOWN: Final = 20
_CHANGED: Final = ("added", "proposed", "moved", "closed", "resized")
_COLUMNS: Final = {
    "people": Text("Personnes", "People"),
    "within_before": Text("À portée avant", "Within before"),
    "within_after": Text("Après", "After"),
    "lost": Text("Perdent", "Lose"),
    "gained": Text("Gagnent", "Gain"),
    "mean_minutes_saved": Text("Minutes de moins", "Minutes less"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scenario")(scenario_command)


def scenario_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Scénario enregistré, .json. / A scenario that was saved, .json."
        ),
    ],
    package: Annotated[
        Path | None, typer.Option("--package", help="Dossier du paquet. / Folder of the package.")
    ] = None,
    solve: Annotated[
        bool, typer.Option("--solve", help="Refait la recherche de lieux. / Search for places again.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Écrit le scénario et ses chiffres. / Write the scenario and its figures."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rejoue un scénario : avant et après. / Play a scenario again: before and after."""
    folder = home_of(home)
    with told_to_machines(as_json):
        saved = from_json(_read(file))
        data = shown(open_with_recalls(package or current_path(folder), folder))
        network = saved.scenario.question.network_id
        graph = open_network(network, folder) if network else None
        if solve:
            saved = replace(saved, scenario=propose(data, saved.scenario, graph=graph))
        played = replay(saved, data, graph=graph)
        if out is not None:
            _write(out, to_json(played.scenario, played.change, package_id=data.id))
    if as_json:
        print_json(_as_dict(played))
    else:
        _print(played, Console())


def _read(file: Path) -> bytes:
    """Read a file, no further than a scenario goes.

    Raises
    ------
    ScenarioError
        If it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(LONGEST + 1)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise ScenarioError(
            Text(f"Ce fichier ne peut pas être lu, {reason}", f"This file cannot be read, {reason}"),
            where=str(file),
            hint=Text("donnez le fichier d'un scénario", "give the file of a scenario"),
        ) from failure


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as failure:
        beside.unlink(missing_ok=True)
        hint = Text("choisissez un dossier où vous pouvez écrire", "choose a folder that you may write to")
        raise unwritable(path, failure, hint) from failure


def _as_dict(played: Replayed) -> dict[str, Any]:
    applied = played.change.applied
    return {
        "ok": True,
        "name": played.scenario.name,
        "same": played.same if played.compared else None,
        "sentences": [sentence.as_dict() for sentence in sentences(played.change)],
        "notices": [notice.as_dict() for notice in (*played.change.notices, *played.notices)],
        "trips": played.change.facts.said.as_dict(),
        "places": {name: list(getattr(applied, name)) for name in _CHANGED},
        "results": figures(played.change),
        "differences": [
            {"name": one.name, "saved": one.saved, "found": one.found} for one in played.differences
        ],
    }


def _print(played: Replayed, console: Console) -> None:
    console.print(f"[bold]{escape(played.scenario.name)}[/]")
    for sentence in (*sentences(played.change), *played.change.notices, *played.notices):
        console.print(both(sentence))
    console.print(_table(played))
    for one in played.differences[:_MOST_SHOWN]:
        console.print(f"{escape(one.name)} : {one.saved} → {one.found}")


def _table(played: Replayed) -> Table:
    """Lay out the groups and the milieux; no column is narrower than its longest word."""
    change = played.change
    rows = [(GROUPS[str(name)].title, row) for name, row in change.groups.iterrows()]
    rows += [(MILIEU_NAMES[str(name)], row) for name, row in change.milieus.iterrows()]
    titles = [_two_lines(title) for title, _row in rows]
    table = Table(caption=both(change.facts.said))
    table.add_column("", overflow="fold", min_width=_longest_word(*titles))
    for heading in _COLUMNS.values():
        said = _two_lines(heading)
        table.add_column(said, overflow="fold", justify="right", min_width=_longest_word(said))
    for title, (_title, row) in zip(titles, rows, strict=True):
        table.add_row(title, *_cells(row))
    return table


def _two_lines(words: Text) -> str:
    return escape(words.fr if words.fr == words.en else f"{words.fr}\n{words.en}")


def _longest_word(*texts: str) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def _cells(row: pd.Series) -> list[str]:
    """Write one row; a dash where there is no number."""
    decimals = {"mean_minutes_saved": 2}
    return [
        "–" if pd.isna(row[name]) else plain(float(row[name]), "fr", decimals.get(name, 0))
        for name in _COLUMNS
    ]
