"""The REST interface of the ledger."""

from ninja import Router

router = Router(tags=["ledger"])
