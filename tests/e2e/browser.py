"""Chromium, wherever it is: on the path, Playwright's own, or installed on the spot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # root in a container has no user namespace; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALL_SECONDS = 600


def find(playwright: Playwright) -> Path | None:
    """Give the browser of this machine, or null."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


def find_or_install(playwright: Playwright) -> Path | None:
    """Give the browser of this machine, installed first where it is missing; null where that fails."""
    found = find(playwright)
    if found is not None:
        return found
    for command in _install_commands():
        try:
            subprocess.run(command, check=True, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError):
            continue
        found = find(playwright)
        if found is not None:
            return found
    return None


def _install_commands() -> list[list[str]]:
    """Debian's package is tried first by root, who may; Playwright's download needs its own host."""
    playwright_own = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return playwright_own
    packages = ["chromium", "fontconfig", "fonts-dejavu-core"]
    update = "apt-get -o Acquire::Retries=5 update -q"
    install = f"apt-get -o Acquire::Retries=5 install -q -y --no-install-recommends {' '.join(packages)}"
    return [["sh", "-c", f"DEBIAN_FRONTEND=noninteractive; {update}; {install}"], *playwright_own]
