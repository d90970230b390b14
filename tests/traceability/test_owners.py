"""Whose goods a lot is: who bought it reads it wherever it lies, nobody else's are merged with it, and it stays so."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden, Invalid
from terrace.traceability import queries, services
from terrace.traceability.domain import EventKind, LossReason
from terrace.traceability.models import Lot, LotEvent
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, Cast, Member
from tests.traceability.conftest import NOW, kilos, taken_in


@pytest.fixture
def rival(cast: Cast) -> Member:
    """Return somebody who buys in the same county."""
    assert cast.buyer.party
    party = factories.PartyFactory(kind="cooperative", area=cast.buyer.party.area, name="Terrace Cooperative")
    return Member(factories.RepresentativeFactory(party=party).person, party)


def _read(member: Member, url: str) -> tuple[int, str]:
    answer = member.client.get(url)
    return answer.status_code, answer.content.decode()


def test_who_bought_a_lot_reads_it_and_what_is_made_of_it(cast: Cast, rival: Member) -> None:
    lot, other = taken_in(cast), taken_in(cast, 5)
    (part,) = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(100)], now=NOW)
    mixed = services.merge_lots(by=SYSTEM, lots=[part, other], now=NOW)
    services.lose(by=SYSTEM, lot=lot, quantity=kilos(20), reason=LossReason.ROTTEN, now=NOW)
    for number in (lot.number, part.number, mixed.number):
        assert number in _read(cast.buyer, "/lots/")[1]
        assert number not in _read(rival, "/lots/")[1]
        for url in (f"/lots/{number}/", f"/api/v1/lots/{number}", f"/api/v1/lots/{number}/journey"):
            assert (_read(cast.buyer, url)[0], _read(rival, url)[0]) == (200, 404), url
    _status, page = _read(cast.buyer, f"/lots/{lot.number}/")
    for words in ("Cloud Ridge Shop", "Rotten", "680", f"/lots/{part.number}/"):
        assert words in page
    assert f"/lots/{lot.number}/split/" not in page


def test_the_owner_reads_no_more_of_a_household_than_everybody_who_holds_the_goods(cast: Cast) -> None:
    lot = taken_in(cast)
    assert cast.farmer.party
    _status, page = _read(cast.buyer, f"/lots/{lot.number}/")
    assert "A household of the village" in page
    for said in (cast.farmer.party.name, cast.farmer.party.number):
        assert said not in page
        assert said not in _read(cast.buyer, f"/api/v1/lots/{lot.number}")[1]


def test_a_program_reads_whose_goods_they_are(cast: Cast) -> None:
    lot = taken_in(cast)
    assert cast.buyer.party
    for member in (cast.buyer, cast.keeper):
        told: dict[str, Any] = member.client.get(f"/api/v1/lots/{lot.number}").json()
        assert told["owner"] == cast.buyer.party.number


def test_goods_that_nobody_bought_are_their_producers_own(cast: Cast) -> None:
    lot = taken_in(cast, owner_id=None)
    assert cast.farmer.party
    assert lot.owner_id == cast.farmer.party.pk


def test_the_owner_acts_on_no_lot_that_lies_with_others(cast: Cast) -> None:
    lot = taken_in(cast)
    before = LotEvent.objects.count()
    with pytest.raises(Forbidden):
        services.split_lot(by=cast.buyer.actor, lot=lot, parts=[kilos(1)], now=NOW)
    with pytest.raises(Forbidden):
        services.lose(by=cast.buyer.actor, lot=lot, quantity=kilos(1), reason=LossReason.ROTTEN, now=NOW)
    assert (Lot.objects.get().left, LotEvent.objects.count()) == (kilos(800), before)


def test_goods_of_two_owners_are_neither_offered_together_nor_merged(cast: Cast, rival: Member) -> None:
    assert rival.party
    lot, own, others = taken_in(cast), taken_in(cast, 5), taken_in(cast, 7, owner_id=rival.party.pk)
    assert queries.lots_to_merge_with(cast.keeper.actor, lot) == [own]
    assert queries.lots_to_merge_with(cast.keeper.actor, others) == []
    page = _read(cast.keeper, f"/lots/{lot.number}/merge/")[1]
    assert (own.number in page, others.number in page) == (True, False)
    with pytest.raises(Invalid, match="different owners") as refused:
        services.merge_lots(by=cast.keeper.actor, lots=[lot, others], now=NOW)
    assert refused.value.field == "lots"
    answer = cast.keeper.client.post(
        "/api/v1/lots/merge", {"lots": [lot.number, others.number]}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert sorted(Lot.objects.values_list("steps", flat=True)) == [5_000, 7_000, 800_000]


def test_nothing_is_offered_to_merge_with_a_lot_that_would_be_refused(cast: Cast) -> None:
    recalled, waiting, whole = taken_in(cast, 1), taken_in(cast, 2), taken_in(cast, 3)
    services.recall(by=SYSTEM, lot=recalled, reason="Residues", now=NOW)
    services.set_aside(by=SYSTEM, lot_ids=[waiting.pk], reference="consignment/K-TEST0001", now=NOW)
    for lot in Lot.objects.order_by("pk"):
        assert queries.lots_to_merge_with(cast.keeper.actor, lot) == [], lot
    another = taken_in(cast, 4)
    assert queries.lots_to_merge_with(cast.keeper.actor, whole) == [another]


def test_whose_a_lot_is_and_who_grew_it_never_changes(cast: Cast, rival: Member) -> None:
    lot = taken_in(cast)
    assert rival.party
    for change in ({"owner": rival.party}, {"producer": rival.party}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(**change)
    assert Lot.objects.get().owner_id == lot.owner_id


def test_who_may_not_see_a_household_reads_its_number_nowhere_in_a_lot_of_its_own(cast: Cast) -> None:
    lot = taken_in(cast, owner_id=None)
    there = factories.UnitFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE))
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=there.pk, now=NOW)
    told = cast.stranger.client.get(f"/api/v1/lots/{lot.number}").json()
    assert (told["producer"], told["owner"]) == ("", "")
    assert cast.farmer.party
    assert cast.farmer.party.number not in _read(cast.stranger, f"/lots/{lot.number}/")[1]
