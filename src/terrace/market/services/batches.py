"""What jobs do to many rows, each in a transaction of its own."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

log = logging.getLogger(__name__)


def one_by_one(act: Callable[[int, datetime], bool], ids: Iterable[int], now: datetime) -> int:
    """Do `act` to each row by its id and return how often it said that it did something.

    What fails is logged with its id and stops none of the others. `act` opens
    its own transaction.
    """
    return sum(_tried(act, row_id, now) for row_id in ids)


def _tried(act: Callable[[int, datetime], bool], row_id: int, now: datetime) -> bool:
    try:
        return act(row_id, now)
    except Exception:
        log.exception("%s failed for %s", act.__name__, row_id)
        return False
