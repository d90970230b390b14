"""Who is locked, and in which order: party, unit, post, person, link, token.

Every act that locks several rows takes them in this order, and several of one
kind in the order of their ids; so two acts wait for each other, and never both.
Whoever writes what belongs to a person, or leads to one, locks the person first
and looks again: what was erased or closed meanwhile stays so.

The lock of a person lets rows that only name the person be written, such as a
link which another issues: nobody's acts wait because something is done to them.
"""

from terrace.accounts.domain import AccountClosed
from terrace.accounts.models import Person
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden


def lock_person(person_id: int) -> Person:
    """Return a person as they are now, locked until the transaction ends; raise `AccountClosed` when they are gone."""
    person = lock_row(person_id)
    if not person.is_active:
        raise AccountClosed
    return person


def lock_row(person_id: int) -> Person:
    """Return a person's row as it is now, locked until the transaction ends, that of a closed account too."""
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def own_person(by: Actor) -> Person:
    """Return who the actor is, locked; raise `Forbidden` for a token or a visitor, who has nothing of their own.

    Raises `AccountClosed` for somebody who closed the account, or was erased, since the request began.
    """
    if by.person_id is None:
        raise Forbidden
    return lock_person(by.person_id)
