import pandas as pd

from geodata.model import Governance

SOURCE = "isc_cwb_2021"


def test_real_scores_by_hand(value_of):
    islands = "municipality:2401023"
    assert value_of(SOURCE, islands, "cwb_income")["value"] == 81
    assert value_of(SOURCE, islands, "cwb_education")["value"] == 53
    assert value_of(SOURCE, islands, "cwb_housing", "2016")["value"] == 96
    assert value_of(SOURCE, islands, "cwb_labour", "2016")["value"] == 85
    # The mean of 81, 53, 95 and 86.
    assert value_of(SOURCE, islands, "cwb_overall")["value"] == 79


def test_an_absent_score_says_why_and_is_not_zero(value_of):
    not_counted = value_of(SOURCE, "municipality:2406804", "cwb_income")
    assert not_counted["status"] == "no_data"
    small = value_of(SOURCE, "municipality:2438802", "cwb_income")
    assert small["status"] == "suppressed"
    assert pd.isna(small["value"])
    assert value_of(SOURCE, "municipality:2438802", "cwb_overall")["value"] == 75


def test_1084_municipalities_have_the_four_components(tables_of):
    rows = tables_of(SOURCE).observations
    now = rows[rows["period"].eq("2021") & rows["value"].notna()].groupby("indicator_id").size()
    assert now.to_dict() == {
        "cwb_education": 1084,
        "cwb_housing": 1084,
        "cwb_income": 1084,
        "cwb_labour": 1084,
        "cwb_overall": 1154,
    }
    assert rows["value"].dropna().between(0, 100).all()


def test_2016_keeps_only_the_municipalities_of_2021(tables_of):
    rows = tables_of(SOURCE).observations
    then = set(rows.loc[rows["period"].eq("2016"), "territory_id"])
    now = set(rows.loc[rows["period"].eq("2021"), "territory_id"])
    assert then < now
    assert "municipality:2485080" not in then
    assert (len(then), len(now)) == (1278, 1282)


def test_scores_of_nations_are_hidden_until_they_ask_otherwise():
    from etl.registry import declarations

    (declared,) = [d for d in declarations() if d.id == SOURCE]
    for indicator in declared.indicators:
        assert set(indicator.hidden_governance) == set(Governance) - {Governance.NONE}
        assert "PCAP" in indicator.caveat.fr
        assert "OCAP" in indicator.caveat.en
