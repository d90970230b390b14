"""What must hold of posts, and of who was erased."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import F, Q

from terrace.accounts.domain import ERASED, roles
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.kernel.checks import Check
from terrace.network import queries as network


def _posts_elsewhere() -> Iterable[str]:
    posts = list(Post.objects.order_by("id"))
    units = network.units_by_id({post.unit_id for post in posts})
    return (f"post {post.pk}" for post in posts if units[post.unit_id].area_path != post.area_path)


def _posts_without_role() -> Iterable[str]:
    unknown = Post.objects.exclude(role__in=list(roles())).order_by("id")
    return (f"post {post.pk}" for post in unknown)


def _left_of_erased() -> Iterable[str]:
    """Yield who was erased and is known again: by a request that was under way at that moment."""
    gone = Person.objects.filter(username__regex=rf"^{ERASED}\d+$", is_active=False)
    known = Q(phone__isnull=False) | Q(email__isnull=False) | ~Q(name=F("username"))
    for model in (EmailAddress, Authenticator, UserSession):
        known |= Q(pk__in=model.objects.filter(user_id__in=gone.values("pk")).values("user_id"))
    named = Invitation.objects.filter(~Q(phone="") | ~Q(email=""), person__in=gone)
    called = ApiToken.objects.exclude(name="").filter(issued_by__in=gone)
    known |= Q(pk__in=named.values("person_id")) | Q(pk__in=called.values("issued_by_id"))
    return (f"person {person_id}" for person_id in gone.filter(known).order_by("pk").values_list("pk", flat=True))


CHECKS = (
    Check("a post lies where its unit does", _posts_elsewhere),
    Check("a post's role exists", _posts_without_role),
    Check("nothing is left of who was erased", _left_of_erased),
)
