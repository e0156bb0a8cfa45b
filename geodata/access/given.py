"""Costs that somebody else computed: one row a pair, checked at the door."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.blocks import Block
from geodata.access.errors import AccessError
from geodata.access.points import positions, require_ids
from geodata.text import Text


def given_block(
    frame: pd.DataFrame, origins: pd.Index | None, sites: pd.Index | None
) -> tuple[pd.Index, pd.Index, Block]:
    """Check a table of pairs and put it in rows.

    Returns
    -------
    tuple
        All origins, all sites, and one block of every origin.

    Raises
    ------
    AccessError
        As :meth:`geodata.access.costs.TravelCosts.from_frame` says.
    """
    for column in ("origin_id", "destination_id", "minutes"):
        if column not in frame.columns:
            raise AccessError(
                Text("Une colonne manque au tableau des temps", "A column of the table of times is missing"),
                where=column,
                hint=Text(
                    "donnez origin_id, destination_id et minutes",
                    "give origin_id, destination_id and minutes",
                ),
            )
    all_origins, row = _coded(frame["origin_id"], origins, "origin_id")
    all_sites, site = _coded(frame["destination_id"], sites, "destination_id")
    minutes = _quantity(frame["minutes"], "minutes", missing=False)
    km = _quantity(frame["km"], "km", missing=True) if "km" in frame.columns else None
    key = row * max(len(all_sites), 1) + site
    if not _ascending(key):
        order = np.argsort(key)  # no two are equal, or the table is refused
        key, row, site, minutes = key[order], row[order], site[order], minutes[order]
        km = None if km is None else km[order]
    _require_once(key, row, site, all_origins, all_sites)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(all_origins)))))
    return all_origins, all_sites, Block(0, indptr.astype(np.int64), site.astype(np.int32), minutes, km)


def _coded(column: pd.Series, known: pd.Index | None, where: str) -> tuple[pd.Index, NDArray[np.int64]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if column.isna().any():
        require_ids(pd.Index(column), where)
    if known is not None:
        require_ids(pd.Index(known), where)
        if not len(column):
            return pd.Index(known), np.empty(0, dtype=np.int64)
        return pd.Index(known), positions(pd.Index(column), pd.Index(known), where)
    codes, found = pd.factorize(column)
    return pd.Index(found), codes.astype(np.int64)


def _quantity(column: pd.Series, name: str, *, missing: bool) -> NDArray[np.float64]:
    try:
        values = np.array(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise AccessError(
            Text("Une valeur n'est pas un nombre", "A value is not a number"),
            where=name,
            hint=Text("corrigez le tableau des temps", "correct the table of times"),
        ) from None
    wrong = np.isinf(values) | (values < 0)
    if not missing:
        wrong |= np.isnan(values)
    if wrong.any():
        raise AccessError(
            Text(
                f"{int(wrong.sum())} valeur(s) absente(s), négative(s) ou infinie(s)",
                f"{int(wrong.sum())} value(s) missing, negative or infinite",
            ),
            where=f"{name}, {column.index[wrong][0]}",
            hint=Text(
                "retirez les paires hors de portée plutôt que de les coter",
                "leave out the pairs that are out of reach instead of giving them a number",
            ),
        )
    return values


def _ascending(key: NDArray[np.int64]) -> bool:
    return bool((key[1:] >= key[:-1]).all())


def _require_once(
    key: NDArray[np.int64],
    row: NDArray[np.int64],
    site: NDArray[np.int64],
    origins: pd.Index,
    sites: pd.Index,
) -> None:
    again = np.flatnonzero(key[1:] == key[:-1])
    if len(again):
        first = again[0]
        raise AccessError(
            Text(
                f"{len(again)} paire(s) figurent deux fois",
                f"{len(again)} pair(s) occur twice",
            ),
            where=f"{origins[row[first]]}, {sites[site[first]]}",
            hint=Text("gardez un seul temps par paire", "keep one time a pair"),
        )
