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
from terrace.market.services.links import absolute, order_path, payment_path
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Recipient, Topic
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry

QUIET = (Channel.APP,)
LOUD = (Channel.APP, Channel.SMS, Channel.EMAIL)


def to_buyer(order: Order, said: Text, *, now: datetime, path: str = "", **values: object) -> None:
    """Tell the buyer by SMS with the address of the page, and in the app who has an account.

    `said` may name `%(number)s`; the page is the order's unless `path` says otherwise.
    """
    where, told = path or order_path(order), {"number": order.number, **values}
    by_sms(order, format_lazy("{said} %(url)s", said=said), now=now, url=absolute(where), **told)
    _each(_who_bought(order), said, told, topic=Topic.ORDER, url=where, now=now)


def by_sms(order: Order, said: Text, *, now: datetime, **values: object) -> None:
    """Send the buyer an SMS in the language of the order; money among `values` is written as people there do."""
    if not order.phone:
        return
    with override(order.language or settings.LANGUAGE_CODE):
        told = {name: written.anything(value) for name, value in values.items()}
        messaging.send(channel=Channel.SMS, address=order.phone, subject="", text=str(said) % told, now=now)


def of_late_money(payment: Payment, order: Order, *, now: datetime) -> None:
    """Tell the buyer that money came after the order had ended, and goes back."""
    said = _("Your payment of %(amount)s came after your order had ended. It goes back to you.")
    to_buyer(order, said, now=now, path=payment_path(payment), amount=payment.amount)


def _who_bought(order: Order) -> list[Recipient]:
    """Return who speaks for the party that bought; of somebody who bought for themselves, just them."""
    if order.buyer_id:
        return list(registry.recipients_for([order.buyer_id]))
    return accounts.recipients([order.person_id]) if order.person_id else []


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
    path = order_path(orders[0]) if len(orders) == 1 else payment_path(payment)
    to_buyer(orders[0], _("Your payment of %(amount)s has come."), now=now, path=path, amount=payment.amount)


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


def to_packers(unit: ServiceUnit | None, order: Order, said: Text, *, url: str, now: datetime) -> None:
    """Tell who packs at a unit, but for who speaks for the order's seller and is told anyway."""
    if unit is None:
        return
    people = accounts.recipients(accounts.holders_of(Permission.PACK, unit.area_path, clock.today(now)))
    sellers = {one.person_id for one in registry.recipients_for([order.seller_id])}
    others = [one for one in people if one.person_id not in sellers]
    _each(others, said, {"number": order.number}, topic=Topic.ORDER, url=url, now=now)


def to_sellers_at(unit: ServiceUnit, said: Text, *, url: str, now: datetime, **values: object) -> None:
    """Tell who has a post at a unit and sees orders there."""
    on = clock.today(now)
    may_look = accounts.holders_of(Permission.VIEW, unit.area_path, on)
    people = [one for one in accounts.recipients_at([unit.pk], on) if one.person_id in may_look]
    _each(people, said, values, topic=Topic.ORDER, url=url, now=now)


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
