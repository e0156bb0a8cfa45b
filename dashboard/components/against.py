"""What a territory is compared with: the choice, and how similar territories are found."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard.comparing.words import named, names_of
from dashboard.comparison import (
    ECONOMIC,
    Against,
    Reference,
    against_in_words,
    age_stands_on,
    choices,
    reference_of,
)
from dashboard.components import html
from dashboard.components.find_territory import find_territory
from dashboard.components.html import line, show, words
from dashboard.components.labels import level_in_sentence, territory_name
from dashboard.components.notices import link_notices
from dashboard.i18n import _, ngettext
from dashboard.link_words import quoted
from dashboard.links import asked, write
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package
from geodata.similar import PARTS, Recipe, Similar
from geodata.text import Text


class Asked(StrEnum):
    """Names in the address bar."""

    AGAINST = "reference"
    CHOSEN = "compare_a"
    RECIPE = "recette"


HEAVIEST: Final = 3
_WEIGHTS: Final = frozenset(str(weight) for weight in range(HEAVIEST + 1))
_KEY: Final = "choose_against"
_SEARCH: Final = "search_against"


def against(
    package: Package,
    territory: str,
    prefer: Against = Against.QUEBEC,
    more: tuple[Against, ...] = (),
    *,
    explain: bool = True,
) -> Reference:
    """Draw the choice of comparison, and give it.

    Parameters
    ----------
    territory
        What is compared.
    prefer
        The choice where the address makes none.
    more
        Choices put before those of every territory.
    explain
        Say below how similar territories are found; else the page does, with :func:`likeness`.

    Returns
    -------
    Reference
        What the address asks for; the first possible choice, with a calm sentence, where it cannot be.
    """
    possible = (*more, *choices(package, territory))
    wanted = _asked_for(possible, prefer)
    st.session_state[_KEY] = wanted
    st.selectbox(
        _("Comparer à"),
        possible,
        format_func={one: against_in_words(package, territory, one) for one in possible}.__getitem__,
        key=_KEY,
        on_change=_choose,
    )
    found = _reference(package, territory, wanted)
    if wanted is Against.CHOSEN:
        find_territory(package, _("Quel autre territoire ?"), _SEARCH, partial(write, Asked.CHOSEN))
    if explain:
        likeness(package, territory, found)
    return found


def asked_reference(package: Package, territory: str, prefer: Against = Against.QUEBEC) -> Reference:
    """Give the comparison that the address asks for, without drawing anything but what is left aside."""
    return _reference(package, territory, _asked_for(choices(package, territory), prefer))


def _asked_for(possible: tuple[Against, ...], prefer: Against) -> Against:
    known = {one.value: one for one in possible}
    if asked(Asked.AGAINST) and asked(Asked.AGAINST) not in known:
        link_notices(
            [
                Text(
                    "La comparaison du lien n'existe pas pour ce territoire ; la page en prend une autre.",
                    "The comparison of the link does not exist for this territory; the page takes another.",
                )
            ]
        )
    return known.get(asked(Asked.AGAINST)) or (prefer if prefer in possible else possible[0])


def _reference(package: Package, territory: str, wanted: Against) -> Reference:
    """Give the comparison wanted, or the first that can be."""
    recipe, notices = _recipe()
    link_notices(notices)
    try:
        return reference_of(package, territory, wanted, asked(Asked.CHOSEN) or None, recipe)
    except SelectionError as problem:
        if wanted is not Against.CHOSEN or asked(Asked.CHOSEN):
            link_notices([Text(problem.sentence("fr"), problem.sentence("en"))])
    first = choices(package, territory)[0]
    if first in {Against.CHOSEN, wanted}:
        return Reference(territory_name(package, territory), (territory,), Against.CHOSEN)
    return reference_of(package, territory, first)


def _choose() -> None:
    chosen = Against(st.session_state[_KEY])
    write(Asked.AGAINST, chosen.value)
    if chosen is not Against.CHOSEN:
        write(Asked.CHOSEN, "")


def _recipe() -> tuple[Recipe | None, list[Text]]:
    """Read the weights of the address, such as ``1.2.0.1``; null where it holds none that can be used."""
    written = asked(Asked.RECIPE)
    parts = written.split(".")
    if not written:
        return None, []
    if len(parts) != len(PARTS) or not set(parts) <= _WEIGHTS:
        return None, [_not_a_recipe(written)]
    try:
        return Recipe(*map(float, parts)), []
    except SelectionError as problem:
        return None, [Text(problem.sentence("fr"), problem.sentence("en"))]


def _not_a_recipe(written: str) -> Text:
    said, count = quoted(written), len(PARTS)
    return Text(
        f"La recette {said.fr} du lien ne se lit pas : il faut {count} poids de 0 à {HEAVIEST}, séparés par "
        "des points ; les critères comptent également.",
        f"The recipe {said.en} of the link cannot be read: it takes {count} weights from 0 to {HEAVIEST}, "
        "separated by dots; the criteria count equally.",
    )


def likeness(package: Package, territory: str, reference: Reference) -> None:
    """Say how similar territories are found, and let the weights be changed; nothing for any other choice."""
    alike = reference.alike
    if alike is None:
        return
    with st.expander(_("Comment sont-ils choisis ?")):
        show(*(line(sentence) for sentence in _recipe_in_words(package, territory, alike)))
        _weights()
        show(_members(package, alike))


def _recipe_in_words(package: Package, territory: str, alike: Similar) -> list[str]:
    level = Level(package.territories.at[alike.frame.index[0], "level"])
    found = ngettext(
        "{n} territoire, le plus proche parmi {count} (niveau : {level}).",
        "{n} territoires, les plus proches parmi {count} (niveau : {level}).",
        len(alike.frame),
    ).format(n=len(alike.frame), count=fmt.number(alike.candidates), level=level_in_sentence(level))
    said = [
        found,
        _(
            "Quatre critères : le milieu (de la ville au milieu éloigné), la taille (nombre de personnes), "
            "l'âge et les conditions de vie (indice canadien de défavorisation multiple). Chaque écart est "
            "mesuré en écarts types, puis les critères sont réunis selon leur poids."
        ),
    ]
    said.append(
        _(
            "Le milieu « urbain » couvre toutes les agglomérations, de Montréal à Sept-Îles : entre elles, "
            "ce sont les autres critères, comme la taille et les conditions de vie, qui départagent."
        )
    )
    if age_stands_on(package, territory) == ECONOMIC:
        said.append(
            _(
                "Les âges n'existent pas à ce niveau : la dépendance économique en tient lieu, et ne compte "
                "plus dans les conditions de vie, où reste la vulnérabilité situationnelle."
            )
        )
    else:
        said.append(
            _(
                "Âge : part des 65 ans et plus. Conditions de vie : vulnérabilité situationnelle et "
                "dépendance économique."
            )
        )
    if alike.set_aside:
        names = ", ".join(part_names()[name].lower() for name in alike.set_aside)
        said.append(_("Laissé de côté, faute de données ici : {names}.").format(names=names))
    if alike.without_data:
        said.append(
            ngettext(
                "{n} territoire n'a pas toutes ces données et n'a pas été comparé.",
                "{n} territoires n'ont pas toutes ces données et n'ont pas été comparés.",
                alike.without_data,
            ).format(n=fmt.number(alike.without_data))
        )
    said.append(_("Les communautés qui se gouvernent ne sont pas parmi les candidats."))
    return said


def part_names() -> dict[str, str]:
    """Give the four criteria of likeness in words."""
    return {
        "milieu": _("Milieu"),
        "size": _("Taille"),
        "age": _("Âge"),
        "deprivation": _("Conditions de vie"),
    }


def _weights() -> None:
    recipe = _recipe()[0] or Recipe()
    with st.container(horizontal=True, key="likeness"):
        for name, title in part_names().items():
            key = f"likeness-{name}"
            st.session_state[key] = int(getattr(recipe, name))
            st.slider(
                title,
                0,
                HEAVIEST,
                key=key,
                help=_("Poids du critère ; 0 : il ne compte pas."),
                on_change=_choose_weights,
            )


def _choose_weights() -> None:
    weights = [int(st.session_state[f"likeness-{name}"]) for name in PARTS]
    write(Asked.RECIPE, "" if set(weights) == {1} else ".".join(str(weight) for weight in weights))


def _members(package: Package, alike: Similar) -> str:
    names = part_names()
    called = names_of(package, map(str, alike.frame.index))
    rows = [
        [
            words(called[str(name)]),
            *(words(_gap(row[column])) for column in ("distance", *names)),
        ]
        for name, row in alike.frame.iterrows()
    ]
    headings = [_("Territoire"), _("Écart d'ensemble"), *names.values()]
    return html.table(_("Les plus proches, en écarts types"), headings, rows)


def _gap(value: float) -> str:
    return "—" if fmt.is_missing(value) else fmt.number(value, 2)


def reference_line(package: Package, reference: Reference) -> str:
    """Say with what a territory is compared; similar ones are named, then the weights if they differ."""
    if len(reference.territories) == 1:
        return reference.name
    members = ", ".join(names_of(package, reference.territories).values())
    return named(reference.name, members) + _weights_in_words(reference.recipe)


def _weights_in_words(recipe: Recipe | None) -> str:
    """Give the weights in parentheses, after a space; nothing where all are equal."""
    if recipe is None:
        return ""
    weights = {title.lower(): float(getattr(recipe, name)) for name, title in part_names().items()}
    printed = ", ".join(
        f"{title} {fmt.number(weight, 0 if weight.is_integer() else 2)}" for title, weight in weights.items()
    )
    return " " + _("(poids des critères : {weights})").format(weights=printed)
