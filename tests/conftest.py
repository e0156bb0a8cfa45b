"""What every test shares: the mirror, the embedded package, and settings that never come from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from geodata.package import EMBEDDED, Package, open_package

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("local", deadline=None, print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


def absent(reason: str) -> None:
    """Skip with its name a test whose means are not on this machine; in CI, fail."""
    if IN_CI:
        pytest.fail(f"{reason} (nothing may be skipped in CI)")
    pytest.skip(reason)


def mirror_folder() -> Path:
    """Give the folder of open data files, whether it exists or not."""
    return Path(os.environ.get("PROXIMITE_MIRROR") or ROOT.parent / "shared" / "mirror")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests and put them last: the quick answers come first."""
    browser_tests = Path(__file__).parent / "e2e"
    for item in items:
        if browser_tests in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: browser_tests in item.path.parents)


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name.startswith("PROXIMITE_") and name != "PROXIMITE_MIRROR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PROXIMITE_HOME", str(tmp_path_factory.getbasetemp() / "no-home"))


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Give the read-only folder of open data files."""
    folder = mirror_folder()
    if not (folder / "MANIFEST.tsv").is_file():
        absent("skipped: no mirror")
    return folder


@pytest.fixture(scope="session")
def embedded_package() -> Package:
    """Give the package that comes with the program; it is read-only, hence shared."""
    return open_package(EMBEDDED)
