"""Numbers of trade items by GS1: which are valid, which this installation gives, and that none is given twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.audit.models import Act
from terrace.catalog import services
from terrace.catalog.domain import is_gtin, own_number, read_gtin
from terrace.catalog.models import Pack, Product
from terrace.kernel.errors import Forbidden, Invalid, Stale
from tests import factories
from tests.conftest import Cast

VALID = "6901234567892"
"""The example of GS1 China's handbook."""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (VALID, "06901234567892"),
        (" 690 1234-567892 ", "06901234567892"),
        ("96385074", "00000096385074"),
        ("614141999996", "00614141999996"),
        ("16901234567899", "16901234567899"),
    ],
)
def test_a_gtin_is_kept_with_fourteen_digits(typed: str, kept: str) -> None:
    assert read_gtin(typed) == kept


@pytest.mark.parametrize(
    "typed", ["6901234567890", "123", "69012345678921", "\uff16901234567892", "abc", "0400000000015"]
)
def test_a_wrong_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_gtin(typed)
    assert refused.value.field == "gtin"


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.booleans(), st.booleans())
def test_own_numbers_are_valid_and_tell_goods_apart(one: int, other: int, is_pack: bool, is_other: bool) -> None:
    number = own_number(one, is_pack=is_pack)
    assert is_gtin(number)
    assert number[1:3] == "04", "a prefix that circulates within a company alone"
    assert (number == own_number(other, is_pack=is_other)) == ((one, is_pack) == (other, is_other))


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, added: int) -> None:
    whole = next(digits + last for last in "0123456789" if is_gtin(digits + last))
    changed = str((int(whole[place]) + added) % 10)
    assert not is_gtin(whole[:place] + changed + whole[place + 1 :])


@pytest.fixture
def pack(cast: Cast) -> Pack:
    """Return a box of apples."""
    return factories.PackFactory(product=factories.ProductFactory())


def test_a_pack_gets_its_number_and_its_labels_bear_it(cast: Cast, pack: Pack) -> None:
    assert pack.number == own_number(pack.pk, is_pack=True)
    services.number_pack(by=cast.administrator.actor, pack=pack, version=1, gtin=VALID)
    assert Pack.objects.get().number == "06901234567892"
    assert Act.objects.get(act="catalog.number_pack").details == {"before": "", "after": "06901234567892"}


def test_no_two_goods_have_one_number(cast: Cast, pack: Pack) -> None:
    services.number_pack(by=cast.administrator.actor, pack=pack, version=1, gtin=VALID)
    other = factories.PackFactory(product=pack.product, code="box-10kg")
    with pytest.raises(services.GtinTaken):
        services.number_pack(by=cast.administrator.actor, pack=other, version=2, gtin=f"0{VALID}")
    with pytest.raises(Stale):
        services.number_pack(by=cast.administrator.actor, pack=other, version=1, gtin="96385074")
    for member in (cast.centre, cast.keeper, cast.buyer):
        with pytest.raises(Forbidden):
            services.number_pack(by=member.actor, pack=other, version=2, gtin="96385074")
    assert Pack.objects.get(pk=other.pk).gtin == ""


def test_the_administrator_numbers_a_pack_on_its_page_and_by_a_program(cast: Cast, pack: Pack) -> None:
    client, url = cast.administrator.client, "/catalog/apple/packs/box-5kg/gtin/"
    assert url in client.get("/catalog/apple/").content.decode()
    assert client.post(url, {"gtin": "123", "version": 1}).status_code == 422
    assert client.post(url, {"gtin": VALID, "version": 1}).status_code == 302
    assert "06901234567892" in client.get("/catalog/apple/").content.decode()
    body = {"gtin": "", "version": 2}
    answer = client.put("/api/v1/products/apple/packs/box-5kg/gtin", body, content_type="application/json")
    assert answer.json()["packs"][0] | {"names": {}, "content": {}} == {
        "code": "box-5kg",
        "names": {},
        "content": {},
        "gtin": "",
        "number": pack.number,
    }
    assert cast.keeper.client.get(url).status_code == 403


def test_a_products_own_number_is_read_and_shown(cast: Cast) -> None:
    factories.ProductFactory()
    assert "labels bear" in cast.keeper.client.get("/catalog/apple/").content.decode()
    Product.objects.update(gtin="06901234567892")
    assert Product.objects.get().number == "06901234567892"
