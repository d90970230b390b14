"""One error type for everything that the domain refuses, told the same way on a form, in the API and in a toast."""

from typing import ClassVar

from terrace.kernel.words import Text, _


class DomainError(Exception):
    """A refusal that a person can understand.

    `code` is stable and meant for programs, `message` is translated and meant
    for people, `field` names the input at fault ("" when it is the whole act),
    `status` is the HTTP status that the API answers with.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: Text = _("This cannot be done.")
    field: str = ""

    def __init__(self, message: Text = "", *, field: str = "", **details: object) -> None:
        self.message = message or self.message
        self.field = field or self.field
        self.details = details
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(DomainError):
    """A value breaks a rule."""

    code = "invalid"
    status = 422
    message = _("This value is not valid.")


class Forbidden(DomainError):
    """The actor may not do this, or not here."""

    code = "forbidden"
    status = 403
    message = _("You are not allowed to do this here.")


class NotFound(DomainError):
    """There is nothing by that reference that the actor may see."""

    code = "not_found"
    status = 404
    message = _("There is nothing here under that reference.")


class Stale(DomainError):
    """Somebody else changed the row since the actor loaded it."""

    code = "stale"
    status = 409
    message = _("Somebody changed this in the meantime. Load it again, then make your change.")


class Unsealable(Exception):
    """No key of this installation opens a seal, or the row was tampered with. A fault, nothing that a person did."""
