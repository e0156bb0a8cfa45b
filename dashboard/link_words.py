"""What a page says of a link that asks for something these data do not hold."""

from __future__ import annotations

from typing import Final

from geodata.text import Text, same_in_both

LONGEST_QUOTE: Final = 40


def other_version(asked: str, package_id: str) -> list[Text]:
    """Say that a link was made with other data; nothing where it names none, or these.

    Parameters
    ----------
    asked
        Version that the link names, empty where it names none.
    package_id
        Version shown, as links write it.
    """
    if asked in {"", package_id}:
        return []
    return [
        Text(
            "Ce lien a été fait avec une autre version des données ; les chiffres peuvent avoir changé.",
            "This link was made with another version of the data; figures may have changed.",
        )
    ]


def quoted(asked: str) -> Text:
    """Give what a link says between quotation marks, cut where it is long."""
    short = asked if len(asked) <= LONGEST_QUOTE else asked[:LONGEST_QUOTE] + "…"
    return Text(f"« {short} »", f"“{short}”") if short.strip() else same_in_both("?")


def ignored(what: Text, asked: str) -> Text:
    """Say that a link names something that is not in these data, and that it is left aside."""
    said = quoted(asked)
    return Text(
        f"{what.fr} {said.fr} du lien n'existe pas dans ces données ; la page n'en tient pas compte.",
        f"{what.en} {said.en} of the link is not in these data; the page left it aside.",
    )
