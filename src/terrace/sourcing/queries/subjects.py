"""What the record of acts calls prices today. Notices and advice go by their numbers."""

from collections.abc import Collection, Mapping

from django.db.models import Model

from terrace.audit.queries import Namer
from terrace.kernel.actors import Actor
from terrace.kernel.words import in_language
from terrace.network import queries as network
from terrace.sourcing.models import ReferencePrice
from terrace.sourcing.queries.goods import goods_of
from terrace.sourcing.queries.prices import prices_visible_to


def names_of_prices(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return which goods each price is of, where and on what day, in the reader's language: in four queries."""
    prices = list(prices_visible_to(actor).filter(pk__in=ids).order_by("pk"))
    places = network.names_of({price.area_id for price in prices})
    return {
        str(price.pk): f"{goods.title} · {in_language(places.get(price.area_id, {}))} · {price.on.isoformat()}"
        for price, goods in zip(prices, goods_of(prices), strict=True)
    }


NAMERS: Mapping[type[Model], Namer] = {ReferencePrice: names_of_prices}
"""Who names what."""
