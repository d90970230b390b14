"""Writes the description of the REST interface, or checks that the committed one is true."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from terrace.config.api import api

FILE = Path("docs/openapi.json")


class Command(BaseCommand):
    """`terrace openapi` writes docs/openapi.json; with `--check` it fails when the file no longer fits the code."""

    help = "Write docs/openapi.json, or check it with --check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--check`."""
        parser.add_argument("--check", action="store_true", help="fail when the committed file has drifted")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write or compare."""
        described = described_interface()
        if not check:
            FILE.write_text(described, encoding="utf-8")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != described:
            raise CommandError(f"{FILE} does not fit the code: run `terrace openapi` and look at what changed.")


def described_interface() -> str:
    """Return the OpenAPI document as it is committed: English, indented, one stable order."""
    with override("en"):
        return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, default=str, ensure_ascii=False) + "\n"
