"""What the ledger does when the registry asks about a party, moves one, or has erased one."""

from typing import Any

from terrace.kernel import clock, events
from terrace.kernel.words import Text
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.models import Payout
from terrace.network import queries as network
from terrace.registry import queries as registry_queries
from terrace.registry import services as registry
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.ledger.conftest import Give, open_bank_account, prepare, said, yuan


def _against(party_id: int) -> list[str]:
    reasons: list[Text] = []
    events.publish(ErasureAsked(party_id, reasons.append))
    return [str(reason) for reason in reasons]


def test_nobody_is_erased_who_has_money_or_a_payout_on_its_way(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    give(cast.farmer.party.pk, yuan(5))
    assert any("money on its account" in reason for reason in _against(cast.farmer.party.pk))

    run = prepare(cast)
    assert [reason for reason in _against(cast.farmer.party.pk) if "on its way" in reason]

    ledger.export_payouts(by=cast.clerk.actor, run=run)
    rows = said((Payout.objects.get().number, "paid", clock.today().isoformat()))
    ledger.book_results(by=cast.clerk.actor, run=run, rows=rows)
    assert _against(cast.farmer.party.pk) == []


def test_nobody_is_erased_to_whom_a_unit_hands_on_what_it_earns(cast: Cast) -> None:
    assert cast.farmer.party
    unit = network.units_by_id(cast.keeper.actor.units)[min(cast.keeper.actor.units)]
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=cast.farmer.party)
    assert any("Name somebody else" in reason for reason in _against(cast.farmer.party.pk))
    ledger.set_operator(by=cast.clerk.actor, unit=unit, party=None)
    assert _against(cast.farmer.party.pk) == []


def test_a_persons_export_holds_its_money_without_account_numbers(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    give(cast.farmer.party.pk, yuan(5))
    prepare(cast)
    sections: dict[str, Any] = {}

    events.publish(DataRequested(cast.farmer.party.pk, sections.__setitem__))

    assert [row["amount"] for row in sections["movements of money"]] == ["5.00 CNY", "-5.00 CNY"]
    assert sections["payouts"][0]["account"] == "Longnan Rural Bank ••••7890"


def test_what_is_left_of_an_erased_partys_payouts_names_no_bank_account(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    give(cast.farmer.party.pk, yuan(5))
    prepare(cast)

    events.publish(PartyErased(cast.farmer.party.pk))

    payout = Payout.objects.get()
    assert (payout.bank, payout.last4, payout.amount) == ("", "", yuan(5))


def test_money_is_looked_after_where_its_owner_lives_now(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    account = give(cast.farmer.party.pk, yuan(5))
    area = factories.AreaFactory(code=NEIGHBOUR_VILLAGE)
    party = cast.farmer.party
    profile = registry.Profile(party.name, area.pk, party.phone, party.email, party.address)

    registry.change_party(by=cast.centre.actor, party=party, version=party.version, profile=profile)

    account.refresh_from_db()
    assert account.area_path == area.path
    assert queries.statement(account, clock.today(), clock.today()).entries[0].entry.area_path != area.path


def test_what_was_booked_before_its_owner_moved_still_counts_where_it_was_booked(cast: Cast, give: Give) -> None:
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    account = give(cast.farmer.party.pk, yuan(5))
    before = account.area_path
    prepare(cast)
    for code in (NEIGHBOUR_VILLAGE, VILLAGE, NEIGHBOUR_VILLAGE):
        party = registry_queries.get_party(cast.centre.actor, cast.farmer.party.number)
        profile = registry.Profile(party.name, code, party.phone, party.email, party.address)
        registry.change_party(by=cast.centre.actor, party=party, version=party.version, profile=profile)
        give(cast.farmer.party.pk, yuan(1))

    places = account.former_places.order_by("pk").values_list("area_path", flat=True)
    assert list(places) == [before, NEIGHBOUR_VILLAGE, before]
    assert [found for check in queries.CHECKS for found in check.find()] == []
