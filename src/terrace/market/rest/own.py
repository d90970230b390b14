"""The REST interface of what somebody with an account keeps: addresses, and earlier orders claimed by phone.

For who is signed in as themselves: the token of a party or of another system has nothing of its own.
"""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Status

from terrace.http.rest import REFUSALS, actor_of
from terrace.market import services
from terrace.market.queries.own import addresses_of, claimable, get_address
from terrace.market.schemas.own import AddressIn, AddressOut, ClaimableOut

router = Router(tags=["market"])
AddressId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/my-addresses", response={200: list[AddressOut], **REFUSALS})
def list_my_addresses(request: HttpRequest) -> list[AddressOut]:
    """List the addresses that the caller keeps, ten at the most, the youngest first."""
    return [AddressOut.of(one) for one in addresses_of(actor_of(request)).order_by("-pk")]


@router.post("/my-addresses", response={201: AddressOut, **REFUSALS})
def keep_my_address(request: HttpRequest, given: AddressIn) -> Status[AddressOut]:
    """Keep where goods go; one that is kept already is answered as it stands."""
    return Status(201, AddressOut.of(services.keep_address(by=actor_of(request), given=given.delivery())))


@router.put("/my-addresses/{address_id}", response={200: AddressOut, **REFUSALS})
def change_my_address(request: HttpRequest, address_id: AddressId, given: AddressIn) -> AddressOut:
    """Change an address; orders that were placed before go where they said."""
    actor = actor_of(request)
    found = get_address(actor, address_id)
    return AddressOut.of(services.change_address(by=actor, address=found, given=given.delivery()))


@router.post("/my-addresses/{address_id}/remove", response={204: None, **REFUSALS})
def remove_my_address(request: HttpRequest, address_id: AddressId) -> Status[None]:
    """Keep an address no longer."""
    actor = actor_of(request)
    services.remove_address(by=actor, address=get_address(actor, address_id))
    return Status(204, None)


@router.get("/my-claim", response={200: ClaimableOut, **REFUSALS})
def read_my_claim(request: HttpRequest) -> ClaimableOut:
    """Say how many orders were placed without an account with the phone that the caller has shown to hold."""
    return ClaimableOut(waiting=claimable(actor_of(request)).count())


@router.post("/my-claim", response={200: ClaimableOut, **REFUSALS})
def claim_my_orders(request: HttpRequest) -> ClaimableOut:
    """Put these orders among the caller's own; the answer names them, a second one none."""
    claimed = services.claim_orders(by=actor_of(request))
    return ClaimableOut(waiting=0, claimed=[order.number for order in claimed])
