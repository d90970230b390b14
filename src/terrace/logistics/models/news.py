"""What carriers are told of their parcels: where to, and what waits to be sent."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, Versioned
from terrace.logistics.models.fleet import Carrier
from terrace.logistics.models.parcels import Parcel, Scan


class Feed(Versioned, Timed):
    """How a carrier hears of its parcels: by its webhook, where it named one, and by the file since `told_id`.

    Its secret is derived from the installation's key and `turn`, and so stands in no table.
    """

    carrier = models.OneToOneField(Carrier, on_delete=models.PROTECT, related_name="feed")
    url = models.CharField(max_length=300, blank=True, help_text="where news is posted, empty for nowhere")
    turn = models.PositiveIntegerField(default=1, help_text="of the secret")
    told_id = models.BigIntegerField(default=0, help_text="the last scan that a file of news told of")

    def __str__(self) -> str:
        return str(self.carrier_id)


class News(Timed):
    """One scan to be told to a carrier. Written with the scan; sent by a job in order for each parcel."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="news")
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="+")
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(help_text="not before that")
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(help_text="since when it is tried, anew when a person asks for it")
    area_path = PathField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "scan"], name="logistics_news_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="logistics_news_one_end"
            ),
        ]
        indexes = [
            models.Index(
                fields=["feed", "id"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="logistics_news_to_send",
            ),
            models.Index(
                fields=["feed", "-id"], condition=Q(given_up_at__isnull=False), name="logistics_news_given_up"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
