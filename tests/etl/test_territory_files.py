"""Files of shapes and lists of codes that people bring: sound ones, and every way in which they are not."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, mapping

from etl.territory_codes import decoded, read_codes
from etl.territory_files import BroughtShapes, chosen, read_shapes
from geodata.custom import RemarkKind, TerritoryError, from_json
from geodata.custom.shapes import surface_km2
from geodata.errors import ProximiteError

SQUARE = shapely.box(-73.60, 45.50, -73.55, 45.55)
NEXT = shapely.box(-73.55, 45.50, -73.50, 45.55)
PARIS = shapely.box(2.2, 48.8, 2.4, 48.9)
BOW = Polygon([(-73.6, 45.5), (-73.5, 45.6), (-73.5, 45.5), (-73.6, 45.6)])


def layer(*shapes: Any, crs: Any = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"nom": [f"Forme {n}" for n in range(len(shapes))]}, geometry=list(shapes), crs=crs
    )


def geojson(folder: Path, *shapes: Any, **more: Any) -> Path:
    features = [{"type": "Feature", "properties": {"nom": f"F{n}"}, "geometry": mapping(s) if s else None}
                for n, s in enumerate(shapes)]  # fmt: skip
    path = folder / "forme.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), "utf-8")
    return path


def zipped_shapefile(folder: Path, frame: gpd.GeoDataFrame, leave_out: str = "") -> Path:
    frame.to_file(folder / "couche.shp")
    path = folder / "couche.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in folder.glob("couche.*"):
            if part.suffix not in {".zip", leave_out}:
                archive.write(part, f"dossier/{part.name}")
    return path


def kinds(brought: BroughtShapes, rows: tuple[int, ...] = (0,)) -> set[RemarkKind]:
    return {remark.kind for remark in chosen(brought, rows).remarks}


def write(kind: str, folder: Path) -> Path:
    frame = layer(SQUARE, NEXT)
    if kind == "geojson":
        return geojson(folder, SQUARE, NEXT)
    if kind == "shp":
        return zipped_shapefile(folder, frame.to_crs(32198))
    if kind == "gpkg":
        frame.to_crs(2950).to_file(folder / "couche.gpkg", driver="GPKG")
        return folder / "couche.gpkg"
    ring = " ".join(f"{x},{y},0" for x, y in SQUARE.exterior.coords)
    other = ring.replace("-73.6,", "-73.5,")
    marks = "".join(
        f"<Placemark><name>Forme {n}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{points}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for n, points in enumerate((ring, other))
    )
    path = folder / "couche.kml"
    path.write_text(
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    )
    return path


@pytest.mark.parametrize("kind", ["geojson", "shp", "gpkg", "kml"])
def test_each_kind_of_file_gives_its_shapes_and_their_names(tmp_path: Path, kind: str) -> None:
    brought = read_shapes(write(kind, tmp_path))
    assert len(brought.shapes) == 2
    assert any("1" in names[1] for names in brought.columns.values())
    one, both = chosen(brought, [0]), chosen(brought, [0, 1])
    assert surface_km2(one.shape) == pytest.approx(surface_km2(SQUARE), rel=1e-5)
    expected = surface_km2(shapely.union_all(brought.shapes))
    assert surface_km2(both.shape) == pytest.approx(expected, rel=1e-6)


def test_shapes_that_overlap_are_merged_and_said(tmp_path: Path) -> None:
    half = shapely.box(-73.575, 45.50, -73.525, 45.55)
    brought = read_shapes(geojson(tmp_path, SQUARE, half))
    assert RemarkKind.OVERLAPPING_SHAPES in kinds(brought, (0, 1))


def test_an_outline_that_crosses_itself_is_repaired_and_said(tmp_path: Path) -> None:
    brought = read_shapes(geojson(tmp_path, BOW))
    assert RemarkKind.REPAIRED in kinds(brought)
    lobes = 2 * shapely.area(Polygon([(-73.6, 45.5), (-73.55, 45.55), (-73.6, 45.6)]))
    assert chosen(brought, [0]).shape.area == pytest.approx(lobes)


def test_latitude_before_longitude_is_put_in_order(tmp_path: Path) -> None:
    swapped = shapely.transform(SQUARE, lambda xy: xy[:, ::-1])
    brought = read_shapes(geojson(tmp_path, swapped))
    assert RemarkKind.SWAPPED in kinds(brought)
    assert chosen(brought, [0]).shape.equals(SQUARE)


def test_degrees_without_a_system_are_read_and_said(tmp_path: Path) -> None:
    assert RemarkKind.ASSUMED_DEGREES in kinds(read_shapes(zipped_shapefile(tmp_path, layer(SQUARE), ".prj")))


def test_points_beside_areas_are_left_aside_and_said(tmp_path: Path) -> None:
    brought = read_shapes(geojson(tmp_path, SQUARE, shapely.Point(-73.5, 45.5), None))
    assert len(brought.shapes) == 1
    assert RemarkKind.NOT_AREAS in kinds(brought)


def _star(vertices: int) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 0.05 + 0.01 * np.sin(40 * angle)
    return Polygon(np.c_[-73.6 + radius * np.cos(angle), 45.5 + radius * np.sin(angle)])


def test_a_million_vertices_are_simplified_or_refused(tmp_path: Path) -> None:
    layer(_star(999_000)).to_file(tmp_path / "grand.gpkg", driver="GPKG")
    found = chosen(read_shapes(tmp_path / "grand.gpkg"), [0])
    assert [remark.kind for remark in found.remarks] == [RemarkKind.SIMPLIFIED]
    assert shapely.get_num_coordinates(found.shape) < 5_000
    assert surface_km2(found.shape) == pytest.approx(surface_km2(_star(20_000)), rel=1e-3)
    layer(_star(1_000_001)).to_file(tmp_path / "trop.gpkg", driver="GPKG")
    with pytest.raises(TerritoryError, match="le million accepté"):
        read_shapes(tmp_path / "trop.gpkg")


def test_lines_that_cross_everywhere_are_refused_in_bounded_time(tmp_path: Path) -> None:
    scribble = Polygon(np.random.default_rng(0).uniform([-74, 45], [-73, 46], (30_000, 2)))
    with pytest.raises(TerritoryError, match="se croise partout"):
        chosen(read_shapes(geojson(tmp_path, scribble)), [0])


def _bomb(folder: Path) -> Path:
    path = folder / "bombe.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.geojson", "w") as member,
    ):
        for _ in range(210):
            member.write(b" " * 1_000_000)
    return path


def _projected(folder: Path) -> Path:
    return zipped_shapefile(folder, layer(SQUARE).to_crs(32198), ".prj")


def _nameless(folder: Path) -> Path:
    """An archive whose one member is listed under a null byte: what is left of its name is empty."""
    path = zipped_shapefile(folder, layer(SQUARE))
    path.write_bytes(path.read_bytes().replace(b"dossier/", b"\x00ossier/"))
    return path


def _system(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def _empty(folder: Path) -> Path:
    (folder / "vide.geojson").write_bytes(b"")
    return folder / "vide.geojson"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: geojson(f, PARIS), "sort du Québec"),
        (lambda f: geojson(f, PARIS, shapely.box(2.4, 48.8, 2.5, 48.9)), "Chaque forme.*sort du Québec"),
        (lambda f: geojson(f, shapely.Point(-73.5, 45.5)), "aucune surface"),
        (lambda f: geojson(f), "aucune surface"),
        (lambda f: geojson(f, Polygon()), "aucune surface"),
        (lambda f: geojson(f, shapely.box(300_000, 5e6, 310_000, 5.1e6)), "ne sont pas des degrés"),
        (lambda f: zipped_shapefile(f, layer(SQUARE, crs=None).set_crs(32617)), "sort du Québec|nulle part"),
        (_projected, "ne sont pas des degrés"),
        (lambda f: geojson(f, SQUARE, crs=_system("EPSG:999999")), "que personne ne connaît.*EPSG:4326"),
        (lambda f: geojson(f, SQUARE, crs=_system("banana")), "que personne ne connaît"),
        (_bomb, "gonfle au-delà"),
        (_nameless, "0 fichiers de formes"),
        (_empty, "ne peut pas être lu"),
    ],
)
def test_what_cannot_be_a_territory_is_refused_in_words(tmp_path: Path, make: Any, words: str) -> None:
    with pytest.raises(TerritoryError, match=words) as refusal:
        chosen(read_shapes(make(tmp_path)), [0])
    assert refusal.value.sentence("en") != refusal.value.sentence("fr")


def test_one_shape_in_quebec_is_enough_to_choose(tmp_path: Path) -> None:
    assert len(read_shapes(geojson(tmp_path, PARIS, SQUARE)).shapes) == 2


def test_a_shapefile_that_lost_its_index_is_read_all_the_same(tmp_path: Path) -> None:
    brought = read_shapes(zipped_shapefile(tmp_path, layer(SQUARE, NEXT), ".shx"))
    assert [shape.bounds for shape in brought.shapes] == [SQUARE.bounds, NEXT.bounds]
    assert brought.columns["nom"] == ("Forme 0", "Forme 1")


SEEDS = [
    b'{"type":"Polygon","coordinates":',
    b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":',
    b"PK\x03\x04",
    b"<kml><Placemark>",
    b"SQLite format 3\x00",
    b"\x00\x00\x27\x0a",
    b"",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(SEEDS), rest=st.binary(max_size=120))
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, start: bytes, rest: bytes) -> None:
    path = tmp_path / "quelconque"
    path.write_bytes(start + rest)
    with suppress(ProximiteError):
        chosen(read_shapes(path), [0])


KEYS = ["type", "coordinates", "geometry", "features", "properties", "crs"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["Polygon", "Feature"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=JSON, kind=st.sampled_from(["Feature", "FeatureCollection", "Polygon", "GeometryCollection"]))
def test_any_json_is_read_or_refused_in_words(tmp_path: Path, content: Any, kind: str) -> None:
    body = {**content, "type": kind} if isinstance(content, dict) else content
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(body), "utf-8")
    for read in (lambda: chosen(read_shapes(path), [0]), lambda: from_json(path.read_bytes())):
        with suppress(ProximiteError):
            read()


TERRITORIES = pd.DataFrame(
    {"level": ["da", "da", "ct", "municipality", "clsc"]},
    index=["da:24660001", "da:24660002", "ct:4620288.00", "municipality:2466023", "clsc:06311"],
)


def test_codes_are_read_as_spreadsheets_and_people_write_them() -> None:
    listed = (
        "DAUID;nom;population\n24660001;Secteur A;512\n\n24660002.0, 4620288\n"
        "2021A00052466023\t'clsc:06311'\n24660001\n24999999;inconnue\nn'importe quoi\n"
    )
    found = read_codes(decoded(b"\xef\xbb\xbf" + listed.encode()), TERRITORIES)
    assert found.members == (
        "da:24660001", "da:24660002", "ct:4620288.00", "municipality:2466023", "clsc:06311",
    )  # fmt: skip
    assert found.unknown == ((7, "24999999"), (8, "n'importe quoi"))


@pytest.mark.parametrize("listed", ["", "bonjour", "24999999\n24999998"])
def test_a_list_without_a_known_code_is_refused(listed: str) -> None:
    with pytest.raises(TerritoryError, match="aucun territoire connu"):
        read_codes(listed, TERRITORIES)


@given(content=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_list_is_read_or_refused_in_words(content: bytes) -> None:
    with suppress(ProximiteError):
        read_codes(decoded(content), TERRITORIES)
