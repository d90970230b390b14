"""Which agreement shares the money of an order, and which an actor sees."""

from datetime import date

from django.db.models import F, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.market.domain import Permission
from terrace.market.models import Agreement
from terrace.registry import queries as registry


def agreement_in_force(seller_id: int, area_path: str, on: date) -> Agreement | None:
    """Return the agreement that a seller's orders of the day fall under, None for the built-in default without fees.

    Its own goes before the standard, of the standards the one of the nearest
    area at or above `area_path`, and of those the one that began last.
    """
    above = [area_path[:length] for length in range(1, len(area_path) + 1)]
    begun = Agreement.objects.filter(Q(seller=seller_id) | Q(seller=None), area_path__in=above, starts_on__lte=on)
    own_first = F("seller_id").asc(nulls_last=True)
    return begun.order_by(own_first, "-area_path", "-starts_on", "-id").first()


def agreements_visible_to(actor: Actor) -> QuerySet[Agreement]:
    """Return the agreements of the actor's areas, those that bind its own parties, and the standards of their areas."""
    mine = within(actor.paths(Permission.VIEW)) | Q(seller__in=actor.own_parties)
    homes = {party.area_path for party in registry.parties_by_id(actor.own_parties).values()}
    above = {home[:length] for home in homes for length in range(1, len(home) + 1)}
    return Agreement.objects.filter(mine | Q(seller=None, area_path__in=above))


def get_agreement(actor: Actor, number: str) -> Agreement:
    """Return the agreement `number`, or raise `NotFound` when the actor does not see it."""
    found = agreements_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found
