"""Telling buyer, seller and whoever got money what became of an order. Buyers need no account: they are told by SMS."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import override

from terrace.accounts import queries as accounts
from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.words import Text, _
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, Payment
from terrace.market.services.links import order_path, order_url, payment_url
from terrace.market.services.telling import tell_buyer
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Recipient, Topic
from terrace.registry import queries as registry

QUIET = (Channel.APP,)
LOUD = (Channel.APP, Channel.SMS, Channel.EMAIL)


def to_buyer(order: Order, said: Text, *, now: datetime, **values: object) -> None:
    """Tell the buyer by SMS with the link to the order, and in the app who has an account. `said` has `%(number)s`."""
    with_link = format_lazy("{said} %(url)s", said=said)
    tell_buyer(order, with_link, now, number=order.number, url=order_url(order), **values)
    if order.buyer_id:
        people = registry.recipients_for([order.buyer_id])
        _each(people, said, {"number": order.number, **values}, topic=Topic.ORDER, url=order_path(order), now=now)


def to_seller(
    order: Order,
    said: Text,
    *,
    now: datetime,
    url: str = "",
    loud: bool = False,
    instead: bool = False,
    **values: object,
) -> None:
    """Tell who speaks for the seller; it leads to the order unless `url` says otherwise.

    With `loud` by SMS and e-mail too: something that only they can do, and that will not wait. With `instead` one
    line stands for all that they have not read about the same page.
    """
    where = url or reverse("market:sale", args=[order.number])
    people = registry.recipients_for([order.seller_id])
    channels = LOUD if loud else QUIET
    told = {"number": order.number, **values}
    _each(people, said, told, topic=Topic.ORDER, url=where, now=now, channels=channels, instead=instead)


def of_payment(payment: Payment, orders: Sequence[Order], *, now: datetime) -> None:
    """Tell the buyer that the money has come, and each seller of the order to pack.

    A seller to whom nothing waited yet is told by SMS and e-mail too. Who packs
    already finds one line with how many wait: on a day of a thousand orders nobody reads a thousand.
    """
    for order in orders:
        waiting = Order.objects.filter(seller=order.seller_id, status=OrderStatus.PAID).count()
        people = registry.recipients_for([order.seller_id])
        if waiting <= 1:
            said, url = _("Order %(number)s is paid: pack it"), reverse("market:sale", args=[order.number])
            _each(people, said, {"number": order.number}, topic=Topic.ORDER, url=url, now=now, channels=LOUD)
        else:
            said, url = _("%(count)s paid orders wait to be packed"), reverse("market:pack_list")
            _each(people, said, {"count": waiting}, topic=Topic.ORDER, url=url, now=now, instead=True)
    url = order_url(orders[0]) if len(orders) == 1 else payment_url(payment)
    paid = _("Your payment of %(amount)s has come. Your order: %(url)s")
    tell_buyer(orders[0], paid, now, amount=payment.amount, url=url)


def to_judges(order: Order, said: Text, *, url: str, now: datetime) -> None:
    """Tell who decides disputes where the seller is at home, in one line however many wait."""
    judges = accounts.holders_of(Permission.DISPUTES, order.area_path, clock.today(now))
    _each(accounts.recipients(judges), said, {}, topic=Topic.ORDER, url=url, now=now, instead=True)


def of_money(party_id: int, said: Text, *, url: str, now: datetime, **values: object) -> None:
    """Tell who speaks for a party that money came, in one line until it is read."""
    people = registry.recipients_for([party_id])
    _each(people, said, values, topic=Topic.MONEY, url=url, now=now, instead=True)


def to_parties(
    party_ids: Iterable[int], said: Text, *, url: str, now: datetime, topic: Topic, **values: object
) -> None:
    """Tell who speaks for one of the parties."""
    _each(registry.recipients_for(party_ids), said, values, topic=topic, url=url, now=now)


def to_units(
    unit_ids: Iterable[int], said: Text, *, url: str, now: datetime, topic: Topic = Topic.MONEY, **values: object
) -> None:
    """Tell everybody who holds a post at one of the units."""
    _each(accounts.recipients_at(unit_ids, clock.today(now)), said, values, topic=topic, url=url, now=now)


def _each(
    people: Iterable[Recipient],
    said: Text,
    values: Mapping[str, object],
    *,
    topic: Topic,
    url: str,
    now: datetime,
    channels: Iterable[Channel] = QUIET,
    instead: bool = False,
) -> None:
    """Tell each in an own language, amounts and days written as it does."""
    for one in people:
        with override(one.language or settings.LANGUAGE_CODE):
            told = {name: written.anything(value) for name, value in values.items()}
            title = str(said) % told
        messaging.notify(to=[one], topic=topic, title=title, url=url, channels=channels, instead=instead, now=now)
