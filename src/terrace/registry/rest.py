"""The REST interface of the registry: parties without their personal data, who belongs to whom, who speaks for whom."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Status

from terrace.http.pages import link_base
from terrace.http.request import Request
from terrace.http.rest import REFUSALS, Paged, PageNumber, PageSize, actor_of, paged, sorted_by
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.registry import queries, services
from terrace.registry.models import Party
from terrace.registry.schemas import (
    ChangedPartyIn,
    InvitationOut,
    InviteIn,
    JoinIn,
    LeaveIn,
    MembershipOut,
    NewPartyIn,
    PartiesAsked,
    PartyOut,
    PartyVersionIn,
    RepresentativeOut,
    TraceNameIn,
    TraceNameOut,
    invitation_out,
    memberships_out,
    parties_out,
    representatives_out,
)

router = Router(tags=["registry"])
Number = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
SORTS = {"name": "name", "kind": "kind", "area": "area_path", "number": "number"}
"""What the page sorts by, by the same names."""


@router.get("/parties", response={200: Paged[PartyOut], **REFUSALS})
def list_parties(
    request: HttpRequest, asked: Query[PartiesAsked], page: PageNumber = 1, size: PageSize = 50
) -> dict[str, Any]:
    """List the parties that the caller sees, by name or by `sort`: name, kind, area, number, "-name" downwards.

    Of a cooperative's members the caller may see name and number only: no other
    filter finds them. Reading persons' phone numbers by the page is on the record of acts.
    """
    actor = actor_of(request)
    wanted = asked.dict(exclude={"sort"}, exclude_none=True)
    rows = queries.narrowed(actor, queries.visible_to(actor), **wanted)
    rows = sorted_by(rows, SORTS, asked.sort, ("name", "pk"))
    return paged(rows, lambda found: _listed(actor, found), page, size)


@router.post("/parties", response={201: PartyOut, **REFUSALS})
def register_party(request: HttpRequest, given: NewPartyIn) -> Status[PartyOut]:
    """Register a party; 409 `looks_registered` when one with the same phone or name is there and `is_new` is false."""
    actor = actor_of(request)
    party = services.register_party(by=actor, kind=given.kind, profile=given.profile(), is_new=given.is_new)
    return Status(201, _out(actor, party))


@router.get("/parties/{number}", response={200: PartyOut, **REFUSALS})
def get_party(request: HttpRequest, number: Number) -> PartyOut:
    """Read one party. Reading a person's phone number is on the record of acts."""
    actor = actor_of(request)
    party = queries.get_party(actor, number)
    services.record_reading(by=actor, party=party)
    return _out(actor, party)


@router.put("/parties/{number}", response={200: PartyOut, **REFUSALS})
def change_party(request: HttpRequest, number: Number, given: ChangedPartyIn) -> PartyOut:
    """Change what is known of a party that was read at `version`."""
    actor = actor_of(request)
    party = services.change_party(
        by=actor,
        party=queries.get_party(actor, number),
        version=given.version,
        profile=given.profile(),
        is_new=given.is_new,
    )
    return _out(actor, party)


@router.put("/parties/{number}/trace-name", response={200: TraceNameOut, **REFUSALS})
def set_trace_name(request: HttpRequest, number: Number, given: TraceNameIn) -> TraceNameOut:
    """Set what buyers read of a household's name on the page behind its labels, from the party read at `version`."""
    actor = actor_of(request)
    party = queries.get_full_party(actor, number)
    party = services.set_trace_name(by=actor, party=party, version=given.version, shown=given.shown)
    return TraceNameOut(number=party.number, version=party.version, shown=given.shown)


@router.post("/parties/{number}/rest", response={200: PartyOut, **REFUSALS})
def let_rest(request: HttpRequest, number: Number, given: PartyVersionIn) -> PartyOut:
    """Let a party rest that was read at `version`: what it offers and wants is withdrawn, its people cannot act."""
    actor = actor_of(request)
    party = queries.get_party(actor, number)
    return _out(actor, services.deactivate_party(by=actor, party=party, version=given.version))


@router.post("/parties/{number}/return", response={200: PartyOut, **REFUSALS})
def let_return(request: HttpRequest, number: Number, given: PartyVersionIn) -> PartyOut:
    """Let a resting party, read at `version`, take part again; what was withdrawn is recorded anew."""
    actor = actor_of(request)
    party = queries.get_party(actor, number)
    return _out(actor, services.reactivate_party(by=actor, party=party, version=given.version))


@router.get("/parties/{number}/memberships", response={200: Paged[MembershipOut], **REFUSALS})
def list_memberships(request: HttpRequest, number: Number, page: PageNumber = 1) -> dict[str, Any]:
    """List the cooperatives that a party belongs or belonged to, present ones first."""
    party = queries.get_full_party(actor_of(request), number)
    return paged(queries.memberships_of(party).select_related("member"), memberships_out, page)


@router.get("/parties/{number}/members", response={200: Paged[MembershipOut], **REFUSALS})
def list_members(request: HttpRequest, number: Number, page: PageNumber = 1) -> dict[str, Any]:
    """List the present members of a cooperative that the caller sees, by name."""
    actor = actor_of(request)
    cooperative = queries.get_full_party(actor, number)
    return paged(queries.members_of(actor, cooperative).select_related("cooperative"), memberships_out, page)


@router.post("/parties/{number}/memberships", response={201: MembershipOut, **REFUSALS})
def join_cooperative(request: HttpRequest, number: Number, given: JoinIn) -> Status[MembershipOut]:
    """Record that a party joined a cooperative of its county."""
    actor = actor_of(request)
    member = queries.get_party(actor, number)
    cooperative = queries.get_cooperative(member, given.cooperative)
    membership = services.join_cooperative(by=actor, cooperative=cooperative, member=member, joined_on=given.joined_on)
    return Status(201, memberships_out([membership])[0])


@router.post("/parties/{number}/memberships/{membership}/leave", response={200: MembershipOut, **REFUSALS})
def leave_cooperative(request: HttpRequest, number: Number, membership: RowId, given: LeaveIn) -> MembershipOut:
    """End a membership that a party has as a member or as the cooperative."""
    actor = actor_of(request)
    found = queries.membership_of(actor, queries.get_party(actor, number), membership)
    return memberships_out([services.leave_cooperative(by=actor, membership=found, left_on=given.left_on)])[0]


@router.get("/parties/{number}/representatives", response={200: list[RepresentativeOut], **REFUSALS})
def list_representatives(request: HttpRequest, number: Number) -> list[RepresentativeOut]:
    """List who signs in and speaks for a party, the longest-standing first."""
    return representatives_out(queries.representatives_of(queries.get_full_party(actor_of(request), number)))


@router.post("/parties/{number}/representatives", response={201: InvitationOut, **REFUSALS})
def invite_representative(request: HttpRequest, number: Number, given: InviteIn) -> Status[InvitationOut]:
    """Invite somebody to speak for a party: who takes up the link that is sent becomes a representative."""
    actor = actor_of(request)
    party = queries.get_party(actor, number)
    # No answer shows the link: it would lie in logs and kept answers, so somebody has to get it.
    if not (given.phone.strip() or given.email.strip()):
        raise Invalid(_("Enter a phone number or an e-mail address: the link goes there."), field="phone")
    base = link_base(cast(Request, request), "accounts:accept")
    issued = services.invite_representative(by=actor, party=party, link_base=base, **given.dict())
    return Status(201, invitation_out(issued.invitation))


@router.post("/parties/{number}/representatives/{representative}/remove", response={204: None, **REFUSALS})
def remove_representative(request: HttpRequest, number: Number, representative: RowId) -> Status[None]:
    """Let a person no longer speak for a party."""
    actor = actor_of(request)
    found = queries.representatives_of(queries.get_full_party(actor, number))
    row = next((row for row, _person in found if row.pk == representative), None)
    if row is None:
        raise NotFound
    services.remove_representative(by=actor, representative=row)
    return Status(204, None)


def _out(actor: Actor, party: Party) -> PartyOut:
    return parties_out(actor, [party])[0]


def _listed(actor: Actor, found: Sequence[Party]) -> list[PartyOut]:
    services.record_listing(by=actor, parties=found)
    return parties_out(actor, found)
