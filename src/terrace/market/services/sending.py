"""Sending a buyer the link to an order once more."""

from datetime import datetime

from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.words import _
from terrace.market.models import Order
from terrace.market.services import news
from terrace.market.services.links import order_url


@transaction.atomic
def send_order_link(*, order: Order, now: datetime | None = None) -> None:
    """Send the order's link to the phone that it was ordered with, and to no other. The caller limits how often."""
    said = _("Your order %(number)s: %(url)s")
    news.by_sms(order, said, now=now or clock.now(), number=order.number, url=order_url(order))
