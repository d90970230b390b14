"""One party: what is known of it, as far as the reader may see it, and what is shown only by a recorded act."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.audit import queries as audit
from terrace.audit.models import Act
from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.ways import Way, ways_from
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.registry import queries, services
from terrace.registry.domain import Kind, Mark, Permission, Sex
from terrace.registry.models import Party
from terrace.registry.queries import Shown
from terrace.registry.services import Personal
from terrace.registry.views.lists import phone_of

SHOWN_HISTORY = 30
SHOWN_MEMBERS = 50


@needs(Permission.VIEW, or_own=True)
def party(request: Request, number: str) -> HttpResponse:
    """Show a party."""
    return _page(request, queries.get_party(request.actor, number))


@needs(Permission.VIEW, or_own=True)
def own(request: Request) -> HttpResponse:
    """Lead who speaks for one party to its page, others to the list of their own."""
    mine = queries.parties_by_id(request.actor.own_parties)
    if len(mine) == 1:
        return redirect("registry:party", next(iter(mine.values())).number)
    return redirect("registry:parties")


@require_POST
@needs(Permission.PERSONAL, or_own=True)
def personal(request: Request, number: str) -> HttpResponse:
    """Show a household's personal data, and record that the reader looked."""
    found = queries.get_party(request.actor, number)
    seen = services.look_at_personal(by=request.actor, party=found)
    return _page(request, found, {"personal": personal_view(seen)}, fragment="personal")


@require_POST
@needs(Permission.BANK)
def account_number(request: Request, number: str) -> HttpResponse:
    """Show the full number of a party's account, and record that the reader looked."""
    found = queries.get_party(request.actor, number)
    seen = services.look_at_account(by=request.actor, party=found)
    return _page(request, found, {"account_number": seen}, fragment="account")


def personal_view(seen: Personal) -> dict[str, Any]:
    """Return personal data as the pages write them."""
    members = [
        {
            "id": member.pk,
            "name": member.name,
            "sex": Sex(member.sex).label if member.sex else "",
            "birth_year": str(member.birth_year or ""),
            "has_disability": member.has_disability,
        }
        for member in seen.members
    ]
    return {"marks": [mark.label for mark in Mark if mark in seen.marks], "members": members}


def _page(request: Request, found: Party, more: Mapping[str, Any] | None = None, fragment: str = "") -> HttpResponse:
    actor = request.actor
    [shown] = queries.shown_to(actor, [found])
    facts = _facts(shown)
    context: dict[str, Any] = {
        "title": shown.name,
        "party": found,
        "shown": shown,
        "facts": facts,
        "personal": None,
        "account_number": "",
        **(_full(actor, found, facts) if shown.is_full else {}),
        **(more or {}),
    }
    response = pages.render(request, "registry/party.html", context, fragment=fragment)
    # What was shown by a recorded act must not come back from the browser's cache unrecorded.
    response["Cache-Control"] = "no-store"
    return response


def _facts(shown: Shown) -> list[tuple[Text, str, Any]]:
    number: tuple[Text, str, Any] = (_("Number"), "text", shown.number)
    if not shown.is_full or shown.kind is None:
        return [number]
    facts = [
        (_("Kind"), "text", shown.kind.label),
        (_("Place"), "names", shown.place),
        (_("Phone"), "text", phone_of(shown)),
        (_("E-mail"), "text", shown.email),
        (_("Address"), "text", shown.address),
        number,
    ]
    return facts if shown.has_contact else [fact for fact in facts if fact[0] not in (_("E-mail"), _("Address"))]


def _on_trace(found: Party) -> tuple[Text, str, Any]:
    return (_("Buyers read"), "text", queries.trace_name_of(found).label)


def _full(actor: Actor, found: Party, facts: list[tuple[Text, str, Any]]) -> dict[str, Any]:
    """What only who sees the party in full is shown."""
    path = found.area_path
    is_own = actor.owns(found.pk)
    is_alive = found.erased_at is None
    may_manage = actor.may(Permission.MANAGE, path) and is_alive
    may_change = is_alive and (may_manage or actor.speaks_for(found.pk))
    is_household = found.kind == Kind.HOUSEHOLD
    return {
        **_related(actor, found),
        "is_household": is_household,
        "is_own": is_own,
        "may_manage": may_manage,
        "may_change": may_change,
        "may_bank": actor.may(Permission.BANK, path) and is_alive,
        "may_look": is_household and queries.sees_personal(actor, found) and is_alive,
        "may_mark": actor.may(Permission.PERSONAL, path) and is_alive,
        "may_export": queries.sees_personal(actor, found) if is_household else may_manage or is_own,
        "may_ask": is_own and Kind(found.kind).is_person and is_alive,
        "may_erase": is_alive and actor.may(Permission.MANAGE if found.erasure_asked_at else Permission.ERASE, path),
        **({"facts": [*facts, _on_trace(found)]} if is_household else {}),
        "account": queries.find_account(found),
        "history": [_event(act) for act in audit.history_of(found)[:SHOWN_HISTORY]],
        **_acts(found, ways_from(actor, found), may_manage, may_change),
    }


def _event(act: Act) -> dict[str, Any]:
    """An act as the timeline writes it, without repeating what the page is about."""
    return {"at": act.at, "title": act.title, "text": "", "who": act.who}


def _related(actor: Actor, found: Party) -> dict[str, Any]:
    is_cooperative = found.kind == Kind.COOPERATIVE
    return {
        "memberships": queries.memberships_of(found) if Kind(found.kind).produces else [],
        "produces": Kind(found.kind).produces,
        "is_cooperative": is_cooperative,
        **(_members(actor, found) if is_cooperative else {}),
        "representatives": queries.representatives_of(found),
    }


def _members(actor: Actor, cooperative: Party) -> dict[str, Any]:
    """The members that the reader sees, the first of them by name, and how many the page leaves out and why."""
    seen = queries.members_of(actor, cooperative)
    total, visible = queries.present_members(cooperative).count(), seen.count()
    return {
        "members": seen[:SHOWN_MEMBERS],
        "members_in_list": max(0, visible - SHOWN_MEMBERS),
        "members_elsewhere": total - visible,
        "members_url": f"{reverse('registry:parties')}?cooperative={cooperative.number}",
    }


def _acts(found: Party, ways: list[Way], may_manage: bool, may_change: bool) -> dict[str, Any]:
    change = {"url": reverse("registry:party_change", args=[found.number]), "label": _("Change"), "icon": "edit"}
    rest = {
        "url": reverse("registry:party_rest", args=[found.number]),
        "label": _("Let rest") if found.is_active else _("Take part again"),
        "icon": "moon" if found.is_active else "refresh",
    }
    on_trace = {
        "url": reverse("registry:trace_name", args=[found.number]),
        "label": _("What buyers read"),
        "icon": "eye",
    }
    asks = [on_trace] if may_change and found.kind == Kind.HOUSEHOLD else []
    actions = [*ways, *asks, *([rest] if may_manage else [])]
    return {"primary": change if may_change else None, "actions": actions}
