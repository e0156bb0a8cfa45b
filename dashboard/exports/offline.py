"""A portrait in one file that opens without any network: from a USB key, on a phone, on paper."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from dashboard.comparison import Reference
from dashboard.components.html import line, tag, words
from dashboard.exports.offline_data import map_data
from dashboard.exports.offline_text import about, facts
from dashboard.exports.portrait_content import Content, portrait_content
from dashboard.i18n import _, in_language
from dashboard.maps import assets
from geodata.package import Package
from geodata.text import Language

OWN_SCRIPT: Final = "offline/offline.js"
OWN_STYLE: Final = "offline/offline.css"
_NOTHING: Final = "'none'"
_OUTSIDE: Final = re.compile(r"url\([^)]*\)")


def offline_html(
    package: Package,
    territory: str,
    against: Reference,
    language: Language,
    *,
    text_overrides: Mapping[str, str] | None = None,
) -> str:
    """Write a portrait as one HTML file, its map included, that asks nothing of any other file or machine.

    Parameters
    ----------
    package, territory
        Of whom.
    against
        What the territory is compared with, named in ``language``.
    language
        Language of the file.
    text_overrides
        Paragraphs that the table changed, by key.

    Returns
    -------
    str
        HTML of at most three megabytes. Its content security policy allows its own scripts and styles, by
        their hash, and no address.
    """
    said = portrait_content(package, territory, against, language)
    with in_language(language):
        held = map_data(package, territory)
        body = "".join(
            [
                *_head(said),
                *(_map(held) if held["views"] else []),
                *facts(said),
                *about(said, text_overrides or {}),
            ]
        )
        title = _("Portrait : {name}").format(name=said.name)
    scripts = [_script(assets.served()[name]) for name in (*assets.SCRIPTS, OWN_SCRIPT)]
    return _page(title, language, body, held, scripts if held["views"] else [])


def _page(title: str, language: Language, body: str, held: dict[str, Any], scripts: list[str]) -> str:
    style = "".join(_style(assets.served()[name]) for name in (*assets.STYLES, OWN_STYLE))
    policy = "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {_hash(style)}",
            f"script-src {' '.join(map(_hash, scripts)) or _NOTHING}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    data = f'<script type="application/json" id="data">{_embedded(held)}</script>' if scripts else ""
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><main>{body}</main>{data}{''.join(f'<script>{script}</script>' for script in scripts)}"
        "</body></html>\n"
    )


def _head(said: Content) -> list[str]:
    notice = tag("div", line(said.notice), css="notice", role="note") if said.notice else ""
    return [
        tag("h1", words(said.name)),
        line(said.place, css="sub"),
        notice,
        tag("div", *(line(sentence) for sentence in said.first), css="first"),
    ]


def _map(held: dict[str, Any]) -> list[str]:
    """Lay out the map, what chooses its content, its legend, what was touched, and the same as a table."""
    choices = tag(
        "div",
        _choice("view", _("Territoires montrés")),
        _choice("indicator", _("Indicateur")),
        _choice("territory", _("Territoire")),
        css="controls",
    )
    stage = tag(
        "div",
        '<div id="map"></div>',
        tag("div", '<div id="chosen" aria-live="polite"></div>', '<ul id="legend"></ul>'),
        css="stage",
    )
    headings = (_("Territoire"), _("Valeur"), _("Fiabilité"))
    head = tag("tr", *(tag("th", words(heading), scope="col") for heading in headings))
    table = f'<table><caption id="caption"></caption><thead>{head}</thead><tbody id="rows"></tbody></table>'
    scrolled = tag("div", table, css="scroll", tabindex="0", role="region", aria_labelledby="caption")
    return [
        tag("h2", words(_("Carte"))),
        tag(
            "noscript",
            line(_("La carte a besoin que le navigateur permette les scripts ; le reste s'en passe.")),
        ),
        choices,
        _services(held),
        stage,
        '<p id="note" class="small"></p>',
        line(_("Ces chiffres décrivent des conditions de vie, pas des personnes.")),
        tag("details", tag("summary", words(_("Les mêmes chiffres en tableau"))), scrolled),
    ]


def _choice(name: str, label: str) -> str:
    return tag("div", f'<label for="{name}">{words(label)}</label><select id="{name}"></select>')


def _services(held: dict[str, Any]) -> str:
    boxes = [
        f'<label><input type="checkbox" name="services" value="{escape(one["address"])}"> '
        f"{words(one['title'])} ({one['printed']})</label>"
        for one in held["services"]
    ]
    return tag("fieldset", tag("legend", words(_("Services"))), *boxes) if boxes else ""


def _embedded(held: dict[str, Any]) -> str:
    """Write JSON that no text in it can close: a browser reads the tag before the script."""
    written = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(path: Path) -> str:
    return path.read_text("utf-8").replace("</script", "<\\/script")


def _style(path: Path) -> str:
    """Read a style sheet without its images, which the map here does not use."""
    return _OUTSIDE.sub("none", path.read_text("utf-8")).replace("</style", "<\\/style")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
