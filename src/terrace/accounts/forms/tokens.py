"""The form for issuing a token."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from terrace.accounts import queries
from terrace.accounts.domain import NOT_FOR_PROGRAMS, Permission, label_of
from terrace.accounts.forms.people import offer
from terrace.http.forms import DayField, SecretForm
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.words import _, in_language
from terrace.network import queries as network

AREA, PARTY = "area", "party"


class IssueTokenForm(SecretForm):
    """What the token is for, where, and what it may do there."""

    name = forms.CharField(label=_("What it is for"), max_length=120)
    scope = forms.ChoiceField(label=_("For whom or where"))
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For an area only. A token of a producer or buyer may do what they may do themselves."),
    )
    expires_on = DayField(label=_("Last day"), required=False)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "scope", [*_areas(actor), *_parties(actor)])
        held = sorted(set(actor.grants) - NOT_FOR_PROGRAMS)
        offer(self, "permissions", [(name, label_of(name)) for name in held])

    def wanted(self) -> dict[str, Any]:
        """Return the arguments of `issue_token`."""
        kind, _colon, where = self.values["scope"].partition(":")
        last = self.values["expires_on"]
        zone = ZoneInfo(current().time_zone)
        return {
            "name": self.values["name"],
            "permissions": self.values["permissions"] if kind == AREA else (),
            "area_path": where if kind == AREA else "",
            "party_id": int(where) if kind == PARTY else None,
            "expires_at": datetime.combine(last + timedelta(days=1), time.min, zone) if last else None,
        }


def _areas(actor: Actor) -> list[tuple[str, str]]:
    found = [area for path in actor.paths(Permission.TOKENS) for area in network.ancestors(path)[-1:]]
    return [(f"{AREA}:{area.path}", in_language(area.names)) for area in found]


def _parties(actor: Actor) -> list[tuple[str, str]]:
    return [(f"{PARTY}:{party_id}", name) for party_id, name in sorted(queries.party_names(actor.parties).items())]
