"""Census divisions, loaded for their totals only: the dissemination areas must sum to them."""

from __future__ import annotations

import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text


def transform(raw: Raw) -> Tables:
    published = raw["divisions"].set_index("CDUID")["Population"]
    areas = raw["hierarchy"]
    summed = areas["da_pop_21"].groupby(areas["cd_id_21"]).sum()
    return Tables(notes=(_note(published, summed),))


def _note(published: pd.Series, summed: pd.Series) -> Text:
    differ = int(published.ne(summed.reindex(published.index)).sum())
    people = int(published.sum())
    return Text(
        f"{len(published)} divisions de recensement, {people} personnes ; {differ} diffèrent de la somme de"
        " leurs aires de diffusion",
        f"{len(published)} census divisions, {people} people; {differ} differ from the sum of their"
        " dissemination areas",
    )
