"""Bank accounts: sealed by a key outside the database, shown in full only by an act of its own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.db import among
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.registry.domain import Keyring, Permission, normal_account
from terrace.registry.models import BankAccount, Party
from terrace.registry.queries import find_account
from terrace.registry.services.parties import clean_text, lock_alive

RESEAL_BATCH = 200


@dataclass(frozen=True, slots=True)
class AccountGiven:
    """An account as it was told: the bank, in whose name, its number."""

    bank: str
    holder: str
    account_number: str


@transaction.atomic
def set_account(
    *, by: Actor, party: Party, version: int, given: AccountGiven, now: datetime | None = None
) -> BankAccount:
    """Enter where a party's money goes; an open account is closed and kept, for payments already made to it.

    `version` is the party's, as it was loaded. Raises `Forbidden` without `BANK`
    there, `AlreadyErased`, `Stale`, `Invalid` at the field that breaks a rule.
    """
    by.require(Permission.BANK, party.area_path)
    lock_alive(party)
    number = normal_account(given.account_number)
    bank, holder = (_needed(name, getattr(given, name)) for name in ("bank", "holder"))
    party.save_version(version, [])
    _open_account(party).update(closed_at=now or clock.now())
    keys = keyring()
    account = BankAccount.objects.create(
        party=party,
        bank=bank,
        holder=holder,
        sealed_number=keys.seal(number, party_id=party.pk),
        key_id=keys.newest,
        last4=number[-4:],
    )
    audit.record(by=by, act="registry.set_account", subject=party, area_path=party.area_path, now=now)
    return account


@transaction.atomic
def look_at_account(*, by: Actor, party: Party, now: datetime | None = None) -> str:
    """Return the full number of a party's account, and record that the actor saw it.

    Raises `Forbidden` without `BANK` there, `NotFound` when there is no open
    account, `Unsealable` when no key of this installation opens it.
    """
    by.require(Permission.BANK, party.area_path)
    account = find_account(party)
    if account is None:
        raise NotFound
    audit.record(by=by, act="registry.look_at_account", subject=party, area_path=party.area_path, now=now)
    return keyring().open(bytes(account.sealed_number), party_id=party.pk)


@transaction.atomic
def look_at_accounts(
    *, by: Actor, account_ids: Collection[int], about: Model, area_path: str, now: datetime | None = None
) -> dict[int, AccountGiven]:
    """Return accounts in full by their ids, closed ones too, and record one look at all of them for `about`.

    What lies where the actor holds no `BANK` is left out, and so is what was
    erased. Raises `Forbidden` without `BANK` at `area_path`, `Unsealable`.
    """
    by.require(Permission.BANK, area_path)
    columns = ("pk", "party_id", "bank", "holder", "sealed_number", "party__area_path")
    rows = BankAccount.objects.filter(pk__in=among(account_ids)).values_list(*columns)
    seen = [row for row in rows if by.may(Permission.BANK, row[-1])]
    details = {"count": len(seen)}
    audit.record(by=by, act="registry.look_at_accounts", subject=about, area_path=area_path, details=details, now=now)
    keys = keyring()
    return {
        pk: AccountGiven(bank, holder, keys.open(bytes(sealed), party_id=party_id))
        for pk, party_id, bank, holder, sealed, _path in seen
    }


@transaction.atomic
def close_account(*, by: Actor, party: Party, version: int, now: datetime | None = None) -> None:
    """Close a party's open account without a new one. Raises `Forbidden`, `NotFound`, `Stale`."""
    by.require(Permission.BANK, party.area_path)
    lock_alive(party)
    if not _open_account(party).update(closed_at=now or clock.now()):
        raise NotFound
    party.save_version(version, [])
    audit.record(by=by, act="registry.close_account", subject=party, area_path=party.area_path, now=now)


def count_to_reseal() -> int:
    """Return how many accounts are sealed by another key than the newest."""
    return BankAccount.objects.exclude(key_id=keyring().newest).count()


def reseal_accounts() -> Iterator[int]:
    """Seal every account by the newest key, batch by batch; yields how many each batch did.

    Each batch is one transaction and one act, so a run that is cut short is simply started
    again. Raises `Unsealable` when a key that is still needed was taken away.
    """
    keys = keyring()
    while done := _reseal_batch(keys):
        yield done


def keyring() -> Keyring:
    """Return the installation's keys."""
    return Keyring(settings.ENV.field_key)


@transaction.atomic
def _reseal_batch(keys: Keyring) -> int:
    rows = BankAccount.objects.exclude(key_id=keys.newest).order_by("pk").select_for_update(skip_locked=True)
    batch = list(rows[:RESEAL_BATCH])
    for account in batch:
        number = keys.open(bytes(account.sealed_number), party_id=account.party_id)
        account.sealed_number = keys.seal(number, party_id=account.party_id)
        account.key_id = keys.newest
    BankAccount.objects.bulk_update(batch, ["sealed_number", "key_id"])
    if batch:
        top = network.ancestors(network.root_path())[-1]
        details = {"count": len(batch), "key": keys.newest}
        audit.record(by=SYSTEM, act="registry.reseal_accounts", subject=top, area_path=top.path, details=details)
    return len(batch)


def _open_account(party: Party) -> QuerySet[BankAccount]:
    return BankAccount.objects.filter(party=party, closed_at__isnull=True)


def _needed(field: str, text: str) -> str:
    plain = clean_text(field, text)
    if not plain:
        raise Invalid(_("This is needed."), field=field)
    return plain
