"""Reading the record of acts."""

from django.db.models import Model, Q, QuerySet

from terrace.audit.domain import Permission
from terrace.audit.models import Act
from terrace.kernel.actors import Actor
from terrace.kernel.db import within


def visible_to(actor: Actor) -> QuerySet[Act]:
    """Return the acts in the areas below the actor's posts, and the actor's own."""
    own = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return Act.objects.filter(within(actor.paths(Permission.READ)) | own)


def history_of(subject: Model) -> QuerySet[Act]:
    """Return what was done to `subject`, newest first. The caller has authorised the look at the subject."""
    return Act.objects.filter(subject=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")
