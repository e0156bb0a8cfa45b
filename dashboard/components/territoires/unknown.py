"""The codes of a list that these data do not hold, by line."""

from __future__ import annotations

from typing import Final

from dashboard import format as fmt
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, ngettext
from etl.territory_codes import CodeList

_MOST_SHOWN: Final = 20


def unknown_codes(found: CodeList) -> None:
    """Say how many territories were recognised, and list the codes that were not."""
    count = len(found.members)
    said = ngettext("{n} territoire reconnu.", "{n} territoires reconnus.", count)
    pieces = [line(said.format(n=fmt.number(count)))]
    if found.unknown:
        missing = ngettext(
            "{n} code n'est pas dans ces données et est laissé de côté :",
            "{n} codes ne sont pas dans ces données et sont laissés de côté :",
            len(found.unknown),
        ).format(n=fmt.number(len(found.unknown)))
        items = [
            tag("li", words(_("ligne {n} : {code}").format(n=fmt.number(number), code=code)))
            for number, code in found.unknown[:_MOST_SHOWN]
        ]
        if len(found.unknown) > _MOST_SHOWN:
            items.append(tag("li", words("…")))
        pieces += [line(missing), tag("ul", *items)]
    show(tag("div", *pieces, css="px-notice", role="status"))
