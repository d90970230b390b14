"""What producers get above the reference price, summed by the database as `Purchase.earned_premium` reckons it."""

from django.db.models import Case, F, When
from django.db.models.functions import Abs

_KEPT = F("amount_minor") - F("lost_minor")
_OF_KEPT = (2 * Abs("premium_minor") * _KEPT + F("amount_minor")) / (2 * F("amount_minor"))
EARNED_PREMIUM = Case(When(premium_minor__lt=0, then=-_OF_KEPT), default=_OF_KEPT)
"""In minor units, rounded half up once; null where there was no reference price."""
