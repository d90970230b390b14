"""`terrace invite-administrator NAME`: how the first person gets in, and the way out when no administrator can."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from terrace.accounts import services as accounts
from terrace.accounts.domain import Permission as Accounts
from terrace.config.environment import Environment
from terrace.config.roles import ROLES
from terrace.config.supervisor import reachable_host
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError
from terrace.network import queries as network
from terrace.network import services as network_services
from terrace.network.models import ServiceUnit
from terrace.network.services import Details


class Command(BaseCommand):
    """Invite an administrator to the unit at the top."""

    help = (
        "Invite an administrator to the unit at the top of the installation, which is founded when there is none, and "
        "print the link. People appoint one another on pages: this is for the first of them, and for when none can "
        "sign in any more. It is recorded as an act of the system."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="name of the administrator")
        parser.add_argument("--phone", default="", help="send the link there by SMS as well")
        parser.add_argument("--email", default="", help="send the link there as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite, and print the link: it is shown once."""
        contact = {name: options[name] for name in ("name", "phone", "email")}
        base = link_base(settings.ENV)
        try:
            with transaction.atomic():
                unit = top_unit()
                issued = accounts.invite_to_post(
                    by=SYSTEM, unit_id=unit.pk, role=administrators_role(), link_base=base, **contact
                )
        except DomainError as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{base}{issued.secret}")
        self.stderr.write(f"For {unit}, until {issued.invitation.expires_at:%Y-%m-%d}. The link works once.")


def top_unit() -> ServiceUnit:
    """Return the open unit of the area that is served; found it under its tier's name when there is none."""
    path = network.root_path()
    if not path:
        raise CommandError(f"There is no area {current().root_area} yet: run `terrace import-areas` first.")
    found = network.units_under(path, [current().plan.top.workspace]).filter(area=current().root_area).first()
    return found or network_services.found_unit(by=SYSTEM, area=current().root_area, details=Details(names=_names()))


def administrators_role() -> str:
    """Return the code of the first role that appoints people at units of the top tier."""
    top = current().plan.top.workspace
    able = (role.code for role in ROLES if top in role.workspaces and Accounts.MANAGE in role.permissions)
    found = next(able, None)
    if found is None:
        raise CommandError("No role of the top tier may appoint people: see config/roles.py.")
    return found


def link_base(environment: Environment) -> str:
    """Return the address to which a secret is added to make a link, as people outside reach the site."""
    path = reverse("accounts:accept", args=["-"]).removesuffix("-/")
    if environment.mode == "production":
        return f"https://{environment.allowed_hosts[0]}{path}"
    return f"http://{reachable_host(environment)}:{environment.port}{path}"


def _names() -> dict[str, str]:
    """The top tier's name for a unit, in the languages of the installation; the unit's page changes it."""
    return {language: name for language, name in current().plan.top.unit.items() if language in current().languages}
