"""What imports and kept answers still hold of a party that is erased."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from terrace.http.kept import forget_answers_about
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.phones import read_phone
from terrace.registry.domain import name_key
from terrace.registry.models import ImportRun, Party


@dataclass(frozen=True, slots=True)
class Known:
    """By what a row of a file is known to be about a party, taken down before the party is emptied."""

    number: str
    name_key: str
    phone: str
    email: str

    @classmethod
    def of(cls, party: Party) -> "Known":
        """Return what a party is known by now."""
        return cls(party.number, name_key(party.name), party.phone, party.email.casefold())

    def is_in(self, values: Mapping[str, Any]) -> bool:
        """Say whether a row of a file has the number, name, phone or e-mail address."""
        told = {name: str(values.get(name) or "").strip() for name in ("number", "name", "phone", "email")}
        return bool(
            told["number"].upper() == self.number
            or (self.name_key and name_key(told["name"]) == self.name_key)
            or (self.phone and _phone(told["phone"]) == self.phone)
            or (self.email and told["email"].casefold() == self.email)
        )


def forget_traces(known: Known) -> None:
    """Delete the rows of refused files that are about an erased party, and kept answers about it.

    Files that are whole still are ended before, by `imports.stop_imports`.
    """
    for run in ImportRun.objects.exclude(bad_rows=[]).select_for_update().defer("content").order_by("pk"):
        gone = {row["number"] for row in run.bad_rows if known.is_in(row["values"])}
        if gone:
            run.bad_rows = _without(run.bad_rows, "number", gone)
            run.problems = _without(run.problems, "row", gone)
            run.save(update_fields=["bad_rows", "problems"])
    forget_answers_about(known.number)


def _without(rows: Iterable[Mapping[str, Any]], name: str, gone: set[int]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row[name] not in gone]


def _phone(text: str) -> str:
    try:
        return read_phone(text, current().region)
    except Invalid:
        return ""
