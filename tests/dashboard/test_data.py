from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pyproj import Geod

from dashboard import data
from dashboard.cli import main, require_free_port
from dashboard.components.card import grade_badge
from dashboard.components.nearby import category_line
from dashboard.components.strip import strip_image, strip_svg
from dashboard.components.table_frame import table_frame
from dashboard.exports.map_sheet import sheet_of_map, stem_of_map
from dashboard.exports.sheet_csv import csv_of_sheet, safe_cell
from dashboard.figures import Fifth, fifth_of, figure_of, figures, may_be_placed, parents_of, status_in_words
from dashboard.i18n import in_language
from dashboard.neighbourhood import distance_km, establishments_for, nearby, networks_of
from dashboard.state import Selection
from geodata.errors import PackageError, PackageSchemaError, PortError
from geodata.model import Level, ServiceCategory
from geodata.package import MANIFEST, Package
from geodata.staleness import Age
from geodata.text import Text


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tiny: Package):
    """Point the dashboard at a folder, with the tiny package as the embedded one."""
    monkeypatch.setattr(data, "EMBEDDED", tiny.path)

    def point_at(path: Path) -> None:
        monkeypatch.setenv("PROXIMITE_PACKAGE", str(path))

    return point_at


def test_the_configured_package_is_opened_once(use, own_tiny: Package) -> None:
    use(own_tiny.path)
    first = data.opened()
    assert first.problem is None
    assert first.package.path == own_tiny.path
    assert data.opened().package is first.package


def test_a_replaced_package_is_opened_again(use, write_tiny, tmp_path: Path) -> None:
    folder = tmp_path / "moving"
    write_tiny(folder)
    use(folder)
    before = data.opened().package
    later = [Text("Le paquet dit autre chose.", "The package says something else.").as_dict()]
    write_tiny(folder, built_at="2027-01-01T00:00:00Z", notes=later)
    after = data.opened().package
    assert after is not before
    assert after.manifest["built_at"] == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize("damage", ["missing", "truncated", "other schema", "no table", "broken catalogue"])
def test_a_broken_package_gives_way_to_the_embedded_one(
    use, own_tiny: Package, tiny: Package, damage: str
) -> None:
    path = own_tiny.path
    if damage == "missing":
        path = path / "nowhere"
    elif damage == "truncated":
        (path / "observations.parquet").write_bytes(b"PAR1 cut short")
    elif damage == "other schema":
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        (path / MANIFEST).write_text(json.dumps({**manifest, "schema_version": 99}), "utf-8")
    elif damage == "no table":
        (path / "territories.parquet").unlink()
    else:
        (path / "indicators.json").write_text('[{"id": "x"}]', "utf-8")
    use(path)
    opened = data.opened()
    assert opened.package.path == tiny.path
    assert isinstance(opened.problem, PackageError)
    assert isinstance(opened.problem, PackageSchemaError) == (damage == "other schema")
    assert str(path) in opened.problem.sentence("fr")


def test_without_any_package_the_error_is_a_sentence(
    use, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(data, "EMBEDDED", tmp_path / "none")
    use(tmp_path / "none")
    with pytest.raises(PackageError) as failure:
        data.opened()
    assert failure.value.sentence("en").endswith(".")


def test_hidden_values_reach_nothing(tiny: Package) -> None:
    shown = figures(tiny, Level.CLSC, "cimd_situational_vulnerability", "2021")
    row = shown.row("clsc:18001")
    assert pd.isna(row["value"])
    assert row["hidden"]
    assert shown.values.notna().sum() == 5
    assert "communauté" in status_in_words(row)
    assert figure_of(tiny, "clsc:18001", "cimd_situational_vulnerability", "2021") is None
    chosen = Selection(Level.CLSC, "cimd_situational_vulnerability", "2021")
    classification = data.classified(tiny, chosen)
    assert classification.hidden == 1
    assert sum(classification.counts) == 5
    assert "2,00" not in csv_of_sheet(sheet_of_map(tiny, chosen, shown)).decode("utf-8-sig")


def test_a_suppressed_value_says_why(tiny: Package) -> None:
    shown = figures(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    assert "retenu" in status_in_words(shown.row("clsc:14012"))
    assert status_in_words(shown.row("clsc:06021")) == ""


def test_a_territory_without_a_row_has_no_data(tiny: Package) -> None:
    shown = figures(tiny, Level.DA, "population", "2021")
    assert set(shown.frame["status"]) == {"no_data"}
    assert "zéro" in status_in_words(shown.frame.iloc[0])


def test_fifths_of_ten_territories() -> None:
    values = pd.Series(range(1, 11), index=[f"t{n}" for n in range(1, 11)], dtype=float)
    assert fifth_of(values, "t1") is fifth_of(values, "t2") is Fifth.LOWEST
    assert fifth_of(values, "t5") is fifth_of(values, "t6") is Fifth.MIDDLE
    assert fifth_of(values, "t9") is fifth_of(values, "t10") is Fifth.HIGHEST


def test_a_common_value_has_no_fifth_and_few_values_none() -> None:
    zeros = pd.Series([0.0] * 6 + [1.0, 2.0, 3.0, 4.0], index=[f"t{n}" for n in range(10)])
    assert fifth_of(zeros, "t0") is Fifth.SHARED
    assert fifth_of(zeros, "t9") is Fifth.HIGHEST
    assert fifth_of(pd.Series([1.0, 2.0, 3.0, 4.0], index=list("abcd")), "a") is None
    assert fifth_of(pd.Series([1.0] * 9 + [float("nan")], index=list("abcdefghij")), "j") is None


def test_a_doubtful_figure_is_not_set_among_others() -> None:
    frame = pd.DataFrame(
        {
            "value": [1.0, 1.0, 1.0, None],
            "coverage": [0.95, 0.69, None, 0.95],
            "grade": ["prudence", "prudence", "ne pas utiliser", None],
        }
    )
    assert list(may_be_placed(frame)) == [True, False, False, False]


def test_a_strip_sets_one_dot_out_and_says_it() -> None:
    values = pd.Series([1.0, 2.0, 3.0, float("nan")])
    drawn = strip_svg(values, 2.0, reference=3.0)
    assert drawn.count('r="3.5"') == 3
    assert drawn.count('r="8"') == 1
    assert drawn.count("<line") == 1
    assert strip_svg(pd.Series([5.0, 5.0]), 5.0).count('r="3.5"') == 1
    assert 'alt="&lt;b&gt;"' in strip_image(values, 2.0, "<b>")


def test_services_are_counted_dated_and_never_zero_without_data(tiny: Package) -> None:
    found = {n.category: n for n in nearby(tiny, data.places(tiny), "clsc:06021", date(2026, 11, 22))}
    clsc = found[ServiceCategory.CLSC]
    assert (clsc.count, clsc.per_10000, clsc.dates) == (1, 0.2, ("2026-03-23",))
    assert list(clsc.nearest["inside"]) == [True, False]
    assert found[ServiceCategory.HEALTH].count == 0
    assert clsc.ages == {Age.FRESH: 1, Age.AGEING: 0, Age.STALE: 0, Age.UNDATED: 0}
    assert found[ServiceCategory.COMMUNITY].count is None
    with in_language("fr"):
        assert "aucune donnée" in "".join(category_line(found[ServiceCategory.COMMUNITY]))
        assert "23\u00a0mars\u00a02026" in "".join(category_line(clsc))


def test_distance_is_right_within_half_a_percent() -> None:
    east, north = [-71.2075, -68.4, -73.6], [46.8139, 58.1, 45.5]
    km = distance_km(pd.Series(east), pd.Series(north), -73.5540, 45.5088)
    *_azimuths, metres = Geod(ellps="WGS84").inv([-73.5540] * 3, [45.5088] * 3, east, north)
    assert km.tolist() == pytest.approx([m / 1000 for m in metres], rel=5e-3)


def test_the_establishment_in_charge_runs_the_clsc_of_the_network(tiny: Package) -> None:
    assert [found.name for found in establishments_for(tiny, "clsc:06021")] == ["CIUSSS de l'Est"]
    assert establishments_for(tiny, "clsc:18001") == []
    assert establishments_for(tiny, "province:24") == []


def test_a_territory_over_two_networks_has_both_by_their_people(tiny: Package) -> None:
    territories = tiny.territories.copy()
    areas = ["da:24060210", "da:24060320", "da:24140110"]
    territories.loc[areas, "pop_2021"] = [300, 650, 50]
    links = [(area, area_of, 1.0, 2021, "point") for area in areas for area_of in ("rss:06",)]
    links += [
        (area, rts, 1.0, 2021, "point")
        for area, rts in zip(areas, ("rts:063", "rts:065", "rts:141"), strict=True)
    ]
    membership = pd.DataFrame(links, columns=["da_id", "territory_id", "fraction", "census_year", "method"])
    changed = replace(tiny)
    changed.__dict__.update(territories=territories, membership=membership)
    assert networks_of(changed, "rss:06") == ["rts:065", "rts:063"]


def test_parents_are_those_the_package_holds(tiny: Package) -> None:
    assert parents_of(tiny, "clsc:06021") == ["rss:06"]
    assert parents_of(tiny, "mrc:66") == []


@pytest.mark.parametrize(("language", "delimiter", "mark"), [("fr", ";", ","), ("en", ",", ".")])
def test_the_file_holds_the_numbers_of_the_screen(
    tiny: Package, language: str, delimiter: str, mark: str
) -> None:
    selection = Selection(Level.CLSC, "age_65_plus_pct", "2021")
    shown = figures(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    with in_language(language):  # type: ignore[arg-type]
        content = csv_of_sheet(sheet_of_map(tiny, selection, shown))
        screen = table_frame(tiny, shown, tiny.indicators["age_65_plus_pct"])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
    header, first, missing = rows[0], rows[1], rows[5]
    assert header[1:] == list(screen.columns)
    assert first[:2] == ["clsc:06021", "Hochelaga-Maisonneuve"]
    assert first[3] == f"12{mark}3" == str(screen.iloc[0, 2]).replace(".", mark)
    assert missing[3] == ""
    below = "\n".join(" ".join(row) for row in rows[7:])
    assert "2021" in below
    assert "Creative Commons" in below


def test_a_cell_is_never_a_formula() -> None:
    assert safe_cell("=1+1") == "'=1+1"
    assert safe_cell("@SUM(A1)") == "'@SUM(A1)"
    assert safe_cell("Joliette") == "Joliette"
    assert stem_of_map(Selection(Level.CLSC, "age_65_plus_pct", "2021")) == (
        "proximite clsc age_65_plus_pct 2021"
    )


def test_a_grade_is_a_shape_and_a_word() -> None:
    with in_language("fr"):
        assert "◐" in grade_badge("prudence")
        assert "prudence" in grade_badge("prudence")
        assert grade_badge(None) == ""


def test_a_taken_port_is_said_in_both_languages() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError) as failure:
            require_free_port("127.0.0.1", port)
    assert str(port) in failure.value.sentence("fr")
    assert "run" in failure.value.sentence("en")


def test_a_foreseen_error_is_two_sentences_and_exit_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["proximite", "run", "--package", str(tmp_path)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 2
    assert all(str(tmp_path) in sentence for sentence in said)
