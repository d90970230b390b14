"""Announcing many parcels at once: every row judged, all written together, each waybill once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.http.workbooks import GivenRow, Head, RowProblem, RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics.domain import Direction, Permission, ScanKind
from terrace.logistics.domain.handing_in import Need
from terrace.logistics.domain.parcels import LONGEST_CODE
from terrace.logistics.domain.placing import Gazetteer, Named
from terrace.logistics.models import Carrier, Parcel, Scan, UnplacedParcel
from terrace.logistics.services.agreements import Agreed, agreed_with
from terrace.logistics.services.authority import require_any
from terrace.logistics.services.parcels import KnownWaybill, NewParcel, check_new, new_row
from terrace.logistics.services.steps import Step, scan_of
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

BATCH = 1000
YES = frozenset({"yes", "y", "1", "true", "是", "冷", "x", "√"})
HEADS = tuple(Head(need.value, need.label) for need in Need)


@dataclass(slots=True)
class Checked:
    """What is in a file: parcels to write, those whose village a person has to tell, those known, and bad rows."""

    parcels: list[Parcel] = field(default_factory=list)
    unplaced: list[UnplacedParcel] = field(default_factory=list)
    known: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """How many rows cannot be taken."""
        return len({problem.row for problem in self.problems})


@dataclass(frozen=True, slots=True)
class _Network:
    """What all rows are judged by, asked for once."""

    origin: ServiceUnit
    units: dict[str, ServiceUnit]
    counties: dict[str, str]
    places: Gazetteer
    agreed: Agreed
    known: frozenset[str]


@transaction.atomic
def announce_many(
    *, by: Actor, carrier: Carrier, rows: Sequence[GivenRow], takes_good_rows: bool = False, now: datetime | None = None
) -> Checked:
    """Announce the parcels of the rows, each waybill of the carrier once; what is known changes nothing.

    A row whose village cannot be told waits for a person. Raises `Forbidden`,
    `Invalid` where the carrier hands over nothing, `RowsRefused` with every bad row
    unless the good ones are to be taken.
    """
    require_any(by, Permission.HANDLE, [carrier.area_path], [carrier.party_id])
    Carrier.objects.select_for_update().get(pk=carrier.pk)  # two files at once: the second finds what the first wrote
    moment = now or clock.now()
    checked = check_rows(carrier, rows, moment)
    if checked.problems and not takes_good_rows:
        raise RowsRefused(checked.problems, HEADS)
    _write(by, checked, moment)
    return checked


def check_rows(carrier: Carrier, rows: Sequence[GivenRow], now: datetime) -> Checked:
    """Judge rows without writing anything, in as many queries for one as for thousands. Raises `Invalid`."""
    known_network = _network(carrier, {_waybill(row) for row in rows}, now)
    checked, seen = Checked(), set[str]()
    for row in rows:
        waybill = _waybill(row)
        if waybill and waybill in seen:
            checked.problems.append(row.problem(str(Need.WAYBILL.label), _("This waybill stands in the file twice.")))
        elif waybill in known_network.known:
            checked.known += 1
        else:
            _check_row(checked, carrier, row, known_network, now)
        seen.add(waybill)
    return checked


def _check_row(checked: Checked, carrier: Carrier, row: GivenRow, given: _Network, now: datetime) -> None:
    """Judge one row: its first mistake is told at its column."""
    try:
        said = _said(row)
        path = given.places.find(_text(row, Need.PLACE), _text(row, Need.ADDRESS))
        target = _unit_at(given, path) if path else None
        if target is None:
            checked.unplaced.append(_unplaced(carrier, row, said))
            return
        new = _new(carrier, row, said, target)
        phone = check_new(new, given.origin, target)
        parcel = new_row(new, given.origin, target, phone, now, county_code=given.counties[target.area_path])
        given.agreed.check(parcel.to_path)
        given.agreed.put_on(parcel)
        checked.parcels.append(parcel)
    except DomainError as wrong:
        checked.problems.append(row.problem(_column(wrong.field), str(wrong)))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says in figures."""

    grams: int
    cod: Money | None
    is_cold: bool


def _said(row: GivenRow) -> _Said:
    waybill = _waybill(row)
    if not waybill or len(waybill) > LONGEST_CODE:
        most = LONGEST_CODE
        raise Invalid(_("Enter the waybill, at most %(most)d signs.") % {"most": most}, field="waybill")
    for need, most in ((Need.RECIPIENT, 80), (Need.ADDRESS, 200), (Need.PLACE, 200)):
        if len(_text(row, need)) > most:
            raise Invalid(_("This text is longer than %(limit_value)d characters.") % {"limit_value": most}, field=need)
    weight, cod = _text(row, Need.WEIGHT), _text(row, Need.COD)
    if not weight:
        raise Invalid(_("Enter the weight."), field="weight")
    amount = Money.parse(cod, current().currency, field="cod") if cod else None
    if amount is not None and amount.minor < 0:
        raise Invalid(_("An amount is nothing or more."), field="cod")
    grams = Quantity.parse(weight, Unit.KILOGRAM, field="weight").steps
    return _Said(grams, amount or None, _text(row, Need.COLD).casefold() in YES)


def _new(carrier: Carrier, row: GivenRow, said: _Said, target: ServiceUnit) -> NewParcel:
    return NewParcel(
        Direction.DOWN,
        recipient=_text(row, Need.RECIPIENT),
        phone=_text(row, Need.PHONE),
        from_unit_id=carrier.unit_id,
        to_unit_id=target.pk,
        carrier_id=carrier.party_id,
        weight_grams=said.grams,
        is_cold=said.is_cold,
        cod=said.cod,
        waybill=_waybill(row),
        address=_text(row, Need.ADDRESS),
    )


def _unplaced(carrier: Carrier, row: GivenRow, said: _Said) -> UnplacedParcel:
    """Return a row for a person to place; all but its village is judged now."""
    new = _new(carrier, row, said, carrier.unit)
    return UnplacedParcel(
        carrier=carrier,
        party_id=carrier.party_id,
        waybill=new.waybill,
        recipient=new.recipient,
        phone=check_new(new, carrier.unit, carrier.unit),
        place=_text(row, Need.PLACE),
        address=new.address,
        weight_grams=said.grams,
        cod_minor=said.cod.minor if said.cod else 0,
        is_cold=said.is_cold,
        area_path=carrier.area_path,
    )


def _network(carrier: Carrier, waybills: set[str], now: datetime) -> _Network:
    agreed = agreed_with(carrier.party_id, carrier.area_path, now)
    areas = list(network.areas_under(carrier.area_path))
    units = list(network.units_under(carrier.area_path))
    parents = {area.parent_id for area in areas}
    named = [Named(area.path, area.code, tuple(area.names.values()), area.code not in parents) for area in areas]
    named += [Named(unit.area_path, unit.number, tuple(unit.names.values()), is_last=False) for unit in units]
    ours = Parcel.objects.filter(carrier=carrier.party_id, waybill__in=waybills).values_list("waybill", flat=True)
    waiting = UnplacedParcel.objects.filter(party=carrier.party_id, waybill__in=waybills)
    return _Network(
        carrier.unit,
        {unit.area_path: unit for unit in reversed(units)},
        {area.path: area.county_code for area in areas},
        Gazetteer(named, carrier.area_path),
        agreed,
        frozenset({*ours, *waiting.values_list("waybill", flat=True)} - {""}),
    )


def _unit_at(given: _Network, path: str) -> ServiceUnit | None:
    """Return the nearest open unit at or above a place, below the centre: its point, else its station."""
    for length in range(len(path), len(given.origin.area_path), -1):
        if path[:length] in given.units:
            return given.units[path[:length]]
    return None


def _write(by: Actor, checked: Checked, now: datetime) -> None:
    try:
        with transaction.atomic():
            Parcel.objects.bulk_create(checked.parcels, batch_size=BATCH)
            UnplacedParcel.objects.bulk_create(checked.unplaced, batch_size=BATCH)
    except IntegrityError as clash:
        if "logistics_waybill_once" not in str(clash):
            raise
        raise KnownWaybill(field="waybill") from clash
    step = Step(ScanKind.REGISTERED, now, "logistics.register_parcel")
    Scan.objects.bulk_create((scan_of(by, parcel, step, moved=True) for parcel in checked.parcels), batch_size=BATCH)
    details: dict[str, Any] = {"kind": str(step.kind), "at": now.isoformat(), "moved": True}
    subjects: Iterable[Any] = ((parcel, parcel.area_path, details) for parcel in checked.parcels)
    audit.record_many(by=by, act=step.act, subjects=subjects, now=now)


def _waybill(row: GivenRow) -> str:
    return _text(row, Need.WAYBILL)


def _text(row: GivenRow, need: Need) -> str:
    return str(row.values.get(need.value, "")).strip()


def _column(name: str) -> str:
    """Return what the page calls the column of a field; a unit that is not served stands in the column of the place."""
    known = {need.value: str(need.label) for need in Need}
    return known.get(name, str(Need.PLACE.label))
