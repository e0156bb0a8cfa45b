"""What a source gives to the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geodata.text import Text

Raw = Mapping[str, pd.DataFrame]
"""The declared files of a source by name, validated and in EPSG:4326 where they have a shape."""


@dataclass(frozen=True)
class Tables:
    """Tables that a transform returns; those that it has nothing for stay null.

    Attributes
    ----------
    territories
        ``territory_id, level, name_fr, name_en, source_id`` and optional ``land_km2, governance,
        caveat_fr, caveat_en, aliases, status`` and parent columns; geometry in EPSG:4326, null where
        the publisher draws none.
    codes
        ``da_id, territory_id, census_year``: the territory that the publisher writes for each area.
    area_polygons
        ``da_id, geometry``: dissemination areas that have a polygon.
    people
        ``cell_id, people``: 2021 census population of areas and municipalities, null where not counted.
    cells
        ``cell_id, indicator_id, period, numerator, denominator, status`` at the base level.
    observations
        ``territory_id, indicator_id, period, value, numerator, denominator, status`` as published.
    health_people
        ``territory_id, people``: MSSS/ISQ population of health territories, 1 July 2021.
    places
        One row a place and category: ``place_id, name, category, address, city, postal_code, longitude,
        latitude, assured_date, detail_fr, detail_en, only_mission, organization_id`` and, where the source
        has them, ``kinds`` (list of identifiers of ``geodata.taxonomy.CATEGORIES``; that of the category if
        absent or empty), ``capacity`` (people or places offered by a place of one kind, null where unknown),
        ``geocode_quality`` (of coordinates that the source found itself; ``none`` where it
        refused to) and the columns of ``PLACE_CODES``. ``category`` is the layer that counts the place.
    organizations
        ``id, name, alternate_name, assured_date``.
    withheld
        ``territory_id, indicator_id, period, value``: places counted by health region and never listed.
    crosswalk
        ``territory_id, part_id``: a territory made of whole territories of another level.
    people_2016
        ``cell_id, people``: 2016 census population of the areas of 2016.
    site_polygons
        ``territory_id, geometry``: shapes that find the territory of a place, if not those drawn.
    postal_codes
        ``code, longitude, latitude``.
    ages
        ``territory_id, period, sex, age_group, people``, as ``geodata.ages`` names them.
    notes
        Findings to print in the report.
    """

    territories: gpd.GeoDataFrame | None = None
    codes: pd.DataFrame | None = None
    area_polygons: gpd.GeoDataFrame | None = None
    people: pd.DataFrame | None = None
    cells: pd.DataFrame | None = None
    observations: pd.DataFrame | None = None
    health_people: pd.DataFrame | None = None
    places: pd.DataFrame | None = None
    organizations: pd.DataFrame | None = None
    withheld: pd.DataFrame | None = None
    crosswalk: pd.DataFrame | None = None
    people_2016: pd.DataFrame | None = None
    site_polygons: gpd.GeoDataFrame | None = None
    postal_codes: pd.DataFrame | None = None
    ages: pd.DataFrame | None = None
    notes: tuple[Text, ...] = field(default=())


PLACE_CODES = ("rss", "rls", "clsc", "mrc", "municipality")
"""Levels whose code a listing may write beside a place, as full territory ids."""

IMPORTED = "imported"
"""Condition of a source that someone imported: it may hold places of anywhere."""
