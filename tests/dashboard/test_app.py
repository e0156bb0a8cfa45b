from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.data import offer
from dashboard.i18n import LANGUAGES, in_language, text
from geodata.model import LEVEL_NAMES, Level
from geodata.package import Package
from geodata.text import Text

SCRIPT = Path(dashboard.__file__).with_name("app.py")


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, tiny: Package):
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(tiny.path))

    def go(**query: str) -> AppTest:
        at = AppTest.from_file(str(SCRIPT), default_timeout=30)
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return go


def typeset(words: Text, language: str) -> str:
    with in_language(language):  # type: ignore[arg-type]
        return text(words)


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def assert_calm(at: AppTest) -> None:
    assert not at.exception
    assert not at.error
    assert "Traceback" not in html(at)


def title(at: AppTest) -> str:
    page = html(at)
    start = page.index('<h1 class="px-title">') + len('<h1 class="px-title">')
    return page[start : page.index("</h1>", start)]


@pytest.mark.parametrize(
    ("language", "said", "people"),
    [
        (
            "fr",
            "Personnes de 65 ans et plus, par territoire de CLSC, 2021",
            "décrivent des conditions de vie",
        ),
        ("en", "People aged 65 and over, by CLSC territory, 2021", "describe living conditions"),
    ],
)
def test_the_first_page_says_what_it_shows(visit, language: str, said: str, people: str) -> None:
    at = visit(lang=language)
    assert_calm(at)
    assert title(at) == said
    assert people in html(at)
    assert f'"language": "{language}"' in html(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["province", "rss", "rts", "clsc", "mrc", "da"])
def test_each_level_opens(visit, language: str, level: str) -> None:
    at = visit(lang=language, niveau=level)
    assert_calm(at)
    assert ":" in title(at) or "," in title(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_is_shown_in_both_languages(visit, tiny: Package, language: str) -> None:
    for indicator in tiny.indicators.values():
        level = next(level for level in (Level.CLSC, Level.MRC) if level in indicator.levels)
        for period in indicator.periods:
            at = visit(
                lang=language, niveau=level.value, indicateur=indicator.id, periode=period, tableau="1"
            )
            assert_calm(at)
            assert indicator.title.in_language(language) in title(at)  # type: ignore[arg-type]
            page = html(at)
            assert indicator.definition.in_language(language).replace(" :", "\u00a0:") in page  # type: ignore[arg-type]
            assert indicator.caveat.in_language(language) in page  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_of_the_embedded_package_opens(
    monkeypatch: pytest.MonkeyPatch, embedded_package: Package, language: str
) -> None:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(embedded_package.path))
    at = AppTest.from_file(str(SCRIPT), default_timeout=60)
    at.query_params["lang"] = language
    for indicator in embedded_package.indicators.values():
        level = next(level for level in indicator.levels if level is not Level.PROVINCE)
        at.query_params["niveau"] = level.value
        at.query_params["indicateur"] = indicator.id
        at.query_params["territoire"] = str(embedded_package.level(level).index[-1])
        at.run()
        assert_calm(at)
        assert title(at).startswith(escape(typeset(indicator.title, language), quote=False)), indicator.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_of_the_embedded_package_opens(
    monkeypatch: pytest.MonkeyPatch, embedded_package: Package, language: str
) -> None:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(embedded_package.path))
    at = AppTest.from_file(str(SCRIPT), default_timeout=60)
    at.query_params["lang"] = language
    for level in offer(embedded_package).levels:
        at.query_params["niveau"] = level.value
        at.query_params["territoire"] = str(embedded_package.level(level).index[0])
        at.run()
        assert_calm(at)
        assert "proximite-legend" in html(at)
        assert 'class="px-value' in html(at)


def test_the_language_changes_at_once_and_the_choice_stays(visit) -> None:
    at = visit(niveau="clsc", territoire="clsc:06021")
    at.segmented_control(key="choose_language").set_value("en").run()
    assert_calm(at)
    assert at.query_params["lang"] == "en"
    assert at.query_params["territoire"] == "clsc:06021"
    assert "CLSC territory" in html(at)
    assert "Où" not in title(at)


def test_the_address_restores_the_whole_choice(visit) -> None:
    at = visit(
        niveau="clsc", indicateur="age_65_plus_pct", periode="2031", territoire="clsc:06032",
        services="clsc.health", classes="fixes", tableau="1",
    )  # fmt: skip
    assert_calm(at)
    assert at.segmented_control(key="choose_level").value == Level.CLSC
    assert at.selectbox(key="choose_indicator").value == "age_65_plus_pct"
    assert at.segmented_control(key="choose_period").value == "2031"
    assert {c.value for c in at.pills(key="choose_services").value} == {"clsc", "health"}
    assert at.radio(key="choose_classes").value == "fixes"
    assert at.toggle(key="open_table").value is True
    assert len(at.dataframe) == 1
    assert "Côte-des-Neiges" in html(at)


def test_each_widget_writes_the_address(visit) -> None:
    at = visit()
    at.segmented_control(key="choose_level").set_value(Level.MRC).run()
    assert at.query_params["niveau"] == "mrc"
    assert at.query_params["indicateur"] == "cimd_situational_vulnerability"
    at.selectbox(key="choose_indicator").set_value("population").run()
    assert at.query_params["indicateur"] == "population"
    at.radio(key="choose_classes").set_value("naturelles").run()
    assert at.query_params["classes"] == "naturelles"
    at.toggle(key="open_table").set_value(True).run()
    assert at.query_params["tableau"] == "1"
    at.get("menu_button")[0].click(Level.RSS).run()
    assert at.query_params["niveau"] == "rss"
    assert_calm(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_in_the_address_is_calm(visit, language: str) -> None:
    at = visit(
        lang=language, niveau="galaxie", indicateur="<script>", periode="9999", territoire="x:y",
        services="a.b", classes="?", paquet="00000000", autre="1",
    )  # fmt: skip
    assert_calm(at)
    page = html(at)
    assert "galaxie" in page
    assert "&lt;script&gt;" in page
    assert "<script>»" not in page
    assert ("autre version" if language == "fr" else "another version") in page


def test_searching_leads_to_a_card(visit) -> None:
    at = visit()
    at.text_input(key="search_text").set_value("ndg").run()
    assert_calm(at)
    labels = [button.label for button in at.button]
    assert any("Notre-Dame-de-Grâce" in label and "CLSC" in label for label in labels)
    at.button(key="found-clsc:06033").click().run()
    assert at.query_params["territoire"] == "clsc:06033"
    assert at.text_input(key="search_text").value == ""
    assert "Notre-Dame-de-Grâce" in html(at)


@pytest.mark.parametrize(("typed", "key"), [("h1w 2c3", "found-clsc:06021"), ("H1W", "code-H1W2C3")])
def test_a_postal_code_leads_to_its_territory(visit, typed: str, key: str) -> None:
    at = visit()
    at.text_input(key="search_text").set_value(typed).run()
    assert_calm(at)
    assert key in [button.key for button in at.button]
    assert "H1W" not in str(at.query_params)


def test_a_postal_code_of_montreal_leads_to_its_neighbourhood(
    monkeypatch: pytest.MonkeyPatch, embedded_package: Package
) -> None:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(embedded_package.path))
    at = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    at.text_input(key="search_text").set_value("H1W 2C4").run()
    assert_calm(at)
    found = [button.key.split(":")[0] for button in at.button if str(button.key).startswith("found-")]
    for kind in ("clsc", "municipality", "arrondissement-mtl", "quartier-mtl", "table-mtl"):
        assert found.count(f"found-{kind}") == 1, kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_keeps_the_decimals_of_its_unit(visit, language: str) -> None:
    at = visit(lang=language, niveau="clsc", indicateur="age_65_plus_pct", tableau="1")
    proto = at.dataframe[0].proto
    printed = convert_arrow_bytes_to_pandas_df(proto.arrow_data.styler.display_values)
    assert ("15,0" if language == "fr" else "15.0") in printed.to_numpy()
    # The browser leaves the printed numbers aside where a column has a format of its own.
    assert '"format"' not in proto.columns
    assert (at.dataframe[0].value == 15.0).any(axis=None)


def test_a_long_table_keeps_them_too(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.components.table.MOST_PRINTED", 2)
    at = visit(niveau="clsc", indicateur="age_65_plus_pct", tableau="1")
    formats = [
        c["type_config"] for c in json.loads(at.dataframe[0].proto.columns).values() if "type_config" in c
    ]
    assert {"type": "number", "format": "localized", "step": 0.1}.items() <= formats[0].items()


def test_an_unknown_name_is_said_kindly(visit) -> None:
    at = visit()
    at.text_input(key="search_text").set_value("Atlantide").run()
    assert_calm(at)
    assert "Rien trouvé" in html(at)


def test_the_card_says_what_a_figure_is_worth(visit) -> None:
    page = html(visit(territoire="clsc:06021", niveau="clsc"))
    for expected in (
        "12,3\u00a0%", "prudence", "Québec", "20,0\u00a0%", "16,8\u00a0%",
        "incertitude non publiée", "95\u00a0%",
        "aucune donnée sur ces lieux ici", "811", "211", "commissaire aux plaintes", "CIUSSS de l'Est",
        "Creative Commons", "Personne n'a encore parlé ici",
    ):  # fmt: skip
        assert expected in page, expected
    assert "<b>Maisonneuve</b>" not in page
    assert "défavoris" not in page.lower()


def test_a_community_that_governs_itself_has_a_steward_and_no_place(visit) -> None:
    page = html(visit(territoire="clsc:18001", niveau="clsc"))
    assert "Conseil cri" in page
    assert 'class="px-strip"' not in page
    hidden = html(visit(territoire="clsc:18001", niveau="clsc", indicateur="cimd_situational_vulnerability"))
    assert "2,00" not in hidden
    assert "Non montré" in hidden


def test_a_missing_value_is_words(visit) -> None:
    page = html(visit(territoire="clsc:14012", niveau="clsc"))
    assert "Pas de données" in page
    assert "retenu par le producteur" in page


@pytest.mark.parametrize(("language", "said"), [("fr", "ne peut pas s'ouvrir"), ("en", "cannot open")])
def test_without_any_package_the_page_is_calm(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, said: str
) -> None:
    from dashboard import data

    monkeypatch.setenv("PROXIMITE_PACKAGE", str(tmp_path))
    monkeypatch.setattr(data, "EMBEDDED", tmp_path)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30)
    at.query_params["lang"] = language
    at.run()
    assert_calm(at)
    assert said in html(at)


def test_a_broken_package_is_named_and_the_embedded_one_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny: Package
) -> None:
    from dashboard import data

    monkeypatch.setenv("PROXIMITE_PACKAGE", str(tmp_path))
    monkeypatch.setattr(data, "EMBEDDED", tiny.path)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert_calm(at)
    assert "celles qui viennent avec le programme" in html(at)
    assert "par territoire de CLSC" in title(at)


def test_every_level_has_a_name_inside_a_sentence() -> None:
    from dashboard.components.labels import level_in_sentence

    assert level_in_sentence(Level.MRC) == "MRC ou territoire équivalent"
    assert level_in_sentence(Level.CLSC) == "territoire de CLSC"
    assert len({level_in_sentence(level) for level in LEVEL_NAMES}) == len(LEVEL_NAMES)
