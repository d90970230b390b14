"""Where others' pages lead: a party and a supply notice to what is on sale, money to how an order was shared."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.http import urlencode

from terrace.http.ways import Way
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.market.domain import Permission
from terrace.market.queries.selling import sales_visible_to
from terrace.market.queries.settlements import settled_among
from terrace.registry.domain import Kind
from terrace.registry.models import Party


def ways_of_seller(actor: Actor, party: Party) -> Iterator[Way]:
    """Yield the ways of who sells to its offers, as far as `actor` may go them."""
    if not Kind(party.kind).produces:
        return
    is_own = actor.speaks_for(party.pk)
    if is_own or actor.may(Permission.VIEW, party.area_path):
        yield Way(_("Offers"), f"{reverse('market:offers')}?{urlencode({'text': party.number})}", "tag")
    if party.is_active and (is_own or actor.may(Permission.SELL, party.area_path)):
        yield Way(_("Offer goods"), f"{reverse('market:offer_new')}?{urlencode({'seller': party.number})}", "plus")


def order_urls(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return where a reader of the books sees why money of these orders moved, by number.

    The page says to who has a part of an order, or looks after it, how it was
    shared; of what is not shared yet it leads on to the order.
    """
    sold = sales_visible_to(actor).filter(number__in=numbers).order_by("pk").values_list("number", flat=True)
    return {number: reverse("market:settlement", args=[number]) for number in {*sold, *settled_among(actor, numbers)}}
