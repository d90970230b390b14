"""Reading the record of acts."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from terrace.audit.domain import Permission
from terrace.audit.models import Act
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.words import Names

NamesOfPlaces = Callable[[Iterable[str]], Mapping[str, Names]]
PathsOfPlaces = Callable[[Iterable[str]], Mapping[str, str]]
_places: list[tuple[NamesOfPlaces, PathsOfPlaces]] = []
Namer = Callable[[Actor, Collection[str]], Mapping[str, str]]
"""What rows of one model are called today, by id: of those that the reader may see, in the reader's language."""
_namers: dict[str, Namer] = {}
MOST_COUNTED = 10_000
"""Acts that a page of the record counts: nobody leafs further, and to count all of a country's would take seconds."""


def know_places_by(names: NamesOfPlaces, paths: PathsOfPlaces) -> None:
    """Say who knows areas, which lie above the record: names by path, paths by code. Called once, on start."""
    _places[:] = [(names, paths)]


def know_subjects_by(namers: Mapping[type[Model], Namer]) -> None:
    """Say who names the rows of a context, which lies above the record. Called by each context on start."""
    _namers.update({model._meta.label_lower: namer for model, namer in namers.items()})


def visible_to(actor: Actor) -> QuerySet[Act]:
    """Return the acts in the areas below the actor's posts, and the actor's own."""
    own = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return Act.objects.filter(within(actor.paths(Permission.READ)) | own)


def narrowed(
    rows: QuerySet[Act], *, person: str = "", act: str = "", area: str = "", day: date | None = None
) -> QuerySet[Act]:
    """Narrow `rows` to a person, by id or by part of a name, an act, what lies in the area with a code, and a day."""
    if person:
        rows = rows.filter(person_id=int(person)) if _is_id(person) else rows.filter(person_name__icontains=person)
    if act:
        rows = rows.filter(act=act)
    if area:
        path = path_of_place(area)
        rows = rows.none() if path is None else rows.filter(within([path]))
    if day:
        midnight = datetime.combine(day, time.min, ZoneInfo(current().time_zone))
        rows = rows.filter(at__gte=midnight, at__lt=midnight + timedelta(days=1))
    return rows


def history_of(subject: Model) -> QuerySet[Act]:
    """Return what was done to `subject`, newest first. The caller has authorised the look at the subject."""
    return Act.objects.filter(subject=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")


def history_of_many(subjects: Mapping[type[Model], Iterable[int]]) -> QuerySet[Act]:
    """Return what was done to several rows of several models, newest first, the caller having authorised the look."""
    wanted = Q(pk__in=[])
    for model, ids in subjects.items():
        wanted |= Q(subject=model._meta.label_lower, subject_id__in=[str(one) for one in ids])
    return Act.objects.filter(wanted).order_by("-id")


def count_done_after(acts: Collection[str], model: type[Model], ids: Iterable[int], moment: datetime) -> int:
    """Return to how many of the rows `ids` of `model` one of `acts` was done after `moment`."""
    wanted = [str(one) for one in ids]
    done = Act.objects.filter(act__in=acts, subject=model._meta.label_lower, subject_id__in=wanted, at__gt=moment)
    return done.values("subject_id").distinct().count() if wanted else 0


def names_of_subjects(actor: Actor, acts: Iterable[Act]) -> dict[int, str]:
    """Return by the act's id what its subject is called today, in a fixed number of queries for each model.

    The record keeps no name that may have to be erased, so names are looked up,
    each context saying what the reader may see. Where there is none any more,
    or none for this reader, stands what the act was recorded with.
    """
    told = list(acts)
    wanted: dict[str, set[str]] = {}
    for act in told:
        wanted.setdefault(act.subject, set()).add(act.subject_id)
    names = {subject: _namers[subject](actor, ids) for subject, ids in wanted.items() if subject in _namers}
    return {act.pk: names.get(act.subject, {}).get(act.subject_id) or act.label for act in told}


def names_of_places(paths: Iterable[str]) -> Mapping[str, Names]:
    """Return what the areas at `paths` are called."""
    wanted = {path for path in paths if path}
    return _places[0][0](wanted) if wanted and _places else {}


def path_of_place(code: str) -> str | None:
    """Return the path of the area with the code `code`, None where there is none."""
    return _places[0][1]([code]).get(code) if _places else None


def _is_id(text: str) -> bool:
    """Say whether a filter names a person by id, as links to the record do."""
    return text.isdecimal() and len(text) < 18
