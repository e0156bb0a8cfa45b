"""What can be wrong with a row of a listing, in words that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from etl.listings.model import Origin, Problem, Severity
from geodata.text import Text

LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: how grave it is, why it is one, what to do about it."""

    severity: Severity
    why: Text
    todo: Text


def _quarantine(why_fr: str, why_en: str, todo_fr: str, todo_en: str) -> Kind:
    return Kind("quarantine", Text(why_fr, why_en), Text(todo_fr, todo_en))


def _flag(why_fr: str, why_en: str, todo_fr: str, todo_en: str) -> Kind:
    return Kind("flag", Text(why_fr, why_en), Text(todo_fr, todo_en))


KINDS: Final[dict[str, Kind]] = {
    "bad_row": _quarantine(
        "la ligne n’a pas le même nombre de cellules que l’en-tête",
        "the row does not have as many cells as the header",
        "corriger les guillemets et les séparateurs de cette ligne",
        "fix the quotes and separators of this row",
    ),
    "line_too_long": _quarantine(
        "la ligne est plus longue que ce qu’une fiche peut contenir ; seul son début est gardé",
        "the line is longer than what an entry can hold; only its beginning is kept",
        "couper la ligne ou retirer le contenu qui n’est pas du texte",
        "split the line, or remove what is not text",
    ),
    "bad_record": _quarantine(
        "la fiche ne se lit pas : sa syntaxe est brisée",
        "the record cannot be read: its syntax is broken",
        "corriger la syntaxe de cette fiche dans le fichier d’origine",
        "fix the syntax of this record in the original file",
    ),
    "unreadable_rest": _quarantine(
        "la suite du fichier ne se lit pas : elle est tronquée ou sa syntaxe est brisée",
        "the rest of the file cannot be read: it is truncated or its syntax is broken",
        "exporter de nouveau le fichier, en entier",
        "export the file again, in full",
    ),
    "unknown_record": _quarantine(
        "la fiche n’est ni un organisme, ni un service, ni un lieu reconnu par ce format",
        "the record is no organisation, service or place that this format knows",
        "vérifier que la fiche provient bien d’une liste d’organismes",
        "check that the record comes from a listing of organisations",
    ),
    "missing_name": _quarantine(
        "le nom est vide",
        "the name is empty",
        "inscrire le nom de l’organisme ou du service",
        "write the name of the organisation or service",
    ),
    "missing_id": _quarantine(
        "l’identifiant est vide : rien ne peut s’y rattacher",
        "the identifier is empty: nothing can be tied to it",
        "inscrire un identifiant unique",
        "write a unique identifier",
    ),
    "duplicate_id": _quarantine(
        "cet identifiant est déjà celui d’une fiche précédente",
        "this identifier already belongs to an earlier record",
        "donner un identifiant unique, ou retirer la fiche en double",
        "give a unique identifier, or remove the duplicate record",
    ),
    "orphan_service": _quarantine(
        "le service renvoie à un organisme absent du fichier ou retenu",
        "the service points to an organisation that the file does not hold, or that waits",
        "ajouter l’organisme, ou corriger son identifiant",
        "add the organisation, or fix its identifier",
    ),
    "orphan_location": _quarantine(
        "le lieu renvoie à un organisme absent du fichier ou retenu, et aucun service ne s’y donne",
        "the place points to an organisation that is absent from the file or waits, and no service uses it",
        "ajouter l’organisme, ou corriger son identifiant",
        "add the organisation, or fix its identifier",
    ),
    "orphan_link": _quarantine(
        "le lien entre un service et un lieu renvoie à une fiche absente du fichier ou retenue",
        "the link between a service and a place points to a record that is absent from the file or waits",
        "ajouter la fiche absente, ou corriger l’identifiant",
        "add the missing record, or fix the identifier",
    ),
    "orphan_detail": _quarantine(
        "la ligne complète une fiche absente du fichier ou retenue",
        "the row completes a record that the file does not hold, or that waits",
        "ajouter la fiche absente, ou corriger l’identifiant",
        "add the missing record, or fix the identifier",
    ),
    "link_nowhere": _flag(
        "le service nomme un lieu absent du fichier ; il est chargé sans ce lieu",
        "the service names a place that the file does not hold; it is loaded without that place",
        "ajouter le lieu, ou corriger son identifiant",
        "add the place, or fix its identifier",
    ),
    "file_description": _flag(
        "la ligne décrit le fichier lui-même et non un organisme ; elle n’est pas reprise",
        "the row describes the file itself and no organisation; it is not taken",
        "rien à faire",
        "nothing to do",
    ),
    "unknown_organization": _flag(
        "l’organisme nommé est absent du fichier ; la fiche est chargée sans lui",
        "the organisation named is not in the file; the record is loaded without it",
        "ajouter l’organisme, ou corriger son identifiant",
        "add the organisation, or fix its identifier",
    ),
    "unknown_parent": _flag(
        "la fiche mère nommée est absente du fichier",
        "the parent named is not in the file",
        "ajouter la fiche mère, ou vider ce champ",
        "add the parent, or empty this field",
    ),
    "unknown_term": _flag(
        "le terme de classement est absent de la table des termes ; son code est gardé",
        "the classification term is not in the table of terms; its code is kept",
        "ajouter le terme à la table, ou corriger son code",
        "add the term to the table, or fix its code",
    ),
    "cycle": _flag(
        "la fiche est sa propre mère, directement ou par d’autres fiches",
        "the record is its own parent, directly or through others",
        "corriger la fiche mère de l’une d’elles",
        "fix the parent of one of them",
    ),
    "invalid_uuid": _flag(
        "l’identifiant n’est pas un UUID, que cette version du format exige",
        "the identifier is not a UUID, which this version of the format requires",
        "rien à faire ici ; le signaler à qui publie le fichier",
        "nothing to do here; tell whoever publishes the file",
    ),
    "invalid_date": _flag(
        "la date ne se lit pas ; elle est gardée telle quelle à part",
        "the date cannot be read; it is kept aside as it is",
        "écrire la date AAAA-MM-JJ",
        "write the date YYYY-MM-DD",
    ),
    "ambiguous_date": _flag(
        "la date peut se lire de deux façons (jour et mois) ; elle est gardée telle quelle à part",
        "the date can be read in two ways (day and month); it is kept aside as it is",
        "écrire la date AAAA-MM-JJ",
        "write the date YYYY-MM-DD",
    ),
    "swapped_coordinates": _flag(
        "la latitude et la longitude semblent inversées ; le lieu n’est pas placé avec elles",
        "latitude and longitude seem swapped; the place is not put on the map with them",
        "échanger les deux valeurs",
        "swap the two values",
    ),
    "invalid_coordinates": _flag(
        "les coordonnées ne sont pas des degrés possibles ; le lieu n’est pas placé avec elles",
        "the coordinates are not possible degrees; the place is not put on the map with them",
        "corriger la latitude (de -90 à 90) et la longitude (de -180 à 180)",
        "fix the latitude (-90 to 90) and the longitude (-180 to 180)",
    ),
    "conflicting_record": _flag(
        "la même fiche, déjà lue plus haut, dit ici autre chose ; la première est gardée",
        "the same record, read above, says something else here; the first is kept",
        "vérifier laquelle des deux est à jour",
        "check which of the two is up to date",
    ),
    "later_details": _flag(
        "la même fiche, déjà lue plus haut, a ici des détails de plus, qui ne sont pas repris",
        "the same record, read above, has more details here, which are not taken",
        "placer la fiche complète en premier",
        "put the complete record first",
    ),
    "personal_contact_dropped": _flag(
        "les coordonnées d’une personne ne sont pas reprises",
        "the details of a person are not taken",
        "rien à faire : elles restent dans le fichier d’origine",
        "nothing to do: they stay in the original file",
    ),
    "private_detail_dropped": _flag(
        "un téléphone ou un nom marqué confidentiel n’est pas repris",
        "a phone number or a name marked confidential is not taken",
        "rien à faire : il reste dans le fichier d’origine",
        "nothing to do: it stays in the original file",
    ),
    "excluded_from_website": _flag(
        "qui publie la liste demande de ne pas montrer cette fiche ; elle est comptée sans être montrée",
        "whoever publishes the listing asks not to show this record; it is counted and not shown",
        "rien à faire",
        "nothing to do",
    ),
    "bad_encoding": _flag(
        "la ligne mêle deux encodages ; les caractères fautifs sont lus comme du Windows-1252",
        "the row mixes two encodings; the wrong characters are read as Windows-1252",
        "vérifier les accents de cette ligne",
        "check the accents of this row",
    ),
    "nul_byte": _flag(
        "la ligne contient des caractères nuls, qui sont retirés",
        "the row holds null characters, which are removed",
        "vérifier cette ligne dans le fichier d’origine",
        "check this row in the original file",
    ),
    "empty_row": _flag(
        "la ligne est vide",
        "the row is empty",
        "rien à faire",
        "nothing to do",
    ),
    "duplicate_header": _flag(
        "deux colonnes portent le même nom ; la seconde reçoit un numéro",
        "two columns bear the same name; the second gets a number",
        "renommer l’une des deux colonnes",
        "rename one of the two columns",
    ),
    "schema": _flag(
        "la fiche ne suit pas le schéma du format",
        "the record does not follow the schema of the format",
        "le signaler à qui publie le fichier",
        "tell whoever publishes the file",
    ),
    "no_namespace": _flag(
        "le fichier ne déclare pas l’espace de noms du format ; il est lu comme s’il le faisait",
        "the file does not declare the namespace of the format; it is read as if it did",
        "le signaler à qui publie le fichier",
        "tell whoever publishes the file",
    ),
    "unknown_value": _flag(
        "la valeur n’est pas de celles que le format permet",
        "the value is not one of those that the format allows",
        "corriger la valeur",
        "fix the value",
    ),
    "inactive": _flag(
        "la fiche est marquée inactive ou fermée",
        "the record is marked inactive or closed",
        "la retirer si l’organisme est bien fermé",
        "remove it if the organisation is indeed closed",
    ),
}


def problem(
    kind: str,
    origin: Origin,
    field: str = "",
    value: object = "",
    *,
    detail: Text | None = None,
) -> Problem:
    """Say one thing wrong with one entry.

    Parameters
    ----------
    kind
        Key of ``KINDS``.
    field, value
        The column and what it holds; the value is cut to 200 characters.
    detail
        Replaces the general ``why``, where the reader knows better.
    """
    known = KINDS[kind]
    return Problem(kind, known.severity, origin, field, shown(value), detail or known.why, known.todo)


def shown(value: object) -> str:
    """Give a value as a report shows it: one line of at most 200 characters."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return " ".join(text[: LONGEST_VALUE * 2].split())[:LONGEST_VALUE]
