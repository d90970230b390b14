"""What was lost of goods before they were sold, and who bears it."""

from collections.abc import Collection

from terrace.kernel.errors import NotFound
from terrace.sourcing.models import Purchase, PurchaseLoss


def losses_of_purchases(ids: Collection[int]) -> list[PurchaseLoss]:
    """Return the losses of purchases, each with its purchase, the earliest first. The caller has authorised it."""
    rows = PurchaseLoss.objects.filter(purchase__in=list(ids)).select_related("purchase")
    return list(rows.order_by("lost_at", "pk"))


def get_loss(purchase: Purchase, loss_id: int) -> PurchaseLoss:
    """Return a loss of a purchase that the caller sees, or raise `NotFound`."""
    found = PurchaseLoss.objects.filter(purchase=purchase, pk=loss_id).select_related("purchase").first()
    if found is None:
        raise NotFound
    return found
