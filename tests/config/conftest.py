"""The small demo: made once for the whole run and kept as a file, for to make it takes longer than to look at it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from terrace.catalog.models import Product
from terrace.config import demo
from terrace.config.demo.goods import days_since
from terrace.config.demo.moments import moment
from terrace.config.demo.scales import SMALL
from terrace.kernel import clock
from terrace.sourcing.models import SupplyNotice
from tests.architecture.house import contexts
from tests.rows import Kept, keep

DAY = date(2026, 11, 21)
LOADED = demo.Loaded(scale="small", seed=1, day=DAY, language="en")


def models() -> list[Any]:
    """Return every model of ours."""
    return [model for label in contexts() for model in apps.get_app_config(label).get_models()]


@contextmanager
def undone() -> Iterator[None]:
    """Begin with empty tables whose ids count from one, and undo all of it at the end."""
    tables = ", ".join(f'"{model._meta.db_table}"' for model in models())
    with transaction.atomic(), connection.cursor() as cursor:
        with pgtrigger.ignore():
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        yield
        transaction.set_rollback(True)


def _built() -> demo.Loaded:
    loaded = demo.build(scale=SMALL, seed=1, day=DAY)
    assert loaded == LOADED
    return loaded


@pytest.fixture(scope="session")
def kept_small(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Kept[demo.Loaded]:
    """Make the small demo, unless another worker has made it already, who then left its rows in the run's folder."""
    place = Path(settings.MEDIA_ROOT).with_name("small-demo.sql")
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            with django_db_blocker.unblock(), undone():
                place.write_text(keep(_built).statements, encoding="utf-8")
    return Kept(LOADED, place.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def small(kept_small: Kept[demo.Loaded], django_db_blocker: DjangoDbBlocker) -> Iterator[demo.Loaded]:
    """The small demo, put there once for all tests of a file, which only look at it."""
    with django_db_blocker.unblock(), undone():
        loaded = kept_small.put_back()
        with connection.cursor() as cursor:
            cursor.execute("\n".join(connection.ops.sequence_reset_sql(no_style(), models())))
        with clock.told(moment(DAY, 8)):
            yield loaded


def check_seasons() -> None:
    """Hold what is for sale to the seasons."""
    for notice in SupplyNotice.objects.order_by("id"):
        product = Product.objects.get(pk=notice.product_id)
        assert days_since(product.season, notice.opens_on) <= product.keeps_days, product.code
