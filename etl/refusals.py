"""What a service did wrong, in a sentence for whoever waits for its data."""

from __future__ import annotations

from typing import Final

from etl.addresses import shown
from geodata.errors import FetchError, OutputError
from geodata.text import Text

LATER: Final = Text(
    "réessayez plus tard ; les dernières bonnes données restent en place",
    "try again later; the last good data stay in place",
)
_CHANGED: Final = Text(
    "vérifiez l'adresse chez l'éditeur ; les dernières bonnes données restent en place",
    "check the address at the publisher's; the last good data stay in place",
)
_PROBABLY_A_PAGE: Final = Text(
    "l'adresse mène sans doute à une page et non au fichier ; vérifiez-la chez l'éditeur",
    "the address probably leads to a page and not to the file; check it at the publisher's",
)
_NETWORK: Final = Text(
    "vérifiez la connexion à Internet, puis réessayez ; les dernières bonnes données restent en place",
    "check the internet connection, then try again; the last good data stay in place",
)


class StatusError(FetchError):
    """A service answered with an HTTP status that is not a success.

    Attributes
    ----------
    status
        The HTTP status, such as 404.
    """

    def __init__(self, what: Text, *, where: str = "", hint: Text, status: int) -> None:
        self.status = status
        super().__init__(what, where=where, hint=hint)


class ContentError(FetchError):
    """What came is not what was asked: nothing of it is worth keeping."""


class UnreachableError(FetchError):
    """A host does not take connections."""


def bad_status(url: str, status: int) -> StatusError:
    """Make the error for a status that is no success."""
    sentences = {
        401: Text("Le service refuse l'accès à ces données", "The service denies access to these data"),
        403: Text("Le service refuse l'accès à ces données", "The service denies access to these data"),
        404: Text("Rien n'est publié à cette adresse", "Nothing is published at this address"),
        410: Text(
            "Ces données ont été retirées par leur éditeur", "These data were withdrawn by their publisher"
        ),
        429: Text("Le service demande de ralentir", "The service asks to slow down"),
    }
    broken = Text(f"Le service est en panne ({status})", f"The service is out of order ({status})")
    refused = Text(f"Le service refuse la demande ({status})", f"The service refuses the request ({status})")
    what = sentences.get(status, broken if status >= 500 else refused)
    passing = status == 429 or status >= 500
    return StatusError(what, where=shown(url), hint=LATER if passing else _CHANGED, status=status)


def asked_to_wait(url: str, status: int, seconds: float) -> StatusError:
    """Make the error for a service that asks to come back after longer than anyone would wait."""
    minutes = max(1, round(seconds / 60))
    return StatusError(
        Text(
            f"Le service demande de revenir dans {minutes} min",
            f"The service asks to come back in {minutes} min",
        ),
        where=shown(url),
        hint=LATER,
        status=status,
    )


def no_answer(url: str) -> FetchError:
    """Make the error for a service that did not answer, or fell silent."""
    return FetchError(
        Text("Le service n'a pas répondu à temps", "The service did not answer in time"),
        where=shown(url),
        hint=LATER,
    )


def too_slow(url: str) -> FetchError:
    """Make the error for an answer that comes drop by drop."""
    return FetchError(
        Text("La réponse du service arrive trop lentement", "The answer of the service comes too slowly"),
        where=shown(url),
        hint=LATER,
    )


def no_connection(url: str, relay: str) -> UnreachableError:
    """Make the error for a host, or the relay to it, that cannot be reached."""
    if relay:
        return UnreachableError(
            Text(
                "La connexion par le relais est impossible", "The connection through the relay is impossible"
            ),
            where=f"{shown(url)} → {shown(relay)}",
            hint=Text(
                "vérifiez que le relais fonctionne (PROXIMITE_RELAY), puis réessayez",
                "check that the relay works (PROXIMITE_RELAY), then try again",
            ),
        )
    return UnreachableError(
        Text("Le service est injoignable", "The service cannot be reached"), where=shown(url), hint=_NETWORK
    )


def untrusted(url: str) -> FetchError:
    """Make the error for a certificate that does not hold."""
    return FetchError(
        Text(
            "Le certificat du service n'est pas valide, rien n'a été lu",
            "The certificate of the service is not valid, nothing was read",
        ),
        where=shown(url),
        hint=LATER,
    )


def cut_short(url: str, received: int = 0, announced: int = 0) -> FetchError:
    """Make the error for a body that ends before its end; 0 where a length is not known."""
    fr = f" ({received} octets sur {announced})" if announced else ""
    en = f" ({received} bytes of {announced})" if announced else ""
    return FetchError(
        Text(f"La réponse est coupée avant sa fin{fr}", f"The answer is cut before its end{en}"),
        where=shown(url),
        hint=LATER,
    )


def too_large(url: str, most_bytes: int) -> ContentError:
    """Make the error for a body larger than what this source may weigh."""
    megabytes = max(1, round(most_bytes / 1_000_000))
    return ContentError(
        Text(
            f"La réponse dépasse la taille permise ({megabytes} Mo)",
            f"The answer exceeds the size allowed ({megabytes} MB)",
        ),
        where=shown(url),
        hint=_CHANGED,
    )


def undecodable(url: str) -> ContentError:
    """Make the error for a compressed body that does not decompress."""
    return ContentError(
        Text("La réponse compressée est illisible", "The compressed answer is unreadable"),
        where=shown(url),
        hint=LATER,
    )


def too_many_redirects(url: str) -> FetchError:
    """Make the error for an address that sends from one to the next without end."""
    return FetchError(
        Text("L'adresse renvoie sans fin à une autre", "The address redirects without end"),
        where=shown(url),
        hint=_CHANGED,
    )


def other_content(url: str, what: Text) -> ContentError:
    """Make the error for an answer that is not of the kind expected."""
    return ContentError(what, where=shown(url), hint=_PROBABLY_A_PAGE)


def not_written(path: str, error: OSError) -> OutputError:
    """Make the error for a disk that is full or a folder that refuses."""
    reason = error.strerror or str(error)
    return OutputError(
        Text(
            f"Le fichier reçu ne peut être écrit ({reason})",
            f"The received file cannot be written ({reason})",
        ),
        where=path,
        hint=Text("libérez de l'espace ou vérifiez les droits", "free some space or check the permissions"),
    )


def damaged_archive(url: str) -> ContentError:
    """Make the error for a ZIP file without its end."""
    return other_content(
        url, Text("L'archive reçue est coupée ou abîmée", "The received archive is cut or damaged")
    )
