"""A scenario that was opened from its file: the same figures, or what differs and why."""

from __future__ import annotations

from typing import Final

from dashboard import format as fmt
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.components.scenarios import cached
from dashboard.components.scenarios.place import Reading
from dashboard.i18n import _, text
from dashboard.scenario_page.held import choices
from dashboard.scenario_page.words import figure_words
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios.files import Difference, from_json

_MOST: Final = 20


def replay_notice(package: Package, reading: Reading) -> None:
    """Say whether the figures of the file were found again; nothing once the table has changed it."""
    if not reading.opened:
        return
    try:
        if choices(from_json(reading.opened).scenario) != choices(reading.scenario):
            return
        found = cached.replayed(package, reading.opened)
    except ProximiteError as problem:
        refused(problem)
        return
    show(tag("div", *(line(text(said)) for said in found.notices), css="px-notice", role="status"))
    if found.differences:
        headings = (_("Chiffre"), _("Dans le fichier"), _("À présent"))
        rows = [_row(one) for one in found.differences[:_MOST]]
        inside = table(_("Ce qui diffère du fichier"), headings, rows)
        show(tag("details", tag("summary", words(_("Voir ce qui diffère"))), inside))


def _row(one: Difference) -> tuple[str, str, str]:
    return words(figure_words(one.name)), words(_number(one.saved)), words(_number(one.found))


def _number(value: float | None) -> str:
    whole = value is None or float(value).is_integer()
    return fmt.number(value, 0 if whole else 3)
