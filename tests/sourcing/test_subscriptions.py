"""What the registry asks of sourcing when a person wants their data, or wants them gone."""

from typing import Any

from django.core.files.base import ContentFile

from terrace.kernel import events
from terrace.kernel.words import Text
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased
from terrace.sourcing import services
from terrace.sourcing.models import DemandNotice, SupplyNotice
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, terms


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
