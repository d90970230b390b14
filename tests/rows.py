"""Rows that many tests begin with: made once for each worker, then put back as they were by one statement.

They are not left in the database: a test that does not ask for them finds the tables empty, and one that commits
empties all tables at its end.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, TypeVar

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from terrace.network.models import Area

T = TypeVar("T")
ALL_ROWS = sql.SQL("select json_agg(row)::text from {table} row")
INSERT = sql.SQL("insert into {table} select * from json_populate_recordset(null::{table}, {rows})")
UNLESS_THERE = sql.SQL(" on conflict do nothing")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What was made, as objects, and the statements that bring back its rows, with the ids that they had.

    No other row gets these ids: a sequence does not go back when a transaction is undone or a table emptied.
    """

    made: T
    statements: str

    def put_back(self) -> T:
        """Write the rows and return objects that are the caller's own; what triggers wrote is among the rows."""
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(self.statements.replace("%", "%%"), [])
        return deepcopy(self.made)


def keep(make: Callable[[], T]) -> Kept[T]:
    """Make something in an empty database, remember its rows, and undo it."""
    with transaction.atomic():
        before = set(_filled_tables())
        made = make()
        statements = ";\n".join(_insert(table) for table in _filled_tables() if table not in before)
        transaction.set_rollback(True)
    return Kept(made, statements)


def _filled_tables() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model._base_manager.exists():
            yield model._meta.db_table


def _insert(table: str) -> str:
    """Return the statement that writes the rows of the table as they are now."""
    name = sql.Identifier(table)
    with connection.cursor() as cursor:
        cursor.execute(ALL_ROWS.format(table=name).as_string(cursor.cursor))
        (rows,) = cursor.fetchone()
        insert = INSERT.format(table=name, rows=sql.Literal(rows))
        # A test may have made some of the areas already; by their codes they are the same, as for their factory.
        return (insert + UNLESS_THERE if table == Area._meta.db_table else insert).as_string(cursor.cursor)
