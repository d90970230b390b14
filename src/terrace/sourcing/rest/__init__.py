"""The REST interface of sourcing: notices of both sides, balance, purchases, advice, reference prices."""

from ninja import Router

from terrace.sourcing.rest import advice, notices, prices, purchases

router = Router(tags=["sourcing"])
for part in (notices, purchases, advice, prices):
    router.add_router("", part.router)
