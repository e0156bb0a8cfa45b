"""A withdrawn source: the map page says why, and neither shows nor places its figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl.recalls import recall
from geodata.model import Level
from geodata.package import Package

PAGE = """
from dashboard.app import draw
from dashboard.navigation import Place

draw(Place.MAP)
"""


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Retiré\u00a0: chiffres faux"), ("en", "Withdrawn: wrong")]
)
def test_the_map_page_says_why(
    monkeypatch: pytest.MonkeyPatch, embedded_package: Package, tmp_path: Path, language: str, said: str
) -> None:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(embedded_package.path))
    monkeypatch.setenv("PROXIMITE_HOME", str(tmp_path))
    recall(tmp_path, "statcan_cimd_2021", "chiffres faux", "wrong figures", "")
    at = AppTest.from_string(PAGE, default_timeout=30)
    territory = str(embedded_package.level(Level.MRC).index[0])
    asked = {"niveau": "mrc", "indicateur": "cimd_situational_vulnerability", "territoire": territory}
    at.query_params.update({"lang": language, **asked})
    at.run()
    assert not at.exception
    page = "\n".join(element.proto.body for element in at.get("html"))
    assert said in page
    assert '<p class="px-value px-missing">' in page
    assert 'class="px-strip"' not in page
    assert "102 territoires" not in page
