"""The REST interface of sourcing: notices of both sides, balance, purchases, mandates, advice, reference prices."""

from ninja import Router

from terrace.sourcing.rest import advice, mandates, notices, prices, purchases

router = Router(tags=["sourcing"])
for part in (notices, purchases, mandates, advice, prices):
    router.add_router("", part.router)
