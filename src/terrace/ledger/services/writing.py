"""Transfers and their entries written by one statement, however many they are: settlements and checkouts lean on it.

The rows go over as JSON, one parameter: as rows of the ORM, a hundred thousand
transfers take minutes. A test writes the same by the ORM and compares.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
        select number, %(at)s, reason, reference, key, memo, %(by)s, %(signature)s, %(reverses)s
        from json_to_recordset(%(transfers)s::json)
            as given (number text, reason text, reference text, key text, memo text)
        returning id, key
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
    select key, id from made
"""
"""The sides are written in the order of the legs; each lies where its account lies at that moment."""


def write(by: Actor, drafts: Sequence[Draft], now: datetime, reverses: Transfer | None = None) -> dict[str, Transfer]:
    """Write the drafts, whose keys are new and differ, and return their transfers by key. Asks nobody."""
    made = {
        draft.key: Transfer(
            number=ids.reference("T", length=NUMBER),
            at=now,
            reason=draft.reason,
            reference=draft.reference,
            key=draft.key,
            memo=draft.memo,
            posted_by_id=by.person_id or by.issuer_id,
            signature=by.signature or (by.name if by.person_id is None else ""),
            reverses=reverses,
        )
        for draft in drafts
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, _parameters(drafts, made, now, reverses))
        for key, pk in cursor.fetchall():
            made[key].pk = pk
            made[key]._state.adding = False
    return made


def _parameters(
    drafts: Sequence[Draft], made: Mapping[str, Transfer], now: datetime, reverses: Transfer | None
) -> dict[str, Any]:
    transfers = [
        {"number": row.number, "reason": row.reason, "reference": row.reference, "key": row.key, "memo": row.memo}
        for row in made.values()
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
    one = next(iter(made.values()))
    return {
        "at": now,
        "by": one.posted_by_id,
        "signature": one.signature,
        "reverses": reverses.pk if reverses else None,
        "why": reverses.reason if reverses else None,
        "transfers": json.dumps(transfers),
        "legs": json.dumps(legs),
    }
