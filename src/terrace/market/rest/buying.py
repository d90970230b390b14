"""The REST interface of basket, checkout, payment and the buyer's orders."""

from ninja import Router

router = Router(tags=["market"])
