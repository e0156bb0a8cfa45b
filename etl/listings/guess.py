"""Guess which column of a table is which field, from its header and from what its cells look like."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from etl.listings.dates import infer_order, read_date
from etl.listings.grid import open_grid, resolved
from etl.listings.headers import EXACT, LOOSE, fields_of, is_personal, kinds_of
from etl.listings.mapping import FIELDS, Column, DateOrder, Mapping, Options, require_headers
from geodata.text import Text

_FIRST_ROWS: Final = 300
_ONE_IN: Final = 20
_READ_ROWS: Final = 20_000
"""Every row of the first 300, then one in 20 of the first 20,000: kinds of rows may follow each other."""
_LEAST: Final = 0.4
_SURE: Final = 0.7
_FEW_VALUES: Final = 0.2
_BY_FORM: Final = frozenset(
    {"postal_code", "phone", "email", "website", "latitude", "longitude", "coordinates", "updated"}
)
"""Fields whose cells are told by their form."""
_BY_CONTENT_ALONE: Final = frozenset(
    {"postal_code", "phone", "email", "website", "latitude", "longitude", "coordinates"}
)
_WORDS_ONLY: Final = frozenset(
    {
        "name",
        "organization",
        "description",
        "city",
        "street",
        "service",
        "mrc",
        "region",
        "alternate_name",
        "address",
    }
)
"""Fields that are never mostly numbers."""


_COMPLETED: Final = frozenset({"name", "address", "city", "postal_code", "website", "latitude", "longitude"})
_LEAST_ADDED: Final = 0.01


@dataclass(frozen=True, slots=True)
class Profile:
    """What one column looks like, over the rows sampled.

    Attributes
    ----------
    shares
        Share of its filled cells, 0 to 1, of each look: ``number``, ``phone``, ``updated`` (a date)…
    filled
        Number of filled cells.
    filled_share
        Share of all its cells, 0 to 1.
    distinct
        Share of the filled cells that differ, 0 to 1.
    """

    shares: dict[str, float]
    filled: int
    filled_share: float
    distinct: float


def guess_mapping(path: Path, options: Options | None = None) -> Mapping:
    """Guess the mapping of a table.

    Parameters
    ----------
    path
        A text table or a workbook.
    options
        What a person already knows of it.

    Returns
    -------
    Mapping
        Each field at most once, each header at most once, with a confidence and a reason.

    Raises
    ------
    ListingError
        If the table cannot be opened.
    """
    known = resolved(path, options or Options())
    grid = open_grid(path, known)
    try:
        head = enumerate(itertools.islice(grid, _READ_ROWS))
        rows = [cells for i, (_, cells, _) in head if i < _FIRST_ROWS or i % _ONE_IN == 0]
    finally:
        grid.close()
    profiles = [_profile([row[i] for row in rows if i < len(row)]) for i in range(len(grid.header))]
    columns = _assign(grid.header, profiles)
    columns = _completed(columns, grid.header, rows)
    columns = _whole_address(columns)
    columns = _named(columns, grid.header, profiles)
    ordered = {name: columns[name] for name in FIELDS if name in columns}
    return Mapping(ordered, {}, replace(known, date_order=_order(ordered, grid.header, rows, known)))


def sample(path: Path, mapping: Mapping, rows: int = 5) -> list[dict[str, str]]:
    """Give the first rows of a table as the mapping reads them: one text a field.

    Raises
    ------
    ListingError
        If the table cannot be opened or the mapping names an absent column.
    """
    grid = open_grid(path, mapping.options)
    try:
        require_headers(mapping, grid.header, path.name)
        places = {name: [grid.header.index(h) for h in c.headers] for name, c in mapping.columns.items()}
        return [
            {
                name: " ".join(cells[i] for i in at if i < len(cells) and cells[i])
                for name, at in places.items()
            }
            for _, cells, _ in itertools.islice(grid, rows)
        ]
    finally:
        grid.close()


def _profile(cells: Sequence[str]) -> Profile:
    filled = [cell for cell in cells if cell]
    looks: Counter[str] = Counter()
    for cell in filled:
        looks.update(kinds_of(cell))
        if len(cell) <= 40 and read_date(cell).iso is not None:
            looks["updated"] += 1
    shares = {look: count / len(filled) for look, count in looks.items()} if filled else {}
    distinct = len(set(filled)) / len(filled) if filled else 0.0
    return Profile(shares, len(filled), len(filled) / len(cells) if cells else 0.0, distinct)


def _assign(header: Sequence[str], profiles: Sequence[Profile]) -> dict[str, Column]:
    """Give each field its best header and each header its best field, the surest pairs first."""
    pairs = [
        (score, -i, name, header[i])
        for i, profile in enumerate(profiles)
        for name, score in _scores(header[i], profile).items()
        if score >= _LEAST
    ]
    columns: dict[str, Column] = {}
    taken: set[str] = set()
    for score, minus_i, name, title in sorted(pairs, reverse=True):
        if name in columns or title in taken:
            continue
        taken.add(title)
        columns[name] = Column((title,), min(score, 1.0), _reason(title, name, profiles[-minus_i]))
    for title, profile in zip(header, profiles, strict=True):
        # A place may be classed by several columns; the others have one each.
        if title not in taken and "categories" in columns and _is_category(title, profile):
            held = columns["categories"]
            columns["categories"] = replace(held, headers=(*held.headers, title))
    return columns


def _completed(columns: dict[str, Column], header: Sequence[str], rows: list[list[str]]) -> dict[str, Column]:
    """Add to a field the columns of its name that are filled exactly where it is blank.

    A file of several kinds of rows has one column of names for each kind.
    """
    masks = {
        title: {n for n, row in enumerate(rows) if i < len(row) and row[i]} for i, title in enumerate(header)
    }
    taken = {title for column in columns.values() for title in column.headers}
    done = dict(columns)
    for name in _COMPLETED.intersection(columns):
        column, filled = columns[name], set(masks[columns[name].headers[0]])
        near = [t for t in header if t not in taken and t.startswith(column.headers[0])]
        for title in dict.fromkeys(
            [*near, *(t for t in header if t not in taken and fields_of(t).get(name))]
        ):
            if len(masks[title]) >= len(rows) * _LEAST_ADDED and not masks[title] & filled:
                filled |= masks[title]
                taken.add(title)
                column = replace(column, headers=(*column.headers, title))
        done[name] = column
    return done


def _is_category(title: str, profile: Profile) -> bool:
    numbers = profile.shares.get("number", 0.0)
    return fields_of(title).get("categories") == EXACT and profile.filled > 0 and numbers < 0.5


def _scores(title: str, profile: Profile) -> dict[str, float]:
    said = fields_of(title)
    if said.get("description") and profile.filled >= 20 and profile.distinct < _FEW_VALUES:
        # A description that says the same of many places is a type.
        said = {"categories": 0.95, "description": LOOSE}
    scores = {name: _weighed(name, score, profile) for name, score in said.items()}
    if not is_personal(title):
        for name in _BY_CONTENT_ALONE - said.keys():
            share = profile.shares.get(name, 0.0)
            if share >= 0.8 and profile.filled >= 2:
                scores[name] = 0.5 * share
    return scores


def _weighed(name: str, score: float, profile: Profile) -> float:
    """Weigh what the header says by what the cells look like."""
    if not profile.filled:
        return score * 0.5
    whole = score == EXACT
    score *= 0.9 + 0.1 * profile.filled_share
    if name in _BY_FORM:
        share = profile.shares.get(name, 0.0)
        if name in {"latitude", "longitude"}:
            share = max(share, 0.6 * profile.shares.get("number", 0.0))
        return score * (0.8 + 0.2 * share) if whole else score * (0.3 + 0.9 * share)
    numbers = profile.shares.get("number", 0.0)
    if name in _WORDS_ONLY:
        score *= 1 - 0.9 * numbers
    if name in {"name", "id"}:
        score *= 0.8 + 0.2 * profile.distinct
    if name == "name" and any(
        profile.shares.get(n, 0.0) > 0.5 for n in ("email", "website", "phone", "updated")
    ):
        score *= 0.2
    return score


def _reason(title: str, name: str, profile: Profile) -> Text:
    said = fields_of(title).get(name, 0.0)
    share = profile.shares.get(name, 0.0)
    parts_fr, parts_en = [], []
    if said:
        parts_fr.append(
            f"l'en-tête « {title} » le dit" if said == EXACT else f"l'en-tête « {title} » y ressemble"
        )
        parts_en.append(
            f"the header “{title}” says so" if said == EXACT else f"the header “{title}” looks like it"
        )
    if name in _BY_FORM and share > 0:
        parts_fr.append(f"{share:.0%} des cellules en ont la forme".replace("%", "\u00a0%"))
        parts_en.append(f"{share:.0%} of the cells have its form")
    if not parts_fr:
        return Text("les mêmes valeurs y reviennent souvent", "the same values often recur in it")
    return Text(" ; ".join(parts_fr), "; ".join(parts_en))


def _whole_address(columns: dict[str, Column]) -> dict[str, Column]:
    """Join a number and a street where no column holds the whole address."""
    number, street = columns.pop("street_number", None), columns.pop("street", None)
    if "address" in columns or street is None:
        return columns
    parts = [number, street] if number else [street]
    columns["address"] = Column(
        tuple(h for part in parts for h in part.headers),
        min(part.confidence for part in parts),
        Text(" ; ".join(p.reason.fr for p in parts), "; ".join(p.reason.en for p in parts)),
    )
    return columns


def _named(
    columns: dict[str, Column], header: Sequence[str], profiles: Sequence[Profile]
) -> dict[str, Column]:
    """See that something gives the name: else the organisation, else the column most like names."""
    organization = columns.get("organization")
    if "name" in columns and not (
        columns["name"].confidence < _SURE <= (organization.confidence if organization else 0.0)
    ):
        return columns
    for other in ("organization", "alternate_name"):
        if other in columns:
            renamed = {k: v for k, v in columns.items() if k not in {other, "organization_id"}}
            if "organization_id" in columns:
                renamed.setdefault("id", columns["organization_id"])
            return {**renamed, "name": columns[other]}
    if "service" in columns:
        return columns
    taken = {title for column in columns.values() for title in column.headers}
    wordy = [
        (profile.distinct, -i, title)
        for i, (title, profile) in enumerate(zip(header, profiles, strict=True))
        if title not in taken and profile.filled and not any(share > 0.3 for share in profile.shares.values())
    ]
    if not wordy:
        return columns
    title = max(wordy)[2]
    reason = Text(
        f"la colonne « {title} » est celle qui ressemble le plus à des noms",
        f"column “{title}” is the one most like names",
    )
    return {**columns, "name": Column((title,), 0.3, reason)}


def _order(
    columns: dict[str, Column], header: Sequence[str], rows: list[list[str]], known: Options
) -> DateOrder:
    """Tell the order of day and month from dates that can be read in one way only."""
    if known.date_order != "auto" or "updated" not in columns:
        return known.date_order
    at = header.index(columns["updated"].headers[0])
    return infer_order(row[at] for row in rows if at < len(row)) or "auto"
