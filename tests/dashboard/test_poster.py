"""The A3 sheet: one tagged page, the numbers of the screen, nothing of what a community keeps."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from dashboard.exports import weasy
from dashboard.exports.poster import poster_html, poster_pdf
from dashboard.exports.weasy import SYSTEM_PACKAGES, PdfLibrariesError, pdf_problem, render_pdf
from dashboard.i18n import in_language
from dashboard.navigation import Place
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package

AGES = "age_65_plus_pct"
SCORE = "cimd_situational_vulnerability"
POINTS_A_MM = 72 / 25.4


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def structure(pdf: PdfReader) -> list[tuple[str, str]]:
    """List the tags of a document with their alternative text."""
    found: list[tuple[str, str]] = []
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, DictionaryObject):
            found.append((str(node.get("/S", "")), str(node.get("/Alt", ""))))
            waiting.append(node.get("/K", []))
    return found


@pytest.mark.parametrize(
    ("language", "title", "says"),
    [
        ("fr", "Personnes sans diplôme (15 ans et plus), par MRC ou territoire équivalent, 2021",
         "Ces chiffres décrivent des conditions de vie, pas des personnes."),
        ("en", "People without a diploma (15 and over), by RCM (MRC) or equivalent, 2021",
         "These figures describe living conditions, not people."),
    ],
)  # fmt: skip
def test_it_is_one_tagged_a3_page_in_either_language(
    package: Package, language: str, title: str, says: str
) -> None:
    made = poster_pdf(package, Level.MRC, "no_diploma_pct", "2021", ["mrc:85"], language)  # type: ignore[arg-type]
    pdf = PdfReader(io.BytesIO(made))
    assert len(pdf.pages) == 1
    size = [float(side) / POINTS_A_MM for side in pdf.pages[0].mediabox[2:]]
    assert size == pytest.approx([420, 297], abs=0.1)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert pdf.metadata is not None
    assert pdf.metadata.title == title
    tags = structure(pdf)
    kinds = [kind for kind, _alt in tags]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
    alts = [alt for kind, alt in tags if kind == "/Figure"]
    assert all(alt.startswith(title) and "Témiscamingue" in alt for alt in alts)
    printed = " ".join(pdf.pages[0].extract_text().split())
    assert says in printed
    row = package.value_of("mrc:85", "no_diploma_pct", "2021")
    assert row is not None
    with in_language(language):  # type: ignore[arg-type]
        unit = package.indicators["no_diploma_pct"].unit
        shown = f"{fmt.with_unit(row['value'], unit)} {fmt.margin(row['moe_95'], unit)}"
    assert " ".join(shown.split()) in printed


def test_a_value_kept_by_a_community_leaves_no_trace(tiny: Package) -> None:
    body = poster_html(tiny, Level.CLSC, SCORE, "2021", ["clsc:18001"])
    assert "sa diffusion appartient à la communauté" in body.replace("\u00a0", " ")
    assert "Cette communauté se gouverne elle-même" in body
    assert "<table>" not in body
    without = poster_html(tiny, Level.CLSC, SCORE, "2021", [])
    assert fmt.number(2.0, 2) not in without
    assert "Non montré" in without


def test_the_table_prints_each_value_as_the_page_does(tiny: Package) -> None:
    body = poster_html(tiny, Level.CLSC, AGES, "2021", ["clsc:06021"])
    unit = tiny.indicators[AGES].unit
    for value in (12.34, 15.0, 18.25, 22.5, 9.9):
        assert fmt.with_unit(value, unit) in body
    assert "Retenu par le producteur" in body
    assert body.index("Hochelaga-Maisonneuve</th>") < body.index("Joliette</th>")


def test_what_is_not_in_the_package_is_refused(tiny: Package) -> None:
    with pytest.raises(SelectionError):
        poster_pdf(tiny, Level.CLSC, "absent", "2021", [], "fr")


def test_missing_system_libraries_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(weasy, "import_module", fail)
    with pytest.raises(PdfLibrariesError) as caught:
        render_pdf("<p>a</p>", "fr", "Titre")
    assert f"sudo apt-get install {SYSTEM_PACKAGES}" in caught.value.sentence("fr")
    assert f"sudo apt-get install {SYSTEM_PACKAGES}" in caught.value.sentence("en")
    monkeypatch.setattr(weasy, "find_library", lambda _name: None)
    pdf_problem.cache_clear()
    assert isinstance(pdf_problem(), PdfLibrariesError)
    pdf_problem.cache_clear()


def test_a_pdf_asks_nothing_of_the_disk_nor_of_the_network() -> None:
    # A socket opened here would fail the test: none is.
    made = render_pdf(
        '<p>Un <img alt="absent" src="http://127.0.0.1:9/a.png"><img alt="autre" src="file:///etc/hostname"></p>',
        "fr",
        "Titre",
    )
    text = PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "absent" in text
    assert "autre" in text


def test_the_map_page_offers_the_sheet(visit_place: Callable[..., AppTest]) -> None:
    page = visit_place(Place.MAP)
    assert not page.exception
    labels = [button.label for button in page.get("download_button")]
    assert "Affiche A3 (PDF)" in labels
