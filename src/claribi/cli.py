"""The command line. Each command is a client of the same services as the API."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from claribi.core.errors import ClaribiError, NotFound
from claribi.core.settings import Settings
from claribi.core.startup import loading

app = typer.Typer(no_args_is_help=True, add_completion=False, help="claribi: every number can be proven.")
user_app = typer.Typer(no_args_is_help=True, help="Users.")
key_app = typer.Typer(no_args_is_help=True, help="API keys.")
source_app = typer.Typer(no_args_is_help=True, help="Data sources.")
organization_app = typer.Typer(no_args_is_help=True, help="Organisations.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
secrets_app = typer.Typer(no_args_is_help=True, help="The server's own keys.")
report_app = typer.Typer(no_args_is_help=True, help="Reports.")
forecast_app = typer.Typer(no_args_is_help=True, help="Forecasts.")
model_app = typer.Typer(no_args_is_help=True, help="Semantic models, as files for version control.")
for name, group in (
    ("organization", organization_app),
    ("user", user_app),
    ("key", key_app),
    ("source", source_app),
    ("report", report_app),
    ("forecast", forecast_app),
    ("model", model_app),
    ("audit", audit_app),
    ("secrets", secrets_app),
):
    app.add_typer(group, name=name)

console = Console(stderr=True)
POLL_SECONDS = 0.2

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where everything is kept.", envvar="CLARIBI_DATA_DIR")
]
AsUser = Annotated[str, typer.Option("--user", help="E-mail address of the user to act as.")]


def _settings(data_dir: Path | None, **given: object) -> Settings:
    chosen = {name: value for name, value in given.items() if value is not None}
    return Settings(**({"data_dir": data_dir} if data_dir else {}), **chosen)  # type: ignore[arg-type]  # checked by pydantic


@app.command()
def serve(
    data_dir: DataDir = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for any free one.")] = None,
    with_worker: Annotated[
        bool | None, typer.Option("--worker/--no-worker", help="Without one, run `claribi worker` elsewhere.")
    ] = None,
) -> None:
    """Run the server: web, API and one worker."""
    from claribi.supervisor import serve as run  # noqa: PLC0415 - slow to import

    settings = _settings(data_dir, host=host, port=port, worker=with_worker)
    run(settings, lambda url: print(f"claribi listens on {url}", flush=True))  # noqa: T201


@app.command()
def demo(
    data_dir: DataDir = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for any free one.")] = None,
) -> None:
    """Run the server with a demo organisation: data, dashboards and a report."""
    from claribi.demo import run  # noqa: PLC0415 - slow to import

    run(_settings(data_dir, host=host, port=port, worker=True))


@app.command()
def worker(
    data_dir: DataDir = None,
    with_parent: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run a worker of its own, for servers of more than one machine."""
    from claribi.core.sandbox import die_with_parent  # noqa: PLC0415 - Linux only
    from claribi.worker import run  # noqa: PLC0415 - slow to import

    if with_parent is not None:
        die_with_parent(with_parent)
    run(_settings(data_dir))


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Create the metadata database or bring it up to date."""
    from claribi.supervisor import prepare  # noqa: PLC0415 - slow to import

    prepare(_settings(data_dir))
    console.print("The metadata database is up to date.")


@user_app.command("create")
def create_user(
    email: str,
    data_dir: DataDir = None,
    organization: Annotated[str, typer.Option(help="Made when there is none of this name.")] = "Default",
    role: Annotated[str, typer.Option(help="owner, administrator, analyst, member or viewer.")] = "owner",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Create a user; without a password given, one is made and printed once."""
    from claribi.accounts.passwords import new_password  # noqa: PLC0415 - slow to import
    from claribi.accounts.permissions import Role  # noqa: PLC0415 - slow to import
    from claribi.supervisor import prepare  # noqa: PLC0415 - slow to import

    settings = _settings(data_dir)
    prepare(settings)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else new_password()
    with _services(settings) as services:
        accounts = services.accounts
        organization_id = accounts.organization_id(organization) or accounts.create_organization(
            organization, settings.default_tier
        )
        accounts.create_user(organization_id, email, password, Role(role))
    print(f"email: {email}" + ("" if password_stdin else f"\npassword: {password}"))  # noqa: T201


@key_app.command("create")
def create_key(
    name: str,
    user: AsUser,
    data_dir: DataDir = None,
    days: Annotated[int | None, typer.Option(help="30, 90 or 365; without it the key never expires.")] = None,
) -> None:
    """Create an API key for a user and print it, once."""
    from claribi.accounts.key_schemas import NewApiKey  # noqa: PLC0415 - slow to import

    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        created = services.api_keys.create(caller, NewApiKey(name=name, expires_in_days=days))
    print(created["key"])  # noqa: T201


@organization_app.command("list")
def list_organizations(data_dir: DataDir = None) -> None:
    """List the organisations with their plans."""
    with _services(_settings(data_dir)) as services:
        for row in services.accounts.organizations():
            trial = f", trial until {row.trial_ends_at:%Y-%m-%d}" if row.trial_ends_at else ""
            print(f"{row.id}: {row.name} ({row.tier}{trial})")  # noqa: T201


@organization_app.command("tier")
def set_tier(organization_id: int, tier: str, data_dir: DataDir = None) -> None:
    """Put an organisation on another tier."""
    with _services(_settings(data_dir)) as services:
        services.accounts.set_tier(organization_id, tier)
    print(f"organisation {organization_id}: {tier}")  # noqa: T201


@organization_app.command("domain")
def confirm_domain(organization_id: int, domain: str, data_dir: DataDir = None) -> None:
    """Take a claimed mail domain as the organisation's own, without asking the domain name system."""
    with _services(_settings(data_dir)) as services:
        services.account_services.identity_providers.confirm_domain(organization_id, domain.lower())
    print(f"organisation {organization_id}: {domain} is theirs")  # noqa: T201


@audit_app.command("verify")
def verify_audit(data_dir: DataDir = None) -> None:
    """Check that no event of the audit trail was changed, removed or slipped in; exits 1 if one was."""
    from claribi.core import audit  # noqa: PLC0415 - slow to import

    broken = 0
    with _services(_settings(data_dir)) as services:
        for organization in services.accounts.organizations():
            with services.database.read(organization.id) as session:
                for problem in audit.verify(session):
                    broken += 1
                    console.print(f"[red]{organization.name} ({organization.id}): {problem}[/red]")
    if broken:
        sys.exit(1)
    print("The audit trail holds.")  # noqa: T201


@secrets_app.command("rotate")
def rotate_secrets(
    data_dir: DataDir = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget the old keys at once: every session ends.")
    ] = False,
) -> None:
    """Put a new key in force and seal every secret with it. Stop the server before, start it after.

    If CLARIBI_SECRET_KEY is set, put the new key there and the old one into
    CLARIBI_PREVIOUS_SECRET_KEYS before.
    """
    from claribi.core import secrets  # noqa: PLC0415 - slow to import
    from claribi.core.database import Base, unscoped  # noqa: PLC0415 - slow to import

    settings = _settings(data_dir)
    in_file = not settings.secret_key.get_secret_value()
    if in_file:
        secrets.add_master_key(settings)
    with _services(settings) as services:
        vault = services.account_services.vault
        with services.database.write(None) as session:
            count = vault.reseal(unscoped(session), Base.metadata)
    if in_file and forget:
        secrets.forget_old_keys(settings)
    print(f"{count} secrets are sealed with the new key.")  # noqa: T201
    if not in_file:
        print("You can empty CLARIBI_PREVIOUS_SECRET_KEYS; old sessions end then.")  # noqa: T201


@source_app.command("add")
def add_source(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    user: AsUser,
    data_dir: DataDir = None,
    name: Annotated[str | None, typer.Option(help="The file's name when left out.")] = None,
) -> None:
    """Add a file as a data source, with its dashboard. Needs a running server or worker."""
    with _services(_settings(data_dir)) as services, file.open("rb") as content:
        caller = services.accounts.principal(user)
        with services.sources.inbox(caller, "data_sources:create") as inbox:
            source = services.sources.upload(caller, inbox.add(file.name, content), name=name)
        with Progress(console=console, transient=True) as progress:
            progress.add_task(f"Preparing {source.name}", total=None)
            while (source := services.sources.get(caller, source.id)).status == "preprocessing":
                time.sleep(POLL_SECONDS)
    if source.error_message:
        raise ClaribiError(source.error_message)
    print(f"source {source.id}: {source.name}, {source.row_count:,} rows")  # noqa: T201


@report_app.command("generate")
def generate_report(
    report_id: int,
    user: AsUser,
    data_dir: DataDir = None,
    output: Annotated[Path | None, typer.Option(help="Write the report's file here.")] = None,
) -> None:
    """Generate a report. Needs a running server or worker."""
    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        run = services.reports.generate(caller, report_id)
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Generating", total=100)
            while run.status in {"pending", "generating"}:
                time.sleep(POLL_SECONDS)
                run = services.reports.run(caller, report_id, run.id)
                progress.update(task, completed=run.progress, description=run.stage)
        if run.status != "completed":
            raise ClaribiError(run.error or f"The run was {run.status}")
        _, _, path = services.reports.file(caller, str(report_id), None)
        if output is not None:
            output.write_bytes(path.read_bytes())
    print(f"report {report_id}: completed{f', written to {output}' if output else ''}")  # noqa: T201


@report_app.command("verify")
def verify_report(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A report as PDF or JSON.")],
    data: Annotated[
        list[Path],
        typer.Option(
            exists=True, dir_okay=False, help="The file it was made from; again for each of several."
        ),
    ],
) -> None:
    """Compute every number of a downloaded report again from its data. Needs no server."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - with what needs it

    from claribi.charts.render import Renderer  # noqa: PLC0415 - slow to import
    from claribi.query.engine import Engine  # noqa: PLC0415 - slow to import
    from claribi.reports.offline import check  # noqa: PLC0415 - slow to import

    with TemporaryDirectory(prefix="claribi-verify-") as name:
        engine, renderer = Engine(size=1, spill_directory=Path(name) / "spill"), Renderer(size=1)
        try:
            found = check(file.read_bytes(), data, engine, renderer, Path(name))
        finally:
            engine.close()
            renderer.close()
    same = "the very data" if found.same_data else "not the very data, byte for byte, that"
    print(f"{found.document.title}, {found.document.generated_at}: {same} it was made from")  # noqa: T201
    for figure in found.failing:
        print(f"  {figure['text']}: {figure['reason']} ({figure['recomputed']})")  # noqa: T201
    for page in found.pages:
        print(f"  page {page} shows something else than its evidence")  # noqa: T201
    count = len(found.document.figures)
    print(f"{count - len(found.failing)} of {count} numbers hold")  # noqa: T201
    if not found.holds:
        raise typer.Exit(1)


@forecast_app.command("run")
def run_forecast(forecast_id: int, user: AsUser, data_dir: DataDir = None) -> None:
    """Compute a forecast and print it. The server has to be running."""
    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        run = services.forecasts.start(caller, forecast_id)
        while run.status in {"pending", "running"}:
            time.sleep(POLL_SECONDS)
            run = services.forecasts.run(caller, forecast_id, run.id)
        if run.result is None:
            raise ClaribiError(run.error or f"The run is {run.status}")
    for point in run.result["values"]:
        low, high = point["lower_80"], point["upper_80"]
        print(f"{point['date'][:16]}  {point['value']:,.6g}  ({low:,.6g} to {high:,.6g} in 80 %)")  # noqa: T201
    print(run.result["why"])  # noqa: T201


ModelFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML, or Apache Ossie.")]
SourceId = Annotated[
    int | None, typer.Option("--source", help="Of an Ossie document: the source whose tables it is about.")
]


@model_app.command("export")
def export_model(
    name: str,
    user: AsUser,
    data_dir: DataDir = None,
    wanted: Annotated[str, typer.Option("--format", help="claribi or ossie.")] = "claribi",
) -> None:
    """Print a semantic model as YAML."""
    if wanted not in {"claribi", "ossie"}:
        raise ClaribiError(f"There is no format {wanted}; take claribi or ossie")
    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        print(services.models.export_text(caller, _model(services, caller, name).id, wanted), end="")  # noqa: T201


@model_app.command("import")
def import_model(file: ModelFile, user: AsUser, data_dir: DataDir = None, source: SourceId = None) -> None:
    """Create the semantic model of a file, or replace the one of its name."""
    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        model = services.models.read_text(caller, file.read_text(), source)
        kept = services.models.named(caller, model.name)
        if kept is None:
            kept = services.models.create(caller, model)
        else:
            kept = services.models.replace(caller, kept.id, model, lambda _: None)
    print(f"model {kept.id}: {kept.name}, {len(model.tables)} tables, {len(model.metrics)} metrics")  # noqa: T201


@model_app.command("check")
def check_model(file: ModelFile, user: AsUser, data_dir: DataDir = None, source: SourceId = None) -> None:
    """Look a file's model through against the data; exits with 1 where something is wrong."""
    with _services(_settings(data_dir)) as services:
        caller = services.accounts.principal(user)
        model = services.models.read_text(caller, file.read_text(), source)
        problems = services.model_checks.check(caller, model)
    for problem in problems:
        print(f"{problem.severity}: {problem.where}: {problem.message}")  # noqa: T201
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)
    print(f"{model.name} holds: {len(model.joins)} joins, {len(model.metrics)} metrics")  # noqa: T201


def _model(services: Any, caller: Any, name: str) -> Any:
    found = services.models.named(caller, name)
    if found is None:
        raise NotFound("Model", name)
    return found


def _services(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202 - its type is slow to import
    from contextlib import closing  # noqa: PLC0415 - as below

    from claribi.services import build  # noqa: PLC0415 - slow to import

    return closing(build(settings))


def main() -> None:
    """The `claribi` command: what went wrong in one sentence, never a traceback for a caller's mistake."""
    loading()
    try:
        app()
    except ClaribiError as error:
        console.print(f"[red]{error.message}[/red]")
        for detail in error.details:
            console.print(f"  {detail.field}: {detail.message}")
        sys.exit(1)


if __name__ == "__main__":
    main()
