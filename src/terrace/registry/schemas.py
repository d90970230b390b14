"""What the REST interface of the registry takes and gives. Marks, members and accounts have no place in it."""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Field, Schema

from terrace.accounts.models import Invitation, Person
from terrace.http.rest import SortName, Text
from terrace.kernel.actors import Actor
from terrace.kernel.words import Names
from terrace.registry.domain import Kind, State, TraceName
from terrace.registry.models import Membership, Party, Representative
from terrace.registry.queries import shown_to
from terrace.registry.services import Profile


class PartiesAsked(Schema):
    """Which parties to list: `text` finds names, numbers and the end of phone numbers, `area` is a code or a name."""

    text: Text = Field("", max_length=100)
    kind: Kind | None = None
    area: Text = Field("", max_length=60)
    cooperative: Text = Field("", max_length=20)
    state: State | None = None
    sort: SortName = ""


class ProfileIn(Schema):
    """What is known of a party: its name, the code of its area, how it is reached."""

    name: Text = Field(min_length=1, max_length=120)
    area: Text = Field(min_length=1, max_length=32)
    phone: Text = Field("", max_length=30)
    email: Text = Field("", max_length=254)
    address: Text = Field("", max_length=200)

    def profile(self) -> Profile:
        """Return it as the services take it."""
        return Profile(self.name, self.area, self.phone, self.email, self.address)


class NewPartyIn(ProfileIn):
    """A party to register. `is_new` confirms that it is none of those with the same phone or name."""

    kind: Kind
    is_new: bool = False


class ChangedPartyIn(ProfileIn):
    """What a party read at `version` is changed to."""

    version: int = Field(ge=1, le=2**31 - 1)
    is_new: bool = False


class TraceNameIn(Schema):
    """What buyers may read of a household's name, set from the party read at `version`."""

    version: int = Field(ge=1)
    shown: TraceName


class TraceNameOut(Schema):
    """What buyers read of a household's name."""

    number: str
    version: int
    shown: TraceName


class PartyVersionIn(Schema):
    """The version at which a party was read that rests or takes part again."""

    version: int = Field(ge=1, le=2**31 - 1)


class JoinIn(Schema):
    """Which cooperative a party joined, by its number, as of a day or today."""

    cooperative: Text = Field(min_length=1, max_length=20)
    joined_on: date | None = None


class LeaveIn(Schema):
    """As of which day a membership ended; today without."""

    left_on: date | None = None


class InviteIn(Schema):
    """Who is invited to speak for a party; the link goes to the phone or the e-mail address, one of which is needed."""

    name: Text = Field(min_length=1, max_length=120)
    phone: Text = Field("", max_length=30)
    email: Text = Field("", max_length=254)


class NamedParty(Schema):
    """A party by number and name."""

    number: str
    name: str


class MembershipOut(Schema):
    """A party's membership of a cooperative; without `left_on` it lasts."""

    id: int
    cooperative: NamedParty
    member: NamedParty
    joined_on: date
    left_on: date | None


class RepresentativeOut(Schema):
    """Somebody who signs in and speaks for a party."""

    id: int
    name: str
    since: datetime


class InvitationOut(Schema):
    """An invitation that was sent; its link is known to who was invited alone."""

    id: int
    name: str
    expires_at: datetime


class PartyOut(Schema):
    """A party as the caller may see it: of a member of its cooperative, a caller sees name and number only.

    `phone` is E.164, or its last four digits where the caller's task does not need it.
    """

    number: str
    name: str
    kind: Kind | None
    state: State | None
    area: str
    place: Names
    phone: str
    email: str
    address: str
    cooperatives: list[str]
    version: int | None


def parties_out(actor: Actor, parties: Sequence[Party]) -> list[PartyOut]:
    """Return the parties as `actor` may see them."""
    return [
        PartyOut(
            number=shown.number,
            name=shown.name,
            kind=shown.kind,
            state=shown.state,
            area=shown.area_code,
            place=shown.place,
            phone=shown.phone,
            email=shown.email,
            address=shown.address,
            cooperatives=list(shown.cooperatives),
            version=shown.version,
        )
        for shown in shown_to(actor, parties)
    ]


def memberships_out(memberships: Sequence[Membership]) -> list[MembershipOut]:
    """Return memberships, read with both parties, as JSON."""
    return [
        MembershipOut(
            id=one.pk,
            cooperative=_named(one.cooperative),
            member=_named(one.member),
            joined_on=one.joined_on,
            left_on=one.left_on,
        )
        for one in memberships
    ]


def representatives_out(found: Sequence[tuple[Representative, Person]]) -> list[RepresentativeOut]:
    """Return who speaks for a party as JSON."""
    return [RepresentativeOut(id=row.pk, name=person.name, since=row.created_at) for row, person in found]


def invitation_out(invitation: Invitation) -> InvitationOut:
    """Return an invitation as JSON, without its secret."""
    return InvitationOut(id=invitation.pk, name=invitation.name, expires_at=invitation.expires_at)


def _named(party: Party) -> NamedParty:
    return NamedParty(number=party.number, name=party.name)
