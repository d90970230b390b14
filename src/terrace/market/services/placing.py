"""The hot path: one statement takes stock and writes payment, orders and lines, or nothing of it.

`tests/market/plain_twin.py` holds the same in plain ORM, and the two must agree.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection, models

from terrace.market.models import Order, OrderLine, Payment

# Several offers are locked in the order of their ids first, so that two checkouts never wait for each other both. One
# alone needs no such lock: the update is the lock. A row that another checkout has just changed is looked at again
# with its new values before it is taken from: PostgreSQL does so by itself at the level "read committed".
LOCKED = """
locked as materialized (
    select id from market_offer where id = any(%(offers)s) order by id for no key update
),"""
AFTER_LOCK = "join locked on locked.id = wanted.offer_id"
STATEMENT = """
with wanted as (
    select * from unnest(
        %(offers)s::bigint[], %(quantities)s::bigint[], %(prices)s::bigint[], %(contents)s::bigint[]
    ) as wanted(offer_id, quantity, price_minor, content_steps)
),{locked}
taken as (
    update market_offer offer set available = offer.available - wanted.quantity
    from wanted {after_lock}
    where offer.id = wanted.offer_id
        and offer.available >= wanted.quantity
        and offer.price_minor = wanted.price_minor
        and offer.content_steps = wanted.content_steps
        and offer.status = 'on_sale'
        and %(today)s between offer.opens_on and offer.closes_on
    returning offer.id
),
payment as (
    insert into market_payment ({payment})
    select {payment} from jsonb_populate_record(null::market_payment, %(payment)s::jsonb)
    where (select count(*) from taken) = cardinality(%(offers)s)
    on conflict (key) do nothing
    returning id
),
placed as (
    insert into market_order (payment_id, {order})
    select payment.id, {given_order}
    from payment cross join jsonb_populate_recordset(null::market_order, %(orders)s::jsonb) given
    returning id, number
),
written as (
    insert into market_orderline (order_id, {line})
    select placed.id, {given_line}
    from jsonb_array_elements(%(lines)s::jsonb) one
        join placed on placed.number = one ->> 'order'
        cross join jsonb_populate_record(null::market_orderline, one) given
    returning id
)
select placed.number, placed.id, payment.id from payment cross join placed
"""


def take_and_write(*, payment: Payment, lines: Sequence[tuple[Order, Sequence[OrderLine]]], today: date) -> bool:
    """Take the stock of all lines and write everything, or return False: nothing was written, but stock may be taken.

    So the caller, in whose transaction it runs, rolls back on False: an offer
    has too little left, changed its price or what one holds, or is not on sale on `today`, or the
    payment's key was used before. The rows get their ids, the lines do not.
    """
    wanted = sorted(
        (line.offer_id, line.quantity, line.price_minor, line.content_steps) for _order, some in lines for line in some
    )
    offers, quantities, prices, contents = ([row[place] for row in wanted] for place in range(4))
    given: dict[str, Any] = {
        "offers": offers,
        "quantities": quantities,
        "prices": prices,
        "contents": contents,
        "today": today,
        "payment": json.dumps(_row(payment)),
        "orders": json.dumps([_row(order, "payment") for order, _lines in lines]),
        "lines": json.dumps([_row(line, "order") | {"order": order.number} for order, some in lines for line in some]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(is_one=len(offers) == 1), given)
        found = cursor.fetchall()
    ids = {number: (order_id, payment_id) for number, order_id, payment_id in found}
    for order, _lines in lines:
        order.pk, payment.pk = ids.get(order.number, (None, None))
        order.payment = payment
    return len(ids) == len(lines)


@cache
def _statement(*, is_one: bool) -> str:
    """Return the statement for one offer or for several; its columns are those of the models."""
    order, line = _columns(Order, "payment"), _columns(OrderLine, "order")
    return STATEMENT.format(
        locked="" if is_one else LOCKED,
        after_lock="" if is_one else AFTER_LOCK,
        payment=", ".join(_columns(Payment)),
        order=", ".join(order),
        given_order=", ".join(f"given.{name}" for name in order),
        line=", ".join(line),
        given_line=", ".join(f"given.{name}" for name in line),
    )


@cache
def _fields(model: type[models.Model], parent: str) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if field.name not in ("id", parent))


def _columns(model: type[models.Model], parent: str = "") -> list[str]:
    return [field.column for field in _fields(model, parent)]


def _row(row: models.Model, parent: str = "") -> dict[str, Any]:
    """Return the row's columns as JSON holds them: a moment as text, what `pre_save` fills in as well."""
    values = {field.column: field.pre_save(row, True) for field in _fields(type(row), parent)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
