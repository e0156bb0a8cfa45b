"""Run axe, which comes whole in a Python package: nothing is fetched."""

from __future__ import annotations

from importlib import resources
from typing import Final

from playwright.sync_api import Page

WORST: Final = ("serious", "critical")

EXCLUDED: Final[dict[str, str]] = {}
"""Selectors that axe leaves aside, each with its reason; all are drawn by Streamlit, none by us."""


def axe_script() -> str:
    """Give the engine's code.

    Raises
    ------
    ModuleNotFoundError
        If the package is not installed.
    """
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page: Page, script: str) -> list[str]:
    """List what is seriously or critically wrong on the page and in its frames, one line an element."""
    for frame in page.frames:
        frame.evaluate(script)
    found = page.evaluate(
        """([excluded]) => axe.run(
            {exclude: excluded.map(selector => [selector])},
            {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})""",
        [list(EXCLUDED)],
    )
    assert len(found["passes"]) > 10, "axe looked at nothing"
    return [
        f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in WORST
        for node in rule["nodes"]
    ]
