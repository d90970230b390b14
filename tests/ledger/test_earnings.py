"""What a service unit has earned reaches the bank account of who runs it, with the payouts of its area."""

from typing import Any

import pytest
from django.urls import reverse

from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Part, Reason
from terrace.ledger.models import Account, Operator, Payout, Transfer
from terrace.ledger.queries.checks import CHECKS
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, Cast
from tests.ledger.conftest import draft, open_bank_account, prepare, yuan


def earned(unit: ServiceUnit, amount: Money) -> Account:
    """Let a unit earn something for its service."""
    bank, account = ledger.house_account(AccountKind.BANK), ledger.account_of_unit(unit.pk)
    parts = (Part.BANK, Part.OUTLET)
    ledger.post(by=SYSTEM, draft=draft(bank, account, amount, key="fee/1", reason=Reason.FEE, parts=parts))
    return account


@pytest.fixture
def unit(cast: Cast) -> ServiceUnit:
    """The keeper's point, with 90 yuan on its account."""
    found: ServiceUnit = network.units_by_id(cast.keeper.actor.units)[min(cast.keeper.actor.units)]
    earned(found, yuan(90))
    return found


def balance(account: Account) -> Money:
    return queries.balance_of(account.pk)


def own(cast: Cast) -> Party:
    """The household that runs the point."""
    assert cast.farmer.party
    return cast.farmer.party


def test_earnings_reach_the_bank_account_of_who_runs_the_unit(cast: Cast, unit: ServiceUnit) -> None:
    open_bank_account(cast, cast.farmer)
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=own(cast))

    run = prepare(cast)

    payout = Payout.objects.get(run=run)
    assert (payout.party_id, payout.amount) == (own(cast).pk, yuan(90))
    assert balance(ledger.account_of_unit(unit.pk)) == balance(ledger.account_of_party(own(cast).pk)) == yuan(0)
    assert Transfer.objects.get(reason=Reason.EARNINGS).reference == f"unit/{unit.number}"
    assert all(not list(check.find()) for check in CHECKS)


def test_what_a_unit_earned_stays_told_when_it_is_handed_on(cast: Cast, unit: ServiceUnit) -> None:
    open_bank_account(cast, cast.farmer)
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=own(cast))

    prepare(cast)

    parts = Transfer.objects.get(reason=Reason.EARNINGS).entries.values_list("part", flat=True)
    assert set(parts) == {Part.BANK}


def test_without_somebody_who_runs_it_the_money_stays(cast: Cast, unit: ServiceUnit) -> None:
    with pytest.raises(ledger.NothingToPay):
        prepare(cast)

    assert balance(ledger.account_of_unit(unit.pk)) == yuan(90)
    assert not Transfer.objects.filter(reason=Reason.EARNINGS).exists()


def test_a_run_that_pays_nobody_hands_nothing_on(cast: Cast, unit: ServiceUnit) -> None:
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=own(cast))

    with pytest.raises(ledger.NothingToPay):
        prepare(cast, minimum=yuan(91))

    assert balance(ledger.account_of_unit(unit.pk)) == yuan(90)


@pytest.mark.parametrize("name", ["keeper", "farmer", "stranger", "station"])
def test_only_who_pays_out_there_says_who_runs_a_unit(cast: Cast, unit: ServiceUnit, name: str) -> None:
    with pytest.raises(Forbidden):
        ledger.set_operator(by=getattr(cast, name).actor, unit=unit, party=own(cast))

    assert not Operator.objects.exists()


def test_a_clerk_sends_no_money_to_a_party_of_their_own(cast: Cast, unit: ServiceUnit) -> None:
    factories.RepresentativeFactory(party=own(cast), person=cast.clerk.person)

    with pytest.raises(ledger.OwnOperator):
        ledger.set_operator(by=cast.clerk.actor, unit=unit, party=own(cast))

    assert not Operator.objects.exists()


def test_who_runs_a_unit_is_at_home_in_its_county(cast: Cast, unit: ServiceUnit) -> None:
    far = factories.HouseholdFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE))

    with pytest.raises(Invalid):
        ledger.set_operator(by=cast.clerk.actor, unit=unit, party=far)

    assert not Operator.objects.exists()


def test_the_page_of_a_units_account_says_who_runs_it(cast: Cast, unit: ServiceUnit) -> None:
    account = ledger.account_of_unit(unit.pk)
    page = reverse("ledger:operator", args=[account.number])

    refused: Any = cast.clerk.client.post(page, {"party": "P-NOBODY"})
    assert refused.status_code == 422
    cast.clerk.client.post(page, {"party": own(cast).number})

    assert own(cast).name in cast.clerk.client.get(reverse("ledger:account", args=[account.number])).content.decode()
    cast.clerk.client.post(page, {"party": ""})
    assert not Operator.objects.exists()


def test_the_page_suggests_who_lives_there_and_takes_a_name_or_a_number(cast: Cast, unit: ServiceUnit) -> None:
    address = reverse("ledger:operator", args=[ledger.account_of_unit(unit.pk).number])
    clerk, party = cast.clerk.client, own(cast)

    page = clerk.get(address).content.decode()
    assert f'<option value="{party.number}">{party.name}</option>' in page

    clerk.post(address, {"party": party.name})
    assert Operator.objects.get(unit=unit).party_id == party.pk
    clerk.post(address, {"party": party.number.lower()})
    assert Operator.objects.get(unit=unit).party_id == party.pk


def test_a_name_that_several_have_or_nobody_names_no_operator(cast: Cast, unit: ServiceUnit) -> None:
    address, party = reverse("ledger:operator", args=[ledger.account_of_unit(unit.pk).number]), own(cast)
    factories.HouseholdFactory(area=party.area, name=party.name)

    for wanted, words in ((party.name, "choose one by its number"), ("Nobody At All", "nobody with this name")):
        answer = cast.clerk.client.post(address, {"party": wanted})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Operator.objects.exists()
