"""Layers of centre lines: real ones, and small ones with something wrong."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from etl.networks.road_layer import LayerOptions, read_layer
from geodata.access.facts import Mode
from geodata.errors import ColumnError, CrsError
from geodata.networks.building import BuildReport
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import RoadGraph

LINES = [LineString([(-71.3, 46.8), (-71.29, 46.8)]), LineString([(-71.29, 46.8), (-71.28, 46.8)])]


def layer(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, index=range(2), geometry=LINES, crs=4326)


def built(
    folder: Path, frame: gpd.GeoDataFrame, options: LayerOptions | None = None
) -> tuple[RoadGraph, BuildReport]:
    frame.to_parquet(folder / "rues.parquet")
    return read_layer(folder / "rues.parquet", name="essai", options=options)


@pytest.fixture(scope="module")
def quebec(mirror: Path) -> tuple[RoadGraph, BuildReport]:
    return read_layer(mirror / "quebec_city" / "vdq_voie_publique.parquet", name="Ville de Québec")


def test_the_layer_of_quebec_city(quebec: tuple[RoadGraph, BuildReport]) -> None:
    graph, report = quebec
    assert (report.segments, report.empty, report.speed_wrong) == (28_481, 0, 0)
    assert graph.facts.length_km == pytest.approx(3_630.5, abs=5)
    assert report.parts[Mode.WALK].main_length_share > 0.99
    assert report.parts[Mode.DRIVE].main_length_share > 0.97
    kmh = (graph.metres * 0.06 / graph.drive_minutes)[np.isfinite(graph.drive_minutes)]
    assert set(kmh.round(3)) <= {10, 20, 25, 30, 40, 50, 60, 70, 80, 100}


def test_one_way_twins_of_quebec_city_keep_to_the_right(mirror: Path) -> None:
    """``C`` goes along the drawing and ``D`` against it: else cars would keep to the left."""
    rows = gpd.read_parquet(
        mirror / "quebec_city" / "vdq_voie_publique.parquet",
        columns=["GENERIQUE", "NOM_TOPOGR", "COTE", "DIR_SENS_U", "geometry"],
    ).query("GENERIQUE == 'Boulevard' and COTE.notna() and DIR_SENS_U.notna()")
    rows = rows.to_crs(6623)
    ends = rows.geometry.get_coordinates().groupby(level=0).agg(["first", "last"])
    step = pd.DataFrame({axis: ends[axis]["last"] - ends[axis]["first"] for axis in "xy"})
    step = step.mul(np.where(rows["DIR_SENS_U"] == "C", 1, -1), axis=0)
    middle = rows.geometry.interpolate(0.5, normalized=True)
    on_the_left = []
    for _, twins in rows.groupby("NOM_TOPOGR"):
        for row in twins.index:
            others = middle[twins.index[twins["COTE"] != twins.loc[row, "COTE"]]]
            away = others.distance(middle[row])
            if not len(away) or away.min() > 40:
                continue
            other = others[away.idxmin()]
            dx, dy = other.x - middle[row].x, other.y - middle[row].y
            on_the_left.append(step.loc[row, "x"] * dy - step.loc[row, "y"] * dx > 0)
    assert len(on_the_left) > 300
    assert np.mean(on_the_left) > 0.95


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    graph, _ = built(
        tmp_path,
        layer(VitesseMax=["30", "60"], oneway=["F", "T"], LONGUEUR=[760.0, 770.0], fclass="residential"),
    )
    assert (graph.forward.tolist(), graph.backward.tolist()) == ([True, False], [False, True])
    assert graph.metres.tolist() == [760.0, 770.0]
    assert graph.drive_minutes.tolist() == pytest.approx([1.52, 0.77])


def test_columns_and_codes_may_be_named(tmp_path: Path) -> None:
    options = LayerOptions("v", "s", ("avant",), ("arriere",))
    graph, _ = built(tmp_path, layer(v=[30, 30], s=["Avant", "Arrière"]), options)
    assert (graph.forward.tolist(), graph.backward.tolist()) == ([True, False], [False, True])


def test_numeric_codes(tmp_path: Path) -> None:
    graph, _ = built(tmp_path, layer(speed=[30, 30], oneway=[1.0, -1.0]))
    assert (graph.forward.tolist(), graph.backward.tolist()) == ([True, False], [False, True])


def test_speeds_written_as_words_are_read(tmp_path: Path) -> None:
    graph, report = built(tmp_path, layer(maxspeed=["40 km/h", "30 mph"]))
    assert graph.metres * 0.06 / graph.drive_minutes == pytest.approx([40, 30 * 1.609344])
    assert (report.speed_unknown, report.speed_wrong) == (0, 0)


def test_classes_say_who_goes_there(tmp_path: Path) -> None:
    graph, report = built(
        tmp_path,
        layer(vitesse=[100, np.nan], TYPE=["Tronçon", "Lien piétonnier"], GENERIQUE=["Autoroute", "Parc"]),
    )
    assert np.isnan(graph.walk_minutes).tolist() == [True, False]
    assert np.isnan(graph.drive_minutes).tolist() == [False, True]
    assert report.speed_unknown == 0


def test_a_missing_speed_takes_the_median_of_its_class(tmp_path: Path) -> None:
    graph, report = built(tmp_path, layer(vitesse=[80, 0], classe="locale"))
    assert (graph.metres * 0.06 / graph.drive_minutes).round(6).tolist() == [80, 80]
    assert report.speed_wrong == 1


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        (layer(nom="x"), ColumnError, "--speed-column"),
        (layer(vitesse=0), NetworkError, "vitesse utilisable"),
        (layer(vitesse=np.nan), NetworkError, "vitesse utilisable"),
        (layer(vitesse=50, oneway="peut-être"), ColumnError, "--oneway-forward"),
        (layer(vitesse=50).set_crs(None, allow_override=True), CrsError, "système de coordonnées"),
        (
            layer(vitesse=50).set_geometry([box(-71.3, 46.8, -71.2, 46.9)] * 2, crs=4326),
            NetworkError,
            "Polygon",
        ),
        (layer(vitesse=50).iloc[:0], NetworkError, "Aucune rue"),
    ],
)
def test_a_layer_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, frame: gpd.GeoDataFrame, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        built(tmp_path, frame)


def test_a_named_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="limite"):
        built(tmp_path, layer(vitesse=50), LayerOptions(speed_column="limite"))


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp.zip"])
def test_other_formats(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rues.{ending}"
    layer(vitesse=[50, 50]).to_file(path)
    graph, _ = read_layer(path, name="essai")
    assert len(graph.tail) == 2
    assert "one-way column" in graph.facts.approximations[1].en


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson", "zip"])
def test_a_file_of_something_else(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rues.{ending}"
    path.write_bytes(b"rien du tout")
    with pytest.raises(NetworkFileError, match="couche de rues"):
        read_layer(path, name="essai")
    pd.DataFrame({"vitesse": [50]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(NetworkFileError):
        read_layer(tmp_path / "table.parquet", name="essai")
