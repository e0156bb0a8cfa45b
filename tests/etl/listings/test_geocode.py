"""Placing without a network: coordinates, known address, postal code, municipality, or nothing."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.listings.addresses import agree, civic, postal_code_of, town_key
from etl.listings.geocode import Gazetteer, geocode
from geodata.package import EMBEDDED, Package, open_package

GAZETTEER = Gazetteer(open_package(EMBEDDED))
BLANK = {
    "address": "", "city": "", "province": "", "postal_code": "", "country": "", "mrc": "", "region": "",
    "longitude": None, "latitude": None,
}  # fmt: skip


def _placed(**said: object) -> dict[str, object]:
    rows = pd.DataFrame([{**BLANK, **said}]).astype({"longitude": float, "latitude": float})
    return dict(geocode(rows, GAZETTEER).iloc[0])


SAME = [
    ("1200, boul. St-Laurent Est, bureau 5", "1200 Saint-Laurent Blvd. E."),
    ("790, 18e Avenue", "790 18th Avenue"),
    ("123 St. Catherine Street West", "123, rue Saint-Catherine O."),
    ("150-2020 rue University", "2020, rue University, suite 150"),
    ("1234-1236 rue Saint-Denis", "1234 St-Denis Street"),
    ("6839 A Rue Drolet", "6839, rue Drolet"),
    ("20, rue de la Montagne, C.P. 410", "20 Rue de la Montagne"),
    ("6705, suite 211 rue Jean-Talon Est", "6705 rue Jean-Talon E"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_two_ways_to_write_one_address(first: str, second: str) -> None:
    assert civic(first) == civic(second) is not None


def test_a_direction_or_a_kind_parts_two_addresses() -> None:
    east, west, unsaid = (civic(f"1000 rue Sainte-Catherine{d}") for d in (" Est", " Ouest", ""))
    assert east is not None
    assert west is not None
    assert unsaid is not None
    assert not agree(east, west)
    assert agree(east, unsaid)


@pytest.mark.parametrize("address", ["C.P. 410", "Kuujjuaq", "route 295", "", "rue Principale"])
def test_no_number_is_no_address(address: str) -> None:
    assert civic(address) is None


def test_names_of_towns() -> None:
    assert town_key("Ville de St-Jérôme (QC)") == town_key("Saint-Jérome, Québec") == "saint jerome"
    assert town_key("Ville-Marie") == "ville marie"
    assert postal_code_of(" h2x-1y4 ") == "H2X1Y4"
    assert postal_code_of("H2X") == ""


@given(st.text(max_size=120))
def test_no_address_is_too_strange(text: str) -> None:
    civic(text)
    assert town_key(town_key(text)) == town_key(text) or town_key(text)


def test_each_quality_in_turn(embedded_package: Package) -> None:
    known = embedded_package.locations.set_index("id").loc["m02:12387692"]
    found = _placed(address="5655 Bélanger", city="Montreal")
    assert found["geocode_quality"] == "rooftop"
    assert (found["longitude"], found["latitude"]) == (known["longitude"], known["latitude"])
    code = embedded_package.postal_codes.loc["H2X1Y4"]
    found = _placed(address="1 rue Inconnue", city="Montréal", postal_code="H2X 1Y4")
    assert found["geocode_quality"] == "postal_code"
    assert found["longitude"] == pytest.approx(float(code["longitude"]))
    found = _placed(city="Ville de Sherbrooke", postal_code="J1H")
    town = embedded_package.territories.loc["municipality:2443027"]
    assert found["geocode_quality"] == "municipality"
    assert (found["longitude"], found["latitude"]) == (town["longitude"], town["latitude"])
    assert _placed(city="Miami")["geocode_quality"] == "none"


def test_a_name_that_several_towns_bear_needs_its_mrc() -> None:
    assert _placed(city="Saint-Damase")["geocode_quality"] == "none"
    assert _placed(city="Saint-Damase", mrc="Les Maskoutains")["geocode_quality"] == "municipality"


def test_a_town_of_another_province_is_not_ours() -> None:
    assert _placed(city="Windsor", province="ON")["geocode_quality"] == "none"
    assert _placed(city="Windsor", province="Québec")["geocode_quality"] == "municipality"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"longitude": -79.38, "latitude": 43.65}, "outside_quebec"),
        ({"longitude": -75.69, "latitude": 45.41}, "outside_quebec"),
        ({"longitude": 73.57, "latitude": 45.51}, "outside_quebec"),
        ({"longitude": 0.0, "latitude": 0.0}, "zero_coordinates"),
        ({"longitude": 45.51, "latitude": -73.57}, "swapped_coordinates"),
        ({"longitude": -71.21, "latitude": 46.81, "postal_code": "H2X1Y4"}, "far_from_postal_code"),
    ],
)
def test_doubtful_coordinates_are_never_placed(said: dict[str, object], problem: str) -> None:
    found = _placed(address="5655 Bélanger", city="Montréal", **said)
    assert found["problem"] == problem
    assert found["geocode_quality"] == "none"
    assert math.isnan(float(str(found["longitude"])))


def test_fifty_kilometres_is_the_limit(embedded_package: Package) -> None:
    code = embedded_package.postal_codes.loc["H2X1Y4"]
    degrees = 50_000 / 111_195
    for beyond, problem in ((0.999, ""), (1.001, "far_from_postal_code")):
        latitude = float(code["latitude"]) + degrees * beyond
        found = _placed(longitude=float(code["longitude"]), latitude=latitude, postal_code="H2X1Y4")
        assert found["problem"] == problem


def test_the_known_places_of_the_package_are_in_quebec(embedded_package: Package) -> None:
    rows = embedded_package.locations.assign(province="", country="", mrc="", region="")
    found = geocode(rows[[*BLANK]], GAZETTEER)
    from_ministry = rows["source_id"] == "msss_m02"
    assert (found.loc[from_ministry, "geocode_quality"] == "rooftop").all()
    # Some libraries and places of Montréal bear the postal code of another town: they are told, not placed.
    assert set(found["problem"]) == {"", "far_from_postal_code"}
    assert (found["problem"] != "").sum() < 0.005 * len(found)


@given(
    st.lists(
        st.tuples(
            st.floats(-180, 180) | st.none(), st.floats(-90, 90) | st.none(), st.sampled_from(["", "H2X1Y4"])
        ),
        max_size=20,
    )
)
def test_what_is_placed_is_in_quebec(points: list[tuple[float | None, float | None, str]]) -> None:
    rows = pd.DataFrame(
        [{**BLANK, "longitude": x, "latitude": y, "postal_code": code} for x, y, code in points],
        columns=list(BLANK),
    ).astype({"longitude": float, "latitude": float})
    found = geocode(rows, GAZETTEER)
    placed = found["geocode_quality"] != "none"
    assert (found["longitude"].notna() == placed).all()
    assert found.loc[placed, "longitude"].between(-80.5, -56).all()
    assert found.loc[placed, "latitude"].between(44.5, 63.5).all()
    assert not (placed & (found["problem"] != "")).any()
