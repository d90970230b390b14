"""Reading people, their posts and what they may do."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from terrace.accounts.domain import roles
from terrace.accounts.models import Post
from terrace.kernel.actors import grants_of


def posts_on(person_id: int, on: date) -> QuerySet[Post]:
    """Return the posts that the person holds on the day `on`."""
    held = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return Post.objects.filter(held, person_id=person_id).order_by("id")


def grants_on(posts: QuerySet[Post]) -> Mapping[str, tuple[str, ...]]:
    """Return what the posts allow: area paths by permission."""
    known = roles()
    held = [(known[post.role], post.area_path) for post in posts if post.role in known]
    return grants_of((permission, path) for role, path in held for permission in role.permissions)
