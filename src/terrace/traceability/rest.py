"""The REST interface of traceability."""

from ninja import Router

router = Router(tags=["traceability"])
