"""The REST interface of the public market and of a seller's offers."""

from ninja import Router

router = Router(tags=["market"])
