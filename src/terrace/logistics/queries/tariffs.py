"""Which tariff is in force, and the history of tariffs."""

from datetime import date

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import Permission, TariffKind
from terrace.logistics.models import Tariff


def tariff_in_force(kind: TariffKind, area_path: str, on: date, party_id: int | None = None) -> Tariff | None:
    """Return the tariff that holds at the place at `area_path` on the day `on`, None where nothing was agreed.

    What was agreed with the carrier `party_id` goes before what holds for all, a
    nearer area before a wider one, and of one area the tariff that began last.
    """
    above = [area_path[:length] for length in range(1, len(area_path) + 1)]
    begun = Tariff.objects.filter(kind=kind, area_path__in=above, starts_on__lte=on)
    nearest = begun.order_by("-area_path", "-starts_on", "-id")
    own = nearest.filter(party_id=party_id).first() if party_id else None
    return own or nearest.filter(party_id__isnull=True).first()


def tariffs_visible_to(actor: Actor) -> QuerySet[Tariff]:
    """Return the tariffs of the areas below the actor's posts and of those above, and those of its own parties.

    A keeper earns by the county's tariff, so it is no secret to the village.
    """
    paths = actor.paths(Permission.VIEW)
    above = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    shared = Q(area_path__in=above, party__isnull=True)
    return Tariff.objects.filter(within(paths) | shared | Q(party_id__in=actor.own_parties))


def get_tariff(actor: Actor, tariff_id: int) -> Tariff:
    """Return a tariff, or raise `NotFound` when the actor does not see it."""
    found = tariffs_visible_to(actor).filter(pk=tariff_id).first()
    if found is None:
        raise NotFound
    return found
