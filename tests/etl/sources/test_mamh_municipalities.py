SOURCE = "mamh_municipalities"


def test_what_one_list_has_and_the_other_lacks_is_said_with_names(tables_of):
    directory, census = tables_of(SOURCE).notes
    assert directory.en.startswith("19 codes of the directory are not in the 2021 Census:")
    assert "Courcelles--Saint-Évariste (2429027)" in directory.en
    assert census.en.startswith("16 codes of the 2021 Census are not in the directory")
    # Amos changed its code when it took in Saint-Félix-de-Dalquier.
    assert "Amos (2488057)" in directory.fr
    assert "Amos (2488055), Saint-Félix-de-Dalquier (2488060)" in census.fr


def test_nothing_but_notes_and_no_personal_column(tables_of, raw_of):
    tables = tables_of(SOURCE)
    assert tables.observations is None
    assert tables.cells is None
    assert list(raw_of(SOURCE)["directory"].columns) == ["mcode", "munnom"]
