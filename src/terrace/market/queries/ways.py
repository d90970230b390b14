"""Where a party's page and a supply notice lead: to what is on sale of it, and to offering more."""

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
