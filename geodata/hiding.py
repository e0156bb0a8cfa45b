"""Take a community's layer out of a package, at its request: nothing of it is left to show or to export.

What describes a wider territory (its counts, its rates) stays as its producer published it.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata.errors import OutputError
from geodata.folders import unwritable
from geodata.model import Governance, Level
from geodata.package import GEOMETRY_FOLDER, MANIFEST, Package, open_package
from geodata.schemas import PARENT_COLUMNS
from geodata.text import Text, fold
from geodata.topology import OBJECT_NAME
from geodata.writing import write_package

HIDDEN: Final = "hidden_communities"
"""In the manifest of what is made here: how many were asked to be hidden; never which."""

CENSUS_YEAR: Final = 2021
MOST_OF_AN_AREA: Final = 0.5
"""An area belongs to the community that holds more than this part of it."""

_FORMAT: Final = 1
"""Of what is kept on disk; a change of the rules below makes it anew."""

_MADE_AT_WRITING: Final = frozenset({"files", "content_sha256", "geometry", "schema_version", "written_with"})
_TERRITORY_COLUMNS: Final = ("territory_id", "da_id")


@dataclass(frozen=True)
class Layer:
    """All that is of some communities in a package.

    Attributes
    ----------
    territories
        Identifiers: those asked for, their areas, and every territory that holds no one else.
    names
        What the communities are called, folded.
    places
        Identifiers of the locations inside.
    """

    territories: frozenset[str]
    names: frozenset[str]
    places: frozenset[str]


def unknown(package: Package, hidden: frozenset[str]) -> tuple[str, ...]:
    """List the identifiers that a package does not hold, or that name the whole province."""
    levels = package.territories["level"]
    return tuple(
        sorted(name for name in hidden if name not in levels.index or levels[name] == Level.PROVINCE.value)
    )


def layer_of(package: Package, hidden: frozenset[str]) -> Layer:
    """Find what is of some communities.

    A community counted under two codes (an Inuit village and its reserved land, a Cree community and its
    village) is one: same name, same governance. Its areas go with it, and every territory (health
    territory, RCM, census tract) none of whose people live elsewhere.

    Parameters
    ----------
    package
        The whole package.
    hidden
        Identifiers of territories; those that ``unknown`` lists are passed over.
    """
    known = hidden - set(unknown(package, hidden))
    rows = package.territories
    asked = rows.loc[sorted(known)]
    governed = rows["governance"] != Governance.NONE.value
    named = rows["name_fr"].map(fold) + "|" + rows["governance"] + "|" + rows["level"]
    twins = rows.index[governed & named.isin(named[asked.index])]
    chosen = known | {str(twin) for twin in twins}
    areas = _areas(package, chosen)
    inside = chosen | areas | _nobody_else(package, areas)
    called = rows.loc[sorted(inside - areas), ["name_fr", "name_en"]]
    names = frozenset(fold(name) for name in called.to_numpy().ravel())
    where = package.location_territories
    places = frozenset(where.loc[where["territory_id"].isin(inside), "location_id"])
    return Layer(frozenset(inside), names, places | _unplaced(package, names))


def without_communities(package: Package, hidden: frozenset[str], folder: Path | None = None) -> Package:
    """Give a package from which the layer of some communities is gone.

    Territories, areas, values, access, places and services inside, postal codes, names that lead to them
    and shapes are left out; a parent that is gone is null. The package given back has another identifier.

    Parameters
    ----------
    package
        The whole package.
    hidden
        Identifiers of territories; empty gives the package itself, as do those it does not hold.
    folder
        Where the result is kept, one sub-folder a package and a choice; a folder of this process that goes
        away with it, where none is given.

    Raises
    ------
    OutputError
        If the result cannot be written: the whole package is never given in its place.
    """
    known = hidden - set(unknown(package, hidden))
    if not known:
        return package
    said = "\n".join((str(_FORMAT), str(package.manifest["content_sha256"]), *sorted(known)))
    kept = (folder or _own_folder()) / sha256(said.encode()).hexdigest()[:16]
    if not (kept / MANIFEST).is_file():
        _write(package, known, kept)
    return open_package(kept, package.recalls)


def _areas(package: Package, territories: frozenset[str] | set[str]) -> set[str]:
    links = package.membership
    own = links[links["territory_id"].isin(territories) & (links["census_year"] == CENSUS_YEAR)]
    return {str(area) for area in own.loc[own["fraction"] > MOST_OF_AN_AREA, "da_id"]}


def _nobody_else(package: Package, areas: set[str]) -> set[str]:
    """Give the territories whose every area is among some."""
    links = package.membership
    links = links[links["census_year"] == CENSUS_YEAR]
    ours = links[links["da_id"].isin(areas)]
    touched = links[links["territory_id"].isin(ours["territory_id"])]
    people = touched["da_id"].map(package.territories["pop_2021"]).astype(float).fillna(0.0)
    lived_in = touched[(people > 0) | touched["da_id"].isin(areas)]
    whole = lived_in["da_id"].isin(areas).groupby(lived_in["territory_id"]).all()
    levels = package.territories["level"].reindex(whole.index)
    return {str(t) for t in whole.index[whole & (levels != Level.PROVINCE.value)]}


def _unplaced(package: Package, names: frozenset[str]) -> frozenset[str]:
    """Give the locations without a point whose town is the community."""
    rows = package.locations
    nowhere = rows[rows["longitude"].isna() & rows["city"].map(fold).isin(names)]
    return frozenset(nowhere["id"])


def _write(package: Package, known: frozenset[str], kept: Path) -> None:
    layer = layer_of(package, known)
    geometry = {
        level: _without_shapes((package.path / GEOMETRY_FOLDER / name).read_bytes(), layer.territories)
        for level, name in package.manifest["geometry"].items()
    }
    kept_facts = {key: value for key, value in package.manifest.items() if key not in _MADE_AT_WRITING}
    manifest = _without_notes(kept_facts, layer.names)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise _unwritable(kept, failure) from failure
    tables = _tables(package, layer)
    write_package(kept, tables, list(package.indicators.values()), geometry, {**manifest, HIDDEN: len(known)})


def _without_notes(facts: Any, names: frozenset[str]) -> Any:
    """Leave out of a manifest the notes that name a community."""
    if isinstance(facts, dict):
        return {key: _without_notes(value, names) for key, value in facts.items()}
    if isinstance(facts, list):
        return [_without_notes(item, names) for item in facts if not _names_one(item, names)]
    return facts


def _names_one(item: Any, names: frozenset[str]) -> bool:
    if not isinstance(item, dict) or set(item) != {"fr", "en"}:
        return False
    said = f" {fold(str(item['fr']))} "
    return any(f" {name} " in said for name in names)


def _tables(package: Package, layer: Layer) -> Mapping[str, pd.DataFrame]:
    """Give every table of the package, whichever they are, without the rows of a layer."""
    names = [Path(name).stem for name in package.manifest["files"] if name.endswith(".parquet")]
    tables = {name: _without_rows(package, name, layer) for name in names}
    tables["organizations"] = _still_serving(package, tables["organizations"], tables["services"])
    return tables


def _without_rows(package: Package, name: str, layer: Layer) -> pd.DataFrame:
    if name == "territories":
        frame: pd.DataFrame = package.territories.reset_index(drop=True)
    else:
        frame = pd.read_parquet(package.path / f"{name}.parquet")
    for column in _TERRITORY_COLUMNS:
        if column in frame:
            frame = frame[~frame[column].isin(layer.territories)]
    places = {"locations": "id"}.get(name, "location_id")
    if places in frame:
        frame = frame[~frame[places].isin(layer.places)]
    frame = frame.copy()
    for column in frame.columns.intersection([*PARENT_COLUMNS, "same_as"]):
        gone = layer.places if column == "same_as" else layer.territories
        frame[column] = frame[column].mask(frame[column].isin(gone), "" if column == "same_as" else None)
    if "aliases" in frame:
        frame["aliases"] = frame["aliases"].map(lambda said: _other_names(str(said or ""), layer.names))
    return frame


def _other_names(aliases: str, names: frozenset[str]) -> str:
    return "|".join(alias for alias in aliases.split("|") if fold(alias) not in names)


def _still_serving(package: Package, organizations: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """Leave out the organisations all of whose services went away."""
    before = set(package.services["organization_id"]) - set(services["organization_id"])
    return organizations[~organizations["id"].isin(before)]


def _without_shapes(content: bytes, territories: frozenset[str]) -> bytes:
    """Take shapes out of a TopoJSON, with the arcs that only they had."""
    topology = json.loads(content)
    layer = topology["objects"][OBJECT_NAME]
    kept = [shape for shape in layer["geometries"] if shape["id"] not in territories]
    if len(kept) == len(layer["geometries"]):
        return content
    used = sorted({arc if arc >= 0 else ~arc for shape in kept for arc in _flat(shape.get("arcs", []))})
    place = {old: new for new, old in enumerate(used)}
    for shape in kept:
        if "arcs" in shape:
            shape["arcs"] = _renumbered(shape["arcs"], place)
    layer["geometries"] = kept
    topology["arcs"] = [topology["arcs"][old] for old in used]
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")).encode()


def _flat(arcs: Any) -> list[int]:
    return [arcs] if isinstance(arcs, int) else [arc for part in arcs for arc in _flat(part)]


def _renumbered(arcs: Any, place: Mapping[int, int]) -> Any:
    if isinstance(arcs, int):
        return place[arcs] if arcs >= 0 else ~place[~arcs]
    return [_renumbered(part, place) for part in arcs]


@cache
def _own_folder() -> Path:
    try:
        folder = Path(tempfile.mkdtemp(prefix="proximite-"))
    except OSError as failure:
        raise _unwritable(Path(tempfile.gettempdir()), failure) from failure
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _unwritable(path: Path, failure: OSError) -> OutputError:
    return unwritable(
        path,
        failure,
        Text(
            "donnez au programme un dossier où écrire ; rien n'est montré d'ici là",
            "give the program a folder to write in; nothing is shown until then",
        ),
    )
