import pytest

from dashboard.settings import Settings, settings
from geodata.package import EMBEDDED


def test_without_settings_the_embedded_package_and_no_ground_map() -> None:
    assert settings().package == EMBEDDED
    assert settings().basemap_url == ""
    assert settings().basemap_origin == ""


def test_a_ground_map_opens_the_page_to_its_site_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXIMITE_BASEMAP_URL", "https://tuiles.example.org:8443/{z}/{x}/{y}.png?cle=a")
    assert Settings().basemap_origin == "https://tuiles.example.org:8443"
