"""What jobs do to many rows, each in a transaction of its own."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf

log = logging.getLogger(__name__)


def one_by_one(act: Callable[[int, datetime], bool], ids: Iterable[int], now: datetime, *, seconds: float = inf) -> int:
    """Do `act` to each row by its id and return how often it said that it did something.

    What fails is logged with its id and stops none of the others. After so many
    `seconds` what is left waits for the next run; each does at least one. `act`
    opens its own transaction.
    """
    until, done = time.monotonic() + seconds, 0
    for turn, row_id in enumerate(ids):
        if turn and time.monotonic() > until:
            log.warning("%s took all its time: the rest waits for the next run", act.__name__)
            break
        done += _tried(act, row_id, now)
    return done


def _tried(act: Callable[[int, datetime], bool], row_id: int, now: datetime) -> bool:
    try:
        return act(row_id, now)
    except Exception:
        log.exception("%s failed for %s", act.__name__, row_id)
        return False
