"""Jobs of the registry."""

from procrastinate.contrib.django import app

from terrace.registry import queries, services


@app.task(name=services.IMPORT_JOB)
def run_import(run_id: int) -> None:
    """Check and write an import as the person who sent it, with what that person may do now."""
    services.run_import(run_id=run_id, by=queries.sender_of(run_id))


@app.periodic(cron="17 3 * * *")
@app.task(name="registry.forget_imports")
def forget_imports(timestamp: int) -> None:
    """Forget imports of long ago."""
    services.forget_imports()
