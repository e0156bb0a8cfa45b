"""The map in folium's words: a ground made once, and a paint that changes at each choice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import folium
from branca.element import MacroElement
from folium.template import Template

from dashboard.maps import assets

START: Final = (47.5, -71.5)
"""Latitude and longitude shown for the instant before the first shapes are there."""

START_ZOOM: Final = 6
MIN_ZOOM: Final = 4
MAX_ZOOM: Final = 17


class ProximiteMap(folium.Map):
    """A folium map that asks nothing of any other site: our Leaflet, no tiles, no icon fonts.

    Its script is the same for every level, indicator and language: streamlit-folium mounts the map again
    when it changes, and the reader would lose the view.

    Parameters
    ----------
    base
        Path under which the dashboard is mounted, empty at the root.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        {% endmacro %}

        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {
                    center: {{ this.location|tojson }},
                    crs: L.CRS.{{ this.crs }},
                    ...{{ this.options|tojavascript }}
                }
            );
            proximite.attach({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, base: str = "") -> None:
        super().__init__(
            location=START,
            zoom_start=START_ZOOM,
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.1,
        )
        # folium keeps these two words for its tiles; without them a place would be approached for ever.
        self.options.update(min_zoom=MIN_ZOOM, max_zoom=MAX_ZOOM)
        self.default_js = [(name, assets.address(name, base)) for name in assets.SCRIPTS]
        self.default_css = [(name, assets.address(name, base)) for name in assets.STYLES]


class Paint(MacroElement):
    """What the shapes look like now: addresses of the layers, classes, colours and words.

    Parameters
    ----------
    order
        JSON-ready; see ``dashboard.maps.view.paint_order``.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            proximite.paint(map_div, {{ this.order }});
        {% endmacro %}
        """
    )

    def __init__(self, order: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Paint"
        # The script is evaluated, not parsed as a page: only a closing tag could matter, in a saved copy.
        self.order = json.dumps(order, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


class Painted(folium.FeatureGroup):
    """The group that streamlit-folium sends again at each choice; it holds one ``Paint``."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        super().__init__(name="paint", control=False)
        self.add_child(Paint(order))
