"""What the record of acts calls reviews today. Offers and orders go by their numbers."""

from collections.abc import Collection, Mapping

from django.db.models import Model

from terrace.audit.queries import Namer
from terrace.kernel.actors import Actor
from terrace.market.models import Review


def names_of_reviews(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return which offer each review is of, by its number."""
    rows = Review.objects.filter(pk__in=ids).order_by("id").values_list("pk", "offer__number")
    return {str(pk): number for pk, number in rows}


NAMERS: Mapping[type[Model], Namer] = {Review: names_of_reviews}
"""Who names what."""
