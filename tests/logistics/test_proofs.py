"""Handing over: for a code, a signature or a photo, to the recipient or to who was named to collect it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, Proof, ScanKind
from terrace.logistics.models import Parcel, Scan, ScanPhoto
from terrace.messaging.models import OutgoingMessage
from tests.access.bodies import photo
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_checks import found
from tests.logistics.test_parcels import code_of
from tests.unchanged import nothing_changes

TO = {"name": "Wang Qiang", "phone": "13893900077"}


@pytest.fixture
def shelved(cast: Cast, places: Places, down: Parcel) -> Parcel:
    """Return a parcel that waits at the keeper's point since noon."""
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=NOON)
    down.refresh_from_db()
    return down


def last(parcel: Parcel) -> Scan:
    """Return the youngest scan of a parcel."""
    return queries.scans_of(parcel).latest("id")


def sent_to(phone: str) -> str:
    """Return the last text that a phone was sent."""
    return OutgoingMessage.objects.filter(address=phone).latest("id").text


def drawn() -> SimpleUploadedFile:
    """Return what the pad sends when somebody has signed."""
    picture = BytesIO()
    Image.new("RGB", (64, 24), "white").save(picture, "PNG")
    return SimpleUploadedFile("signature.png", picture.getvalue(), "image/png")


def test_the_scan_says_which_proof_was_given(cast: Cast, shelved: Parcel) -> None:
    services.hand_over(by=cast.keeper.actor, parcel=shelved, code=code_of(), now=later(5))
    assert (last(shelved).proof, last(shelved).to_other) == (Proof.CODE, False)
    page = cast.keeper.client.get(f"/logistics/parcels/{shelved.number}/").content.decode()
    assert "For the pick-up code" in page


def test_a_recipient_signs_on_the_keepers_phone_and_the_signature_goes_with_their_data(
    cast: Cast, shelved: Parcel
) -> None:
    url = f"/logistics/parcels/{shelved.number}/hand-over/"
    assert "data-signature" in cast.keeper.client.get(url).content.decode()
    assert cast.keeper.client.post(url, {"code": "", "signature": drawn()}).status_code == 302
    scan = last(shelved)
    assert (scan.kind, scan.proof) == (ScanKind.HANDED_OVER, Proof.SIGNATURE)
    assert cast.keeper.client.get(f"/logistics/parcels/{shelved.number}/photos/{scan.pk}.jpg").status_code == 200
    assert services.empty_parcels(now=scan.at + timedelta(days=181)) == 1
    assert not ScanPhoto.objects.exists()


def test_a_photo_is_a_proof_of_its_own(cast: Cast, shelved: Parcel) -> None:
    services.hand_over(by=cast.keeper.actor, parcel=shelved, photo=photo(), now=later(5))
    assert last(shelved).proof == Proof.PHOTO


def test_somebody_else_collects_it_with_a_code_of_their_own(cast: Cast, shelved: Parcel) -> None:
    own = code_of()
    sent = {"number": shelved.number, "tail": "1234", "code": own, **TO}
    answer = Client().post("/logistics/status/collector/", sent)
    assert "Wang Qiang may collect it now" in answer.content.decode()
    assert "Wang Qiang" in sent_to("+8613993901234")
    theirs = sent_to("+8613893900077").split("code: ")[1][:6]
    shelved.refresh_from_db()
    assert shelved.collector == "Wang Qiang"
    assert "Wang Qiang" not in Client().post("/logistics/status/", sent).content.decode()
    services.hand_over(by=cast.keeper.actor, parcel=shelved, code=theirs, now=later(5))
    assert (last(shelved).proof, last(shelved).to_other) == (Proof.CODE, True)
    assert services.empty_parcels(now=later(5) + timedelta(days=181)) == 1
    shelved.refresh_from_db()
    assert (shelved.collector, shelved.collector_phone, shelved.collector_code) == ("", "", "")
    assert found() == {}


def test_the_recipients_own_code_opens_it_as_before_and_who_was_named_first_no_more(
    cast: Cast, shelved: Parcel
) -> None:
    own = code_of()
    for number in ("13893900077", "13893900088"):
        services.name_collector(by=ANONYMOUS, parcel=shelved, code=own, name="Wang Qiang", phone=number)
    first = sent_to("+8613893900077").split("code: ")[1][:6]
    with pytest.raises(services.WrongCode):
        services.hand_over(by=cast.keeper.actor, parcel=shelved, code=first, now=later(5))
    services.hand_over(by=cast.keeper.actor, parcel=shelved, code=own, now=later(5))
    assert not last(shelved).to_other


def test_number_and_phone_alone_name_nobody_and_wrong_codes_are_counted(cast: Cast, shelved: Parcel) -> None:
    own = code_of()
    wrong = "000000" if own != "000000" else "111111"
    sent = {"number": shelved.number, "tail": "1234", "code": wrong, **TO}
    answer = Client().post("/logistics/status/collector/", sent)
    assert answer.status_code == 422
    assert "not the code" in answer.content.decode()
    shelved.refresh_from_db()
    assert (shelved.collector, shelved.code_tries) == ("", 1)
    with nothing_changes("logistics"):
        assert Client().post("/logistics/status/collector/", sent | {"tail": "9999"}).status_code == 302
        for broken, field in (
            ({"name": " "}, "name"),
            ({"phone": ""}, "phone"),
            ({"name": "11010519491231002X"}, "name"),
        ):
            with pytest.raises(Invalid) as refused:
                services.name_collector(by=ANONYMOUS, parcel=shelved, code=own, **{**TO, **broken})
            assert refused.value.field == field


def test_tries_to_name_somebody_are_limited_like_looks(cast: Cast, shelved: Parcel) -> None:
    sent = {"number": shelved.number, "tail": "9999", "code": "1", **TO}
    answers = [Client().post("/logistics/status/collector/", sent).status_code for _ in range(9)]
    assert answers[-1] == 429


def test_a_parcel_that_went_on_is_collected_by_nobody(cast: Cast, places: Places, shelved: Parcel) -> None:
    services.name_collector(by=ANONYMOUS, parcel=shelved, code=code_of(), **TO)
    services.scan(by=cast.clerk.actor, code=shelved.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    shelved.refresh_from_db()
    assert (shelved.status, shelved.collector_code) == (ParcelStatus.AT_HUB, "")
    with pytest.raises(Invalid):
        services.name_collector(by=ANONYMOUS, parcel=shelved, code="123456", **TO)


def test_a_program_hands_over_for_a_signature(cast: Cast, shelved: Parcel) -> None:
    url = f"/api/v1/logistics/parcels/{shelved.number}/hand-over-with-signature"
    told = cast.keeper.client.post(url, {"signature": drawn()})
    assert (told.status_code, told.json()["scans"][-1]["proof"]) == (200, "signature")
