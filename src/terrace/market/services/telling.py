"""Telling buyers by SMS: they need no account here."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import override

from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.market.models import Order, Payment
from terrace.market.services.links import payment_url
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel


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
