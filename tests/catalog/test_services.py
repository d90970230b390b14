"""Adding to the catalogue, changing it, and taking things out of trade."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from terrace.audit.models import Act
from terrace.catalog import queries, services
from terrace.catalog.domain import ACTS, Season
from terrace.catalog.models import Pack, Product, Variety
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.deployment import Deployment, using
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.kernel.quantity import Quantity, Unit
from tests.catalog.conftest import terms
from tests.conftest import Cast

NAMES = {"en": "Smyrna", "zh-hans": "士麦那"}


def _quince(by: Actor = SYSTEM) -> Product:
    return services.add_product(by=by, code="quince", terms=terms())


def test_the_administrator_adds_a_product(cast: Cast) -> None:
    _quince(cast.administrator.actor)

    quince = queries.get_product("quince")
    assert quince.names == {"en": "Quince", "zh-hans": "榅桲"}
    assert (quince.unit, quince.season, quince.keeping) == (Unit.KILOGRAM, terms().season, terms().keeping)
    act = Act.objects.get(act="catalog.add_product")
    assert (act.subject_id, act.person_id, act.area_path) == (str(quince.pk), cast.administrator.person.pk, "6212")


@pytest.mark.parametrize("text", ["quince", "榅桲", "wenpo", "wp", "QUIN"])
def test_a_new_product_is_found_by_name_pinyin_and_initials(db: None, text: str) -> None:
    quince = _quince()
    assert list(queries.search_products(text)) == [quince]


def test_nobody_below_the_top_changes_the_catalogue(cast: Cast) -> None:
    quince = _quince()
    variety = services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    pack = services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(5, Unit.KILOGRAM))
    acts: list[Callable[[Actor], object]] = [
        lambda by: services.add_product(by=by, code="medlar", terms=terms()),
        lambda by: services.change_product(by=by, product=quince, version=1, terms=terms(hs_code="080830")),
        lambda by: services.retire_product(by=by, product=quince, version=1),
        lambda by: services.restore_product(by=by, product=quince, version=1),
        lambda by: services.add_variety(by=by, product=quince, code="lescovac", names=NAMES),
        lambda by: services.add_pack(by=by, product=quince, code="s", names=NAMES, content=Quantity(1, Unit.KILOGRAM)),
        lambda by: services.set_variety_in_use(by=by, variety=variety, version=1, is_active=False),
        lambda by: services.set_pack_in_use(by=by, pack=pack, version=1, is_active=False),
        lambda by: services.load_shipped_products(by=by),
    ]
    recorded = Act.objects.count()

    for actor in (cast.bureau.actor, cast.centre.actor, cast.keeper.actor, cast.farmer.actor, ANONYMOUS):
        for act in acts:
            with pytest.raises(Forbidden):
                act(actor)

    kept = Product.objects.get()
    assert (kept.version, kept.hs_code, kept.is_active) == (1, "080840", True)
    assert (Variety.objects.get().is_active, Pack.objects.get().is_active) == (True, True)
    assert Act.objects.count() == recorded


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("Quince", {}, "code"),
        ("quince", {"hs_code": "1"}, "hs_code"),
        ("quince", {"names": {}}, "name_en"),
        ("quince", {"illustration": "../../secret.svg"}, "illustration"),
    ],
)
def test_refuses_what_breaks_a_rule_and_adds_nothing(
    db: None, code: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.add_product(by=SYSTEM, code=code, terms=terms(**changes))
    assert refused.value.field == field
    assert not Product.objects.exists()
    assert not Act.objects.exists()


def test_a_code_belongs_to_one_product(db: None) -> None:
    _quince()
    with pytest.raises(services.CodeTaken):
        services.add_product(by=SYSTEM, code="quince", terms=terms(names={"en": "Pear", "zh-hans": "梨"}))
    assert queries.get_product("quince").names["en"] == "Quince"


def test_a_change_is_kept_with_what_was_before(db: None) -> None:
    quince = _quince()
    changed = terms(names={"en": "Pear quince", "zh-hans": "梨形榅桲"}, season=Season(10, 1))

    services.change_product(by=SYSTEM, product=quince, version=1, terms=changed)

    kept = queries.get_product("quince")
    assert (kept.version, kept.season, kept.names["en"]) == (2, Season(10, 1), "Pear quince")
    assert list(queries.search_products("lxwp")) == [kept]
    details = Act.objects.get(act="catalog.change_product").details
    assert details["before"]["names"]["en"] == "Quince"
    assert details["after"]["names"]["en"] == "Pear quince"


def test_refuses_a_change_made_from_an_old_version_and_keeps_the_newer(db: None) -> None:
    quince = _quince()
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))

    with pytest.raises(Stale):
        services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080810"))

    assert queries.get_product("quince").hs_code == "080830"
    assert Act.objects.filter(act="catalog.change_product").count() == 1


def test_refuses_another_unit_for_what_is_counted_already(db: None) -> None:
    quince = _quince()
    with pytest.raises(Invalid) as refused:
        services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(unit=Unit.PIECE))
    assert refused.value.field == "unit"
    assert queries.get_product("quince").unit == Unit.KILOGRAM


def test_a_changed_product_is_still_found_by_its_varieties(db: None) -> None:
    quince = _quince()
    services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))
    assert list(queries.search_products("smn")) == [quince]


def test_refuses_a_season_that_leaves_a_variety_outside(db: None) -> None:
    quince = _quince()
    services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES, season=Season(11, 11))
    with pytest.raises(Invalid) as refused:
        services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(season=Season(9, 10)))
    assert refused.value.field == "season_from"
    assert NAMES["zh-hans"] in str(refused.value) or NAMES["en"] in str(refused.value)
    assert queries.get_product("quince").season == Season(9, 11)


def test_a_retired_product_is_out_of_trade_until_it_is_restored(cast: Cast) -> None:
    quince = _quince()

    services.retire_product(by=cast.administrator.actor, product=quince, version=1)
    assert not queries.products().exists()
    assert queries.visible_to(cast.administrator.actor).get() == quince
    assert not queries.visible_to(cast.keeper.actor).exists()

    services.restore_product(by=cast.administrator.actor, product=quince, version=2)
    assert queries.products().get() == quince
    assert set(Act.objects.exclude(act="catalog.add_product").values_list("act", flat=True)) == {
        "catalog.retire_product",
        "catalog.restore_product",
    }


def test_refuses_to_retire_what_somebody_changed_meanwhile(db: None) -> None:
    quince = _quince()
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))
    with pytest.raises(Stale):
        services.retire_product(by=SYSTEM, product=quince, version=1)
    assert queries.products().exists()


def test_a_variety_is_added_and_the_product_found_by_it(db: None) -> None:
    quince = _quince()
    variety = services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES, season=Season(10, 10))
    assert list(queries.varieties_of(quince.pk)) == [variety]
    assert variety.season == Season(10, 10)
    assert list(queries.search_products("shimaina")) == [quince]
    assert queries.get_product("quince").version == 1


@pytest.mark.parametrize(
    ("code", "names", "season", "field"),
    [
        ("Smyrna!", NAMES, None, "code"),
        ("smyrna", {"en": "Smyrna"}, None, "name_zh-hans"),
        ("smyrna", NAMES, Season(8, 9), "season_from"),
    ],
)
def test_refuses_a_variety_that_breaks_a_rule(
    db: None, code: str, names: dict[str, str], season: Season | None, field: str
) -> None:
    quince = _quince()
    with pytest.raises(Invalid) as refused:
        services.add_variety(by=SYSTEM, product=quince, code=code, names=names, season=season)
    assert refused.value.field == field
    assert not Variety.objects.exists()


def test_refuses_a_second_variety_and_a_second_pack_of_one_code(db: None) -> None:
    quince = _quince()
    services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(5, Unit.KILOGRAM))
    with pytest.raises(services.CodeTaken):
        services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    with pytest.raises(services.CodeTaken):
        services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(9, Unit.KILOGRAM))
    assert Pack.objects.get().content == 5


@pytest.mark.parametrize("content", [Quantity(0, Unit.KILOGRAM), Quantity(-5, Unit.KILOGRAM), Quantity(5, Unit.PIECE)])
def test_refuses_a_pack_of_nothing_or_of_another_unit(db: None, content: Quantity) -> None:
    quince = _quince()
    with pytest.raises(Invalid) as refused:
        services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=content)
    assert refused.value.field == "content"
    assert not Pack.objects.exists()


def test_a_variety_and_a_pack_go_out_of_use_and_come_back(db: None) -> None:
    quince = _quince()
    variety = services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    pack = services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(5, Unit.KILOGRAM))

    services.set_variety_in_use(by=SYSTEM, variety=variety, version=1, is_active=False)
    services.set_pack_in_use(by=SYSTEM, pack=pack, version=2, is_active=False)
    assert not queries.varieties_of(quince.pk).exists()
    assert not queries.packs_of(quince.pk).exists()

    services.set_variety_in_use(by=SYSTEM, variety=variety, version=3, is_active=True)
    services.set_pack_in_use(by=SYSTEM, pack=pack, version=4, is_active=True)
    assert queries.varieties_of(quince.pk).get() == variety
    assert queries.packs_of(quince.pk).get() == pack


def test_refuses_to_retire_a_part_of_a_product_that_somebody_changed_meanwhile(db: None) -> None:
    quince = _quince()
    variety = services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    pack = services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(5, Unit.KILOGRAM))
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))

    with pytest.raises(Stale):
        services.set_variety_in_use(by=SYSTEM, variety=variety, version=1, is_active=False)
    with pytest.raises(Stale):
        services.set_pack_in_use(by=SYSTEM, pack=pack, version=1, is_active=False)

    assert (Variety.objects.get().is_active, Pack.objects.get().is_active) == (True, True)
    assert not Act.objects.filter(act__in=["catalog.retire_variety", "catalog.retire_pack"]).exists()


def test_the_shipped_products_are_loaded_once(db: None) -> None:
    assert services.load_shipped_products() == 36
    counts = Product.objects.count(), Variety.objects.count(), Pack.objects.count(), Act.objects.count()

    assert services.load_shipped_products() == 0

    assert counts == (Product.objects.count(), Variety.objects.count(), Pack.objects.count(), Act.objects.count())
    assert counts[:2] == (36, 103)


def test_loading_again_leaves_what_people_made_of_it(db: None) -> None:
    services.load_shipped_products()
    apple = queries.get_product("apple")
    changed = replace(terms(), names={"en": "Mountain apple", "zh-hans": "山苹果"}, season=apple.season)
    services.change_product(by=SYSTEM, product=apple, version=1, terms=changed)
    services.retire_product(by=SYSTEM, product=queries.get_product("lychee"), version=1)

    services.load_shipped_products()

    assert queries.get_product("apple").names["en"] == "Mountain apple"
    assert not queries.get_product("lychee").is_active


@pytest.mark.parametrize(
    ("text", "code"), [("pingguo", "apple"), ("富士", "apple"), ("fushi", "apple"), ("hj", "sichuan-pepper")]
)
def test_the_shipped_products_are_found_as_people_type_them(db: None, text: str, code: str) -> None:
    services.load_shipped_products()
    assert code in [product.code for product in queries.search_products(text)]


def test_the_command_says_what_it_added(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_products")
    call_command("load_products")
    assert capsys.readouterr().out == "36 products added.\n0 products added.\n"


def test_the_command_says_that_the_shipped_products_do_not_fit_the_languages(db: None) -> None:
    with using(Deployment(languages=("en", "sw"))), pytest.raises(CommandError, match=r"en, sw: Give a name in every"):
        call_command("load_products")

    assert not Product.objects.exists()


@pytest.mark.parametrize("months", [{"season_from": 13, "season_to": 1}, {"season_from": None, "season_to": 4}])
def test_the_database_refuses_a_variety_with_half_a_season(db: None, months: dict[str, int | None]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Variety.objects.create(product=_quince(), code="x", names=NAMES, **months)
    assert not Variety.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"storage": "shed"},
        {"hs_code": "0808"},
        {"hs_code": "08084x"},
        {"min_celsius": 5, "max_celsius": 2},
        {"min_celsius": None, "max_celsius": 2},
    ],
)
def test_the_database_refuses_a_product_that_breaks_a_rule(db: None, values: dict[str, str | int | None]) -> None:
    quince = _quince()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=quince.pk).update(**values)

    quince.refresh_from_db()
    assert (quince.hs_code, quince.keeping) == ("080840", terms().keeping)


def test_every_act_has_words_in_the_record(db: None) -> None:
    quince = _quince()
    services.change_product(by=SYSTEM, product=quince, version=1, terms=terms(hs_code="080830"))
    services.retire_product(by=SYSTEM, product=quince, version=2)
    services.restore_product(by=SYSTEM, product=quince, version=3)
    variety = services.add_variety(by=SYSTEM, product=quince, code="smyrna", names=NAMES)
    pack = services.add_pack(by=SYSTEM, product=quince, code="box", names=NAMES, content=Quantity(5, Unit.KILOGRAM))
    for version, is_active in ((4, False), (6, True)):
        services.set_variety_in_use(by=SYSTEM, variety=variety, version=version, is_active=is_active)
        services.set_pack_in_use(by=SYSTEM, pack=pack, version=version + 1, is_active=is_active)
    services.number_pack(by=SYSTEM, pack=pack, version=8, gtin="96385074")

    assert set(Act.objects.values_list("act", flat=True)) == set(ACTS)
