"""Telling sellers and buyers what became of a payment. Buyers need no account: they are told by SMS."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from terrace.accounts import queries as accounts
from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.market.models import Order, Payment
from terrace.market.services.links import order_url, payment_url
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Recipient, Topic
from terrace.registry import queries as registry


def tell_of_payment(*, payment: Payment, orders: Sequence[Order], now: datetime) -> None:
    """Tell each seller's people of the order to pack, and the buyer that the money has come."""
    for order in orders:
        messaging.notify(
            to=people_of_seller(order),
            topic=Topic.ORDER,
            title=_("Order %(number)s is paid: pack it") % {"number": order.number},
            url=reverse("market:sale", args=[order.number]),
            channels=(Channel.APP, Channel.SMS, Channel.EMAIL),
            now=now,
        )
    url = order_url(orders[0]) if len(orders) == 1 else payment_url(payment)
    said = _("Your payment of %(amount)s has come. Your order: %(url)s")
    tell_buyer(orders[0], said, now, amount=payment.amount, url=url)


def tell_of_late_money(*, payment: Payment, order: Order, now: datetime) -> None:
    """Tell the buyer that money came after the order had ended, and goes back."""
    said = _("Your payment of %(amount)s came after your order had ended. It goes back to you. %(url)s")
    tell_buyer(order, said, now, amount=payment.amount, url=payment_url(payment))


def tell_buyer(order: Order, said: Text, now: datetime, **values: object) -> None:
    """Send the buyer an SMS in the language of the order; money among `values` is written as people there do."""
    if not order.phone:
        return
    with override(order.language or settings.LANGUAGE_CODE):
        told = {name: written.anything(value) for name, value in values.items()}
        messaging.send(channel=Channel.SMS, address=order.phone, subject="", text=str(said) % told, now=now)


def people_of_seller(order: Order) -> list[Recipient]:
    """Return who speaks for the seller of an order."""
    seller = registry.parties_by_id([order.seller_id])[order.seller_id]
    return accounts.recipients(person.pk for _row, person in registry.representatives_of(seller))
