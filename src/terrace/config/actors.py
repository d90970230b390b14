"""Who stands behind a request: a person with posts and parties, or a token."""

from terrace.accounts import queries as accounts
from terrace.accounts.models import Person
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.registry import queries as registry


def actor_for(person: Person, *, via: str = "page") -> Actor:
    """Return the actor that `person` is today: what the posts allow, and the parties it speaks for."""
    posts = accounts.posts_on(person.pk, clock.day(clock.now(), current().time_zone))
    return Actor(
        person_id=person.pk,
        name=str(person),
        grants=accounts.grants_on(posts),
        parties=registry.parties_of(person.pk),
        units=frozenset(post.unit_id for post in posts),
        via=via,
    )
