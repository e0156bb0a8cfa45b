"""The places of a package as the page of organisations lists them: chosen, counted, written; no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as calendar
from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.exports.sheet import Sheet, sheet_of_rows, sources_of
from dashboard.i18n import _, text
from geodata.crs import DISPLAY_CRS
from geodata.duplicates import counted_services
from geodata.model import LICENCES, GeocodeQuality, Level, ServiceCategory
from geodata.package import Package
from geodata.staleness import AGE_NAMES, AGE_SHAPES, Age, age_class
from geodata.taxonomy import CATEGORIES, FAMILIES, KIND_OF_LAYER
from geodata.text import fold

EVERY: Final = ""


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty is everything.

    Attributes
    ----------
    level, territory
        A value of ``Level`` and an identifier of the package.
    family, kind
        Keys of ``FAMILIES`` and ``CATEGORIES``.
    age
        A value of ``Age``.
    words
        Typed by a person: words of the name, the address or the town.
    """

    level: str = EVERY
    territory: str = EVERY
    family: str = EVERY
    kind: str = EVERY
    age: str = EVERY
    words: str = ""


@dataclass(frozen=True)
class PlaceFacts:
    """One place as it is listed."""

    id: str
    name: str
    address: str
    city: str
    postal_code: str
    quality: str
    source: str
    assured_date: str
    age: Age
    kinds: tuple[str, ...]


def places_of(package: Package) -> pd.DataFrame:
    """Give every listed place, a row each, with its age today.

    Returns
    -------
    DataFrame
        Indexed by the identifier of the place, in the order of names; columns ``name``, ``address``,
        ``city``, ``postal_code``, ``geocode_quality``, ``source_id``, ``assured_date``, ``age``, ``kinds``
        and ``families`` (tuples), ``searched`` (folded words). A place that two sources list is there once.
    """
    return _places(package.id, calendar.today().isoformat(), package)


@st.cache_resource(max_entries=4, show_spinner=False)
def _places(package_id: str, day: str, _package: Package) -> pd.DataFrame:
    return listed(_package, calendar.fromisoformat(day))


def listed(package: Package, today: calendar) -> pd.DataFrame:
    """Make the table of ``places_of`` as it is on a day."""
    services = counted_services(package.services, package.locations)
    kinds = _kinds(services)
    offered = kinds[kinds.map(lambda kind: CATEGORIES[kind].placed)]
    by_place = offered.groupby(services.loc[offered.index, "location_id"]).agg(_in_order)
    rows = package.locations.set_index("id").loc[lambda places: places.index.isin(by_place.index)].copy()
    rows["kinds"] = by_place.reindex(rows.index)
    rows["families"] = rows["kinds"].map(lambda found: tuple({CATEGORIES[k].family: None for k in found}))
    ages = {written: age_class(written, today).value for written in rows["assured_date"].unique()}
    rows["age"] = rows["assured_date"].map(ages)
    rows["searched"] = (rows["name"] + " " + rows["address"] + " " + rows["city"]).map(fold)
    return rows.sort_values("name", key=lambda names: names.map(fold), kind="stable")


def _kinds(services: pd.DataFrame) -> pd.Series:
    """Give the category of each service; that of its layer where the source says no more."""
    by_layer = services["category"].map(lambda layer: KIND_OF_LAYER[ServiceCategory(layer)])
    if "kind" not in services:  # a package made before services had kinds
        return by_layer
    return services["kind"].where(services["kind"].isin(CATEGORIES), by_layer)


def _in_order(kinds: pd.Series) -> tuple[str, ...]:
    found = set(kinds)
    return tuple(kind for kind in CATEGORIES if kind in found)


def chosen(package: Package, asked: Asked) -> pd.DataFrame:
    """Give the places that answer what is asked, as ``places_of`` does."""
    rows = places_of(package)
    if asked.territory and asked.level != Level.PROVINCE.value:
        where = package.location_territories
        inside = where.loc[where["territory_id"] == asked.territory, "location_id"]
        rows = rows[rows.index.isin(inside)]
    if asked.family:
        rows = rows[rows["families"].map(lambda families: asked.family in families)]
    if asked.kind:
        rows = rows[rows["kinds"].map(lambda kinds: asked.kind in kinds)]
    if asked.age:
        rows = rows[rows["age"] == asked.age]
    for word in fold(asked.words).split():
        rows = rows[rows["searched"].str.contains(word, regex=False)]
    return rows


def may_be_passed_on(package: Package, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the places of sources whose licence lets them be passed on."""
    free = {
        name
        for name, source in package.sources.items()
        if source.licence in LICENCES and LICENCES[source.licence].redistributable
    }
    return rows[rows["source_id"].isin(free)]


def counts_by_family(rows: pd.DataFrame) -> dict[str, Mapping[Age, int]]:
    """Count places by family and age, every family said; one that serves in two counts in each."""
    exploded = rows[["families", "age"]].explode("families")
    table = exploded.groupby(["families", "age"]).size()
    return {family: {age: int(table.get((family, age.value), 0)) for age in Age} for family in FAMILIES}


def counts(rows: pd.DataFrame) -> Mapping[Age, int]:
    """Count places by age, each once."""
    found = rows["age"].value_counts()
    return {age: int(found.get(age.value, 0)) for age in Age}


def facts(rows: pd.DataFrame) -> list[PlaceFacts]:
    """Give rows of ``places_of`` as places."""
    columns = ["name", "address", "city", "postal_code", "geocode_quality", "source_id", "assured_date"]
    cells = rows[columns].fillna("").astype(str).to_numpy()
    return [
        PlaceFacts(str(identifier), name, address, city, code, quality, source, date, Age(age), kinds)
        for identifier, (name, address, city, code, quality, source, date), age, kinds in zip(
            rows.index, cells, rows["age"], rows["kinds"], strict=True
        )
    ]


def place(package: Package, identifier: str) -> PlaceFacts | None:
    """Give one place, or null where the package does not list it."""
    rows = places_of(package)
    return facts(rows.loc[[identifier]])[0] if identifier in rows.index else None


def kinds_line(found: PlaceFacts) -> str:
    """Name what a place offers."""
    return ", ".join(text(CATEGORIES[kind].title) for kind in found.kinds)


def address_line(found: PlaceFacts) -> str:
    """Write an address on one line."""
    bare = found.postal_code.replace(" ", "")
    code = f"{bare[:3]} {bare[3:]}".strip()
    return ", ".join(part for part in (found.address, found.city, code) if part)


def quality_words(quality: str) -> str:
    """Say how a place came by its point on the map."""
    return {
        GeocodeQuality.ROOFTOP.value: _("à son adresse"),
        GeocodeQuality.POSTAL_CODE.value: _("au milieu de son code postal"),
        GeocodeQuality.MUNICIPALITY.value: _("au milieu de sa municipalité"),
        GeocodeQuality.NONE.value: _("pas sur la carte"),
    }.get(quality, _("non précisé"))


def age_words(age: Age) -> str:
    """Give an age as a shape and its words."""
    return f"{AGE_SHAPES[age]} {text(AGE_NAMES[age])}"


def source_title(package: Package, source_id: str) -> str:
    """Give the title of a source."""
    source = package.sources.get(source_id)
    return text(source.title) if source else source_id


def places_sheet(package: Package, rows: pd.DataFrame) -> Sheet:
    """Give the places chosen with their points, in the language of the page."""
    headings = [
        _("Identifiant"), _("Nom"), _("Catégories"), _("Adresse"), _("Municipalité"), _("Code postal"),
        _("Situé"), _("Date de la fiche"), _("Âge de la fiche"), _("Source"),
    ]  # fmt: skip
    lines = [
        [
            p.id, p.name, kinds_line(p), p.address, p.city, p.postal_code, quality_words(p.quality),
            p.assured_date, text(AGE_NAMES[p.age]), source_title(package, p.source),
        ]
        for p in facts(rows)
    ]  # fmt: skip
    used = [package.sources[name] for name in sorted(set(rows["source_id"])) if name in package.sources]
    credits = [text(source.attribution) for source in used]
    sheet = sheet_of_rows(_("Lieux"), headings, lines, sources=[*credits, *sources_of(package)])
    known = rows[["longitude", "latitude"]].notna().all(axis=1)
    points = gpd.GeoSeries(gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs=DISPLAY_CRS)
    return replace(sheet, geometry=points.where(known.to_numpy()))


def dated(found: PlaceFacts) -> str:
    """Say when a place was last vouched for."""
    return fmt.date(found.assured_date) if found.assured_date else _("sans date")
