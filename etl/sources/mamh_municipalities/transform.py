"""The ministry's directory of municipalities, compared with the census: what each lacks is said."""

from __future__ import annotations

import pandas as pd

from etl.codes import municipality_id
from etl.tables import Raw, Tables
from geodata.text import Text


def transform(raw: Raw) -> Tables:
    directory, census = raw["directory"], raw["census"]
    named = pd.Series(directory["munnom"].to_numpy(), index=municipality_id(directory["mcode"]))
    counted = pd.Series(census["CSDNAME"].to_numpy(), index="municipality:" + census["CSDUID"])
    here = named[~named.index.isin(counted.index)]
    there = counted[~counted.index.isin(named.index)]
    return Tables(notes=(_only_in_directory(here), _only_in_census(there)))


def _only_in_directory(names: pd.Series) -> Text:
    listed = _listed(names)
    return Text(
        f"{len(names)} codes du répertoire ne sont pas au recensement de 2021 : {listed}",
        f"{len(names)} codes of the directory are not in the 2021 Census: {listed}",
    )


def _only_in_census(names: pd.Series) -> Text:
    listed = _listed(names)
    return Text(
        f"{len(names)} codes du recensement de 2021 ne sont pas au répertoire, et restent : {listed}",
        f"{len(names)} codes of the 2021 Census are not in the directory, and stay: {listed}",
    )


def _listed(names: pd.Series) -> str:
    codes = names.index.str.removeprefix("municipality:")
    return ", ".join(f"{name} ({code})" for code, name in sorted(zip(codes, names, strict=True)))
