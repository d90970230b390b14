"""Who may do something with a parcel: whoever handles things at one of its ends, and the parties it belongs to."""

from collections.abc import Iterable
from dataclasses import replace

from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.words import Choice, _
from terrace.logistics.domain import Permission
from terrace.logistics.models import Parcel
from terrace.logistics.queries import carriers_serving


def on_behalf_of_house(by: Actor) -> Actor:
    """Return who acts, with the house's own authority: for what follows from an act that has authorised it."""
    return replace(by, is_system=True)


def require_any(by: Actor, permission: Choice, paths: Iterable[str], parties: Iterable[int | None] = ()) -> None:
    """Raise `Forbidden` unless `by` holds `permission` at one of `paths`, or speaks for one of `parties`."""
    if any(by.may(permission, path) for path in paths if path):
        return
    if any(party is not None and by.speaks_for(party) for party in parties):
        return
    raise Forbidden(permission=permission.value)


def require_service(carrier_id: int, area_path: str) -> None:
    """Raise `Invalid` unless the carrier shares the network that the place at `area_path` belongs to."""
    if not carriers_serving(area_path).filter(party_id=carrier_id).exists():
        raise Invalid(_("This carrier does not share the network of that centre."), field="carrier")


def require_over(by: Actor, parcel: Parcel, *parties: int | None) -> None:
    """Raise `Forbidden` unless `by` handles parcels at an end of this one, or speaks for one of `parties`."""
    require_any(by, Permission.HANDLE, (parcel.from_path, parcel.to_path), parties)
