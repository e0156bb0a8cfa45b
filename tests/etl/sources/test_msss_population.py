import pytest

from etl.sources.msss_population.transform import transform

SOURCE = "msss_population"


def test_the_2021_estimate_is_whole_at_every_level(tables_of):
    people = tables_of(SOURCE).health_people.set_index("territory_id")["people"]
    by_level = people.groupby(people.index.str.split(":").str[0])
    assert by_level.sum().to_dict() == dict.fromkeys(["province", "rss", "rts", "rls", "clsc"], 8_604_488)
    assert by_level.size().to_dict() == {"province": 1, "rss": 18, "rts": 25, "rls": 96, "clsc": 166}


def test_codes_are_padded_to_the_width_of_their_level(tables_of):
    ids = set(tables_of(SOURCE).health_people["territory_id"])
    assert {"province:24", "rss:01", "rts:011", "rls:0111", "clsc:01111", "clsc:18011"} <= ids
    assert not any("RUISSS" in i for i in ids)


def test_shares_of_quebec_match_the_publisher_s_single_years(value_of):
    # Sums of the publisher's columns 75 to 90 (the last is "90 and over") and 0 to 90.
    row = value_of(SOURCE, "province:24", "age_75_plus_pct")
    assert (row["numerator"], row["denominator"]) == (754_851, 8_604_488)
    assert row["value"] == pytest.approx(8.77276, abs=1e-5)
    assert value_of(SOURCE, "province:24", "age_75_plus_pct", "2041")["value"] == pytest.approx(
        15.81668, abs=1e-5
    )


def test_young_children_are_five_single_years(raw_of, value_of):
    raw = raw_of(SOURCE)["people"]
    montreal = raw[
        raw["geo"].eq("RSS") & raw["region_id"].eq("6") & raw["annee"].eq(2021) & raw["sexe"].eq("Total")
    ].iloc[0]
    row = value_of(SOURCE, "rss:06", "age_0_4_pct")
    assert row["numerator"] == sum(montreal[str(age)] for age in (0, 1, 2, 3, 4))
    assert row["denominator"] == 2_025_921


def test_older_ages_are_nested(tables_of):
    rows = tables_of(SOURCE).observations.pivot(
        index=["territory_id", "period"], columns="indicator_id", values="value"
    )
    assert (rows["age_65_plus_pct"] > rows["age_75_plus_pct"]).all()
    assert (rows["age_75_plus_pct"] > rows["age_85_plus_pct"]).all()
    assert (rows["age_0_17_pct"] > rows["age_0_4_pct"]).all()


def test_three_years_and_both_sexes_together_are_kept(tables_of):
    rows = tables_of(SOURCE).observations
    assert set(rows["period"]) == {"2021", "2031", "2041"}
    assert not rows.duplicated(["territory_id", "indicator_id", "period"]).any()
    population = rows[rows["indicator_id"].eq("population_msss") & rows["territory_id"].eq("province:24")]
    assert population.set_index("period")["value"].to_dict() == {
        "2021": 8_604_488,
        "2031": 9_167_486,
        "2041": 9_489_377,
    }


def test_a_sex_alone_is_never_counted_as_everyone(raw_of):
    raw = raw_of(SOURCE)["people"]
    tables = transform({"people": raw[raw["sexe"].ne("Total")]})
    assert tables.observations is not None
    assert tables.observations.empty


def test_ages_by_sex_add_up_to_the_population_to_the_person(tables_of):
    tables = tables_of(SOURCE)
    total = tables.ages.groupby(["territory_id", "period"])["people"].sum()
    rows = tables.observations.query("indicator_id == 'population_msss'")
    population = rows.set_index(["territory_id", "period"])["value"]
    assert total.index.sort_values().equals(population.index.sort_values())
    assert (total == population.reindex(total.index)).all()


def test_an_age_group_is_five_single_years_of_one_sex(raw_of, tables_of):
    raw = raw_of(SOURCE)["people"]
    of_clsc = raw[raw["geo"].eq("CLSC") & raw["region_id"].eq("1111")]
    women = of_clsc[of_clsc["annee"].eq(2041) & of_clsc["sexe"].eq("Féminin")].iloc[0]
    ages = tables_of(SOURCE).ages.set_index(["territory_id", "period", "sex", "age_group"])["people"]
    assert ages["clsc:01111", "2041", "f", "85-89"] == sum(women[str(age)] for age in range(85, 90))
    assert ages["clsc:01111", "2041", "f", "90+"] == women["90"]
