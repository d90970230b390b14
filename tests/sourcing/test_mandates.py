"""Mandates: a firm says which points buy on its account for how much, and nobody buys above that."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.sourcing import queries, services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Mandate, Purchase
from terrace.sourcing.services import MandateGiven
from terrace.traceability.models import Lot
from tests import factories
from tests.amounts import fen
from tests.conftest import Cast
from tests.meanwhile import meanwhile
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import balance, fund, given, unit_of

TODAY = NOW.date()
AMOUNT = 46_000
"""What 92 kg at 5.00 come to."""


def _given(cast: Cast, **changes: Any) -> MandateGiven:
    assert cast.buyer.party
    usual: dict[str, Any] = {
        "buyer": cast.buyer.party.number,
        "unit": unit_of(cast),
        "a_day": fen(AMOUNT),
        "ends_on": TODAY + timedelta(days=30),
    }
    return MandateGiven(**{**usual, **changes})


def _give(cast: Cast, **changes: Any) -> Mandate:
    return services.give_mandate(by=cast.buyer.actor, given=_given(cast, **changes), now=NOW)


def _buy(cast: Cast, **changes: Any) -> Purchase:
    now = changes.pop("now", NOW)
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, **changes), now=now)


def _refused(cast: Cast, error: type[DomainError], **changes: Any) -> DomainError:
    """Assert that a purchase is refused and nothing has changed; return why."""
    before = (Purchase.objects.count(), Lot.objects.count(), balance(cast.buyer), Act.objects.count())
    with pytest.raises(error) as refused:
        _buy(cast, **changes)
    assert (Purchase.objects.count(), Lot.objects.count(), balance(cast.buyer), Act.objects.count()) == before
    return refused.value


def test_without_any_mandate_every_point_of_the_county_buys(cast: Cast) -> None:
    fund(cast)
    assert _buy(cast).mandate is None


def test_a_point_buys_up_to_the_limit_of_a_day_and_again_on_the_next(cast: Cast) -> None:
    fund(cast)
    mandate = _give(cast)
    assert _buy(cast).mandate == mandate
    refused = _refused(cast, services.OverMandate)
    assert refused.field == "buyer"
    assert "0.00" in str(refused)
    assert _buy(cast, now=NOW + timedelta(days=1)).mandate == mandate


def test_the_limit_in_all_does_not_begin_anew(cast: Cast) -> None:
    fund(cast)
    _give(cast, a_day=None, in_all=fen(AMOUNT + 100))
    _buy(cast)
    refused = _refused(cast, services.OverMandate, now=NOW + timedelta(days=1))
    assert refused.details["left_minor"] == 100


def test_goods_that_are_paid_later_count_from_the_day_they_are_bought(cast: Cast) -> None:
    fund(cast)
    _give(cast)
    _buy(cast, pay_rule=PayRule.AT_SALE)
    _refused(cast, services.OverMandate, pay_rule=PayRule.AT_GRADING)


def test_a_voided_purchase_gives_back_what_it_took(cast: Cast) -> None:
    fund(cast)
    mandate = _give(cast)
    services.void_purchase(by=cast.keeper.actor, purchase=_buy(cast), reason="Wrong crates", now=NOW)
    assert queries.left_of([mandate], TODAY)[mandate.pk] == fen(AMOUNT)
    _buy(cast)


@pytest.mark.parametrize("which", ["over", "withdrawn", "another point", "other goods"])
def test_who_has_given_a_mandate_buys_by_mandates_alone(cast: Cast, which: str) -> None:
    fund(cast)
    other = factories.UnitFactory(area=factories.AreaFactory(code="621226101201"))
    walnut = factories.ProductFactory(code="walnut")
    changes: dict[str, Any] = {"another point": {"unit": other.number}, "other goods": {"product": walnut.code}}.get(
        which, {"ends_on": TODAY}
    )
    mandate = _give(cast, **changes)
    if which == "withdrawn":
        services.withdraw_mandate(by=cast.buyer.actor, mandate=mandate, now=NOW)
    _refused(cast, services.NoMandate, now=NOW + timedelta(days=which == "over"))


def test_the_narrowest_mandate_with_room_is_used_first(cast: Cast) -> None:
    fund(cast)
    wide = _give(cast, unit="", a_day=None, in_all=fen(10 * AMOUNT))
    narrow = _give(cast, product="apple")
    assert [_buy(cast).mandate for _purchase in range(2)] == [narrow, wide]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"a_day": None}, "a_day"),
        ({"a_day": fen(0)}, "a_day"),
        ({"in_all": fen(-1)}, "in_all"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"unit": "U-NOWHERE"}, "unit"),
        ({"product": "moonstone"}, "product"),
        ({"buyer": "P-NOBODY"}, "buyer"),
    ],
)
def test_a_mandate_that_breaks_a_rule_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises((Invalid, NotFound)) as refused:
        _give(cast, **changes)
    assert refused.value.field == field
    assert (Mandate.objects.count(), Act.objects.filter(act="sourcing.give_mandate").count()) == (0, 0)


def test_only_the_firm_itself_gives_and_withdraws(cast: Cast) -> None:
    mandate = _give(cast)
    for member in (cast.keeper, cast.centre, cast.clerk, cast.farmer):
        with pytest.raises(DomainError):
            services.give_mandate(by=member.actor, given=_given(cast), now=NOW)
        with pytest.raises(Forbidden):
            services.withdraw_mandate(by=member.actor, mandate=mandate, now=NOW)
    mandate.refresh_from_db()
    assert (Mandate.objects.count(), mandate.withdrawn_at) == (1, None)
    services.withdraw_mandate(by=cast.buyer.actor, mandate=mandate, now=NOW)
    with pytest.raises(services.AlreadyWithdrawn):
        services.withdraw_mandate(by=cast.buyer.actor, mandate=mandate, now=NOW)
    assert list(Act.objects.filter(act__endswith="_mandate").order_by("pk").values_list("act", flat=True)) == [
        "sourcing.give_mandate",
        "sourcing.withdraw_mandate",
    ]


def test_firm_point_and_offices_above_see_a_mandate_and_others_do_not(cast: Cast) -> None:
    for mandate in (_give(cast), _give(cast, unit="")):
        for member in (cast.buyer, cast.keeper, cast.station, cast.centre, cast.bureau):
            assert queries.get_mandate(member.actor, mandate.number) == mandate
        for member in (cast.farmer, cast.stranger):
            with pytest.raises(NotFound):
                queries.get_mandate(member.actor, mandate.number)


def test_the_firm_gives_and_withdraws_on_its_pages(cast: Cast) -> None:
    assert cast.buyer.party
    client = cast.buyer.client
    form = client.get("/sourcing/mandates/new/").content.decode()
    assert unit_of(cast) in form
    sent = {"buyer": cast.buyer.party.number, "unit": unit_of(cast), "a_day": "460", "ends_on": TODAY.isoformat()}
    assert client.post("/sourcing/mandates/new/", {**sent, "a_day": ""}).status_code == 422
    assert client.post("/sourcing/mandates/new/", sent).status_code == 302
    mandate = Mandate.objects.get()
    assert mandate.a_day == fen(AMOUNT)
    url = f"/sourcing/mandates/{mandate.number}/withdraw/"
    assert url in client.get("/sourcing/mandates/").content.decode()
    keepers = cast.keeper.client.get("/sourcing/mandates/").content.decode()
    assert mandate.number in keepers
    assert url not in keepers
    assert cast.keeper.client.get("/sourcing/mandates/new/").status_code == 403
    assert cast.centre.client.post(url).status_code == 403
    assert client.post(url).status_code == 302
    mandate.refresh_from_db()
    assert mandate.withdrawn_at is not None


def test_the_scales_page_says_how_much_is_left(cast: Cast) -> None:
    assert cast.farmer.party
    assert cast.buyer.party
    fund(cast)
    _give(cast, a_day=fen(12_345))
    weighed = {
        "buyer": cast.buyer.party.number,
        "unit": unit_of(cast),
        "gross": "98.5",
        "tare": "6.5",
        "variety": "fuji",
        "price": "5",
        "pay_rule": "now",
    }
    page = cast.keeper.client.post(f"/sourcing/purchases/new/{cast.farmer.party.number}/apple/", weighed)
    assert page.status_code == 422
    assert "123.45" in page.content.decode()


def test_mandates_over_rest(cast: Cast) -> None:
    assert cast.buyer.party
    client, url = cast.buyer.client, "/api/v1/mandates"
    body = {
        "buyer": cast.buyer.party.number,
        "in_all": {"minor": AMOUNT, "currency": "CNY"},
        "ends_on": TODAY.isoformat(),
    }
    made = client.post(url, body, content_type="application/json")
    assert (made.status_code, made.json()["left"]) == (201, {"minor": AMOUNT, "currency": "CNY"})
    number = made.json()["number"]
    assert [one["number"] for one in cast.centre.client.get(url).json()["items"]] == [number]
    assert cast.centre.client.post(f"{url}/{number}/withdraw").status_code == 403
    assert client.post(f"{url}/{number}/withdraw").json()["left"] is None
    assert client.post(f"{url}/{number}/withdraw").status_code == 409


def test_what_was_said_in_a_mandate_cannot_be_changed(cast: Cast) -> None:
    mandate = _give(cast)
    with pytest.raises(Exception, match="Cannot update"):
        Mandate.objects.filter(pk=mandate.pk).update(day_minor=1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_keepers_do_not_both_spend_what_is_left(cast: Cast) -> None:
    fund(cast)
    _give(cast)
    refused = meanwhile(lambda: _buy(cast), lambda: _buy(cast))
    assert isinstance(refused, services.OverMandate)
    assert Purchase.objects.count() == 1
