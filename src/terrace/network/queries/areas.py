"""Reading areas: one, those above, those below, by name."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from terrace.kernel.actors import Actor
from terrace.kernel.db import found_by, within
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.words import Names
from terrace.network.domain import Permission, Place
from terrace.network.models import Area


def areas_visible_to(actor: Actor) -> QuerySet[Area]:
    """Return the areas below the actor's posts, those of the posts too."""
    return Area.objects.filter(within(actor.paths(Permission.VIEW), "path"))


def area_for(actor: Actor, code: str) -> Area:
    """Return the area with the code `code`; raise `NotFound` when there is none or the actor does not see it."""
    found = areas_visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def get_area(code: str) -> Area:
    """Return the area with the code `code`, whoever asks: names and places are no secret. Raises `NotFound`."""
    found = Area.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def place(code: str) -> Place:
    """Return what scope and distribution need of the area; raise `NotFound` when there is none."""
    area = get_area(code)
    return Place(area.code, area.path, area.tier, area.county_code)


def areas_by_code(codes: Iterable[str]) -> dict[str, Area]:
    """Return the areas of many codes in one query; unknown codes are left out."""
    return Area.objects.in_bulk(set(codes))


def paths_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the paths of many areas in one query; unknown codes are left out."""
    return dict(Area.objects.filter(code__in=set(codes)).values_list("code", "path"))


def names_of(codes: Iterable[str]) -> dict[str, Names]:
    """Return the names of many areas in one query; unknown codes are left out."""
    return dict(Area.objects.filter(code__in=set(codes)).values_list("code", "names"))


def names_at(paths: Iterable[str]) -> dict[str, Names]:
    """Return the names of the areas at many paths in one query; where there is none is left out."""
    return dict(Area.objects.filter(path__in=set(paths)).values_list("path", "names"))


def ancestors(path: str) -> list[Area]:
    """Return the areas from the top of the installation down to the one at `path`, which comes last.

    Every path begins with the paths of the areas above it, so its own beginnings
    are all that has to be looked up. What lies above the installation is left out.
    """
    return _from_the_top(Area.objects.filter(path__in=_beginnings(path)).order_by("path"))


def ancestors_and_children(path: str) -> tuple[list[Area], list[Area]]:
    """Return the same, and the areas directly below the one at `path` by code, in one statement."""
    rows = Area.objects.filter(Q(path__in=_beginnings(path)) | Q(parent__path=path)).order_by("path")
    above = _from_the_top(area for area in rows if len(area.path) <= len(path))
    return above, sorted((area for area in rows if len(area.path) > len(path)), key=lambda area: area.code)


def _beginnings(path: str) -> list[str]:
    return [path[:length] for length in range(1, len(path) + 1)]


def _from_the_top(above: Iterable[Area]) -> list[Area]:
    areas = list(above)
    tops = [place for place, area in enumerate(areas) if area.code == current().root_area]
    return areas[tops[0] :] if tops else areas


def names_above(paths: Iterable[str]) -> dict[str, list[Names]]:
    """Return for each path the names of the areas above it, from the installation's top down, in one query for all."""
    wanted, top = set(paths), root_path()
    beginnings = {path[:length] for path in wanted for length in range(max(1, len(top)), len(path))}
    known = Area.objects.filter(path__in=beginnings).order_by("path").values_list("path", "names")
    above = list(known)
    return {path: [names for at, names in above if at != path and path.startswith(at)] for path in wanted}


def children_of(code: str) -> QuerySet[Area]:
    """Return the areas directly below, by code."""
    return Area.objects.filter(parent_id=code).order_by("code")


def areas_under(path: str, tier: str = "") -> QuerySet[Area]:
    """Return the areas of the subtree at `path`, itself too, of one tier when it is named; by path."""
    areas = Area.objects.filter(within([path], "path"))
    return (areas.filter(tier=tier) if tier else areas).order_by("path")


def search_areas(actor_paths: Iterable[str], text: str, tier: str = "") -> QuerySet[Area]:
    """Return the areas below `actor_paths` whose names, readings or initials hold every word of `text`, by path."""
    areas = Area.objects.filter(within(actor_paths, "path"), found_by(text))
    return (areas.filter(tier=tier) if tier else areas.exclude(tier="")).order_by("path")


def areas_named(actor_paths: Iterable[str], texts: Iterable[str]) -> dict[str, list[Area]]:
    """Return the areas below `actor_paths` that bear each name, in any language and case, in one query."""
    wanted = {text: text.casefold() for text in texts}
    spellings = {*wanted.values(), *(text.lower() for text in wanted)}
    condition = Q(pk__in=[])
    lowered = {f"lower_{n}": Lower(KeyTextTransform(lang, "names")) for n, lang in enumerate(current().languages)}
    for name in lowered:
        condition |= Q(**{f"{name}__in": spellings})
    areas = Area.objects.filter(within(actor_paths, "path")).exclude(tier="").alias(**lowered).filter(condition)
    by_name: dict[str, list[Area]] = defaultdict(list)
    for area in areas.order_by("path") if wanted else ():
        for name in {name.casefold() for name in area.names.values()}:
            by_name[name].append(area)
    return {text: by_name.get(folded, []) for text, folded in wanted.items()}


def home_path(actor: Actor) -> str:
    """Return the path of the actor's widest area: its home page shows this subtree.

    Who sees everything is at home at the top of the installation. Raises
    `Forbidden` for who sees no area at all.
    """
    paths = actor.paths(Permission.VIEW)
    if not paths:
        raise Forbidden(permission=Permission.VIEW.value)
    return min(paths, key=lambda path: (len(path), path)) or root_path()


def home_area(actor: Actor) -> Area:
    """Return the area at `home_path`; raise `NotFound` while no areas are loaded."""
    found = Area.objects.filter(path=home_path(actor)).first()
    if found is None:
        raise NotFound
    return found


def root_path() -> str:
    """Return the path of the area that this installation serves, "" while it is not loaded."""
    return Area.objects.filter(code=current().root_area).values_list("path", flat=True).first() or ""


def top_area() -> Area:
    """Return the area that acts on all areas are filed under: the top of the installation, whose people read them.

    While that is not loaded, the topmost area there is. Raises `NotFound` while there is none.
    """
    found = Area.objects.filter(code=current().root_area).first() or Area.objects.order_by("path").first()
    if found is None:
        raise NotFound
    return found


def has_areas() -> bool:
    """Say whether any area is loaded."""
    return Area.objects.exists()
