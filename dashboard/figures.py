"""The figures of one indicator at one level, ready to be shown: pure tables and words, no widget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from dashboard.i18n import _
from geodata.aggregate import FEWEST_COVERED
from geodata.errors import SelectionError
from geodata.model import Governance, Grade, Level, Status
from geodata.package import Package
from geodata.ranking import fifths
from geodata.text import Text
from geodata.uncertainty import coefficient_of_variation

FEWEST_TO_PLACE: Final = 5
"""Under this number of values, a fifth means nothing."""

RECALLED: Final = "recalled"
"""Status of a figure whose source was withdrawn; no package holds it, the page gives it."""

WIDEST_TIE: Final = 0.20
"""A value that more territories than a fifth share has no fifth."""

PARENTS: Final[dict[Level, tuple[str, ...]]] = {
    Level.RTS: ("rss_id",),
    Level.RLS: ("rss_id",),
    Level.CLSC: ("rss_id",),
    Level.MRC: ("region_id",),
    Level.MUNICIPALITY: ("mrc_id", "region_id"),
    Level.ARRONDISSEMENT: ("municipality_id", "mrc_id", "region_id"),
    Level.QUARTIER: ("municipality_id", "mrc_id", "region_id"),
    Level.TABLE: ("municipality_id", "mrc_id", "region_id"),
    Level.CT: ("municipality_id", "mrc_id", "region_id"),
    Level.DA: ("clsc_id", "municipality_id", "mrc_id", "region_id"),
    Level.CUSTOM: ("municipality_id", "mrc_id", "region_id"),
}
"""Columns of the territories that hold a territory's parents, nearest first."""


class Fifth(StrEnum):
    """Where a value stands among its level; never a rank."""

    LOWEST = "lowest"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    HIGHEST = "highest"
    SHARED = "shared"

    @classmethod
    def at(cls, place: int) -> Fifth:
        """Give the fifth of a number, 1 lowest to 5 highest."""
        return _IN_ORDER[place - 1]


_IN_ORDER: Final = (Fifth.LOWEST, Fifth.LOW, Fifth.MIDDLE, Fifth.HIGH, Fifth.HIGHEST)


@dataclass(frozen=True)
class Figures:
    """One indicator, period and level.

    Attributes
    ----------
    frame
        Indexed by ``territory_id`` in the level's order; columns ``value`` (null where hidden),
        ``status``, ``grade``, ``coverage``, ``moe_95``, ``cv`` (standard error against the value or the
        level's spread, 0.166 is 16.6 %), ``error_kind``, ``people`` (2021), ``hidden``, ``placed``
        (whether it may be set among the others of its level).
    recalled
        Why the source was withdrawn; its figures are then neither shown, ranked nor classed. Null where
        it was not.
    """

    level: Level
    indicator: str
    period: str
    frame: pd.DataFrame
    recalled: Text | None = None

    def row(self, territory: str) -> pd.Series:
        """Give the figures of one territory."""
        return self.frame.loc[[territory]].iloc[0]

    @property
    def values(self) -> pd.Series:
        """Values that may be shown, null elsewhere."""
        return self.frame["value"]

    @property
    def placed(self) -> pd.Series:
        """Values that may be set among others, null elsewhere.

        Those of the communities that govern themselves are not, nor those that cover less than 70 % of the
        people or are not to be used.
        """
        return self.frame["value"].where(self.frame["placed"])


def figures(package: Package, level: Level, indicator_id: str, period: str) -> Figures:
    """Take the figures of a level out of a package, without those kept off the screen.

    Values of communities named in the indicator's ``hidden_governance`` become null with ``hidden`` true,
    so that nothing downstream (map, class, strip, table, file) can show or count them. Those of a source
    that was withdrawn become null likewise, with the status ``recalled``.
    """
    observed = package.values(level, indicator_id, period)
    territories = package.level(level)
    indicator = package.indicators[indicator_id]
    kept_off = [kind.value for kind in indicator.hidden_governance]
    reason = package.recall_of(indicator_id)
    recalled = observed["source_id"].isin(package.recalls) | (reason is not None)
    hidden = territories["governance"].isin(kept_off) & observed["value"].notna() & ~recalled
    shown = ~(hidden | recalled)
    value = observed["value"].astype(float).where(shown)
    moe = observed["moe_95"].astype(float).where(shown)
    suppressed = observed["status"].eq(Status.SUPPRESSED.value) & shown
    grades = observed["grade"].astype(object).where(shown).mask(suppressed, Grade.DO_NOT_USE.value)
    frame = pd.DataFrame(
        {
            "value": value,
            "status": observed["status"].astype(object).fillna(Status.NO_DATA.value).mask(recalled, RECALLED),
            "grade": grades,
            "coverage": observed["coverage"].astype(float),
            "moe_95": moe,
            "cv": coefficient_of_variation(
                value, moe, ratio_scale=indicator.unit.ratio_scale, spread=float(value.std(ddof=0))
            ),
            "error_kind": observed["error_kind"].astype(object),
            "people": territories["pop_2021"].astype(float),
            "hidden": hidden.to_numpy(dtype=bool),
        },
        index=observed.index,
    )
    governed = territories["governance"].ne(Governance.NONE.value).to_numpy(dtype=bool)
    frame["placed"] = may_be_placed(frame) & ~governed
    return Figures(level, indicator_id, period, frame, reason)


def row_of(package: Package, territory: str, indicator_id: str, period: str) -> pd.Series | None:
    """Give the figures of one territory at its own level, or null where there is no value to show."""
    try:
        level = Level(package.territories.at[territory, "level"])
        row = figures(package, level, indicator_id, period).row(territory)
    except (KeyError, SelectionError):
        return None
    return None if pd.isna(row["value"]) else row


def figure_of(package: Package, territory: str, indicator_id: str, period: str) -> float | None:
    """Give one value for comparison, or null where there is none to show."""
    row = row_of(package, territory, indicator_id, period)
    return None if row is None else float(row["value"])


def province_of(package: Package) -> str | None:
    """Give the identifier of Québec, or null in a package that leaves it out."""
    found = package.territories.index[package.territories["level"] == Level.PROVINCE.value]
    return str(found[0]) if len(found) else None


def parents_of(package: Package, territory: str) -> list[str]:
    """Give the parents of a territory that the package holds, nearest first."""
    row = package.territories.loc[territory]
    columns = PARENTS.get(Level(row["level"]), ())
    named = [row[column] for column in columns if column in row.index]
    return [parent for parent in named if isinstance(parent, str) and parent in package.territories.index]


def fifth_of(values: pd.Series, territory: str) -> Fifth | None:
    """Place a territory among its level by fifths of the territories that have a value.

    Equal values share the middle of their positions, so that none is set above its equal.

    Returns
    -------
    Fifth or None
        Null without a value or with too few of them.
    """
    present = values.dropna()
    if territory not in present.index or len(present) < FEWEST_TO_PLACE:
        return None
    equal = int((present == present.loc[territory]).sum())
    if equal / len(present) > WIDEST_TIE and equal > 1:
        return Fifth.SHARED
    return Fifth.at(int(fifths(present).loc[territory]))


def may_be_placed(frame: pd.DataFrame) -> pd.Series:
    """Say which figures are good enough to be set among others.

    Parameters
    ----------
    frame
        ``value``, ``coverage`` (null counts as complete) and ``grade``.
    """
    covered = frame["coverage"].isna() | frame["coverage"].ge(FEWEST_COVERED)
    usable: pd.Series = frame["value"].notna() & covered & frame["grade"].ne(Grade.DO_NOT_USE.value)
    return usable


def fifth_in_words(fifth: Fifth) -> str:
    """Say a fifth as a person would."""
    return {
        Fifth.LOWEST: _("parmi le cinquième le moins élevé"),
        Fifth.LOW: _("dans le cinquième sous celui du milieu"),
        Fifth.MIDDLE: _("dans le cinquième du milieu"),
        Fifth.HIGH: _("dans le cinquième au-dessus de celui du milieu"),
        Fifth.HIGHEST: _("parmi le cinquième le plus élevé"),
        Fifth.SHARED: _("à une valeur que plus d'un cinquième des territoires partagent"),
    }[fifth]


def status_in_short(row: pd.Series) -> str:
    """Say in two or three words why there is no figure; empty where there is one."""
    if row["hidden"]:
        return _("Non montré, à la communauté d'en décider")
    return {
        Status.OK.value: "",
        Status.SUPPRESSED.value: _("Retenu par le producteur"),
        Status.NOT_APPLICABLE.value: _("Sans objet"),
        RECALLED: _("Source retirée"),
    }.get(str(row["status"]), _("Pas de données"))


def status_in_words(row: pd.Series) -> str:
    """Say why there is no figure, in one plain sentence; empty where there is one."""
    if row["hidden"]:
        return _(
            "Ce chiffre existe mais n'est pas montré : sa diffusion appartient à la communauté, "
            "qui peut demander qu'il le soit."
        )
    return {
        Status.OK.value: "",
        Status.NO_DATA.value: _(
            "Pas de données : personne n'a publié ce chiffre pour ce territoire. Ce n'est pas un zéro."
        ),
        Status.SUPPRESSED.value: _(
            "Chiffre retenu par le producteur : trop peu de personnes pour le publier sans risque "
            "de les reconnaître."
        ),
        Status.NOT_APPLICABLE.value: _("Sans objet : cet indicateur n'a pas de sens pour ce territoire."),
        RECALLED: _("Retiré : la source de ce chiffre a été retirée, il n'est ni montré ni classé."),
    }.get(str(row["status"]), _("Pas de données"))
