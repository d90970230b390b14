"""What is kept for ever goes neither row by row nor with its whole table, whoever asks by a statement of SQL."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from terrace.ledger.models import Account, Entry, Transfer
from tests.conftest import Cast
from tests.ledger.conftest import Give, yuan


def kept_tables() -> Iterable[str]:
    """Yield the tables with a trigger that refuses every deletion, which is what keeps rows for ever."""
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            if "DELETE" in str(trigger.operation) and "TRUNCATE" not in str(trigger.operation):
                yield model._meta.db_table


def emptied(table: str) -> None:
    """Empty a table, and all that refer to it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'TRUNCATE "{table}" CASCADE')


@pytest.mark.parametrize("model", [Account, Transfer, Entry])
def test_the_books_are_not_emptied(cast: Cast, give: Give, model: type[models.Model]) -> None:
    assert cast.farmer.party
    give(cast.farmer.party.pk, yuan(120))
    before = list(model._base_manager.order_by("pk").values())

    with pytest.raises(IntegrityError, match="kept for ever"):
        emptied(model._meta.db_table)

    assert list(model._base_manager.order_by("pk").values()) == before


@pytest.mark.django_db
def test_no_table_whose_rows_are_kept_is_emptied() -> None:
    tables = set(kept_tables())
    assert {"audit_act", "ledger_entry", "sourcing_purchaseloss", "market_refund", "logistics_scan"} <= tables
    for table in sorted(tables):
        with pytest.raises(IntegrityError, match="kept for ever"):
            emptied(table)
