"""What must hold of parcels, consignments, tours and fees, however often the triggers were switched off."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, When

from terrace.kernel.checks import BATCH, Check, batches
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part, Reason
from terrace.logistics.domain import ConsignmentStatus, Direction, LoadState, ParcelStatus, TariffKind, TourStatus
from terrace.logistics.domain.consignments import FINAL
from terrace.logistics.domain.parcels import SENT, SHELVES
from terrace.logistics.domain.shelf import End, is_on_its_way
from terrace.logistics.models import (
    Consignment,
    ConsignmentLine,
    DropReceipt,
    Load,
    Parcel,
    ParcelFee,
    Scan,
    Stop,
    Tour,
    TourCost,
)
from terrace.logistics.queries.months import paid_beside_the_books
from terrace.logistics.queries.tours import CARRIED, EXPECTED
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.traceability import queries as tracing
from terrace.traceability.models import Lot

UNDER_WAY = (ConsignmentStatus.ON_VEHICLE, ConsignmentStatus.ON_THE_WAY, ConsignmentStatus.TO_COUNT)
PARTS = {TariffKind.FLEET: Part.FLEET, TariffKind.OUTLET: Part.OUTLET, TariffKind.RETURN: Part.FLEET}
M = TypeVar("M", bound=Model)


def _parcels_elsewhere() -> Iterable[str]:
    """Yield the parcels that do not stand where the latest scan that moved them says."""
    latest = Scan.objects.filter(parcel=OuterRef("pk"), moved=True).order_by("-at", "-id")
    return _not_as_scanned(Parcel.objects.all(), latest)


def _left_unlike_scanned() -> Iterable[str]:
    """Yield the parcels that left by a carrier at another moment than their scans say, or never, or without one."""
    up = Parcel.objects.filter(direction=Direction.UP, to_unit__isnull=True)
    left = Scan.objects.filter(parcel=OuterRef("pk"), moved=True, status__in=SENT).order_by("at", "id")
    said = up.annotate(left=Subquery(left.values("at")[:1]))
    only_one = Q(sent_at__isnull=True) ^ Q(left__isnull=True)
    both = Q(sent_at__isnull=False, left__isnull=False)
    off = said.filter(only_one | (both & ~Q(sent_at=F("left"))))
    return off.order_by("number").values_list("number", flat=True)


def _consignments_elsewhere() -> Iterable[str]:
    latest = Scan.objects.filter(consignment=OuterRef("pk"), moved=True).order_by("-at", "-id")
    return _not_as_scanned(Consignment.objects.all(), latest)


def _not_as_scanned(rows: QuerySet[M], latest: QuerySet[Scan]) -> Iterable[str]:
    """Yield the rows without a scan, and those of another status, unit or vehicle than it says; a unit hides a tour."""
    said = rows.annotate(
        said=Subquery(latest.values("status")[:1]),
        unit_said=Subquery(latest.values("unit")[:1]),
        tour_said=Subquery(latest.values(rides=Case(When(unit=None, then="tour")))[:1]),
    )
    off = said.filter(Q(said__isnull=True) | ~Q(status=F("said")) | _differ("unit") | _differ("tour"))
    return off.order_by("number").values_list("number", flat=True)


def _differ(place: str) -> Q:
    """Return the condition that where something is said to be, nowhere included, is not where it was scanned."""
    here, there = f"{place}_at", f"{place}_said"
    both = Q(**{f"{here}__isnull": False, f"{there}__isnull": False})
    return (both & ~Q(**{here: F(there)})) | Q(**{f"{here}__isnull": True}) ^ Q(**{f"{there}__isnull": True})


def _ends_elsewhere() -> Iterable[str]:
    """Yield the parcels and consignments whose paths are not those of their units, and so are seen by others."""
    for model in (Parcel, Consignment):
        rows = model.objects.order_by("id").values_list("number", "from_unit_id", "from_path", "to_unit_id", "to_path")
        for batch in batches(rows.iterator(chunk_size=BATCH)):
            units = network.units_by_id(unit_id for row in batch for unit_id in (row[1], row[3]) if unit_id)
            paths = {pk: unit.area_path for pk, unit in units.items()}
            yield from (
                number
                for number, from_id, from_path, to_id, to_path in batch
                if paths[from_id] != from_path or (paths[to_id] if to_id else "") != to_path
            )


def _lines_without_their_lots() -> Iterable[str]:
    """Yield the consignments that say to have sent or lost something else than the ledger of the lots' mass."""
    lines = ConsignmentLine.objects.select_related("consignment").order_by("id")
    for batch in batches(lines.iterator(chunk_size=BATCH)):
        carried = tracing.carried(f"consignment/{line.consignment.number}" for line in batch)
        for line in batch:
            consignment = line.consignment
            moved = carried.get((f"consignment/{consignment.number}", line.lot_id), tracing.Carried())
            lacking = line.sent_steps - (line.sent_steps if line.arrived_steps is None else line.arrived_steps)
            # What came back to where it was made up counts as not sent, though the lots remember that it was.
            sent = line.sent_steps if consignment.sent_at else moved.sent
            # All that was sent comes to the counter, and what lacks there is lost there: nothing is lost between.
            arrived = line.sent_steps if consignment.status == ConsignmentStatus.ARRIVED else moved.arrived
            told = (sent, arrived, lacking)
            if consignment.status != ConsignmentStatus.LOST and told != (moved.sent, moved.arrived, moved.lost):
                yield consignment.number


def _waiting_for_other_lots() -> Iterable[str]:
    """Yield the consignments that wait whose lots are not kept for them whole, and those that hold nothing."""
    empty = Consignment.objects.filter(lines__isnull=True).order_by("number")
    yield from empty.values_list("number", flat=True)
    waiting = ConsignmentLine.objects.filter(consignment__status=ConsignmentStatus.WAITING)
    for batch in batches(waiting.select_related("consignment").order_by("id").iterator(chunk_size=BATCH)):
        lots = tracing.lots_by_id(line.lot_id for line in batch)
        off = {line.consignment.number for line in batch if not _is_kept(line, lots[line.lot_id])}
        yield from sorted(off)


def _is_kept(line: ConsignmentLine, lot: Lot) -> bool:
    """Say whether the lot of a waiting line lies there whole; one that was recalled may be thrown away meanwhile."""
    if lot.is_recalled:
        return True
    goods = line.consignment
    kept = (f"consignment/{goods.number}", goods.from_unit_id, line.sent_steps)
    return (lot.set_aside_for, lot.unit_at_id, lot.steps) == kept


def _lots_beside_their_consignments() -> Iterable[str]:
    """Yield the consignments under way whose lots are said to lie somewhere."""
    for batch in batches(
        ConsignmentLine.objects.filter(consignment__status__in=UNDER_WAY).order_by("id").iterator(chunk_size=BATCH)
    ):
        lots = tracing.lots_by_id(line.lot_id for line in batch)
        numbers = dict(Consignment.objects.filter(lines__in=[line.pk for line in batch]).values_list("pk", "number"))
        off = {line.consignment_id for line in batch if lots[line.lot_id].unit_at_id is not None}
        yield from (numbers[pk] for pk in sorted(off))


def _uncounted_arrivals() -> Iterable[str]:
    lines = ConsignmentLine.objects.filter(arrived_steps__isnull=True, consignment__status=ConsignmentStatus.ARRIVED)
    return _numbers_of(lines.order_by("consignment__number").values_list("consignment__number", flat=True))


def _loads_not_on_board() -> Iterable[str]:
    """Yield what a tour says to carry and does not, and what is on a vehicle without its tour knowing."""
    loaded = Load.objects.filter(state=LoadState.LOADED)
    for name, status in (("parcel", ParcelStatus.ON_VEHICLE), ("consignment", ConsignmentStatus.ON_VEHICLE)):
        told = loaded.filter(**{f"{name}__isnull": False})
        there = Q(**{f"{name}__tour_at": F("tour")})
        gone = Q(**{f"{name}__status": status})
        trouble = Q(**{f"{name}__status__in": ["missing", "damaged", "refused"]})
        off = told.exclude(there & (gone | trouble)).order_by(f"{name}__number")
        yield from off.values_list(f"{name}__number", flat=True)
        model: type[Parcel] | type[Consignment] = Parcel if name == "parcel" else Consignment
        riding = model.objects.filter(status=status)
        known = loaded.filter(**{name: OuterRef("pk"), "tour": OuterRef("tour_at")})
        stray = riding.annotate(load_id=Subquery(known.order_by("pk").values("pk")[:1])).filter(load_id__isnull=True)
        yield from stray.order_by("number").values_list("number", flat=True)


def _waits_where_it_lies() -> Iterable[str]:
    """Yield what a tour waits for, as if another brought it, though it lies where the tour takes it."""
    rides = Load.objects.filter(state__in=CARRIED)
    for name in ("parcel", "consignment"):
        here = Q(take_at__left_at__isnull=True, take_at__unit=F(f"{name}__unit_at"))
        off = Load.objects.filter(here, state=LoadState.AWAITED, take_at__isnull=False)
        off = off.exclude(**{f"{name}__in": rides.filter(**{f"{name}__isnull": False}).values(name)})
        yield from off.order_by(f"{name}__number").values_list(f"{name}__number", flat=True)


def _begins_or_ends_elsewhere() -> Iterable[str]:
    """Yield the tours whose first or last stop is not where they are said to begin or end."""
    stops = Stop.objects.filter(tour=OuterRef("pk"))
    ends = Tour.objects.filter(Q(begins_at__isnull=False) | Q(ends_at__isnull=False)).annotate(
        first=Subquery(stops.order_by("place").values("unit")[:1]),
        last=Subquery(stops.order_by("-place").values("unit")[:1]),
    )
    off = Q(begins_at__isnull=False) & (Q(first=None) | ~Q(first=F("begins_at")))
    off |= Q(ends_at__isnull=False) & (Q(last=None) | ~Q(last=F("ends_at")))
    return ends.filter(off).order_by("number").values_list("number", flat=True)


def _ended_tours_that_carry() -> Iterable[str]:
    ended = [TourStatus.FINISHED, TourStatus.CANCELLED]
    open_loads = Load.objects.filter(tour__status__in=ended, state__in=EXPECTED)
    return _numbers_of(open_loads.order_by("tour__number").values_list("tour__number", flat=True))


def _loads_after_the_end() -> Iterable[str]:
    """Yield what still rides, or is to, and has ended."""
    open_loads = Load.objects.filter(state__in=EXPECTED)
    parcels = open_loads.filter(parcel__ended_at__isnull=False).order_by("parcel__number")
    yield from _numbers_of(parcels.values_list("parcel__number", flat=True))
    goods = open_loads.filter(consignment__status__in=FINAL).order_by("consignment__number")
    yield from _numbers_of(goods.values_list("consignment__number", flat=True))


def _tours_with_vehicles_of_others() -> Iterable[str]:
    off = Tour.objects.exclude(vehicle__unit=F("unit"))
    return off.order_by("number").values_list("number", flat=True)


def _refused_unlike_scanned() -> Iterable[str]:
    """Yield the parcels that are said to have been refused and were not, and the other way round."""
    refused = Scan.objects.filter(parcel=OuterRef("pk"), moved=True, status=ParcelStatus.REFUSED)
    off = Parcel.objects.annotate(said=Exists(refused)).exclude(is_refused=F("said"))
    return off.order_by("number").values_list("number", flat=True)


def _shelved_unlike_scanned() -> Iterable[str]:
    """Yield the parcels said to wait where they are handed over and that do not lie there, and the other way round.

    One that goes down and that nobody refused waits with a pick-up code, and no other has one.
    """
    waits = Q(status__in=SHELVES, to_unit__isnull=False, unit_at=F("to_unit"))
    is_shelved = Q(shelved_at__isnull=False)
    opens = waits & Q(direction=Direction.DOWN, is_refused=False)
    off = Parcel.objects.exclude((waits & is_shelved) | (~waits & ~is_shelved)) | Parcel.objects.exclude(
        (opens & ~Q(code="")) | (~opens & Q(code=""))
    )
    return off.order_by("number").values_list("number", flat=True)


def _astray_unlike_placed() -> Iterable[str]:
    """Yield the parcels that are said to lie at the wrong place and do not, and the other way round."""
    rows = Parcel.objects.filter(Q(status__in=SHELVES) | Q(is_astray=True)).order_by("id")
    for batch in batches(rows.iterator(chunk_size=BATCH)):
        units = network.units_by_id(pk for row in batch for pk in (row.unit_at_id, row.to_unit_id) if pk)
        for row in batch:
            if row.is_astray != (row.status in SHELVES and not _lies_on_its_way(row, units)):
                yield row.number


def _lies_on_its_way(parcel: Parcel, units: Mapping[int, ServiceUnit]) -> bool:
    at = units[parcel.unit_at_id or 0]
    ends = End(parcel.to_unit_id, parcel.to_path) if parcel.to_unit_id else None
    return is_on_its_way(End(at.pk, at.area_path), End(parcel.from_unit_id, parcel.from_path), ends)


def _kept_for_ever() -> Iterable[str]:
    """Yield the parcels that wait for their recipients for ever: nobody would be told that they lie too long."""
    waits = Parcel.objects.filter(direction=Direction.DOWN, status__in=SHELVES, unit_at=F("to_unit"), is_refused=False)
    off = waits.filter(keep_until__isnull=True)
    return off.order_by("number").values_list("number", flat=True)


def _fees_beside_the_books() -> Iterable[str]:
    """Yield the parcels whose fees are not what the tariff says, or not what the ledger paid, by whom and to whom."""
    handed_over = Q(direction=Direction.DOWN, status=ParcelStatus.DELIVERED, carrier__isnull=False)
    for batch in batches(
        Parcel.objects.filter(handed_over | Q(fees__isnull=False))
        .order_by("number")
        .distinct()
        .iterator(chunk_size=BATCH)
    ):
        booked = ledger.transfers_about_all(f"parcel/{parcel.number}" for parcel in batch)
        fees: dict[int, list[ParcelFee]] = defaultdict(list)
        for fee in ParcelFee.objects.filter(parcel__in=[one.pk for one in batch]).select_related("tariff", "zone"):
            fees[fee.parcel_id].append(fee)
        accounts = _accounts_of([fee for some in fees.values() for fee in some])
        for parcel in batch:
            is_owed = _as_agreed(parcel, fees[parcel.pk])
            entries = sorted(
                (str(entry.part), entry.account_id, entry.amount_minor)
                for transfer in booked[f"parcel/{parcel.number}"]
                if transfer.reason == Reason.FEE
                for entry in transfer.entries.all()
            )
            if not is_owed or entries != _paid(fees[parcel.pk], accounts):
                yield parcel.number


def _as_agreed(parcel: Parcel, fees: Sequence[ParcelFee]) -> bool:
    """Say whether each fee is what its tariff says, and whether those of a zone add up to its price."""
    zones = {fee.zone_id: fee.zone for fee in fees if fee.zone is not None}
    of_zones = sum(fee.amount_minor for fee in fees if fee.zone_id)
    is_back = any(fee.kind == TariffKind.RETURN for fee in fees)
    prices = [zone.return_rate if is_back else zone.rate for zone in zones.values()]
    return (
        all(fee.payer_id == parcel.carrier_id for fee in fees)
        and all(fee.amount == fee.tariff.fee(1, parcel.weight_grams) for fee in fees if fee.tariff and not fee.zone_id)
        and of_zones == sum(price.fee(1, parcel.weight_grams).minor for price in prices)
    )


def _accounts_of(fees: Sequence[ParcelFee]) -> Mapping[tuple[str, int], int]:
    """Return the ids of the accounts of those who pay and earn fees, by what they are and their own ids."""
    payers = ledger.accounts_of(fee.payer_id for fee in fees)
    earners = ledger.accounts_of_units(fee.unit_id for fee in fees)
    return {("payer", pk): account.pk for pk, account in payers.items()} | {
        ("unit", pk): account.pk for pk, account in earners.items()
    }


def _paid(fees: Sequence[ParcelFee], accounts: Mapping[tuple[str, int], int]) -> list[tuple[str, int, int]]:
    """Return what the ledger has to have moved for the fees that count as paid: part, account, amount."""
    moved: dict[tuple[str, int], int] = defaultdict(int)
    for fee in fees:
        if fee.paid_at:
            moved[str(Part.CARRIER), accounts.get(("payer", fee.payer_id), 0)] -= fee.amount_minor
            moved[str(PARTS[TariffKind(fee.kind)]), accounts.get(("unit", fee.unit_id), 0)] += fee.amount_minor
    return sorted((part, account_id, amount) for (part, account_id), amount in moved.items())


def _costs_not_shared() -> Iterable[str]:
    """Yield the tours whose cost is not what the things bear that they carried."""
    carried = Load.objects.filter(tour=OuterRef("tour"), state=LoadState.DROPPED).order_by()
    borne = carried.values("tour").annotate(whole=Sum("cost_minor")).values("whole")
    told = TourCost.objects.annotate(borne=Subquery(borne), carries=Exists(carried))
    off = told.filter(Q(carries=True) & (Q(borne__isnull=True) | ~Q(borne=F("total_minor"))))
    yield from off.order_by("tour__number").values_list("tour__number", flat=True)


def _drops_of_nothing() -> Iterable[str]:
    """Yield the tours that never left, or were given up, and of which a keeper is said to have confirmed something."""
    off = DropReceipt.objects.exclude(stop__tour__status__in=[TourStatus.UNDER_WAY, TourStatus.FINISHED])
    return _numbers_of(off.order_by("stop__tour__number").values_list("stop__tour__number", flat=True))


def _numbers_of(numbers: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(numbers))


CHECKS = (
    Check("a parcel stands where its latest scan says", _parcels_elsewhere),
    Check("a parcel left when its scans say", _left_unlike_scanned),
    Check("a consignment stands where its latest scan says", _consignments_elsewhere),
    Check("a parcel or consignment lies in the areas of its units", _ends_elsewhere),
    Check("what was sent in a consignment is in its lots, and what lacked has left them", _lines_without_their_lots),
    Check("a consignment that waits holds lots that are kept for it", _waiting_for_other_lots),
    Check("a lot under way lies nowhere", _lots_beside_their_consignments),
    Check("a consignment that arrived was counted", _uncounted_arrivals),
    Check("what a tour carries is on its vehicle, and the other way round", _loads_not_on_board),
    Check("a tour that ended carries nothing", _ended_tours_that_carry),
    Check("what has ended rides on no tour", _loads_after_the_end),
    Check("what lies where a tour takes it is not said to come first", _waits_where_it_lies),
    Check("a tour's first and last stop are where it begins and ends", _begins_or_ends_elsewhere),
    Check("what a tour carried bears its cost, to the last unit of money", _costs_not_shared),
    Check("keepers confirm what tours brought that have left", _drops_of_nothing),
    Check("a tour drives with a vehicle of its own centre", _tours_with_vehicles_of_others),
    Check("a parcel was refused as its scans say", _refused_unlike_scanned),
    Check("a parcel waits with a code where it is handed over, and nowhere else", _shelved_unlike_scanned),
    Check("a parcel lies at the wrong place as the places say", _astray_unlike_placed),
    Check("a parcel that waits for its recipient has a day until which it does", _kept_for_ever),
    Check("a fee is what the tariff says, and paid as the ledger says", _fees_beside_the_books),
    Check("what carriers paid in a month is what the ledger moved as their fees", paid_beside_the_books),
)
