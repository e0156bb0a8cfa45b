"""What a source says of itself once its publisher's own files are in the place of our copy."""

from __future__ import annotations

import pytest

from etl.live import LiveFiles
from etl.registry import declaration_of, declarations
from etl.taking import as_fetched
from geodata.text import Text

LIVE = LiveFiles((), "2031", "2031-02-03", ())
FETCHABLE = [declaration.id for declaration in declarations() if declaration.live]


def words(text: Text) -> str:
    return f"{text.fr} {text.en}"


@pytest.mark.parametrize("name", FETCHABLE)
def test_the_date_is_that_of_the_files_everywhere(name: str) -> None:
    declared = declaration_of(name)
    fetched = as_fetched(declared, LIVE, verified=False)
    assert (fetched.source.vintage, fetched.source.reference_date) == ("2031", "2031-02-03")
    assert fetched.source.verified_live == declared.source.verified_live
    for before, after in zip(declared.indicators, fetched.indicators, strict=True):
        assert after.vintage == ("2031" if before.vintage == declared.source.vintage else before.vintage)
        assert after.caveat == (
            fetched.source.caveat if before.caveat == declared.source.caveat else before.caveat
        )


def test_what_was_rebuilt_is_no_longer_said_to_be() -> None:
    for name in ("montreal_iemv_2026", "msss_territories"):
        source = as_fetched(declaration_of(name), LIVE, verified=False).source
        assert source.condition == "extract"
        said = f"{words(source.title)} {words(source.caveat)} {words(source.attribution)}".lower()
        assert not any(word in said for word in ("reconst", "rebuilt", "drawing", "dessin")), name


def test_the_credit_of_m02_names_no_other_day() -> None:
    source = as_fetched(declaration_of("msss_m02"), LIVE, verified=True).source
    assert "2026" not in words(source.attribution)
    assert source.condition == "original"
    assert source.verified_live is not None


def test_childcare_reaches_all_of_quebec_once_fetched() -> None:
    declared = declaration_of("mfa_childcare_monteregie")
    assert declared.area == ("region:16",)
    assert as_fetched(declared, LIVE, verified=False).area == ("province:24",)
    assert as_fetched(declared, None, verified=False) is declared
