"""Two acts at the same moment, each on a connection of its own: for tests marked `django_db(transaction=True)`."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, transaction

from terrace.kernel.errors import DomainError

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def meanwhile(
    first: Callable[[], object], second: Callable[[], object], then: Callable[[], object] = lambda: None
) -> object:
    """Do `first`, and `second` on a connection of its own before `first` is committed; return what `second` said.

    `then` is how the first act goes on when the second has met it: where the two
    lock in different orders, the database ends one of them with an error.
    """

    def other() -> object:
        try:
            return second()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            asked = pool.submit(other)
            _let_it_come_as_far_as_it_can(asked)
            then()
        return asked.result(timeout=10)


def _let_it_come_as_far_as_it_can(asked: Future[object]) -> None:
    until = time.monotonic() + 10
    while not asked.done() and time.monotonic() < until:
        with connection.cursor() as cursor:
            # Within a transaction the first look would be the answer to all later ones.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
