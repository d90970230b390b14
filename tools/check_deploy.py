"""Run Django's deployment checks under the environment that docs/operations.md tells people to use."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from terrace.config.own_keys import new_field_key, new_secret_key

DOCUMENTED = Path(__file__).resolve().parent.parent / "deploy" / "terrace.env"


def documented_environment(data_dir: str) -> dict[str, str]:
    """Return the documented settings with keys filled in, and nothing of this shell's own settings."""
    lines = [line for line in DOCUMENTED.read_text().splitlines() if line and not line.startswith("#")]
    settings = dict(line.split("=", 1) for line in lines)
    keys = {"TERRACE_SECRET_KEY": new_secret_key(), "TERRACE_FIELD_KEY": new_field_key(), "DATA_DIR": data_dir}
    return {"PATH": os.environ["PATH"], **settings, **keys}


def main() -> int:
    """Return the status of `terrace check --deploy`, where a warning is a failure."""
    with tempfile.TemporaryDirectory() as data_dir:
        command = [sys.executable, "-m", "terrace.config.cli", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=documented_environment(data_dir), check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
