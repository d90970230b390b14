"""Two people at the same product: it is found by all its names, and no variety is left outside its season."""

import pytest

from terrace.catalog import queries, services
from terrace.catalog.domain import Season
from terrace.catalog.models import Product, Variety
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Invalid
from tests.catalog.conftest import terms
from tests.meanwhile import meanwhile

SMYRNA = {"en": "Smyrna", "zh-hans": "士麦那"}
LESKOVAC = {"en": "Leskovac", "zh-hans": "莱斯科瓦茨"}


@pytest.fixture
def quince() -> Product:
    return services.add_product(by=SYSTEM, code="quince", terms=terms())


def as_loaded(product: Product) -> Product:
    """Return the product as somebody else's page has it."""
    return Product.objects.get(pk=product.pk)


def found_by(*texts: str) -> list[bool]:
    return [queries.search_products(text).exists() for text in texts]


@pytest.mark.django_db
def test_a_variety_added_from_an_old_page_leaves_the_new_name_to_be_found_by(quince: Product) -> None:
    old = as_loaded(quince)
    renamed = terms(names={"en": "Medlar", "zh-hans": "欧楂"})
    services.change_product(by=SYSTEM, product=quince, version=1, terms=renamed)

    services.add_variety(by=SYSTEM, product=old, code="smyrna", names=SMYRNA)

    assert found_by("medlar", "ouzha", "smyrna", "wenpo") == [True, True, True, False]


@pytest.mark.django_db
def test_a_variety_added_from_an_old_page_keeps_to_the_season_that_holds_now(quince: Product) -> None:
    old = as_loaded(quince)
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(season=Season(10, 11)))

    with pytest.raises(Invalid):
        services.add_variety(by=SYSTEM, product=old, code="smyrna", names=SMYRNA, season=Season(9, 9))

    assert not Variety.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_varieties_added_at_once_both_are_found(quince: Product) -> None:
    one, other = as_loaded(quince), as_loaded(quince)

    meanwhile(
        lambda: services.add_variety(by=SYSTEM, product=one, code="smyrna", names=SMYRNA),
        lambda: services.add_variety(by=SYSTEM, product=other, code="leskovac", names=LESKOVAC),
    )

    assert found_by("smyrna", "leskovac") == [True, True]


@pytest.mark.django_db(transaction=True)
def test_a_season_that_shrinks_while_a_variety_is_added_leaves_it_not_outside(quince: Product) -> None:
    one, other = as_loaded(quince), as_loaded(quince)

    said = meanwhile(
        lambda: services.add_variety(by=SYSTEM, product=one, code="smyrna", names=SMYRNA, season=Season(9, 9)),
        lambda: services.change_product(by=SYSTEM, product=other, version=1, terms=terms(season=Season(10, 11))),
    )

    assert isinstance(said, Invalid)
    assert queries.get_product("quince").season == terms().season


@pytest.mark.django_db(transaction=True)
def test_a_product_changed_while_a_variety_is_added_is_found_by_that_too(quince: Product) -> None:
    one, other = as_loaded(quince), as_loaded(quince)

    meanwhile(
        lambda: services.add_variety(by=SYSTEM, product=one, code="smyrna", names=SMYRNA),
        lambda: services.change_product(by=SYSTEM, product=other, version=1, terms=terms(hs_code="080830")),
    )

    assert found_by("smyrna", "quince") == [True, True]
