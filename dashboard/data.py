"""Everything that the pages read, opened once and kept: read-only, never copied at a rerun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.figures import Figures, figures
from dashboard.format import date
from dashboard.i18n import _, in_language, text
from dashboard.maps import Classification, Method, Place, PlaceSet, classify
from dashboard.neighbourhood import Establishment, Nearby, establishments_for, nearby
from dashboard.search import Entry, build_index
from dashboard.settings import settings
from dashboard.state import Offer, Selection
from dashboard.territories_laid import laid_over
from etl.recalls import recalls_of
from etl.settings import settings as data_settings
from etl.shown import shown
from geodata.duplicates import counted_services
from geodata.errors import PackageError, ProximiteError
from geodata.model import SERVICE_NAMES, Level, ServiceCategory
from geodata.package import EMBEDDED, MANIFEST, Package, Recall, open_package
from geodata.staleness import age_class
from geodata.text import Language, Text

CLASSES: Final = 5
PACKAGE_ID_LENGTH: Final = 8
_KEPT: Final = 256

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Opened:
    """The package that the pages show, and why it is not the one that was asked for.

    Attributes
    ----------
    package
        With the custom territories kept here laid over it.
    problem
        Why the embedded package is shown in place of the configured one; null where it is not.
    left_aside
        Why some custom territories are not there.
    """

    package: Package
    problem: ProximiteError | None = None
    left_aside: tuple[ProximiteError, ...] = ()


def opened() -> Opened:
    """Open the package, with the custom territories of this machine and of this browser.

    Raises
    ------
    PackageError
        If the embedded package cannot be read either.
    """
    base = _published()
    package, left_aside = laid_over(base.package)
    return Opened(package, base.problem, left_aside)


def _published() -> Opened:
    """Open the configured package, or the embedded one where that fails.

    A package that was replaced on disk is opened again at the next rerun.

    Raises
    ------
    PackageError
        If the embedded package cannot be read either.
    """
    path, recalls, problem = settings().package, *_recalls()
    try:
        return Opened(_package(str(path), _stamp(path), recalls, _hidden()), problem)
    except ProximiteError as failure:
        if path.resolve() == EMBEDDED.resolve():
            raise
        return Opened(_package(str(EMBEDDED), _stamp(EMBEDDED), recalls, _hidden()), failure)


def _recalls() -> tuple[tuple[Recall, ...], ProximiteError | None]:
    """Give the sources withdrawn since the package was built, or why nobody can tell."""
    try:
        return tuple(recalls_of(data_settings().home).values()), None
    except ProximiteError as failure:
        return (), failure


def _hidden() -> tuple[str, ...]:
    """Give the communities that are not shown; a changed setting opens the package again."""
    return tuple(sorted(data_settings().hidden_communities))


def current_package() -> Package:
    """Give the package as published, for the server's geometry route."""
    return _published().package


def offer(package: Package) -> Offer:
    """Give what a package lets one choose."""
    return _offer(package.id, package)


def figures_of(package: Package, level: Level, indicator: str, period: str) -> Figures:
    """Give one indicator at one level."""
    return _figures(package.id, level.value, indicator, period, package)


def classified(package: Package, selection: Selection) -> Classification:
    """Give the classes of the values on the map."""
    return _classified(
        package.id,
        selection.level.value,
        selection.indicator,
        selection.period,
        selection.method.value,
        package,
    )


def search_index(package: Package) -> list[Entry]:
    """Give the searchable names of every territory."""
    return _search_index(package.id, package)


def places(package: Package) -> pd.DataFrame:
    """Give every located service with its place, one row a service."""
    return _places(package.id, package)


def place_set(package: Package, category: ServiceCategory, language: Language) -> PlaceSet:
    """Give the places of a category as the map fetches them, their dates in the language of the page."""
    return _place_set(package.id, category.value, language, calendar.today().isoformat(), package)


def nearby_services(package: Package, territory: str) -> list[Nearby]:
    """Give the services of a territory by category."""
    return _nearby(package.id, territory, calendar.today().isoformat(), package)


def establishments(package: Package, territory: str) -> list[Establishment]:
    """Give the establishments in charge of a territory."""
    return _establishments(package.id, territory, package)


def memberships(package: Package, da_id: str) -> pd.DataFrame:
    """Give the rows of one dissemination area in the membership table."""
    by_area = _membership(package.id, package)
    return by_area.loc[[da_id]] if da_id in by_area.index else by_area.iloc[:0]


def postal_codes(package: Package) -> list[str]:
    """Give every postal code, in order."""
    return _postal_codes(package.id, package)


def _stamp(path: Path) -> Stamp:
    try:
        facts = (path / MANIFEST).stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_ino


@st.cache_resource(max_entries=4, show_spinner=False)
def _package(path: str, stamp: Stamp, recalls: tuple[Recall, ...], hidden: tuple[str, ...]) -> Package:
    package = open_package(Path(path), {recall.source_id: recall for recall in recalls})
    _require_readable(package)
    return shown(package)


def _require_readable(package: Package) -> None:
    """Read what every page needs, so that a damaged package fails here and not in the middle of a page."""
    try:
        whole = bool(package.indicators and package.sources) and len(package.territories) > 0
        whole = whole and len(package.observations) > 0
    except PackageError:
        raise
    except Exception as failure:
        raise _damaged(package.path) from failure
    if not whole:
        raise _damaged(package.path)


def _damaged(path: Path) -> PackageError:
    return PackageError(
        Text("Ce paquet de données est abîmé ou incomplet", "This data package is damaged or incomplete"),
        where=str(path),
        hint=Text("refaites-le avec « proximite build »", "run “proximite build” again"),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _offer(package_id: str, _package: Package) -> Offer:
    present = set(_package.territories["level"])
    levels = {str(t): str(level) for t, level in _package.territories["level"].items()}
    return Offer(
        package_id=package_id[:PACKAGE_ID_LENGTH],
        levels=tuple(level for level in Level if level.value in present),
        indicators={
            name: (frozenset(indicator.levels), indicator.periods)
            for name, indicator in _package.indicators.items()
        },
        has_territory=partial(_is_at, levels),
    )


def _is_at(levels: dict[str, str], level: Level, territory: str) -> bool:
    return levels.get(territory) == level.value


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _figures(package_id: str, level: str, indicator: str, period: str, _package: Package) -> Figures:
    return figures(_package, Level(level), indicator, period)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _classified(
    package_id: str, level: str, indicator: str, period: str, method: str, _package: Package
) -> Classification:
    shown = _figures(package_id, level, indicator, period, _package)
    every_period = [
        _figures(package_id, level, indicator, other, _package).values
        for other in (_package.indicators[indicator].periods if method == Method.FIXED.value else ())
    ]
    return classify(
        shown.values,
        Method(method),
        CLASSES,
        hidden=shown.frame["hidden"],
        reference=pd.concat(every_period) if every_period else None,
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _search_index(package_id: str, _package: Package) -> list[Entry]:
    return build_index(_package.territories)


@st.cache_resource(max_entries=4, show_spinner=False)
def _places(package_id: str, _package: Package) -> pd.DataFrame:
    located = _package.locations.set_index("id").add_prefix("place_")
    counted = counted_services(_package.services, _package.locations)
    return counted.join(located, on="location_id", how="inner")


@st.cache_resource(max_entries=32, show_spinner=False)
def _place_set(package_id: str, category: str, language: Language, day: str, _package: Package) -> PlaceSet:
    today = calendar.fromisoformat(day)
    joined = _places(package_id, _package)
    offered = joined[(joined["category"] == category) & joined["place_longitude"].notna()]
    located = offered.drop_duplicates("location_id")
    columns = [
        "name", "place_longitude", "place_latitude", "place_geocode_quality", "assured_date", "location_id",
    ]  # fmt: skip
    details = located["detail_fr" if language == "fr" else "detail_en"]
    with in_language(language):
        title = text(SERVICE_NAMES[ServiceCategory(category)])
        only = _("CLSC seulement")
        rows = [
            Place(
                name,
                lon,
                lat,
                quality,
                date(assured),
                only if alone else detail,
                age_class(assured, today).value,
                location,
            )
            for (name, lon, lat, quality, assured, location), detail, alone in zip(
                located[columns].itertuples(index=False), details, located["only_mission"], strict=True
            )
        ]
    return PlaceSet.of(category, title, rows)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _nearby(package_id: str, territory: str, day: str, _package: Package) -> list[Nearby]:
    return nearby(_package, _places(package_id, _package), territory, calendar.fromisoformat(day))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _establishments(package_id: str, territory: str, _package: Package) -> list[Establishment]:
    return establishments_for(_package, territory)


@st.cache_resource(max_entries=4, show_spinner=False)
def _membership(package_id: str, _package: Package) -> pd.DataFrame:
    return _package.membership.set_index("da_id", drop=False).sort_index()


@st.cache_resource(max_entries=4, show_spinner=False)
def _postal_codes(package_id: str, _package: Package) -> list[str]:
    return sorted(str(code) for code in _package.postal_codes.index)
