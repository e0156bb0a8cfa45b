"""No serious or critical violation, by axe, at both widths and in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geodata.model import Level
from geodata.package import Package
from tests.e2e.accessibility import violations
from tests.e2e.visit import PHONE, WIDE, Visit

Opener = Callable[..., Visit]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_page_has_no_serious_barrier(
    visit: Opener, embedded_package: Package, axe: str, size: tuple[int, int], language: str
) -> None:
    territory = str(embedded_package.level(Level.CLSC).index[0])
    seen = visit(size=size, language=language, niveau="clsc", territoire=territory, tableau="1")
    assert violations(seen.page, axe) == []


def test_what_opens_on_demand_has_no_serious_barrier(visit: Opener, axe: str) -> None:
    seen = visit(niveau="mrc", services="clsc")
    seen.page.get_by_role("button", name="Points de service CLSC").click()
    seen.page.get_by_role("radiogroup", name="Découpage en classes").wait_for()
    assert violations(seen.page, axe) == []
    seen.page.keyboard.press("Escape")
    seen.search("Saint-Jean")
    assert violations(seen.page, axe) == []
