"""Our proximity beside Statistics Canada's, as last compared on this machine."""

from __future__ import annotations

from dashboard import format as fmt
from dashboard.components import html
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, text
from etl.settings import settings
from etl.validity import ValidityReport, last_report
from geodata.access.validity import Validity
from geodata.package import Package
from geodata.text import Text

_NAMES: dict[str, Text] = {
    "health": Text("Établissement de santé", "Health facility"),
    "pharmacy": Text("Pharmacie", "Pharmacy"),
    "childcare": Text("Service de garde", "Childcare"),
    "primary_school": Text("École primaire", "Primary school"),
    "secondary_school": Text("École secondaire", "Secondary school"),
    "library": Text("Bibliothèque", "Library"),
}

_COMMAND = "proximite validate proximity"


def validity(package: Package) -> None:
    """Draw the last comparison, or how to make one."""
    heading = tag("h2", words(_("Nos mesures à côté de celles de Statistique Canada")), id="validite")
    said = _(
        "Pour chaque îlot, notre proximité d'un service (somme sur les lieux d'un poids qui baisse"
        " avec la distance) est mise à côté des Mesures de proximité de Statistique Canada, et"
        " leurs rangs sont corrélés (Spearman : 1, même ordre ; 0, aucun lien)."
    )
    show(tag("section", heading, line(said), css="px-topic"))
    report = last_report(settings().home)
    if report is None:
        show(
            tag(
                "p",
                words(_("Aucune comparaison n'a encore été faite ici. Fichier en main :")),
                " ",
                tag("code", f"{_COMMAND} FILE"),
            )
        )
        return
    _draw(report, package)


def _draw(report: ValidityReport, package: Package) -> None:
    headings = (
        _("Service mesuré"),
        _("Corrélation des rangs"),
        _("Îlots comparés"),
        _("Nos lieux"),
        _("Remarque"),
    )
    show(html.table(_("Accord des deux mesures, par service"), headings, [_row(one) for one in report.found]))
    said = _("Fichier {file}, comparé le {date}, paquet de données {version}.").format(
        file=report.file, date=fmt.date(report.day), version=report.package_id[:8]
    )
    show(line(said, css="px-sub"))
    if report.package_id != package.id:
        show(line(_("Les données ont changé depuis : refaites la comparaison."), css="px-sub"))
    show(
        line(
            _("Deux façons de compter, sur des listes différentes : un accord, pas une preuve."), css="px-sub"
        )
    )


def _row(one: Validity) -> tuple[str, ...]:
    rho = fmt.number(one.rho, 2) if one.rho is not None else fmt.no_data()
    note = text(one.why_not) if one.why_not else ""
    return text(_NAMES[one.id]), rho, fmt.number(one.blocks), fmt.number(one.places), note
