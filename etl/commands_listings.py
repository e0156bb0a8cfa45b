"""Commands for listings: bring one in, play its fixed rows again, take a selection out."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.listings.export import export_folder
from etl.listings.importer import Details, import_listing
from etl.listings.judgements import JUDGEMENTS
from etl.listings.mapping import FIELDS, read_mapping
from etl.listings.problems import KINDS
from etl.listings.replay import replay
from etl.listings.report import ImportReport
from geodata.errors import ProximiteError
from geodata.package import open_package
from geodata.text import Language, Text

_SHOWN = 20

_HEADINGS = {
    "fr": (
        "Champ",
        "Colonne",
        "",
        "Raison",
        "Problème",
        "Nombre",
        "Pourquoi",
        "Fichier",
        "Ligne",
        "Valeur",
        "À faire",
    ),
    "en": ("Field", "Column", "", "Reason", "Problem", "Number", "Why", "File", "Row", "Value", "To do"),
}


class ReportLanguage(StrEnum):
    """Languages of a report on a terminal; ``--json`` and ``problems.csv`` hold both."""

    FR = "fr"
    EN = "en"


def _language_of_terminal() -> ReportLanguage:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return ReportLanguage.EN if said.lower().startswith("en") else ReportLanguage.FR


Lang = Annotated[
    ReportLanguage | None,
    typer.Option("--lang", help="Langue du rapport ; celle du terminal. / Language of the report."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Rapport en JSON. / Report in JSON.")]
PackageFolder = Annotated[
    Path | None,
    typer.Option("--package", help="Paquet qui situe les adresses. / Package that places addresses."),
]


def register(app: typer.Typer) -> None:
    """Add ``import``, ``replay`` and ``export`` to the command line."""
    app.command("import")(import_command)
    app.command("replay")(replay_command)
    app.command("export")(export_command)


def import_command(
    source: Annotated[
        str, typer.Argument(help="Fichier, dossier ou adresse http(s). / File, folder or URL.")
    ],
    out: Annotated[Path, typer.Option(help="Dossier de la liste. / Folder of the listing.")],
    listing_format: Annotated[
        str, typer.Option("--format", help="auto, hsds, airs, icarol, table, osm.")
    ] = "auto",
    mapping: Annotated[
        Path | None, typer.Option(help="Correspondance des colonnes (TOML). / Column mapping (TOML).")
    ] = None,
    name: Annotated[str, typer.Option(help="Nom de la liste. / Name of the listing.")] = "",
    licence: Annotated[
        str,
        typer.Option(help="Licence ; non déclarée : non redistribuable. / Undeclared: not redistributable."),
    ] = "undeclared",
    contact: Annotated[
        str, typer.Option(help="À qui demander une correction. / Whom to ask for a correction.")
    ] = "",
    source_date: Annotated[
        str, typer.Option("--date", help="Date de la liste, AAAA-MM-JJ. / Date of the listing.")
    ] = "",
    package: PackageFolder = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Apporte une liste d'organismes. / Bring in a listing of organisations."""
    details = Details(name=name, licence=licence, contact=contact, source_date=source_date)

    def work(progress: Any) -> ImportReport:
        return import_listing(
            source,
            out,
            format=listing_format,
            mapping=read_mapping(mapping) if mapping else None,
            package=open_package(package) if package else None,
            progress=progress,
            details=details,
        )

    _run(work, as_json, lang)


def replay_command(
    folder: Annotated[Path, typer.Argument(help="Dossier de la liste. / Folder of the listing.")],
    fixed: Annotated[
        Path | None,
        typer.Option(help="Lignes corrigées ; quarantine.csv du dossier par défaut. / Fixed rows."),
    ] = None,
    package: PackageFolder = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Rejoue les lignes en quarantaine, corrigées. / Play the quarantined rows again, once fixed."""
    _run(lambda _: replay(folder, fixed, package=open_package(package) if package else None), as_json, lang)


def export_command(
    source: Annotated[Path, typer.Argument(help="Liste ou paquet. / Listing or package.")],
    out: Annotated[Path, typer.Option(help="Dossier d'arrivée. / Destination folder.")],
    export_format: Annotated[str, typer.Option("--format", help="hsds-json, hsds-csv.")] = "hsds-json",
    territory: Annotated[str, typer.Option(help="Identifiant de territoire. / Territory id.")] = "",
    category: Annotated[str, typer.Option(help="Identifiant de catégorie. / Category id.")] = "",
    licensed: Annotated[
        bool, typer.Option("--licensed", help="La table a le droit de transmettre. / The right to pass on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Donne une sélection en HSDS 3.0. / Give a selection as HSDS 3.0."""

    def work(_: Any) -> Any:
        return export_folder(
            source, out, export_format, territory=territory, category=category, licensed=licensed
        )

    _run(work, as_json)


def _run(work: Any, as_json: bool, lang: ReportLanguage | None = None) -> None:
    """Do the work; with ``--json`` the standard output is one JSON text, whatever happens."""
    if not as_json:
        console = Console(stderr=True)
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
        ) as bar:
            task = bar.add_task("…")
            report = work(lambda stage, done, _: bar.update(task, description=f"{stage} {done}"))
        print_report(report, Console(), (lang or _language_of_terminal()).value)
        return
    try:
        report = work(None)
    except ProximiteError as failure:
        error = {"fr": failure.sentence("fr"), "en": failure.sentence("en")}
        _echo({"ok": False, "error": error})
        raise
    except Exception as failure:
        # A fault of the program is told too: whoever reads the output reads JSON.
        said = f"{type(failure).__name__}: {failure}"[:500]
        error = {"fr": f"Le programme s'est arrêté, {said}.", "en": f"The program stopped, {said}."}
        _echo({"ok": False, "error": error})
        raise
    _echo(report.as_dict())


def _echo(content: dict[str, Any]) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


def print_report(report: Any, console: Console, language: Language) -> None:
    """Print a report for people: the mapping applied, the counts, the first problems."""
    if not isinstance(report, ImportReport):
        console.print_json(data=report.as_dict())
        return
    if report.mapping:
        console.print(_mapping_table(report.mapping["columns"], language))
    for line in _counts(report):
        console.print(line.in_language(language))
    if report.flags:
        console.print(_flags_table(report.flags, language))
    if report.problems:
        console.print(_problems_table(report, language))
    console.print(f"→ {report.out}", soft_wrap=True)


def _counts(report: ImportReport) -> list[Text]:
    placed = {quality: number for quality, number in report.placed.items() if number}
    lines = [
        Text(
            f"{report.name} ({report.format}) : {report.read} lignes lues, {report.loaded} chargées,"
            f" {report.quarantined} en quarantaine",
            f"{report.name} ({report.format}): {report.read} rows read, {report.loaded} loaded,"
            f" {report.quarantined} in quarantine",
        ),
        Text(
            "Lieux selon la qualité de leurs coordonnées : "
            + (", ".join(f"{_QUALITIES[q].fr} {n}" for q, n in placed.items()) or "aucun"),
            "Places by quality of their coordinates: "
            + (", ".join(f"{_QUALITIES[q].en} {n}" for q, n in placed.items()) or "none"),
        ),
    ]
    if report.withheld:
        lines.append(
            Text(
                f"{report.withheld} lieux confidentiels, comptés par région seulement",
                f"{report.withheld} confidential places, counted by region only",
            )
        )
    return lines


_QUALITIES = {
    "rooftop": Text("adresse exacte", "exact address"),
    "postal_code": Text("code postal", "postal code"),
    "municipality": Text("municipalité", "municipality"),
    "none": Text("non placé", "not placed"),
}


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _mapping_table(columns: dict[str, Any], language: Language) -> Table:
    field, column, mark, reason, *_ = _HEADINGS[language]
    table = _table(Text("Correspondance", "Mapping").in_language(language), field, column, mark, reason)
    for name, guessed in columns.items():
        table.add_row(
            f"{FIELDS[name].in_language(language)} [dim]({name})[/]", escape(" + ".join(guessed["headers"])),
            f"{guessed['confidence']:.0%}", escape(guessed["reason"][language]),
        )  # fmt: skip
    return table


def _flags_table(flags: dict[str, int], language: Language) -> Table:
    *_, problem, number, why, _file, _row, _value, _todo = _HEADINGS[language]
    table = _table(Text("Problèmes", "Problems").in_language(language), "", problem, number, why)
    for kind, count in flags.items():
        known = JUDGEMENTS.get(kind) or KINDS.get(kind)
        mark = "✗" if known and known.severity == "quarantine" else "!"
        table.add_row(mark, kind, str(count), known.why.in_language(language) if known else "")
    return table


def _problems_table(report: ImportReport, language: Language) -> Table:
    total, shown = sum(report.flags.values()), min(_SHOWN, len(report.problems))
    field, *_, why, file, row, value, todo = _HEADINGS[language]
    title = Text(f"{shown} sur {total} ; tous dans problems.csv", f"{shown} of {total}; all in problems.csv")
    table = _table(title.in_language(language), file, row, field, value, why, todo)
    for problem in report.problems[:_SHOWN]:
        table.add_row(
            *(escape(str(problem[key])) for key in ("file", "row", "field", "value")),
            escape(problem["why"][language]), escape(problem["todo"][language]),
        )  # fmt: skip
    return table
