"""The REST interface of carriers: what was agreed with them, and the parcels that they hand over many at once."""

from django.http import HttpRequest
from ninja import Router, Status

from terrace.http.rest import REFUSALS, actor_of
from terrace.logistics import queries, services
from terrace.logistics.schemas.agreements import (
    AgreementEndIn,
    CarrierAgreementIn,
    CarrierAgreementOut,
    agreement_out,
    agreements_out,
)
from terrace.logistics.schemas.handing_in import AnnouncedManyIn, AnnouncedOut

router = Router(tags=["logistics"])


@router.get("/carriers/{number}/agreements", response={200: list[CarrierAgreementOut], **REFUSALS})
def list_agreements(request: HttpRequest, number: str) -> list[CarrierAgreementOut]:
    """List what was agreed with a carrier, the youngest first."""
    actor = actor_of(request)
    shared = queries.get_carrier(actor, number)
    return agreements_out(list(queries.agreements_visible_to(actor).filter(carrier=shared).order_by("-starts_on")))


@router.post("/carriers/{number}/agreements", response={201: CarrierAgreementOut, **REFUSALS})
def agree(request: HttpRequest, number: str, given: CarrierAgreementIn) -> Status[CarrierAgreementOut]:
    """Make an agreement with a carrier, from today on at the earliest; two of one carrier never overlap."""
    actor = actor_of(request)
    made = services.agree(by=actor, carrier=queries.get_carrier(actor, number), given=given.given())
    return Status(201, agreement_out(made))


@router.put("/carriers/{number}/agreements/{agreement_id}", response={200: CarrierAgreementOut, **REFUSALS})
def end_agreement(request: HttpRequest, number: str, agreement_id: int, given: AgreementEndIn) -> CarrierAgreementOut:
    """Say which day is the last of an agreement, today at the earliest."""
    actor = actor_of(request)
    found = queries.get_agreement(actor, queries.get_carrier(actor, number), agreement_id)
    ended = services.end_agreement(by=actor, agreement=found, version=given.version, ends_on=given.ends_on)
    return agreement_out(ended)


@router.post("/carriers/{number}/parcels", response={200: AnnouncedOut, **REFUSALS})
def announce_parcels(request: HttpRequest, number: str, given: AnnouncedManyIn) -> AnnouncedOut:
    """Announce parcels of a carrier that go down; a waybill that is known changes nothing."""
    actor = actor_of(request)
    shared = queries.get_carrier(actor, number)
    rows = [parcel.row(place) for place, parcel in enumerate(given.parcels, start=1)]
    done = services.announce_many(by=actor, carrier=shared, rows=rows, takes_good_rows=given.takes_good_rows)
    return AnnouncedOut.of(done)
