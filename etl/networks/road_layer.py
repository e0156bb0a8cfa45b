"""Read a layer of road centre lines: which columns give speed, one way, length and class.

Columns are found by their names, whatever their case, or named by options. The meaning of ``DIR_SENS_U`` in
the layer of Ville de Québec is not published with it; it was worked out from the drawings: of 2,341 one-way
carriageways that have a twin going the other way, 99.1 % keep to the right of it if ``C`` (*croissant*) is
driven along the drawing and ``D`` (*décroissant*) against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio  # type: ignore[import-untyped]

from etl.networks.osm_tags import parsed_kmh
from etl.networks.road_classes import serves
from geodata.errors import ColumnError, CrsError
from geodata.networks.building import BuildReport, graph_from_segments
from geodata.networks.errors import NetworkFileError
from geodata.networks.graph import RoadGraph
from geodata.networks.packing import FASTEST_KMH
from geodata.networks.remarks import FREE_FLOW
from geodata.text import Text, fold

ENDINGS: Final = (".parquet", ".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb")

SPEED_COLUMNS: Final = (
    "vitessemax", "vitesse_max", "vitesse", "limite_vitesse", "limitevitesse",
    "maxspeed", "speed_limit", "speedlimit", "speed_kmh", "drive_kmh", "speed",
)  # fmt: skip
ONEWAY_COLUMNS: Final = (
    "dir_sens_u", "sens_unique", "sensunique", "sens_circ", "oneway", "one_way", "trafficdir", "dir_travel",
)  # fmt: skip
LENGTH_COLUMNS: Final = ("longueur", "longueur_m", "length", "length_m")
CLASS_COLUMNS: Final = (
    "type", "generique", "classe", "clsrte", "class", "fclass", "highway", "roadclass",
)  # fmt: skip

FORWARD: Final = frozenset(
    {"c", "f", "ft", "forward", "yes", "true", "1", "oui", "same direction", "meme direction"}
)
BACKWARD: Final = frozenset(
    {"d", "t", "tf", "backward", "reverse", "minus 1", "opposite direction", "direction contraire"}
)
BOTH: Final = frozenset(
    {"", "b", "no", "false", "0", "non", "n", "both", "both directions", "bidirectionnel"}
)
"""Values of a one-way column, folded; ``-1`` folds apart."""

_NO_ONE_WAY: Final = Text(
    "La couche n'a pas de colonne de sens unique\u00a0: toutes les rues se parcourent dans les deux sens.",
    "The layer has no one-way column: all streets are taken both ways.",
)


@dataclass(frozen=True)
class LayerOptions:
    """Columns and values that a person names; those left empty are looked for.

    Attributes
    ----------
    speed_column, oneway_column, length_column, type_column
        Names as in the file: limit in km/h, one-way code, length in metres, class of road.
    oneway_forward, oneway_backward
        Codes of a street driven along its drawing only, and against it only; given, they replace the known
        codes, and any other value means both ways.
    """

    speed_column: str = ""
    oneway_column: str = ""
    oneway_forward: tuple[str, ...] = field(default=())
    oneway_backward: tuple[str, ...] = field(default=())
    length_column: str = ""
    type_column: str = ""


def read_layer(
    path: Path,
    *,
    name: str,
    source: str = "",
    licence: str = "",
    vintage: str = "",
    options: LayerOptions | None = None,
) -> tuple[RoadGraph, BuildReport]:
    """Build a graph from a layer of road centre lines.

    Parameters
    ----------
    path
        Parquet, GeoPackage, GeoJSON, FlatGeobuf, or a shapefile (zipped or not).
    name, source, licence, vintage
        Facts to show.
    options
        Columns named by a person.

    Raises
    ------
    NetworkFileError
        If the file is damaged or holds no layer of its own.
    ColumnError
        If no column gives a speed, a named one is absent, or a one-way code is not known.
    CrsError
        If no coordinate system is declared.
    NetworkError
        If shapes are not lines, or no speed can be used.
    """
    chosen = options or LayerOptions()
    layer = _read(path)
    if layer.crs is None:
        raise CrsError(
            Text("La couche n'a pas de système de coordonnées", "The layer has no coordinate system"),
            where=path.name,
            hint=Text(
                "joignez le .prj ou enregistrez-la en EPSG:4326", "add the .prj or save it in EPSG:4326"
            ),
        )
    segments, has_one_way = _segments(layer.explode(ignore_index=True), chosen, path.name)
    said = (FREE_FLOW,) if has_one_way else (FREE_FLOW, _NO_ONE_WAY)
    return graph_from_segments(
        segments, name=name, source=source, licence=licence, vintage=vintage, approximations=said
    )


def _read(path: Path) -> gpd.GeoDataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return gpd.read_parquet(path)
        layers = pyogrio.list_layers(path)
        if len(layers) != 1:
            raise _unreadable(path, f"{len(layers)} couches/layers")
        layer = gpd.read_file(path, engine="pyogrio")
    except NetworkFileError:
        raise
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowException) as failure:
        raise _unreadable(path) from failure
    except (OSError, ValueError, RuntimeError, UnicodeError) as failure:
        raise _unreadable(path) from failure
    if not isinstance(layer, gpd.GeoDataFrame):
        raise _unreadable(path)
    return layer


def _segments(layer: gpd.GeoDataFrame, options: LayerOptions, where: str) -> tuple[gpd.GeoDataFrame, bool]:
    names = {str(column).lower(): str(column) for column in layer.columns}
    speed = _column(names, options.speed_column, SPEED_COLUMNS, where)
    oneway = _column(names, options.oneway_column, ONEWAY_COLUMNS, where)
    length = _column(names, options.length_column, LENGTH_COLUMNS, where)
    given_class = _column(names, options.type_column, CLASS_COLUMNS, where)
    if not speed:
        raise ColumnError(
            Text("Aucune colonne de vitesse n'est reconnue", "No column of speeds is recognised"),
            where=f"{where}\u202f: {', '.join(list(names.values())[:12])}",
            hint=Text("nommez-la par --speed-column", "name it with --speed-column"),
        )
    classes = [given_class] if options.type_column else [names[c] for c in CLASS_COLUMNS if c in names]
    modes = serves(layer[classes])
    segments = gpd.GeoDataFrame(geometry=layer.geometry.to_numpy(), crs=layer.crs)
    segments["walk"], segments["drive"] = modes["walk"].to_numpy(), modes["drive"].to_numpy()
    forward, backward = _ways(layer[oneway] if oneway else None, options, f"{where}, {oneway}")
    segments["forward"], segments["backward"] = forward, backward
    segments["drive_kmh"] = _kmh(layer[speed])
    usual = _usual(segments["drive_kmh"].where(segments["drive"]), layer[classes])
    if usual is not None:
        segments["default_kmh"] = usual
    if length:
        segments["metres"] = pd.to_numeric(layer[length], errors="coerce").to_numpy()
    return segments, bool(oneway)


def _column(names: dict[str, str], named: str, known: tuple[str, ...], where: str) -> str:
    """Give the column that a person named, else the first known one, else nothing."""
    if not named:
        return next((names[candidate] for candidate in known if candidate in names), "")
    if named.lower() not in names:
        raise ColumnError(
            Text("La colonne nommée n'est pas dans la couche", "The named column is not in the layer"),
            where=f"{where}, {named}",
            hint=Text("vérifiez son nom", "check its name"),
        )
    return names[named.lower()]


def _ways(codes: pd.Series | None, options: LayerOptions, where: str) -> tuple[Any, Any]:
    """Tell whether each road may be driven along its drawing, and against it."""
    if codes is None:
        return True, True
    folded = codes.map(_folded)
    if options.oneway_forward or options.oneway_backward:
        only_forward = folded.isin({_folded(code) for code in options.oneway_forward})
        only_backward = folded.isin({_folded(code) for code in options.oneway_backward})
    else:
        only_forward, only_backward = folded.isin(FORWARD), folded.isin(BACKWARD)
        strange = folded[~(only_forward | only_backward | folded.isin(BOTH))]
        if len(strange):
            raise ColumnError(
                Text("Un code de sens unique n'est pas connu", "A one-way code is not known"),
                where=f"{where}\u202f: {', '.join(sorted(set(strange))[:5])}",
                hint=Text(
                    "dites ce que valent les codes par --oneway-forward et --oneway-backward",
                    "say what the codes mean with --oneway-forward and --oneway-backward",
                ),
            )
    return (~only_backward).to_numpy(), (~only_forward).to_numpy()


def _folded(code: object) -> str:
    if code is None or code is pd.NA or code != code:
        return ""
    if isinstance(code, float) and code.is_integer():
        code = int(code)
    text = str(code).strip()
    return "minus 1" if text == "-1" else fold(text)


def _kmh(speeds: pd.Series) -> Any:
    """Read numbers, or words such as ``50 km/h`` and ``30 mph`` of layers made from OpenStreetMap."""
    if not pd.api.types.is_numeric_dtype(speeds):
        read = {written: parsed_kmh(str(written)) for written in speeds.dropna().unique()}
        speeds = speeds.astype(object).map(read)
    return pd.to_numeric(speeds, errors="coerce").to_numpy(dtype="float64", na_value=float("nan"))


def _usual(kmh: pd.Series, classes: pd.DataFrame) -> pd.Series | None:
    """Give each road the median limit of its class in this layer; null if no limit can be used at all."""
    good = kmh.where((kmh > 0) & (kmh <= FASTEST_KMH))
    if good.notna().sum() == 0:
        return None
    if not len(classes.columns):
        return pd.Series(good.median(), index=kmh.index)
    key = classes.iloc[:, 0].fillna("").astype(str).to_numpy()
    return good.groupby(key).transform("median").fillna(good.median())


def _unreadable(path: Path, more: str = "") -> NetworkFileError:
    return NetworkFileError(
        Text("Ce fichier ne se lit pas comme une couche de rues", "This file cannot be read as a road layer"),
        where=f"{path.name}, {more}" if more else path.name,
        hint=Text(
            f"donnez une seule couche de lignes ({', '.join(ENDINGS)}), "
            "un extrait .osm.pbf ou un GTFS entier",
            f"give one layer of lines ({', '.join(ENDINGS)}), an .osm.pbf extract or a whole GTFS",
        ),
    )
