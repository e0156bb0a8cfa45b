"""The Proximity Measures Database of 2021: blocks summed into dissemination areas."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from etl.clients.archives import open_archive
from etl.clients.text_tables import read_rows
from geodata.errors import CellError
from geodata.text import Text

URL: Final = "https://www150.statcan.gc.ca/n1/pub/17-26-0002/2023001/csv/pmd-eng.zip"
SERVICES: Final = ("health", "pharma", "grocery", "childcare", "educpri", "educsec", "lib")
"""Measures that are read, as the publisher abbreviates them. Transit is not: where no operator publishes its
stops, a block has no value for want of data, as does a block without a stop."""

MEASURES: Final = ("people_known", "people_within", "index_people")
"""Of each service, by area: people of the blocks of which the publisher says something; of those, people of
the blocks that have the service within reach; sum of people times index over the latter."""

_PROVINCE: Final = "24"
_NOT_SAID: Final = frozenset({"..", "...", "x", "X", "F", "E"})
"""Written where the publisher says nothing; a blank says that no service is within reach."""
_MOST_BYTES: Final = 1_000_000_000


def column(service: str, measure: str) -> str:
    """Give the name of a column of the table of areas."""
    return f"{service}_{measure}"


def read_blocks(path: Path) -> pd.DataFrame:
    """Read the blocks of Québec from the archive, as a stream.

    Parameters
    ----------
    path
        ``pmd-eng.zip``, all of Canada.

    Returns
    -------
    pandas.DataFrame
        One row a block: ``DAUID``, ``people`` and, by service, the index as written.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what Statistics Canada documents.
    """
    columns = {"PRUID": "PRUID", "DAUID": "DAUID", "DBPOP": "people"}
    columns |= {f"prox_idx_{service}": service for service in SERVICES}
    with open_archive(path, most_bytes=_MOST_BYTES) as archive:
        member = archive.one(".csv", lambda m: m.file_name.casefold().startswith("pmd"))
        with archive.open(member) as stream:
            blocks = read_rows(
                stream,
                columns,
                where=f"{path.name}, {member.file_name}",
                keep=lambda rows: rows["PRUID"].str.strip().eq(_PROVINCE),
                numbers=("people",),
            )
    return blocks.drop(columns="PRUID")


def areas_of(blocks: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Sum the blocks into dissemination areas, never taking "not said" for "not within reach".

    Parameters
    ----------
    blocks
        From :func:`read_blocks`.

    Returns
    -------
    pandas.DataFrame
        ``DAUID``, ``people``, then :data:`MEASURES` for each of :data:`SERVICES`.
    tuple of Text
        Services of which the file does not tell "not said" from "not within reach": nothing is known of
        their blocks without an index.

    Raises
    ------
    CellError
        If an index is no number between 0 and 1.
    """
    people = blocks["people"].fillna(0.0)
    columns: dict[str, pd.Series] = {"people": people}
    notes: list[Text] = []
    for service in SERVICES:
        index, said = _index(blocks[service], service)
        if not (said & index.isna()).any():
            # Not one blank in the province: this edition writes both cases alike.
            said = index.notna()
            notes.append(_not_told(service))
        columns[column(service, "people_known")] = people.where(said, 0.0)
        columns[column(service, "people_within")] = people.where(index.notna(), 0.0)
        columns[column(service, "index_people")] = (people * index).fillna(0.0)
    areas = pd.DataFrame(columns).groupby(blocks["DAUID"], sort=True).sum()
    return areas.reset_index(), tuple(notes)


def _index(cells: pd.Series, service: str) -> tuple[pd.Series, pd.Series]:
    """Give the index of each block, and whether the publisher says something of it."""
    said = ~cells.isin(_NOT_SAID)
    written = cells.where(said)
    index = pd.to_numeric(written, errors="coerce").astype(np.float64)
    wrong = (index.isna() & written.notna()) | index.lt(0) | index.gt(1)
    if wrong.any():
        shown = str(cells[wrong].iloc[0])[:40]
        raise CellError(
            Text(f"« {shown} » n'est pas un indice de 0 à 1", f"“{shown}” is not an index from 0 to 1"),
            where=f"prox_idx_{service}",
            hint=Text(
                "reprenez le fichier chez Statistique Canada", "take the file from Statistics Canada again"
            ),
        )
    return index, said


def _not_told(service: str) -> Text:
    return Text(
        f"prox_idx_{service} : le fichier ne distingue pas « hors de portée » de « non disponible »",
        f"prox_idx_{service}: the file does not tell “not within reach” from “not available”",
    )
