"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.addresses import check_address, is_public, shown
from geodata.errors import AddressError

# IANA special-purpose registries: none of these is a server of the public internet.
PRIVATE_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
)  # fmt: skip
PRIVATE_V6 = (
    "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32",
    "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip

private_v4 = st.sampled_from(PRIVATE_V4).flatmap(lambda network: st.ip_addresses(network=network))
private_v6 = st.sampled_from(PRIVATE_V6).flatmap(lambda network: st.ip_addresses(network=network))
any_v4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)


@given(st.one_of(private_v4, private_v6))
def test_no_address_of_a_special_range_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert not is_public(str(address))


@given(any_v4)
def test_an_ipv4_address_is_public_unless_it_is_of_a_special_range(address: ipaddress.IPv4Address) -> None:
    special = any(address in ipaddress.ip_network(network) for network in PRIVATE_V4)
    # 192.31.196.0/24 and 192.52.193.0/24 (AS112, AMT) are anycast services that no listing is on.
    if not special and not str(address).startswith(("192.31.196.", "192.52.193.", "192.175.48.")):
        assert is_public(str(address))


@given(any_v4)
def test_no_ipv6_address_that_holds_an_ipv4_one_is_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for holder in (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert not is_public(str(ipaddress.IPv6Address(holder)))


@pytest.mark.parametrize(
    "address", ["132.203.250.1", "8.8.8.8", "2607:f8b0:4020:807::200e", "2620:0:1cfe::1"]
)
def test_addresses_of_the_public_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2607:f8b0::1%1", "", "localhost", "127.1", "1.2.3.4.5"])
def test_what_is_no_plain_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(private_v4)
def test_a_private_address_is_refused_in_every_spelling(address: ipaddress.IPv4Address) -> None:
    number, parts = int(address), str(address).split(".")
    spellings = [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0x{int(part):x}" for part in parts),
        ".".join(f"0{int(part):o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"[::ffff:{address}]",
        str(address).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        str(address).replace(".", "。"),
        f"{address}.",
    ]
    for host in spellings:
        with pytest.raises(AddressError):
            check_address(f"http://{host}/file.csv", public=True)


@given(st.text(max_size=60))
def test_any_text_is_accepted_or_refused_in_one_sentence(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.org/{text}"):
        try:
            parts = check_address(url, public=True)
        except AddressError as refused:
            sentences = {refused.sentence("fr"), refused.sentence("en")}
        else:
            sentences = {parts.scheme, parts.netloc}
            assert parts.scheme in {"http", "https"}
        assert not any(control in line for line in sentences for control in "\r\n\t\0")
        assert len(sentences) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "http://LOCALHOST:8501/", "http://localhost./", "http://printer/", "http://nas.local/",
        "http://wiki.internal/", "http://a.localhost/", "http://router.lan/", "http://metadata.google.internal/",
        "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[fe80::1%25eth0]/", "http://[fe80::1]/",
        "http://me:secret@example.org/", "http://me@example.org/", "http://example.org@127.0.0.1/",
        "http://exa%6Dple.org/", "http://example.org:99999/", "http://example.org:x/", "http://[::1/", "http:///x",
        "http://", "", "example.org/list.csv", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/x",
        "data:text/csv,a", "javascript:alert(1)", "gopher://example.org/", "jar:http://example.org/!/",
        "http://example.org/a b", "http://example.org/\r\nHost: x", "http://good.org\\@127.0.0.1/",
        "HTTP:127.0.0.1",
        f"http://example.org/{'a' * 9000}",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        check_address(url, public=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/list.csv",
        "HTTP://Example.org:8080/x?a=1#b",
        "https://8.8.8.8/x",
        "https://[2607:f8b0::1]:444/",
    ],
)
def test_a_public_address_passes(url: str) -> None:
    assert check_address(url, public=True).hostname in {"example.org", "8.8.8.8", "2607:f8b0::1"}


def test_a_name_with_accents_is_asked_in_its_registered_form() -> None:
    parts = check_address("https://bücher.example/datei", public=True)
    assert parts.netloc == "xn--bcher-kva.example"


def test_an_address_of_the_operator_may_be_private_but_is_still_http() -> None:
    assert check_address("http://127.0.0.1:8000/x", public=False).netloc == "127.0.0.1:8000"
    with pytest.raises(AddressError):
        check_address("ftp://10.0.0.1/x", public=False)


def test_a_message_shows_neither_password_nor_control_character() -> None:
    assert shown("https://me:secret@example.org/x") == "https://example.org/x"
    assert "\n" not in shown("https://example.org/\nx")
    assert len(shown("https://example.org/" + "a" * 5000)) == 200
