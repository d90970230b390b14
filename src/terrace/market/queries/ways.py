"""Where others' pages lead: a party and a supply notice to what is on sale, money to how an order was shared."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode

from terrace.http.ways import Way
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.market.domain import Permission
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


def order_url(actor: Actor, number: str) -> str:
    """Return where a reader of the books sees why money of the order `number` moved.

    Without a query, because a statement asks it for each of its rows. Who reads
    the row of an account has a part of the order or looks after it, and the page
    itself shows to nobody else; of what is not shared yet it leads on to the order.
    """
    return reverse("market:settlement", args=[number]) if actor.is_known else ""
