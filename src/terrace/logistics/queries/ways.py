"""Where references to what logistics carries lead: of a fee in the ledger, of what a lot was packed into or rode on."""

from collections.abc import Collection

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.logistics.queries.consignments import consignments_visible_to
from terrace.logistics.queries.parcels import parcels_visible_to


def parcel_urls(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of the parcels that the reader sees, by number."""
    seen = parcels_visible_to(actor).filter(number__in=numbers).order_by("pk").values_list("number", flat=True)
    return {number: reverse("logistics:parcel", args=[number]) for number in seen}


def consignment_urls(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of the consignments that the reader sees, by number."""
    seen = consignments_visible_to(actor).filter(number__in=numbers).order_by("pk").values_list("number", flat=True)
    return {number: reverse("logistics:consignment", args=[number]) for number in seen}
