from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import catalogue, sources_words, upkeep
from dashboard.components.html import table
from dashboard.exports.sheet import sheet_of_rows
from dashboard.exports.sheet_csv import csv_of_sheet
from dashboard.i18n import LANGUAGES, in_language
from dashboard.navigation import Place, address_of
from etl import history
from etl.history import Event
from etl.jobs import Job
from etl.status import source_statuses
from geodata.model import Theme
from geodata.package import Package


@pytest.fixture
def visit(visit_place):
    return partial(visit_place, Place.DATA)


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def assert_calm(at: AppTest) -> None:
    assert not at.exception
    assert "Traceback" not in html(at)


@pytest.mark.parametrize(
    ("language", "question", "never"),
    [
        ("fr", "D'où viennent les chiffres", "Rien encore"),
        ("en", "Where do the figures come from", "Nothing yet"),
    ],
)
def test_the_page_opens_in_both_languages(visit, language: str, question: str, never: str) -> None:
    at = visit(lang=language)
    assert_calm(at)
    assert question in html(at)
    assert never in html(at)
    assert 'aria-current="page"' in html(at)


def test_a_link_opens_one_source_and_one_theme(visit) -> None:
    at = visit(source="test", theme="ages")
    assert_calm(at)
    assert "Atelier, 2021." in html(at)
    assert "1 indicateur" in html(at)


def test_an_unknown_source_or_theme_in_a_link_is_no_trouble(visit) -> None:
    at = visit(source="<b>nowhere</b>", theme="nothing")
    assert_calm(at)
    assert "3 indicateurs" in html(at)


def test_the_checks_are_run_again_on_demand(visit) -> None:
    at = visit()
    next(b for b in at.button if b.label == "Vérifier maintenant").click().run()
    assert_calm(at)
    assert "échouent" in html(at)  # the tiny package meets no published total


def test_without_upkeep_nothing_can_be_changed(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXIMITE_UPKEEP", "false")
    at = visit()
    assert_calm(at)
    assert "Lancer l'actualisation" not in [button.label for button in at.button]


def finished(home: Path, **facts: object) -> None:
    home.mkdir(parents=True, exist_ok=True)
    times = {"started_at": "2026-11-22T18:00:00+00:00", "finished_at": "2026-11-22T18:01:00+00:00"}
    job = {**Job("done").as_dict(), **times, **facts}
    (home / "refresh.json").write_text(json.dumps(job), "utf-8")


def outcome(state: str, **more: object) -> dict[str, object]:
    detail = {"fr": "parce que <i>voilà</i>", "en": "because <i>so</i>"}
    return {"id": "test", "state": state, "verdict": None, "detail": detail, "drifts": [], **more}


def test_a_refresh_that_reached_nobody_is_told_calmly(visit, home: Path) -> None:
    finished(home, report={"published": False, "sources": [outcome("failed")]})
    at = visit()
    assert_calm(at)
    assert "Aucun service n'a répondu" in html(at)
    assert "<i>voilà</i>" not in html(at)


def test_a_refused_source_asks_for_a_reason_and_starts_again_with_it(
    visit, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift = {"kind": "rows", "verdict": "refus", "detail": {"fr": "800 lignes", "en": "800 rows"}}
    finished(home, report={"published": False, "sources": [outcome("refused", drifts=[drift])]})
    asked: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(upkeep, "start", lambda _home, sources, accept: asked.append((sources, accept)))
    at = visit()
    assert "800 lignes" in html(at)
    accept = next(b for b in at.button if b.label == "Accepter et publier")
    accept.click().run()
    assert asked == []
    next(t for t in at.text_input if "accepter" in t.label).set_value("fusion de deux établissements")
    next(b for b in at.button if b.label == "Accepter et publier").click().run()
    assert asked == [(["test"], {"test": "fusion de deux établissements"})]


def test_an_interrupted_refresh_says_that_nothing_changed(visit, home: Path) -> None:
    finished(home, state="running", pid=0)
    at = visit()
    assert_calm(at)
    assert "interrompue" in html(at)


def test_the_history_tells_who_and_why_and_the_way_back(visit, home: Path, write_tiny) -> None:
    made = write_tiny(home / "packages" / "20261122T180000.000Z-0a1b2c3d")
    history.write_atomically(home / history.CURRENT, made.path.name.encode())
    history.record(
        home,
        Event("publish", "2026-11-22T18:00:00+00:00", made.path.name, "embedded", ("test",),
              "vérifié <b>ensemble</b>", "la table"),
    )  # fmt: skip
    at = visit()
    assert_calm(at)
    labels = [expander.label for expander in at.expander]
    assert any(label.endswith("Publié") for label in labels)
    back = next(button for button in at.button if button.label == "Revenir à cette version")
    assert back.disabled
    next(t for t in at.text_input if t.label.startswith("Pourquoi")).set_value("essai").run()
    next(button for button in at.button if button.label == "Revenir à cette version").click().run()
    assert history.current_name(home) == "embedded"
    assert history.read_history(home)[-1].reason == "essai"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_complete_as_a_file(embedded_package: Package, language) -> None:
    with in_language(language):
        rows = _rows(csv_of_sheet(catalogue.catalogue_sheet(embedded_package)), language)[
            : len(embedded_package.indicators) + 1
        ]
    assert len(rows) == len(embedded_package.indicators) + 1
    ids = {row[0] for row in rows[1:]}
    assert ids == set(embedded_package.indicators)
    described = [row for row in rows[1:] if all(row[i] for i in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12))]
    assert len(described) == len(ids)


def test_the_values_of_a_hidden_community_stay_hidden_in_the_file(tiny: Package) -> None:
    indicator = tiny.indicators["cimd_situational_vulnerability"]
    rows = _rows(csv_of_sheet(catalogue.values_sheet(tiny, indicator)), "fr")
    row = next(row for row in rows if row[0] == "clsc:18001")
    assert row[4:8] == ["", "", "0,95", ""]
    assert "communauté" in row[8]


def test_search_finds_by_word_theme_and_alias(embedded_package: Package) -> None:
    everything = catalogue.found(embedded_package, "", None)
    assert len(everything) == len(embedded_package.indicators)
    assert {i.id for i in catalogue.found(embedded_package, "PAUVRETE", None)} >= {"low_income_lim_at_pct"}
    housing = catalogue.found(embedded_package, "", Theme.HOUSING)
    assert housing
    assert {i.theme for i in housing} == {Theme.HOUSING}
    assert catalogue.found(embedded_package, "xylophone", None) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_is_said_in_words(embedded_package: Package, tmp_path: Path, language) -> None:
    statuses = source_statuses(embedded_package, tmp_path)
    with in_language(language):
        rows = _rows(csv_of_sheet(sources_words.sources_sheet(statuses)), language)[: len(statuses) + 1]
        for status in statuses:
            if status.present:
                known = sources_words.condition(embedded_package.sources[status.id])
                assert known != embedded_package.sources[status.id].condition
    assert len(rows) == len(statuses) + 1
    assert all(row[5] and row[6] and row[7] for row in rows[1:])


def test_a_plain_csv_runs_no_formula_and_writes_no_zero_for_missing() -> None:
    sheet = sheet_of_rows("t", ["a", "b", "c"], [["=1+1", 1.5, None]], decimals={"b": 1, "c": 0})
    assert _rows(csv_of_sheet(sheet), "fr")[1] == ["'=1+1", "1,5", ""]


def test_links_keep_the_language() -> None:
    assert address_of(Place.DATA) == "./donnees"
    with in_language("en"):
        assert address_of(Place.MAP, niveau="mrc") == "./?niveau=mrc&lang=en"


def _rows(content: bytes, language: str) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if language == "fr" else ","))


def test_a_year_alone_claims_no_month(embedded_package: Package, tmp_path: Path) -> None:
    status = source_statuses(embedded_package, tmp_path)[0]
    year = dt.date.today().year
    said = {
        date: sources_words.age(replace(status, reference_date=date, age_months=months))
        for date, months in ((str(year), 0), (str(year - 1), 10), (f"{year}-01-15", 0), ("2021", 58))
    }
    assert said == {
        str(year): "moins d'un an",
        str(year - 1): "un an environ",
        f"{year}-01-15": "moins d'un mois",
        "2021": "4 ans",
    }


def test_a_table_names_each_cell_for_a_phone_and_for_a_screen_reader() -> None:
    drawn = table("Titre <b>", ("Nom", "Âge"), [("A", "1"), ("B", "2")])
    assert drawn.count('data-label="Âge"') == drawn.count('role="rowheader"') == 2
    assert "Titre &lt;b&gt;" in drawn
    with pytest.raises(ValueError, match="zip"):
        table("Titre", ("Nom", "Âge"), [("A",)])
