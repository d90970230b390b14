"""What buyers owe for goods of purchases that are gone and brought no money, and what of such goods they paid."""

from collections import Counter
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


def steps_made_good(purchase_ids: Collection[int], *, but_for: str = "") -> dict[int, int]:
    """Return for how much of purchases, by their ids, the buyer paid or has to pay that sold it and got no money.

    What is still to be paid for the order `but_for` is left out.
    """
    steps: Counter[int] = Counter()
    owed = PurchaseDebt.objects.exclude(reference=but_for)
    for rows in (PurchasePayment.objects.filter(steps__gt=0), owed):
        steps.update(dict(_by_purchase(rows.filter(purchase__in=list(purchase_ids)))))
    return dict(steps)


def references_owed_for() -> Iterator[str]:
    """Yield by what the orders are named for whose goods a buyer has yet to pay."""
    rows = PurchaseDebt.objects.order_by("reference").values_list("reference", flat=True)
    return rows.distinct().iterator()


def _by_purchase(rows: QuerySet[PurchasePayment] | QuerySet[PurchaseDebt]) -> Iterator[tuple[int, int]]:
    summed = rows.order_by("purchase_id").values("purchase_id").annotate(sum=Sum("steps"))
    return ((row["purchase_id"], row["sum"]) for row in summed)
