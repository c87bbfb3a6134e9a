"""Reads sources on the web: opens what is sealed, and knows how each kind is asked."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, ValidationFailed
from claribi.core.vault import Vault
from claribi.sources.connections import SECRET
from claribi.sources.models import DataSource
from claribi.sources.web.download import Fetched, Known, download, look
from claribi.sources.web.errors import NotLetIn, WebPage
from claribi.sources.web.google import GOOGLE, export_address
from claribi.sources.web.records import download_records, look_at_records
from claribi.sources.web.settings import GoogleSheet, Rest, WebConnection
from claribi.sources.web.stores.settings import Stored

if TYPE_CHECKING:
    from claribi.sources.web.client import WebClient

CONNECTION: TypeAdapter[WebConnection] = TypeAdapter(WebConnection)
# How long a copy may take, and how long somebody waits for a connection to be tried out.
FETCH_SECONDS = 3600.0
LOOK_SECONDS = 30.0
PRIVATE_SHEET = (
    "Google asks to sign in for this sheet: share it with “Anyone with the link”, or publish it with "
    "File > Share > Publish to web and give that link"
)


class WebReader:
    """Reads sources on the web.

    Args:
        google: Where Google's sheets are.
    """

    def __init__(self, vault: Vault, egress: Egress, *, google: str = GOOGLE) -> None:
        self._vault = vault
        self._egress = egress
        self._google = google

    def settings(self, source: DataSource) -> WebConnection:
        """How a source is reached, its secret among it."""
        connection = CONNECTION.validate_python(source.connection)
        if connection.sent is None or not source.secret:
            return connection
        return connection.with_proof(connection.sent.unsealed(self._vault.open(SECRET, source.secret)))

    def seal(self, connection: WebConnection) -> str | None:
        secret = connection.sent.sealed() if connection.sent else ""
        return self._vault.seal(SECRET, secret) if secret else None

    def look(self, connection: WebConnection) -> str:
        """Ask once, and tell what is there.

        Raises:
            ValidationFailed, SourceUnavailable: It can't be read; the message names the cause.
        """
        with self._client(connection, LOOK_SECONDS, patient=False) as client:
            try:
                if isinstance(connection, Rest):
                    return look_at_records(client, connection)
                if isinstance(connection, Stored):
                    from claribi.sources.web.stores.folder import look_at_store  # noqa: PLC0415 - as below

                    return look_at_store(client, connection)
                return look(client, self._address(connection))
            except ClaribiError as error:
                raise _of_google(connection, error) from None

    def fetch(
        self, connection: WebConnection, file: Path, kept: Path, known: Known, max_bytes: int
    ) -> Fetched | None:
        """Write what is there into a file or a folder; None where it is what is known already.

        Args:
            kept: A folder that stays until the next time.
        """
        with self._client(connection, FETCH_SECONDS) as client:
            try:
                if isinstance(connection, Rest):
                    return download_records(client, connection, file, max_bytes)
                if isinstance(connection, Stored):
                    from claribi.sources.web.stores.folder import download_store  # noqa: PLC0415 - as below

                    return download_store(client, connection, file, kept, known, max_bytes)
                return download(client, self._address(connection), file, known, max_bytes)
            except ClaribiError as error:
                raise _of_google(connection, error) from None

    def _address(self, connection: WebConnection) -> str:
        if isinstance(connection, GoogleSheet):
            return export_address(connection.address, self._google)
        return connection.home

    def _client(self, connection: WebConnection, seconds: float, *, patient: bool = True) -> "WebClient":
        from claribi.sources.web.client import WebClient  # noqa: PLC0415 - httpx is slow to import

        return WebClient(
            self._egress,
            home=self._address(connection),
            secret=connection.sent.headers() if connection.sent else {},
            seconds=seconds,
            patient=patient,
        )


def _of_google(connection: WebConnection, error: ClaribiError) -> ClaribiError:
    """What to do about a sheet that Google does not give out; every other error as it is."""
    if isinstance(connection, GoogleSheet) and isinstance(error, WebPage | NotLetIn):
        return ValidationFailed(PRIVATE_SHEET)
    return error
