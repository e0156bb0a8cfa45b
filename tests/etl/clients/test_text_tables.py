"""Large text tables read as streams: a row is whole or it is an error."""

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.clients import text_tables
from etl.clients.text_tables import mended, read_rows
from geodata.errors import CellError, ColumnError, SourceFileError


def read(content: bytes, **more):
    columns = {"Code": "code", "Nom": "name", "Valeur": "value"}
    options = {"where": "table.csv", "keep": lambda rows: rows["code"].notna(), "numbers": ("value",), **more}
    return read_rows(io.BytesIO(content), columns, **options)


def test_columns_are_found_by_name_whatever_their_order_and_case():
    table = read(b'autre,NOM,"code",Valeur\r\nx,"Gasp\xe9, la",01,"1,250"\r\n\r\ny, ,02,..\r\n')
    assert table["code"].tolist() == ["01", "02"]
    assert table["name"].tolist() == ["Gaspé, la", None]
    assert table["value"].tolist()[0] == 1250
    assert table["value"].isna().tolist() == [False, True]


def test_pieces_are_read_one_after_the_other(monkeypatch):
    monkeypatch.setattr(text_tables, "_CHUNK_ROWS", 7)
    rows = "".join(f"{n},nom {n},{n}\n" for n in range(100))
    table = read(f"Code,Nom,Valeur\n{rows}".encode(), keep=lambda piece: piece["code"].str.endswith("0"))
    assert table["value"].tolist() == list(range(0, 100, 10))


@pytest.mark.parametrize("row", [b"01,a", b"01,a,1,2", b"01"])
def test_a_row_of_another_length_is_named(row):
    with pytest.raises(SourceFileError, match="ligne 3"):
        read(b"Code,Nom,Valeur\n00,z,1\n" + row + b"\n02,b,2\n")


def test_a_column_absent_or_twice_is_named():
    with pytest.raises(ColumnError, match=r"Valeur.*0 fois"):
        read(b"Code,Nom\n1,2\n")
    with pytest.raises(ColumnError, match=r"Nom.*2 fois"):
        read(b"Code,Nom,Valeur,nom\n1,2,3,4\n")


@pytest.mark.parametrize("content", [b"", b"Code,Nom,Valeur", b"Code,Nom,Valeur\n"])
def test_an_empty_table_is_refused(content):
    with pytest.raises(SourceFileError):
        read(content)


def test_a_line_without_end_is_refused_without_being_read_whole():
    class Endless(io.BytesIO):
        given = 0

        def readline(self, size=-1, /):
            self.given += 1
            return b"Code,Nom,Valeur\n" if self.given == 1 else b"x" * size

    stream = Endless()
    with pytest.raises(SourceFileError, match="sans fin"):
        read_rows(stream, {"Code": "code"}, where="t", keep=lambda rows: rows["code"].notna())
    assert stream.given == 2


@pytest.mark.parametrize("cell", ["beaucoup", "inf", "1e999"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(CellError, match=cell):
        read(f"Code,Nom,Valeur\n1,a,{cell}\n".encode())


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_words_in_utf8_are_read_as_they_were_written(word):
    assert mended(pd.Series([word.encode().decode("latin-1")])).tolist() == [word]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_a_table_or_one_sentence(content):
    try:
        read(b"Code,Nom,Valeur\n" + content)
        sentence = "."
    except SourceFileError as refusal:
        sentence = refusal.sentence("fr")
    assert sentence.endswith(".")
