import base64
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.i18n import in_language
from dashboard.maps import MapView, Method, Place, PlaceSet, classify, drawing_order, legend_html, palette
from dashboard.maps.classes import HIDDEN, NO_DATA
from dashboard.maps.marks import MARKS
from dashboard.maps.palette import ACCENT, DESCRIPTIVE_ANCHORS, NEED_ANCHORS
from dashboard.maps.proximite_map import Painted, ProximiteMap
from dashboard.maps.view import paint_order
from geodata.model import Direction, Level, ServiceCategory
from geodata.topology import ids

HUNDRED = pd.Series(np.arange(1.0, 101.0), index=[f"mrc:{i}" for i in range(100)])
numbers = st.one_of(
    st.none(),
    st.floats(allow_infinity=True, allow_nan=True, width=32),
    st.sampled_from([0.0, -0.0, 1.0, 1.0, 2.5]),
)


# --- classes ---------------------------------------------------------------


@given(st.lists(numbers, max_size=60), st.sampled_from(Method), st.integers(1, 9), st.data())
@example([], Method.QUANTILES, 5, None)
def test_no_value_is_lost_and_each_is_within_its_class(values, method, k, data):
    series = pd.Series(values, dtype=float, index=[f"da:{i}" for i in range(len(values))])
    hidden = pd.Series(
        data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))) if data else [],
        index=series.index,
        dtype=bool,
    )
    result = classify(series, method, k, hidden=hidden)
    assert sum(result.counts) + result.no_data + result.hidden == len(series)
    assert result.k <= k
    assert len(result.bounds) == result.k
    assert all(low < high for low, high in pairwise(result.breaks[1:]))
    for value, code, covered in zip(series, result.classes, hidden, strict=True):
        if covered:
            assert code == HIDDEN
        elif not np.isfinite(value):
            assert code == NO_DATA
        else:
            low, high = result.bounds[code]
            assert low <= value <= high
            assert value <= result.breaks[code + 1]
            assert code == 0 or value > result.breaks[code]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(1, 9))
def test_no_class_of_quantiles_or_natural_breaks_is_empty(values, k):
    for method in (Method.QUANTILES, Method.NATURAL):
        result = classify(pd.Series(values), method, k)
        assert min(result.counts) > 0
        assert result.k == min(k, result.k)


def test_quantiles_share_territories_equally():
    assert classify(HUNDRED, Method.QUANTILES, 5).counts == (20, 20, 20, 20, 20)
    assert classify(HUNDRED, Method.QUANTILES, 5).bounds[0] == (1.0, 20.0)


def test_natural_breaks_fall_in_the_gaps_and_are_always_the_same():
    clumps = pd.Series([1, 2, 3, 50, 51, 52, 90, 91, 92, 200.0])
    result = classify(clumps, Method.NATURAL, 4)
    assert result.breaks == (1, 3, 52, 92, 200)
    many = pd.Series(np.random.default_rng(3).lognormal(size=5000))
    assert classify(many, Method.NATURAL).breaks == classify(many, Method.NATURAL).breaks


def test_fixed_limits_are_round():
    values = pd.Series(np.random.default_rng(5).uniform(2.31, 38.77, 400))
    limits = classify(values, Method.FIXED, 5).breaks
    assert limits == (2.0, 10.0, 17.0, 24.0, 32.0, 40.0) or all(float(b).is_integer() for b in limits)


def test_fixed_limits_do_not_move_from_a_period_to_the_next():
    now, later = HUNDRED, HUNDRED * 1.3
    every = pd.concat([now, later])
    first = classify(now, Method.FIXED, 5, reference=every)
    second = classify(later, Method.FIXED, 5, reference=every)
    assert first.breaks[1:] == second.breaks[1:]
    assert sum(first.counts) == sum(second.counts) == 100


def test_fixed_limits_stretch_rather_than_lose_a_value():
    result = classify(pd.Series([5.0, 500.0]), Method.FIXED, 5, reference=HUNDRED)
    assert sum(result.counts) == 2
    assert result.breaks[-1] >= 500


@pytest.mark.parametrize("method", Method)
def test_all_equal_values_make_one_class(method):
    result = classify(pd.Series([7.0, 7.0, np.nan]), method, 5)
    assert result.counts == (2,)
    assert result.no_data == 1


@pytest.mark.parametrize("method", Method)
def test_without_any_value_there_is_no_class(method):
    result = classify(pd.Series([np.nan, np.nan]), method, 5)
    assert (result.counts, result.bounds, result.breaks, result.no_data) == ((), (), (), 2)


def test_a_true_zero_is_a_value_and_never_missing():
    result = classify(pd.Series([0.0, np.nan, 3.0]), Method.QUANTILES, 2)
    assert result.classes.tolist() == [0, NO_DATA, 1]


@pytest.mark.parametrize("k", [0, 10])
def test_an_absurd_number_of_classes_is_refused(k):
    with pytest.raises(ValueError, match="between 1 and 9"):
        classify(HUNDRED, Method.QUANTILES, k)


def test_bytes_follow_the_order_of_shapes():
    result = classify(pd.Series([1.0, np.nan, 9.0], index=["a", "b", "c"]), k=2)
    assert result.in_order(("c", "unknown", "b", "a")) == bytes([1, NO_DATA, NO_DATA, 0])


# --- colours ---------------------------------------------------------------

# Severe colour deficiencies, Machado, Oliveira and Fernandes (2009), on linear RGB.
EYES = {
    "typical": np.eye(3),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritanopia": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}


def luminance(colour, eye=EYES["typical"]):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(np.clip(eye @ linear, 0, 1) @ [0.2126, 0.7152, 0.0722])


def lightness(colour, eye):
    return 116 * luminance(colour, eye) ** (1 / 3) - 16


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("k", range(2, 8))
def test_neighbouring_classes_differ_in_lightness_for_every_eye(k, direction, eye):
    levels = [lightness(colour, EYES[eye]) for colour in palette(k, direction)]
    assert all(before - after >= 8 for before, after in pairwise(levels))


def test_there_are_as_many_colours_as_classes():
    assert [len(palette(k)) for k in range(10)] == list(range(10))
    assert len(set(palette(9))) == 9


def test_a_descriptive_figure_has_another_hue():
    assert not set(palette(5, Direction.DESCRIPTIVE)) & set(palette(5, Direction.HIGHER_IS_NEED))


def test_no_colour_is_red():
    for colour in (*NEED_ANCHORS, *DESCRIPTIVE_ANCHORS, ACCENT):
        red, _green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        assert red < blue


def test_the_accent_can_be_read_on_white():
    assert 1.05 / (luminance(ACCENT) + 0.05) >= 4.5


# --- legend ----------------------------------------------------------------


class Texts(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.items, self.depth, self.tags = [], 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "li":
            self.items.append("")
            self.depth = 1

    def handle_endtag(self, tag):
        if tag == "li":
            self.depth = 0

    def handle_data(self, data):
        if self.depth:
            self.items[-1] += data


def legend(**more):
    values = pd.Series([1.0, 2.0, 3.0, np.nan, 9.0], index=list("abcde"))
    result = classify(values, k=2, hidden=pd.Series([False] * 4 + [True], index=values.index))
    return legend_html(result, ["1 à 2", "3 à 3"], palette(2), **more)


def test_the_legend_says_ranges_counts_no_data_and_what_it_is_about():
    assert Texts(legend()).items == [
        "1 à 2 · 2 territoires",
        "3 à 3 · 1 territoire",
        "Pas de données · 1 territoire",
        "Valeur non montrée\u00a0: elle appartient à la communauté · 1 territoire",
    ]
    assert "Ces chiffres décrivent des conditions de vie, pas des personnes." in legend()


def test_the_legend_speaks_english():
    with in_language("en"):
        html = legend()
    assert Texts(html).items[2] == "No data · 1 territory"
    assert 'lang="en"' in html
    assert "conditions de vie" not in html


def test_no_data_is_hatched_on_white_and_has_no_class_colour():
    styles = [
        attrs["style"] for tag, attrs in Texts(legend()).tags if tag == "span" and "aria-hidden" in attrs
    ]
    assert "repeating-linear-gradient" in styles[2]
    assert "#ffffff" in styles[2]
    assert not any(colour in styles[2] for colour in palette(2))
    assert styles[2] != styles[3]


def test_legend_texts_are_escaped():
    html = legend(title="<script>alert(1)</script>", hidden_note='"><img src=x>')
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_large_counts_are_grouped():
    many = classify(pd.Series(np.ones(1500)), k=1)
    assert "1\u202f500 territoires" in legend_html(many, ["1"], palette(1))


def test_every_kind_of_place_has_its_own_shape_and_colour():
    assert set(MARKS) == set(ServiceCategory)
    assert len({mark.path for mark in MARKS.values()}) == len(MARKS)
    assert all(1.05 / (luminance(mark.colour) + 0.05) >= 4.5 for mark in MARKS.values())


def test_the_legend_names_the_marks_of_places():
    at = (-73.0, 45.0)
    made = [
        Place("B", *at, "rooftop", "2026", age="fresh"),
        Place("C", *at, "postal_code", "2020", age="stale"),
        Place("D", *at, "municipality", "2020", age="stale"),
    ]
    places = PlaceSet.of("library", "Bibliothèques <b>", made)
    assert Texts(legend(places=[places])).items[-4:] == [
        "Bibliothèques <b> · 3",
        "récent (moins de 12 mois) · 1",
        "périmé (plus de 24 mois) · 2",
        "position approximative (code postal ou municipalité) · 2",
    ]


# --- drawing ---------------------------------------------------------------


def view(**more):
    facts = {
        "level": Level.CLSC,
        "title": "Population, 2021",
        "geometry_name": "clsc.0123456789ab.topojson",
        "classes": bytes([0, 1, 255]),
        "palette": palette(2),
        "labels": ("1 à 2", "3 à 4"),
    }
    return MapView(**{**facts, **more})


def script_of(part):
    part.get_root().render()
    return part._template.module.script(part)


def test_an_order_to_paint_holds_one_byte_a_shape():
    order = paint_order(view())
    assert base64.b64decode(order["classes"]) == bytes([0, 1, 255])
    assert order["geometry"] == "/geometry/clsc.0123456789ab.topojson"
    assert order["outline"] is None


def test_a_repaint_of_thirteen_thousand_shapes_is_light():
    order = paint_order(view(classes=bytes(13_800), outline_name="mrc.0123456789ab.topojson"))
    assert len(json.dumps(order, ensure_ascii=False).encode()) < 22_000


def test_places_travel_by_address():
    places = PlaceSet.of(
        "clsc", "CLSC", [Place(f"Lieu {i}", -73.0, 45.0, "rooftop", "2026") for i in range(5000)]
    )
    order = paint_order(view(places=(places,)))
    assert order["places"] == [f"/places/{places.name}"]
    assert places.count == 5000


def test_the_base_script_never_changes():
    scripts = {re.sub(r"map_[0-9a-f]{32}", "map", script_of(ProximiteMap())) for _ in range(2)}
    assert len(scripts) == 1
    assert "topojson" not in scripts.pop()


def test_nothing_is_asked_of_another_site():
    drawn = ProximiteMap()
    page = drawn.get_root().render()
    links = [url for _, url in (*drawn.default_js, *drawn.default_css)]
    assert all(url.startswith("/assets/") for url in links)
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == links
    assert not re.search(r"https?://", page)


def test_a_name_cannot_break_out_of_the_script():
    hostile = 'x"); alert(1); //</script><script>alert(2)</script>'
    group = Painted(paint_order(view(title=hostile, labels=(hostile, "b"))))
    script = next(iter(group._children.values()))
    text = script._template.module.script(script)
    assert "</script>" not in text
    (order,) = re.findall(r"proximite\.paint\(map_div, (.*)\);", text)
    assert json.loads(order)["title"] == hostile


def test_a_number_that_designates_a_territory_is_not_written_on_the_map():
    assert paint_order(view(level=Level.CLSC))["named"] is True
    assert paint_order(view(level=Level.DA))["named"] is False


def test_a_basemap_is_only_there_when_the_operator_chose_it():
    assert "basemap" not in paint_order(view())
    order = paint_order(view(basemap_url="https://t.example/{z}/{x}/{y}.png", basemap_attribution="© T"))
    assert order["basemap"]["attribution"] == "© T"


def test_words_follow_the_language():
    with in_language("en"):
        words = paint_order(view())["words"]
    assert (words["zoomIn"], words["noData"]) == ("Zoom in", "No data")


def test_order_is_that_of_the_file(tiny):
    path = tiny.geometry_file(Level.CLSC)
    assert list(drawing_order(path)) == ids(path.read_bytes())


def _page():
    import streamlit as st

    from dashboard.maps import MapView, draw, palette
    from geodata.model import Level

    view = MapView(Level.CLSC, "Essai", "clsc.0.topojson", bytes([0, 1]), palette(2), ("a", "b"), key="essai")
    if "told" in st.query_params:
        draw(view, on_select=lambda territory: st.session_state.update(taken=territory))
    else:
        st.text(str(draw(view)))


@pytest.mark.parametrize("told", [False, True])
def test_a_page_with_a_map_runs_without_a_browser(told):
    page = AppTest.from_function(_page)
    if told:
        page.query_params["told"] = "1"
    page.run()
    assert not page.exception
    assert [text.value for text in page.text] == ([] if told else ["None"])


def _clicked_page():
    import streamlit as st

    from dashboard.maps.view import _new_click

    answer = {"territory": "clsc:06021", "n": st.query_params["n"]}
    st.text(str(_new_click(answer, "seen")))


def test_a_click_is_reported_once():
    page = AppTest.from_function(_clicked_page)
    page.query_params["n"] = "1"
    assert page.run().text[0].value == "clsc:06021"
    assert page.run().text[0].value == "None"
    page.query_params["n"] = "2"
    assert page.run().text[0].value == "clsc:06021"
