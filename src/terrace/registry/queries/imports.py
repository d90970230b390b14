"""Which imports an actor sees: the own ones."""

from django.db.models import QuerySet

from terrace.accounts import queries as accounts
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.registry.models import ImportRun
from terrace.registry.queries.representatives import actor_of


def imports_visible_to(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports that the actor sent, without their files: refused rows hold personal data."""
    return ImportRun.objects.filter(person_id=actor.person_id or 0).defer("content")


def get_import(actor: Actor, number: str) -> ImportRun:
    """Return the import `number`, or raise `NotFound` when the actor did not send it."""
    found = imports_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def sender_of(run_id: int) -> Actor:
    """Return who sent an import, as the actor that the person is now."""
    person_id = ImportRun.objects.values_list("person_id", flat=True).get(pk=run_id)
    return actor_of(accounts.people_by_id([person_id])[person_id], accounts.posts_on(person_id, clock.today()))
