"""What carriers hand over as files: the file, how its columns are read, and parcels whose village nobody knows yet."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, choice_check
from terrace.logistics.domain.handing_in import FileState
from terrace.logistics.models.fleet import Carrier


class ColumnMap(Timed):
    """How the columns of a carrier's files are read: mapped once by a person, remembered by the file's first row."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    header = models.CharField(max_length=64, help_text="fingerprint of the titles")
    columns = models.JSONField(help_text="{need: title}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "header"], name="logistics_mapped_once")]

    def __str__(self) -> str:
        return self.header[:8]


class ParcelFile(Timed):
    """A file of parcels. Its content holds recipients, and goes when it was handed over or a while after it came."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64, help_text="SHA-256 of the content: the same file is the same row")
    file_name = models.CharField(max_length=200)
    titles = models.JSONField()
    state = models.CharField(max_length=12, choices=FileState.choices(), default=FileState.TO_MAP.value)
    content = models.BinaryField(null=True)
    total = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    open_count = models.PositiveIntegerField(default=0, help_text="whose village a person has to tell")
    bad_count = models.PositiveIntegerField(default=0)
    person_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    area_path = PathField()

    class Meta:
        constraints = [
            choice_check("state", FileState, "logistics_file_state"),
            models.UniqueConstraint(fields=["carrier", "mark"], name="logistics_file_once"),
            models.CheckConstraint(
                condition=~Q(state=FileState.DONE.value) | Q(ended_at__isnull=False, content__isnull=True),
                name="logistics_file_done_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["carrier", "-id"], name="logistics_files_of_carrier")]

    def __str__(self) -> str:
        return self.file_name


class UnplacedParcel(Timed):
    """A parcel that a carrier announced whose village the address does not tell: a person says it, then it is one.

    Recipient, phone and address are personal data; the row goes with its placing, and
    unplaced some time after it came.
    """

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+")
    waybill = models.CharField(max_length=40)
    recipient = models.CharField(max_length=80)
    phone = models.CharField(max_length=20)
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    weight_grams = models.BigIntegerField()
    cod_minor = models.BigIntegerField(default=0)
    is_cold = models.BooleanField(default=False)
    area_path = PathField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "waybill"], name="logistics_unplaced_once")]
        indexes = [models.Index(fields=["area_path", "-id"], name="logistics_unplaced_by_area")]

    def __str__(self) -> str:
        return self.waybill
