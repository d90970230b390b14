"""Telling buyer, seller and whoever got money what became of an order. Buyers need no account: they are told by SMS."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import override

from terrace.accounts import queries as accounts
from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.words import Text
from terrace.market.models import Order
from terrace.market.services.links import order_path, order_url
from terrace.market.services.telling import tell_buyer
from terrace.messaging import services as messaging
from terrace.messaging.domain import Recipient, Topic
from terrace.registry import queries as registry


def to_buyer(order: Order, said: Text, *, now: datetime, **values: object) -> None:
    """Tell the buyer by SMS with the link to the order, and in the app who has an account. `said` has `%(number)s`."""
    with_link = format_lazy("{said} %(url)s", said=said)
    tell_buyer(order, with_link, now, number=order.number, url=order_url(order), **values)
    if order.buyer_id:
        people = registry.recipients_for([order.buyer_id])
        _each(people, said, topic=Topic.ORDER, url=order_path(order), now=now, number=order.number, **values)


def to_seller(order: Order, said: Text, *, now: datetime, url: str = "", **values: object) -> None:
    """Tell who speaks for the seller; it leads to the order unless `url` says otherwise."""
    where = url or reverse("market:sale", args=[order.number])
    people = registry.recipients_for([order.seller_id])
    _each(people, said, topic=Topic.ORDER, url=where, now=now, number=order.number, **values)


def to_parties(
    party_ids: Iterable[int], said: Text, *, url: str, now: datetime, topic: Topic = Topic.MONEY, **values: object
) -> None:
    """Tell who speaks for one of the parties, most often that money came."""
    _each(registry.recipients_for(party_ids), said, topic=topic, url=url, now=now, **values)


def to_units(
    unit_ids: Iterable[int], said: Text, *, url: str, now: datetime, topic: Topic = Topic.MONEY, **values: object
) -> None:
    """Tell everybody who holds a post at one of the units."""
    _each(accounts.recipients_at(unit_ids, clock.today(now)), said, topic=topic, url=url, now=now, **values)


def _each(people: Iterable[Recipient], said: Text, *, topic: Topic, url: str, now: datetime, **values: object) -> None:
    """Tell each in an own language, amounts and days written as it does."""
    for one in people:
        with override(one.language or settings.LANGUAGE_CODE):
            told = {name: written.anything(value) for name, value in values.items()}
            title = str(said) % told
        messaging.notify(to=[one], topic=topic, title=title, url=url, now=now)
