"""The REST interface of what keepers confirm of a hand-over."""

from django.http import HttpRequest
from ninja import Router

from terrace.http.rest import REFUSALS, actor_of
from terrace.logistics import queries, services
from terrace.logistics.schemas.drops import DropIn, DropOut, drop_out

router = Router(tags=["logistics"])


@router.get("/drops/{int:stop_id}", response={200: DropOut, **REFUSALS})
def get_drop(request: HttpRequest, stop_id: int) -> DropOut:
    """Read what a tour brings to a stop at a unit of the caller's, and what was confirmed of it."""
    return drop_out(queries.get_drop(actor_of(request), stop_id))


@router.post("/drops/{int:stop_id}", response={200: DropOut, **REFUSALS})
def confirm_drop(request: HttpRequest, stop_id: int, given: DropIn) -> DropOut:
    """Confirm what a tour brought: all of it, but for the numbers that are missing or damaged; again changes nothing.

    `at` is when somebody looked, where there was no network then.
    """
    actor = actor_of(request)
    stop = queries.get_drop(actor, stop_id)
    services.confirm_drop(
        by=actor, stop=stop, missing=given.missing, damaged=given.damaged, at=given.at, note=given.note
    )
    return drop_out(stop)
