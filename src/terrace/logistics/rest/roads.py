"""The REST interface of roads that are closed or slow for some days."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.logistics import queries, services
from terrace.logistics.rest.named import unit_named
from terrace.logistics.schemas.fields import LogisticsVersionIn
from terrace.logistics.schemas.roads import ConditionIn, ConditionOut, conditions_out

router = Router(tags=["logistics"])
CONDITION_SORTS = {"from_on": "from_on", "until_on": "until_on"}


@router.get("/roads/conditions", response={200: Paged[ConditionOut], **REFUSALS})
def list_conditions(request: HttpRequest, sort: SortName = "", page: PageNumber = 1) -> dict[str, Any]:
    """List what is or was closed or slow where the caller plans tours, the latest first."""
    rows = queries.conditions_visible_to(actor_of(request))
    return paged(sorted_by(rows, CONDITION_SORTS, sort, ("-from_on", "-id")), conditions_out, page)


@router.post("/roads/conditions", response={201: ConditionOut, **REFUSALS})
def add_condition(request: HttpRequest, given: ConditionIn) -> Status[ConditionOut]:
    """Record that roads near a place or between two areas are closed or slow; only one of the two is said."""
    centre = unit_named(given.centre, "centre")
    unit_id = unit_named(given.unit).pk if given.unit else None
    made = services.add_condition(by=actor_of(request), centre_id=centre.pk, given=given.given(unit_id))
    return Status(201, conditions_out([made])[0])


@router.post("/roads/conditions/{int:condition_id}/end", response={200: ConditionOut, **REFUSALS})
def end_condition(request: HttpRequest, condition_id: int, given: LogisticsVersionIn) -> ConditionOut:
    """Say that roads are as usual again from today on."""
    actor = actor_of(request)
    found = queries.get_condition(actor, condition_id)
    return conditions_out([services.end_condition(by=actor, condition=found, version=given.version)])[0]
