"""At which units, areas and carriers a reader works, as choices of forms."""

from collections.abc import Collection, Iterable, Sequence

from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, in_language
from terrace.logistics import queries
from terrace.logistics.models import Carrier, Vehicle
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry

MOST_UNITS = 600
"""More stations and points than any county has."""
BELOW = (Workspace.STATION, Workspace.POINT)


def workspace_of(unit: ServiceUnit) -> Workspace:
    """Return the kind of work that a unit does."""
    return current().plan.get(unit.tier).workspace


def own_units(actor: Actor, permission: Choice) -> list[ServiceUnit]:
    """Return the open units at which the actor holds a post that allows `permission`, from the top down."""
    found = network.units_by_id(actor.units).values()
    mine = [unit for unit in found if unit.is_open and actor.may(permission, unit.area_path)]
    return sorted(mine, key=lambda unit: (unit.area_path, unit.pk))


def own_unit(actor: Actor, permission: Choice, number: str) -> ServiceUnit:
    """Return the unit `number` of the actor's own, or the first; raise `NotFound` when there is none."""
    mine = own_units(actor, permission)
    found = next((unit for unit in mine if unit.number == number or not number), None)
    if found is None:
        raise NotFound
    return found


def own_centres(actor: Actor, permission: Choice) -> list[ServiceUnit]:
    """Return the centres below the actor's posts that allow `permission`, its own before others."""
    paths = actor.paths(permission)
    found = [unit for path in paths for unit in network.units_under(path, [Workspace.CENTRE])[:MOST_UNITS]]
    return sorted(found, key=lambda unit: (unit.pk not in actor.units, unit.area_path, unit.pk))


def units_below(path: str) -> list[ServiceUnit]:
    """Return the open stations and points of the area at `path`."""
    return list(network.units_under(path, BELOW)[:MOST_UNITS])


def as_choices(units: Sequence[ServiceUnit]) -> list[tuple[str, str]]:
    """Return units as choices, by their numbers."""
    return [(unit.number, in_language(unit.names)) for unit in units]


def carrier_choices(carriers: Collection[Carrier]) -> list[tuple[str, str]]:
    """Return carriers as choices, by the ids of their parties and their names."""
    parties = registry.parties_by_id({carrier.party_id for carrier in carriers})
    named = {str(pk): party.name for pk, party in parties.items()}
    return sorted(named.items(), key=lambda choice: choice[1])


def vehicle_choices(vehicles: Iterable[Vehicle]) -> list[tuple[str, str]]:
    """Return vehicles as choices, by their ids: plate, name, and the station where one stands."""
    known = list(vehicles)
    stations = network.units_by_id({one.begins_at_id for one in known if one.begins_at_id})
    bases = {pk: f" · {in_language(unit.names)}" for pk, unit in stations.items()}
    return [(str(one.pk), f"{one.plate} {one.label}".strip() + bases.get(one.begins_at_id or 0, "")) for one in known]


def carriers_of(units: Collection[ServiceUnit]) -> list[Carrier]:
    """Return the carriers that share the networks of the centres, or of the centres above."""
    paths = {unit.area_path[:length] for unit in units for length in range(1, len(unit.area_path) + 1)}
    return list(queries.carriers_at(paths))
