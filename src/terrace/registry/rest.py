"""The REST interface of the registry: parties without their personal data."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Status

from terrace.http.rest import REFUSALS, Paged, PageNumber, PageSize, actor_of, paged
from terrace.kernel.actors import Actor
from terrace.registry import queries, services
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.schemas import ChangedPartyIn, NewPartyIn, PartyOut, parties_out

router = Router(tags=["registry"])
SearchText = Annotated[str, Field(max_length=100)]


@router.get("/parties", response={200: Paged[PartyOut], **REFUSALS})
def list_parties(
    request: HttpRequest, text: SearchText = "", kind: Kind | None = None, page: PageNumber = 1, size: PageSize = 50
) -> dict[str, Any]:
    """List the parties that the caller sees, by name; `text` finds names, numbers and the end of phone numbers.

    Reading persons' phone numbers by the page is on the record of acts.
    """
    actor = actor_of(request)
    rows = queries.search(actor, queries.visible_to(actor), text)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return paged(rows.order_by("name", "pk"), lambda found: _listed(actor, found), page, size)


@router.post("/parties", response={201: PartyOut, **REFUSALS})
def register_party(request: HttpRequest, given: NewPartyIn) -> Status[PartyOut]:
    """Register a party; 409 `looks_registered` when one with the same phone or name is there and `is_new` is false."""
    actor = actor_of(request)
    party = services.register_party(by=actor, kind=given.kind, profile=given.profile(), is_new=given.is_new)
    return Status(201, parties_out(actor, [party])[0])


@router.get("/parties/{number}", response={200: PartyOut, **REFUSALS})
def get_party(request: HttpRequest, number: str) -> PartyOut:
    """Read one party."""
    actor = actor_of(request)
    return parties_out(actor, [queries.get_party(actor, number)])[0]


@router.put("/parties/{number}", response={200: PartyOut, **REFUSALS})
def change_party(request: HttpRequest, number: str, given: ChangedPartyIn) -> PartyOut:
    """Change what is known of a party that was read at `version`."""
    actor = actor_of(request)
    party = services.change_party(
        by=actor,
        party=queries.get_party(actor, number),
        version=given.version,
        profile=given.profile(),
        is_new=given.is_new,
    )
    return parties_out(actor, [party])[0]


def _listed(actor: Actor, found: Sequence[Party]) -> list[PartyOut]:
    services.record_listing(by=actor, parties=found)
    return parties_out(actor, found)
