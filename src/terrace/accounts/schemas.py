"""What the REST interface says of people."""

from datetime import date

from ninja import Field, Schema

from terrace.http.rest import Text
from terrace.kernel.actors import Actor


class PostOut(Schema):
    """A post held today; `unit` is the unit's number."""

    role: str
    unit: str
    area_path: str
    starts_on: date
    ends_on: date | None


class PersonOut(Schema):
    """Somebody who works or worked in the caller's area, with the posts held there today.

    Of who works elsewhere by now only id and name are told: the others are null.
    """

    id: int
    name: str
    username: str | None
    phone: str | None
    state: str | None
    has_second_factor: bool | None
    posts: list[PostOut]


class OwnNameIn(Schema):
    """What people change of themselves: their name, and one of the installation's languages."""

    name: Text = Field(min_length=1, max_length=120)
    language: Text = Field(max_length=10)


class OwnNameOut(Schema):
    """Somebody's own name, and the language of their pages and notices."""

    name: str
    language: str


class MeOut(Schema):
    """Who the caller is: `permissions` maps each permission to the area paths below which it holds."""

    person_id: int | None
    name: str
    via: str
    permissions: dict[str, list[str]]
    parties: list[int]

    @classmethod
    def of(cls, actor: Actor) -> "MeOut":
        """Return the actor as JSON."""
        return cls(
            person_id=actor.person_id,
            name=actor.name,
            via=actor.via,
            permissions={name: list(paths) for name, paths in sorted(actor.grants.items())},
            parties=sorted(actor.parties),
        )
