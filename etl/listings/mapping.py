"""Which column of a table is which field: guessed, shown, corrected by hand, kept as a TOML file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

import tomli_w

from geodata.errors import ListingError
from geodata.text import Text

DateOrder = Literal["auto", "dmy", "mdy"]

FIELDS: Final[dict[str, Text]] = {
    "id": Text("Identifiant de la ligne", "Identifier of the row"),
    "name": Text("Nom de l'organisme ou du lieu", "Name of the organisation or place"),
    "organization": Text(
        "Organisme responsable, s'il diffère du nom", "Responsible organisation, if another"
    ),
    "organization_id": Text("Identifiant de l'organisme", "Identifier of the organisation"),
    "alternate_name": Text("Autre nom ou sigle", "Other name or acronym"),
    "description": Text("Description", "Description"),
    "service": Text("Service offert", "Service offered"),
    "address": Text("Adresse civique", "Street address"),
    "address_2": Text("Complément d'adresse", "Second line of the address"),
    "city": Text("Municipalité", "Municipality"),
    "region": Text("Région", "Region"),
    "mrc": Text("MRC", "RCM (MRC)"),
    "province": Text("Province", "Province"),
    "postal_code": Text("Code postal", "Postal code"),
    "country": Text("Pays", "Country"),
    "latitude": Text("Latitude", "Latitude"),
    "longitude": Text("Longitude", "Longitude"),
    "coordinates": Text("Latitude et longitude dans une seule cellule", "Latitude and longitude in one cell"),
    "phone": Text("Téléphone", "Phone"),
    "email": Text("Courriel", "E-mail"),
    "website": Text("Site web", "Website"),
    "categories": Text("Catégories ou types", "Categories or types"),
    "languages": Text("Langues", "Languages"),
    "hours": Text("Horaire", "Opening hours"),
    "eligibility": Text("Clientèle, admissibilité", "Eligibility, people served"),
    "fees": Text("Coûts", "Fees"),
    "application": Text("Comment s'inscrire", "How to apply"),
    "status": Text("État de la fiche", "Status of the record"),
    "updated": Text("Date de mise à jour", "Date of update"),
    "confidential": Text("Adresse confidentielle (oui ou non)", "Confidential address (yes or no)"),
}
MOST_MAPPING_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Column:
    """The headers that give one field, joined in order, and why.

    Parameters
    ----------
    headers
        As they stand in the file.
    confidence
        0 to 1; 1 where a person chose.
    reason
        Why these, in both languages.
    """

    headers: tuple[str, ...]
    confidence: float
    reason: Text


@dataclass(frozen=True, slots=True)
class Options:
    """How to read the table.

    Parameters
    ----------
    header_row
        Row of the header, 1 for the first record of the file; 0 where there is none (columns are then
        named ``column_1``…); null to be found.
    sheet, encoding, delimiter
        Null to be found.
    date_order
        ``dmy`` or ``mdy`` where a date such as 03/04/2026 can be read in two ways.
    separator
        Between several values of one cell.
    scheme
        Name of the classification that ``categories`` uses.
    """

    header_row: int | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_order: DateOrder = "auto"
    separator: str = ";"
    scheme: str = "table"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns, constants and options; what the mapping page shows and a TOML file keeps."""

    columns: MappingOf[str, Column] = field(default_factory=dict)
    constants: MappingOf[str, str] = field(default_factory=dict)
    options: Options = Options()

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``listing.json`` and ``--json`` hold."""
        return {
            "columns": {
                name: {
                    "headers": list(column.headers),
                    "confidence": round(column.confidence, 2),
                    "reason": column.reason.as_dict(),
                }
                for name, column in self.columns.items()
            },
            "constants": dict(self.constants),
            "options": _given_options(self.options),
        }


BY_HAND: Final = Text("choisi à la main", "chosen by hand")


def by_hand(
    columns: MappingOf[str, str | Sequence[str]],
    constants: MappingOf[str, str] | None = None,
    options: Options | None = None,
) -> Mapping:
    """Make a mapping from what a person chose."""
    made = {
        name: Column((headers,) if isinstance(headers, str) else tuple(headers), 1.0, BY_HAND)
        for name, headers in columns.items()
    }
    return Mapping(made, dict(constants or {}), options or Options())


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    ListingError
        If it is no TOML, names an unknown field or option, or holds a value of another type.
    """
    try:
        if path.stat().st_size > MOST_MAPPING_BYTES:
            raise ValueError("> 1 MB")
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as failure:
        raise _bad(
            path, Text("La correspondance ne se lit pas", "The mapping cannot be read"), str(failure)[:200]
        ) from failure
    for table in raw:
        _require_known(table, ("columns", "constants", "options"), path)
    columns, constants = _table(raw, "columns", path), _table(raw, "constants", path)
    for name in (*columns, *constants):
        _require_known(name, tuple(FIELDS), path)
    options = _options(_table(raw, "options", path), path)
    return by_hand({n: _headers(v, n, path) for n, v in columns.items()}, _texts(constants, path), options)


def write_mapping(mapping: Mapping) -> str:
    """Write a mapping as a TOML text that a person can read, correct and use again."""
    lines = [
        "# Correspondance entre les colonnes d'une table et les champs de Proximité.",
        "# Mapping from the columns of a table to the fields of Proximité.",
        '# champ = "en-tête" ; plusieurs : champ = ["Numéro", "Rue"] / field = "header", or a list to join.',
        f"# Champs / Fields: {', '.join(FIELDS)}.",
        "",
        "[columns]",
    ]
    for name, column in mapping.columns.items():
        value: Any = column.headers[0] if len(column.headers) == 1 else list(column.headers)
        reason = f"{column.confidence:.0%} : {column.reason.fr} / {column.reason.en}"
        lines += [f"# {FIELDS[name].fr} / {FIELDS[name].en} ({' '.join(reason.split())})", _line(name, value)]
    lines += [
        "",
        "# Valeur donnée à toutes les lignes où la colonne manque / Value of every row without the column.",
        "[constants]",
        *(_line(name, value) for name, value in mapping.constants.items()),
        "",
        "# date_order : dmy, mdy, auto ; separator : entre plusieurs valeurs / between several values ;",
        "# header_row : 1 = première / first, 0 = aucune / none ; sheet, encoding, delimiter.",
        "[options]",
        *(_line(name, value) for name, value in _given_options(mapping.options).items()),
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, value: Any) -> str:
    return tomli_w.dumps({name: value}).strip()


def _given_options(options: Options) -> dict[str, Any]:
    every = {name: getattr(options, name) for name in Options.__dataclass_fields__}
    return {name: value for name, value in every.items() if value is not None}


def require_headers(mapping: Mapping, header: Sequence[str], where: str) -> None:
    """Raise where a mapping names a column that the table does not have, or gives no name to a row.

    Raises
    ------
    ListingError
        With the nearest headers.
    """
    for name, column in mapping.columns.items():
        for wanted in column.headers:
            if wanted not in header:
                raise _absent(wanted, name, header, where)
    if not {"name", "organization", "service"} & {*mapping.columns, *mapping.constants}:
        listed = ", ".join(f"« {h} »" for h in header[:12])
        raise ListingError(
            Text("Aucune colonne ne donne le nom", "No column gives the name"),
            where=where,
            hint=Text(
                f'écrivez name = "…" sous [columns] d\'un fichier --mapping, parmi {listed}',
                f'write name = "…" under [columns] of a --mapping file, among {listed}',
            ),
        )


def _absent(wanted: str, name: str, header: Sequence[str], where: str) -> ListingError:
    near = difflib.get_close_matches(wanted, header, n=3, cutoff=0.5) or list(header[:8])
    listed = ", ".join(f"« {h} »" for h in near)
    return ListingError(
        Text(
            f"La correspondance nomme une colonne absente, « {wanted} » (champ {name})",
            f"The mapping names an absent column, “{wanted}” (field {name})",
        ),
        where=where,
        hint=Text(f"choisissez plutôt {listed}", f"choose {listed} instead"),
    )


def _require_known(name: str, known: Sequence[str], path: Path) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or list(known[:12])
    raise ListingError(
        Text(f"La correspondance dit « {name} », inconnu ici", f"The mapping says “{name}”, unknown here"),
        where=path.name,
        hint=Text(f"écrivez plutôt {', '.join(near)}", f"write {', '.join(near)} instead"),
    )


def _table(raw: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise _bad(path, Text(f"« {name} » n'est pas une table", f"“{name}” is no table"), f"[{name}]")
    return table


def _headers(value: Any, name: str, path: Path) -> str | list[str]:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, list) and value and all(isinstance(v, str) and v for v in value):
        return value
    raise _bad(path, Text("Un en-tête n'est pas un texte", "A header is no text"), name)


def _texts(values: dict[str, Any], path: Path) -> dict[str, str]:
    for name, value in values.items():
        if not isinstance(value, str):
            raise _bad(path, Text("Une constante n'est pas un texte", "A constant is no text"), name)
    return cast("dict[str, str]", values)


def _options(raw: dict[str, Any], path: Path) -> Options:
    for name, value in raw.items():
        _require_known(name, tuple(Options.__dataclass_fields__), path)
        wanted = int if name == "header_row" else str
        if not isinstance(value, wanted) or isinstance(value, bool) or value == "":
            raise _bad(
                path, Text("Une option a une valeur impossible", "An option has an impossible value"), name
            )
    if (
        raw.get("date_order", "auto") not in {"auto", "dmy", "mdy"}
        or not 0 <= raw.get("header_row", 1) <= 1000
    ):
        raise _bad(
            path,
            Text("Une option a une valeur impossible", "An option has an impossible value"),
            "date_order: auto, dmy, mdy; header_row: 0…1000",
        )
    if len(raw.get("delimiter", ",")) != 1:
        raise _bad(
            path, Text("« delimiter » a plus d'un caractère", "“delimiter” has over one character"), ""
        )
    return Options(**raw)


def _bad(path: Path, what: Text, detail: str) -> ListingError:
    return ListingError(
        what,
        where=f"{path.name}{', ' if detail else ''}{detail}",
        hint=Text(
            "corrigez ce fichier, ou importez sans --mapping pour en obtenir un nouveau",
            "correct this file, or import without --mapping to get a new one",
        ),
    )
