"""People of a group by area: estimates keep their totals, and what is not known is no zero."""

import numpy as np
import pytest

from geodata.access.groups import GROUPS, groups_offered, people_of
from geodata.errors import SelectionError
from geodata.model import Governance, Level
from geodata.package import Package, Recall
from geodata.text import same_in_both
from tests.geodata.access.small import catalogue, package

NAN = float("nan")


def test_everyone_is_the_census() -> None:
    found = people_of(package())
    np.testing.assert_equal(found.people.to_numpy(), [100.0, 300.0, 200.0, 400.0, 50.0, NAN])
    assert not found.estimated
    assert found.coverage == 1.0


def test_an_age_group_is_shared_as_the_population_of_its_clsc() -> None:
    found = people_of(package(), "age_65_plus")
    # 20 % in a, 50 % in b, 10 % in c; da:3 is half in a, half in b: 35 %.
    np.testing.assert_allclose(found.people.to_numpy(), [20.0, 60.0, 70.0, 200.0, 5.0, NAN])
    assert found.estimated
    assert "Estimé" in found.said.fr


def test_groups_of_a_partition_add_up_to_everyone() -> None:
    parts = [people_of(package(), group).people for group in ("age_0_17", "age_18_64", "age_65_plus")]
    np.testing.assert_allclose(sum(parts), people_of(package()).people)


def test_what_an_area_does_not_publish_is_missing() -> None:
    found = people_of(package(), "low_income")
    np.testing.assert_equal(found.people.to_numpy(), [10.0, 30.0, NAN, NAN, 5.0, NAN])
    assert found.coverage == pytest.approx(450 / 1050)
    assert "43\u00a0%" in found.said.fr
    assert "43%" in found.said.en


def test_a_community_s_hidden_figure_is_missing() -> None:
    assert np.isnan(
        people_of(package(indicators=catalogue(hidden_governance=(Governance.CREE,))), "low_income").people[
            "da:5"
        ]
    )


def test_what_cannot_be_counted_is_refused() -> None:
    withdrawn = package(
        {"source_age_65_plus_pct": Recall("source_age_65_plus_pct", same_in_both("-"), "2026-01-01")}
    )
    with pytest.raises(SelectionError, match="retirée"):
        people_of(withdrawn, "age_65_plus")
    with pytest.raises(SelectionError, match="groupe"):
        people_of(package(), "everybody")
    assert list(groups_offered(withdrawn)) == ["everyone", "age_0_17", "low_income"]


def test_the_real_totals_of_each_clsc_are_kept(embedded_package: Package) -> None:
    areas = embedded_package.level(Level.DA)
    everyone = people_of(embedded_package).people
    rows = embedded_package.values(Level.CLSC, "age_65_plus_pct", "2021")
    estimated = people_of(embedded_package, "age_65_plus").people
    # No area is parted between two of them: the territory that each names is its own.
    by_clsc = estimated.groupby(areas["clsc_id"]).sum()
    expected = everyone.groupby(areas["clsc_id"]).sum() * rows["numerator"] / rows["denominator"]
    np.testing.assert_allclose(by_clsc, expected.reindex(by_clsc.index))


def test_every_group_has_words() -> None:
    for key, group in GROUPS.items():
        assert group.id == key
        assert group.title.fr != group.title.en
