"""Where a party's page leads: to what it has, wants or sold, and to recording more of it."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.http import urlencode

from terrace.http.ways import Way
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.sourcing.domain import Permission
from terrace.sourcing.queries.purchases import purchases_visible_to


def ways_of_party(actor: Actor, party: Party) -> Iterator[Way]:
    """Yield the ways of a producer to supply, of who trades to demand, as far as `actor` may go them."""
    kind = Kind(party.kind)
    if kind.produces:
        yield from _ways(actor, party, Permission.RECORD_SUPPLY, "supply")
    if kind.trades:
        yield from _ways(actor, party, Permission.RECORD_DEMAND, "demand")
    yield from _ways_to_purchases(actor, party, kind)


def _ways(actor: Actor, party: Party, recording: Permission, side: str) -> Iterator[Way]:
    is_own = actor.speaks_for(party.pk)
    if is_own or actor.may(Permission.VIEW, party.area_path):
        label = _("Supply") if side == "supply" else _("Demand")
        icon = "basket" if side == "supply" else "shopping-cart"
        yield Way(label, f"{reverse(f'sourcing:{side}')}?{urlencode({'text': party.number})}", icon)
    if party.is_active and (is_own or actor.may(recording, party.area_path)):
        label = _("Record supply") if side == "supply" else _("Record demand")
        yield Way(label, f"{reverse(f'sourcing:{side}_new')}?{urlencode({'party': party.number})}", "plus")


def _ways_to_purchases(actor: Actor, party: Party, kind: Kind) -> Iterator[Way]:
    if actor.owns(party.pk) or actor.may(Permission.VIEW, party.area_path):
        url = f"{reverse('sourcing:purchases')}?{urlencode({'text': party.number})}"
        yield Way(_("Purchases"), url, "clipboard-list")
    if kind.produces and party.is_active and actor.may(Permission.PURCHASE, party.area_path):
        yield Way(_("Weigh and buy"), reverse("sourcing:purchase_new", args=[party.number]), "scale")


def purchase_urls(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of the purchases that the reader sees, by number."""
    seen = purchases_visible_to(actor).filter(number__in=numbers).order_by("pk").values_list("number", flat=True)
    return {number: reverse("sourcing:purchase", args=[number]) for number in seen}
