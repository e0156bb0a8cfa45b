"""The territories of a result, row by row: what the page shows and what its files hold."""

from __future__ import annotations

import pandas as pd

from dashboard import format as fmt
from dashboard.components.labels import level_name
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.figures import PARENTS
from dashboard.i18n import _, current_language, text
from dashboard.priorities import words
from geodata.grids import Grid, Outcome
from geodata.inputs import Reason
from geodata.model import Level
from geodata.package import Package
from geodata.ranking import fifths


def ranked(found: Outcome) -> pd.DataFrame:
    """Give the territories that have a score, the highest first, with their ranges of ranks.

    Returns
    -------
    pandas.DataFrame
        ``score``, the columns of ``Stability.frame``, ``fifth`` (1 lowest to 5 highest) and
        ``weights_only`` (whether no part has a published error: a range of ranks then says what the
        weights do, and nothing of the error), indexed by territory. Equal scores keep the order of the
        level.
    """
    frame = found.stability.frame.assign(score=found.composite.score).dropna(subset=["score"])
    silent = set(found.inputs.unpublished) >= set(found.inputs.values.columns)
    frame = frame.assign(fifth=fifths(frame["score"]), weights_only=silent)
    return frame.sort_values("score", ascending=False, kind="stable")


def names_of(package: Package, territories: pd.Index) -> pd.Series:
    """Name each territory, with its nearest parent where two would have the same name."""
    column = f"name_{current_language()}"
    names = package.territories.loc[territories, column].astype(str)
    twice = names.duplicated(keep=False)
    where = parents_of(package, territories[twice.to_numpy()])
    names = names.where(~twice, names + where.reindex(names.index).map(lambda w: f" ({w})" if w else ""))
    again = names.duplicated(keep=False)
    codes = pd.Series([str(name).partition(":")[2] for name in names.index], index=names.index)
    told: pd.Series = names.where(~again, names + " · " + codes)
    return told


def parents_of(package: Package, territories: pd.Index) -> pd.Series:
    """Name the nearest parent of each territory of one level, empty where there is none."""
    if not len(territories):
        return pd.Series("", index=territories, dtype=object)
    found = package.territories.loc[territories]
    names = package.territories[f"name_{current_language()}"]
    result = pd.Series("", index=territories, dtype=object)
    for column in PARENTS.get(_level_of(package, territories), ()):
        named = found[column].map(names).fillna("").astype(str)
        result = result.where(result != "", named)
    own = found[f"name_{current_language()}"].astype(str)
    where: pd.Series = result.where(result != own, "")
    return where


def sheet(package: Package, grid: Grid, found: Outcome) -> Sheet:
    """Make the table that leaves the page: every territory of the level, rounded as on the screen."""
    order = [*ranked(found).index, *_unranked(found)]
    index = pd.Index(order)
    decimals = words.decimals_of(grid.scale)
    stability = found.stability.frame.reindex(index)
    frame = pd.DataFrame(
        {
            "territory_id": index,
            "name": names_of(package, index),
            "where": parents_of(package, index),
            "rank_low": stability["rank_low"].astype(float),
            "rank_high": stability["rank_high"].astype(float),
            "score": rounded(found.composite.score.reindex(index), decimals),
            "top_share": rounded(100 * stability["top_share"], 1),
            "top_share_any": rounded(100 * stability["top_share_any"], 1),
        },
        index=index,
    )
    columns = [
        Column("territory_id", _("Identifiant")),
        Column("name", level_name(grid.level)),
        Column("where", _("Où")),
        Column("rank_low", _("Rang, du"), "number"),
        Column("rank_high", _("Rang, au"), "number"),
        Column("score", _("Score de la table"), "number", decimals),
        Column("top_share", _("Parmi les premiers, autour des poids (% des tirages)"), "number", 1),
        Column("top_share_any", _("Parmi les premiers, tous poids possibles (% des tirages)"), "number", 1),
    ]
    for position, part in enumerate(grid.parts):
        columns += _part_columns(package, found, frame, part.indicator_id, position, decimals)
    reasons = found.inputs.excluded["reason"].map(text)
    frame["note"] = reasons.reindex(index).fillna("")
    columns.append(Column("note", _("Note")))
    return Sheet(
        title=grid.name or _("Priorités"),
        columns=tuple(columns),
        frame=frame.reset_index(drop=True),
        notes=_notes(package, grid, found),
        sources=sources_of(package, [part.indicator_id for part in grid.parts]),
        geometry=package.level(grid.level).geometry.loc[index],
    )


def _part_columns(
    package: Package, found: Outcome, frame: pd.DataFrame, name: str, position: int, decimals: int
) -> list[Column]:
    """Add the figure of an indicator, its error and what it adds to the score."""
    indicator = package.indicators[name]
    letter, title = words.letter(position), text(indicator.title)
    unit = fmt.symbol(indicator.unit)
    figures = found.inputs.values[name].reindex(frame.index)
    frame[f"value_{name}"] = rounded(figures, indicator.unit.decimals)
    frame[f"moe_{name}"] = rounded(found.inputs.moe_95[name].reindex(frame.index), indicator.unit.decimals)
    frame[f"adds_{name}"] = rounded(found.composite.contributions[name].reindex(frame.index), decimals)
    columns = [
        Column(
            f"value_{name}",
            f"{letter} · {title} ({unit})" if unit else f"{letter} · {title}",
            "number",
            indicator.unit.decimals,
        )
    ]
    if frame[f"moe_{name}"].notna().any():
        columns.append(
            Column(f"moe_{name}", _("{letter}, marge d'erreur (±)").format(letter=letter), "number",
                   indicator.unit.decimals)
        )  # fmt: skip
    columns.append(
        Column(f"adds_{name}", _("{letter}, part du score").format(letter=letter), "number", decimals)
    )
    return columns


def _notes(package: Package, grid: Grid, found: Outcome) -> tuple[str, ...]:
    said = [
        *((_("Table : {authors}").format(authors=grid.authors),) if grid.authors else ()),
        *((_("Date : {date}").format(date=fmt.date(grid.date)),) if grid.date else ()),
        *((grid.notes,) if grid.notes else ()),
        _("Poids : {weights}").format(weights=weights_line(package, grid)),
        words.scale_caption(grid.scale),
        words.how_drawn(found.stability, unpublished_titles(package, found)),
        _("Ces chiffres décrivent des conditions de vie, pas des personnes."),
    ]
    return tuple(said)


def weights_line(package: Package, grid: Grid) -> str:
    """Say every weight in one line."""
    total = sum(part.weight for part in grid.parts)
    return ", ".join(
        f"{words.letter(n)} {words.title_of(package, p.indicator_id)} {words.weight(p.weight / total)}"
        for n, p in enumerate(grid.parts)
    )


def unpublished_titles(package: Package, found: Outcome) -> list[str]:
    """Name the indicators whose error nobody publishes."""
    return [words.title_of(package, name) for name in found.inputs.unpublished]


def communities(found: Outcome) -> pd.Index:
    """Give the communities that have no score because they govern themselves."""
    excluded = found.inputs.excluded
    return excluded.index[excluded["kinds"].map(lambda kinds: Reason.COMMUNITY in kinds).astype(bool)]


def set_aside(package: Package, found: Outcome) -> pd.Series:
    """Give, for every other territory without a rank, why; indexed by territory."""
    excluded = found.inputs.excluded.drop(communities(found))
    return excluded["reason"].map(text)


def _unranked(found: Outcome) -> list[str]:
    scored = found.composite.score.dropna().index
    return [str(name) for name in found.inputs.excluded.index if name not in scored]


def _level_of(package: Package, territories: pd.Index) -> Level:
    return Level(package.territories.at[territories[0], "level"])
