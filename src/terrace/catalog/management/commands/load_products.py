"""`terrace load-products`: adds the products that ship and are not in the catalogue yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from terrace.catalog import services
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid


class Command(BaseCommand):
    """Fill the catalogue."""

    help = (
        "Add the products that ship with Terrace, with their varieties and packs. What is in the catalogue already "
        "stays as it is, so the command can be run again after every upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing and say how much that was, or why they cannot be added here."""
        try:
            added = services.load_shipped_products()
        except Invalid as refused:
            languages = ", ".join(current().languages)
            raise CommandError(
                f"The products that ship cannot be added in an installation of {languages}: {refused} "
                "Add your own on the page Catalogue."
            ) from None
        self.stdout.write(f"{added} products added.")
