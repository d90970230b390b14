"""The guards see what they are there for."""

from typing import Any

import pytest
from django.template import engines
from django.template.base import Origin, Template

from terrace.catalog.models import Product, Variety
from terrace.http import listing
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Table
from terrace.network.models import Area
from terrace.sourcing.models import SupplyNotice
from tests.architecture.house import SOURCE
from tests.factories import ProductFactory, VarietyFactory
from tests.guards import BrokenHabit, joined_contexts
from tests.http.conftest import request


def _drawn(source: str, *, file: str, **context: Any) -> str:
    engine = engines["django"].engine
    template = Template(source, origin=Origin(file), engine=engine)
    return engines["django"].from_string("{% include t %}").render({"t": template, **context})


OURS = str(SOURCE / "web" / "templates" / "page.html")


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ product.missing }}",
        '{{ missing|default:"x" }}',
        "{% with x=missing %}{% endwith %}",
        "{% blocktranslate with x=missing %}{{ x }}{% endblocktranslate %}",
        "{% if product %}{{ missing }}{% endif %}",
    ],
)
def test_an_undefined_variable_of_ours_raises(source: str) -> None:
    with pytest.raises(BrokenHabit, match="missing"):
        _drawn(source, file=OURS, product=Product())


def test_what_may_be_absent_is_asked_for_first() -> None:
    assert _drawn("{% if missing %}{{ missing }}{% endif %}-", file=OURS) == "-"


def test_a_librarys_template_may_be_careless() -> None:
    assert _drawn("{{ missing }}-", file="/elsewhere/allauth/page.html") == "-"


@pytest.mark.django_db
def test_rows_that_nobody_ordered_come_back_to_front() -> None:
    apple = ProductFactory()
    first, second = (VarietyFactory(product=apple, code=code) for code in ("a", "b"))

    assert list(Variety.objects.all()) == [second, first]
    assert list(Variety.objects.order_by("code")) == [first, second]


@pytest.mark.django_db
def test_rows_that_nobody_ordered_have_no_first_ten() -> None:
    with pytest.raises(BrokenHabit, match=r"catalog\.Variety"):
        Variety.objects.all()[:10]


@pytest.mark.django_db
def test_a_join_across_contexts_raises() -> None:
    with pytest.raises(BrokenHabit, match="network and sourcing"):
        list(SupplyNotice.objects.filter(area__tier="village"))


@pytest.mark.django_db
def test_a_join_within_a_context_passes() -> None:
    assert list(Variety.objects.filter(product__code="apple")) == []
    assert list(Area.objects.filter(parent__code="6212")) == []


def test_a_subquery_starts_a_new_select() -> None:
    sql = 'FROM "sourcing_supplynotice" WHERE id IN (SELECT 1 FROM "catalog_variety" JOIN "catalog_product" ON 1=1)'
    assert joined_contexts(sql) == set()


@pytest.mark.parametrize(
    ("order", "is_whole"), [(("-season_from",), False), (("season_from", "-id"), True), (("code",), True)]
)
def test_a_lists_order_ends_in_something_unique(order: tuple[str, ...], is_whole: bool) -> None:
    table: Table[Product, Product] = Table("products", (Column("code", "", str),), list, order, Empty(""))
    if is_whole:
        assert listing._ordered(table, Product.objects.all(), {}).ordered
    else:
        with pytest.raises(BrokenHabit, match="not unique"):
            listing._ordered(table, Product.objects.all(), {})


class _Restless:
    """Says something else every time it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __str__(self) -> str:
        self.times += 1
        return f"asked {self.times} times"


@pytest.mark.django_db
@pytest.mark.parametrize(("title", "is_same"), [("Nothing yet", True), (_Restless(), False)])
def test_a_fragment_that_is_not_what_the_page_shows_raises(title: Any, is_same: bool) -> None:
    table: Table[Product, Product] = Table("products", (), list, ("code",), Empty(title))
    asked = request("/products/")

    def answer() -> bytes:
        rows = Product.objects.all()
        return listing.answer(asked, "pages/list.html", table, rows, FilterForm(asked.GET), {"title": ""}).content

    if is_same:
        assert b"Nothing yet" in answer()
    else:
        with pytest.raises(BrokenHabit, match="fragment list"):
            answer()
