"""The REST interface of the market: each part has its own router, mounted here."""

from ninja import Router

from terrace.market.rest import buying, offers, own, payments, receiving, returning, settling

router = Router(tags=["market"])
router.add_router("", offers.router)
router.add_router("", buying.router)
router.add_router("", receiving.router)
router.add_router("", own.router)
router.add_router("", payments.router)
router.add_router("", settling.router)
router.add_router("", returning.router)
