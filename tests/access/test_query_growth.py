"""Every list asks the database as often for a dozen rows as for one, and a new list without a line here fails."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from terrace.accounts.models import ApiToken, Invitation
from terrace.audit import services as audit
from terrace.catalog.models import Product
from terrace.kernel import clock, ids
from terrace.kernel.money import Money
from terrace.kernel.paging import SIZES
from terrace.kernel.quantity import Quantity, Unit
from terrace.messaging.models import Notice
from terrace.network.models import Area
from terrace.registry.models import ImportRun, Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.models import Advice, AdviceReceipt, ReferencePrice
from terrace.sourcing.services import Terms
from tests import factories
from tests.access.lists import Case, gathered
from tests.access.world import World
from tests.conftest import VILLAGE, Cast

MANY = 12
WHOLE = f"size={SIZES[-1]}"
"""Asks for the longest page, which shows all rows: what is asked for the first of them is asked at the end too."""
SOURCE = Path(__file__).resolve().parents[2] / "src" / "terrace"


def _village(number: int) -> Area:
    found: Area = factories.AreaFactory(code=f"{VILLAGE[:9]}{300 + number}")
    return found


def _product(number: int) -> Product:
    found: Product = factories.ProductFactory(code=f"product-{number}")
    factories.VarietyFactory(product=found)
    return found


def _terms(number: int) -> Terms:
    today = clock.today()
    price = Money(520, "CNY")
    return Terms(_product(number).code, Quantity(1000, Unit.KILOGRAM), today, today + timedelta(days=6), price=price)


def _household(number: int) -> Party:
    found: Party = factories.HouseholdFactory(area=_village(number))
    return found


def _supply(cast: Cast, number: int) -> None:
    sourcing.record_supply(by=cast.centre.actor, party=_household(number).number, terms=_terms(number))


def _demand(cast: Cast, number: int) -> None:
    buyer = factories.PartyFactory(area=_village(number), kind="enterprise")
    sourcing.record_demand(by=cast.centre.actor, party=buyer.number, terms=_terms(number))


def _call(cast: Cast, number: int) -> None:
    terms = _terms(number)
    sourcing.record_supply(by=cast.centre.actor, party=_household(number).number, terms=terms)
    buyer = factories.PartyFactory(area=_village(number), kind="enterprise")
    sourcing.record_demand(by=cast.centre.actor, party=buyer.number, terms=terms)


def _advice(cast: Cast, number: int) -> None:
    code = _product(number).code
    sourcing.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="Hold it", text="Prices rise.", product=code)


def _receipt(cast: Cast, number: int) -> None:
    unit = factories.UnitFactory(area=_village(number))
    advice = Advice.objects.order_by("id").first()  # the world's own
    AdviceReceipt.objects.create(advice=advice, unit=unit, area_path=unit.area_path)


def _price(cast: Cast, number: int) -> None:
    area = _village(number)
    ReferencePrice.objects.create(
        product=_product(number), on=clock.today(), area=area, area_path=area.path, price_minor=520, currency="CNY"
    )


def _price_of_a_day(cast: Cast, number: int) -> None:
    area = factories.AreaFactory(code=VILLAGE[:6])
    ReferencePrice.objects.create(
        product=factories.ProductFactory(),
        on=clock.today() - timedelta(days=number + 30),  # the world has younger ones
        area=area,
        area_path=area.path,
        price_minor=520,
        currency="CNY",
    )


def _party(cast: Cast, number: int) -> None:
    factories.RepresentativeFactory(party=_household(number))


def _import(cast: Cast, number: int) -> None:
    values = {"person": cast.centre.person, "area_path": VILLAGE[:6], "language": "en", "file_name": "p.xlsx"}
    ImportRun.objects.create(number=ids.reference("I"), **values)


def _person(cast: Cast, number: int) -> None:
    factories.PostFactory(unit=factories.UnitFactory(area=_village(number)))


def _invitation(cast: Cast, number: int) -> None:
    unit = factories.UnitFactory(area=_village(number))
    later = clock.now() + timedelta(days=7)
    values = {"name": "Lin Xiu", "unit": unit, "role": "point-keeper", "area_path": unit.area_path}
    Invitation.objects.create(fingerprint=ids.fingerprint(ids.secret()), expires_at=later, **values)


def _token(cast: Cast, number: int) -> None:
    values = {"name": "Courier", "hint": "abcdef", "permissions": ["network.view"], "area_path": _village(number).path}
    issuer = factories.PersonFactory()
    ApiToken.objects.create(fingerprint=ids.fingerprint(ids.secret()), issued_by=issuer, **values)


def _act(cast: Cast, number: int) -> None:
    party = _household(number)
    audit.record(by=cast.centre.actor, act="registry.register_party", subject=party, area_path=party.area_path)


def _notice(cast: Cast, number: int) -> None:
    Notice.objects.create(person_id=cast.centre.person.pk, topic="advice", title="Hold the walnuts")


def _unit(cast: Cast, number: int) -> None:
    factories.UnitFactory(area=_village(number))


def _area(cast: Cast, number: int) -> None:
    _unit(cast, number)


def _one_product(cast: Cast, number: int) -> None:
    _product(number)


LISTS = {
    "accounts:invitations": Case(_invitation),
    "accounts:people": Case(_person),
    "accounts:tokens": Case(_token, "administrator"),
    "audit:acts": Case(_act, query="act=registry.register_party"),
    "catalog:products": Case(_one_product, query="view=list"),
    "messaging:notices": Case(_notice),
    "network:area": Case(_area, values=(VILLAGE[:9],)),
    "network:units": Case(_unit),
    "registry:import": Case(_import),
    "registry:parties": Case(_party),
    "sourcing:advice": Case(_advice, query="sort=product"),
    "sourcing:advice_detail": Case(_receipt, about="advice"),
    "sourcing:calls": Case(_call),
    "sourcing:demand": Case(_demand, query="sort=goods"),
    "sourcing:price_line": Case(_price_of_a_day, values=("apple",)),
    "sourcing:prices": Case(_price, query="sort=product"),
    "sourcing:supply": Case(_supply, query="sort=goods"),
    **gathered("PAGES"),
}
ANSWERS = re.compile(r"\blisting\.answer(_computed|_rows)?\(")
NO_LISTING = {"registry:import"}
"""Pages with rows of their own beside something else."""


def _answers_with_a_list(path: Path) -> Iterator[str]:
    """Yield the functions of a file that call `listing.answer`, `answer_computed` or `answer_rows`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and ANSWERS.search(ast.unparse(node)):
            yield node.name


VIEWS = {(str(path), name) for path in SOURCE.rglob("*.py") for name in _answers_with_a_list(path)}


def _names_of_lists(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the name of each address that answers with a list, and its view."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names_of_lists(entry, f"{entry.app_name}:" if entry.app_name else space)
        elif isinstance(entry, URLPattern):
            view = inspect.unwrap(entry.callback)
            code = getattr(view, "__code__", None)
            known = (str(Path(code.co_filename)), code.co_name) if code else ("", "")
            if known in VIEWS:
                yield f"{space}{entry.name}", known


def _read(client: Client, address: str) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return answer, [query["sql"] for query in captured.captured_queries]


def _rows(answer: Any, name: str) -> int:
    context = answer.context
    return len(context["runs"]) if name in NO_LISTING else len(context["listing"].rows)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_often_for_many_rows_as_for_one(world: World, name: str) -> None:
    cast = world.cast
    case = LISTS[name]
    client = getattr(cast, case.reader).client
    values = [world.own[case.about]] if case.about else case.values
    address = f"{reverse(name, args=values)}?{WHOLE}&{case.query}"
    case.grow(cast, 0)
    client.get(address)  # what is asked once for each process is asked here
    few, before = _read(client, address)

    for number in range(1, MANY + 1):
        case.grow(cast, number)
    many, after = _read(client, address)

    assert 0 < _rows(few, name) < _rows(many, name)
    assert len(after) == len(before), "\n".join(after)


def test_every_list_is_tried() -> None:
    found = list(_names_of_lists(get_resolver()))

    assert {view for _name, view in found} == VIEWS
    assert {name for name, _view in found} == set(LISTS) - NO_LISTING
