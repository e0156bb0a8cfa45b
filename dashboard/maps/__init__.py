"""The map: classes, colours, legend, and a drawing that is repainted in place."""

from dashboard.maps.classes import Classification, Method, classify
from dashboard.maps.legend import legend_html
from dashboard.maps.palette import palette
from dashboard.maps.places import Place, PlaceSet
from dashboard.maps.view import MapView, draw, drawing_order

__all__ = [
    "Classification",
    "MapView",
    "Method",
    "Place",
    "PlaceSet",
    "classify",
    "draw",
    "drawing_order",
    "legend_html",
    "palette",
]
