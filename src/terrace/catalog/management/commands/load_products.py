"""`terrace load-products`: adds the products that ship and are not in the catalogue yet."""

from typing import Any

from django.core.management.base import BaseCommand

from terrace.catalog import services


class Command(BaseCommand):
    """Fill the catalogue."""

    help = (
        "Add the products that ship with Terrace, with their varieties and packs. What is in the catalogue already "
        "stays as it is, so the command can be run again after every upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing and say how much that was."""
        self.stdout.write(f"{services.load_shipped_products()} products added.")
