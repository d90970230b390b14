"""Reading parties, who speaks for them, who belongs to whom, and what was imported."""

from terrace.registry.queries.bank import find_account, households_with_account, open_accounts, owners_of_accounts
from terrace.registry.queries.checks import CHECKS
from terrace.registry.queries.duplicates import Duplicate, possible_duplicates
from terrace.registry.queries.imports import get_import, imports_visible_to, sender_of
from terrace.registry.queries.memberships import (
    cooperatives_in,
    cooperatives_of,
    get_cooperative,
    may_end,
    members_of,
    membership_of,
    memberships_of,
    present_members,
)
from terrace.registry.queries.narrowing import marked, narrowed, search
from terrace.registry.queries.parties import (
    buying_in,
    count_visible_to,
    find_party,
    get_full_party,
    get_party,
    ids_of_firms,
    kinds_of,
    known_by_name,
    may_change,
    parties_by_id,
    producers_for,
    sees_contact,
    sees_fully,
    sees_personal,
    traders_for,
    visible_to,
)
from terrace.registry.queries.representatives import (
    actor_of,
    all_parties_of,
    parties_of,
    people_for,
    recipients_for,
    representatives_of,
)
from terrace.registry.queries.shown import Shown, shown_to
from terrace.registry.queries.subjects import NAMERS
from terrace.registry.queries.trace import Grower, growers_on_trace, trace_name_of

__all__ = [
    "CHECKS",
    "NAMERS",
    "Duplicate",
    "Grower",
    "Shown",
    "actor_of",
    "all_parties_of",
    "buying_in",
    "cooperatives_in",
    "cooperatives_of",
    "count_visible_to",
    "find_account",
    "find_party",
    "get_cooperative",
    "get_full_party",
    "get_import",
    "get_party",
    "growers_on_trace",
    "households_with_account",
    "ids_of_firms",
    "imports_visible_to",
    "kinds_of",
    "known_by_name",
    "marked",
    "may_change",
    "may_end",
    "members_of",
    "membership_of",
    "memberships_of",
    "narrowed",
    "open_accounts",
    "owners_of_accounts",
    "parties_by_id",
    "parties_of",
    "people_for",
    "possible_duplicates",
    "present_members",
    "producers_for",
    "recipients_for",
    "representatives_of",
    "search",
    "sees_contact",
    "sees_fully",
    "sees_personal",
    "sender_of",
    "shown_to",
    "trace_name_of",
    "traders_for",
    "visible_to",
]
