"""Find a file in a CKAN portal at the moment it is asked for, and bring it.

A portal gives a file another address each time it is published again, so that none is written here: a
record is asked for by its name, and its file is chosen by format and name. One file must answer, no more
and no less.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from etl.fetch import Retrieved
from etl.http import Http, Kind
from etl.live import FetchContext
from etl.refusals import StatusError
from geodata.errors import FetchError
from geodata.text import Text, fold

_MOST_RECORD_BYTES: Final = 8_000_000
_NOT_GIVEN: Final = frozenset({401, 403, 404, 409})
"""Statuses with which a portal says that it has no such record, or keeps it."""

_PAGE_ROWS: Final = 10_000
_MOST_ROWS: Final = 2_000_000
_ID_COLUMN: Final = "_id"
"""The row number that the portal's own store adds; no column of the publisher."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A CKAN portal: its name, and the address under which its actions are."""

    name: str
    api: str
    pages: str


QUEBEC: Final = Portal(
    "Données Québec",
    "https://www.donneesquebec.ca/recherche/api/3/action/",
    "https://www.donneesquebec.ca/recherche/dataset/",
)
MONTREAL: Final = Portal(
    "Ville de Montréal", "https://donnees.montreal.ca/api/3/action/", "https://donnees.montreal.ca/dataset/"
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a record.

    Attributes
    ----------
    format
        As the portal writes it, in lower case: ``csv``, ``geojson``, ``shp``.
    url
        Empty where the rows are in the portal's own store only.
    last_modified
        ISO date and time, null where the portal gives none.
    """

    id: str
    name: str
    format: str
    url: str
    last_modified: str | None
    in_store: bool

    @property
    def file_name(self) -> str:
        """Last part of the address."""
        return self.url.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]

    @property
    def label(self) -> str:
        """How to call it in a sentence."""
        return self.file_name or self.name or self.id

    @property
    def only_in_store(self) -> bool:
        """Whether no file can be downloaded: the rows are asked for by pages."""
        return self.in_store and not self.url.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Record:
    """What a portal says of one set of data."""

    portal: Portal
    slug: str
    title: str
    licence: str
    resources: tuple[Resource, ...]

    @property
    def page(self) -> str:
        """Address of the page that a person reads."""
        return self.portal.pages + self.slug


def record(http: Http, portal: Portal, slug: str) -> Record:
    """Ask a portal for one record.

    Parameters
    ----------
    slug
        Name or identifier of the record.

    Raises
    ------
    FetchError
        If the portal does not know it, refuses, or answers something else than a record.
    """
    result = _result(http, portal, "package_show", {"id": slug})
    resources = result.get("resources")
    if not isinstance(resources, list):
        raise _unreadable(portal, slug)
    return Record(
        portal=portal,
        slug=slug,
        title=str(result.get("title") or slug),
        licence=str(result.get("license_id") or result.get("license_title") or ""),
        resources=tuple(_resource(raw) for raw in resources if isinstance(raw, dict)),
    )


def _result(http: Http, portal: Portal, action: str, params: dict[str, Any]) -> dict[str, Any]:
    where = str(next(iter(params.values())))
    try:
        answer = http.json(portal.api + action, params=params, most_bytes=_MOST_RECORD_BYTES)
    except StatusError as failure:
        if failure.status in _NOT_GIVEN:
            raise _refused(portal, where, f"HTTP {failure.status}") from failure
        raise
    if not isinstance(answer, dict):
        raise _unreadable(portal, where)
    if answer.get("success") is not True:
        raise _refused(portal, where, answer.get("error"))
    result = answer.get("result")
    if not isinstance(result, dict):
        raise _unreadable(portal, where)
    return result


def _resource(raw: dict[str, Any]) -> Resource:
    url = str(raw.get("url") or "").strip()
    stored = bool(raw.get("datastore_active"))
    return Resource(
        id=str(raw.get("id") or ""),
        name=str(raw.get("name") or "").strip(),
        format=str(raw.get("format") or "").strip().lower(),
        # A link to the portal's own dump of a table is no file of the publisher.
        url="" if stored and "/datastore/dump/" in url else url,
        last_modified=raw.get("last_modified") or raw.get("metadata_modified") or raw.get("created"),
        in_store=stored,
    )


def choose(found: Record, formats: tuple[str, ...], pattern: str, *, prefer: str = "") -> Resource:
    """Choose the one file of a record that has a format and a name.

    Parameters
    ----------
    formats
        Accepted formats, in lower case, best first.
    pattern
        Regular expression, looked for in the folded name of the resource, in its file name and in its
        path. A group ``year`` chooses the latest of several years.
    prefer
        Regular expression that parts several answers.

    Raises
    ------
    FetchError
        If none answers, or several do; it names what the record holds.
    """
    of_format = [r for r in found.resources if r.format in formats]
    answers = [r for r in of_format if _matches(r, pattern)]
    if "(?P<year>" in pattern and answers:
        latest = max(_year(r, pattern) for r in answers)
        answers = [r for r in answers if _year(r, pattern) == latest]
    if prefer:
        answers = [r for r in answers if _matches(r, prefer)] or answers
    best = min((formats.index(r.format) for r in answers), default=0)
    answers = [r for r in answers if r.format == formats[best]]
    if len(answers) == 1:
        return answers[0]
    raise _not_one(found, formats, pattern, answers)


def _texts(resource: Resource) -> tuple[str, ...]:
    path = resource.url.lower().split("://", 1)[-1].partition("/")[2]
    return fold(resource.name), resource.file_name.lower(), path


def _matches(resource: Resource, pattern: str) -> bool:
    return any(re.search(pattern, text) for text in _texts(resource))


def _year(resource: Resource, pattern: str) -> int:
    found = (match for text in _texts(resource) for match in re.finditer(pattern, text))
    return max((int(match["year"] or 0) for match in found), default=0)


_KINDS: Final = {
    "csv": Kind.CSV,
    "geojson": Kind.JSON,
    "json": Kind.JSON,
    "xlsx": Kind.XLSX,
}
"""What the first bytes must be, by format; every geographic format comes in an archive."""


def bring(
    context: FetchContext, found: Record, chosen: Resource, *, most_bytes: int = 400_000_000
) -> tuple[Path, Retrieved]:
    """Bring one file of a record, or the rows of its table where there is no file.

    Returns
    -------
    tuple
        Where the file lies, and where it comes from. Its date is the one that the portal writes.

    Raises
    ------
    FetchError
        If it does not come whole, or is not of its kind.
    """
    if chosen.only_in_store:
        return _bring_rows(context, found, chosen)
    kind = _KINDS.get(chosen.format, Kind.ZIP)
    if chosen.file_name.lower().endswith(".zip"):
        kind = Kind.ZIP
    path, retrieved = context.file(chosen.url, name=chosen.label, expect=kind, most_bytes=most_bytes)
    return path, replace(retrieved, last_modified=chosen.last_modified or retrieved.last_modified)


def _bring_rows(context: FetchContext, found: Record, chosen: Resource) -> tuple[Path, Retrieved]:
    """Write the pages of a table as one CSV file, in the order of the store."""
    folder = Path(tempfile.mkdtemp(prefix="rows-", dir=context.folder))
    path = folder / f"{chosen.id}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer: Any = None
        for page in _pages(context, found, chosen):
            columns = [c for c in page["columns"] if c != _ID_COLUMN]
            if writer is None:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(columns)
            writer.writerows([_written(row.get(c)) for c in columns] for row in page["rows"])
    content = path.read_bytes()
    return path, Retrieved(
        name=path.name,
        url=f"{found.portal.api}datastore_search?resource_id={chosen.id}",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        last_modified=chosen.last_modified,
        retrieved_at=datetime.now(UTC).replace(microsecond=0).isoformat(),
    )


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _pages(context: FetchContext, found: Record, chosen: Resource) -> Iterator[dict[str, Any]]:
    done = 0
    while True:
        params = {"resource_id": chosen.id, "limit": _PAGE_ROWS, "offset": done, "sort": _ID_COLUMN}
        result = _result(context.http, found.portal, "datastore_search", params)
        rows, total = result.get("records"), int(result.get("total") or 0)
        if not isinstance(rows, list) or total > _MOST_ROWS:
            raise _unreadable(found.portal, chosen.name)
        columns = [str(field["id"]) for field in result.get("fields", ())]
        yield {"columns": columns, "rows": rows}
        done += len(rows)
        context.say(chosen.name, done, total)
        if done >= total:
            return
        if not rows:
            raise _cut(found.portal, chosen, done, total)


def date_of(retrieved: Iterable[Retrieved]) -> str | None:
    """Give the ISO day on which the newest of some files was published, null where no portal says it."""
    days = [r.last_modified[:10] for r in retrieved if r.last_modified]
    return max(days, default=None)


_SAME_LICENCE: Final = {
    "cc-by-4.0": ("cc by", "cc by 4 0", "attribution cc by 4 0", "creative commons attribution"),
    "statcan-open": ("statistique canada", "statistics canada"),
    "ogl-canada": ("gouvernement ouvert", "open government", "ca ogl lgo"),
    "odbl-1.0": ("odbl", "odc odbl"),
}
"""How portals write each licence, folded."""


def licence_note(found: Record, declared: str) -> tuple[Text, ...]:
    """Say that the record's licence is not the declared one; nothing where they agree or none is written."""
    written = fold(found.licence)
    if not written:
        return (
            Text(
                f"La fiche « {found.slug} » n'écrit aucune licence ; celle de la déclaration est gardée",
                f"Record “{found.slug}” writes no licence; the declared one is kept",
            ),
        )
    known = _SAME_LICENCE.get(declared, (fold(declared),))
    if written == fold(declared) or any(written == k or written.startswith(f"{k} ") for k in known):
        return _restricted(found, written)
    return (_other_licence(found, declared),)


def _restricted(found: Record, written: str) -> tuple[Text, ...]:
    """Tell « CC BY-NC », « -ND » and « -SA » apart from the plain licence that they begin like."""
    if {"nc", "nd", "sa"} & set(written.split()):
        return (_other_licence(found, "cc-by-4.0"),)
    return ()


def _other_licence(found: Record, declared: str) -> Text:
    return Text(
        f"La licence de la fiche « {found.slug} » est « {found.licence} », « {declared} » est déclarée",
        f"The licence of record “{found.slug}” is “{found.licence}”, “{declared}” is declared",
    )


def _refused(portal: Portal, slug: str, error: object) -> FetchError:
    reason = error.get("message") or error.get("__type") if isinstance(error, dict) else error
    said = f", « {reason} »" if reason else ""
    said_en = f", “{reason}”" if reason else ""
    return FetchError(
        Text(
            f"Le portail refuse de donner la fiche{said}", f"The portal refuses to give the record{said_en}"
        ),
        where=f"{portal.name}, {slug}",
        hint=Text(
            "vérifiez que la fiche existe encore à ce nom",
            "check that the record still exists under this name",
        ),
    )


def _unreadable(portal: Portal, slug: str) -> FetchError:
    return FetchError(
        Text("La réponse du portail n'est pas une fiche", "The portal's answer is not a record"),
        where=f"{portal.name}, {slug}",
        hint=Text("réessayez plus tard", "try again later"),
    )


def _cut(portal: Portal, chosen: Resource, done: int, total: int) -> FetchError:
    return FetchError(
        Text(f"Le portail donne {done} rangées sur {total}", f"The portal gives {done} rows of {total}"),
        where=f"{portal.name}, {chosen.name}",
        hint=Text("réessayez plus tard", "try again later"),
    )


def _not_one(found: Record, formats: tuple[str, ...], pattern: str, answers: list[Resource]) -> FetchError:
    shown = [f"{r.name or r.label} [{r.format}]" for r in (answers or found.resources)][:12]
    held = ", ".join(shown) or "∅"
    wanted = "/".join(formats)
    if answers:
        what = Text(
            f"{len(answers)} fichiers {wanted} répondent à « {pattern} »",
            f"{len(answers)} {wanted} files answer to “{pattern}”",
        )
    else:
        what = Text(
            f"Aucun fichier {wanted} ne répond à « {pattern} »", f"No {wanted} file answers to “{pattern}”"
        )
    return FetchError(
        Text(f"{what.fr} ; trouvé : {held}", f"{what.en}; found: {held}"),
        where=found.page,
        hint=Text(
            "la fiche a changé : comparez ses fichiers avec la déclaration de la source",
            "the record has changed: compare its files with the source's declaration",
        ),
    )
