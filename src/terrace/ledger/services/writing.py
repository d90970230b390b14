"""Transfers and their entries written by one statement, however many they are: settlements and checkouts lean on it.

The rows go over as JSON, one parameter: as rows of the ORM, a hundred thousand
transfers take minutes. A test writes the same by the ORM and compares.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from terrace.kernel import ids
from terrace.kernel.actors import Actor
from terrace.ledger.domain import Draft
from terrace.ledger.models import Transfer

NUMBER = 12
"""Signs of a transfer's number, 60 random bits: a hundred thousand new ones among many millions meet none of them."""
STATEMENT = """
    with made as (
        insert into ledger_transfer (
            number, at, reason, reference, key, memo, posted_by_id, signature, reverses_id
        )
        select number, %(at)s, reason, reference, key, memo, %(posted_by_id)s, %(signature)s, %(reverses)s
        from json_to_recordset(%(transfers)s::json)
            as given (number text, reason text, reference text, key text, memo text)
        returning id, key, number
    ), sides as (
        insert into ledger_entry (
            transfer_id, account_id, amount_minor, currency, part, reason, at, area_path, county_code
        )
        select made.id, leg.account, leg.minor, leg.currency, leg.part, coalesce(%(why)s, leg.reason), %(at)s,
            account.area_path, account.county_code
        from json_to_recordset(%(legs)s::json) as leg (
            place int, key text, account bigint, minor bigint, currency text, part text, reason text
        )
        join made on made.key = leg.key
        join ledger_account account on account.id = leg.account
        order by leg.place
    )
    select key, id, number from made
"""
"""The sides are written in the order of the legs; each lies where its account lies at that moment."""


class Written(NamedTuple):
    """What the database called a transfer that was written."""

    pk: int
    number: str


def write(by: Actor, drafts: Sequence[Draft], now: datetime, reverses: Transfer | None = None) -> dict[str, Written]:
    """Write the drafts, whose keys are new and differ, and return what was written by key. Asks nobody.

    No rows of the ORM: of a settlement nobody reads them, and to make them takes longer than to write them.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, _parameters(by, drafts, now, reverses))
        return {key: Written(pk, number) for key, pk, number in cursor.fetchall()}


def row_of(by: Actor, draft: Draft, written: Written, now: datetime, reverses: Transfer | None = None) -> Transfer:
    """Return what was just written of a draft as the row that it is, without asking for it."""
    row = Transfer(
        pk=written.pk,
        number=written.number,
        at=now,
        reason=draft.reason,
        reference=draft.reference,
        key=draft.key,
        memo=draft.memo,
        **_posted_by(by),
        reverses=reverses,
    )
    row._state.adding = False
    return row


def _posted_by(by: Actor) -> dict[str, Any]:
    """Return who posted, as the record of acts keeps it: people by id, machines by what they are called."""
    signature = by.signature or (by.name if by.person_id is None else "")
    return {"posted_by_id": by.person_id or by.issuer_id, "signature": signature}


def _parameters(by: Actor, drafts: Sequence[Draft], now: datetime, reverses: Transfer | None) -> dict[str, Any]:
    transfers = [
        {
            "number": ids.reference("T", length=NUMBER),
            "reason": draft.reason,
            "reference": draft.reference,
            "key": draft.key,
            "memo": draft.memo,
        }
        for draft in drafts
    ]
    legs = [
        {
            "place": place,
            "key": draft.key,
            "account": leg.account_id,
            "minor": leg.amount.minor,
            "currency": leg.amount.currency,
            "part": leg.part,
            "reason": draft.reason,
        }
        for place, (draft, leg) in enumerate((draft, leg) for draft in drafts for leg in draft.legs)
    ]
    return {
        "at": now,
        **_posted_by(by),
        "reverses": reverses.pk if reverses else None,
        "why": reverses.reason if reverses else None,
        "transfers": json.dumps(transfers),
        "legs": json.dumps(legs),
    }
