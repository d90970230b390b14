"""What buyers owe for goods of purchases that are gone and brought no money, and what of such goods they paid."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet, Sum

from terrace.kernel.money import Money
from terrace.sourcing.models import Purchase, PurchaseDebt, PurchasePayment


def to_pay(purchase: Purchase) -> Money:
    """Return what paying a purchase now comes to: what is owed for goods that are gone, else all that is owed."""
    debts = purchase.debts.aggregate(sum=Sum("amount_minor"))["sum"]
    return Money(debts, purchase.currency) if debts else purchase.owed


def unpromised(purchase: Purchase, *, but_for: str = "") -> Money:
    """Return what is owed of a purchase for goods that are not gone: all but its debts, that for `but_for` left out."""
    debts = purchase.debts.exclude(reference=but_for).aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return Money(max(0, purchase.owed.minor - debts), purchase.currency)


def made_good(purchase_ids: Collection[int], *, but_for: str = "") -> dict[int, tuple[int, int]]:
    """Return for how many steps of purchases, by their ids, and with how much money in minor units, the buyer made
    or has to make good what it sold and got no money for.

    What is still to be paid for the order `but_for` is left out.
    """
    found = dict.fromkeys(purchase_ids, (0, 0))
    for rows in (PurchasePayment.objects.all(), PurchaseDebt.objects.exclude(reference=but_for)):
        for purchase_id, steps, minor in _by_purchase(rows.filter(purchase__in=list(purchase_ids), steps__gt=0)):
            before = found[purchase_id]
            found[purchase_id] = (before[0] + steps, before[1] + minor)
    return found


def is_owed_for(reference: str) -> bool:
    """Say whether a buyer has yet to pay for goods that went into the order `reference`."""
    return PurchaseDebt.objects.filter(reference=reference).exists()


def references_owed_for() -> Iterator[str]:
    """Yield by what the orders are named for whose goods a buyer has yet to pay."""
    rows = PurchaseDebt.objects.order_by("reference").values_list("reference", flat=True)
    return rows.distinct().iterator()


def _by_purchase(rows: QuerySet[PurchasePayment] | QuerySet[PurchaseDebt]) -> Iterator[tuple[int, int, int]]:
    summed = rows.order_by("purchase_id").values("purchase_id").annotate(taken=Sum("steps"), minor=Sum("amount_minor"))
    return ((row["purchase_id"], row["taken"], row["minor"]) for row in summed)
