"""Need beside access, row by row: what the page's table and its files hold."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.access.pictures import borrowed
from dashboard.access.words import measure_title, unit_of
from dashboard.certainty import grade_in_text
from dashboard.components.labels import level_in_sentence, level_name
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.i18n import _, text
from dashboard.maps import Classification, bivariate
from dashboard.maps.bivariate import Cell
from dashboard.maps.still import still_classes
from dashboard.priorities.rows import names_of, parents_of
from geodata.access.gap import CLASSES, Gap
from geodata.access.reach import Measured
from geodata.model import Governance, Level
from geodata.package import Package


@dataclass(frozen=True, eq=False)
class Crossed:
    """Need beside access, ready to be drawn.

    Attributes
    ----------
    gap, measured, level
        Where it comes from.
    need_title, service
        In the language of the page.
    painted
        The class of each territory.
    cells
        People and territories by class.
    """

    gap: Gap
    measured: Measured
    level: Level
    need_title: str
    service: str
    painted: Classification
    cells: dict[int, Cell]

    @property
    def title(self) -> str:
        """Say what the map shows."""
        return _("{need}, et accès : {service}, par {level}").format(
            need=self.need_title, service=self.service, level=level_in_sentence(self.level)
        )


def crossed(package: Package, gap: Gap, measured: Measured, level: Level, need_title: str) -> Crossed:
    """Prepare a gap for the map, the legend and the files."""
    governed = package.level(level)["governance"].ne(Governance.NONE.value)
    people, number = gap.counts.to_numpy(), gap.territories.to_numpy()
    cells = {
        bivariate.code_of(need, access): Cell(
            float(people[need - 1, access - 1]), int(number[need - 1, access - 1])
        )
        for need in CLASSES
        for access in CLASSES
    }
    painted = bivariate.painted(gap.frame["need_class"], gap.frame["access_class"], governed)
    service = text(measured.sites.title)
    return Crossed(gap, measured, level, need_title, service, painted, cells)


def hidden_note() -> str:
    """Say in the legend why some territories have no class."""
    return _("Communauté qui se gouverne : ni score ni rang")


def sheet(package: Package, found: Crossed, notes: tuple[str, ...], indicators: tuple[str, ...]) -> Sheet:
    """Make the table that the screen and the files show, by name."""
    frame = found.gap.frame
    index, unit = frame.index, unit_of(found.measured.question.measure)
    access = found.gap.access
    shown = access["value"] if access is not None else frame["access"]
    governed = package.level(found.level)["governance"].ne(Governance.NONE.value)
    table = pd.DataFrame(
        {
            "territory_id": index,
            "name": names_of(package, index),
            "where": parents_of(package, index),
            "class": _letters(frame),
            "need_percentile": rounded(frame["need_percentile"], 0),
            "access_percentile": rounded(frame["access_percentile"], 0),
            "access": rounded(shown.mask(governed), unit.decimals),
            "people": rounded(frame["people"], 0),
            "gap_low": frame["rank_low"].astype(float),
            "gap_high": frame["rank_high"].astype(float),
            "sure": _sure(frame),
            "grade": frame["grade"].map(grade_in_text),
            "note": frame["reason"].map(lambda why: text(why) if why is not None and why == why else ""),
        },
        index=index,
    ).sort_values("name", kind="stable")
    return Sheet(
        title=found.title,
        columns=_columns(found),
        frame=table,
        notes=notes,
        sources=sources_of(package, indicators),
        geometry=package.level(found.level).geometry.loc[table.index],
    )


def picture(package: Package, found: Crossed) -> str:
    """Draw the map as SVG text, in the nine colours of the page."""
    return still_classes(
        package,
        found.level,
        found.painted,
        labels=bivariate.classes_in_words(),
        colours=bivariate.COLOURS,
        indicator=borrowed(package, found.title, unit_of(found.measured.question.measure)),
        title=found.title,
        hidden_note=hidden_note(),
        marked=(bivariate.PRIORITY,),
        sourced=False,
    )


def _letters(frame: pd.DataFrame) -> pd.Series:
    both = frame["need_class"].notna() & frame["access_class"].notna()
    named = [
        bivariate.letter(int(need), int(access)) if known else ""
        for need, access, known in zip(
            frame["need_class"].fillna(1), frame["access_class"].fillna(1), both, strict=True
        )
    ]
    return pd.Series(named, index=frame.index)


def _sure(frame: pd.DataFrame) -> pd.Series:
    """Say whether the class would change within what is known of the errors."""
    known = frame["need_class"].notna() & frame["access_class"].notna()
    moving = frame["need_sure"].eq(False).fillna(False) | frame["access_sure"].eq(False).fillna(False)
    unsaid = frame["need_sure"].isna() | frame["access_sure"].isna()
    said = pd.Series(_("classe sûre"), index=frame.index).mask(unsaid, _("incertitude non publiée"))
    return said.mask(moving, _("classe incertaine")).where(known, "")


def _columns(found: Crossed) -> tuple[Column, ...]:
    measure, unit = found.measured.question.measure, unit_of(found.measured.question.measure)
    return (
        Column("territory_id", _("Identifiant")),
        Column("name", level_name(found.level)),
        Column("where", _("Où")),
        Column("class", _("Classe (A besoin élevé, 1 accès plus faible)")),
        Column("need_percentile", _("Besoin, centile des gens"), "number"),
        Column("access_percentile", _("Accès, centile des gens"), "number"),
        Column("access", measure_title(measure), "number", unit.decimals),
        Column("people", _("Personnes"), "number"),
        Column("gap_low", _("Rang de l'écart, du"), "number"),
        Column("gap_high", _("Rang de l'écart, au"), "number"),
        Column("sure", _("Classe")),
        Column("grade", _("Fiabilité")),
        Column("note", _("Note")),
    )
