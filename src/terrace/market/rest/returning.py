"""The REST interface of goods that go back through the network."""

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, actor_of
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.market import services
from terrace.market.queries.returning import find_returning
from terrace.market.schemas.returning import ReturnIn, ReturnOut
from terrace.network import queries as network

router = Router(tags=["market"])


@router.post("/returns", response={201: ReturnOut, **REFUSALS})
def take_in_return(request: HttpRequest, given: ReturnIn) -> Status[ReturnOut]:
    """Take in goods that a buyer sends back, at a unit where the caller works."""
    unit = network.units_by_number([given.unit]).get(given.unit)
    if unit is None:
        raise NotFound(_("There is no such unit."), field="unit")
    parcel = services.take_in_return(
        by=actor_of(request), dispute=find_returning(given.number), unit=unit, weight_grams=given.weight_grams
    )
    units = network.units_by_id([parcel.to_unit_id or 0])
    return Status(201, ReturnOut(parcel=parcel.number, to_unit=next(home.number for home in units.values())))
