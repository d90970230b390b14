"""What must hold of purchases: against their lots, the ledger, their own arithmetic and the notices they came from."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from terrace.kernel.checks import BATCH, Check, batches, misplaced
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part
from terrace.network import queries as network
from terrace.sourcing.domain import PayRule, Status, reckon
from terrace.sourcing.models import Purchase, PurchaseDebt, PurchaseLoss, PurchasePayment
from terrace.traceability import queries as lots

Find = Callable[[], Iterable[str]]


def _by_batch(wrong: Callable[[Sequence[Purchase]], Iterable[str]]) -> Find:
    """Return a search through all purchases, so many at a time: there may be millions."""

    def _find() -> Iterator[str]:
        for batch in batches(Purchase.objects.order_by("pk").iterator(chunk_size=BATCH)):
            yield from wrong(batch)

    return _find


def _unlike_their_lot(batch: Sequence[Purchase]) -> Iterable[str]:
    """A lot begins with what its purchase weighed, of its producer, and is its buyer's; of a void one it went back."""
    found = lots.lots_by_id([purchase.lot_id for purchase in batch])
    back = lots.taken_back([purchase.lot_id for purchase in batch])
    for purchase in batch:
        lot = found[purchase.lot_id]
        goods = (purchase.product_id, purchase.variety_id, purchase.net_steps)
        taken_in = (lot.product_id, lot.variety_id, lot.first_steps)
        sides = (purchase.producer_id, purchase.buyer_id)
        went_back = lot.pk in back and not lot.steps
        if taken_in != goods or (lot.producer_id, lot.owner_id) != sides or went_back != purchase.is_void:
            yield purchase.number


def _unlike_the_ledger(batch: Sequence[Purchase]) -> Iterable[str]:
    """What a purchase itself paid is what the ledger moved about it: from its buyer's account to its producer's."""
    noted: dict[int, int] = defaultdict(int)
    rows = PurchasePayment.objects.filter(purchase__in=batch).order_by("pk")
    for purchase_id, reference, minor in rows.values_list("purchase_id", "reference", "amount_minor"):
        noted[purchase_id] += minor if reference.startswith("purchase/") else 0
    moved = ledger.transfers_about_all([purchase.reference for purchase in batch])
    sides = {pk for purchase in batch for pk in (purchase.buyer_id, purchase.producer_id)}
    accounts = {pk: account.pk for pk, account in ledger.accounts_of(sides).items()}
    for purchase in batch:
        net: dict[tuple[str, int], int] = defaultdict(int)
        for entry in (entry for transfer in moved[purchase.reference] for entry in transfer.entries.all()):
            net[entry.part, entry.account_id] += entry.amount_minor
        paid = noted[purchase.pk]
        between = ((Part.BUYER, purchase.buyer_id, -paid), (Part.GROWER, purchase.producer_id, paid))
        expected = {(str(part), accounts.get(pk, 0)): amount for part, pk, amount in between}
        if any(net.get(key, 0) != expected.get(key, 0) for key in {*net, *expected}):
            yield purchase.number


def _unlike_their_payments() -> Iterable[str]:
    paid = Purchase.objects.annotate(noted=Coalesce(Sum("payments__amount_minor"), 0))
    return paid.exclude(paid_minor=F("noted")).order_by("pk").values_list("number", flat=True)


def _badly_reckoned(batch: Sequence[Purchase]) -> Iterable[str]:
    for purchase in batch:
        sums = reckon(purchase.weighing, purchase.moisture, purchase.price, purchase.reference_price)
        if (sums.payable, sums.amount, sums.premium) != (purchase.payable, purchase.amount, purchase.premium):
            yield purchase.number


def _of_other_notices() -> Iterable[str]:
    """A notice that was bought from is of the same producer and goods, and ended where the purchase ended it."""
    from_notices = Purchase.objects.filter(notice__isnull=False)
    others = ~Q(notice__party=F("producer")) | ~Q(notice__product=F("product"))
    not_taken = Q(ended_notice=False) & ~Q(notice_steps=F("net_steps"))
    still_open = Q(ended_notice=True, voided_at__isnull=True) & ~Q(notice__status=Status.BOUGHT)
    wrong = from_notices.filter(others | not_taken | still_open)
    return wrong.order_by("pk").values_list("number", flat=True)


def _elsewhere(batch: Sequence[Purchase]) -> Iterable[str]:
    rows = [(purchase.number, purchase.area_id, purchase.area_path) for purchase in batch]
    return misplaced(rows, network.paths_of({area for _number, area, _path in rows}))


def _weighed_elsewhere(batch: Sequence[Purchase]) -> Iterable[str]:
    """A purchase is of the unit where its lot was taken in, and of that unit's area: there its fees go."""
    units = network.units_by_id({purchase.unit_id for purchase in batch})
    places = lots.units_taken_in_at([purchase.lot_id for purchase in batch])
    for purchase in batch:
        is_there = places.get(purchase.lot_id) == purchase.unit_id
        if not is_there or units[purchase.unit_id].area_id != purchase.area_id:
            yield purchase.number


def _unlike_their_losses(batch: Sequence[Purchase]) -> Iterable[str]:
    """What the producer bears is the sum of the losses that nobody else bears; each is in the history of its lot.

    While something is owed for goods that are paid at their sale, none that the history tells is left out.
    """
    told = lots.losses_of([purchase.lot_id for purchase in batch])
    noted: dict[int, list[PurchaseLoss]] = defaultdict(list)
    for loss in PurchaseLoss.objects.filter(purchase__in=batch).order_by("pk"):
        noted[loss.purchase_id].append(loss)
    for purchase in batch:
        own, known = noted[purchase.pk], told.get(purchase.lot_id, {})
        borne = sum(loss.amount_minor for loss in own if loss.borne_at is None)
        waits = purchase.pay_rule == PayRule.AT_SALE and bool(purchase.owed)
        is_told = all(known.get(loss.event_id) == loss.steps for loss in own)
        is_told &= sum(loss.own_steps for loss in own) <= purchase.back_steps
        if borne != purchase.lost_minor or not is_told or (waits and len(own) != len(known)):
            yield purchase.number


def _graded_and_not_due(batch: Sequence[Purchase]) -> Iterable[str]:
    """What is paid at grading is due once nothing of it is left without a grade."""
    waiting = {
        purchase.lot_id: purchase
        for purchase in batch
        if purchase.pay_rule == PayRule.AT_GRADING and purchase.due_at is None and not purchase.is_void
    }
    ungraded = lots.roots_still_ungraded(waiting)
    return (purchase.number for lot_id, purchase in waiting.items() if lot_id not in ungraded)


def _unlike_their_rule(batch: Sequence[Purchase]) -> Iterable[str]:
    """How a purchase is to be paid shows in how it was paid, and what the buyer paid in full fell due before."""
    direct: dict[int, datetime] = {}
    sold: set[int] = set()
    rows = PurchasePayment.objects.filter(purchase__in=batch).order_by("pk")
    for purchase_id, key, reference, at in rows.values_list("purchase_id", "key", "reference", "paid_at"):
        if not reference.startswith("purchase/"):
            sold.add(purchase_id)
        elif key == f"{reference}/paid":
            direct[purchase_id] = at
    bearing = set(PurchaseLoss.objects.filter(purchase__in=batch).order_by("pk").values_list("purchase_id", flat=True))
    ungraded = lots.roots_still_ungraded(purchase.lot_id for purchase in batch)
    for purchase in batch:
        paid_at = direct.get(purchase.pk)
        at_the_scales = paid_at == purchase.purchased_at
        fits = {
            PayRule.NOW: at_the_scales,
            PayRule.AT_GRADING: not (at_the_scales and purchase.lot_id in ungraded),
            # Due and unpaid, where a buyer sold it for nothing and its account held too little.
            PayRule.AT_SALE: not at_the_scales and (purchase.due_at is not None or paid_at is None),
        }[PayRule(purchase.pay_rule)]
        fell_due = paid_at is None or (purchase.due_at is not None and purchase.due_at <= paid_at)
        waits_for_sale = purchase.pk in sold or purchase.pk in bearing
        if not fits or not fell_due or (waits_for_sale and purchase.pay_rule != PayRule.AT_SALE):
            yield purchase.number


def _unlike_their_debts(batch: Sequence[Purchase]) -> Iterable[str]:
    """What is paid at the sale is due while something is owed for goods that are gone, and then only."""
    owed: dict[int, int] = defaultdict(int)
    keys: dict[str, int] = {}
    for debt in PurchaseDebt.objects.filter(purchase__in=batch).order_by("pk"):
        owed[debt.purchase_id] += debt.amount_minor
        keys[debt.key] = debt.purchase_id
    paid = PurchasePayment.objects.filter(key__in=list(keys)).order_by("pk").values_list("key", flat=True)
    paid_for = {keys[key] for key in paid}
    for purchase in batch:
        waits = purchase.pay_rule == PayRule.AT_SALE and bool(purchase.owed)
        is_due = waits and purchase.due_at is not None
        fits = is_due == (purchase.pk in owed) and owed.get(purchase.pk, 0) <= max(0, purchase.owed.minor)
        if not fits or purchase.pk in paid_for:
            yield purchase.number


PURCHASE_CHECKS = (
    Check("a purchase is what its lot began with", _by_batch(_unlike_their_lot)),
    Check("what a purchase paid is in the ledger", _by_batch(_unlike_the_ledger)),
    Check("a purchase was paid as its rule says", _by_batch(_unlike_their_rule)),
    Check("what is paid of a purchase is the sum of its payments", _unlike_their_payments),
    Check("weight, amount and premium of a purchase are reckoned rightly", _by_batch(_badly_reckoned)),
    Check("a buyer owes for goods that are gone as a purchase says", _by_batch(_unlike_their_debts)),
    Check("a purchase and the notice it came from agree", _of_other_notices),
    Check("a purchase lies in its area", _by_batch(_elsewhere)),
    Check("a purchase was weighed where its lot was taken in", _by_batch(_weighed_elsewhere)),
    Check("what is paid at grading is due when all is graded", _by_batch(_graded_and_not_due)),
    Check("what was lost of a purchase is in its lot's history", _by_batch(_unlike_their_losses)),
)
