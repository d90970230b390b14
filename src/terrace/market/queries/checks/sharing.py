"""What must hold of how orders end: who was paid by which line, what went back by which transfer, and that they end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TypeAlias

from django.db.models import Exists, F, OuterRef, Prefetch, Q, Sum
from django.db.models.functions import Coalesce

from terrace.kernel import clock
from terrace.kernel.checks import Check, batches
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import AccountKind, Part, Reason
from terrace.ledger.models import Account, Transfer
from terrace.logistics.domain import Rate
from terrace.market.domain import DisputeStatus, OrderStatus, ReceiverKind, Rule
from terrace.market.models import Dispute, Order, OrderLine, Refund, Settlement, SettlementLine
from terrace.market.queries.checks.chunks import chunks
from terrace.sourcing import queries as sourcing

OVERDUE = timedelta(days=1)
"""The job that completes orders runs each hour: after a day it does not run, or fails at this one."""
Receiver: TypeAlias = tuple[str, int | None]


def _paid_to_others_than_the_lines_say() -> Iterable[str]:
    """What a settlement's transfer booked is, account by account and part by part, what its lines say."""
    for found in chunks(Settlement.objects.select_related("order").prefetch_related("lines").order_by("pk")):
        booked = _booked({one.order.reference for one in found})
        for one in found:
            told: dict[tuple[Receiver, str], int] = defaultdict(int)
            for line in one.lines.all():
                told[_receiver_of(line), line.part] += line.amount_minor
            if {key: amount for key, amount in told.items() if amount} != booked.get(one.order.reference, {}):
                yield one.order.number


def _settled_by_other_transfers() -> Iterable[str]:
    """A settlement names the transfer that released its order's money when it was completed, none of nothing."""
    for found in chunks(Settlement.objects.select_related("order").order_by("pk")):
        about = ledger.transfers_about_all({one.order.reference for one in found})
        for one in found:
            told = about.get(one.order.reference, ())
            released = {(each.pk, each.at) for each in told if each.reason == Reason.RELEASE}
            named = {(one.transfer_id, one.at)} if one.transfer_id else set()
            if released != named or one.order.completed_at != one.at:
                yield one.order.number


def _due_unlike_its_numbers() -> Iterable[str]:
    """What was due by a rule is what comes of the numbers that stand beside it."""
    for found in chunks(SettlementLine.objects.select_related("settlement__order").order_by("pk")):
        for line in found:
            if (made := _made_of(Rule(line.rule), line.numbers, line.currency)) is not None and made != line.due:
                yield f"{line.settlement.order.number} line {line.place}"


def _made_of(rule: Rule, numbers: Mapping[str, int | str], currency: str) -> Money | None:
    """Return what a rule makes of its numbers; None for a price, of which the orders before took their cents."""

    def _of(name: str) -> Money:
        return Money(int(numbers[name]), currency)

    match rule:
        case Rule.TARIFF:
            rate = Rate(_of("per_parcel"), _of("per_kg"), int(numbers["first_grams"]))
            return rate.fee(int(numbers["parcels"]), int(numbers["grams"]))
        case Rule.PARCELS:
            return _of("per_parcel") * int(numbers["parcels"])
        case Rule.PERMILLE:
            return _of("goods").per(int(numbers["permille"]), 1000)
        case Rule.REST:
            return _of("whole") - _of("others")
        case Rule.PRICE:
            return None


def _missing_unlike_its_lines() -> Iterable[str]:
    """What a settlement says is not covered is what its lines lack; a grower's line pays for what it says."""
    for found in chunks(Settlement.objects.select_related("order").prefetch_related("lines").order_by("pk")):
        for one in found:
            lines = list(one.lines.all())
            lacks = sum(line.missing.minor for line in lines)
            steps = all(line.steps == line.numbers.get("steps", 0) for line in lines if line.purchase_id)
            if lacks != one.missing_minor or not steps:
                yield one.order.number


def _growers_unlike_their_purchases() -> Iterable[str]:
    """A grower's line is about the purchase that it names, from this grower, and is what was noted as paid for it."""
    of_growers = Prefetch("lines", SettlementLine.objects.filter(purchase__isnull=False).order_by("place"))
    for found in chunks(Settlement.objects.select_related("order").prefetch_related(of_growers).order_by("pk")):
        lines = {one.pk: list(one.lines.all()) for one in found}
        bought = sourcing.purchases_by_id({line.purchase_id or 0 for some in lines.values() for line in some})
        paid = sourcing.sale_payments_about({one.order.reference for one in found})
        for one in found:
            told = {line.purchase_id or 0: line.amount_minor for line in lines[one.pk] if line.amount_minor}
            named = all(
                (line.numbers.get("purchase"), line.party_id)
                == (bought[line.purchase_id or 0].number, bought[line.purchase_id or 0].producer_id)
                for line in lines[one.pk]
            )
            if not named or told != paid.get(one.order.reference, {}):
                yield one.order.number


def _paid_by_no_sale() -> Iterable[str]:
    """What was noted as paid out of an order was paid when that order was completed."""
    for some in batches(sourcing.sale_references()):
        shared = Settlement.objects.filter(order__number__in=[one.removeprefix("order/") for one in some])
        yield from sorted({*some} - {one.order.reference for one in shared.select_related("order").order_by("pk")})


def _refunds_of_others_transfers() -> Iterable[str]:
    """A refund's transfer is about its order, and moved its amount out of escrow."""
    for found in chunks(Refund.objects.select_related("order").order_by("pk")):
        about = ledger.transfers_about_all({one.order.reference for one in found})
        moved = {transfer.pk: _out_of_escrow(transfer) for each in about.values() for transfer in each}
        yield from (one.number for one in found if moved.get(one.transfer_id) != one.amount_minor)


def _settled_unlike_their_refunds() -> Iterable[str]:
    """What a dispute was settled with is what was given back for it."""
    settled = Dispute.objects.filter(status=DisputeStatus.SETTLED)
    wrong = settled.annotate(back=Coalesce(Sum("refunds__amount_minor"), 0)).exclude(decided_minor=F("back"))
    return wrong.order_by("pk").values_list("number", flat=True)


def _not_completed_in_time() -> Iterable[str]:
    """A delivered order has a day on which it counts as confirmed, and is completed then unless there is a dispute."""
    disputed = Dispute.objects.filter(order=OuterRef("pk"), ended_at=None)
    delivered = Order.objects.filter(status=OrderStatus.DELIVERED).exclude(Exists(disputed))
    late = delivered.filter(Q(complete_by=None) | Q(complete_by__lt=clock.now() - OVERDUE))
    return late.order_by("pk").values_list("number", flat=True)


def _sold_unlike_offered() -> Iterable[str]:
    """An order's lines are of its seller's offers, and hold what one of the offer holds while they hold its stock."""
    holding = [status for status in OrderStatus if status.holds_stock]
    wrong = OrderLine.objects.filter(order__status__in=holding).exclude(
        offer__seller=F("order__seller"), offer__content_steps=F("content_steps")
    )
    return (f"{number} line {pk}" for number, pk in wrong.order_by("pk").values_list("order__number", "pk"))


def _booked(references: Iterable[str]) -> dict[str, dict[tuple[Receiver, str], int]]:
    """Return what the releases about each reference brought to whom, for which part."""
    about = ledger.transfers_about_all(references)
    entries = [
        (reference, entry)
        for reference, transfers in about.items()
        for transfer in transfers
        for entry in (transfer.entries.all() if transfer.reason == Reason.RELEASE else ())
    ]
    accounts = ledger.accounts_by_id(entry.account_id for _reference, entry in entries)
    sums: dict[str, dict[tuple[Receiver, str], int]] = defaultdict(lambda: defaultdict(int))
    for reference, entry in entries:
        if entry.part != Part.ESCROW:
            sums[reference][_owner_of(accounts[entry.account_id]), entry.part] += entry.amount_minor
    return sums


def _receiver_of(line: SettlementLine) -> Receiver:
    return line.receiver, line.party_id or line.unit_id


def _owner_of(account: Account) -> Receiver:
    if account.party_id is not None:
        return ReceiverKind.PARTY.value, account.party_id
    if account.unit_id is not None:
        return ReceiverKind.UNIT.value, account.unit_id
    is_platform = account.kind == AccountKind.PLATFORM
    return ReceiverKind.PLATFORM.value if is_platform else account.kind, None


def _out_of_escrow(transfer: Transfer) -> int:
    return -sum(entry.amount_minor for entry in transfer.entries.all() if entry.part == Part.ESCROW)


SHARING_CHECKS = (
    Check("everybody got what the lines of a settlement say", _paid_to_others_than_the_lines_say),
    Check("a settlement names its own transfer", _settled_by_other_transfers),
    Check("what was due is what its numbers make", _due_unlike_its_numbers),
    Check("a grower's line is what was paid for its purchase", _growers_unlike_their_purchases),
    Check("what a purchase was paid by a sale is of an order that was shared", _paid_by_no_sale),
    Check("what was not covered is what the lines lack", _missing_unlike_its_lines),
    Check("a refund is its own transfer", _refunds_of_others_transfers),
    Check("a settled dispute gave back what it says", _settled_unlike_their_refunds),
    Check("delivered orders are completed in time", _not_completed_in_time),
    Check("what was sold is what its seller offered", _sold_unlike_offered),
)
