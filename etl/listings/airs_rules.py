"""What an AIRS 4.0 record must hold, in our own words, and the check against the published schema.

The schema of AIRS may not be distributed with this code. Where a copy stands beside the file or is set
by the operator, each record is checked against it; elsewhere the rules below apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from lxml import etree

from etl.listings.model import Origin, Problem
from etl.listings.problems import problem
from geodata.errors import ListingError
from geodata.text import Text

NAMESPACE: Final = "http://www.airs.org/schema/4_0_0/AIRS.xsd"
RECORDS: Final = ("Agency", "Site", "Service", "SiteService", "ServiceGroup")
_TYPES: Final = {name: name[0].lower() + name[1:] for name in RECORDS}
_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_MOST_ERRORS: Final = 20

REQUIRED: Final = {
    "Agency": ("AgencyID", "AgencyName"),
    "Site": ("ID",),
    "Service": ("ID", "Title", "AgencyID"),
    "SiteService": ("ID", "SiteID", "ServiceID", "AgencyID"),
    "ServiceGroup": ("ID",),
}
"""Elements without which a record says nothing that can be tied to the others."""

ALLOWED: Final = {
    "Status": frozenset({"active", "inactive", "defunct"}),
    "dayOpen": frozenset({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}),
    **dict.fromkeys(
        ("Confidential", "ExcludeFromWebsite", "ExcludeFromDirectory", "TollFree", "MainAgencyAddress",
         "ServiceNotAlwaysAvailable", "PublicAccessToTransportation"),
        frozenset({"true", "false", "1", "0"}),
    ),
}  # fmt: skip
"""Elements whose value is one of a list, those that change what may be shown first."""


def load_schema(path: Path) -> etree.XMLSchema:
    """Load the AIRS schema so that a record alone can be checked, and not only a whole file.

    Raises
    ------
    ListingError
        If the file is no XML schema.
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.parse(path, parser).getroot()
        for name, kind in _TYPES.items():
            if root.find(f"{_XS}complexType[@name='{kind}']") is not None:
                etree.SubElement(root, f"{_XS}element", name=name, type=kind)
        return etree.XMLSchema(root)
    except (etree.LxmlError, OSError) as error:
        raise ListingError(
            Text("le schéma AIRS ne se lit pas", "the AIRS schema cannot be read"),
            where=path.name,
            hint=Text("vérifier le fichier .xsd", "check the .xsd file"),
        ) from error


def find_schema(path: Path) -> Path | None:
    """Find the AIRS schema beside a file; null if there is none."""
    return next(iter(sorted(p for p in path.parent.glob("*.xsd") if "airs" in p.name.casefold())), None)


def schema_problems(schema: etree.XMLSchema, element: etree._Element, origin: Origin) -> Iterator[Problem]:
    """Check one record against the published schema; each error with its line."""
    if schema.validate(element):
        return
    for error in islice(cast("Iterable[Any]", schema.error_log), _MOST_ERRORS):
        words = error.message.replace(f"{{{NAMESPACE}}}", "")
        yield problem(
            "schema",
            origin,
            (error.path or "").rpartition("/")[2].removeprefix("*:"),
            words,
            detail=Text(
                f"ligne {error.line} : le schéma AIRS 4.0 refuse cet élément",
                f"line {error.line}: the AIRS 4.0 schema refuses this element",
            ),
        )


def rule_problems(name: str, record: dict[str, Any], origin: Origin) -> Iterator[Problem]:
    """Check one record against our own rules."""
    for required in REQUIRED[name]:
        if not any(record.get(required, ())):
            yield problem(
                "schema",
                origin,
                required,
                detail=Text(
                    f"« {required} » manque, que AIRS exige", f"“{required}” is missing, which AIRS requires"
                ),
            )
    yield from _values(record, origin)


def _values(record: dict[str, Any], origin: Origin) -> Iterator[Problem]:
    for name, items in record.items():
        for item in items:
            if isinstance(item, dict):
                yield from _values(item, origin)
            elif item and name in ALLOWED and item not in ALLOWED[name]:
                yield problem("unknown_value", origin, name, item)
