"""The catalogue's pages as people use them."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from terrace.audit.models import Act
from terrace.catalog import queries, services
from terrace.catalog.models import Pack, Product, Variety
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import Deployment, using
from terrace.kernel.quantity import Quantity, Unit
from tests.catalog.conftest import terms
from tests.conftest import Cast
from tests.factories import ProductFactory

NAMES = {"en": "Smyrna", "zh-hans": "士麦那"}
PRODUCT = {
    "code": "quince",
    "name_en": "Quince",
    "name_zh-hans": "榅桲",
    "category": "fruit",
    "unit": "KGM",
    "season_from": "9",
    "season_to": "11",
    "storage": "cold",
    "min_celsius": "0",
    "max_celsius": "2",
    "keeps_days": "90",
    "hs_code": "080840",
    "illustration": "pear.svg",
    "origin_en": "Old orchards by the river",
    "origin_zh-hans": "河边老果园",
}


@pytest.fixture
def quince(db: None) -> Product:
    product = services.add_product(by=SYSTEM, code="quince", terms=terms())
    services.add_variety(by=SYSTEM, product=product, code="smyrna", names=NAMES)
    services.add_pack(by=SYSTEM, product=product, code="box", names=NAMES, content=Quantity(5_000, Unit.KILOGRAM))
    return product


def _english(client: Client) -> Client:
    client.cookies["language"] = "en"
    return client


def _text(client: Client, address: str, **query: str) -> str:
    response = _english(client).get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_who_signed_in_reads_the_catalogue(cast: Cast, quince: Product) -> None:
    for member in (cast.farmer, cast.keeper, cast.bureau, cast.administrator, cast.buyer):
        assert "Quince" in _text(member.client, "/catalog/")
        assert "Smyrna" in _text(member.client, "/catalog/quince/")


@pytest.mark.parametrize("page", ["", "quince/", "new/", "quince/change/"])
def test_a_visitor_is_asked_to_sign_in(quince: Product, page: str) -> None:
    response = Client().get(f"/catalog/{page}")
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_products_are_shown_in_the_readers_language(cast: Cast, quince: Product, language: str) -> None:
    client = cast.keeper.client
    client.cookies["language"] = language
    assert quince.names[language] in client.get("/catalog/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "wenpo"}, {"quince"}),
        ({"text": "smn"}, {"quince"}),
        ({"category": "herbs"}, {"rhubarb"}),
        ({"text": "qu", "category": "herbs"}, set()),
        ({"category": "no such"}, {"quince", "rhubarb"}),
    ],
)
def test_the_list_is_narrowed(cast: Cast, quince: Product, query: dict[str, str], found: set[str]) -> None:
    services.add_product(
        by=SYSTEM,
        code="rhubarb",
        terms=terms(names={"en": "Rhubarb", "zh-hans": "大黄"}, category=services.Category.HERBS),
    )
    text = _text(cast.keeper.client, "/catalog/", view="list", **query)
    assert {code for code in ("quince", "rhubarb") if f"/catalog/{code}/" in text} == found


@pytest.mark.parametrize(("day", "is_found"), [("2026-10-05", True), ("2026-03-05", False)])
def test_what_is_in_season_today_is_found(
    cast: Cast, quince: Product, monkeypatch: pytest.MonkeyPatch, day: str, is_found: bool
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(day))
    assert ("/catalog/quince/" in _text(cast.keeper.client, "/catalog/", in_season="on")) is is_found


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("language", "sort", "order"),
    [
        ("en", "name", ["pear", "quince", "rhubarb"]),
        ("zh-hans", "name", ["rhubarb", "pear", "quince"]),  # dahuang, li, wenpo
        ("en", "state", ["quince", "pear", "rhubarb"]),
    ],
)
def test_products_are_sorted_by_their_name_in_the_readers_language_and_by_their_state(
    cast: Cast, quince: Product, monkeypatch: pytest.MonkeyPatch, language: str, sort: str, order: list[str], sign: str
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 10, 5))
    ProductFactory(code="pear", names={"en": "Pear", "zh-hans": "梨"}, season_from=7, season_to=8)
    ProductFactory(code="rhubarb", names={"en": "Rhubarb", "zh-hans": "大黄"}, is_active=False)
    client = cast.administrator.client
    client.cookies["language"] = language
    rows = client.get("/catalog/", {"view": "list", "sort": f"{sign}{sort}"}).context["listing"].rows
    assert [row.url.split("/")[2] for row in rows] == (order[::-1] if sign else order)


@pytest.mark.parametrize("view", ["", "list"])
def test_the_catalogue_begins_in_the_order_of_the_readers_language(cast: Cast, quince: Product, view: str) -> None:
    ProductFactory(code="rhubarb", names={"en": "Rhubarb", "zh-hans": "大黄"}, search="rhubarb")
    client, found = cast.keeper.client, {}
    for language in ("en", "zh-hans"):
        client.cookies["language"] = language
        rows = client.get("/catalog/", {"view": view}).context["listing"].rows
        found[language] = [row.url.split("/")[2] for row in rows]
    assert found == {"en": ["quince", "rhubarb"], "zh-hans": ["rhubarb", "quince"]}


def test_a_list_makes_the_same_number_of_queries_for_many_rows(
    cast: Cast, quince: Product, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = _english(cast.keeper.client)
    client.get("/catalog/", {"view": "list"})
    with django_assert_max_num_queries(100) as few:
        client.get("/catalog/", {"view": "list"})
    services.load_shipped_products()
    with django_assert_max_num_queries(100) as many:
        client.get("/catalog/", {"view": "list", "size": "50"})
    assert len(many) == len(few)


def test_the_sheet_holds_every_product_with_its_code(cast: Cast) -> None:
    services.load_shipped_products()
    response = _english(cast.keeper.client).get("/catalog/", {"export": "xlsx", "category": "fruit"})
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Product"
    assert len(rows) == 1 + Product.objects.filter(category="fruit").count()
    assert "apple" in {row[rows[0].index("Code")] for row in rows[1:]}


def test_a_retired_product_is_seen_by_who_manages_the_catalogue_alone(cast: Cast, quince: Product) -> None:
    services.retire_product(by=SYSTEM, product=quince, version=1)
    assert "retired" in _text(cast.administrator.client, "/catalog/quince/")
    assert cast.keeper.client.get("/catalog/quince/").status_code == 404
    assert "/catalog/quince/" not in _text(cast.keeper.client, "/catalog/")


def test_the_administrator_adds_and_changes_a_product(cast: Cast) -> None:
    client = _english(cast.administrator.client)

    assert client.get("/catalog/new/").status_code == 200
    response = client.post("/catalog/new/", PRODUCT)
    assert (response.status_code, response["Location"]) == (302, "/catalog/quince/")

    assert 'value="Quince"' in _text(client, "/catalog/quince/change/")
    response = client.post("/catalog/quince/change/", {**PRODUCT, "version": "1", "name_en": "Pear quince"})
    assert response.status_code == 302
    kept = queries.get_product("quince")
    assert (kept.names["en"], kept.version, kept.origin_note["en"]) == ("Pear quince", 2, "Old orchards by the river")
    assert "pear.svg" in _text(client, "/catalog/quince/")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hs_code": "12"}, "six digits"),
        ({"code": "Quince Tree"}, "small letters"),
        ({"name_en": ""}, "required"),
        ({"max_celsius": "-5"}, "cannot be below"),
        ({"keeps_days": "0"}, "Enter 1 or more"),
    ],
)
def test_a_refused_product_comes_back_with_the_reason_and_what_was_entered(
    cast: Cast, changes: dict[str, str], message: str
) -> None:
    response = _english(cast.administrator.client).post("/catalog/new/", {**PRODUCT, **changes})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert 'value="榅桲"' in response.content.decode()
    assert not Product.objects.exists()


def test_a_code_that_is_taken_is_refused_at_its_field(cast: Cast, quince: Product) -> None:
    response = _english(cast.administrator.client).post("/catalog/new/", PRODUCT)
    assert response.status_code == 422
    assert "code_taken" in [error.code for error in response.context["form"].errors.as_data()["code"]]


def test_a_change_from_an_old_page_says_what_is_there_now_and_may_be_sent_again(cast: Cast, quince: Product) -> None:
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))
    client = _english(cast.administrator.client)
    response = client.post("/catalog/quince/change/", {**PRODUCT, "version": "1"})
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors["hs_code"] == ["Now: 080830"]
    assert queries.get_product("quince").hs_code == "080830"
    assert 'value="080840"' in response.content.decode()
    again = client.post("/catalog/quince/change/", {**PRODUCT, "version": form["version"].value()})
    assert again.status_code == 302
    assert queries.get_product("quince").hs_code == "080840"


def test_a_product_is_retired_after_one_question_and_restored(cast: Cast, quince: Product) -> None:
    client = _english(cast.administrator.client)
    assert "Retire Quince?" in _text(client, "/catalog/quince/retire/")
    assert queries.get_product("quince").is_active

    assert 'name="version" value="1"' in _text(client, "/catalog/quince/retire/")
    assert client.post("/catalog/quince/retire/", {"idempotency_key": "once", "version": "1"}).status_code == 302
    assert not queries.get_product("quince").is_active

    assert 'name="version" value="2"' in _text(client, "/catalog/quince/")
    assert client.post("/catalog/quince/restore/", {"version": "2"}).status_code == 302
    assert queries.get_product("quince").is_active


def test_a_product_that_somebody_changed_meanwhile_is_neither_retired_nor_restored(cast: Cast, quince: Product) -> None:
    client = _english(cast.administrator.client)
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))

    refused = client.post("/catalog/quince/retire/", {"version": "1"})

    assert refused.status_code == 422
    assert "Somebody changed this in the meantime." in refused.content.decode()
    assert queries.get_product("quince").is_active

    services.retire_product(by=SYSTEM, product=quince, version=2)
    for seen in ({"version": "2"}, {}):
        refused = client.post("/catalog/quince/restore/", seen)
        assert refused.status_code == 409
        assert "Somebody changed this in the meantime." in refused.content.decode()
    assert not queries.get_product("quince").is_active
    assert not Act.objects.filter(act="catalog.restore_product").exists()


def test_varieties_and_packs_are_added_and_taken_out_of_use(cast: Cast, quince: Product) -> None:
    client = _english(cast.administrator.client)
    names = {"name_en": "Lescovac", "name_zh-hans": "莱斯科瓦茨"}

    assert client.get("/catalog/quince/varieties/new/").status_code == 200
    assert client.post("/catalog/quince/varieties/new/", {**names, "code": "lescovac"}).status_code == 302
    assert client.get("/catalog/quince/packs/new/").status_code == 200
    assert client.post("/catalog/quince/packs/new/", {**names, "code": "crate", "content": "12.5"}).status_code == 302
    assert Pack.objects.get(code="crate").content == 12_500

    assert 'name="version" value="1"' in _text(client, "/catalog/quince/")
    assert client.post("/catalog/quince/varieties/lescovac/retire/", {"version": 1}).status_code == 302
    assert client.post("/catalog/quince/packs/crate/retire/", {"version": 1}).status_code == 409
    assert client.post("/catalog/quince/packs/crate/retire/").status_code == 409
    assert Pack.objects.get(code="crate").is_active
    assert client.post("/catalog/quince/packs/crate/retire/", {"version": 2}).status_code == 302
    assert not Variety.objects.get(code="lescovac").is_active
    assert not Pack.objects.get(code="crate").is_active
    assert "Lescovac" in _text(client, "/catalog/quince/")
    assert "Lescovac" not in _text(cast.keeper.client, "/catalog/quince/")
    assert client.post("/catalog/quince/packs/crate/restore/", {"version": 3}).status_code == 302
    assert Pack.objects.get(code="crate").is_active


@pytest.mark.parametrize(
    ("page", "given", "field"),
    [
        ("varieties", {"code": "a", "season_from": "9"}, "season_to"),
        ("varieties", {"code": "a", "season_from": "1", "season_to": "2"}, "season_from"),
        ("varieties", {"code": "smyrna"}, "code"),
        ("packs", {"code": "a", "content": "0"}, "content"),
        ("packs", {"code": "a", "content": "0.0001"}, "content"),
        ("packs", {"code": "box", "content": "1"}, "code"),
    ],
)
def test_a_refused_variety_or_pack_says_why_at_its_field(
    cast: Cast, quince: Product, page: str, given: dict[str, str], field: str
) -> None:
    names = {"name_en": "Lescovac", "name_zh-hans": "莱斯科瓦茨"}
    response = cast.administrator.client.post(f"/catalog/quince/{page}/new/", {**names, **given})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert (Variety.objects.count(), Pack.objects.count()) == (1, 1)


WRITES = (
    "new/",
    "quince/change/",
    "quince/retire/",
    "quince/restore/",
    "quince/varieties/new/",
    "quince/varieties/smyrna/retire/",
    "quince/packs/new/",
    "quince/packs/box/retire/",
)


@pytest.mark.parametrize("page", WRITES)
def test_nobody_else_changes_the_catalogue(cast: Cast, quince: Product, page: str) -> None:
    recorded = Act.objects.count()
    for member in (cast.bureau, cast.centre, cast.keeper, cast.farmer):
        assert member.client.post(f"/catalog/{page}", PRODUCT).status_code == 403
    assert Act.objects.count() == recorded


def test_the_buttons_are_there_for_who_may_press_them_alone(cast: Cast, quince: Product) -> None:
    assert "/catalog/quince/change/" in _text(cast.administrator.client, "/catalog/quince/")
    assert "/catalog/quince/change/" not in _text(cast.bureau.client, "/catalog/quince/")
    assert "/catalog/new/" in _text(cast.administrator.client, "/catalog/")
    assert "/catalog/new/" not in _text(cast.bureau.client, "/catalog/")


def test_a_season_is_said_in_words_too(cast: Cast, quince: Product) -> None:
    assert "September to November" in _text(cast.keeper.client, "/catalog/quince/")


def test_the_catalogue_takes_names_in_a_language_that_the_pages_do_not_speak(cast: Cast) -> None:
    client = cast.administrator.client
    sent = {**PRODUCT, "name_bo": "སེ་འབྲུ", "origin_bo": ""}

    with using(Deployment(languages=("en", "zh-hans", "bo"))):
        page = client.get("/catalog/new/").content.decode()
        client.post("/catalog/new/", sent)
        change = client.get("/catalog/quince/change/")

    assert "བོད་སྐད་" in page
    assert Product.objects.get(code="quince").names["bo"] == "སེ་འབྲུ"
    assert change.status_code == 200
