"""Where a figure comes from, when, and under which licence."""

from __future__ import annotations

from dashboard import format as fmt
from dashboard.components.html import show, tag, words
from dashboard.i18n import _, text
from geodata.model import LICENCES, Indicator, Source
from geodata.package import Package


def source_line(source: Source, indicator: Indicator) -> str:
    """Say the source, its vintage and its licence, in one line."""
    return _("Source : {producer}, {title} ({vintage}). Licence : {licence}.").format(
        producer=text(source.producer),
        title=text(source.title),
        vintage=indicator.vintage or source.vintage,
        licence=licence_title(source),
    )


def licence_title(source: Source) -> str:
    """Give the licence of a source in words."""
    licence = LICENCES.get(source.licence)
    return text(licence.title) if licence else source.licence


def provenance(package: Package, indicator: Indicator) -> None:
    """Draw, under the map, what the figures are and what they are not."""
    source = package.sources.get(indicator.source_id)
    pieces = [tag("p", tag("strong", words(text(indicator.title))), " — ", words(text(indicator.definition)))]
    pieces.append(tag("p", words(text(indicator.caveat))))
    if source is not None:
        pieces.append(tag("p", words(source_line(source, indicator))))
        pieces.append(tag("p", words(text(source.attribution))))
    pieces.append(tag("p", words(package_line(package))))
    show(tag("div", *pieces, css="px-source"))


def package_line(package: Package) -> str:
    """Say when the data were put together, and which version they are."""
    built = str(package.manifest.get("built_at", ""))[:10]
    return _("Données assemblées le {date}, version {version}.").format(
        date=fmt.date(built) if built else _("date inconnue"), version=package.id[:8]
    )
