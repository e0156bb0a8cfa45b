"""What services are listed here, of when the lists are, and what counting them does not say."""

from __future__ import annotations

from dashboard import data
from dashboard import format as fmt
from dashboard.i18n import _, ngettext, text
from dashboard.narration.grammar import in_title_of, listed
from dashboard.neighbourhood import Nearby
from geodata.model import SERVICE_NAMES, ServiceCategory
from geodata.package import Package
from geodata.staleness import Age


def services(package: Package, territory: str) -> list[str]:
    """Say the counts that exist with the date of their lists, then what no list covers."""
    found = data.nearby_services(package, territory)
    known = [each for each in found if each.count is not None]
    absent = [in_title_of(text(SERVICE_NAMES[each.category])) for each in found if each.count is None]
    said = []
    some = [each for each in known if each.count]
    if some:
        counts = listed([_counted_with_date(each) for each in some])
        said.append(_("on recense ici {counts}").format(counts=counts))
        said += [_rate(some), _stale(some)]
    if len(some) < len(known):
        empty = [_named_with_date(each) for each in known if not each.count]
        said.append(_("aucun lieu sur les listes : {names}").format(names=", ".join(empty)))
    if known:
        said.append(
            _("compter des lieux ne dit ni leurs heures, ni leur capacité, ni le chemin pour s'y rendre")
        )
    if absent:
        said.append(
            _("aucune liste ne couvre ici : {names} ; ce n'est pas un zéro").format(names=", ".join(absent))
        )
    return said


def service_sentence(package: Package, territory: str) -> str:
    """Say in one sentence what is listed here; empty where nothing is."""
    known = [each for each in data.nearby_services(package, territory) if each.count]
    if not known:
        return ""
    dates = [each.dates[-1] for each in known if each.dates]
    said = _("on recense ici {counts}").format(counts=listed([counted(each) for each in known[:3]]))
    if not dates:
        return said
    return _("{sentence} (listes vérifiées jusqu'au {date})").format(sentence=said, date=fmt.date(max(dates)))


def counted(each: Nearby) -> str:
    """Print a count of places with their name, in the singular or the plural."""
    n = each.count or 0
    words = {
        ServiceCategory.CLSC: ngettext("{n} point de service CLSC", "{n} points de service CLSC", n),
        ServiceCategory.HEALTH: ngettext(
            "{n} autre installation de santé et de services sociaux",
            "{n} autres installations de santé et de services sociaux",
            n,
        ),
        ServiceCategory.COMMUNITY: ngettext(
            "{n} organisme ou lieu communautaire", "{n} organismes ou lieux communautaires", n
        ),
        ServiceCategory.LIBRARY: ngettext("{n} bibliothèque", "{n} bibliothèques", n),
        ServiceCategory.YOUTH: ngettext(
            "{n} école ou service de garde", "{n} écoles ou services de garde", n
        ),
    }
    return words[each.category].format(n=fmt.number(n))


def _counted_with_date(each: Nearby) -> str:
    return _with_date(counted(each), each)


def _named_with_date(each: Nearby) -> str:
    return _with_date(in_title_of(text(SERVICE_NAMES[each.category])), each)


def _with_date(said: str, each: Nearby) -> str:
    if not each.dates:
        return said
    return _("{said} (liste : {date})").format(said=said, date=fmt.date(each.dates[-1]))


def _rate(known: list[Nearby]) -> str:
    """Say the rate of the first door, where it is known and not zero."""
    clsc = next((each for each in known if each.category is ServiceCategory.CLSC), None)
    if clsc is None or not clsc.count or clsc.per_10000 is None:
        return ""
    return ngettext(
        "pour 10 000 personnes, cela fait {rate} point de service CLSC",
        "pour 10 000 personnes, cela fait {rate} points de service CLSC",
        int(clsc.per_10000),
    ).format(rate=fmt.number(clsc.per_10000, 1))


def _stale(known: list[Nearby]) -> str:
    stale = sum(each.ages[Age.STALE] for each in known)
    if not stale:
        return ""
    return ngettext(
        "{n} fiche est périmée : vérifiez-la avant de vous y fier",
        "{n} fiches sont périmées : vérifiez-les avant de vous y fier",
        stale,
    ).format(n=fmt.number(stale))
