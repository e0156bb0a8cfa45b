"""The ``proximite`` command: the analyst's commands, and ``run`` for everyone."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
import traceback
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from etl.cli import app
from etl.shown import left_aside, shown
from geodata.errors import PortError, ProximiteError
from geodata.package import open_package
from geodata.text import Text

DEFAULT_PORT = 8501


@app.command("run")
def run_command(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port du tableau de bord. / Port.")
    ] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Adresse d'écoute. / Address to listen on.")] = "127.0.0.1",
    package: Annotated[
        Path | None, typer.Option(help="Dossier du paquet de données. / Folder of the data package.")
    ] = None,
    browser: Annotated[
        bool,
        typer.Option(
            help="Ouvrir le navigateur, s'il y a un écran. / Open the browser, if there is a screen."
        ),
    ] = True,
) -> None:
    """Ouvre le tableau de bord. / Open the dashboard."""
    if package is not None:
        open_package(package)
        os.environ["PROXIMITE_PACKAGE"] = str(package.resolve())
    require_free_port(host, port)
    # Streamlit takes a second to load: the other commands do without it.
    from dashboard.data import current_package
    from dashboard.server import build_app, run_config
    from dashboard.settings import settings

    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104
    if browser and _has_screen():
        threading.Thread(target=_open_when_ready, args=(shown, port), daemon=True).start()
    _hide_communities(settings().package)
    typer.echo(f"Proximité : http://{shown}:{port}  (Ctrl+C pour arrêter / to stop)")
    build_app(current_package, basemap_origin=settings().basemap_origin).run(config=run_config(port, host))


def _hide_communities(package: Path) -> None:
    """Take out what the setting hides before anyone comes, and say what these data do not hold.

    What is wrong with the data themselves, the pages say.
    """
    try:
        for sentence in left_aside(package):
            typer.echo(f"{sentence.fr}\n{sentence.en}", err=True)
        shown(open_package(package))
    except ProximiteError:
        return


def _has_screen() -> bool:
    if not sys.stdout.isatty():
        return False
    return sys.platform in {"darwin", "win32"} or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def _open_when_ready(host: str, port: int) -> None:
    """Open the page once the server answers; after half a minute, the printed address is left."""
    for _ in range(60):
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                webbrowser.open(f"http://{host}:{port}")
                return
        time.sleep(0.5)


def require_free_port(host: str, port: int) -> None:
    """Raise unless the dashboard can listen there.

    Raises
    ------
    PortError
        If another program has the port, or the address is not one of this machine.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as failure:
        raise _port_error(host, port, failure) from failure


def _port_error(host: str, port: int, failure: OSError) -> PortError:
    where = f"{host}:{port}"
    if failure.errno == errno.EADDRINUSE:
        return PortError(
            Text("Ce port est déjà pris par un autre programme", "Another program already has this port"),
            where=where,
            hint=Text(
                f"fermez-le, ou lancez « proximite run --port {port % 65535 + 1} »",
                f"close it, or run “proximite run --port {port % 65535 + 1}”",
            ),
        )
    reason = failure.strerror or str(failure)
    return PortError(
        Text(f"Impossible d'écouter à cette adresse, {reason}", f"Cannot listen on this address, {reason}"),
        where=where,
        hint=Text("choisissez une autre adresse ou un autre port", "choose another address or another port"),
    )


def main() -> None:
    """Run the command; a foreseen error is one sentence in each language, and exit code 1."""
    try:
        app()
    except ProximiteError as failure:
        print(failure.bilingual(), file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as failure:
        print(_unforeseen(failure).bilingual(), file=sys.stderr)
        raise SystemExit(1) from None


def _unforeseen(failure: Exception) -> ProximiteError:
    """Turn a fault of the program into a sentence that says where to look."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    reason = f"{type(failure).__name__}: {failure}"
    return ProximiteError(
        Text(f"Le programme s'est arrêté, {reason}", f"The program stopped, {reason}"),
        where=f"{Path(last.filename).name}:{last.lineno}",
        hint=Text(
            "rien n'a été remplacé ; signalez ce message aux personnes qui entretiennent Proximité",
            "nothing was replaced; tell the people who maintain Proximité about this message",
        ),
    )


if __name__ == "__main__":
    main()
