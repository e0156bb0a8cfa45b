"""The portrait in one file: it asks nothing of anyone, and prints what the screen prints."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import Any

import pytest

from dashboard import format as fmt
from dashboard.comparison import Against, Reference, reference_of
from dashboard.exports.offline import offline_html
from dashboard.exports.offline_data import MOST_INDICATORS, map_data, views_of
from dashboard.exports.portrait_content import portrait_content
from dashboard.i18n import in_language
from dashboard.maps.assets import SCRIPTS
from geodata.model import Level, ServiceCategory
from geodata.package import Package

HOME = "clsc:06021"
CREE = "clsc:18001"
AGES = "age_65_plus_pct"
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def alone(territory: str) -> Reference:
    return Reference(territory, (territory,), Against.CHOSEN)


def held(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


def test_only_its_own_scripts_and_styles_may_run(tiny: Package) -> None:
    page = offline_html(tiny, HOME, alone(HOME), "fr")
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    allowed = set(re.findall(r"'(sha256-[^']*)'", policy))
    inline = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL)
    hashes = {f"sha256-{base64.b64encode(hashlib.sha256(c.encode()).digest()).decode()}" for c in inline}
    assert allowed == hashes
    assert len(inline) == len(SCRIPTS) + 2


def test_it_names_no_other_file_nor_machine(tiny: Package) -> None:
    page = offline_html(tiny, HOME, alone(HOME), "fr")
    assert not re.findall(r'(?:src|href)="(?!data:)[^"]*"', page.split("<script")[0])
    assert "url(" not in page.split("</style>")[0]
    assert "@import" not in page


def test_a_name_cannot_leave_its_place(tiny: Package) -> None:
    page = offline_html(tiny, HOME, alone(HOME), "fr")
    data = page.split('id="data">')[1].split("</script>")[0]
    assert "<" not in data
    assert any("Bibliothèque <b>Maisonneuve</b>" in json.dumps(p, ensure_ascii=False)
               for p in held(page)["files"].values())  # fmt: skip
    assert "<b>Maisonneuve" not in page


def test_values_are_those_of_the_screen(tiny: Package) -> None:
    content = held(offline_html(tiny, HOME, alone(HOME), "fr"))
    view = content["views"][0]
    about = next(one for one in view["indicators"] if one["title"] == "Personnes de 65 ans et plus, 2021")
    unit = tiny.indicators[AGES].unit
    at = view["ids"].index
    assert about["values"][at(HOME)] == fmt.with_unit(12.34, unit)
    assert about["values"][at("clsc:14012")] == "Retenu par le producteur"
    assert content["grades"][about["grades"][at(HOME)]] == "◐ prudence"
    assert about["grades"][at("clsc:14012")] == -1
    assert about["margins"] == []
    classes = base64.b64decode(about["order"]["classes"])
    # Five values, five classes: 9.9 is of Mistissini, then Hochelaga's 12.34; D'Autray has none.
    assert [classes[at(each)] for each in (CREE, HOME, "clsc:06032", "clsc:14012")] == [0, 1, 2, 255]


def test_what_a_community_keeps_is_not_in_the_file(tiny: Package) -> None:
    page = offline_html(tiny, CREE, alone(CREE), "fr")
    about = next(one for one in held(page)["views"][0]["indicators"] if "Vulnérabilité" in one["title"])
    at = held(page)["views"][0]["ids"].index(CREE)
    assert about["values"][at] == "Non montré, à la communauté d'en décider"
    assert base64.b64decode(about["order"]["classes"])[at] == 254
    assert fmt.number(2.0, 2) not in page
    assert "Cette communauté se gouverne elle-même" in page


def test_the_portrait_says_what_the_page_says_and_what_the_table_changed(tiny: Package) -> None:
    content = portrait_content(tiny, HOME, alone(HOME), "fr")
    page = offline_html(tiny, HOME, alone(HOME), "fr", text_overrides={"limits": "Nous l'avons <dit>."})
    for row in (row for section in content.sections for row in section.rows):
        assert html.escape(row.value, quote=False) in page
    for paragraph in content.paragraphs:
        said = html.escape(paragraph.text, quote=False)
        assert (said in page) == (paragraph.key != "limits")
    assert "Nous l'avons &lt;dit&gt;." in page
    assert page.count("Texte modifié par la table.") == 1


def test_it_is_in_the_language_asked_whatever_the_page_speaks(tiny: Package) -> None:
    page = offline_html(tiny, HOME, alone(HOME), "en")
    assert '<html lang="en">' in page
    assert "These figures describe living conditions, not people." in page
    assert held(page)["words"]["noData"] == "No data"


def test_places_come_with_their_date_and_report_nowhere(tiny: Package) -> None:
    content = map_data(tiny, HOME)
    libraries = content["files"][f"places.{ServiceCategory.LIBRARY}"]["places"]
    assert [place[4] for place in libraries] == [fmt.date("2026-03-23")]
    assert libraries[0][-1] == ""
    # The CLSC of Joliette is 30 km away.
    assert [one["printed"] for one in content["services"]] == ["1", "1"]


@pytest.mark.parametrize("territory", ["mrc:85", "table-mtl:cdc-cote-des-neiges"])
def test_the_file_stays_under_three_megabytes(package: Package, territory: str) -> None:
    reference = reference_of(package, territory, Against.QUEBEC)
    page = offline_html(package, territory, reference, "fr")
    assert len(page.encode()) <= MOST_BYTES
    for view in held(page)["views"]:
        assert 1 <= len(view["indicators"]) <= MOST_INDICATORS
        assert all(len(one["values"]) == len(view["ids"]) for one in view["indicators"])


def test_a_territory_is_shown_among_its_neighbours_and_by_its_areas(package: Package) -> None:
    views = views_of(package, "mrc:85")
    assert [view.level for view in views] == [Level.MRC, Level.DA]
    assert views[0].territories[0] == "mrc:85"
    assert views[1].outline == ("mrc:85",)
    inside = package.membership["territory_id"].eq("mrc:85") & package.membership["census_year"].eq(2021)
    assert set(views[1].territories) <= set(package.membership.loc[inside, "da_id"])
    with in_language("en"):
        assert views_of(package, "province:24")[0].title == "Administrative region"
