"""The names of HSDS 2.x and of its neighbours, brought to those of HSDS 3."""

from __future__ import annotations

from typing import Any, Final

TABLES: Final = {
    "organization": "organizations", "organisations": "organizations",
    "service": "services",
    "location": "locations",
    "services_at_location": "service_at_locations", "service_at_location": "service_at_locations",
    "services_at_locations": "service_at_locations",
    "physical_address": "addresses", "physical_addresses": "addresses", "address": "addresses",
    "postal_address": "addresses", "postal_addresses": "addresses", "mail_addresses": "addresses",
    "regular_schedule": "schedules", "regular_schedules": "schedules", "schedule": "schedules",
    "holiday_schedule": "holiday_schedules",
    "accessibility_for_disabilities": "accessibility",
    "phone": "phones", "language": "languages", "contact": "contacts", "program": "programs",
    "taxonomy": "taxonomy_terms", "taxonomy_term": "taxonomy_terms", "terms": "taxonomy_terms",
    "service_taxonomy": "services_taxonomy", "service_taxonomys": "services_taxonomy",
    "attribute": "attributes", "service_attributes": "attributes", "service_attribute": "attributes",
    "eligibilitys": "eligibility", "eligibilities": "eligibility",
    "service_area": "service_areas", "cost_option": "cost_options", "fundings": "funding",
    "required_document": "required_documents", "payment_accepted": "payments_accepted",
    "organization_identifier": "organization_identifiers",
    "meta_table_description": "meta_table_descriptions",
}  # fmt: skip
"""Each other name of a table with the one that this code uses."""

ADDRESS_TYPES: Final = {
    "physical_address": "physical", "physical_addresses": "physical",
    "postal_address": "postal", "postal_addresses": "postal", "mail_addresses": "postal",
}  # fmt: skip

KNOWN: Final = frozenset(TABLES.values()) | {"metadata", "taxonomies"}
"""Every table that this code reads."""

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "languages": {"language": "name"},
    "accessibility": {"accessibility": "description"},
    "service_areas": {"service_area": "name"},
    "phones": {"number_type": "type"},
    "taxonomy_terms": {"vocabulary": "taxonomy"},
}
"""Columns of older tables with their names in HSDS 3."""

NUMBERS: Final = frozenset(
    {
        "minimum_age",
        "maximum_age",
        "year_incorporated",
        "extension",
        "timezone",
        "count",
        "interval",
        "amount",
    }
)
"""Fields that HSDS 3 holds as numbers."""

_ARRAYS: Final = {
    old: new
    for old, new in TABLES.items()
    if new in ("addresses", "schedules", "accessibility") and old not in ("address", "schedule")
}


OLDER_LISTS: Final = tuple(_ARRAYS)
"""Names under which an older record holds its addresses, hours or accessibility."""


def modern_row(table: str, row: dict[str, str]) -> dict[str, Any]:
    """Give the filled cells of a row under the names of HSDS 3, with numbers where it has them."""
    names = COLUMNS.get(table, {})
    return {names.get(k, k): _number(v) if k in NUMBERS else v for k, v in row.items() if v}


def _number(text: str) -> str | int | float:
    """Read a number that would be written back as it was; any other text stays text."""
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if str(number) == text and text not in ("inf", "-inf", "nan"):
            return number
    return text


def modern_arrays(record: dict[str, Any]) -> dict[str, Any]:
    """Rename the lists of an older record, at any depth; a record of HSDS 3 is given as it is."""
    renamed: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            renamed[key] = modern_arrays(value)
        elif isinstance(value, list):
            items = [modern_arrays(item) if isinstance(item, dict) else item for item in value]
            name = _ARRAYS.get(key, key)
            if kind := ADDRESS_TYPES.get(key):
                items = [{"address_type": kind, **i} if isinstance(i, dict) else i for i in items]
            held = renamed.get(name)
            renamed[name] = [*held, *items] if isinstance(held, list) else items
        else:
            renamed[key] = value
    return renamed
