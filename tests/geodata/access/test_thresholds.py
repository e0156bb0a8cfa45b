"""Minutes by milieu: stated, checked, and the same for equal questions."""

import pytest

from geodata.access.costs import Mode
from geodata.access.errors import AccessError
from geodata.access.question import Question, at_thresholds, cutoff_of
from geodata.access.thresholds import MILIEUS, Thresholds, default_minutes
from tests.geodata.access.small import package


def test_an_area_takes_the_minutes_of_its_milieu_and_rural_where_unknown() -> None:
    found = Thresholds().of(package(), Mode.DRIVE)
    assert found.tolist() == [10.0, 10.0, 30.0, 30.0, 45.0, 30.0]


def test_a_milieu_that_is_not_given_keeps_its_default() -> None:
    found = Thresholds(walk={"rural": 40})
    assert found.walk == {**default_minutes(Mode.WALK), "rural": 40.0}
    assert list(found.walk) == list(MILIEUS)
    assert found.longest(Mode.WALK) == 40.0


@pytest.mark.parametrize("minutes", [0, -5, float("nan"), float("inf"), 1e6, "dix", None])
def test_impossible_minutes_are_refused_in_one_sentence(minutes: object) -> None:
    with pytest.raises(AccessError, match="seuil") as caught:
        Thresholds(drive={"urban": minutes})  # type: ignore[dict-item]
    assert "urban" in caught.value.sentence("en")


def test_an_unknown_milieu_is_refused() -> None:
    with pytest.raises(AccessError, match="suburban"):
        Thresholds(walk={"suburban": 10})


def test_equal_questions_are_one_key() -> None:
    one, other = (Question("clsc", thresholds=Thresholds(drive={"urban": 12})) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Question("clsc")


def test_thresholds_are_multiplied_up_to_four_hours() -> None:
    question = Question("clsc", steps=((10, 1.0),))
    found = at_thresholds(question, 1.5)
    assert found.thresholds.drive == {"urban": 15.0, "periurban": 22.5, "rural": 45.0, "remote": 67.5}
    assert found.steps == ((15.0, 1.0),)
    assert max(question.thresholds.scaled(100).drive.values()) == 240.0
    assert cutoff_of(question) == 90.0


def test_the_decay_ends_at_the_urban_minutes() -> None:
    assert Thresholds(drive={"urban": 30}).steps(Mode.DRIVE) == pytest.approx({10: 1, 20: 0.68, 30: 0.22})
    assert Question("clsc", steps={5: 1.0, 10: 0.5}).decay == {5.0: 1.0, 10.0: 0.5}  # type: ignore[arg-type]


@pytest.mark.parametrize("distance", [-1.0, float("nan"), 101.0])
def test_an_impossible_distance_is_refused(distance: float) -> None:
    with pytest.raises(AccessError, match="km"):
        Question("clsc", buffer_km=distance)
