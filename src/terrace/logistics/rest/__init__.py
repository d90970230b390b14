"""The REST interface of logistics: each part has its own router, mounted here."""

from ninja import Router

from terrace.logistics.rest import (
    agreements,
    consignments,
    driving,
    drops,
    fleet,
    live,
    news,
    parcels,
    planning,
    plans,
    positions,
    roads,
    tours,
)

router = Router(tags=["logistics"])
for part in (
    parcels,
    consignments,
    tours,
    live,
    planning,
    plans,
    roads,
    driving,
    drops,
    positions,
    fleet,
    agreements,
    news,
):
    router.add_router("", part.router)
