"""Announcing parcels."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current, require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.phones import read_phone
from terrace.kernel.words import _
from terrace.logistics.domain import Direction, ParcelStatus, Permission, ScanKind
from terrace.logistics.domain.cash import MOST_MINOR
from terrace.logistics.domain.parcels import checked_waybill
from terrace.logistics.models import Parcel
from terrace.logistics.services.agreements import Agreed, agreed_with
from terrace.logistics.services.authority import require_any
from terrace.logistics.services.steps import Step, write
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

MOST_GRAMS = 500_000
"""Half a tonne: no parcel is heavier, a slip of the point is."""


class KnownWaybill(DomainError):
    """The carrier has given this waybill to another parcel."""

    code = "known_waybill"
    message = _("A parcel of this carrier with this waybill is registered already.")


@dataclass(frozen=True, slots=True)
class NewParcel:
    """A parcel as it is announced. Units and parties by id, `phone` as people write it; no person for no carrier.

    A parcel up needs nothing but where it lies; with a unit that it goes to it is
    a return, which stays inside the network. One down needs the carrier that
    hands it over, the unit it goes to, and the phone that the code is sent to.
    `sender_id` is the party for whom it goes up. `cod` is what who fetches it pays
    for the carrier, of a parcel down.
    """

    direction: Direction
    recipient: str
    phone: str
    from_unit_id: int
    weight_grams: int
    reference: str = ""
    region: str = ""
    address: str = ""
    to_unit_id: int | None = None
    carrier_id: int | None = None
    sender_id: int | None = None
    waybill: str = ""
    cod: Money | None = None
    is_cold: bool = False


@transaction.atomic
def register_parcel(*, by: Actor, new: NewParcel, now: datetime | None = None) -> Parcel:
    """Announce a parcel: one that goes up lies at `from_unit` already, one that goes down is still the carrier's.

    Raises `Forbidden` unless the actor handles parcels at one of the units or
    speaks for the carrier or the sender, `NotFound` for an unknown unit,
    `Invalid` at the field that breaks a rule, also for a carrier where it does
    not share the network, whose agreement ended or does not cover the place, `KnownWaybill`.
    """
    units = network.units_by_id(unit for unit in (new.from_unit_id, new.to_unit_id) if unit is not None)
    origin, target = _unit(units, new.from_unit_id, "from_unit"), None
    if new.to_unit_id is not None:
        target = _unit(units, new.to_unit_id, "to_unit")
    paths = [origin.area_path, target.area_path if target else ""]
    require_any(by, Permission.HANDLE, paths, (new.carrier_id, new.sender_id))
    phone = check_new(new, origin, target)
    moment = now or clock.now()
    home = target if new.direction is Direction.DOWN and target else origin
    county_code = network.place(home.area_id).county_code
    parcel = new_row(new, origin, target, phone, moment, county_code=county_code)
    if new.carrier_id is not None:
        _agree_on(parcel, agreed_with(new.carrier_id, origin.area_path, moment))
    try:
        with transaction.atomic():
            parcel.save(force_insert=True)
    except IntegrityError as clash:
        if "logistics_waybill_once" not in str(clash):
            raise
        raise KnownWaybill(field="waybill") from clash
    at = origin if new.direction is Direction.UP else None
    write(by, parcel, Step(ScanKind.REGISTERED, moment, "logistics.register_parcel", unit=at), moved=True)
    return parcel


def _unit(units: dict[int, ServiceUnit], unit_id: int, field: str) -> ServiceUnit:
    if unit_id not in units:
        raise NotFound(_("There is no such unit."), field=field)
    if not units[unit_id].is_open:
        raise Invalid(_("This unit has closed."), field=field)
    return units[unit_id]


def check_new(new: NewParcel, origin: ServiceUnit, target: ServiceUnit | None) -> str:
    """Return the phone in E.164, or raise what is wrong with the parcel."""
    for field in ("recipient", "region", "address"):
        refuse_identity_number(getattr(new, field), field=field)
    if not new.recipient.strip():
        raise Invalid(_("Say who it is for."), field="recipient")
    if not 0 < new.weight_grams <= MOST_GRAMS:
        most = MOST_GRAMS // 1000
        raise Invalid(_("A parcel weighs more than nothing and at most %(most)d kg.") % {"most": most}, field="weight")
    _check_cod(new)
    phone = read_phone(new.phone, current().region)
    if new.direction is Direction.DOWN:
        _check_down(origin, target, phone)
    elif target is not None and target.pk == origin.pk:
        raise Invalid(_("It lies where it goes to already."), field="to_unit")
    return phone


def _agree_on(parcel: Parcel, agreed: Agreed) -> None:
    """Refuse a place that the carrier does not serve, and write down by what a parcel that comes down is paid."""
    if parcel.direction == Direction.DOWN:
        agreed.check(parcel.to_path)
        agreed.put_on(parcel)


def _check_cod(new: NewParcel) -> None:
    if new.cod is None or not new.cod:
        return
    if new.direction is not Direction.DOWN or new.carrier_id is None:
        raise Invalid(_("Cash is collected for a carrier, of a parcel that comes down."), field="cod")
    require_own_currency(new.cod, field="cod")
    if not 0 < new.cod.minor <= MOST_MINOR:
        raise Invalid(_("Nobody collects that much for a parcel."), field="cod")


def _check_down(origin: ServiceUnit, target: ServiceUnit | None, phone: str) -> None:
    if target is None:
        raise Invalid(_("Say which point or station it goes to."), field="to_unit")
    if not target.area_path.startswith(origin.area_path):
        raise Invalid(_("No tour goes from there to this unit: choose one of that centre's own area."), field="to_unit")
    if not phone:
        raise Invalid(_("The pick-up code is sent to a phone. Enter its number."), field="phone")


def new_row(
    new: NewParcel,
    origin: ServiceUnit,
    target: ServiceUnit | None,
    phone: str,
    moment: datetime,
    *,
    county_code: str,
) -> Parcel:
    """Return a parcel that was checked, not yet saved."""
    is_up = new.direction is Direction.UP
    return Parcel(
        number=ids.reference("W"),
        direction=new.direction,
        reference=new.reference,
        status=ParcelStatus.REGISTERED,
        seen_at=moment,
        carrier_id=new.carrier_id,
        sender_id=new.sender_id,
        waybill=checked_waybill(new.waybill),
        cod_minor=new.cod.minor if new.cod else 0,
        cod_currency=new.cod.currency if new.cod else "",
        recipient=new.recipient.strip(),
        phone=phone,
        region=new.region.strip(),
        address=new.address.strip(),
        weight_grams=new.weight_grams,
        is_cold=new.is_cold,
        from_unit=origin,
        to_unit=target,
        from_path=origin.area_path,
        to_path=target.area_path if target else "",
        county_code=county_code,
        unit_at=origin if is_up else None,
    )
