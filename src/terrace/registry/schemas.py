"""What the REST interface of the registry takes and gives. Marks, members and accounts have no place in it."""

from collections.abc import Sequence

from ninja import Field, Schema

from terrace.kernel.actors import Actor
from terrace.kernel.words import Names
from terrace.registry.domain import Kind, State
from terrace.registry.models import Party
from terrace.registry.queries import shown_to
from terrace.registry.services import Profile


class ProfileIn(Schema):
    """What is known of a party: its name, the code of its area, how it is reached."""

    name: str = Field(min_length=1, max_length=120)
    area: str = Field(min_length=1, max_length=32)
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)
    address: str = Field("", max_length=200)

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
