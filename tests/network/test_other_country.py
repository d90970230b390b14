"""Upland, an invented country: three tiers, opaque codes, other languages, phones and money, and nothing of China."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from terrace.accounts import services as accounts
from terrace.catalog import services as catalog
from terrace.catalog.domain import Category, Keeping, ProductTerms, Season, Storage
from terrace.catalog.models import Product
from terrace.config.actors import actor_for
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor, grants_of
from terrace.kernel.deployment import OtherCurrency, current, using
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.tiers import Workspace
from terrace.network import queries, services
from terrace.network.domain import Permission
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import Details
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.queries import visible_to as parties_visible_to
from terrace.registry.services import Profile
from terrace.sourcing import services as sourcing
from terrace.sourcing.models import SupplyNotice
from terrace.sourcing.queries import supply_visible_to
from terrace.sourcing.services import Terms
from tests.factories import PersonFactory
from tests.network.places import UPLAND, upland_rows


@pytest.fixture(autouse=True)
def upland(db: None) -> Iterator[None]:
    """Work in Upland, with its areas."""
    with using(UPLAND):
        services.import_areas(by=SYSTEM, rows=upland_rows())
        yield


def _manager(path: str) -> Actor:
    return Actor(person_id=1, name="Asha", grants=grants_of([(Permission.MANAGE, path), (Permission.VIEW, path)]))


@pytest.mark.parametrize(
    ("code", "path", "tier", "county"),
    [
        ("WORLD", "WORLD/", "", "WORLD"),
        ("UP", "WORLD/UP/", "region", "UP"),
        ("UP-7", "WORLD/UP/UP-7/", "ward", "UP-7"),
        ("70", "WORLD/UP/UP-7/70/", "hamlet", "UP-7"),
        ("7", "WORLD/UP/7/", "ward", "7"),
        ("0a", "WORLD/UP/7/0/0a/", "", "7"),
    ],
)
def test_paths_string_the_codes_together(code: str, path: str, tier: str, county: str) -> None:
    area = Area.objects.get(code=code)

    assert (area.path, area.tier, area.county_code) == (path, tier, county)


def test_a_code_that_begins_like_another_is_not_below_it() -> None:
    below = queries.areas_under(queries.get_area("7").path)

    assert [area.code for area in below] == ["7", "0", "0a"]


def test_the_top_of_the_installation_is_its_own_root() -> None:
    assert [area.code for area in queries.ancestors("WORLD/UP/UP-7/70/")] == ["UP", "UP-7", "70"]
    assert queries.home_path(SYSTEM) == "WORLD/UP/"


def test_places_and_units_are_named_in_its_languages() -> None:
    unit = services.found_unit(
        by=_manager("WORLD/UP/"), area="70", details=Details(names={"en": "Spring", "sw": "Chemchemi"})
    )

    with override("sw"):
        assert str(queries.get_area("70")) == "Chemchemi"
        assert str(unit) == "Chemchemi"
    with pytest.raises(Invalid):
        services.change_unit(by=_manager("WORLD/UP/"), unit=unit, version=1, details=Details(names={"zh-hans": "泉"}))


def test_accents_do_not_hide_a_place() -> None:
    assert [area.code for area in queries.search_areas(["WORLD/"], "thiès")] == ["UP-7"]


def test_telephone_numbers_follow_its_rules() -> None:
    names = {"en": "Spring"}
    unit = services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names=names, phone="0712 345678"))

    assert unit.phone == "+254712345678"
    with pytest.raises(Invalid):
        services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names=names, phone="0939-4400123"))


def test_its_day_is_that_of_its_time_zone() -> None:
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)

    unit = services.found_unit(by=_manager("WORLD/UP/"), area="70", details=Details(names={"en": "Spring"}), now=late)

    assert unit.founded_on.isoformat() == "2026-11-22"


def test_its_three_tiers_and_their_work() -> None:
    for code in ("UP", "UP-7", "70"):
        services.found_unit(by=SYSTEM, area=code, details=Details(names={"en": f"Unit of {code}"}))

    assert [unit.tier for unit in queries.units_under("WORLD/UP/")] == ["region", "ward", "hamlet"]
    assert [unit.area_id for unit in queries.units_under("WORLD/", [Workspace.POINT])] == ["70"]
    assert not queries.units_under("WORLD/", [Workspace.STATION]).exists()
    assert current().plan.below(current().plan.get("ward")) == current().plan.bottom


def test_scope_is_the_subtree_of_the_path() -> None:
    keeper = _manager("WORLD/UP/7/")

    services.found_unit(by=keeper, area="0", details=Details(names={"en": "Nought"}))
    with pytest.raises(Forbidden):
        services.found_unit(by=keeper, area="70", details=Details(names={"en": "Spring"}))

    assert [unit.area_id for unit in ServiceUnit.objects.all()] == ["0"]


def _posted(area: str, role: str) -> Actor:
    unit = services.found_unit(by=SYSTEM, area=area, details=Details(names={"en": f"Unit of {area}"}))
    person = PersonFactory()
    accounts.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role=role)
    return actor_for(person)


def _millet(by: Actor) -> Product:
    millet = ProductTerms(
        names={"en": "Millet", "sw": "Mtama"},
        category=Category.GRAIN_OIL,
        unit=Unit.KILOGRAM,
        hs_code="100829",
        season=Season(3, 6),
        keeping=Keeping(Storage.AMBIENT, 300),
    )
    return catalog.add_product(by=by, code="millet", terms=millet)


def test_its_people_record_what_is_for_sale_in_its_own_money() -> None:
    administrator, keeper = _posted("UP", "bureau-administrator"), _posted("70", "point-keeper")
    centre, stranger = _posted("UP-7", "centre-manager"), _posted("7", "centre-manager")
    millet, today = _millet(administrator), clock.today()
    profile = Profile(name="Wanjiru", area="70", phone="0712 345678")
    household = registry.register_party(by=keeper, kind=Kind.HOUSEHOLD, profile=profile)
    price = Money.parse("12.50", current().currency)
    terms = Terms("millet", Quantity(90_000, Unit.KILOGRAM), today, today + timedelta(days=6), price=price)

    notice = sourcing.record_supply(by=keeper, party=household.number, terms=terms)

    kept = SupplyNotice.objects.get()
    assert (household.phone, kept.price_minor, kept.currency) == ("+254712345678", 1250, "KES")
    assert (kept.product_id, kept.area_path) == (millet.pk, "WORLD/UP/UP-7/70/")
    assert supply_visible_to(centre).get() == notice
    assert parties_visible_to(centre).get() == household
    assert not parties_visible_to(stranger).exists()


def test_nobody_records_in_its_neighbours_place_or_in_other_money() -> None:
    keeper, today = _posted("70", "point-keeper"), clock.today()
    _millet(_posted("UP", "bureau-administrator"))
    with pytest.raises(Forbidden):
        registry.register_party(by=keeper, kind=Kind.HOUSEHOLD, profile=Profile(name="Otieno", area="0"))
    household = registry.register_party(by=keeper, kind=Kind.HOUSEHOLD, profile=Profile(name="Wanjiru", area="70"))
    yuan = Money(1250, "CNY")
    terms = Terms("millet", Quantity(90_000, Unit.KILOGRAM), today, today + timedelta(days=6), price=yuan)

    with pytest.raises(OtherCurrency):
        sourcing.record_supply(by=keeper, party=household.number, terms=terms)

    assert [party.name for party in Party.objects.all()] == ["Wanjiru"]
    assert not SupplyNotice.objects.exists()
