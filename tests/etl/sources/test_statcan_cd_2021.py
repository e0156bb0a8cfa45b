from etl.sources.statcan_cd_2021.transform import transform

SOURCE = "statcan_cd_2021"


def test_98_divisions_hold_the_people_of_quebec(raw_of, tables_of):
    divisions = raw_of(SOURCE)["divisions"]
    assert len(divisions) == 98
    assert divisions["Population"].sum() == 8_501_833
    (note,) = tables_of(SOURCE).notes
    assert note.en.startswith("98 census divisions, 8501833 people; 0 differ")


def test_a_division_that_differs_from_its_areas_is_said(raw_of):
    raw = dict(raw_of(SOURCE))
    raw["divisions"] = raw["divisions"].copy()
    raw["divisions"].loc[0, "Population"] += 1
    (note,) = transform(raw).notes
    assert "; 1 differ" in note.en
