"""What the rows of a file of parties say, and everything that is wrong with them. Reads only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import override

from terrace.http.workbooks import GivenRow, Head, RowProblem
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.kernel.phones import read_phone
from terrace.kernel.words import Choice, _
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.registry.domain import Kind, Mark, Permission, masked_phone, name_key
from terrace.registry.models import Household, Party
from terrace.registry.queries import may_change, visible_to
from terrace.registry.services.parties import AlreadyErased, Profile, changes_of, collect, read_profile

NAME, KIND, PLACE, PHONE = _("Name"), _("Kind"), _("Place"), _("Phone")
EMAIL, ADDRESS, NUMBER = _("E-mail"), _("Address"), _("Number")
SHEET = (
    Head("name", NAME),
    Head("kind", KIND),
    Head("area", PLACE),
    Head("phone", PHONE),
    Head("email", EMAIL),
    Head("address", ADDRESS),
    *(Head(mark.value, mark.label) for mark in Mark),
    Head("is_new", _("Register all the same")),
    Head("number", NUMBER),
)
"""The columns of a file of parties; those of the exported list have the same titles, so that it can be sent back."""
REPORT_EVERY = 200
YES = {"yes", "y", "true", "1", "x", "是", "√"}
NO = {"no", "n", "false", "0", "否", "×"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that can be taken: a new party, or what changes of a known one. `marks` is None where nothing was said."""

    row: GivenRow
    kind: Kind
    columns: dict[str, Any]
    party: Party | None = None
    marks: frozenset[Mark] | None = None

    @property
    def changes(self) -> bool:
        """Whether the row says anything that is not known yet."""
        return self.party is None or self.marks is not None or bool(changes_of(self.party, self.columns))

    @property
    def known(self) -> Party:
        """The known party that the row changes."""
        if self.party is None:
            raise ValueError("this row registers a new party")
        return self.party


@dataclass(slots=True)
class Checked:
    """The rows that can be taken and what is wrong with the others."""

    drafts: list[Draft]
    problems: list[RowProblem]


def check_rows(by: Actor, rows: Sequence[GivenRow], report: Callable[[int], None] = lambda _done: None) -> Checked:
    """Check all rows with a fixed number of queries for each thousand; `report` is told how many are done."""
    known = _Known(by, rows)
    checked = Checked([], [])
    for done, row in enumerate(rows, start=1):
        refusals: list[DomainError] = []
        draft = collect(refusals, partial(_draft, by, known, row, refusals), None)
        checked.problems += [row.problem(_label(refused), str(refused)) for refused in refusals]
        if draft is not None and not refusals:
            checked.drafts.append(draft)
        if done % REPORT_EVERY == 0:
            report(done)
    return checked


def number_of(row: GivenRow) -> str:
    """Return the number that a row gives, as numbers are written, "" for none."""
    return _text(row, "number").upper()


def _draft(by: Actor, known: "_Known", row: GivenRow, refusals: list[DomainError]) -> Draft:
    party = known.party(row)
    kind = collect(refusals, lambda: _kind(row, party), Kind.HOUSEHOLD)
    area = collect(refusals, lambda: known.area(row, party), None)
    profile = _profile(row, party)
    columns = read_profile(by, kind, profile, area, party, refusals)
    marks = collect(refusals, lambda: _marks(by, row, kind, known.marks_of(party), columns), None)
    if area is not None and columns["name"]:
        collect(refusals, lambda: known.warn_of_duplicates(row, party, columns), None)
    return Draft(row, kind, columns, party, marks)


def _profile(row: GivenRow, party: Party | None) -> Profile:
    """An empty cell leaves what is known; so does a phone that was masked when the list was exported."""
    given = {name: _text(row, name) or getattr(party, name, "") for name in ("name", "phone", "email", "address")}
    if party and given["phone"] == masked_phone(party.phone):
        given["phone"] = party.phone
    return Profile(area="", **given)


def _kind(row: GivenRow, party: Party | None) -> Kind:
    given = _choice(Kind, _text(row, "kind"))
    if party is None and given is None:
        raise Invalid(_("Enter household, cooperative, enterprise, workshop or buyer."), field="kind")
    if party is not None and given not in (None, party.kind):
        raise Invalid(_("The kind of a registered party cannot change."), field="kind")
    return Kind(party.kind) if party else Kind(str(given))


def _marks(
    by: Actor, row: GivenRow, kind: Kind, before: frozenset[Mark], columns: dict[str, Any]
) -> frozenset[Mark] | None:
    """Return the household's marks after the row, None when it says nothing new of them."""
    given = {mark: _yes_or_no(row, mark) for mark in Mark if _text(row, mark.value)}
    if not given:
        return None
    if kind is not Kind.HOUSEHOLD:
        raise Invalid(_("Only households have this."), field=next(iter(given)).value)
    if not by.may(Permission.PERSONAL, columns.get("area_path", "")):
        raise Invalid(str(Forbidden()), field=next(iter(given)).value)
    after = frozenset(mark for mark in Mark if given.get(mark, mark in before))
    return None if after == before else after


class _Known:
    """What the database knows of the rows of a file, looked up for all of them at once."""

    def __init__(self, by: Actor, rows: Sequence[GivenRow]) -> None:
        self.by = by
        numbers = {number_of(row) for row in rows} - {""}
        self.parties = {party.number: party for party in visible_to(by).filter(number__in=numbers)}
        self.marks = {h.pk: h for h in Household.objects.filter(party__in=self.parties.values())}
        self.areas = self._areas({_text(row, "area") for row in rows} - {""})
        self.place_names = network.names_of({party.area_id for party in self.parties.values()})
        self.phones, self.names = self._taken(rows)
        self.numbers_seen: set[str] = set()

    def party(self, row: GivenRow) -> Party | None:
        """Return the party that the row's number names, None without a number."""
        number = number_of(row)
        if not number:
            return None
        if number in self.numbers_seen:
            raise Invalid(_("This number stands in the file twice."), field="number")
        self.numbers_seen.add(number)
        party = self.parties.get(number)
        if party is None:
            raise Invalid(_("There is no party with this number in your area."), field="number")
        # More parties are seen than may be changed: a cooperative's members elsewhere, what a post higher up looks at.
        if not may_change(self.by, party):
            raise Forbidden(_("You do not keep the register where this party lies."), field="number")
        if party.erased_at:
            raise AlreadyErased(field="number")
        return party

    def area(self, row: GivenRow, party: Party | None) -> Area:
        """Return the area that the row names by code or by a name that is its only one; a known party's own without."""
        text = _text(row, "area")
        if party and (not text or text in self.place_names.get(party.area_id, {}).values()):
            return self.areas[party.area_id][0]
        if not text:
            raise Invalid(_("Enter the code of the place."), field="area")
        found = self.areas.get(text, [])
        if not found:
            raise Invalid(_("There is no such place in your area."), field="area")
        if len(found) > 1:
            raise Invalid(_("Several places have this name. Enter the code."), field="area")
        return found[0]

    def marks_of(self, party: Party | None) -> frozenset[Mark]:
        """Return the marks that the party's household has."""
        household = self.marks.get(party.pk) if party else None
        return frozenset(mark for mark in Mark if getattr(household, mark.value, False))

    def warn_of_duplicates(self, row: GivenRow, party: Party | None, columns: dict[str, Any]) -> None:
        """Refuse a row that seems to be somebody registered, or another row, until it says that it is not."""
        name = (columns["area_id"], columns["name_key"])
        twins = {*self.phones.get(columns["phone"], ()), *self.names.get(name, ())} - {party.number if party else ""}
        is_same = party is not None and (party.phone, party.area_id, party.name_key) == (columns["phone"], *name)
        if columns["phone"]:
            self.phones.setdefault(columns["phone"], set()).add(party.number if party else str(row.number))
        self.names.setdefault(name, set()).add(party.number if party else str(row.number))
        if twins and not is_same and not _yes_or_no(row, "is_new"):
            raise Invalid(_twin_message(min(twins)), field="is_new")

    def _areas(self, texts: set[str]) -> dict[str, list[Area]]:
        codes = texts | {party.area_id for party in self.parties.values()}
        found = {code: [area] for code, area in network.areas_by_code(codes).items()}
        return found | network.areas_named(self.by.paths(Permission.MANAGE), texts - found.keys())

    def _taken(self, rows: Sequence[GivenRow]) -> tuple[dict[str, set[str]], dict[tuple[str, str], set[str]]]:
        """Return whose each phone of the file is, and each name in a place; who is not seen has no number."""
        phones = {_phone(row) for row in rows} - {""}
        keys = {name_key(_text(row, "name")) for row in rows}
        areas = {area.pk for found in self.areas.values() for area in found}
        seen = set(self.parties)
        by_phone: dict[str, set[str]] = {}
        for phone, number, path in _alive(phone__in=phones).values_list("phone", "number", "area_path"):
            is_seen = number in seen or self.by.may(Permission.VIEW, path)
            by_phone.setdefault(phone, set()).add(number if is_seen else HIDDEN)
        by_name: dict[tuple[str, str], set[str]] = {}
        for area, key, number in _alive(area__in=areas, name_key__in=keys).values_list("area_id", "name_key", "number"):
            by_name.setdefault((area, key), set()).add(number)
        return by_phone, by_name


HIDDEN = "?"


def _alive(**conditions: Any) -> Any:
    return Party.objects.filter(erased_at__isnull=True, **conditions)


def _twin_message(twin: str) -> Any:
    if twin == HIDDEN:
        return _("A party outside your area has this phone number. Write yes here if this is another.")
    if twin.isdecimal():
        return _("Row %(row)s has the same phone or name. Write yes here if this is another.") % {"row": twin}
    message = _("%(number)s has the same phone or name. Enter that number to change it, or write yes here if not.")
    return message % {"number": twin}


def _text(row: GivenRow, name: str) -> str:
    return str(row.values.get(name, "")).strip()


def _phone(row: GivenRow) -> str:
    refusals: list[DomainError] = []
    return collect(refusals, lambda: read_phone(_text(row, "phone"), current().region), "")


def _yes_or_no(row: GivenRow, name: str) -> bool:
    given = _text(row, name).casefold()
    if given in YES:
        return True
    if given in NO or not given:
        return False
    raise Invalid(_("Write yes or no."), field=name)


def _choice(kinds: type[Choice], text: str) -> Choice | None:
    """Return the member that `text` names by value or by label in any language of the installation."""
    wanted = text.casefold()
    for language in current().languages:
        with override(language):
            for member in kinds:
                if wanted in (member.value, str(member.label).casefold()):
                    return member
    return None


def _label(refused: DomainError) -> str:
    titles: Iterable[Head] = SHEET
    return next((head.title for head in titles if head.name == refused.field), refused.field or str(PLACE))
