"""Third study: one more point of service in a rural MRC, and what each way of choosing gives up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from benchmarks.case_drawing import Marks, drawn
from benchmarks.case_writing import Number, table
from geodata.access.costs import TravelCosts
from geodata.access.facts import Mode
from geodata.access.groups import GROUPS
from geodata.access.reach import Question, costs_of, origins_of
from geodata.access.sites import sites_of
from geodata.access.thresholds import MILIEU_NAMES, MILIEUS, Thresholds
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios import (
    Answer,
    Change,
    Fairness,
    Proposal,
    Scenario,
    before_after,
    propose,
    state,
    to_json,
)
from geodata.siting import Problem

MRC: Final = "mrc:79"
KIND: Final = "clsc"
NAME: Final = "Un point de service de plus dans Antoine-Labelle"
MINUTES: Final = 20.0
NEW: Final = 1
NUMBERS: Final = (1, 2, 3, 4)
REMOTE: Final = "remote"

TIME_LIMIT_S: Final = 30.0


@dataclass(frozen=True, eq=False)
class Tried:
    """One way of choosing, its answer, and what it changes."""

    label: str
    scenario: Scenario
    change: Change


def study(package: Package) -> tuple[dict[str, object], dict[str, str], dict[str, str]]:
    """Give the figures, the picture, and the files of the scenarios that are kept."""
    thresholds = Thresholds(drive=dict.fromkeys(MILIEUS, MINUTES))
    question = Question(KIND, Mode.DRIVE, thresholds=thresholds)
    costs = costs_of(package, question).kept()
    best = _tried(package, question, costs, "Le plus de gens")
    milieus = _tried(
        package,
        question,
        costs,
        "Le milieu le moins bien desservi d'abord",
        Problem.FAIREST,
        Fairness.MILIEU,
    )
    minutes = _tried(package, question, costs, "Le moins de minutes en tout", Problem.LEAST_MINUTES)
    farthest = _tried(package, question, costs, "Le trajet le plus long, raccourci", Problem.LEAST_FARTHEST)
    everyone = _tried(package, question, costs, "Tout le monde", Problem.COVER_ALL)
    ways = [best, milieus, minutes, farthest]
    figures: dict[str, object] = {
        **_problem(package, best),
        "candidates": len(state(package, best.scenario, costs=costs).candidates.points.ids),
        "ways": _ways(package, ways),
        "needed": len(_opened(package, everyone)),
        "unreachable": float(_answer(everyone).unreachable_people),
        "status": _answer(best).said_fr,
        "fair_gained": float(milieus.change.total["gained"]),
        "fair_places": " et ".join(_opened(package, milieus)),
        "fair_remote": 100 * float(milieus.change.milieus.at[REMOTE, "share_after"]),
        "remote_people": float(best.change.milieus.at[REMOTE, "people"]),
        "remote_after": 100 * float(best.change.milieus.at[REMOTE, "share_after"]),
        **{name: float(value) for name, value in best.change.total.items() if isinstance(value, float)},
        "places": " et ".join(_opened(package, best)),
        "groups": _rows(best.change.groups, {key: group.title.fr for key, group in GROUPS.items()}),
        "milieus": _rows(best.change.milieus, {key: said.fr for key, said in MILIEU_NAMES.items()}),
        "by_number": _by_number(package, question, costs),
    }
    files = {
        "scenario-antoine-labelle.json": to_json(best.scenario, best.change),
        "scenario-antoine-labelle-equite.json": to_json(milieus.scenario, milieus.change),
    }
    return figures, {"etude-antoine-labelle.png": _picture(package, best, milieus)}, files


def _tried(
    package: Package,
    question: Question,
    costs: TravelCosts,
    label: str,
    problem: Problem = Problem.COVER_MOST,
    fairness: Fairness = Fairness.MUNICIPALITIES,
    *,
    greedy: bool = False,
    number: int = NEW,
    scope: str = MRC,
) -> Tried:
    asked = Proposal(problem, p=number, surroundings_km=0.0, fairness=fairness, time_limit_s=TIME_LIMIT_S)
    scenario = Scenario(
        NAME,
        question,
        proposal=asked,
        scope=scope,
        package_id=package.id,
        notes="Exemple des études de cas : il montre un calcul et ne recommande rien.",
    )
    found = propose(package, scenario, costs=costs, first_view=greedy)
    return Tried(label, found, before_after(package, found, costs=costs))


def _answer(tried: Tried) -> Answer:
    asked = tried.scenario.proposal
    assert asked is not None
    assert asked.answer is not None
    return asked.answer


def _opened(package: Package, tried: Tried) -> list[str]:
    """Name the places with their municipality, unless the answer has said it to tell two names apart."""
    where = package.location_territories
    where = where[where["level"].eq(Level.MUNICIPALITY.value)].set_index("location_id")["territory_id"]
    names = package.territories["name_fr"]
    return [
        place.name
        if f"({names[where[place.id]]}" in place.name
        else f"{place.name} ({names[where[place.id]]})"
        for place in _answer(tried).opened
    ]


def _without_anyone(package: Package, change: Change) -> int:
    """Count the municipalities where nobody is near enough after a scenario."""
    areas = change.areas
    municipality = package.level(Level.DA)["municipality_id"].reindex(areas.index)
    within = areas["people"].where(areas["within_after"], 0.0).groupby(municipality).sum()
    return int(within.eq(0).sum())


def _problem(package: Package, best: Tried) -> dict[str, object]:
    areas = best.change.areas
    names = package.territories["name_fr"]
    municipality = package.level(Level.DA)["municipality_id"].reindex(areas.index).map(names)
    without = areas.loc[~areas["within_before"], "people"].groupby(municipality).sum()
    most = without.sort_values(ascending=False).head(4)
    here = package.location_territories
    listed = here.loc[here["territory_id"].eq(MRC), "location_id"]
    sites = sites_of(package, KIND)
    return {
        "name": str(names[MRC]),
        "population": float(package.territories.at[MRC, "pop_2021"]),
        "municipalities": int(municipality.nunique()),
        "here": ", ".join(sites.frame.loc[sites.frame.index.isin(listed), "name"].astype(str)),
        "without": float(without.sum()),
        "most_without": ", ".join(f"{name} ({Number(count):0})" for name, count in most.items()),
        "beyond": float(areas.loc[areas["minutes_before"].isna(), "people"].sum()),
        "looked_for": float(best.change.cutoff_minutes or 0.0),
        "package_id": package.id,
    }


def _longest(change: Change) -> str:
    """Give the longest trip after a scenario, or that it is past what was looked for."""
    areas = change.areas
    beyond = areas["minutes_after"].isna() & areas["people"].gt(0)
    if beyond.any():
        return f"plus de {Number(change.cutoff_minutes or 0.0):0} min"
    return f"{Number(areas['minutes_after'].max()):0} min"


def _ways(package: Package, ways: list[Tried]) -> str:
    rows = []
    for one in ways:
        total = one.change.total
        rows.append(
            (
                one.label,
                " ; ".join(_opened(package, one)),
                f"{Number(total['gained']):0}",
                f"{Number(100 * total['share_after']):1} %",
                f"{Number(100 * one.change.milieus.at[REMOTE, 'share_after']):0} %",
                f"{Number(total['mean_minutes_saved']):1} min",
                _longest(one.change),
                f"{_without_anyone(package, one.change)}",
            )
        )
    headings = (
        "Ce qu'on demande", "Lieu ajouté", "Gagnent l'accès", "À 20 minutes après", "dont milieu éloigné",
        "Trajet moyen raccourci de", "Trajet le plus long", "Municipalités sans personne à 20 minutes",
    )  # fmt: skip
    return table(headings, rows)


def _rows(changes: pd.DataFrame, titles: dict[str, str]) -> str:
    rows = [
        (
            titles[str(name)],
            f"{Number(row['people']):0}",
            f"{Number(100 * row['share_before']):0} %",
            f"{Number(100 * row['share_after']):0} %",
            f"{Number(row['gained']):0}",
        )
        for name, row in changes.iterrows()
        if row["people"] > 0
    ]
    return table(("", "Personnes", "À 20 minutes avant", "après", "Gagnent"), rows)


def _by_number(package: Package, question: Question, costs: TravelCosts) -> str:
    rows = []
    for number in NUMBERS:
        first, best = (
            _tried(package, question, costs, "", number=number, greedy=greedy) for greedy in (True, False)
        )
        already = first.change.total["within_before"]
        total = best.change.total
        rows.append(
            (
                f"{number}",
                f"{Number(first.change.total['gained']):0}",
                f"{Number((_answer(first).bound or 0.0) - already):0}",
                f"{Number(total['gained']):0}",
                f"{Number(total['gained_low']):0} à {Number(total['gained_high']):0}",
                f"{Number(100 * total['share_after']):1} %",
            )
        )
    headings = (
        "Lieux ajoutés", "Première vue : gagnent", "au mieux, dit sa borne", "Calcul exact : gagnent",
        "à ± 20 %", "À 20 minutes après",
    )  # fmt: skip
    return table(headings, rows)


def _picture(package: Package, best: Tried, milieus: Tried) -> str:
    areas, applied = best.change.areas, best.change.applied
    origins = origins_of(package)
    kinds = {
        "Déjà à 20 minutes": (areas["within_before"], "#a9cbe0", "dot", 3.0),
        "Y gagnent l'accès (le plus de gens)": (areas["change"].eq("gained"), "#0b4468", "dot", 4.4),
        "Restent au-delà": (~areas["within_after"], "#b4540a", "ring", 3.8),
    }
    layers = [
        Marks(
            f"{label} : {Number(areas.loc[mine, 'people'].sum()):0} personnes",
            origins.take(areas.index[mine.to_numpy()]),
            colour,
            shape,
            size,
        )
        for label, (mine, colour, shape, size) in kinds.items()
    ]
    layers.append(Marks("Lieu de mission CLSC", applied.before.points, "#101418", "square", 4.0))
    for one, said, colour in (
        (best, "Le plus de gens", "#f2c14e"),
        (milieus, "Le milieu éloigné", "#ffffff"),
    ):
        after = one.change.applied
        label = f"{said} : {' ; '.join(_opened(package, one))}"
        layers.append(Marks(label, after.after.points.take(after.proposed), colour, "diamond", 9.0))
    territories = package.level(Level.MUNICIPALITY)
    inside = territories.index[territories["mrc_id"].eq(MRC)]
    return drawn(
        package,
        "Un point de service de plus dans Antoine-Labelle, à 20 minutes en voiture",
        list(inside),
        layers,
        note="Un point par aire de diffusion (Statistique Canada, recensement de 2021). CLSC : MSSS, M02, "
        "CC BY 4.0. Vol d'oiseau × 1,3 ou × 1,4. Un calcul, pas une recommandation. Calcul : Proximité.",
    )
