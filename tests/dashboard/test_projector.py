"""Projector mode: asked for by the address, kept by every link, undone by one switch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.style import PROJECTED
from dashboard.navigation import Place

Visit = Callable[..., AppTest]


def _html(at: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in at.get("html"))


@pytest.mark.parametrize("place", [Place.MAP, Place.ORGANISATIONS])
def test_every_page_has_the_switch_and_its_links_keep_the_mode(visit_place: Visit, place: Place) -> None:
    at = visit_place(place, projection="1", lang="en")
    assert not at.exception
    assert at.toggle(key="projector").value is True
    drawn = _html(at)
    assert PROJECTED in drawn
    links = [part.split('"')[0] for part in drawn.split('href="./')[1:]]
    assert len(links) >= len(Place)
    assert [link for link in links if "projection=1" not in link] == []


def test_the_switch_writes_and_clears_the_address(visit_place: Visit) -> None:
    at = visit_place(Place.DATA)
    assert at.toggle(key="projector").value is False
    assert PROJECTED not in _html(at)
    assert "projection=" not in _html(at)
    at.toggle(key="projector").set_value(True).run()
    assert at.query_params["projection"] in ("1", ["1"])
    assert PROJECTED in _html(at)
    at.toggle(key="projector").set_value(False).run()
    assert "projection" not in at.query_params


def test_the_shared_link_and_a_change_of_level_keep_it(visit_place: Visit) -> None:
    at = visit_place(Place.MAP, niveau="clsc", projection="1")
    assert "projection=1" in _html(at).split('data-copy="map"')[1].split("</div>")[0]
    at.button_group(key="choose_level").set_value("mrc").run()
    assert at.query_params["projection"] in ("1", ["1"])
    assert at.query_params["niveau"] in ("mrc", ["mrc"])
