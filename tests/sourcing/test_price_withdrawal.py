"""A reference price that was entered by mistake is taken back, and a product without prices says how to begin."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.money import Money
from terrace.sourcing import queries, services
from terrace.sourcing.models import ReferencePrice
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY
from tests.sourcing.test_rest import API

COUNTY = VILLAGE[:6]
LINE = "/sourcing/prices/apple/"


def _quote(cast: Cast, minor: int, *, days_ago: int = 0, area: str = COUNTY, variety: str = "") -> ReferencePrice:
    given = services.PriceGiven(
        "apple", TODAY - timedelta(days=days_ago), area, Money(minor, "CNY"), variety, sure_of_price=True
    )
    return services.set_reference_price(by=cast.bureau.actor, given=given, now=NOW)


def test_a_price_that_was_taken_back_is_no_reference_any_more_and_stands_on_the_record(cast: Cast) -> None:
    right, wrong = _quote(cast, 500, days_ago=1), _quote(cast, 99_999_999)

    services.withdraw_reference_price(by=cast.clerk.actor, price=wrong)

    assert queries.latest_price(right.product_id, VILLAGE) == right
    act = Act.objects.get(act="sourcing.withdraw_reference_price")
    assert (act.person_id, act.area_path) == (cast.clerk.person.pk, wrong.area_path)
    assert act.details == {
        "product": "apple",
        "variety": "",
        "on": TODAY.isoformat(),
        "price": "999999.99 CNY",
        "source": "",
    }


def test_nobody_takes_back_the_price_of_another_place_or_without_the_post(cast: Cast) -> None:
    above = _quote(cast, 500, area=VILLAGE[:4])
    here = _quote(cast, 500)
    for who, price in ((cast.clerk, above), (cast.keeper, here)):
        with pytest.raises(Forbidden):
            services.withdraw_reference_price(by=who.actor, price=price)
    assert ReferencePrice.objects.count() == 2


def test_a_price_is_taken_back_once(cast: Cast) -> None:
    price = _quote(cast, 500)
    services.withdraw_reference_price(by=cast.clerk.actor, price=price)
    with pytest.raises(NotFound):
        services.withdraw_reference_price(by=cast.clerk.actor, price=price)
    assert Act.objects.filter(act="sourcing.withdraw_reference_price").count() == 1


def test_the_line_lists_its_prices_and_who_entered_a_wrong_one_takes_it_back_after_one_question(cast: Cast) -> None:
    right, wrong = _quote(cast, 500, days_ago=1), _quote(cast, 88_800)
    client, url = cast.clerk.client, f"{LINE}{wrong.pk}/withdraw/"
    client.cookies["language"] = "en"
    page = client.get(LINE).content.decode()
    assert f'href="{url}"' in page
    assert f'href="{LINE}{right.pk}/withdraw/"' in page

    asked = client.get(url).content.decode()
    assert "Withdraw this price?" in asked
    assert "888.00" in asked
    assert ReferencePrice.objects.count() == 2

    assert client.post(url).headers["Location"] == LINE
    assert ReferencePrice.objects.get() == right
    assert client.get(url).status_code == 404


def test_only_who_may_take_a_price_back_is_led_there(cast: Cast) -> None:
    above, here = _quote(cast, 500, area=VILLAGE[:4]), _quote(cast, 510)
    page = cast.bureau.client.get(LINE).content.decode()
    assert page.count("/withdraw/") == 2
    clerk = cast.clerk.client.get(LINE).content.decode()
    assert f'href="{LINE}{here.pk}/withdraw/"' in clerk
    assert f"{above.pk}/withdraw/" not in clerk
    assert "/withdraw/" not in cast.keeper.client.get(LINE).content.decode()
    for who, price in ((cast.keeper, here), (cast.clerk, above)):
        assert who.client.post(f"{LINE}{price.pk}/withdraw/").status_code == 403
    assert cast.clerk.client.get(f"/sourcing/prices/pear/{here.pk}/withdraw/").status_code == 404
    assert ReferencePrice.objects.count() == 2


def test_the_sheet_of_a_lines_prices_holds_figures_and_no_way_to_take_them_back(cast: Cast) -> None:
    _quote(cast, 510)
    sheet = cast.clerk.client.get(LINE, {"export": "xlsx"}, headers={"Accept-Language": "en"})
    heads = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()[0]
    assert heads == ["Day", "Price", "Price: unit", "Market", "Source"]


def test_a_program_takes_a_price_back_by_its_id(cast: Cast) -> None:
    _quote(cast, 500)
    found = cast.clerk.client.get(f"{API}/reference-prices").json()["items"][0]
    path = f"{API}/reference-prices/{found['id']}/withdraw"
    assert cast.keeper.client.post(path, {}, content_type="application/json").status_code == 403
    assert ReferencePrice.objects.count() == 1
    answer = cast.clerk.client.post(path, {}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, found)
    assert not ReferencePrice.objects.exists()
    assert cast.clerk.client.post(path, {}, content_type="application/json").status_code == 404


def test_a_product_without_prices_says_what_will_be_here_and_who_may_begins(cast: Cast) -> None:
    factories.ProductFactory()
    for who, begins in ((cast.clerk, True), (cast.keeper, False)):
        who.client.cookies["language"] = "en"
        page = who.client.get(LINE).content.decode()
        assert "No prices yet" in page
        assert "data-chart" not in page
        assert ('href="/sourcing/prices/new/?product=apple"' in page) == begins


def test_a_line_leads_who_may_to_the_next_price_of_its_product(cast: Cast) -> None:
    _quote(cast, 500)
    for who, leads in ((cast.clerk, True), (cast.keeper, False)):
        page = who.client.get(LINE).content.decode()
        assert 'data-chart="line"' in page
        assert ('href="/sourcing/prices/new/?product=apple"' in page) == leads


def test_no_product_is_chosen_for_who_enters_a_price(cast: Cast) -> None:
    factories.ProductFactory()
    empty = cast.clerk.client.get("/sourcing/prices/new/").context["form"]["product"]
    assert empty.field.choices[0][0] == ""
    assert empty.value() == ""
    assert cast.clerk.client.get("/sourcing/prices/new/?product=apple").context["form"]["product"].value() == "apple"
    given = {"product": "", "on": TODAY.isoformat(), "area": COUNTY, "price": "5"}
    assert list(cast.clerk.client.post("/sourcing/prices/new/", given).context["form"].errors) == ["product"]
    assert not ReferencePrice.objects.exists()


def test_a_price_of_the_year_1000_is_refused(cast: Cast) -> None:
    given = {"product": "apple", "on": "1000-01-01", "area": COUNTY, "price": "5"}
    assert list(cast.clerk.client.post("/sourcing/prices/new/", given).context["form"].errors) == ["on"]
    assert not ReferencePrice.objects.exists()
