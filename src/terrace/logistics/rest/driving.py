"""The REST interface of driving a tour. Each act may be sent twice: a phone may not hear the answer."""

from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from terrace.http.idempotency import claim
from terrace.http.request import Request
from terrace.http.rest import REFUSALS, actor_of
from terrace.kernel.errors import DomainError, Forbidden
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.tours import Outcome
from terrace.logistics.schemas.driving import ToldActIn, ToldIn, ToldOut
from terrace.logistics.schemas.tours import MovedOut, ProblemIn, TourPlan, plan_out

router = Router(tags=["logistics"])


@router.post("/tours/{number}/start", response={200: TourPlan, **REFUSALS})
def start_tour(request: HttpRequest, number: str) -> TourPlan:
    """Leave the yard."""
    return _do(request, number, services.start_tour)


@router.post("/tours/{number}/take-all", response={200: MovedOut, **REFUSALS})
def take_all_in_yard(request: HttpRequest, number: str) -> MovedOut:
    """Load all that the list says is loaded in the yard."""
    return _all(request, number, services.take_all)


@router.post("/tours/{number}/stops/{int:stop_id}/arrive", response={200: TourPlan, **REFUSALS})
def arrive_at_stop(request: HttpRequest, number: str, stop_id: int) -> TourPlan:
    """Arrive at a stop."""
    return _do(request, number, services.arrive, stop_id=stop_id)


@router.post("/tours/{number}/stops/{int:stop_id}/drop-all", response={200: MovedOut, **REFUSALS})
def drop_all(request: HttpRequest, number: str, stop_id: int) -> MovedOut:
    """Unload all that is on the vehicle for a stop."""
    return _all(request, number, services.drop_all, stop_id=stop_id)


@router.post("/tours/{number}/stops/{int:stop_id}/take-all", response={200: MovedOut, **REFUSALS})
def take_all(request: HttpRequest, number: str, stop_id: int) -> MovedOut:
    """Load all that the list says is loaded at a stop."""
    return _all(request, number, services.take_all, stop_id=stop_id)


@router.post("/tours/{number}/stops/{int:stop_id}/leave", response={200: TourPlan, **REFUSALS})
def leave_stop(request: HttpRequest, number: str, stop_id: int) -> TourPlan:
    """Leave a stop."""
    return _do(request, number, services.leave, stop_id=stop_id)


@router.post("/tours/{number}/finish", response={200: TourPlan, **REFUSALS})
def finish_tour(request: HttpRequest, number: str) -> TourPlan:
    """Come home: what is on the vehicle is put down where it ends, what was never loaded waits again."""
    return _do(request, number, services.finish_tour)


@router.post("/tours/{number}/problem", response={200: TourPlan, **REFUSALS})
def report_problem(request: HttpRequest, number: str, given: ProblemIn) -> TourPlan:
    """Tell who plans the centre's tours what is wrong on the way."""
    return _do(request, number, services.report_problem, text=given.text)


@router.post("/driving/acts", response={200: list[ToldOut], **REFUSALS})
def tell_acts(request: HttpRequest, given: ToldIn) -> list[ToldOut]:
    """Tell, in their order, what was done without a network; each act is answered apart, done or refused as a whole.

    `done` and `already` need not be told again. What was `refused` changed nothing, and `reason` says what to do.
    """
    actor = actor_of(request)
    if not (actor.holds(Permission.DRIVE) or actor.holds(Permission.DISPATCH)):
        raise Forbidden(permission=Permission.DRIVE.value)
    return [_tell(request, act) for act in given.acts]


def _tell(request: HttpRequest, act: ToldActIn) -> ToldOut:
    try:
        with transaction.atomic():
            if not claim(cast(Request, request), act.key, act.model_dump_json()):
                return ToldOut(key=act.key, outcome=Outcome.ALREADY)
            services.tell_act(by=actor_of(request), act=act.as_told())
    except DomainError as refused:
        return ToldOut(key=act.key, outcome=Outcome.REFUSED, code=refused.code, reason=str(refused))
    return ToldOut(key=act.key, outcome=Outcome.DONE)


def _do(request: HttpRequest, number: str, act: Callable[..., object], **about: object) -> TourPlan:
    actor = actor_of(request)
    act(by=actor, tour=queries.get_tour(actor, number), **about)
    return plan_out(queries.get_tour(actor, number))


def _all(request: HttpRequest, number: str, act: Callable[..., int], **about: object) -> MovedOut:
    actor = actor_of(request)
    return MovedOut(count=act(by=actor, tour=queries.get_tour(actor, number), **about))
