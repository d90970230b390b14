"""Wrong passwords and codes are counted, and too many lock the sign-in for a while.

A try is taken before the password is looked at and given back when it was
right. So many guesses sent at the same moment are still counted one by one,
and never more than `LOCK_AFTER` of them are looked at.
"""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from terrace.accounts import queries
from terrace.accounts.domain import LOCK_AFTER, LOCK_FOR, is_locked
from terrace.accounts.models import Person
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Topic


def begin_try(*, person_id: int, now: datetime) -> bool:
    """Take one try at the person's password or code; False when the sign-in is locked and nothing may be looked at.

    One UPDATE: the row's lock makes concurrent tries queue. After a lock has
    run out, the count begins anew.
    """
    is_over = Q(locked_until__lte=now)
    is_last = Q(locked_until__isnull=True, failed_sign_ins__gte=LOCK_AFTER - 1)
    open_rows = Person.objects.filter(Q(locked_until__isnull=True) | is_over, pk=person_id)
    taken = open_rows.update(
        failed_sign_ins=Case(When(is_over, then=Value(1)), default=F("failed_sign_ins") + 1),
        locked_until=Case(When(is_last, then=Value(now + LOCK_FOR)), default=Value(None)),
    )
    return bool(taken)


def give_try_back(*, person_id: int) -> None:
    """Give back a try that was right: it was no guess. The sign-in is then below the limit, so not locked."""
    Person.objects.filter(pk=person_id).update(
        failed_sign_ins=Greatest(F("failed_sign_ins") - 1, Value(0)), locked_until=None
    )


def clear_tries(*, person_id: int) -> None:
    """Begin the count anew: the person has signed in completely, or came back by a link."""
    Person.objects.filter(Q(failed_sign_ins__gt=0) | Q(locked_until__isnull=False), pk=person_id).update(
        failed_sign_ins=0, locked_until=None
    )


@transaction.atomic
def count_failure(*, person_id: int, now: datetime) -> None:
    """Note that a taken try was wrong; record it and tell the person when it was the one that locked the sign-in."""
    person = Person.objects.get(pk=person_id)
    if person.failed_sign_ins < LOCK_AFTER or not is_locked(person.locked_until, now):
        return
    audit.record(by=ANONYMOUS, act="accounts.lock_sign_in", subject=person, area_path=home_of(person), now=now)
    messaging.notify(
        to=queries.recipients([person_id]),
        topic=Topic.ACCOUNT,
        title=_("Your sign-in was locked for a while"),
        text=_("Somebody entered a wrong password many times. If it was not you, choose a longer password."),
        channels=Channel,  # who is locked out reads nothing in the app
        now=now,
    )


@transaction.atomic
def change_password(*, person: Person, password: str, by: Actor | None = None) -> None:
    """Set a password, which ends all other sessions and any lock; raise `Invalid` at `password` when it is too weak."""
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise Invalid(" ".join(problem.messages), field="password") from None
    person.set_password(password)
    person.save(update_fields=["password"])
    clear_tries(person_id=person.pk)
    audit.record(
        by=by or self_of(person),
        act="accounts.change_password",
        subject=person,
        area_path=home_of(person),
    )


def note_sign_in(*, person: Person) -> None:
    """Begin the count of wrong tries anew, and record that the person has signed in completely."""
    clear_tries(person_id=person.pk)
    audit.record(by=self_of(person), act="accounts.sign_in", subject=person, area_path=home_of(person))


def note_second_factor(*, person: Person, kind: str, is_added: bool) -> None:
    """Record that a person added or removed one of their own second factors of `kind`."""
    audit.record(
        by=self_of(person),
        act="accounts.add_second_factor" if is_added else "accounts.remove_second_factor",
        subject=person,
        area_path=home_of(person),
        details={"kind": kind},
    )


def self_of(person: Person) -> Actor:
    """Return a person who acts on the own account; the record of acts names who holds a post."""
    is_posted = queries.posts_on(person.pk, clock.today()).exists()
    return Actor(person.pk, person.name, signature=person.name if is_posted else "")


def home_of(person: Person) -> str:
    """Return the path under which acts on the person are recorded: the first post held now, else where they belong."""
    held = queries.posts_on(person.pk, clock.today()).first()
    return held.area_path if held else person.area_path
