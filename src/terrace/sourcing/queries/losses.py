"""What was lost of goods before they were sold, and who bears it."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from terrace.kernel.errors import NotFound
from terrace.sourcing.models import Purchase, PurchaseLoss


def losses_of_purchases(ids: Collection[int]) -> list[PurchaseLoss]:
    """Return what was lost to the producers of purchases, each with its purchase, the earliest first.

    What was the buyer's own already is in the lot's history alone. The caller has authorised it.
    """
    return list(_theirs().filter(purchase__in=list(ids)).order_by("lost_at", "pk"))


def get_loss(purchase: Purchase, loss_id: int) -> PurchaseLoss:
    """Return a loss of a purchase that the caller sees, or raise `NotFound`."""
    found = _theirs().filter(purchase=purchase, pk=loss_id).first()
    if found is None:
        raise NotFound
    return found


def _theirs() -> QuerySet[PurchaseLoss]:
    return PurchaseLoss.objects.filter(own_steps__lt=F("steps")).select_related("purchase")
