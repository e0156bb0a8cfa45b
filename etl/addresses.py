"""Which addresses may be asked: http(s) only and, for one that a person gives, the public internet only."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from geodata.errors import AddressError
from geodata.text import Text

_LONGEST: Final = 8_000
_LONGEST_SHOWN: Final = 200
_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
"""Protocol assignments (Teredo among them), documentation, 6to4, AS112: no one's server."""
_SPECIAL_V4: Final = tuple(
    ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "192.31.196.0/24")
)
_PRIVATE_SUFFIXES: Final = (
    ".localhost", ".local", ".localdomain", ".internal", ".intranet", ".private", ".corp", ".home", ".lan",
    ".home.arpa", ".in-addr.arpa", ".ip6.arpa", ".test", ".invalid", ".onion",
)  # fmt: skip

_GIVE_A_PUBLIC_ADDRESS: Final = Text(
    "donnez l'adresse publique d'un fichier, comme https://exemple.org/liste.csv, ou le fichier lui-même",
    "give the public address of a file, such as https://example.org/list.csv, or the file itself",
)


def shown(url: str) -> str:
    """Cut an address to what a message can show: no password, no control character, not too long."""
    head, separator, tail = url.partition("://")
    authority, slash, path = tail.partition("/")
    bare = f"{head}{separator}{authority.rpartition('@')[2]}{slash}{path}"
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in bare)
    return clean if len(clean) <= _LONGEST_SHOWN else f"{clean[: _LONGEST_SHOWN - 1]}…"


def check_address(url: str, *, public: bool) -> SplitResult:
    """Refuse an address that must not be asked, before anything is sent.

    Parameters
    ----------
    url
        An absolute address.
    public
        Whether a person gave it (or a redirect of one that a person gave): its host must then be
        a public IP address in its usual form, or a full name that is not one of a local network.
        Where that name leads is checked at the connection, by :func:`is_public`.

    Returns
    -------
    urllib.parse.SplitResult
        The parts; the host is ASCII.

    Raises
    ------
    AddressError
        If the scheme is not http or https, the address is malformed, or ``public`` and it is not.
    """
    if len(url) > _LONGEST or any(ord(c) <= 0x20 or ord(c) == 0x7F or c == "\\" for c in url):
        raise malformed_address(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise malformed_address(url) from error
    if parts.scheme not in {"http", "https"}:
        raise AddressError(
            Text(
                "Cette adresse ne commence pas par http:// ou https://",
                "This address does not begin with http:// or https://",
            ),
            where=shown(url),
            hint=_GIVE_A_PUBLIC_ADDRESS,
        )
    host = _ascii_host(host, url)
    if public:
        _check_public(parts, host, url)
    authority = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=authority if port is None else f"{authority}:{port}")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet.

    Parameters
    ----------
    address
        As ``socket.getaddrinfo`` gives it. Every form that holds an IPv4 address inside an IPv6 one
        (mapped, compatible, 6to4, NAT64, Teredo) is not public, nor is one with a zone.

    Notes
    -----
    IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        listed = ip in _PUBLIC_V6 and not any(ip in network for network in _SPECIAL_V6)
        return listed and ip.scope_id is None and ip.is_global
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL_V4)
    return ip.is_global and not special


def private_address(where: str) -> AddressError:
    """Make the error that refuses an address of a private or local network."""
    return AddressError(
        Text(
            "Cette adresse mène à un réseau privé ou local, elle n'est pas demandée",
            "This address leads to a private or local network, it is not asked",
        ),
        where=shown(where),
        hint=_GIVE_A_PUBLIC_ADDRESS,
    )


def malformed_address(url: str) -> AddressError:
    """Make the error for what is no address."""
    return AddressError(
        Text("Cette adresse est mal formée", "This address is malformed"),
        where=shown(url),
        hint=_GIVE_A_PUBLIC_ADDRESS,
    )


def _ascii_host(host: str, url: str) -> str:
    """Give the host as it is asked: names with accents in their registered form."""
    if not host or "%" in host:
        raise malformed_address(url)
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise malformed_address(url) from error


def _check_public(parts: SplitResult, host: str, url: str) -> None:
    if "@" in parts.netloc:
        raise AddressError(
            Text(
                "Cette adresse contient un nom d'utilisateur, elle n'est pas demandée",
                "This address contains a user name, it is not asked",
            ),
            where=shown(url),
            hint=_GIVE_A_PUBLIC_ADDRESS,
        )
    name = host.rstrip(".")
    if ":" in name or _ends_in_a_number(name):
        # A canonical address, or one of the many other spellings of one (octal, hexadecimal, 127.1).
        if not is_public(name):
            raise private_address(url)
    elif "." not in name or name.endswith(_PRIVATE_SUFFIXES):
        raise private_address(url)


def _ends_in_a_number(name: str) -> bool:
    """Tell whether a host is an IPv4 address in some spelling (WHATWG URL, « ends in a number »)."""
    last = name.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")
