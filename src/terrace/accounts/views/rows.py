"""People, invitations and tokens as lists show them, with a fixed number of queries however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Expression, Q, When
from django.urls import reverse

from terrace.accounts import queries
from terrace.accounts.domain import Permission, State, label_of, name_of_role, state_of
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

TONES = {State.POSTED: "good", State.NO_POST: "neutral", State.LOCKED: "bad", State.CLOSED: "neutral"}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the posts that the reader may know of.

    `state` and `has_second_factor` are None for who works elsewhere by now; see `queries.fully_seen`.
    """

    person: Person
    posts: tuple[Post, ...]
    units: dict[int, ServiceUnit]
    state: State | None
    has_second_factor: bool | None

    @property
    def is_full(self) -> bool:
        """Whether the reader sees how to reach the person and how their sign-in stands."""
        return self.state is not None

    @property
    def tone(self) -> str:
        """The colour of the state, "" for none."""
        return TONES[self.state] if self.state else ""

    @property
    def roles(self) -> str:
        """The roles held today."""
        return "; ".join(dict.fromkeys(in_language(name_of_role(post.role)) for post in self.posts))

    @property
    def places(self) -> str:
        """The units where they are held."""
        return "; ".join(dict.fromkeys(str(self.units[post.unit_id]) for post in self.posts))

    @property
    def since(self) -> date | None:
        """The first day of the oldest of them."""
        return min((post.starts_on for post in self.posts), default=None)


def person_rows(actor: Actor, people: Iterable[Person]) -> list[PersonRow]:
    """Return people as rows: four queries for posts, units, second factors and who is fully seen."""
    known = list(people)
    ids = [person.pk for person in known]
    held = queries.posts_of(ids).filter(queries.held_on(clock.today()))
    posts = [p for p in held if p.person_id == actor.person_id or actor.may(Permission.VIEW, p.area_path)]
    units = network.units_by_id(post.unit_id for post in posts)
    secured, seen = queries.ids_with_second_factor(ids), queries.ids_fully_seen(actor, ids)
    now = clock.now()
    rows = []
    for person in known:
        own = tuple(post for post in posts if post.person_id == person.pk)
        if person.pk in seen:
            state = state_of(person.is_active, person.locked_until, bool(own), now)
            rows.append(PersonRow(person, own, units, state, person.pk in secured))
        else:
            rows.append(PersonRow(person, own, units, None, None))
    return rows


def people_table(actor: Actor) -> Table[Person, PersonRow]:
    """Return the list of people as `actor` sees it."""

    def present(people: Sequence[Person]) -> list[PersonRow]:
        return person_rows(actor, people)

    return Table(
        name="people",
        columns=(
            Column("name", _("Name"), lambda row: queries.name_of(row.person), sort="name"),
            Column("role", _("Role"), lambda row: row.roles),
            Column("unit", _("Unit"), lambda row: row.places),
            Column("since", _("Since"), lambda row: row.since, Kind.DATE),
            Column("state", _("State"), lambda row: row.state or "", Kind.BADGE, tone=lambda row: row.tone),
            Column("factor", _("Second factor"), lambda row: row.has_second_factor, Kind.BOOLEAN),
        ),
        present=present,
        order=("name", "pk"),
        empty=Empty(
            _("Nobody here yet"),
            _("Here you will see who works in your area. Invite the first of them."),
            reverse("accounts:invite"),
            _("Invite somebody"),
        ),
        url=lambda row: reverse("accounts:person", args=[row.person.pk]),
    )


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation in words."""

    invitation: Invitation
    purpose: Text
    place: str
    state: Text
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether its link still works."""
        return self.tone == "info"


def invitation_rows(invitations: Sequence[Invitation]) -> list[InvitationRow]:
    """Return invitations as rows: two queries for units and parties."""
    units = network.units_by_id(one.unit_id for one in invitations if one.unit_id)
    parties = queries.party_names(one.party_id for one in invitations if one.party_id)
    now = clock.now()
    return [
        InvitationRow(one, *queries.purpose_of(one, units, parties.get(one.party_id or 0, "")), *_standing(one, now))
        for one in invitations
    ]


def _standing(invitation: Invitation, now: datetime) -> tuple[Text, str]:
    if invitation.accepted_at:
        return _("Accepted"), "good"
    if invitation.revoked_at:
        return _("Taken back"), "neutral"
    return (_("Open"), "info") if invitation.expires_at > now else (_("Expired"), "neutral")


def _by_standing() -> list[Expression]:
    """Return what sorts invitations as `_standing` names them, the open ones first."""
    has_ended = Q(accepted_at__isnull=False), Q(revoked_at__isnull=False), Q(expires_at__lte=clock.now())
    return [Case(*(When(condition, then=place) for place, condition in enumerate(has_ended, 1)), default=0)]


INVITATIONS: Table[Invitation, InvitationRow] = Table(
    name="invitations",
    columns=(
        Column("name", _("Whom"), lambda row: row.invitation.name, sort="name"),
        Column("purpose", _("As what"), lambda row: row.purpose, sort="role"),
        Column("place", _("Where or for whom"), lambda row: row.place, sort="area_path"),
        Column("sent", _("Sent"), lambda row: row.invitation.created_at, Kind.DATETIME, sort="created_at"),
        Column("until", _("Works until"), lambda row: row.invitation.expires_at, Kind.DATETIME, sort="expires_at"),
        Column("state", _("State"), lambda row: row.state, Kind.BADGE, sort=_by_standing, tone=lambda row: row.tone),
        Column(
            "revoke",
            _("What to do"),
            lambda row: _("Take back") if row.is_open else "",
            url=lambda row: reverse("accounts:revoke_invitation", args=[row.invitation.pk]) if row.is_open else "",
        ),
    ),
    present=invitation_rows,
    order=("-id",),
    empty=Empty(
        _("No invitations yet"),
        _("Here you will see who was invited and whether they came."),
        "",
        "",
    ),
)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in words."""

    token: ApiToken
    scope: str
    allows: str
    state: Text
    tone: str


def token_rows(tokens: Sequence[ApiToken]) -> list[TokenRow]:
    """Return tokens as rows: two queries for areas and parties."""
    parties = queries.party_names(token.party_id for token in tokens if token.party_id)
    areas = network.names_of({_code(token.area_path) for token in tokens if not token.party_id})
    now = clock.now()
    rows = []
    for token in tokens:
        place = in_language(areas.get(_code(token.area_path), {}))
        scope = parties.get(token.party_id, "") if token.party_id else place
        allows = "; ".join(str(label_of(name)) for name in token.permissions)
        rows.append(TokenRow(token, scope, allows, *_usable(token, now)))
    return rows


def _usable(token: ApiToken, now: datetime) -> tuple[Text, str]:
    if token.revoked_at:
        return _("Taken back"), "neutral"
    is_over = token.expires_at is not None and token.expires_at <= now
    return (_("Expired"), "neutral") if is_over else (_("In use"), "good")


def _code(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


TOKENS: Table[ApiToken, TokenRow] = Table(
    name="tokens",
    columns=(
        Column("name", _("What it is for"), lambda row: row.token.called, sort="name"),
        Column("hint", _("Begins with"), lambda row: f"{row.token.hint}…"),
        Column("scope", _("For whom or where"), lambda row: row.scope),
        Column("allows", _("What it may do"), lambda row: row.allows or _("what its producer or buyer may")),
        Column("used", _("Last used"), lambda row: row.token.last_used_at, Kind.DATETIME, sort="last_used_at"),
        Column("until", _("Works until"), lambda row: row.token.expires_at, Kind.DATETIME, sort="expires_at"),
        Column("state", _("State"), lambda row: row.state, Kind.BADGE, tone=lambda row: row.tone),
        Column(
            "revoke",
            _("What to do"),
            lambda row: _("Take back") if row.tone == "good" else "",
            url=lambda row: reverse("accounts:revoke_token", args=[row.token.pk]) if row.tone == "good" else "",
        ),
    ),
    present=token_rows,
    order=("-id",),
    empty=Empty(
        _("No tokens yet"),
        _("A token lets another system work here in your name. Here you will see what each may do, and take it back."),
        "",
        "",
    ),
)
