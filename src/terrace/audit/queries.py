"""Reading the record of acts."""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Model, Q, QuerySet

from terrace.audit.domain import Permission
from terrace.audit.models import Act
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.words import Names

NamesOfPlaces = Callable[[Iterable[str]], Mapping[str, Names]]
PathsOfPlaces = Callable[[Iterable[str]], Mapping[str, str]]
_places: list[tuple[NamesOfPlaces, PathsOfPlaces]] = []


def know_places_by(names: NamesOfPlaces, paths: PathsOfPlaces) -> None:
    """Say who knows areas, which lie above the record: names by path, paths by code. Called once, on start."""
    _places[:] = [(names, paths)]


def visible_to(actor: Actor) -> QuerySet[Act]:
    """Return the acts in the areas below the actor's posts, and the actor's own."""
    own = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return Act.objects.filter(within(actor.paths(Permission.READ)) | own)


def history_of(subject: Model) -> QuerySet[Act]:
    """Return what was done to `subject`, newest first. The caller has authorised the look at the subject."""
    return Act.objects.filter(subject=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")


def history_of_many(subjects: Mapping[type[Model], Iterable[int]]) -> QuerySet[Act]:
    """Return what was done to several rows of several models, newest first, the caller having authorised the look."""
    wanted = Q(pk__in=[])
    for model, ids in subjects.items():
        wanted |= Q(subject=model._meta.label_lower, subject_id__in=[str(one) for one in ids])
    return Act.objects.filter(wanted).order_by("-id")


def names_of_places(paths: Iterable[str]) -> Mapping[str, Names]:
    """Return what the areas at `paths` are called."""
    wanted = {path for path in paths if path}
    return _places[0][0](wanted) if wanted and _places else {}


def path_of_place(code: str) -> str | None:
    """Return the path of the area with the code `code`, None where there is none."""
    return _places[0][1]([code]).get(code) if _places else None
