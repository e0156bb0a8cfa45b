"""Over a package, the same files give the same bytes, and a changed one changes what it says and no more."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etl import history
from etl.fetch import SourcesLock
from etl.ground import structure_change
from etl.pipeline import BuildReport, build_from, read_source
from etl.refresh import refresh
from etl.registry import declaration_of
from etl.tables import Tables
from geodata.package import Package, open_package
from tests.etl.clients.portal import QUEBEC_API, file_route, record_reply, records, resource
from tests.etl.services.server import quick_http, serving

ANEW = ("msss_m02", "statcan_cimd_2021", "qc_mrc", "quebec_city", "statcan_da_2021")
"""Places, cells, shapes, both, and areas."""

SLUG = "fichiers-cartographiques-m02-des-installations-et-etablissements"
FILES = "https://www.donneesquebec.ca/recherche/dataset/m02/"


def test_the_same_files_read_anew_over_a_package_give_the_same_bytes(
    built: BuildReport, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The checks write nothing: what passed them for the base passes them for the same bytes.
    monkeypatch.setattr("etl.checks.check_package", lambda _package: [])
    base = built.package
    read = [read_source(declaration_of(name), mirror) for name in ANEW]
    kept = frozenset(base.sources) - set(ANEW)
    again = build_from(read, tmp_path / "again", base=base, kept=kept).package
    assert again.manifest["files"] == base.manifest["files"]
    assert again.manifest["sources"] == base.manifest["sources"]


def changed_m02(mirror: Path) -> tuple[bytes, dict[str, str]]:
    """Rename, move, drop and add one facility each of the published file."""
    raw = pd.read_csv(
        mirror / "msss_m02" / "installationscsv.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False
    )
    plain = raw[raw["CLSC"].eq("Oui") & raw["CPEJ"].eq("Non") & raw["CRJDA"].eq("Non")]
    renamed, moved, gone, copied = plain.index[:4]
    codes = {
        "renamed": raw.at[renamed, "INSTAL_COD"],
        "moved": raw.at[moved, "INSTAL_COD"],
        "gone": raw.at[gone, "INSTAL_COD"],
        "added": "99999999",
    }
    raw.loc[len(raw)] = raw.loc[copied].to_dict() | {"INSTAL_COD": "99999999", "INSTAL_NOM": "CLSC NOUVEAU"}
    raw.at[renamed, "INSTAL_NOM"] = "CLSC RENOMMÉ"
    raw.at[moved, "LATITUDE"] = str(float(raw.at[moved, "LATITUDE"]) + 0.01)
    written = io.StringIO()
    raw.drop(index=gone).to_csv(written, index=False)
    return written.getvalue().encode("utf-8-sig"), codes


def test_a_new_m02_comes_through_the_portal_and_the_difference_names_each_site(
    built: BuildReport, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("refresh", "history"):
        monkeypatch.setattr(f"etl.{module}.EMBEDDED", built.package.path)
    content, codes = changed_m02(mirror)
    record = record_reply(
        resource("Fichier M02 des installations (CSV)", "CSV", f"{FILES}installationscsv.csv"),
        resource("Fichier M02 des établissements (CSV)", "CSV", f"{FILES}etablissementscsv.csv"),
    )
    establishments = (mirror / "msss_m02" / "etablissementscsv.csv").read_bytes()
    routes = {
        **records(QUEBEC_API, {SLUG: record}),
        **file_route(f"{FILES}installationscsv.csv", content, "text/csv"),
        **file_route(f"{FILES}etablissementscsv.csv", establishments, "text/csv"),
    }
    home = tmp_path / "home"
    with serving(routes) as service:
        report = refresh(["msss_m02"], home=home, http=quick_http(service))
    assert report.published, report.as_dict()["sources"]
    places = report.difference.places  # type: ignore[union-attr]
    named = {
        kind: [change.id for change in getattr(places, kind)]
        for kind in ("added", "gone", "renamed", "moved")
    }
    assert named == {kind: [f"m02:{code}"] for kind, code in codes.items()}
    # A hundredth of a degree of latitude is 1 111 to 1 115 m in Québec.
    assert 1110 < (places.moved[0].metres or 0) < 1116
    assert places.renamed[0].after == "CLSC RENOMMÉ"
    assert report.difference.territories.counts == {}  # type: ignore[union-attr]
    package = open_package(history.current_path(home))
    assert package.value_of("province:24", "clsc_count")["value"] == 508  # type: ignore[index]
    _only_m02_changed(built.package, package)
    # Through a relay, nobody can say that the publisher itself answered.
    entry = SourcesLock.read(home).entries["msss_m02"]
    assert (entry.verified_live, len(entry.files)) == (None, 2)


def _only_m02_changed(before: Package, after: Package) -> None:
    keys = ["indicator_id", "period", "territory_id"]
    both = before.observations.merge(after.observations, on=keys, suffixes=("", "_after"))
    assert len(both) == len(before.observations) == len(after.observations)
    differ = both[(both["value"] != both["value_after"]) & both["value"].notna()]
    assert set(differ["indicator_id"]) <= {"clsc_count", "clsc_per_10000", "health_count", "health_per_10000"}


def test_structure_is_told_from_names(built: BuildReport, tables_of_mrc: Callable[[], Tables]) -> None:
    declaration, tables = declaration_of("qc_mrc"), tables_of_mrc()
    assert tables.territories is not None
    assert structure_change(built.package, declaration, tables) is None
    one_less = Tables(territories=tables.territories.iloc[1:])
    change = structure_change(built.package, declaration, one_less)
    assert change is not None
    assert "disparus : 1" in change.fr
    codes = pd.DataFrame({"da_id": ["da:24660001"], "territory_id": ["clsc:06612"], "census_year": [2021]})
    assert structure_change(built.package, declaration, Tables(codes=codes)) is not None
    people = pd.DataFrame({"cell_id": ["municipality:2466023"], "people": [1]})
    assert "population" in structure_change(built.package, declaration, Tables(people=people)).fr  # type: ignore[union-attr]


@pytest.fixture
def tables_of_mrc(mirror: Path) -> Callable[[], Tables]:
    return lambda: read_source(declaration_of("qc_mrc"), mirror).tables
