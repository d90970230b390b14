"""What must hold of posts."""

from collections.abc import Iterable

from terrace.accounts.domain import roles
from terrace.accounts.models import Post
from terrace.kernel.checks import Check
from terrace.network import queries as network


def _posts_elsewhere() -> Iterable[str]:
    posts = list(Post.objects.order_by("id"))
    units = network.units_by_id({post.unit_id for post in posts})
    return (f"post {post.pk}" for post in posts if units[post.unit_id].area_path != post.area_path)


def _posts_without_role() -> Iterable[str]:
    unknown = Post.objects.exclude(role__in=list(roles())).order_by("id")
    return (f"post {post.pk}" for post in unknown)


CHECKS = (
    Check("a post lies where its unit does", _posts_elsewhere),
    Check("a post's role exists", _posts_without_role),
)
