"""The catalogue of indicators in words: what each is, how it is computed, where it exists."""

from __future__ import annotations

import pandas as pd

from dashboard.components.labels import level_in_sentence, level_name
from dashboard.components.provenance import licence_title
from dashboard.exports.sheet import Sheet, sheet_of_rows, sources_of
from dashboard.figures import figures, status_in_short
from dashboard.i18n import _, current_language, text
from geodata.model import (
    GRADE_NAMES,
    THEME_NAMES,
    Aggregation,
    Direction,
    ErrorKind,
    Grade,
    Indicator,
    Level,
    Theme,
)
from geodata.package import Package
from geodata.text import fold


def found(package: Package, asked: str, theme: Theme | None) -> list[Indicator]:
    """List the indicators of a theme that hold every word of a search, theme by theme."""
    wanted = fold(asked).split()
    order = list(Theme)
    return [
        indicator
        for indicator in sorted(package.indicators.values(), key=lambda i: order.index(i.theme))
        if (theme is None or indicator.theme is theme)
        and all(word in _searched(indicator) for word in wanted)
    ]


def themes(package: Package) -> list[Theme]:
    """List the themes that have an indicator, in the domain's order."""
    present = {indicator.theme for indicator in package.indicators.values()}
    return [theme for theme in Theme if theme in present]


def computation(indicator: Indicator) -> str:
    """Say how a figure of a territory is made from those of its areas."""
    cells = level_in_sentence(indicator.base_level)
    return {
        Aggregation.SUM: _("Somme des unités de base (niveau : {level}).").format(level=cells),
        Aggregation.RATIO: _(
            "Numérateurs et dénominateurs des unités de base (niveau : {level}) additionnés à part, puis "
            "divisés. Aucune moyenne de taux."
        ).format(level=cells),
        Aggregation.POPULATION_MEAN: _(
            "Moyenne des unités de base (niveau : {level}), pondérée par leur population."
        ).format(level=cells),
        Aggregation.TOP_FIFTH_SHARE: _(
            "Part des personnes qui vivent dans les unités de base (niveau : {level}) du cinquième le plus "
            "élevé ; les cinquièmes sont coupés selon la population."
        ).format(level=cells),
        Aggregation.NONE: _("Publié ou compté à chaque niveau ; jamais additionné d'un niveau à l'autre."),
    }[indicator.aggregation]


def error_words(indicator: Indicator) -> str:
    """Say what is known of the error of a figure."""
    sampled = _(" Questionnaire long : un ménage sur quatre.") if indicator.sample_fraction else ""
    return {
        ErrorKind.NONE: _("Compte exact, sans erreur d'arrondi."),
        ErrorKind.ROUNDING: _("Marge calculée : arrondi au hasard à 5.") + sampled,
        ErrorKind.SAMPLING: _("Marge calculée : arrondi au hasard à 5 et échantillon, au minimum.") + sampled,
        ErrorKind.UNPUBLISHED: _("Incertitude non publiée ; au mieux « prudence »."),
    }[indicator.error_kind]


def error_kind_words(kind: ErrorKind) -> str:
    """Name where the error of a figure comes from."""
    return {
        ErrorKind.NONE: _("compte exact"),
        ErrorKind.ROUNDING: _("arrondi"),
        ErrorKind.SAMPLING: _("arrondi et échantillon"),
        ErrorKind.UNPUBLISHED: _("incertitude non publiée"),
    }[kind]


def direction_words(indicator: Indicator) -> str:
    """Say whether more of it means more needs."""
    return {
        Direction.HIGHER_IS_NEED: _("Plus la valeur est élevée, plus les conditions sont difficiles."),
        Direction.LOWER_IS_NEED: _("Plus la valeur est basse, plus les conditions sont difficiles."),
        Direction.DESCRIPTIVE: _("Décrit seulement : ni bon, ni mauvais, et jamais un besoin à lui seul."),
    }[indicator.direction]


def levels_words(indicator: Indicator) -> str:
    """List the levels at which an indicator exists."""
    return ", ".join(level_in_sentence(level) for level in Level if level in indicator.levels)


def catalogue_sheet(package: Package) -> Sheet:
    """Give the catalogue in the language of the page."""
    headings = [
        _("Identifiant"), _("Thème"), _("Titre"), _("Définition"), _("Calcul"), _("Unité"), _("Niveaux"),
        _("Périodes"), _("Lecture"), _("Erreur"), _("Mise en garde"), _("Source"), _("Licence"),
    ]  # fmt: skip
    rows = [_catalogue_row(package, i) for i in package.indicators.values()]
    return sheet_of_rows(_("Les indicateurs"), headings, rows, sources=sources_of(package))


def values_sheet(package: Package, indicator: Indicator) -> Sheet:
    """Give every value of an indicator that may be shown, at every level and period."""
    language = current_language()
    names = package.territories[f"name_{language}"]
    headings = [
        _("Identifiant"), _("Niveau"), _("Territoire"), _("Période"), _("Valeur"), _("Marge à 95 %"),
        _("Couverture"), _("Fiabilité"), _("Remarque"), _("Erreur relative"), _("Genre d'erreur"),
    ]  # fmt: skip
    rows = [
        [territory, level_name(level), names.get(territory, ""), period, *_value_cells(row)]
        for level in indicator.levels
        for period in indicator.periods
        for territory, row in figures(package, level, indicator.id, period).frame.iterrows()
    ]
    unit = indicator.unit.decimals
    return sheet_of_rows(
        text(indicator.title),
        headings,
        rows,
        decimals={
            _("Valeur"): unit, _("Marge à 95 %"): unit, _("Couverture"): 2, _("Erreur relative"): 3,
        },
        notes=[text(indicator.definition), computation(indicator), text(indicator.caveat)],
        sources=sources_of(package, [indicator.id]),
    )  # fmt: skip


def _value_cells(row: pd.Series) -> list[object]:
    shown = row["value"] == row["value"]
    grade = row["grade"]
    return [
        float(row["value"]),
        float(row["moe_95"]),
        float(row["coverage"]),
        text(GRADE_NAMES[Grade(grade)]) if grade in {g.value for g in Grade} else "",
        "" if shown else status_in_short(row),
        float(row["cv"]),
        error_kind_words(ErrorKind(row["error_kind"])) if shown else "",
    ]


def _catalogue_row(package: Package, indicator: Indicator) -> list[str]:
    source = package.sources[indicator.source_id]
    return [
        indicator.id,
        text(THEME_NAMES[indicator.theme]),
        text(indicator.title),
        text(indicator.definition),
        computation(indicator),
        text(indicator.unit.symbol) if indicator.unit.symbol else "",
        levels_words(indicator),
        ", ".join(indicator.periods),
        direction_words(indicator),
        error_words(indicator),
        text(indicator.caveat),
        text(source.title),
        licence_title(source),
    ]


def _searched(indicator: Indicator) -> str:
    written = (indicator.title, indicator.definition, THEME_NAMES[indicator.theme])
    return fold(" ".join([indicator.id, *indicator.aliases, *(w.fr + " " + w.en for w in written)]))
