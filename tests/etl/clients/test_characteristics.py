import pytest

from etl.clients.characteristics import Listed, bare, read_pins, resolve
from etl.clients.profile_table import code_of, level_of, number, quality_of
from etl.sources.statcan_profile_2021.transform import SHARES
from geodata.errors import DeclarationError, SourceFileError
from tests.etl.clients.profile_service import pins

TENURE = "Total - Private households by tenure - 25% sample data"
MOTHER = "Total - Mother tongue - 100% data"
HOME = "Total - Language spoken at home - 100% data"

PINS = f"""
[tenants]
label = "Renter"
under = ["{TENURE}"]
form = "long"
sdmx = "1402"

[french]
label = "French"
under = ["{MOTHER}", "Single responses"]
form = "short"
"""


@pytest.fixture
def two_pins(tmp_path):
    (tmp_path / "pins.toml").write_text(PINS, "utf-8")
    return read_pins(tmp_path / "pins.toml")


def _list(**changed):
    lines = {
        "1400": (TENURE, ()),
        "1401": ("  Owner", (TENURE,)),
        "1402": ("  Renter (51)", (TENURE,)),
        "379": (MOTHER, ()),
        "380": ("Single responses", (MOTHER,)),
        "383": ("French", (MOTHER, "Single responses")),
        "705": ("French", (HOME,)),
    }
    lines |= {key.removeprefix("n"): line for key, line in changed.items()}
    return [Listed(id_, *line) for id_, line in lines.items() if line]


def test_a_pinned_number_and_one_found_by_its_words(two_pins):
    found = resolve(two_pins.values(), _list(), "sdmx", "list")
    # "French" is there twice: what is above it says which is the mother tongue.
    assert found == {"tenants": "1402", "french": "383"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"n1402": ("Tenant", (TENURE,))}, "1402 n'est plus « Renter » mais « Tenant »"),
        ({"n1402": ("Renter", (HOME,))}, f"1402 « Renter » est sous « {HOME} »"),
        ({"n1402": None, "n1416": ("Renter", (TENURE,))}, "n'y est plus, elle porte maintenant 1416"),
        (
            {"n1402": ("Owner", (TENURE,)), "n1416": ("Renter", (TENURE,))},
            "1402 n'est plus « Renter » mais « Owner », elle porte maintenant 1416",
        ),
        ({"n1402": None}, "1402 « Renter » n'y est plus"),
        ({"n383": None}, "705 « French » est sous « Total - Language spoken at home"),
        ({"n383": None, "n705": None}, "« French » n'y est pas"),
        ({"n384": ("French", (MOTHER, "Single responses"))}, "« French » y est plusieurs fois (383, 384)"),
    ],
    ids=["label", "parent", "moved", "moved and replaced", "gone", "other parent", "no label", "ambiguous"],
)
def test_every_disagreement_with_the_list_is_loud(two_pins, changed, said):
    with pytest.raises(SourceFileError) as failure:
        resolve(two_pins.values(), _list(**changed), "sdmx", "CL_CHARACTERISTIC")
    assert said in failure.value.sentence("fr")
    assert "CL_CHARACTERISTIC" in failure.value.sentence("en")


def test_several_disagreements_are_counted(two_pins):
    with pytest.raises(SourceFileError, match=r"\(et 1 autres\)"):
        resolve(two_pins.values(), _list(n1402=None, n383=None), "sdmx", "list")


def test_a_number_given_twice_is_refused(two_pins):
    twice = [*_list(), Listed("1402", "Other", ())]
    with pytest.raises(SourceFileError, match="deux fois"):
        resolve(two_pins.values(), twice, "sdmx", "list")


@pytest.mark.parametrize(
    "wrong",
    ["[a]\nlabel = 'x'\n", PINS + "[b]\nlabel='x'\nunder=[]\nform='long'\nsdmx='1402'\n", "[a\n"],
    ids=["incomplete", "one number twice", "not TOML"],
)
def test_a_wrong_list_of_pins_is_refused(tmp_path, wrong):
    (tmp_path / "pins.toml").write_text(wrong, "utf-8")
    with pytest.raises(DeclarationError):
        read_pins(tmp_path / "pins.toml")


def test_every_share_is_made_of_pinned_characteristics_and_every_pin_serves():
    used = {key for some, of in SHARES.values() for key in (*some, of)}
    assert used == set(pins())


def test_a_share_and_its_whole_come_from_the_same_form():
    for some, of in SHARES.values():
        assert {pins()[key].form for key in some} == {pins()[of].form}


def test_a_label_says_whether_everyone_was_asked():
    for pin in pins().values():
        top = " ".join((*pin.under, pin.label))
        if "data" in top:
            assert ("25% sample data" in top) == (pin.form == "long")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("    2011 to 2021 (82)", "2011 to 2021"),
        ("Prevalence (LIM-AT) (%)", "Prevalence (LIM-AT) (%)"),
        ("Median value ($)", "Median value ($)"),
        ("Total  -  Tenure\u00a0(50)", "Total - Tenure"),
    ],
)
def test_a_label_is_compared_without_indentation_or_footnote(label, expected):
    assert bare(label) == expected


@pytest.mark.parametrize(
    ("dguid", "level", "code"),
    [
        ("2021S051224660001", "da", "24660001"),
        ("2021S05074620001.00", "ct", "4620001.00"),
        ("2021S05074620001_00", "ct", "4620001.00"),
        ("2021A00052466023", "municipality", "2466023"),
        ("2021A00032466", "cd", "2466"),
        ("2021A000224", "province", "24"),
        ("2021A000011124", "country", "11124"),
        ("2016A000224", None, "24"),
    ],
)
def test_geographies(dguid, level, code):
    assert (level_of(dguid), code_of(dguid)) == (level, code)


@pytest.mark.parametrize("text", ["", " ", "123456", "1x", "²"])
def test_a_quality_flag_that_is_none_is_no_good_quality(text):
    with pytest.raises(ValueError):
        quality_of(text)


def test_numbers():
    assert quality_of("20") == "00020"
    assert [number(text) for text in ("", " 12.5 ", "0")] == [None, 12.5, 0.0]
    for wrong in ("x", "nan", "inf", "1_000", "1e999"):
        with pytest.raises(ValueError):
            number(wrong)
