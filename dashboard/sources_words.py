"""What is known of each source, in words that anyone reads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dashboard import format as fmt
from dashboard.exports.sheet import Sheet, sheet_of_rows
from dashboard.i18n import _, ngettext, text
from etl.history import EMBEDDED_NAME, current_name
from etl.status import SourceStatus
from geodata.model import Source
from geodata.package import EMBEDDED, Package

_MONTHS_A_YEAR = 12
_YEAR_ALONE = 4


def package_sentence(package: Package, home: Path) -> str:
    """Say when the package was made, what it holds and where it comes from."""
    sources = ngettext("{n} source", "{n} sources", len(package.sources)).format(
        n=fmt.number(len(package.sources))
    )
    indicators = ngettext("{n} indicateur", "{n} indicateurs", len(package.indicators)).format(
        n=fmt.number(len(package.indicators))
    )
    if package.path.resolve() == EMBEDDED.resolve():
        origin = _("livrées avec le programme")
    elif current_name(home) != EMBEDDED_NAME and package.path.parent == home / "packages":
        origin = _("actualisées ici")
    else:
        origin = _("choisies par la personne qui tient cette installation")
    return _("Données assemblées le {date}, {origin} : {sources}, {indicators}.").format(
        date=fmt.date(str(package.manifest["built_at"])[:10]),
        origin=origin,
        sources=sources,
        indicators=indicators,
    )


def age(status: SourceStatus) -> str:
    """Say how old the data are."""
    months = status.age_months
    if months is None:
        return _("âge inconnu")
    if months < _MONTHS_A_YEAR and len(status.reference_date) == _YEAR_ALONE:
        # A year alone does not say the month: « 10 mois » would be made up.
        return (
            _("moins d'un an") if status.reference_date == str(dt.date.today().year) else _("un an environ")
        )
    if months < 1:
        return _("moins d'un mois")
    if months < 2 * _MONTHS_A_YEAR:
        return ngettext("{n} mois", "{n} mois", months).format(n=fmt.number(months))
    years = months // _MONTHS_A_YEAR
    return ngettext("{n} an", "{n} ans", years).format(n=fmt.number(years))


def live(status: SourceStatus) -> str:
    """Say when the publisher's own service last gave this source."""
    if status.live == "verified":
        return _("vérifié en direct le {date}").format(date=fmt.date(status.verified_on[:10]))
    if status.live == "never":
        return _("jamais vérifié en direct")
    return _("aucun service en direct")


def live_note(status: SourceStatus) -> str:
    """Give what is to be known of the live service."""
    return text(status.live_note) if status.live_note else ""


def control(status: SourceStatus) -> str:
    """Say what came of the last attempt."""
    if status.problem is not None:
        return _("◐ non prise : {reason}").format(reason=text(status.problem))
    return {
        "ok": _("● conforme à la précédente"),
        "attention": _("◐ différences à regarder"),
        "refus": _("◐ différences acceptées : {reason}").format(reason=status.accepted_reason),
    }.get(status.verdict, _("pas encore comparée"))


def last_asked(status: SourceStatus) -> str:
    """Say when a refresh last asked for the source."""
    return fmt.moment(status.last_asked) if status.last_asked else _("jamais demandée ici")


def condition(source: Source) -> str:
    """Say what kind of file was read."""
    return {
        "original": _("fichier du producteur, tel quel"),
        "extract": _("extrait du fichier du producteur"),
        "as compiled": _("tel que compilé par son éditeur"),
        "derived": _("dérivé de fichiers publiés"),
        "reconstructed": _("reconstitué : bon pour situer, pas pour mesurer"),
    }.get(source.condition, source.condition)


def indicator_titles(package: Package, source_id: str) -> str:
    """List the indicators that come from a source."""
    titles = [text(i.title) for i in package.indicators.values() if i.source_id == source_id]
    return " · ".join(titles) or _("Aucun : cette source donne des territoires, des lieux ou des repères.")


def files(source: Source) -> str:
    """List the files read, with their hashes."""
    return " · ".join(f"{f.get('path', f['name'])} {f['sha256'][:16]}…" for f in source.files)


def stage(name: str) -> str:
    """Say what a refresh is doing."""
    return {
        "territories": _("Territoires"),
        "membership": _("Appartenances"),
        "places": _("Lieux"),
        "observations": _("Valeurs"),
        "geometry": _("Contours"),
        "checks": _("Vérifications"),
        "diff": _("Comparaison avec la version précédente"),
        "done": _("Terminé"),
    }.get(name, name)


def sources_sheet(statuses: list[SourceStatus]) -> Sheet:
    """Give the table of sources in the language of the page."""
    headings = [
        _("Identifiant"), _("Source"), _("Producteur"), _("Licence"), _("Millésime"), _("Âge"),
        _("En direct"), _("Dernier contrôle"), _("Dernière demande"), _("Dans le paquet"), _("Adresse"),
    ]  # fmt: skip
    rows = [
        [
            s.id, text(s.title), text(s.producer), text(s.licence_title), s.vintage, age(s), live(s),
            control(s), last_asked(s), _("oui") if s.present else _("non"), s.url,
        ]
        for s in statuses
    ]  # fmt: skip
    return sheet_of_rows(_("Les sources"), headings, rows)
