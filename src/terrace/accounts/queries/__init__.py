"""Reading people, their posts, invitations and tokens."""

from terrace.accounts.queries.checks import CHECKS
from terrace.accounts.queries.invitations import find_invitation, invitations_of, invitations_visible_to
from terrace.accounts.queries.people import (
    FACTORS,
    find_by_login,
    get_person,
    ids_with_second_factor,
    owners_of_factors,
    people_by_id,
    recipients,
    recipients_at,
    visible_to,
)
from terrace.accounts.queries.posts import (
    appointable,
    get_post,
    grants_on,
    held_on,
    needs_second_factor,
    posts_of,
    posts_on,
    require_over,
    today,
)
from terrace.accounts.queries.tokens import find_token, name_parties_by, party_names, tokens_visible_to

__all__ = [
    "CHECKS",
    "FACTORS",
    "appointable",
    "find_by_login",
    "find_invitation",
    "find_token",
    "get_person",
    "get_post",
    "grants_on",
    "held_on",
    "ids_with_second_factor",
    "invitations_of",
    "invitations_visible_to",
    "name_parties_by",
    "needs_second_factor",
    "owners_of_factors",
    "party_names",
    "people_by_id",
    "posts_of",
    "posts_on",
    "recipients",
    "recipients_at",
    "require_over",
    "today",
    "tokens_visible_to",
    "visible_to",
]
