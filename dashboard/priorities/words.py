"""What a table's priorities say, in plain sentences: ranges of ranks, stability, agreement."""

from __future__ import annotations

import math
import string
from dataclasses import replace
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.figures import Fifth, fifth_in_words
from dashboard.format import ordinal
from dashboard.i18n import _, ngettext, text
from dashboard.narration.grammar import capital, listed
from geodata.agreement import Agreement, Pair
from geodata.composite import Scale
from geodata.grids import Weighing
from geodata.model import UNITS, Indicator
from geodata.package import Package
from geodata.stability import Stability, most_influential

STRONG: Final = 0.8
FAIR: Final = 0.5
MOST_NAMED: Final = 3
_NOTHING: Final = 0.005
_WHOLE: Final = 1e-6
_SHARES: Final = {"near": "top_share", "anyhow": "top_share_any"}


def letter(position: int) -> str:
    """Give the letter by which a chart calls an indicator, A the first one chosen."""
    return string.ascii_uppercase[position]


def title_of(package: Package, indicator_id: str) -> str:
    """Give the title of an indicator, or its identifier where these data do not know it."""
    known = package.indicators.get(indicator_id)
    return text(known.title) if known else indicator_id


def scale_names() -> dict[Scale, str]:
    """Give each scale in plain words."""
    return {
        Scale.Z_SCORE: _("Écart à la moyenne (score z) : ce qui est très loin de la moyenne compte beaucoup"),
        Scale.PERCENTILE: _("Centiles : seul l'ordre compte, un extrême ne pèse pas plus qu'un autre"),
    }


def scale_caption(scale: Scale) -> str:
    """Say how a score reads."""
    return {
        Scale.Z_SCORE: _(
            "0 est la moyenne des gens de tous les territoires comparés ; 1 est un écart type au-dessus, "
            "vers plus de besoins selon vos choix."
        ),
        Scale.PERCENTILE: _(
            "De 0 à 100 : la part des gens qui vivent là où c'est moins difficile, selon vos choix. "
            "50 est le milieu."
        ),
    }[scale]


def weighing_names() -> dict[Weighing, str]:
    """Give each way of weighing in plain words."""
    return {
        Weighing.SLIDERS: _("Curseurs"),
        Weighing.POINTS: _("Points à répartir"),
        Weighing.PAIRWISE: _("Deux à deux"),
    }


def score(value: float, scale: Scale) -> str:
    """Print a score with the decimals of its scale."""
    return fmt.number(value, decimals_of(scale))


def decimals_of(scale: Scale) -> int:
    """Give the decimals with which a score is printed."""
    return 2 if scale is Scale.Z_SCORE else 1


def weight(share: float) -> str:
    """Print a weight in percent: whole where it is, else with one decimal."""
    percent = 100 * share
    decimals = 0 if abs(percent - round(percent)) < _WHOLE else 1
    return fmt.with_unit(percent, replace(UNITS["percent"], decimals=decimals))


def rank_range(row: pd.Series, count: int) -> str:
    """Say between which ranks a territory stays: « entre le 3e et le 9e rang sur 160 ».

    Where no figure has a published error, its fifth comes first (METHODS), and the ranks are said to
    tell what the weights do and no more.
    """
    low, high = int(row["rank_low"]), int(row["rank_high"])
    if low == high:
        said = _("au {rank} rang sur {count}").format(rank=ordinal(low), count=fmt.number(count))
    else:
        said = _("entre le {low} et le {high} rang sur {count}").format(
            low=ordinal(low), high=ordinal(high), count=fmt.number(count)
        )
    if not row["weights_only"]:
        return said
    return _("{fifth} ; {ranks}, selon les poids seuls").format(
        fifth=fifth_in_words(Fifth.at(int(row["fifth"]))), ranks=said
    )


def share_of_draws(share: float) -> str:
    """Print a share of draws; a thousand draws are worth one decimal."""
    return fmt.with_unit(100 * share, UNITS["percent"])


def steadiness(name: str, row: pd.Series, found: Stability) -> str:
    """Say how often a territory is among the first ones, around the weights chosen and over all weights."""
    shares = {key: share_of_draws(float(row[column])) for key, column in _SHARES.items()}
    if found.top == 1:
        said = _(
            "{name} est au premier rang dans {near} des tirages autour de vos poids, et dans {anyhow} si "
            "tous les poids sont possibles."
        )
        return said.format(name=name, **shares)
    said = _(
        "{name} est parmi les {n} premiers territoires dans {near} des tirages autour de vos poids, et dans "
        "{anyhow} si tous les poids sont possibles."
    )
    return said.format(name=name, n=fmt.number(found.top), **shares)


def how_drawn(found: Stability, unpublished: list[str]) -> str:
    """Say what the ranges take in, and what they leave out."""
    said = _(
        "Rangs : {share} des {draws} tirages de poids plausibles autour des vôtres, l'erreur publiée de "
        "chaque chiffre comprise."
    ).format(share=fmt.share(0.90), draws=fmt.number(found.rank_draws))
    if not unpublished:
        return said
    more = ngettext(
        "L'incertitude de {n} indicateur n'est pas publiée ({names}) : les étendues sont donc trop étroites.",
        "L'incertitude de {n} indicateurs n'est pas publiée ({names}) : les étendues sont donc trop "
        "étroites.",
        len(unpublished),
    ).format(n=fmt.number(len(unpublished)), names=listed(unpublished))
    return f"{said} {more}"


def which_matters(package: Package, sensitivity: pd.DataFrame, top: int) -> str:
    """Say which weight changes the first places most."""
    name = most_influential(sensitivity)
    if name is None:
        return _(
            "Aucun poids ne change à lui seul les premiers territoires : en retirer un ou le doubler donne "
            "les mêmes."
        )
    row = sensitivity.loc[name]
    without, doubled = (_count(row[column]) for column in ("moved_in_top", "moved_if_doubled"))
    left = ngettext("{n} territoire", "{n} territoires", without).format(n=fmt.number(without))
    twice = ngettext("{n} territoire", "{n} territoires", doubled).format(n=fmt.number(doubled))
    return _(
        "Le poids qui compte le plus : « {title} ». Premiers territoires qui changeraient, sur {top} : "
        "{without} sans lui, {doubled} avec le double."
    ).format(title=title_of(package, name), without=left, top=fmt.number(top), doubled=twice)


def _count(moved: object) -> int:
    return 0 if fmt.is_missing(moved) else int(moved)  # type: ignore[call-overload]


def repeated(package: Package, pair: Pair) -> str:
    """Warn that two indicators say nearly the same thing, or the opposite."""
    titles = {"a": title_of(package, pair.a), "b": title_of(package, pair.b), "r": fmt.number(pair.r, 2)}
    if pair.r < 0:
        return _("« {a} » et « {b} » vont en sens contraire (corrélation {r}) : ils s'annulent.").format(
            **titles
        )
    return _(
        "« {a} » et « {b} » disent presque la même chose (corrélation {r}) : ensemble, ils comptent "
        "deux fois le même besoin."
    ).format(**titles)


def pulls(package: Package, contributions: pd.Series, scale: Scale) -> str:
    """Say what sets a territory high, and what sets it low.

    Parameters
    ----------
    contributions
        Indexed by indicator; their sum is the score.
    scale
        On the percentile scale a contribution is never below zero: only the largest are named.
    """
    ordered = contributions.dropna().sort_values(ascending=False)
    up = ordered[ordered > _NOTHING][:MOST_NAMED]
    down = ordered[ordered < -_NOTHING][::-1][:MOST_NAMED]
    decimals = decimals_of(scale)
    pieces: list[str] = []
    if len(up):
        pieces.append(_("vers plus de besoins : {names}").format(names=_named(package, up, decimals)))
    if len(down):
        pieces.append(_("vers moins de besoins : {names}").format(names=_named(package, down, decimals)))
    return " ".join(f"{capital(piece)}." for piece in pieces) or _("Rien ne l'éloigne de la moyenne.")


def _named(package: Package, parts: pd.Series, decimals: int) -> str:
    return listed([f"{title_of(package, str(n))} ({signed(float(v), decimals)})" for n, v in parts.items()])


def signed(value: float, decimals: int) -> str:
    """Print a contribution with its sign."""
    printed = fmt.number(value, decimals)
    return f"+{printed}" if fmt.rounded(value, decimals) > 0 else printed


def agreement_words(found: Agreement, official: Indicator) -> str:
    """Say how far the table's order and the official one agree."""
    title = text(official.title)
    if math.isnan(found.spearman):
        return _("Trop peu de territoires en commun pour comparer avec « {title} ».").format(title=title)
    kind = (
        _("Les deux ordres se ressemblent beaucoup")
        if found.spearman >= STRONG
        else _("Les deux ordres se ressemblent en partie")
        if found.spearman >= FAIR
        else _("Les deux ordres se ressemblent peu")
    )
    count = {"kind": kind, "r": fmt.number(found.spearman, 2), "n": fmt.number(found.n)}
    if math.isnan(found.low):
        return _(
            "{kind} : corrélation des rangs (Spearman) de {r}, sur {n} territoires, trop peu pour dire "
            "l'incertitude de ce chiffre."
        ).format(**count)
    return _(
        "{kind} : corrélation des rangs (Spearman) de {r}, entre {low} et {high} (95 %), sur {n} territoires."
    ).format(low=fmt.number(found.low, 2), high=fmt.number(found.high, 2), **count)
