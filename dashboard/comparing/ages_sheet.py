"""People by age and sex of a few territories, as a table that leaves the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from dashboard.comparing.ages import ages_of
from dashboard.comparing.words import names_of
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.i18n import _, text
from geodata.package import Package

AGES_SOURCE: Final = "population_msss"
"""The indicator whose source gives the ages."""


def ages_sheet(package: Package, territories: Sequence[str]) -> Sheet:
    """Give the people of each territory by sex and age, in numbers and as shares of the whole."""
    frames = [
        ages_of(package, territory).frame.assign(territory_id=territory, name=name)
        for territory, name in names_of(package, territories).items()
    ]
    every = pd.concat(frames, ignore_index=True)
    every["sex"] = [{"f": _("Femmes"), "m": _("Hommes")}[sex] for sex in every["sex"]]
    for column in ("now", "later"):
        every[column] = rounded(every[column], 1)
    indicator = package.indicators.get(AGES_SOURCE)
    return Sheet(
        _("Personnes par âge et par sexe"),
        (
            Column("territory_id", _("Identifiant")),
            Column("name", _("Territoire")),
            Column("age_group", _("Âge")),
            Column("sex", _("Sexe")),
            Column("people_now", _("Personnes, 2021"), "number"),
            Column("people_later", _("Personnes, 2041 (projection)"), "number"),
            Column("now", _("Part de la population de 2021 (%)"), "number", 1),
            Column("later", _("Part de la population de 2041 (%)"), "number", 1),
        ),
        every,
        notes=(text(indicator.caveat),) if indicator else (),
        sources=sources_of(package, [AGES_SOURCE]),
    )
