"""A person's right to its own data: everything held about it handed out, and erased on request. The books stay."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from terrace.accounts import queries as accounts_queries
from terrace.accounts import services as accounts
from terrace.audit import queries as audit_queries
from terrace.audit import services as audit
from terrace.http.handouts import Coded
from terrace.kernel import clock, events
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.registry.domain import DataRequested, ErasureAsked, Kind, Mark, PartyErased, Permission, Sex, TraceName
from terrace.registry.models import BankAccount, Household, HouseholdMember, Membership, Party, Representative
from terrace.registry.queries import memberships_of, representatives_of
from terrace.registry.services.households import personal_of
from terrace.registry.services.imports import stop_imports
from terrace.registry.services.parties import lock_alive, refuse_erased
from terrace.registry.services.traces import Known, forget_traces

Everything = dict[str, list[Mapping[str, Any]]]
"""What is held about a party: rows by the name of the section."""


WORDS: Mapping[str, Text] = {
    "party": _("Registered"),
    "household": _("Marks"),
    "members": _("Members"),
    "memberships": _("Cooperatives"),
    "representatives": _("Who speaks for it"),
    "bank_accounts": _("Bank account"),
    "acts": _("What was done"),
    "number": _("Number"),
    "kind": _("Kind"),
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "area": _("Code of the area"),
    "area_name": _("Place"),
    "state": _("State"),
    "registered_at": _("Registered at"),
    **{mark.value: mark.label for mark in Mark},
    "shown_on_trace": _("Buyers read"),
    "sex": _("Sex"),
    "birth_year": _("Year of birth"),
    "cooperative": _("Cooperative"),
    "joined_on": _("Joined on"),
    "left_on": _("Left on"),
    "username": _("User name"),
    "since": _("Since"),
    "bank": _("Bank"),
    "holder": _("Account holder"),
    "closed_at": _("Closed at"),
    "at": _("When"),
    "act": _("Act"),
    "by": _("Done by"),
}
"""What people call the sections and columns of what they are handed about a party."""


class ErasureRefused(DomainError):
    """Something stands against erasing a party's data; `reasons` says what."""

    code = "erasure_refused"

    def __init__(self, reasons: Sequence[Text]) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


@transaction.atomic
def export_data(*, by: Actor, party: Party, now: datetime | None = None) -> Everything:
    """Return everything held about a party, of every context, and record that it was handed out.

    For the party itself, and for who looks after its personal data there.
    Who speaks for it is in it by name and contacts; what is held about a
    sign-in, its devices and messages, only goes to the person whose it is.
    Account numbers stay masked: they are seen by an act of their own.
    """
    task = Permission.PERSONAL if party.kind == Kind.HOUSEHOLD else Permission.MANAGE
    by.require(task, party.area_path, or_own=party.pk)
    audit.record(by=by, act="registry.export_data", subject=party, area_path=party.area_path, now=now)
    everything: Everything = {"party": [_party_row(party)], **_personal_rows(party), **_related_rows(party)}
    everything |= accounts_queries.data_of_party(party.pk)
    for _row, person in representatives_of(party):
        if person.pk == by.person_id:
            everything |= accounts_queries.data_of(person)

    def add(section: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add what a context above holds about the party."""
        everything.setdefault(section, []).extend(rows)

    events.publish(DataRequested(party.pk, add))
    return everything


@transaction.atomic
def ask_erasure(*, by: Actor, party: Party, version: int, now: datetime | None = None) -> Party:
    """Ask for one's own data to be erased; a clerk confirms it.

    Raises `ErasureRefused` with what stands against it, `Stale` when the party changed since `version`.
    """
    _require_own(by, party)
    refuse_erased(party)
    _refuse_erasure(party)
    return _set_asked(by, party, version, "registry.ask_erasure", now or clock.now())


@transaction.atomic
def withdraw_erasure(*, by: Actor, party: Party, version: int) -> Party:
    """Take back the request to be erased. Raises `Stale` when the party changed since `version`."""
    _require_own(by, party)
    return _set_asked(by, party, version, "registry.withdraw_erasure", None)


@transaction.atomic
def erase_party(*, by: Actor, party: Party, version: int, now: datetime | None = None) -> Party:
    """Erase a person's data: name, contacts, members, marks, accounts and sign-ins; number, books and notices stay.

    By who may erase there, or by who keeps the register there once the person
    itself asked. Raises `Forbidden`, `Stale`, `AlreadyErased`, `ErasureRefused`.
    """
    by.require(Permission.MANAGE if party.erasure_asked_at else Permission.ERASE, party.area_path)
    moment = now or clock.now()
    stop_imports(party.area_path, moment)
    lock_alive(party)
    _refuse_erasure(party)
    details, known = {"asked": bool(party.erasure_asked_at)}, Known.of(party)
    accounts.forget_party(by=by, party_id=party.pk, addresses=(party.phone, party.email), now=now)
    _empty(party, moment)
    party.save_version(version, EMPTIED)
    _delete_belongings(by, party)
    forget_traces(known)
    audit.record(by=by, act="registry.erase_party", subject=party, area_path=party.area_path, details=details, now=now)
    events.publish(PartyErased(party.pk))
    return party


def against_erasure(party: Party) -> list[Text]:
    """Return what stands against erasing a party's data, of every context; nothing when nothing does."""
    reasons: list[Text] = []
    if not Kind(party.kind).is_person:
        reasons.append(_("Only the data of a person can be erased, not those of a firm."))
    for membership in Membership.objects.filter(member=party, left_on__isnull=True).select_related("cooperative"):
        reasons.append(_("It is a member of %(name)s and has to leave first.") % {"name": membership.cooperative.name})
    events.publish(ErasureAsked(party.pk, reasons.append))
    return reasons


EMPTIED = (
    "name", "name_key", "search", "phone", "email", "address", "is_active", "erasure_asked_at", "erased_at",
)  # fmt: skip


def _empty(party: Party, now: datetime) -> None:
    party.name, party.search = party.number, party.number.casefold()
    party.name_key = party.phone = party.email = party.address = ""
    party.is_active, party.erasure_asked_at, party.erased_at = False, None, now


def _delete_belongings(by: Actor, party: Party) -> None:
    HouseholdMember.objects.filter(household=party.pk).delete()
    Household.objects.filter(party=party).update(**dict.fromkeys((mark.value for mark in Mark), False))
    BankAccount.objects.filter(party=party).delete()
    _delete_sign_ins(by, party)


def _delete_sign_ins(by: Actor, party: Party) -> None:
    """Let nobody speak for the party any more, and forget who spoke for no other."""
    spoke = Representative.objects.filter(party=party)
    people = set(spoke.values_list("person_id", flat=True))
    spoke.delete()
    others = set(Representative.objects.filter(person_id__in=people).values_list("person_id", flat=True))
    for person_id in sorted(people - others):
        accounts.forget_person(by=by, person_id=person_id)


def _refuse_erasure(party: Party) -> None:
    if reasons := against_erasure(party):
        raise ErasureRefused(reasons)


def _require_own(by: Actor, party: Party) -> None:
    by.require(Permission.ERASE, party.area_path, or_own=party.pk)


def _set_asked(by: Actor, party: Party, version: int, act: str, at: datetime | None) -> Party:
    party.erasure_asked_at = at
    party.save_version(version, ["erasure_asked_at"])
    audit.record(by=by, act=act, subject=party, area_path=party.area_path)
    return party


def _party_row(party: Party) -> Mapping[str, Any]:
    area = network.names_of([party.area_id]).get(party.area_id, {})
    return {
        "number": party.number,
        "kind": str(Kind(party.kind).label),
        "name": party.name,
        "phone": party.phone,
        "email": party.email,
        "address": party.address,
        "area": party.area_id,
        "area_name": in_language(area),
        "state": str(party.state.label),
        "registered_at": party.created_at,
    }


def _personal_rows(party: Party) -> Everything:
    household = Household.objects.filter(party=party).first()
    if household is None:
        return {}
    personal = personal_of(household)
    members: list[Mapping[str, Any]] = [
        {"name": m.name, "sex": Sex(m.sex), "birth_year": m.birth_year, "has_disability": m.has_disability}
        for m in personal.members
    ]
    consent = TraceName(household.shown_on_trace)
    marks = {mark.value: mark in personal.marks for mark in Mark}
    return {"household": [{**marks, "shown_on_trace": Coded(consent, consent.label)}], "members": members}


def _related_rows(party: Party) -> Everything:
    accounts = BankAccount.objects.filter(party=party).order_by("pk")
    return {
        "memberships": [
            {"cooperative": m.cooperative.name, "joined_on": m.joined_on, "left_on": m.left_on or ""}
            for m in memberships_of(party)
        ],
        "representatives": [
            {
                "name": person.name,
                "username": person.username,
                "phone": person.phone or "",
                "email": person.email or "",
                "since": row.created_at,
            }
            for row, person in representatives_of(party)
        ],
        "bank_accounts": [
            {"bank": a.bank, "holder": a.holder, "number": f"•••• {a.last4}", "closed_at": a.closed_at or ""}
            for a in accounts
        ],
        "acts": [
            {"at": act.at, "act": Coded(act.act, act.title), "by": act.person_name}
            for act in audit_queries.history_of(party)
        ],
    }
