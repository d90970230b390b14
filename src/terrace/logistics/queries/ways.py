"""Where a reference of the ledger leads: to the parcel that a fee was paid for."""

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.logistics.queries.parcels import parcels_visible_to


def parcel_url(actor: Actor, number: str) -> str:
    """Return the page of the parcel `number`, "" for who does not see it."""
    seen = parcels_visible_to(actor).filter(number=number).exists()
    return reverse("logistics:parcel", args=[number]) if seen else ""
