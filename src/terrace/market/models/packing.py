"""What was packed of an order: its parcels, and which lots lie in them."""

from django.db import models
from django.db.models import Q

from terrace.market.domain import ReturnState


class OrderParcel(models.Model):
    """A parcel of an order. `unit` packed it and is paid for that; null where the seller packed it himself.

    A parcel that was unpacked before it left keeps its row, with `undone_at`; one that came back says in `returned`
    what became of the goods.
    """

    order = models.ForeignKey("market.Order", on_delete=models.PROTECT, related_name="parcels")
    parcel = models.OneToOneField("logistics.Parcel", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+")
    weight_grams = models.BigIntegerField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    returned = models.CharField(max_length=10, blank=True, choices=ReturnState.choices())
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight_grams__gt=0), name="market_parcel_weight"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(delivered_at__isnull=True), name="market_parcel_not_both"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="market_parcels_packed_at")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.parcel_id}"


class PackedLot(models.Model):
    """So many steps of an order line in a parcel; `lot` is null where the seller packed what was never in a lot."""

    line = models.ForeignKey("market.OrderLine", on_delete=models.PROTECT, related_name="packed")
    parcel = models.ForeignKey(OrderParcel, on_delete=models.PROTECT, related_name="contents")
    lot = models.ForeignKey("traceability.Lot", null=True, on_delete=models.PROTECT, related_name="+")
    steps = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(steps__gt=0), name="market_packed_something"),
            models.UniqueConstraint(
                fields=["parcel", "line", "lot"], name="market_packed_once_each", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["lot"], name="market_packed_of_lot")]

    def __str__(self) -> str:
        return f"{self.parcel_id}/{self.lot_id} {self.steps}"
