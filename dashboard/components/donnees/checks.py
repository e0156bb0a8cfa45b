"""Every check of the package, run again when someone asks."""

from __future__ import annotations

import streamlit as st

from dashboard import format as fmt
from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, ngettext, text
from etl.checks import CheckResult
from geodata.package import Package


def checks(package: Package) -> None:
    """Draw what is always checked, and the button that does it again."""
    show(
        tag("h2", words(_("Les vérifications")), css="px-section", id="verifications"),
        line(
            _(
                "Un paquet n'est publié que si toutes ses vérifications réussissent : totaux publiés "
                "retrouvés, chaque personne comptée une fois à chaque niveau, aucun manque compté zéro, "
                "chaque fichier conforme à son empreinte."
            )
        ),
    )
    if st.button(_("Vérifier maintenant")):
        with st.spinner(_("Vérification en cours…"), show_time=True):
            results = upkeep.check(package)
        show(*_results(results))


def _results(results: list[CheckResult]) -> list[str]:
    failed = [result for result in results if not result.passed]
    if failed:
        lead = ngettext("{n} vérification échoue.", "{n} vérifications échouent.", len(failed))
        said = lead.format(n=fmt.number(len(failed)))
    else:
        said = _("Les {n} vérifications réussissent.").format(n=fmt.number(len(results)))
    marks = {"ok": "●", "failed": "○", "not_comparable": "◐"}
    items = [
        tag("li", words(f"{marks[result.verdict]} {result.id} · {text(result.detail)}")) for result in results
    ]
    return [tag("p", words(said), css="px-lead", role="status"), tag("div", tag("ul", *items), css="px-card")]
