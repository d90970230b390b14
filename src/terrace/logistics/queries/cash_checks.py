"""What must hold of cash on delivery: taken for what was handed over, booked, and owed until it came in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F, Q, Sum

from terrace.kernel.checks import BATCH, Check, batches
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part, Reason
from terrace.logistics.domain import Direction, ParcelStatus
from terrace.logistics.models import CashTaken, HandIn, Parcel
from terrace.network import queries as network


def _handed_over_unpaid() -> Iterable[str]:
    """Yield the parcels that were handed over without their money, and those for which other money was taken."""
    over = Q(direction=Direction.DOWN, status=ParcelStatus.DELIVERED)
    asked = Parcel.objects.filter(over, cod_minor__gt=0)
    yield from asked.filter(cash__isnull=True).order_by("number").values_list("number", flat=True)
    taken = Parcel.objects.filter(cash__isnull=False)
    same = Q(cash__amount_minor=F("cod_minor"), cash__currency=F("cod_currency"), cash__carrier=F("carrier"))
    yield from taken.exclude(over & same).order_by("number").values_list("number", flat=True)


def _taken_beside_the_books() -> Iterable[str]:
    """Yield the parcels whose money the ledger did not move from the unit's cash to the carrier."""
    rows = CashTaken.objects.select_related("parcel").order_by("pk")
    for batch in batches(rows.iterator(chunk_size=BATCH)):
        booked = ledger.transfers_about_all(f"parcel/{row.parcel.number}" for row in batch)
        cash = ledger.cash_accounts_of(row.unit_id for row in batch)
        carriers = ledger.accounts_of(row.carrier_id for row in batch)
        for row in batch:
            entries = sorted(
                (str(entry.part), entry.account_id, entry.amount_minor)
                for transfer in booked[f"parcel/{row.parcel.number}"]
                if transfer.reason == Reason.CASH_TAKEN
                for entry in transfer.entries.all()
            )
            from_id = cash[row.unit_id].pk if row.unit_id in cash else 0
            to_id = carriers[row.carrier_id].pk if row.carrier_id in carriers else 0
            wanted = [(str(Part.CARRIER), to_id, row.amount_minor), (str(Part.CASH), from_id, -row.amount_minor)]
            if entries != sorted(wanted):
                yield row.parcel.number


def _owed_unlike_taken() -> Iterable[str]:
    """Yield the units that owe other cash than they took or received, less what they handed in or paid in."""
    owed = _owed()
    units = network.units_by_id(owed)
    accounts = ledger.cash_accounts_of(owed)
    for unit_id, minor in sorted(owed.items()):
        booked = -accounts[unit_id].balance_minor if unit_id in accounts else 0
        if booked != minor:
            yield units[unit_id].number


def _owed() -> Mapping[int, int]:
    owed: dict[int, int] = defaultdict(int)
    whole = Sum("amount_minor")
    for unit_id, minor in CashTaken.objects.order_by("unit_id").values_list("unit_id").annotate(whole):
        owed[unit_id] += minor
    handed = HandIn.objects.filter(unit__isnull=False).order_by("unit_id", "centre_id")
    for unit_id, centre_id, minor in handed.values_list("unit_id", "centre_id").annotate(whole):
        owed[unit_id] -= minor
        owed[centre_id] += minor
    banked = HandIn.objects.filter(unit__isnull=True).order_by("centre_id")
    for centre_id, minor in banked.values_list("centre_id").annotate(whole):
        owed[centre_id] -= minor
    for unit_id in ledger.cash_owed_by_units():
        owed[unit_id] += 0
    return owed


CHECKS = (
    Check("a parcel with cash on delivery was handed over for its money, and no other was", _handed_over_unpaid),
    Check("the money taken for a parcel went from the unit's cash to the carrier", _taken_beside_the_books),
    Check("a unit owes the cash that it took and has not handed in", _owed_unlike_taken),
)
