"""Which advice an actor sees, and who has taken note of it."""

from django.db.models import Count, F, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Advice, AdviceReceipt


def advice_visible_to(actor: Actor) -> QuerySet[Advice]:
    """Return the advice that was sent in the areas below the actor's posts, and what reached the actor's units.

    Each carries `reached` and `acknowledged`: counts of units.
    """
    sent = within(actor.paths(Permission.ADVISE))
    received = Q(pk__in=AdviceReceipt.objects.filter(unit__in=actor.units).values("advice"))
    counts = {
        "reached": Count("receipts"),
        "acknowledged": Count("receipts", filter=Q(receipts__acknowledged_at__isnull=False)),
    }
    return Advice.objects.filter(sent | received).annotate(**counts)


def advice_for(actor: Actor, number: str) -> Advice:
    """Return the advice `number`, or raise `NotFound` when the actor does not see it."""
    found = advice_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def receipts_of(actor: Actor, advice: Advice) -> QuerySet[AdviceReceipt]:
    """Return the units that the advice reached, as far as the actor sees them, who still has to take note first."""
    seen = within(actor.paths(Permission.ADVISE)) | Q(unit__in=actor.units)
    waiting_first = F("acknowledged_at").asc(nulls_first=True)
    return AdviceReceipt.objects.filter(seen, advice=advice).order_by(waiting_first, "area_path", "id")


def count_unacknowledged(actor: Actor) -> int:
    """Return how many pieces of advice the actor's units have not taken note of."""
    return AdviceReceipt.objects.filter(unit__in=actor.units, acknowledged_at__isnull=True).count()


def unacknowledged(actor: Actor) -> set[int]:
    """Return the ids of the advice that some unit of the actor has not taken note of."""
    waiting = AdviceReceipt.objects.filter(unit__in=actor.units, acknowledged_at__isnull=True)
    return set(waiting.values_list("advice_id", flat=True))
