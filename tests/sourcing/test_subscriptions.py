"""What the registry asks of sourcing when a person wants their data or wants them gone, and when a party rests."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from terrace.audit.models import Act
from terrace.kernel import events
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Invalid
from terrace.kernel.words import Text
from terrace.registry import services as registry
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Status
from terrace.sourcing.models import DemandNotice, SupplyNotice
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.meanwhile import meanwhile
from tests.sourcing.conftest import NOW, TODAY, terms


def _recorded(cast: Cast) -> SupplyNotice:
    assert cast.farmer.party is not None
    photo = ContentFile(b"pixels", "apples.jpg")
    return services.record_supply(
        by=cast.farmer.actor, party=cast.farmer.party.number, terms=terms(note="Call Suqin"), photo=photo, now=NOW
    )


def test_a_persons_export_holds_the_notices(cast: Cast) -> None:
    notice = _recorded(cast)
    sections: dict[str, Any] = {}
    events.publish(DataRequested(notice.party_id, sections.__setitem__))
    assert [row["number"] for row in sections["supply notices"]] == [notice.number]
    assert sections["demand notices"] == []


def test_nobody_is_erased_with_an_open_notice(cast: Cast) -> None:
    notice = _recorded(cast)
    reasons: list[Text] = []
    events.publish(ErasureAsked(notice.party_id, reasons.append))
    assert len(reasons) == 1
    services.withdraw_supply(by=cast.farmer.actor, notice=notice, version=1)
    reasons.clear()
    events.publish(ErasureAsked(notice.party_id, reasons.append))
    assert reasons == []


def test_note_and_photo_go_with_the_person_and_the_quantity_stays(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    notice = _recorded(cast)
    storage, name = notice.photo.storage, notice.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(PartyErased(notice.party_id))
    assert not storage.exists(name)
    kept = SupplyNotice.objects.get()
    assert (kept.note, kept.photo.name, kept.quantity_steps) == ("", "", 800_000)


def test_the_note_of_a_demand_goes_with_the_person_and_others_keep_theirs(cast: Cast) -> None:
    assert cast.buyer.party is not None
    other = factories.PartyFactory(kind="enterprise", area=factories.AreaFactory(code=VILLAGE))
    for party in (cast.buyer.party, other):
        noted = terms(note="Ring Li Na")
        services.record_demand(by=cast.centre.actor, party=party.number, terms=noted)
    events.publish(PartyErased(cast.buyer.party.pk))
    kept = {notice.party_id: (notice.note, notice.quantity_steps) for notice in DemandNotice.objects.all()}
    assert kept == {cast.buyer.party.pk: ("", 800_000), other.pk: ("Ring Li Na", 800_000)}


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_what_is_open_is_withdrawn_when_its_party_rests_and_stays_so(cast: Cast, side: str) -> None:
    record, get, party = {
        "supply": (services.record_supply, queries.get_supply, cast.farmer.party),
        "demand": (services.record_demand, queries.get_demand, cast.buyer.party),
    }[side]
    assert party is not None
    other = factories.PartyFactory(kind="cooperative", area=factories.AreaFactory(code=VILLAGE))
    centre = cast.centre.actor
    own, others = (record(by=centre, party=one.number, terms=terms(), now=NOW).number for one in (party, other))

    registry.deactivate_party(by=centre, party=party, version=1)

    assert get(centre, own).status == Status.WITHDRAWN
    assert get(centre, others).status == Status.OPEN
    assert list(Act.objects.filter(act=f"sourcing.rest_{side}").values_list("label", "person_name")) == [
        (own, SYSTEM.name)
    ]
    registry.reactivate_party(by=centre, party=party, version=2)
    assert get(centre, own).status == Status.WITHDRAWN


def test_what_has_ended_already_is_left_as_it_ended_when_its_party_rests(cast: Cast) -> None:
    notice = _recorded(cast)
    assert cast.farmer.party is not None
    SupplyNotice.objects.update(opens_on=TODAY - timedelta(days=9), closes_on=TODAY - timedelta(days=2))

    registry.deactivate_party(by=cast.centre.actor, party=cast.farmer.party, version=1)

    notice.refresh_from_db()
    assert (notice.standing, notice.version) == (Status.EXPIRED, 1)


def test_what_was_withdrawn_for_resting_still_counts_for_the_days_before(cast: Cast, time_machine: Any) -> None:
    notice = _recorded(cast)
    assert cast.farmer.party is not None
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    registry.deactivate_party(by=cast.centre.actor, party=cast.farmer.party, version=1)

    counts = [
        queries.count_supply_open_at(notice.area_path, moment) for moment in (NOW, NOW + timedelta(days=2, hours=1))
    ]
    assert counts == [1, 0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_party_that_is_let_rest_meanwhile_records_nothing(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    said = meanwhile(
        lambda: registry.deactivate_party(by=SYSTEM, party=party, version=1),
        lambda: services.record_supply(by=SYSTEM, party=party.number, terms=terms(), now=NOW),
    )
    assert isinstance(said, Invalid)
    assert not SupplyNotice.objects.exists()
