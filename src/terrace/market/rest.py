"""The REST interface of the market."""

from ninja import Router

router = Router(tags=["market"])
