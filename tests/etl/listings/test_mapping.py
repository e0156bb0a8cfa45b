"""The mapping of a table: guessed from headers and content, written, corrected, read again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.listings.guess import guess_mapping, sample
from etl.listings.headers import fields_of, kinds_of
from etl.listings.mapping import FIELDS, Options, by_hand, read_mapping, write_mapping
from etl.listings.table import read_table
from geodata.errors import ListingError


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "listing.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _headers(path: Path) -> dict[str, tuple[str, ...]]:
    return {name: column.headers for name, column in guess_mapping(path).columns.items()}


STYLES = [
    (
        "Nom de l'organisme;Adresse;Ville;Code postal;Téléphone;Courriel;Site web;Horaire;Clientèle\n"
        "Le Pont;12, rue X;Laval;H7A 1A1;450 555-0101;a@b.ca;www.b.ca;lun-ven;Aînés\n",
        {
            "name": "Nom de l'organisme", "address": "Adresse", "city": "Ville", "postal_code": "Code postal",
            "phone": "Téléphone", "email": "Courriel", "website": "Site web", "hours": "Horaire",
            "eligibility": "Clientèle",
        },
    ),
    (
        "Agency Name,Program Name,Street Address,City,Zip Code,Main Phone,Website,Eligibility,Fees,"
        "Last Verified On\n"
        "The Bridge,Meals,12 X St,Laval,H7A 1A1,450-555-0101,https://b.ca,Seniors,Free,2026-01-31\n",
        {
            "name": "Agency Name", "service": "Program Name", "address": "Street Address", "city": "City",
            "postal_code": "Zip Code", "phone": "Main Phone", "website": "Website",
            "eligibility": "Eligibility", "fees": "Fees", "updated": "Last Verified On",
        },
    ),
    (
        "NO_ORG\tNOM_ORG\tADRS\tMUNICIPALITE\tCD_POSTL\tNO_TEL\tCOORD_X\tCOORD_Y\tDATE_MAJ\n"
        "7\tLe Pont\t12 rue X\tLaval\tH7A1A1\t4505550101\t-73.61\t45.60\t2026-01-31\n",
        {
            "address": "ADRS", "city": "MUNICIPALITE", "postal_code": "CD_POSTL", "phone": "NO_TEL",
            "longitude": "COORD_X", "latitude": "COORD_Y", "updated": "DATE_MAJ",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STYLES, ids=["municipal", "referral", "codes"])
def test_headers_of_many_styles(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    found = _headers(_file(tmp_path, text))
    assert {name: found.get(name) for name in expected} == {name: (h,) for name, h in expected.items()}


def test_content_tells_where_headers_say_nothing(tmp_path: Path) -> None:
    text = "a,b,c,d\nLe Pont,H2X 1Y4,514 555-0101,x@y.org\nLa Rive,H2X 1Y5,514 555-0102,z@y.org\n"
    found = _headers(_file(tmp_path, text))
    assert found == {"name": ("a",), "postal_code": ("b",), "phone": ("c",), "email": ("d",)}


def test_the_header_is_found_after_title_lines(tmp_path: Path) -> None:
    text = "Répertoire 2026\nMise à jour : mars\n\nNom,Ville\nLe Pont,Laval\nLa Rive,Lévis\n"
    mapping = guess_mapping(_file(tmp_path, text))
    assert mapping.options.header_row == 3
    assert [entry.raw["Nom"] for entry in read_table(tmp_path / "listing.csv", mapping)] == [
        "Le Pont",
        "La Rive",
    ]


def test_a_table_without_header_loses_no_row(tmp_path: Path) -> None:
    text = "Le Pont,514 555-0101,H2X 1Y4\nLa Rive,514 555-0102,H2X 1Y5\n"
    mapping = guess_mapping(_file(tmp_path, text))
    assert mapping.options.header_row == 0
    entries = list(read_table(tmp_path / "listing.csv", mapping))
    assert [entry.services[0]["name"] for entry in entries] == ["Le Pont", "La Rive"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = _file(tmp_path, "Nom;Téléphone\nThéâtre d'été;514 555-0101\n", encoding)
    assert _headers(path) == {"name": ("Nom",), "phone": ("Téléphone",)}
    assert sample(path, guess_mapping(path)) == [{"name": "Théâtre d'été", "phone": "514 555-0101"}]


def test_a_mapping_can_be_written_corrected_and_read_again(tmp_path: Path) -> None:
    mapping = by_hand(
        {"name": "Nom « court »", "address": ["Numéro", "Rue"], "categories": ["Type", "Famille"]},
        {"city": "Montréal"},
        Options(header_row=2, date_order="dmy", separator="|", delimiter="\t"),
    )
    path = tmp_path / "mapping.toml"
    path.write_text(write_mapping(mapping), "utf-8")
    assert read_mapping(path) == mapping


@given(
    st.dictionaries(
        st.sampled_from(sorted(FIELDS)), st.text(min_size=1).filter(lambda t: t.isprintable()), min_size=1
    )
)
def test_any_header_survives_its_toml(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("m") / "mapping.toml"
    path.write_text(write_mapping(by_hand(columns)), "utf-8")
    assert read_mapping(path) == by_hand(columns)


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ('[columns]\nnom = "Nom"\n', "name"),
        ('[colonnes]\nname = "Nom"\n', "columns"),
        ("[columns]\nname = 3\n", "name"),
        ("[options]\ndate_order = 'ymd'\n", "date_order"),
        ("[options]\nheader_row = true\n", "header_row"),
        ("[columns\n", "mapping.toml"),
    ],
)
def test_a_wrong_mapping_is_one_sentence(tmp_path: Path, toml: str, where: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(ListingError) as caught:
        read_mapping(path)
    assert where in caught.value.sentence("fr")


def test_an_absent_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = _file(tmp_path, "Nom,Adresse\nLe Pont,12 rue X\n")
    with pytest.raises(ListingError) as caught:
        list(read_table(path, by_hand({"name": "Noms"})))
    assert "« Noms »" in caught.value.sentence("fr")
    assert "« Nom »" in caught.value.sentence("fr")


def test_a_table_where_nothing_is_a_name(tmp_path: Path) -> None:
    path = _file(tmp_path, "Latitude,Longitude\n45.5,-73.5\n")
    with pytest.raises(ListingError):
        list(read_table(path, guess_mapping(path)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "montreal_places/vdm_lieux_interet_montreal.csv",
            {"name": ("Nom français",), "address": ("Numéro", "rue"), "longitude": ("Longitude",)},
        ),
        (
            "quebec_city/vdq_lieux_publics_quebec.csv",
            {"name": ("NOM_TOPOGRAPHIE",), "address": ("NO_CIVIQUE", "RUE"), "categories": ("DESCRIPTION",)},
        ),
        (
            "osm_montreal/osm_organismes_communautaires_montreal.csv",
            {"name": ("name",), "latitude": ("lat",), "longitude": ("lon",), "categories": ("type",)},
        ),
        (
            "msss_m02/installationscsv.csv",
            {"id": ("INSTAL_COD",), "name": ("INSTAL_NOM",), "organization": ("ETAB_NOM",)},
        ),
        (
            "meq_schools/meq_ecoles_qc.csv",
            {"name": ("NOM_OFFCL", "NOM_OFFCL_ORGNS"), "city": ("NOM_MUNCP", "NOM_MUNCP_GDUNO_ORGNS")},
        ),
    ],
)  # fmt: skip
def test_the_open_listings(mirror: Path, name: str, expected: dict[str, tuple[str, ...]]) -> None:
    found = _headers(mirror / name)
    assert {field: found.get(field) for field in expected} == expected


@pytest.mark.parametrize("header", ["Nom du contact", "Personne contact", "Prénom", "Directrice générale"])
def test_a_person_is_no_field(header: str) -> None:
    assert not {"name", "phone", "email"} & fields_of(header).keys()


@given(st.text(max_size=80))
def test_no_cell_or_header_is_too_strange(text: str) -> None:
    assert all(0 < score <= 1 for score in fields_of(text).values())
    kinds_of(text)
