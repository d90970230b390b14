"""Sending a buyer the link to an order once more."""

from datetime import datetime

from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.words import _
from terrace.market.models import Order
from terrace.market.services.links import order_url
from terrace.market.services.telling import tell_buyer


@transaction.atomic
def send_order_link(*, order: Order, now: datetime | None = None) -> None:
    """Send the order's link to the phone that it was ordered with, and to no other. The caller limits how often."""
    said = _("Your order %(number)s: %(url)s")
    tell_buyer(order, said, now or clock.now(), number=order.number, url=order_url(order))
