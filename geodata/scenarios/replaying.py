"""A scenario's file played again: the same figures, or what differs and why."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.access.costs import TravelCosts
from geodata.package import Package
from geodata.scenarios.before_after import before_after
from geodata.scenarios.change import Change
from geodata.scenarios.files import Difference, Saved, differences, figures, from_json
from geodata.scenarios.network import Network
from geodata.scenarios.scenario import Scenario
from geodata.text import Text


@dataclass(frozen=True, eq=False)
class Replayed:
    """A scenario computed again.

    Attributes
    ----------
    scenario
        As its file holds it.
    change
        Its figures on the data of today.
    differences
        The figures that its file says otherwise, empty where all are the same.
    compared
        Whether the file held figures.
    notices
        In sentences: the data that changed, whether the figures are the same.
    """

    scenario: Scenario
    change: Change
    differences: tuple[Difference, ...]
    compared: bool
    notices: tuple[Text, ...]

    @property
    def same(self) -> bool:
        """Whether every figure of the file was found again."""
        return self.compared and not self.differences


def replay(
    written: str | bytes | Saved,
    package: Package,
    *,
    graph: Network | None = None,
    costs: TravelCosts | None = None,
) -> Replayed:
    """Compute the figures of a scenario's file again, without solving: its places are in it.

    Parameters
    ----------
    written
        The text of the file, or what ``from_json`` read of it.
    graph, costs
        As for ``before_after``.

    Raises
    ------
    ScenarioError
        If the file cannot be read, its network is not given, or these data lack one of its places; the
        file itself is never touched.
    """
    saved = written if isinstance(written, Saved) else from_json(written)
    change = before_after(package, saved.scenario, graph=graph, costs=costs)
    found = differences(saved.results, figures(change)) if saved.results is not None else ()
    return Replayed(
        saved.scenario,
        change,
        found,
        saved.results is not None,
        tuple(_notices(saved, package, change, found)),
    )


def _notices(saved: Saved, package: Package, change: Change, found: tuple[Difference, ...]) -> list[Text]:
    said = []
    if saved.scenario.package_id and saved.scenario.package_id != package.id:
        said.append(
            Text(
                f"Ce scénario a été fait avec une autre version des données ({saved.scenario.package_id}) ; "
                f"celles-ci sont la version {package.id}.",
                f"This scenario was made with another version of the data ({saved.scenario.package_id}); "
                f"these are version {package.id}.",
            )
        )
    if saved.trips is not None and saved.trips.said_fr != change.facts.said.fr:
        said.append(
            Text(
                f"Les trajets étaient calculés autrement : {saved.trips.said_fr}",
                f"Trips were computed otherwise: {saved.trips.said_en}",
            )
        )
    if saved.results is None:
        said.append(
            Text(
                "Ce fichier ne tient pas de chiffres à comparer.",
                "This file holds no figures to compare with.",
            )
        )
    elif found:
        said.append(
            Text(
                f"Chiffres qui diffèrent de ceux du fichier : {len(found)}.",
                f"Figures that differ from those of the file: {len(found)}.",
            )
        )
    else:
        said.append(Text("Mêmes chiffres que dans le fichier.", "Same figures as in the file."))
    return said
