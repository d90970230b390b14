"""The REST interface of packing, shipping, completion, disputes and agreements."""

from ninja import Router

router = Router(tags=["market"])
