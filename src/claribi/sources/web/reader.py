"""Reads sources on the web: opens what is sealed, and knows how each kind is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        shown: dict[str, Any] = source.connection or {}
        if source.secret:
            secret = self._vault.open(SECRET, source.secret)
            shown = shown | {"auth": (shown.get("auth") or {}) | {"secret": secret}}
        return CONNECTION.validate_python(shown)

    def seal(self, connection: WebConnection) -> str | None:
        secret = connection.sent.secret if connection.sent else None
        return self._vault.seal(SECRET, secret.get_secret_value()) if secret else None

    def look(self, connection: WebConnection) -> str:
        """Ask once, and tell what is there.

        Raises:
            ValidationFailed, SourceUnavailable: It can't be read; the message names the cause.
        """
        with self._client(connection, LOOK_SECONDS, patient=False) as client:
            try:
                if isinstance(connection, Rest):
                    return look_at_records(client, connection)
                return look(client, self._address(connection))
            except ClaribiError as error:
                raise _of_google(connection, error) from None

    def fetch(self, connection: WebConnection, file: Path, known: Known, max_bytes: int) -> Fetched | None:
        """Write what is there into a file; None where it is what is known already."""
        with self._client(connection, FETCH_SECONDS) as client:
            try:
                if isinstance(connection, Rest):
                    return download_records(client, connection, file, max_bytes)
                return download(client, self._address(connection), file, known, max_bytes)
            except ClaribiError as error:
                raise _of_google(connection, error) from None

    def _address(self, connection: WebConnection) -> str:
        if isinstance(connection, GoogleSheet):
            return export_address(connection.address, self._google)
        return connection.address

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
