"""Reading people, their posts, invitations and tokens."""

from terrace.accounts.queries.checks import CHECKS
from terrace.accounts.queries.invitations import (
    find_invitation,
    get_invitation,
    invitations_of,
    invitations_visible_to,
)
from terrace.accounts.queries.own_data import Sections, against_leaving, data_of, data_of_party
from terrace.accounts.queries.parties import (
    Parties,
    know_parties_by,
    lock_party,
    parties_spoken_for,
    party_names,
    place_of_party,
)
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
    appointment,
    get_post,
    grants_on,
    held_on,
    needs_second_factor,
    posts_of,
    posts_on,
    require_over,
    stand_ins_of,
    units_allowing,
)
from terrace.accounts.queries.subjects import NAMERS, name_of, purpose_of
from terrace.accounts.queries.tokens import find_token, get_token, tokens_visible_to

__all__ = [
    "CHECKS",
    "FACTORS",
    "NAMERS",
    "Parties",
    "Sections",
    "against_leaving",
    "appointable",
    "appointment",
    "data_of",
    "data_of_party",
    "find_by_login",
    "find_invitation",
    "find_token",
    "get_invitation",
    "get_person",
    "get_post",
    "get_token",
    "grants_on",
    "held_on",
    "ids_with_second_factor",
    "invitations_of",
    "invitations_visible_to",
    "know_parties_by",
    "lock_party",
    "name_of",
    "needs_second_factor",
    "owners_of_factors",
    "parties_spoken_for",
    "party_names",
    "people_by_id",
    "place_of_party",
    "posts_of",
    "posts_on",
    "purpose_of",
    "recipients",
    "recipients_at",
    "require_over",
    "stand_ins_of",
    "tokens_visible_to",
    "units_allowing",
    "visible_to",
]
