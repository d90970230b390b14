"""What people may ask for about their account: all that is held handed out, the account closed, their data erased."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q

from terrace.accounts import queries
from terrace.accounts.domain import AccountDataRequested, NotYourself
from terrace.accounts.models import Invitation, Person
from terrace.accounts.services import locks
from terrace.accounts.services.links import take_back_links
from terrace.accounts.services.people import forget_person
from terrace.accounts.services.sign_in import home_of
from terrace.accounts.services.tokens import take_back_tokens
from terrace.audit import services as audit
from terrace.kernel import clock, events
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import Text


class StillHeld(DomainError):
    """Somebody holds a post or speaks for a party, so the account stays; `reasons` says what has to end first."""

    code = "still_held"

    def __init__(self, reasons: Sequence[Text]) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


def lock_own(*, by: Actor) -> None:
    """Lock the actor's own account until the transaction ends: for acts above that write what belongs to it.

    Raises `Forbidden` for a token or a visitor, `AccountClosed` for who was erased since the request began.
    """
    locks.own_person(by)


@transaction.atomic
def export_account(*, by: Actor, now: datetime | None = None) -> queries.Sections:
    """Return everything held about the actor as one who signs in, and record that it was handed out."""
    person = locks.own_person(by)
    audit.record(by=by, act="accounts.export_account", subject=person, area_path=home_of(person), now=now)
    held = queries.data_of(person)
    events.publish(AccountDataRequested(person_id=person.pk, add=held.__setitem__))
    return held


@transaction.atomic
def close_account(*, by: Actor, now: datetime | None = None) -> Person:
    """Close one's own account: nobody signs in by it any more, and its tokens and links end. Raises `StillHeld`.

    Name and contacts stay until they are erased, so that it can still be said who did what; those of a buyer,
    who belongs to no unit that could erase them, go at once.
    """
    person = locks.own_person(by)
    _refuse_while_held(person)
    moment = now or clock.now()
    person.is_active = False
    person.save(update_fields=["is_active"])
    UserSession.objects.filter(user_id=person.pk).delete()
    take_back_links(Invitation.objects.filter(person=person), by=by, now=moment)
    take_back_tokens(Q(issued_by=person), by=by, now=moment)
    audit.record(by=by, act="accounts.close_account", subject=person, area_path=home_of(person), now=moment)
    if not person.area_path and not queries.posts_of([person.pk]).exists():
        forget_person(by=by, person_id=person.pk, now=moment)
    return person


@transaction.atomic
def erase_person(*, by: Actor, person_id: int, now: datetime | None = None) -> None:
    """Erase who somebody was, on their request, by who manages where they belong; the record of acts stays.

    Raises `NotFound`, `Forbidden`, `NotYourself` and `StillHeld`.
    """
    queries.require_over(by, queries.get_person(by, person_id))
    if by.person_id == person_id:
        raise NotYourself
    _refuse_while_held(locks.lock_row(person_id))
    forget_person(by=by, person_id=person_id, now=now)


def _refuse_while_held(person: Person) -> None:
    """Refuse when something is held; the caller has locked the person, so that nothing is given meanwhile."""
    if reasons := queries.against_leaving(person.pk):
        raise StillHeld(reasons)
