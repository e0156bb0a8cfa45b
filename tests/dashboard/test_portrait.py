"""The portrait: one content for the page, the paper and the spreadsheet; the page itself; the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from dashboard.comparison import Against, Reference, reference_of
from dashboard.components.labels import territory_name
from dashboard.components.portrait.figures import sheet_of
from dashboard.exports.portrait_content import Content, portrait_content, with_changes
from dashboard.exports.portrait_html import figure_cells, portrait_html
from dashboard.exports.portrait_maps import maps_of, poster_selection
from dashboard.exports.portrait_pdf import portrait_pdf, reference_for
from dashboard.i18n import in_language
from dashboard.navigation import Place
from geodata.package import Package
from geodata.similar import Recipe
from geodata.text import Language

RURAL, NORTHERN = "mrc:85", "clsc:17011"
TABLE = "table-mtl:table-de-quartier-hochelaga-maisonneuve"


@pytest.fixture(scope="module")
def real(embedded_package: Package) -> Package:
    return embedded_package


def content_of(package: Package, territory: str, language: Language = "fr") -> Content:
    with in_language(language):
        reference = reference_of(package, territory, Against.QUEBEC)
    return portrait_content(package, territory, reference, language)


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("\u00a0", " "))


def pages_of(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return reader, plain(" ".join(page.extract_text() for page in reader.pages))


def body_of(at: AppTest) -> str:
    assert not at.exception
    return plain(" ".join(str(each.proto.body) for each in at.get("html")))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_is_printed_as_everywhere(real: Package, language: Language) -> None:
    content = content_of(real, RURAL, language)
    rows = [row for section in content.sections for row in section.rows]
    assert len(rows) > 10
    with in_language(language):
        for row in rows:
            indicator = real.indicators[row.indicator_id]
            known = real.value_of(RURAL, row.indicator_id, row.period)
            assert known is not None
            counted = indicator.unit.id in {"people", "dwellings"}
            printed = fmt.bare if counted else fmt.with_unit
            assert row.value == printed(known["value"], indicator.unit)
            assert row.number == float(fmt.rounded(known["value"], indicator.unit.decimals))
            if known["moe_95"] > 0:
                assert row.error == fmt.margin(known["moe_95"], indicator.unit)


def test_nothing_is_ranked_or_judged_without_a_published_error(real: Package) -> None:
    rows = [row for section in content_of(real, TABLE).sections for row in section.rows]
    unpublished = [row for row in rows if real.indicators[row.indicator_id].error_kind.value == "unpublished"]
    assert len(unpublished) > 5
    for row in unpublished:
        assert "rang" not in row.standing
        assert row.gap in ("", "écart non jugé")
        assert row.shape == "◐"


def test_what_a_community_keeps_is_nowhere(real: Package) -> None:
    content = content_of(real, NORTHERN)
    assert "Cette communauté se gouverne elle-même" in plain(content.notice)
    kept = [
        row for section in content.sections for row in section.rows if row.indicator_id.startswith("cimd")
    ]
    assert kept
    for row in kept:
        assert (row.value, row.number, row.reference, row.gap, row.standing, row.strip, row.shape) == (
            "Non montré", None, "", "", "", "", "",
        )  # fmt: skip
    assert content.inside == ()
    assert len(maps_of(real, NORTHERN, patterned=True)) == 1
    score = real.value_of(NORTHERN, "cimd_situational_vulnerability")
    assert score is not None
    with in_language("fr"):
        said = portrait_html(content, [], [])
        assert fmt.number(score["value"], 2) not in said


def test_changed_words_are_printed_as_such_and_emptied_ones_are_left_out(real: Package) -> None:
    content = content_of(real, RURAL, "en")
    changed = with_changes(content, {"people": "Our <own> words.\nTwice.", "limits": " "})
    said = {each.key: each.text for each in changed.paragraphs}
    assert said["people"] == "Our <own> words.\nTwice.\nText changed by the table."
    assert "limits" not in said
    assert said["services"] == next(e.text for e in content.paragraphs if e.key == "services")
    with in_language("en"):
        html = portrait_html(changed, [], [])
    assert "<p>Our &lt;own&gt; words.</p><p>Twice.</p><p>Text changed by the table.</p>" in html


def test_the_sheet_holds_the_numbers_of_the_page(real: Package) -> None:
    content = content_of(real, RURAL)
    sheet = sheet_of(content)
    rows = [row for section in content.sections for row in section.rows]
    assert [row.number for row in rows] == sheet.frame["value"].tolist()
    assert [row.value for row in rows] == sheet.frame["printed"].tolist()
    assert sheet.frame["grade"].tolist() == [f"{row.shape} {row.why}" for row in rows]
    assert sheet.sources == content.sources


@pytest.mark.parametrize(
    ("language", "territory", "changed"),
    [
        ("fr", "municipality:2485010", "Texte modifié par la table"),
        ("en", "clsc:18001", "Text changed by the table"),
    ],
    ids=["the longest, in French", "a community, in English"],
)
def test_the_paper_is_tagged_and_says_what_the_page_says(
    real: Package, tiny: Package, language: Language, territory: str, changed: str
) -> None:
    package = real if territory in real.territories.index else tiny
    own = {"people": "Nos mots, our words."}
    reader, words = pages_of(portrait_pdf(package, territory, Against.QUEBEC, language, own))
    root = reader.trailer["/Root"]
    content = content_of(package, territory, language)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith(language)
    assert reader.metadata is not None
    assert content.name in str(reader.metadata.title)
    assert 2 <= len(reader.pages) <= 4
    values = [row.value for section in content.sections for row in section.rows]
    said = [*values, *content.first, content.notice, content.voices, content.version, own["people"], changed]
    assert [each for each in said if plain(each)[:60] not in words] == []


def test_every_picture_and_every_table_of_the_paper_has_its_words(real: Package) -> None:
    content = content_of(real, RURAL)
    with in_language("fr"):
        html = portrait_html(content, [], [])
        cells = figure_cells(content.sections[0].rows[-1], content)
    images = re.findall(r"<img[^>]*>", html)
    assert images
    assert all(re.search(r'alt="[^"]{10,}"', image) for image in images)
    assert html.count("<table") == html.count("<caption>") == html.count("<thead>")
    assert 'scope="col"' in html
    assert 'scope="row"' in html
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(cells) == 5


def test_the_paper_names_each_similar_territory(real: Package) -> None:
    with in_language("fr"):
        reference = reference_for(real, RURAL, Against.SIMILAR)
        content = portrait_content(real, RURAL, reference, "fr")
        paper = portrait_html(content, [], [])
    assert len(reference.territories) == 5
    assert [
        one for one in reference.territories if territory_name(real, one) not in content.compared_with
    ] == []
    assert content.compared_with.partition(", ")[0] in paper


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "(poids des critères : milieu 0, taille 2, âge 1, conditions de vie 1)"),
        ("en", "(weights of the criteria: setting 0, size 2, age 1, living conditions 1)"),
    ],
)
def test_the_paper_states_the_weights_of_its_own_recipe(
    real: Package, language: Language, expected: str
) -> None:
    with in_language(language):
        reference = reference_for(real, RURAL, Against.SIMILAR, recipe=Recipe(milieu=0.0, size=2.0))
        content = portrait_content(real, RURAL, reference, language)
        paper = portrait_html(content, [], [])
        equal = reference_for(real, RURAL, Against.SIMILAR, recipe=Recipe(2.0, 2.0, 2.0, 2.0))
    assert plain(content.compared_with).endswith(expected)
    assert expected in plain(paper)
    assert equal.recipe is None


def test_only_the_paper_has_textures(real: Package) -> None:
    page, paper = (maps_of(real, TABLE, patterned=on) for on in (False, True))
    assert [each.title for each in page] == [each.title for each in paper]
    # On the page only the two hatches of what has no class are patterns.
    assert {each.svg.count("<pattern ") for each in page} == {2}
    assert all(each.svg.count("<pattern ") > 2 for each in paper)


def test_quebec_is_compared_with_nothing(tiny: Package) -> None:
    with in_language("fr"):
        reference = reference_for(tiny, "province:24", Against.QUEBEC)
    content = portrait_content(tiny, "province:24", reference, "fr")
    assert content.reference_name == ""
    assert all(row.reference == "" for section in content.sections for row in section.rows)
    assert len(figure_cells(content.sections[0].rows[0], content)) == 4


def test_a_map_shows_a_figure_that_the_territory_has(real: Package) -> None:
    selection = poster_selection(real, NORTHERN)
    assert selection is not None
    assert selection.indicator == "age_65_plus_pct"
    drawn = maps_of(real, TABLE, patterned=True)
    assert [each.svg[:4] for each in drawn] == ["<svg", "<svg"]
    assert plain(drawn[1].title).startswith("À l'intérieur : ")


def test_the_page_without_a_territory_says_how_to_begin(visit_place: Callable[..., AppTest]) -> None:
    at = visit_place(Place.PORTRAIT)
    body = body_of(at)
    assert "Choisissez un territoire" in body
    assert plain(at.text_input[0].label) == "De quel territoire ?"
    assert body.count("<h1") == 1


def test_a_link_to_an_unknown_territory_or_another_version_is_a_calm_sentence(
    visit_place: Callable[..., AppTest],
) -> None:
    body = body_of(visit_place(Place.PORTRAIT, territoire="custom:parti", paquet="00000000"))
    assert "Le territoire « custom:parti » du lien n'existe pas dans ces données" in body
    assert "autre version des données" in body
    assert "Choisissez un territoire" in body


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ("Hochelaga-Maisonneuve compte 50 000 personnes", "Sur place", "Personne n'a encore parlé ici",
                "Ce que les chiffres ne disent pas", "Préparer une rencontre", "Vers qui se tourner",
                "Chiffres clés", "Sources")),
        ("en", ("Hochelaga-Maisonneuve has 50,000 people", "On the ground", "Nobody has spoken here yet",
                "What the figures do not say", "Prepare a meeting", "Where to turn", "Key figures")),
    ],
)  # fmt: skip
def test_the_page_of_a_territory_in_order(
    visit_place: Callable[..., AppTest], language: str, expected: tuple[str, ...]
) -> None:
    body = body_of(visit_place(Place.PORTRAIT, territoire="clsc:06021", lang=language))
    places = [body.find(words) for words in expected]
    assert -1 not in places, dict(zip(expected, places, strict=True))
    assert body.count("<h1") == 1


def test_a_community_is_introduced_by_whom_to_ask(visit_place: Callable[..., AppTest]) -> None:
    body = body_of(visit_place(Place.PORTRAIT, territoire="clsc:18001"))
    assert body.find("se gouverne elle-même") < body.find("Mistissini compte")
    assert "Non montré" in body
    assert "2,00" not in body


def test_the_text_may_be_changed_then_restored(visit_place: Callable[..., AppTest]) -> None:
    at = visit_place(Place.PORTRAIT, territoire="clsc:06021")
    box = next(each for each in at.text_area if each.label == "Qui vit ici")
    written = box.value
    at = box.set_value("Nos mots.").run()
    assert "Texte modifié par la table." in body_of(at)
    button = next(each for each in at.button if each.label == "Rétablir le texte automatique")
    at = button.click().run()
    assert "Texte modifié par la table." not in body_of(at)
    assert next(each for each in at.text_area if each.label == "Qui vit ici").value == written


def test_the_comparison_is_chosen_on_the_page(visit_place: Callable[..., AppTest]) -> None:
    at = visit_place(Place.PORTRAIT, territoire="clsc:06021", reference="rss")
    body = body_of(at)
    assert "16,8 %" in body
    choice: Any = next(each for each in at.selectbox if each.label == "Comparer à")
    assert choice.value == Against.RSS


def test_content_keeps_the_comparison_that_it_is_given(tiny: Package) -> None:
    reference = Reference("Montréal", ("rss:06",), Against.RSS)
    content = portrait_content(tiny, "clsc:06021", reference, "fr")
    row = next(r for s in content.sections for r in s.rows if r.indicator_id == "age_65_plus_pct")
    assert plain(row.value) == "12,3 %"
    assert plain(row.reference) == "16,8 %"
    assert row.gap == "écart non jugé"
    projected = [r for s in content.sections for r in s.rows if r.period == "2031"]
    assert [plain(r.value) for r in projected] == ["17,3 %"]
    assert "projeté" in projected[0].title
