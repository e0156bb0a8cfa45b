"""The commands of the analyst, put together."""

from __future__ import annotations

import typer

from etl import commands_listings
from etl.commands import building, costs, networks, packages, refreshing, scenarios, sources, validating

app = typer.Typer(
    name="proximite",
    help="Besoins et services de proximité au Québec. / Needs and proximity services in Québec.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for commands in (
    building,
    refreshing,
    sources,
    networks,
    costs,
    packages,
    validating,
    scenarios,
    commands_listings,
):
    commands.register(app)
