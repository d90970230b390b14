"""Registering parties and keeping what is known of them true."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import events, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.phones import read_phone
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.registry.domain import Kind, Mark, PartyMoved, PartyRested, Permission, name_key, search_text
from terrace.registry.models import Household, Party
from terrace.registry.queries import Duplicate, possible_duplicates

T = TypeVar("T")
TOLD = ("name", "phone", "email", "area_id", "address")
"""What people enter; the other columns follow from these."""
COLUMNS = (*TOLD, "name_key", "search", "area_path", "county_code")
LONGEST = {"name": 120, "address": 200, "email": 254}


class LooksRegistered(DomainError):
    """A party with this phone or this name is there already; the same call with `is_new` registers all the same."""

    code = "looks_registered"
    message = _("This may be somebody registered already. Look at those with the same phone or name, then confirm.")

    def __init__(self, duplicates: Sequence[Duplicate]) -> None:
        super().__init__()
        self.duplicates = duplicates


class AlreadyErased(DomainError):
    """The party's data were erased on request; only its number is left."""

    code = "already_erased"
    message = _("The data of this party were erased.")


class KeptByOffice(Forbidden):
    """A party's own people change how it is reached; name and place are changed by its service point."""

    code = "kept_by_office"
    message = _("Ask your service point to change the name or the place.")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a party: its name, the code of the area where it lives or works, how it is reached."""

    name: str
    area: str
    phone: str = ""
    email: str = ""
    address: str = ""


@transaction.atomic
def register_party(
    *,
    by: Actor,
    kind: Kind,
    profile: Profile,
    marks: Iterable[Mark] = (),
    is_new: bool = False,
    now: datetime | None = None,
) -> Party:
    """Register a household, cooperative, enterprise, workshop or buyer in an area of the actor.

    Raises `Forbidden` outside the actor's area, `Invalid` at the field that
    breaks a rule, and `LooksRegistered` unless `is_new` confirms that the party
    is none of those with the same phone or name.
    """
    columns = columns_of(by, kind, profile)
    if not is_new:
        _warn_of_duplicates(by, columns, None)
    party = new_party(kind, columns)
    party.save(force_insert=True)
    if kind is Kind.HOUSEHOLD:
        Household.objects.create(party=party, **marks_as_columns(by, party, marks))
    details = {"kind": kind.value}
    audit.record(
        by=by, act="registry.register_party", subject=party, area_path=party.area_path, details=details, now=now
    )
    return party


@transaction.atomic
def change_party(
    *, by: Actor, party: Party, version: int, profile: Profile, is_new: bool = False, now: datetime | None = None
) -> Party:
    """Change what is known of a party that was loaded at `version`, by its keeper or, how it is reached, by itself.

    Raises `Stale` when somebody changed it meanwhile, `KeptByOffice`,
    `AlreadyErased`, and what `register_party` raises. Only a keeper is warned of
    duplicates: to anybody else the warning would tell whose phones are known.
    """
    by.require(Permission.MANAGE, party.area_path, or_party=party.pk)
    refuse_erased(party)
    columns = columns_of(by, Kind(party.kind), profile, before=party)
    is_another = any(columns[name] != getattr(party, name) for name in ("name_key", "phone", "area_id"))
    if is_another and not is_new and by.may(Permission.MANAGE, party.area_path):
        _warn_of_duplicates(by, columns, party.pk)
    write_changes(by, party, version, columns, now)
    return party


@transaction.atomic
def deactivate_party(*, by: Actor, party: Party, version: int, now: datetime | None = None) -> Party:
    """Let a party rest: it stays in the books, but is offered nowhere and its people cannot act for it.

    What it offers and wants is withdrawn, by the contexts above.
    """
    rested = _set_active(by, party, version, False, "registry.deactivate_party", now)
    events.publish(PartyRested(party.pk))
    return rested


@transaction.atomic
def reactivate_party(*, by: Actor, party: Party, version: int, now: datetime | None = None) -> Party:
    """Let a resting party take part again. Raises `AlreadyErased` when nothing is left of it."""
    return _set_active(by, party, version, True, "registry.reactivate_party", now)


def new_party(kind: Kind, columns: dict[str, Any]) -> Party:
    """Return a party that is not written yet, under a new number."""
    number = ids.reference("P")
    return Party(**columns | {"number": number, "kind": kind.value, "search": search_text(number, columns["name"])})


def write_changes(
    by: Actor, party: Party, version: int, columns: dict[str, Any], now: datetime | None = None
) -> list[str]:
    """Write the columns that differ, with one act that tells which, and return them; nothing when none differs."""
    changed = changes_of(party, columns)
    if not changed:
        return changed
    paths = {party.area_path, columns["area_path"]}
    for name, value in {**columns, "search": search_text(party.number, columns["name"])}.items():
        setattr(party, name, value)
    party.save_version(version, COLUMNS)
    if len(paths) > 1:
        events.publish(PartyMoved(party.pk))
    for path in sorted(paths):
        audit.record(
            by=by, act="registry.change_party", subject=party, area_path=path, details={"fields": changed}, now=now
        )
    return changed


def changes_of(party: Party, columns: dict[str, Any]) -> list[str]:
    """Return which of the columns that people enter differ from what is known."""
    return [name for name in TOLD if columns[name] != getattr(party, name)]


def columns_of(by: Actor, kind: Kind, profile: Profile, *, before: Party | None = None) -> dict[str, Any]:
    """Return the columns that say what `profile` says, or raise at the first field that breaks a rule."""
    refusals: list[DomainError] = []
    area = collect(refusals, lambda: find_area(profile.area), None)
    columns = read_profile(by, kind, profile, area, before, refusals)
    if refusals:
        raise refusals[0]
    return columns


def read_profile(
    by: Actor, kind: Kind, profile: Profile, area: Area | None, before: Party | None, refusals: list[DomainError]
) -> dict[str, Any]:
    """Return the columns that say what `profile` says, and put every rule that it breaks into `refusals`.

    The actor must hold `MANAGE` where the party is to be; a party itself keeps
    its name and place. `area` is what the profile's code names, None for nothing.
    """
    name = collect(refusals, lambda: _name(profile.name), "")
    columns = {
        "name": name,
        "name_key": name_key(name),
        "phone": collect(refusals, lambda: read_phone(profile.phone, current().region), ""),
        "email": collect(refusals, lambda: _email(profile.email), ""),
        "address": collect(refusals, lambda: clean_text("address", profile.address), ""),
    }
    if area is None:
        return columns
    collect(refusals, lambda: _check_place(by, kind, area, name, before), None)
    return columns | {"area_id": area.pk, "area_path": area.path, "county_code": area.county_code}


def collect(refusals: list[DomainError], read: Callable[[], T], default: T) -> T:
    """Return what `read` reads, or `default` when it refuses: the refusal joins the others."""
    try:
        return read()
    except DomainError as refused:
        refusals.append(refused)
        return default


def marks_as_columns(by: Actor, party: Party, marks: Iterable[Mark]) -> dict[str, bool]:
    """Return the marks as the household's columns; who sets any must be allowed to see them."""
    given = frozenset(marks)
    if given:
        by.require(Permission.PERSONAL, party.area_path)
    return {mark.value: mark in given for mark in Mark}


def refuse_erased(party: Party) -> None:
    """Raise `AlreadyErased` when nothing of the party is left to change."""
    if party.erased_at:
        raise AlreadyErased


def lock_alive(party: Party) -> None:
    """Lock the party's row and raise `AlreadyErased` when it was erased, even since it was loaded."""
    refuse_erased(Party.objects.select_for_update().get(pk=party.pk))


def lock_active(party: Party) -> bool:
    """Lock the party's row and say whether it takes part, even when that has changed since it was loaded."""
    return Party.objects.select_for_update(no_key=True).get(pk=party.pk).is_active


def clean_text(field: str, text: str) -> str:
    """Return `text` in single spaces; raise `Invalid` at `field` when it is too long or holds an identity number."""
    plain = " ".join(text.split())
    refuse_identity_number(plain, field=field)
    longest = LONGEST.get(field, 120)
    if len(plain) > longest:
        raise Invalid(_("At most %(number)s characters.") % {"number": longest}, field=field)
    return plain


def _set_active(by: Actor, party: Party, version: int, is_active: bool, act: str, now: datetime | None) -> Party:
    by.require(Permission.MANAGE, party.area_path)
    refuse_erased(party)
    party.is_active = is_active
    party.save_version(version, ["is_active"])
    audit.record(by=by, act=act, subject=party, area_path=party.area_path, now=now)
    return party


def _warn_of_duplicates(by: Actor, columns: dict[str, Any], leave_out: int | None) -> None:
    found = possible_duplicates(
        by, name=columns["name"], phone=columns["phone"], area_code=columns["area_id"], leave_out=leave_out
    )
    if found:
        raise LooksRegistered(found)


def find_area(code: str) -> Area:
    """Return the area with the code, or raise `Invalid` at the field."""
    try:
        return network.get_area(code.strip())
    except NotFound:
        raise Invalid(_("There is no area with this code."), field="area") from None


def _check_place(by: Actor, kind: Kind, area: Area, name: str, before: Party | None) -> None:
    if before is None or by.may(Permission.MANAGE, before.area_path):
        by.require(Permission.MANAGE, area.path)
    elif (area.pk, name) != (before.area_id, before.name):
        raise KeptByOffice
    if kind is Kind.HOUSEHOLD and area.tier != current().plan.bottom.code:
        raise Invalid(_("Choose the village of the household."), field="area")


def _name(text: str) -> str:
    name = clean_text("name", text)
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    return name


def _email(text: str) -> str:
    email = clean_text("email", text)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Invalid(_("This is not an e-mail address."), field="email") from None
    return email
