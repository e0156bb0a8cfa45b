import pytest

from etl.sources.inspq_idms_2021_montreal.transform import transform

SOURCE = "inspq_idms_2021_montreal"


@pytest.mark.parametrize(
    ("territory", "indicator", "period", "value"),
    [
        # 17.9 + 3.2, 26.2 + 23.8, 24.1 + 37.2: the publisher's fourth and fifth fifths.
        ("table-mtl:cdc-de-rosemont", "idms_material_q4_q5_pct", "2021", 21.1),
        ("table-mtl:cdc-action-gardien-de-pointe-saint-charles", "idms_material_q4_q5_pct", "2021", 50.0),
        ("arrondissement-mtl:le-plateau-mont-royal", "idms_social_q4_q5_pct", "2021", 61.3),
        ("table-mtl:cdc-action-gardien-de-pointe-saint-charles", "idms_material_q4_q5_pct", "2011", 65.3),
        ("table-mtl:cdc-action-gardien-de-pointe-saint-charles", "idms_social_q4_q5_pct", "2016", 75.7),
        ("rls:0611", "market_basket_poverty_pct", "2021", 3.8),
        ("arrondissement-mtl:ville-marie", "shelter_30_households_pct", "2021", 38.3),
    ],
)
def test_published_shares_are_given_to_the_digit(value_of, territory, indicator, period, value):
    assert value_of(SOURCE, territory, indicator, period)["value"] == value


def test_a_true_zero_stays_a_zero(value_of):
    row = value_of(SOURCE, "arrondissement-mtl:senneville", "idms_material_q4_q5_pct")
    assert (row["value"], row["status"]) == (0.0, "ok")


@pytest.mark.parametrize(
    ("word", "official"),
    [
        ("mhm", "mercier-hochelaga-maisonneuve"),
        ("cdnndg", "cote-des-neiges-notre-dame-de-grace"),
        ("rdp", "riviere-des-prairies-pointe-aux-trembles"),
        ("Baie-D'Urfé", "baie-d-urfe"),
    ],
)
def test_short_words_of_boroughs_are_brought_to_official_names(raw_of, value_of, word, official):
    raw = raw_of(SOURCE)["territories"]
    published = raw.loc[raw["geo"].eq("vdm") & raw["territoire"].eq(word), "mpc21_pct"].item()
    row = value_of(SOURCE, f"arrondissement-mtl:{official}", "market_basket_poverty_pct")
    assert row["value"] == published


def test_every_territory_has_a_known_identifier(tables_of):
    ids = tables_of(SOURCE).observations["territory_id"].drop_duplicates()
    assert ids.str.split(":").str[0].value_counts().to_dict() == {
        "arrondissement-mtl": 33,
        "table-mtl": 32,
        "rls": 12,
    }
    boroughs = set(tables_of("montreal_neighbourhoods").territories["territory_id"])
    assert set(ids[ids.str.startswith(("arrondissement", "table"))]) <= boroughs


def test_no_numerator_is_made_up(tables_of):
    assert tables_of(SOURCE).observations[["numerator", "denominator"]].isna().all(axis=None)


def test_a_missing_share_is_no_data_not_zero(raw_of):
    spoiled = raw_of(SOURCE)["territories"].copy()
    spoiled.loc[0, "mat_q5_pct"] = float("nan")
    rows = transform({"territories": spoiled}).observations
    row = rows[rows["indicator_id"].eq("idms_material_q4_q5_pct") & rows["period"].eq("2021")].iloc[0]
    assert row["status"] == "no_data"
    assert row["value"] != row["value"]


def test_rounding_against_the_publisher_s_own_series_is_said(tables_of):
    (note,) = tables_of(SOURCE).notes
    assert note.fr.startswith("Dans 22 cas")
