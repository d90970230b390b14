"""What the REST interface says of people."""

from datetime import date

from ninja import Schema

from terrace.kernel.actors import Actor


class PostOut(Schema):
    """A post held today; `unit` is the unit's number."""

    role: str
    unit: str
    area_path: str
    starts_on: date
    ends_on: date | None


class PersonOut(Schema):
    """Somebody who works in the caller's area, with the posts there."""

    id: int
    name: str
    username: str
    phone: str | None
    state: str
    has_second_factor: bool
    posts: list[PostOut]


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
