"""What carriers handed in as files, and what waits for somebody to say its village."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import Permission
from terrace.logistics.domain.handing_in import header_mark, suggested
from terrace.logistics.models import Carrier, ColumnMap, ParcelFile, UnplacedParcel


def files_visible_to(actor: Actor) -> QuerySet[ParcelFile]:
    """Return the files of carriers at centres where the actor handles parcels, and of its own; they hold recipients."""
    own = Q(carrier__party_id__in=actor.own_parties)
    rows = ParcelFile.objects.filter(within(actor.paths(Permission.HANDLE)) | own)
    return rows.select_related("carrier").defer("content")


def get_file(actor: Actor, carrier: Carrier, file_id: int) -> ParcelFile:
    """Return a carrier's file, or raise `NotFound` when the actor does not see it."""
    found = files_visible_to(actor).filter(carrier=carrier, pk=file_id).first()
    if found is None:
        raise NotFound
    return found


def columns_of(file: ParcelFile) -> Mapping[str, str]:
    """Return how the file's columns are read: as a person said before, else as their titles sound."""
    known = ColumnMap.objects.filter(carrier=file.carrier_id, header=header_mark(file.titles)).first()
    return known.columns if known else suggested(file.titles)


def unplaced_visible_to(actor: Actor) -> QuerySet[UnplacedParcel]:
    """Return the parcels without a village of centres where the actor handles parcels, and of its own carriers."""
    own = Q(party_id__in=actor.own_parties)
    return UnplacedParcel.objects.filter(within(actor.paths(Permission.HANDLE)) | own).select_related("carrier")


def get_unplaced(actor: Actor, unplaced_id: int) -> UnplacedParcel:
    """Return a parcel without a village, or raise `NotFound` when the actor does not see it."""
    found = unplaced_visible_to(actor).filter(pk=unplaced_id).first()
    if found is None:
        raise NotFound
    return found
