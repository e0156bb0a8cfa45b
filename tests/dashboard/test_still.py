"""Still maps: what is drawn, what is never drawn, and that ink tells the classes apart without colour."""

from __future__ import annotations

import io
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dashboard import data
from dashboard.figures import figures
from dashboard.i18n import in_language
from dashboard.maps.classes import HIDDEN, NO_DATA
from dashboard.maps.palette import palette
from dashboard.maps.still import still_map
from dashboard.maps.still_fills import fills
from dashboard.maps.still_frame import Frame, opening, paths
from dashboard.maps.still_text import Labels, Name, width_of, wrapped
from dashboard.maps.surroundings import nearest
from dashboard.state import Selection
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package, open_package

AGES = "age_65_plus_pct"
SCORE = "cimd_situational_vulnerability"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def drawn(package: Package, level: Level, name: str, **more: object) -> str:
    shown = figures(package, level, name, "2021")
    return still_map(
        package,
        level,
        shown.values,
        indicator=package.indicators[name],
        title="Un titre",
        **more,  # type: ignore[arg-type]
    )


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  # our own text


def painted(svg: str) -> dict[str, int]:
    """Count the shapes of the map by what fills them."""
    areas = parsed(svg).find(f"{SVG}g[@fill-rule='evenodd']")
    assert areas is not None
    fills_used = [path.get("fill", "") for path in areas]
    return {fill: fills_used.count(fill) for fill in fills_used}


def test_a_frame_keeps_shape_and_scale() -> None:
    frame = Frame.around((0, 0, 10_000, 5_000), (10, 20, 200, 200), pad=0.0)
    assert frame.metres_per_px == 50
    # The lower left corner is 50 pixels above the bottom of a square panel, which has room to spare.
    assert frame.pixels(np.array([[0.0, 0.0], [10_000.0, 5_000.0]])).tolist() == [[10, 170], [210, 70]]
    above = Frame.around((0, 0, 10_000, 5_000), (10, 20, 200, 200), pad=0.0, spare_above=True)
    assert above.pixels(np.array([[0.0, 0.0]])).tolist() == [[10, 220]]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0, 0.5))
@settings(max_examples=50, deadline=None)
def test_a_frame_holds_what_it_is_put_around(
    west: float, south: float, across: float, up: float, pad: float
) -> None:
    frame = Frame.around((west, south, west + across, south + up), (5, 5, 300, 200), pad)
    corners = frame.pixels(np.array([[west, south], [west + across, south + up]]))
    assert (corners > [4.99, 4.99]).all()
    assert (corners < [305.01, 205.01]).all()


def test_a_square_is_written_without_points_that_say_nothing() -> None:
    frame = Frame(west=0, north=100, metres_per_px=1, x=0, y=0, width=100, height=100)
    square = shapely.Polygon([(10, 90), (50, 90), (90, 90), (90, 10.5), (10, 10.5)])
    assert paths(np.array([square, None], dtype=object), frame) == ["M10 10l80 0 0 79.5-80 0z", ""]


def test_no_territory_is_too_small_to_be_drawn_but_an_islet_is() -> None:
    frame = Frame(west=0, north=1000, metres_per_px=10, x=0, y=0, width=100, height=100)
    village = shapely.box(500, 500, 501, 501)
    with_islet = shapely.MultiPolygon([shapely.box(100, 100, 300, 300), shapely.box(400, 400, 401, 401)])
    first, second = paths(np.array([village, with_islet], dtype=object), frame)
    assert first == "M49.5 49.5h1v1h-1z"
    assert second.count("M") == 1


def test_neighbours_keep_one_border() -> None:
    frame = Frame(west=0, north=100, metres_per_px=1, x=0, y=0, width=100, height=100)
    border = [(50.2, 0.0), (53.7, 31.3), (48.1, 66.6), (50.3, 100.0)]
    left = shapely.Polygon([(0, 0), *border, (0, 100)])
    right = shapely.Polygon([(100, 0), (100, 100), *reversed(border)])
    corners = []
    for path in paths(np.array([left, right], dtype=object), frame):
        start, moves = re.fullmatch(r"M(.+)l(.+)z", path).groups()  # type: ignore[union-attr]
        steps = np.array(re.findall(r"-?[\d.]+", moves), dtype=float).reshape(-1, 2)
        here = np.array(start.split(" "), dtype=float)
        corners.append({tuple(p) for p in np.vstack([here, here + steps.cumsum(axis=0)]).tolist()})
    assert corners[0] & corners[1] == {(50, 100), (53.5, 68.5), (48, 33.5), (50.5, 0)}


def test_the_whole_of_quebec_leaves_its_north_above() -> None:
    shapes = np.array([shapely.Point(0, y * 100_000).buffer(10) for y in range(20)], dtype=object)
    assert opening(shapes)[3] == pytest.approx(1_700_000)
    assert opening(shapes[:4])[3] == pytest.approx(300_010)


@pytest.mark.parametrize(("level", "name"), [(Level.CLSC, AGES), (Level.MRC, SCORE)])
def test_a_map_of_quebec_is_light_and_whole(package: Package, level: Level, name: str) -> None:
    svg = drawn(package, level, name)
    root = parsed(svg)
    assert len(svg.encode()) <= 250_000
    assert root.findtext(f"{SVG}title") == "Un titre"
    assert "href" not in svg
    assert set(re.findall(r"url\(([^)]*)\)", svg)) <= {f"#{e.get('id')}" for e in root.iter(f"{SVG}pattern")}


def test_classes_and_counts_are_those_of_the_page(package: Package) -> None:
    classed = data.classified(package, Selection(Level.MRC, SCORE, "2021"))
    svg = drawn(package, Level.MRC, SCORE, extent=["province:24"], notes=False)
    counts = painted(svg)
    colours = palette(classed.k, package.indicators[SCORE].direction)
    assert [counts[colour] for colour in colours] == list(classed.counts)
    words = "".join(parsed(svg).itertext()).replace("\u00a0", " ")
    for count in classed.counts:
        assert f"{count} territoires" in words


def test_a_hidden_value_is_neither_painted_nor_classed(package: Package) -> None:
    indicator = package.indicators[SCORE]
    everything = package.values(Level.CLSC, SCORE, "2021")["value"].astype(float)
    kept_off = package.level(Level.CLSC)["governance"].isin([k.value for k in indicator.hidden_governance])
    assert everything[kept_off].notna().any()
    svg = still_map(package, Level.CLSC, everything, indicator=indicator, title="")
    assert svg == still_map(package, Level.CLSC, everything.mask(kept_off), indicator=indicator, title="")
    assert "Valeur non montrée" in svg
    hatch = next(fill for fill in painted(svg) if fill.endswith("h)"))
    assert hatch.startswith("url(#")


def test_a_missing_value_is_hatched_and_an_unnamed_territory_is_ground(tiny: Package) -> None:
    indicator = tiny.indicators[AGES]
    values = figures(tiny, Level.CLSC, AGES, "2021").values.drop("clsc:06021")
    fills_used = painted(
        still_map(tiny, Level.CLSC, values, indicator=indicator, title="", extent=["rss:06"])
    )
    whole = painted(
        still_map(tiny, Level.CLSC, values, indicator=indicator, title="", extent=list(values.index))
    )
    assert fills_used["#f7f8f9"] == 1
    assert sum(fill.endswith("n)") for fill in whole) == 1


def test_names_are_escaped_and_the_chosen_one_is_written(tiny: Package) -> None:
    svg = drawn(tiny, Level.CLSC, AGES, focus=["clsc:06021"], extent=["clsc:06021"], pad=0.5)
    written = [e.text for e in parsed(svg).iter(f"{SVG}text")]
    assert "Hochelaga-Maisonneuve" in written
    assert "En évidence : Hochelaga-Maisonneuve." in svg.replace("\u00a0", " ")
    shown = figures(tiny, Level.CLSC, AGES, "2021")
    odd = still_map(tiny, Level.CLSC, shown.values, indicator=tiny.indicators[AGES], title='<b> & "')
    assert parsed(odd).findtext(f"{SVG}title") == '<b> & "'


def test_the_map_speaks_the_language_of_the_page(tiny: Package) -> None:
    with in_language("en"):
        svg = drawn(tiny, Level.CLSC, AGES)
    written = " ".join(line.text or "" for line in parsed(svg).iter(f"{SVG}text"))
    assert "These figures describe living conditions, not people." in written
    assert 'lang="en"' in svg


def test_areas_with_a_point_only_are_dots(package: Package) -> None:
    svg = drawn(package, Level.DA, SCORE, extent=["mrc:85"], focus=["mrc:85"])
    inside = package.membership["territory_id"].eq("mrc:85") & package.membership["census_year"].eq(2021)
    dots = re.findall(r'stroke-linecap="round">(.*?)</g>', svg)[0]
    # Each is written twice: its edge, then its colour.
    assert dots.count("M") >= 2 * int(inside.sum())


def test_a_level_without_shapes_says_so(tiny: Package) -> None:
    bare = tiny.level(Level.CLSC).copy()
    bare["geometry"] = None
    tiny_without = open_package(tiny.path)
    tiny_without.__dict__["_by_level"] = {**tiny_without._by_level, "clsc": bare}
    with pytest.raises(SelectionError, match="pas de carte"):
        drawn(tiny_without, Level.CLSC, AGES)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_more_ink_means_more_in_black_and_white(k: int) -> None:
    paint = fills(palette(k), patterned=True, radius=3)
    lightness = [_grey(paint.definitions, paint.paints[code]) for code in range(k)]
    assert all(light - dark > 20 for light, dark in pairwise(lightness))
    assert len({paint.radii[code] for code in range(k)}) == k
    assert paint.paints[NO_DATA] != paint.paints[HIDDEN]


def _grey(definitions: str, paint: str) -> float:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><defs>{definitions}</defs>'
        f'<path d="M0 0h64v64h-64z" fill="{paint}"/></svg>'
    )
    return float(np.asarray(Image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("L")).mean())


@given(st.text(alphabet="abé W-'", max_size=60), st.floats(20, 200))
@settings(max_examples=50, deadline=None)
def test_no_word_is_lost_when_a_line_is_cut(sentence: str, width: float) -> None:
    lines = wrapped(sentence, width, 11)
    assert " ".join(lines).split() == sentence.split()
    assert all(width_of(each, 11) <= width or " " not in each.strip() for each in lines)


names = st.builds(
    Name, st.text("abcdéW", min_size=1, max_size=12), st.floats(0, 400), st.floats(0, 300), st.floats(0, 200),
    st.floats(0, 300), always=st.booleans(),
)  # fmt: skip


@given(st.lists(names, max_size=12))
@settings(max_examples=50, deadline=None)
def test_names_never_touch_nor_leave_the_frame(candidates: list[Name]) -> None:
    labels = Labels(Frame(0, 0, 1, 0, 0, 400, 300), most=8)
    written = labels.place(candidates)
    assert len(labels.boxes) <= 8
    assert written.count("<text") == 2 * len(labels.boxes)
    for one, other in combinations(labels.boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert all(x0 >= 0 and y0 >= 0 and x1 <= 400 and y1 <= 300 for x0, y0, x1, y1 in labels.boxes)


def test_the_nearest_come_in_order(tiny: Package) -> None:
    # Territories of the tiny package stand in a row, edge to edge.
    assert nearest(tiny, "clsc:06032", Level.CLSC, 3)[0] == "clsc:06032"
    assert set(nearest(tiny, "clsc:06032", Level.CLSC, 3)) == {"clsc:06021", "clsc:06032", "clsc:06033"}
    assert nearest(tiny, "mrc:66", Level.CLSC, 1) == ("clsc:06021",)


def test_every_fill_of_a_table_s_map_is_its_class(package: Package) -> None:
    shown = figures(package, Level.TABLE, "idms_material_q4_q5_pct", "2021")
    counts = painted(drawn(package, Level.TABLE, "idms_material_q4_q5_pct", extent=["mrc:66"]))
    with_shape = package.level(Level.TABLE).geometry.notna()
    assert sum(counts.values()) == int(with_shape.sum())
    assert isinstance(shown.values, pd.Series)
