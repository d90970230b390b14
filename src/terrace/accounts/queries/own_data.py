"""What is held about somebody who signs in, or about who speaks for a party; what has to end before people can go."""

from collections.abc import Iterable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from terrace.accounts.domain import name_of_role
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.accounts.queries.parties import parties_spoken_for, party_names
from terrace.accounts.queries.posts import posts_of
from terrace.audit import queries as audit
from terrace.http.handouts import Coded
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _, in_language
from terrace.messaging import queries as messaging
from terrace.network import queries as network

Sections = dict[str, list[Mapping[str, Any]]]
"""What is held: rows by the name of the section."""


WORDS: Mapping[str, Text] = {
    "sign-in": _("Account"),
    "posts": _("Posts"),
    "second factors": _("Second factor"),
    "devices": _("Devices"),
    "tokens": _("Tokens"),
    "invitations": _("Invitations"),
    "messages": _("Notices"),
    "acts on the account": _("Acts on the account"),
    "language": _("Language"),
    "role": _("Role"),
    "unit": _("Unit"),
    "first_day": _("First day"),
    "last_day": _("Last day"),
    "last_used": _("Last used"),
    "browser": _("Browser"),
    "last_seen": _("Last seen"),
    "begins_with": _("Begins with"),
    "accepted_at": _("Accepted at"),
    "invited to speak for it": _("Invited to speak for it"),
    "tokens that speak for it": _("Tokens that speak for it"),
    "until": _("Until"),
    "taken_back_at": _("Taken back at"),
    "title": _("About"),
    "text": _("Text"),
}
"""What people call the sections and columns of what they are handed about their account."""
FACTOR_NAMES: Mapping[str, Text] = {
    Authenticator.Type.TOTP.value: _("One-time codes"),
    Authenticator.Type.WEBAUTHN.value: _("Passkey"),
    Authenticator.Type.RECOVERY_CODES.value: _("Recovery codes"),
}


def data_of(person: Person) -> Sections:
    """Return everything held about a person as one who signs in; secrets are kept as fingerprints, and are not in it.

    What the person did is in the record of acts, which everybody reads about themselves.
    """
    return {
        "sign-in": [_sign_in(person)],
        "posts": _posts(person),
        "second factors": _factors(person),
        "devices": _devices(person),
        "tokens": [
            {"name": token.name, "begins_with": token.hint, "since": token.created_at}
            for token in ApiToken.objects.filter(issued_by=person).order_by("pk")
        ],
        "invitations": [
            {"name": link.name, "phone": link.phone, "email": link.email, "accepted_at": link.accepted_at or ""}
            for link in Invitation.objects.filter(Q(person=person) | Q(accepted_by=person)).order_by("pk")
        ],
        "messages": [
            {"at": notice.created_at, "title": notice.title, "text": notice.text}
            for notice in messaging.visible_to(Actor(person.pk, person.name)).order_by("pk")
        ],
        "acts on the account": [
            {"at": act.at, "act": Coded(act.act, act.title), "by": act.person_name} for act in audit.history_of(person)
        ],
    }


def data_of_party(party_id: int) -> Sections:
    """Return what is held here about a party: the invitations to speak for it, and the tokens that do, old ones too."""
    return {
        "invited to speak for it": [
            {
                "name": link.name,
                "phone": link.phone,
                "email": link.email,
                "since": link.created_at,
                "until": link.expires_at or "",
                "accepted_at": link.accepted_at or "",
                "taken_back_at": link.revoked_at or "",
            }
            for link in Invitation.objects.filter(party_id=party_id).order_by("pk")
        ],
        "tokens that speak for it": [
            {
                "name": token.name,
                "begins_with": token.hint,
                "since": token.created_at,
                "until": token.expires_at or "",
                "last_used": token.last_used_at or "",
                "taken_back_at": token.revoked_at or "",
            }
            for token in ApiToken.objects.filter(party_id=party_id).order_by("pk")
        ],
    }


def against_leaving(person_id: int) -> list[Text]:
    """Return what has to end before an account is closed or erased: posts held now or later, parties spoken for."""
    held = posts_of([person_id]).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))
    spoken_for = party_names(parties_spoken_for(person_id))
    return [
        *(
            _("The post as %(role)s at %(unit)s has to end first.")
            % {"role": in_language(name_of_role(post.role)), "unit": unit}
            for post, unit in _with_units(held)
        ),
        *(
            _("Speaking for %(name)s has to end first.") % {"name": name}
            for _party_id, name in sorted(spoken_for.items())
        ),
    ]


def _sign_in(person: Person) -> Mapping[str, Any]:
    return {
        "username": person.username,
        "name": person.name,
        "phone": person.phone or "",
        "email": person.email or "",
        "language": person.language,
        "since": person.created_at,
    }


def _factors(person: Person) -> list[Mapping[str, Any]]:
    return [
        {
            "kind": Coded(factor.type, FACTOR_NAMES.get(factor.type, factor.type)),
            "since": factor.created_at,
            "last_used": factor.last_used_at or "",
        }
        for factor in Authenticator.objects.filter(user_id=person.pk).order_by("pk")
    ]


def _devices(person: Person) -> list[Mapping[str, Any]]:
    return [
        {
            "address": device.ip,
            "browser": device.user_agent,
            "since": device.created_at,
            "last_seen": device.last_seen_at,
        }
        for device in UserSession.objects.filter(user_id=person.pk).order_by("pk")
    ]


def _posts(person: Person) -> list[Mapping[str, Any]]:
    return [
        {
            "role": in_language(name_of_role(post.role)),
            "unit": unit,
            "first_day": post.starts_on or "",
            "last_day": post.ends_on or "",
        }
        for post, unit in _with_units(posts_of([person.pk]))
    ]


def _with_units(posts: Iterable[Post]) -> list[tuple[Post, str]]:
    known = list(posts)
    units = network.units_by_id(post.unit_id for post in known)
    return [(post, str(units[post.unit_id])) for post in known]
