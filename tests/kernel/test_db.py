"""Subtrees, search by name, and versions, on the database itself."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.catalog.models import Product
from terrace.kernel.db import LAST, found_by, within
from terrace.kernel.errors import Stale
from terrace.network.models import Area
from tests.factories import AreaFactory, ProductFactory

pytestmark = pytest.mark.django_db
CODES = ("621226101200", "621226101201", "621226102200", "621227100200")


@pytest.fixture
def areas() -> None:
    for code in CODES:
        AreaFactory(code=code)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["621226101"], {"621226101", "621226101200", "621226101201"}),
        (["621226101200", "621227"], {"621226101200", "621227", "621227100", "621227100200"}),
        (["6213"], set()),
        ([], set()),
    ],
)
def test_a_subtree_is_what_lies_at_and_below_its_path(areas: None, paths: list[str], found: set[str]) -> None:
    assert set(Area.objects.filter(within(paths, "path")).values_list("code", flat=True)) == found


def test_no_path_at_all_is_everywhere_when_it_is_the_root(areas: None) -> None:
    assert Area.objects.filter(within(["", "6213"], "path")).count() == Area.objects.count() > 8


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from([c[:n] for c in CODES for n in (2, 4, 6, 9, 12)]), max_size=4))
def test_the_database_agrees_with_the_actor_about_subtrees(areas: None, paths: list[str]) -> None:
    expected = {code for code in Area.objects.values_list("path", flat=True) if any(map(code.startswith, paths))}
    assert set(Area.objects.filter(within(paths, "path")).values_list("path", flat=True)) == expected


def test_nothing_sorts_after_the_end_of_a_subtree() -> None:
    with connection.cursor() as cursor:
        cursor.execute('SELECT %s COLLATE "C" < %s COLLATE "C"', ["62/\U0010fffd龘", "62/" + LAST])
        assert cursor.fetchone() == (True,)


def test_a_subtree_is_one_range_of_the_index() -> None:
    sql = str(Area.objects.filter(within(["621226"], "path")).query)
    assert "LIKE" not in sql.upper()
    assert ">=" in sql


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("apple", True), ("Ping GUO", True), ("ＡＰＰＬＥ　ｐｇ", True), ("", True), ("apple pear", False)],
)
def test_a_row_is_found_when_it_holds_every_word(text: str, is_found: bool) -> None:
    ProductFactory()
    assert Product.objects.filter(found_by(text)).exists() is is_found


def test_a_save_counts_the_version_up_and_writes_the_named_fields_alone() -> None:
    apple = ProductFactory()
    apple.hs_code, apple.keeps_days = "080811", 5

    apple.save_version(1, ["hs_code"])

    kept = Product.objects.get()
    assert (kept.version, kept.hs_code, kept.keeps_days) == (2, "080811", 180)
    assert apple.version == 2


def test_refuses_a_save_from_an_old_version_and_writes_nothing() -> None:
    apple, same = ProductFactory(), Product.objects.get()
    apple.hs_code = "080811"
    apple.save_version(1, ["hs_code"])

    same.hs_code = "080812"
    with pytest.raises(Stale):
        same.save_version(1, ["hs_code"])

    assert Product.objects.get().hs_code == "080811"
    assert same.version == 1


def test_a_path_stands_in_migrations_as_a_plain_column() -> None:
    _, path, _, options = Area._meta.get_field("path").deconstruct()
    assert path == "django.db.models.CharField"
    assert options["db_collation"] == "C"
