"""What is said of a custom territory: how it is known, and what cannot be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard import format as fmt
from dashboard.i18n import _, ngettext, text
from geodata.custom import Part, Remark, RemarkKind, Why
from geodata.package import Package


def remark_words(remark: Remark) -> str:
    """Say one remark in a sentence."""
    count = round(remark.count)
    facts = {"n": fmt.number(remark.count), "share": fmt.share(remark.share)}
    plural = _counted(remark.kind, count)
    if plural:
        return plural.format(**facts)
    return {
        RemarkKind.REPAIRED: _("Le contour se croisait ; il a été réparé. Sa surface est de {after} km²."),
        RemarkKind.SWAPPED: _("La latitude venait avant la longitude ; elles ont été remises en ordre."),
        RemarkKind.ASSUMED_DEGREES: _(
            "Le fichier ne dit pas son système de coordonnées ; ses nombres ont été lus comme des degrés."
        ),
        RemarkKind.SIMPLIFIED: _("Le contour a été simplifié à un mètre près : {n} sommets, puis {after_n}."),
        RemarkKind.OVERLAPPING_SHAPES: _(
            "Des formes réunies se recouvrent sur {surface} km², comptés une fois."
        ),
        RemarkKind.OUTSIDE: _(
            "{share} de sa surface est hors du Québec ou sur l'eau : ces données n'y comptent personne."
        ),
        RemarkKind.SMALLER_THAN_AREAS: _(
            "Ce territoire est plus petit que les aires où il se trouve : il en occupe {share} en moyenne. "
            "On suppose que les gens y sont répartis également, ce qui est rarement vrai."
        ),
    }[remark.kind].format(
        **facts,
        after=fmt.number(remark.share, 2),
        after_n=fmt.number(remark.share),
        surface=fmt.number(remark.count, 2),
    )


def _counted(kind: RemarkKind, count: int) -> str:
    """Give the sentence of a remark that counts things, in the number that it asks for."""
    return {
        RemarkKind.NOT_AREAS: ngettext(
            "{n} point ou ligne a été laissé de côté.", "{n} points ou lignes ont été laissés de côté.", count
        ),
        RemarkKind.CUT: ngettext(
            "Le contour coupe {n} aire ({share} des gens) : elle est comptée selon la part de sa surface.",
            "Le contour coupe {n} aires ({share} des gens) : elles comptent selon la part de leur surface.",
            count,
        ),
        RemarkKind.DROPPED: ngettext(
            "{n} aire touchée sur moins de 2 % de sa surface est laissée de côté.",
            "{n} aires touchées sur moins de 2 % de leur surface sont laissées de côté.",
            count,
        ),
        RemarkKind.BY_POINT: ngettext(
            "{n} aire ({share} des gens) n'a pas de contour ouvert : elle compte si son point y est.",
            "{n} aires ({share} des gens) n'ont pas de contour ouvert : elles comptent si leur point y est.",
            count,
        ),
        RemarkKind.BY_POSTAL_CODES: ngettext(
            "{n} aire ({share} des gens) n'a pas de contour ouvert : elle compte selon la part de ses codes "
            "postaux qui y sont.",
            "{n} aires ({share} des gens) n'ont pas de contour ouvert : elles comptent selon la part de "
            "leurs codes postaux qui y sont.",
            count,
        ),
        RemarkKind.UNCOUNTED: ngettext(
            "{n} aire n'a pas été recensée en 2021 ; ses gens manquent.",
            "{n} aires n'ont pas été recensées en 2021 ; leurs gens manquent.",
            count,
        ),
        RemarkKind.TWICE: ngettext(
            "{n} aire est nommée deux fois par la liste ; elle est comptée une fois.",
            "{n} aires sont nommées deux fois par la liste ; elles sont comptées une fois.",
            count,
        ),
        RemarkKind.PUBLISHED_SHARES: ngettext(
            "{n} aire ({share} des gens) est à cheval sur une limite : sa part vient de sa surface.",
            "{n} aires ({share} des gens) sont à cheval sur une limite : leur part vient de leur surface.",
            count,
        ),
    }.get(kind, "")


def method_words(part: Part) -> str:
    """Say by which way people were counted."""
    if part.definition.shape is None:
        return _("les aires des territoires choisis, avec les parts publiées")
    methods = set(part.membership.rows["method"])
    named = {
        "area_overlap": _("la part de la surface de chaque aire"),
        "postal_codes": _("la part des codes postaux de chaque aire"),
        "point": _("le point de chaque aire"),
    }
    return ", ".join(words for method, words in named.items() if method in methods)


def why_words(why: Why) -> str:
    """Say why figures cannot be given; what follows is the list of them."""
    return {
        Why.WHOLE_UNITS: _(
            "N'existent que pour des territoires entiers (municipalités, CLSC…), dont celui-ci n'est pas fait"
        ),
        Why.NOT_ADDITIVE: _("Ne s'additionnent pas (indices, médianes, parts publiées sans leurs effectifs)"),
        Why.FEW_PEOPLE: _(
            "Revenu de moins de 250 personnes ou de 40 ménages : Statistique Canada le retient"
        ),
        Why.NOT_COVERED: _("Publiés pour moins de 70 % des gens d'ici"),
        Why.NOT_LISTED: _("Aucune liste d'organismes ne couvre tout ce territoire"),
        Why.NO_LAND: _("La superficie de terre n'est publiée que pour des territoires entiers"),
        Why.NOT_MEANT: _("Sans objet ici"),
    }[why]


def absent(package: Package, why: Mapping[str, Why]) -> Iterable[tuple[str, list[str]]]:
    """Give each reason with the titles of the figures that it keeps away."""
    for reason in Why:
        titles = [
            text(package.indicators[name].title)
            for name, found in why.items()
            if found is reason and name in package.indicators
        ]
        if titles:
            yield why_words(reason), list(dict.fromkeys(titles))
