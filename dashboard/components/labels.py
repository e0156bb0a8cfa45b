"""Names and titles that several parts of the page share."""

from __future__ import annotations

from dashboard.figures import parents_of
from dashboard.i18n import _, current_language, text
from dashboard.state import Selection
from geodata.model import LEVEL_NAMES, THEME_NAMES, Indicator, Level
from geodata.package import Package


def territory_name(package: Package, territory: str) -> str:
    """Give the name of a territory in the current language."""
    return str(package.territories.at[territory, f"name_{current_language()}"])


def level_name(level: Level) -> str:
    """Give the name of a level."""
    return text(LEVEL_NAMES[level])


def short_level_name(level: Level) -> str:
    """Give the name of a level as it stands on a button."""
    short = {Level.MRC: _("MRC"), Level.CLSC: _("CLSC"), Level.QUARTIER: _("Quartier")}
    return short.get(level, level_name(level))


def level_in_sentence(level: Level) -> str:
    """Give the name of a level inside a sentence: lower case, acronyms kept."""
    name = level_name(level)
    return name if name[1:2].isupper() or level is Level.PROVINCE else name[:1].lower() + name[1:]


def place_line(package: Package, territory: str) -> str:
    """Say what a territory is and where: « Territoire de CLSC · Montréal »."""
    row = package.territories.loc[territory]
    names = [
        level_name(Level(row["level"])),
        *(territory_name(package, p) for p in parents_of(package, territory)),
    ]
    return " · ".join(dict.fromkeys(names))


def indicator_option(indicator: Indicator) -> str:
    """Give the line of an indicator in the list: its theme, then its title."""
    return f"{text(THEME_NAMES[indicator.theme])} · {text(indicator.title)}"


def map_title(package: Package, selection: Selection) -> str:
    """Say in one sentence what the map shows."""
    title = text(package.indicators[selection.indicator].title)
    if selection.level is Level.PROVINCE:
        return _("{title}, Québec, {period}").format(title=title, period=selection.period)
    return _("{title}, par {level}, {period}").format(
        title=title, level=level_in_sentence(selection.level), period=selection.period
    )
