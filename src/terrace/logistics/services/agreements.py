"""Agreements with carriers: made, ended, and asked when a parcel is announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current, require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.agreements import MOST_ROUNDS, MOST_ZONES, Ride, Round, ride_of
from terrace.logistics.models import Agreement, Carrier, CutOff, Parcel, Zone, ZoneArea
from terrace.logistics.queries import carriers_serving, latest_agreement, terms_of
from terrace.logistics.queries.agreements import Terms
from terrace.logistics.services.tariffs import FARTHEST
from terrace.network import queries as network
from terrace.network.models import Area


class Overlapping(DomainError):
    """Another agreement with the carrier holds on some of these days."""

    code = "overlapping_agreement"
    message = _("Two agreements with one carrier cannot overlap. End the other one first, or choose other days.")


@dataclass(frozen=True, slots=True)
class ZoneGiven:
    """A zone: its areas by code, none for all that no other zone names, and what a parcel costs there and back."""

    name: str
    per_parcel: Money
    per_kg: Money
    first_grams: int = 0
    return_parcel: Money | None = None
    return_kg: Money | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementGiven:
    """What was agreed, both days included; `ends_on` None for until it is ended."""

    starts_on: date
    zones: Sequence[ZoneGiven]
    ends_on: date | None = None
    minimum: Money | None = None
    rounds: Sequence[Round] = ()


@transaction.atomic
def agree(*, by: Actor, carrier: Carrier, given: AgreementGiven, now: datetime | None = None) -> Agreement:
    """Make an agreement with a carrier, from today on at the earliest.

    Parcels that the carrier announces from then on are paid by it; what was announced before is paid by what held
    then. Raises `Forbidden`, `NotFound` for an unknown area, `Invalid` at the field, `Overlapping`.
    """
    by.require(Permission.TARIFFS, carrier.area_path)
    minimum = given.minimum or Money(0, current().currency)
    _check_days(given, clock.today(now))
    _check_amount(minimum, "minimum")
    _check_rounds(given.rounds)
    areas = _checked_zones(given.zones, carrier.area_path)
    agreement = Agreement(
        carrier=carrier,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        minimum_minor=minimum.minor,
        currency=minimum.currency,
        area_path=carrier.area_path,
        county_code=carrier.county_code,
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as clash:
        if "logistics_agreement_one_at_a_time" not in str(clash):
            raise
        raise Overlapping(field="starts_on") from clash
    _write_zones(agreement, given.zones, areas)
    CutOff.objects.bulk_create(CutOff(agreement=agreement, by=one.by, ready_at=one.ready_at) for one in given.rounds)
    details = {
        "starts_on": given.starts_on.isoformat(),
        "ends_on": given.ends_on.isoformat() if given.ends_on else "",
        "minimum": str(minimum),
        "zones": [f"{zone.name}: {zone.per_parcel} + {zone.per_kg}" for zone in given.zones],
    }
    audit.record(by=by, act="logistics.agree", subject=carrier, area_path=carrier.area_path, details=details)
    return agreement


@transaction.atomic
def end_agreement(
    *, by: Actor, agreement: Agreement, version: int, ends_on: date, now: datetime | None = None
) -> Agreement:
    """Say which day is an agreement's last, today at the earliest. What is under way is paid by it still.

    One that has not begun may end on the day before it begins: then it is as if it had never been made.
    Raises `Forbidden`, `Stale`, `Invalid` at the day, `Overlapping` where it is made longer.
    """
    by.require(Permission.TARIFFS, agreement.area_path)
    today = clock.today(now)
    never = agreement.starts_on > today and ends_on == agreement.starts_on - timedelta(days=1)
    if not never:
        _check_days(AgreementGiven(agreement.starts_on, (), ends_on), min(today, agreement.starts_on))
        if ends_on < today:
            raise Invalid(_("An agreement ends today at the earliest."), field="ends_on")
    agreement.ends_on = ends_on if not never else agreement.starts_on
    try:
        with transaction.atomic():
            agreement.save_version(version, ["ends_on"])
    except IntegrityError as clash:
        raise Overlapping(field="ends_on") from clash
    if never:
        Agreement.objects.filter(pk=agreement.pk).delete()
    details = {"starts_on": agreement.starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    place = agreement.area_path
    audit.record(by=by, act="logistics.end_agreement", subject=agreement.carrier, area_path=place, details=details)
    return agreement


@dataclass(frozen=True, slots=True)
class Agreed:
    """What holds for the parcels that a carrier announces on a day: nothing but the tariffs, or an agreement."""

    terms: Terms | None
    ride: Ride

    def check(self, path: str) -> None:
        """Raise `Invalid` for a place that the carrier does not serve."""
        if self.terms is not None and self.terms.zone_at(path) is None:
            raise Invalid(_("The agreement with this carrier does not cover this place."), field="to_unit")

    def put_on(self, parcel: Parcel) -> None:
        """Write down by what the parcel is paid and when it is due to ride."""
        if self.terms is not None:
            parcel.agreement = self.terms.agreement
            parcel.due_on, parcel.ready_at = self.ride.on, self.ride.ready_at


def agreed_with(party_id: int, area_path: str, now: datetime) -> Agreed:
    """Return what holds for what a carrier announces now at a place.

    A carrier that has no agreement yet works by the tariffs. Raises `Invalid` where
    the carrier shares no network of that place, and where its agreement has ended.
    """
    here = now.astimezone(ZoneInfo(current().time_zone))
    shared = list(carriers_serving(area_path).filter(party_id=party_id).values_list("pk", flat=True))
    if not shared:
        raise Invalid(_("This carrier does not share the network of that centre."), field="carrier")
    latest = latest_agreement(shared, here.date())
    if latest is None:
        return Agreed(None, ride_of((), here))
    if latest.ends_on is not None and latest.ends_on < here.date():
        told = _("The agreement with this carrier ended on %(day)s. Make a new one first.")
        raise Invalid(told % {"day": written.localdate(latest.ends_on)}, field="carrier")
    terms = terms_of(latest)
    return Agreed(terms, ride_of(terms.rounds, here))


def _check_days(given: AgreementGiven, today: date) -> None:
    if given.starts_on < today:
        raise Invalid(_("An agreement begins today at the earliest."), field="starts_on")
    if given.starts_on > today + FARTHEST:
        raise Invalid(_("An agreement begins at most two years from now."), field="starts_on")
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(_("It ends before it begins."), field="ends_on")


def _check_amount(amount: Money, field: str) -> None:
    require_own_currency(amount, field=field)
    if amount.minor < 0:
        raise Invalid(_("A price is nothing or more."), field=field)


def _check_rounds(rounds: Sequence[Round]) -> None:
    if len(rounds) > MOST_ROUNDS:
        raise Invalid(_("At most %(most)d rounds a day.") % {"most": MOST_ROUNDS}, field="rounds")
    if len({one.by for one in rounds}) < len(rounds):
        raise Invalid(_("Two rounds end at the same time."), field="rounds")
    if any(one.ready_at < one.by for one in rounds):
        raise Invalid(_("What is handed over cannot be ready before that."), field="rounds")


def _checked_zones(zones: Sequence[ZoneGiven], home: str) -> dict[str, Area]:
    """Return the areas of the zones by code, or raise what is wrong with them."""
    if not 0 < len(zones) <= MOST_ZONES:
        raise Invalid(_("An agreement has a zone, and at most %(most)d.") % {"most": MOST_ZONES}, field="zones")
    names = {zone.name.strip().casefold() for zone in zones}
    if "" in names or len(names) < len(zones):
        raise Invalid(_("Each zone has a name of its own."), field="zones")
    if sum(not zone.areas for zone in zones) > 1:
        raise Invalid(_("Only one zone may be for all other areas: name areas in the others."), field="zones")
    for zone in zones:
        for amount in (zone.per_parcel, zone.per_kg, zone.return_parcel, zone.return_kg):
            if amount is not None:
                _check_amount(amount, "zones")
        if zone.first_grams < 0:
            raise Invalid(_("Enter nothing or more."), field="zones")
    codes = [code for zone in zones for code in zone.areas]
    if len(set(codes)) < len(codes):
        raise Invalid(_("An area stands in two zones."), field="zones")
    areas = network.areas_by_code(codes)
    for code in codes:
        if code not in areas:
            raise NotFound(_("There is no such area."), field="zones")
        if not areas[code].path.startswith(home):
            raise Invalid(_("An area of a zone lies outside the centre's own."), field="zones")
    return areas


def _write_zones(agreement: Agreement, zones: Sequence[ZoneGiven], areas: dict[str, Area]) -> None:
    rows = [
        Zone(
            agreement=agreement,
            name=zone.name.strip(),
            is_rest=not zone.areas,
            per_parcel_minor=zone.per_parcel.minor,
            per_kg_minor=zone.per_kg.minor,
            first_grams=zone.first_grams,
            return_parcel_minor=zone.return_parcel.minor if zone.return_parcel else 0,
            return_kg_minor=zone.return_kg.minor if zone.return_kg else 0,
            currency=agreement.currency,
        )
        for zone in zones
    ]
    Zone.objects.bulk_create(rows)
    ZoneArea.objects.bulk_create(
        ZoneArea(agreement=agreement, zone=row, area=areas[code], area_path=areas[code].path)
        for row, zone in zip(rows, zones, strict=True)
        for code in zone.areas
    )
