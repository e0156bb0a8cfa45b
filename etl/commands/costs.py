"""``costs``: minutes from people to services, in a file."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

import pandas as pd
import typer
from rich.console import Console

from etl.commands.common import (
    HomeOption,
    JsonOption,
    both,
    home_of,
    print_json,
    progress_bar,
    told_to_machines,
)
from etl.history import current_path
from etl.networks.costing import Costing, Order
from etl.networks.costs_files import Written, read_points, require_output, write_costs
from etl.recalls import open_with_recalls
from etl.shown import shown
from geodata.access.costs import Mode, require_positive
from geodata.access.points import Points
from geodata.access.reach import origins_of
from geodata.access.sites import sites_of
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

_TIMES: Final = "Temps / Times"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("costs")(costs_command)


def costs_command(
    out: Annotated[Path, typer.Option(help="Fichier .parquet à écrire. / .parquet file to write.")],
    kind: Annotated[
        str,
        typer.Option(metavar="SORTE", help="Sorte de service (clsc, library…). / Kind of service."),
    ] = "",
    mode: Annotated[
        Mode, typer.Option(help="À pied, en voiture, en transport collectif. / On foot, by car, by transit.")
    ] = Mode.DRIVE,
    network: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="Réseau de « proximite network list », vol d'oiseau sinon. / Network, else straight line.",
        ),
    ] = "",
    streets: Annotated[
        str,
        typer.Option(metavar="ID", help="Transit : rues de la marche. / Transit: streets of the walks."),
    ] = "",
    origins: Annotated[
        Path | None,
        typer.Option(
            help="CSV ou Parquet (id, longitude, latitude) ; les aires de diffusion habitées sinon. "
            "/ Else the dissemination areas with people."
        ),
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(help="CSV ou Parquet, au lieu de --kind. / CSV or Parquet, instead of --kind."),
    ] = None,
    cutoff: Annotated[
        float, typer.Option(help="Temps le plus long, minutes. / Longest time, minutes.")
    ] = 60.0,
    scheduler: Annotated[
        str, typer.Option(metavar="TCP://HÔTE:PORT", help="Ordonnanceur Dask. / Dask scheduler.")
    ] = "",
    package: Annotated[
        Path | None, typer.Option(help="Dossier du paquet de données. / Folder of the data package.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mesure les temps de trajet jusqu'aux services. / Compute travel times to services."""
    with told_to_machines(as_json) as beside_error:
        require_output(out)
        require_positive(cutoff, "--cutoff")
        folder = home_of(home)
        data = _Data(package or current_path(folder), folder)
        ends = _ends(data, sites, kind)
        starts, milieu = _starts(data, origins)
        costing = Costing(Order(mode, cutoff, network, streets, scheduler), folder)
        with progress_bar() as say:
            costs = costing.costs(starts, ends, milieu, lambda done, every: say(_TIMES, done, every))
            if costing.stopped is None:
                say(_TIMES, 1, 1)
        written = write_costs(costs, out, {"package_id": data.package_id, "kind": "" if sites else kind})
        if costing.stopped is None:
            costing.kept.forget()
        if not as_json:
            _tell(written)
        places = {"path": str(written.path), "facts_path": str(written.facts_path)}
        if costing.stopped is not None:
            beside_error["partial"] = places
            raise costing.stopped
    if as_json:
        print_json({"ok": True, **places, "facts": written.facts})


class _Data:
    """The data package, opened where the places are not all in files."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path, self._home = path, home
        self.package_id = ""

    @cached_property
    def package(self) -> Package:
        found = shown(open_with_recalls(self._path, self._home))
        self.package_id = found.id
        return found


def _ends(data: _Data, path: Path | None, kind: str) -> Points:
    if path is not None:
        return read_points(path)
    if kind:
        return sites_of(data.package, kind).points
    raise SelectionError(
        Text(
            "Ni service ni fichier de services n'est nommé",
            "Neither a service nor a file of services is named",
        ),
        hint=Text("donnez --kind clsc, ou --sites services.csv", "give --kind clsc, or --sites services.csv"),
    )


def _starts(data: _Data, path: Path | None) -> tuple[Points, pd.Series | None]:
    """Give where people start from, and the milieu of each place where it is known."""
    if path is not None:
        return read_points(path), None
    return origins_of(data.package), data.package.level(Level.DA)["milieu"]


def _tell(written: Written) -> None:
    facts = written.facts
    console = Console()
    console.print(both(Text(**facts["said"])))
    for sentence in facts["approximations"]:
        console.print(f"· {both(Text(**sentence))}")
    counts = f"{facts['origins']:,} × {facts['sites']:,} → {facts['pairs']:,}".replace(",", "\u202f")
    if facts["complete"]:
        console.print(f"{counts} ; hors de portée / out of reach : {len(facts['unreachable'])}")
    else:
        console.print(f"{counts} ; [bold]incomplets / incomplete[/] : {len(facts['incomplete'])}")
    console.print(str(written.path), soft_wrap=True, markup=False)
