"""The other ways in which a GS1 Digital Link may be written: with a slash, a shorter GTIN, or without a lot."""

import pytest
from django.test import Client

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.traceability.domain import link_path, number_on_label
from tests import factories
from tests.conftest import Cast
from tests.traceability.conftest import taken_in

GTIN_13 = "6901234567892"
GTIN_8 = "96385074"


@pytest.mark.parametrize("short", [GTIN_13, GTIN_8, "614141999996"])
def test_a_shorter_gtin_and_a_slash_lead_to_the_code_as_the_standard_writes_it(cast: Cast, short: str) -> None:
    lot = taken_in(cast)
    whole = short.zfill(14)
    Product.objects.filter(pk=lot.product_id).update(gtin=whole)
    for said in (f"/01/{short}", f"/01/{short}/", f"/01/{whole}/"):
        answer = Client().get(said)
        assert (answer.status_code, answer["Location"]) == (301, f"/01/{whole}"), said
    for said in (f"/01/{short}/10/{lot.number}", f"/01/{whole}/10/{lot.number}/"):
        answer = Client().get(f"{said}?linkType=gs1:traceability")
        assert answer["Location"] == f"{link_path(whole, lot.number)}?linkType=gs1:traceability", said
        assert Client().get(answer["Location"]).status_code == 200


def test_a_code_without_a_lot_names_the_goods_and_leads_on_to_the_lot(cast: Cast) -> None:
    lot = taken_in(cast)
    code = f"/01/{lot.gtin}"
    answer = Client().get(code)
    page = answer.content.decode()
    assert (answer.status_code, "<h1>Apple" in page or ">Apple<" in page, "Lot number on the label" in page) == (
        200,
        True,
        True,
    )
    assert answer["X-Robots-Tag"].startswith("noindex")
    for said in (lot.number.lower(), f"https://terrace.example{link_path(lot.gtin, lot.number)}/"):
        answer = Client().get(code, {"lot": said})
        assert (answer.status_code, answer["Location"]) == (302, link_path(lot.gtin, lot.number))
    assert Client().get(code, {"lot": "../x?y"}, follow=True).status_code == 404


def test_a_pack_and_a_product_with_a_gtin_of_its_own_are_known_by_either_number(cast: Cast) -> None:
    lot = taken_in(cast)
    pack = factories.PackFactory(product=lot.product)
    before = lot.gtin
    assert Client().get(f"/01/{pack.number}").status_code == 200
    Product.objects.filter(pk=lot.product_id).update(gtin=GTIN_13.zfill(14))
    assert [catalog.find_by_gtin(number) for number in (before, GTIN_13.zfill(14), pack.number)] == [lot.product] * 3


@pytest.mark.parametrize("said", ["00614141999996", "04000000000099", "apple", "123/", "%20"])
def test_a_code_of_nothing_is_told_kindly(cast: Cast, said: str) -> None:
    answer = Client().get(f"/01/{said}")
    assert (answer.status_code, "This code is not known" in answer.content.decode()) == (404, True)


def test_an_address_with_a_slash_at_its_end_is_read_as_its_number() -> None:
    assert number_on_label("https://terrace.example/01/04001234567895/10/B-TEST0001/?a=b") == "B-TEST0001"
    assert number_on_label("https://terrace.example/01/04001234567895/10/B-TEST0001/") == "B-TEST0001"
