"""The page that is measured: one map, one button that changes the values, and what the step cost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.layers import as_geojson, shapes, values
from dashboard.maps import MapView, assets, classify, draw, drawing_order, palette
from geodata.model import Level

FOLDER = Path(os.environ["PROXIMITE_BENCH_FOLDER"])
HEIGHT = 560


def ours(name: str, turn: int) -> None:
    found = classify(values(shapes(FOLDER, name).index, turn))
    labels = tuple(f"{low:.1f} – {high:.1f}" for low, high in found.bounds)
    classes = found.in_order(drawing_order(FOLDER / "geometry" / f"{name}.topojson"))
    draw(MapView(Level.DA, "bench", f"{name}.topojson", classes, palette(found.k), labels, height=HEIGHT))


def with_folium(name: str, turn: int) -> None:
    """Draw as folium's documentation does, but for what a machine without network cannot load."""
    drawn = folium.Map(location=[47.5, -71.5], zoom_start=6, tiles=None, prefer_canvas=True)
    drawn.default_js = [("leaflet", assets.address("leaflet/leaflet.js"))]
    drawn.default_css = [("leaflet_css", assets.address("leaflet/leaflet.css"))]
    data = values(shapes(FOLDER, name).index, turn)
    layer = folium.Choropleth(
        as_geojson(FOLDER, name),
        data=data,
        key_on="feature.properties.territory_id",
        fill_color="Blues",
        bins=5,
    )
    # Its legend asks a content network for d3.
    for key in [key for key in layer._children if key.startswith("color_map")]:
        del layer._children[key]
    layer.add_to(drawn)
    st_folium(drawn, key="folium", height=HEIGHT, use_container_width=True, returned_objects=[])


def main() -> None:
    st.set_page_config(layout="wide")
    turn = st.session_state.setdefault("turn", 0)
    if st.button("repaint"):
        turn = st.session_state["turn"] = turn + 1
    start = time.perf_counter()
    way = {"ours": ours, "folium": with_folium}[st.query_params["way"]]
    way(st.query_params["layer"], turn)
    spent = (time.perf_counter() - start) * 1000
    st.html(f'<span class="step" data-turn="{turn}" data-ms="{spent:.2f}"></span>')


main()
