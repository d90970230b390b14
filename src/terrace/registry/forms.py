"""Forms of the registry."""

from typing import Any

from django import forms

from terrace.http.forms import ActForm, DayField, FilterForm, SecretForm, VersionForm, WholeField
from terrace.http.workbooks import WorkbookField
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import _, in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.registry.domain import Kind, Mark, Permission, Sex, State, TraceName
from terrace.registry.models import HouseholdMember, Party
from terrace.registry.queries import cooperatives_in
from terrace.registry.services import AccountGiven, MemberGiven, Profile

MOST_IN_SELECT = 300
"""More places than this are found by typing instead of scrolling."""
PLACE_HELP = _("Code or name of the place.")


class ContactForm(ActForm):
    """How a party is reached: what its own people may change."""

    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def profile(self, party: Party) -> Profile:
        """Return the party's profile with the contacts that were entered."""
        return Profile(party.name, party.area_id, self.values["phone"], self.values["email"], self.values["address"])


class PartyForm(ActForm):
    """What is known of a party: name and phone first, so that a keeper is done in a moment."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    is_short = True
    """Few households have an e-mail address, and a keeper registers them standing: one field less."""

    area = forms.CharField(label=_("Place"), max_length=60, help_text=PLACE_HELP)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_new = forms.BooleanField(
        required=False, widget=forms.HiddenInput, label=_("This is another one. Register all the same.")
    )

    def __init__(self, *args: Any, actor: Actor, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.kind = actor, kind
        tier = current().plan.bottom.code if kind is Kind.HOUSEHOLD else ""
        self._offer_places(tier)
        if kind is Kind.HOUSEHOLD:
            self.fields["name"].label = _("Name of the head of household")
            self.fields["area"].label = _("Village")
            if self.is_short:
                del self.fields["email"]

    def _offer_places(self, tier: str) -> None:
        """Offer the places of the actor when they are few: a keeper's is chosen already."""
        places = own_places(self.actor, tier, MOST_IN_SELECT + 1)
        if not places or len(places) > MOST_IN_SELECT:
            return
        choices = [(area.code, in_language(area.names)) for area in places]
        blank = [] if len(choices) == 1 else [("", _("Choose"))]
        self.fields["area"] = forms.ChoiceField(label=_("Place"), choices=[*blank, *choices])

    def ask_whether_new(self) -> None:
        """Offer the box that confirms that this is somebody else than those who look alike."""
        self.fields["is_new"].widget = forms.CheckboxInput()

    def clean_area(self) -> str:
        """Return the code of the place that was entered by code or by its only name among the actor's places."""
        text: str = self.cleaned_data["area"].strip()
        if text in network.areas_by_code([text]):
            return text
        named = [
            area for area in network.search_areas(self.actor.paths(Permission.MANAGE), text)[:20] if _is(area, text)
        ]
        if len(named) == 1:
            return named[0].code
        if not named:
            raise forms.ValidationError(_("There is no such place in your area."))
        codes = ", ".join(f"{in_language(area.names)} {area.code}" for area in named)
        raise forms.ValidationError(
            _("Several places have this name. Enter one of these codes: %(codes)s") % {"codes": codes}
        )

    def profile(self) -> Profile:
        """Return what was entered."""
        return Profile(**{name: self.values.get(name, "") for name in ("name", "area", "phone", "email", "address")})


class PartyChangeForm(PartyForm):
    """What is known of a party, made from the version that was loaded."""

    is_short = False
    version = forms.IntegerField(widget=forms.HiddenInput)


class OwnChangeForm(ContactForm):
    """How a party is reached, changed by its own people from the version that was loaded."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MarksForm(VersionForm):
    """The marks of a household."""

    keeps_draft = False
    marks = forms.MultipleChoiceField(
        label=_("Marks"), required=False, choices=Mark.choices, widget=forms.CheckboxSelectMultiple
    )


class TraceNameForm(VersionForm):
    """What buyers may read of a household's name."""

    shown = forms.ChoiceField(label=_("Buyers read"), choices=TraceName.choices, widget=forms.RadioSelect)


class MemberForm(ActForm):
    """A member of a household: no more than is needed."""

    keeps_draft = False
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=lambda: reversed(Sex.choices()))
    birth_year = WholeField(label=_("Year of birth"), required=False, min_value=1900, max_value=2100)
    has_disability = forms.BooleanField(label=_("Has a disability"), required=False)

    def given(self) -> MemberGiven:
        """Return what was entered."""
        values = self.values
        return MemberGiven(values["name"], Sex(values["sex"]), values["birth_year"], values["has_disability"])


class MemberChangeForm(MemberForm):
    """A member of a household, changed from the version of the household that was loaded."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(member: HouseholdMember, version: int) -> dict[str, Any]:
        """Return what the form shows that changes `member`."""
        known = {name: getattr(member, name) for name in ("name", "sex", "birth_year", "has_disability")}
        return {**known, "version": version}


class AccountForm(VersionForm):
    """Where a party's money goes, entered from the version of the party that was loaded."""

    keeps_draft = False
    bank = forms.CharField(label=_("Bank"), max_length=120)
    holder = forms.CharField(label=_("Account holder"), max_length=120)
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=60,
        help_text=_("It is kept encrypted; pages show its last four digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, holder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].initial = holder  # most often right, but not what stands there now

    def given(self) -> AccountGiven:
        """Return what was entered."""
        return AccountGiven(**{name: self.values[name] for name in ("bank", "holder", "account_number")})


class JoinForm(ActForm):
    """Which cooperative a party joined, and when."""

    cooperative = forms.ChoiceField(label=_("Cooperative"))
    joined_on = DayField(label=_("Joined on"))

    def __init__(self, *args: Any, county_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cooperatives = {party.number: party for party in cooperatives_in(county_code)}
        choices = [(number, party.name) for number, party in self.cooperatives.items()]
        field = self.fields["cooperative"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]


class LeaveForm(ActForm):
    """When a membership ended."""

    left_on = DayField(label=_("Left on"))


class InviteForm(SecretForm):
    """Who is invited to speak for a party."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


class ImportForm(ActForm):
    """A file of parties."""

    file = WorkbookField()
    takes_good_rows = forms.BooleanField(
        label=_("Take the good rows"),
        required=False,
        help_text=_(
            "Otherwise a file with a bad row changes nothing. Either way you can download the bad rows to correct them."
        ),
    )


class PartyFilter(FilterForm):
    """Filters of the list of parties. The marks are for who may see personal data, and using them is recorded."""

    text = forms.CharField(
        label=_("Name, number or phone"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", _("All")), *Kind.choices()])
    area = forms.CharField(label=_("Place"), required=False, max_length=60)
    cooperative = forms.CharField(label=_("Cooperative's number"), required=False, max_length=20)
    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *State.choices()])
    mark = forms.ChoiceField(
        label=_("Mark (recorded)"), required=False, choices=lambda: [("", _("Any")), *Mark.choices()]
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.holds(Permission.PERSONAL):
            del self.fields["mark"]
        if not actor.holds(Permission.VIEW):
            del self.fields["area"], self.fields["cooperative"]


def own_places(actor: Actor, tier: str, most: int) -> list[Area]:
    """Return at most `most` places of a tier ("" for any) where the actor keeps the register."""
    found: list[Area] = []
    for path in actor.paths(Permission.MANAGE):
        found += network.areas_under(path or network.root_path(), tier)[: most - len(found)]
    return found


def initial_of(party: Party) -> dict[str, Any]:
    """Return what a form shows that changes `party`."""
    return {
        "name": party.name,
        "phone": show_phone(party.phone, current().region),
        "area": party.area_id,
        "address": party.address,
        "email": party.email,
        "version": party.version,
    }


def _is(area: Area, text: str) -> bool:
    return text.casefold() in {name.casefold() for name in area.names.values()}
