"""What the people who keep the data do from the pages: refresh, roll back, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from dashboard.settings import settings
from etl import history
from etl.checks import CheckResult, check_package
from etl.diff import PackageDiff, diff
from etl.jobs import Job, job_status, start_refresh
from etl.settings import settings as etl_settings
from etl.status import SourceStatus, source_statuses
from geodata.errors import ProximiteError
from geodata.hiding import HIDDEN, without_communities
from geodata.overlay import published
from geodata.package import MANIFEST, Package, open_package


def allowed() -> bool:
    """Say whether this installation lets its visitors change the data."""
    return settings().upkeep


def home() -> Path:
    """Give the data folder."""
    return etl_settings().home


def difference(folder: Path, before: str, after: str) -> PackageDiff | None:
    """Compare two packages of the history; null where one of them is no longer kept."""
    paths = [history.path_of(folder, name) for name in (before or history.EMBEDDED_NAME, after)]
    if not all((path / MANIFEST).is_file() for path in paths):
        return None
    return _difference(str(paths[0]), str(paths[1]))


def earlier(folder: Path) -> list[str]:
    """List the packages that one may go back to, newest first, the program's own last."""
    current = history.current_name(folder)
    names = [*reversed(history.package_names(folder)), history.EMBEDDED_NAME]
    return [name for name in names if name != current]


def roll_back(folder: Path, to: str, reason: str) -> None:
    """Point at an earlier package."""
    history.rollback(folder, to, reason.strip())


def job(folder: Path) -> Job:
    """Tell how far the last refresh is."""
    return job_status(folder)


def start(folder: Path, sources: Sequence[str], accept: Mapping[str, str]) -> None:
    """Start a refresh that goes on when the page is closed."""
    start_refresh(folder, sources, accept, mirror=etl_settings().mirror)


def check(package: Package) -> list[CheckResult]:
    """Recompute every invariant of a package; of the whole one where a community's layer is hidden."""
    whole = open_package(settings().package) if HIDDEN in package.manifest else published(package)
    return check_package(whole)


def statuses(package: Package, folder: Path) -> list[SourceStatus]:
    """Give what is known of every source."""
    return source_statuses(package, folder)


@st.cache_resource(max_entries=8, show_spinner=False)
def _difference(before: str, after: str) -> PackageDiff | None:
    """Compare two folders; a published package never changes, so that its name is enough."""
    try:
        hidden = etl_settings().hidden_communities
        first, second = (without_communities(open_package(Path(path)), hidden) for path in (before, after))
        return diff(first, second)
    except ProximiteError:
        return None
