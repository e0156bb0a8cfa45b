"""``network``: build, list, show and remove the networks of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.commands.common import HomeOption, JsonOption, both, home_of, print_json, told_to_machines
from etl.networks.reading import About
from etl.networks.road_layer import LayerOptions
from etl.networks.shelf import Kept, add_network, networks, remove_network, show_network

_ID = typer.Argument(metavar="ID", help="Identifiant, ou son début. / Identifier, or its beginning.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Réseaux de rues et de transport collectif. / Street and transit networks.", no_args_is_help=True
    )
    group.command("build")(build_command)
    group.command("list")(list_command)
    group.command("show")(show_command)
    group.command("remove")(remove_command)
    app.add_typer(group, name="network")


def _option(flag: str, text: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(flag, help=text)
    return found


def build_command(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER",
            help="Extrait OpenStreetMap, couche de rues, GTFS. / OpenStreetMap extract, roads or GTFS.",
        ),
    ],
    name: Annotated[str, _option("--name", "Nom affiché. / Name shown.")] = "",
    source: Annotated[str, _option("--source", "Éditeur. / Publisher.")] = "",
    licence: Annotated[str, _option("--licence", "Licence. / Licence.")] = "",
    vintage: Annotated[str, _option("--vintage", "Millésime. / Year or date of the data.")] = "",
    speed_column: Annotated[
        str, _option("--speed-column", "Couche : vitesse en km/h. / Layer: speed in km/h.")
    ] = "",
    oneway_column: Annotated[str, _option("--oneway-column", "Couche : sens unique. / Layer: one way.")] = "",
    oneway_forward: Annotated[
        str,
        _option("--oneway-forward", "Codes du sens du tracé, par virgules. / Codes along the drawing."),
    ] = "",
    oneway_backward: Annotated[
        str, _option("--oneway-backward", "Codes du sens contraire. / Codes against the drawing.")
    ] = "",
    length_column: Annotated[
        str, _option("--length-column", "Couche : longueur en mètres. / Layer: length in metres.")
    ] = "",
    type_column: Annotated[str, _option("--type-column", "Couche : classe de route. / Layer: class.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Construit un réseau d'un fichier, une seule fois. / Build a network from a file, once."""
    options = LayerOptions(
        speed_column,
        oneway_column,
        _codes(oneway_forward),
        _codes(oneway_backward),
        length_column,
        type_column,
    )
    with told_to_machines(as_json):
        kept = add_network(path, About(name, source, licence, vintage), options, home_of(home))
    if as_json:
        print_json({"ok": True, **kept.as_dict()})
    else:
        _print_kept(kept, Console())


def list_command(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Énumère les réseaux de cette machine. / List the networks of this machine."""
    found = networks(home_of(home))
    if as_json:
        print_json([facts.as_dict() for facts in found])
        return
    table = Table(title="Réseaux / Networks")
    for heading in ("ID", "Nom / Name", "Modes", "Millésime / Vintage", "km"):
        table.add_column(heading, overflow="fold")
    for facts in found:
        modes = ", ".join(mode.value for mode in facts.modes)
        table.add_row(facts.id, escape(facts.name), modes, escape(facts.vintage), f"{facts.length_km:.0f}")
    Console().print(table)


def show_command(
    network_id: Annotated[str, _ID], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Montre ce qu'on sait d'un réseau. / Show what is known of a network."""
    with told_to_machines(as_json):
        kept = show_network(network_id, home_of(home))
    if as_json:
        print_json(kept.as_dict())
    else:
        _print_kept(kept, Console())


def remove_command(
    network_id: Annotated[str, _ID], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Efface un réseau de cette machine. / Delete a network from this machine."""
    with told_to_machines(as_json):
        removed = remove_network(network_id, home_of(home))
    if as_json:
        print_json({"ok": True, "removed": removed})
    else:
        Console().print(f"{removed} : effacé / deleted", highlight=False)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _print_kept(kept: Kept, console: Console) -> None:
    facts = kept.facts
    built = "construit / built" if kept.new else "déjà construit / already built"
    lines = [
        f"{facts.id}  {escape(facts.name)} ({built}, {kept.built_at})",
        f"{facts.nodes} nœuds / nodes · {facts.roads} tronçons / roads · {facts.length_km:.1f} km · "
        + ", ".join(mode.value for mode in facts.modes),
        *(escape(text) for text in (facts.source, facts.licence, facts.vintage) if text),
        *(both(text) for text in (*kept.said, *facts.approximations)),
    ]
    console.print("\n".join(lines), highlight=False)
