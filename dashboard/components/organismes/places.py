"""The places that we know: how many, how old, where; and one of them closely."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import listings_view as view
from dashboard.components import help_lines
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.labels import level_name, territory_name
from dashboard.components.organismes.link import Here
from dashboard.components.organismes.one_place import one_place
from dashboard.components.organismes.take_away import take_away
from dashboard.i18n import _, ngettext, text
from dashboard.links import asked, write, write_chosen
from dashboard.listings_view import EVERY, Asked, PlaceFacts
from geodata.model import Level
from geodata.package import Package
from geodata.staleness import Age
from geodata.taxonomy import CATEGORIES, FAMILIES
from geodata.text import fold

MOST_LISTED: Final = 25
UNLISTED_LEVELS: Final = frozenset({Level.DA, Level.CT, Level.PROVINCE})
"""Levels whose territories nobody picks by name."""

_WORDS = "places_words"
_KEYS: Final = {name: f"places_{name.value}" for name in Here}


def places(package: Package, home: Path) -> None:
    """Draw the filters, the counts, the list, what may be taken away, and the place that is looked at."""
    wanted = _filters(package)
    rows = view.chosen(package, wanted)
    _governance(package, wanted.territory)
    _counts(rows)
    if rows.empty:
        show(
            line(_("Aucun lieu ne répond à ce choix. Ce n'est pas un zéro : nos listes ne disent pas tout."))
        )
        return
    found = view.facts(rows.head(MOST_LISTED))
    _list(package, found, len(rows))
    take_away(package, wanted, rows)
    _closely(package, home, found)


def _filters(package: Package) -> Asked:
    with st.container(horizontal=True, vertical_alignment="bottom", key="places_filters"):
        level, territory = _territory(package)
        families = {key: text(family.title) for key, family in FAMILIES.items()}
        family = _choice(Here.FAMILY, _("Famille de services"), families)
        kinds = {
            key: text(kind.title)
            for key, kind in CATEGORIES.items()
            if kind.placed and family in (EVERY, kind.family)
        }
        kind = _choice(Here.KIND, _("Catégorie"), kinds)
        age = _choice(Here.AGE, _("Âge de la fiche"), {age.value: view.age_words(age) for age in Age})
        typed = st.text_input(
            _("Chercher un lieu"), key=_WORDS, placeholder=_("nom, rue ou municipalité"), max_chars=100
        )
    return Asked(level, territory, family, kind, age, typed)


def _territory(package: Package) -> tuple[str, str]:
    present = set(package.territories["level"])
    levels = {
        level.value: level_name(level)
        for level in Level
        if level.value in present and level not in UNLISTED_LEVELS
    }
    level = _choice(Here.LEVEL, _("Niveau"), levels, everything=_("Tout le Québec"), clears=Here.TERRITORY)
    if not level:
        return EVERY, EVERY
    names = {str(t): territory_name(package, t) for t in package.level(Level(level)).index}
    ordered = dict(sorted(names.items(), key=lambda pair: fold(pair[1])))
    return level, _choice(Here.TERRITORY, _("Territoire"), ordered, everything=_("Tous"))


def _choice(
    name: Here, label: str, options: dict[str, str], everything: str = "", clears: Here | None = None
) -> str:
    """Draw a list whose choice lives in the address; give the choice."""
    in_link = asked(name) if asked(name) in options else EVERY
    st.session_state[_KEYS[name]] = in_link
    whole = everything or _("Toutes")
    st.selectbox(
        label,
        [EVERY, *options],
        format_func=lambda value: options.get(value, whole),
        key=_KEYS[name],
        on_change=_chosen,
        args=(name, clears),
    )
    return in_link


def _chosen(name: Here, clears: Here | None) -> None:
    write_chosen(name, _KEYS[name])
    if clears is not None:
        write(clears, "")


def _governance(package: Package, territory: str) -> None:
    notice = help_lines.community_notice(package, territory) if territory else ""
    if notice:
        show(tag("div", line(notice), css="px-notice", role="note"))


def _counts(rows: pd.DataFrame) -> None:
    total = view.counts(rows)
    said = ngettext("{n} lieu connu", "{n} lieux connus", len(rows)).format(n=fmt.number(len(rows)))
    stale = ngettext("dont {n} fiche périmée", "dont {n} fiches périmées", total[Age.STALE]).format(
        n=fmt.number(total[Age.STALE])
    )
    show(tag("p", words(f"{said}, {stale}."), css="px-lead", role="status"))
    if rows.empty:
        return
    caption = _("Lieux par famille de services et par âge de la fiche")
    headings = [_("Famille de services"), *(view.age_words(age) for age in Age), _("Ensemble")]
    families = view.counts_by_family(rows)
    body = [_count_row(text(family.title), families[name]) for name, family in FAMILIES.items()]
    body.append(_count_row(_("Tous les lieux"), total))
    show(
        table(caption, headings, body),
        line(
            _("Un lieu qui offre des services de deux familles compte dans chacune, une fois au total."),
            css="px-small",
        ),
        line(
            _(
                "Aucune liste ouverte d'organismes ne couvre tout le Québec : un petit nombre, ou « aucun "
                "connu », dit l'état de nos listes, pas celui des services."
            ),
            css="px-small",
        ),
    )


def _count_row(title: str, found: Mapping[Age, int]) -> list[str]:
    every = sum(found.values())
    cells = [words(fmt.number(found[age])) for age in Age]
    return [words(title), *cells, tag("strong", words(fmt.number(every) if every else _("aucun connu")))]


def _list(package: Package, found: list[PlaceFacts], total: int) -> None:
    caption = ngettext("{shown} lieu sur {n}", "{shown} lieux sur {n}", total).format(
        shown=fmt.number(len(found)), n=fmt.number(total)
    )
    headings = (
        _("Lieu"), _("Catégories"), _("Adresse"), _("Sur la carte"), _("Fiche"), _("Source"),
    )  # fmt: skip
    show(table(caption, headings, [_row(package, place) for place in found]))
    if total > len(found):
        show(
            line(
                _("Précisez le choix ou la recherche pour voir les autres ; le fichier les a tous."),
                css="px-small",
            )
        )


def _row(package: Package, place: PlaceFacts) -> tuple[str, ...]:
    return (
        words(place.name),
        words(view.kinds_line(place)),
        words(view.address_line(place)),
        words(view.quality_words(place.quality)),
        words(view.dated(place)) + line(view.age_words(place.age), css="px-small"),
        words(view.source_title(package, place.source)),
    )


def _closely(package: Package, home: Path, found: list[PlaceFacts]) -> None:
    in_link = view.place(package, asked(Here.PLACE))
    options = {p.id: p for p in ([in_link, *found] if in_link else found)}
    st.session_state[_KEYS[Here.PLACE]] = in_link.id if in_link else EVERY
    show(tag("h2", words(_("Un lieu de près, ou une erreur à signaler")), css="px-section", id="lieu"))
    st.selectbox(
        _("Choisir un lieu de la liste"),
        [EVERY, *options],
        format_func=lambda name: f"{options[name].name}, {options[name].city}" if name else _("Aucun"),
        key=_KEYS[Here.PLACE],
        on_change=write_chosen,
        args=(Here.PLACE, _KEYS[Here.PLACE]),
    )
    if in_link:
        one_place(package, home, in_link)
    elif asked(Here.PLACE):
        show(line(_("Le lieu du lien n'est pas, ou n'est plus, dans ces données.")))
