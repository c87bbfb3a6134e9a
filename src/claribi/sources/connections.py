"""The connectors of sources, kept between queries, and what they are opened with."""

import threading
from collections import OrderedDict
from typing import Any

import msgspec
from sqlalchemy.engine import make_url

from claribi.core.egress import Egress, Refused
from claribi.core.errors import ClaribiError, SourceUnavailable
from claribi.core.vault import Vault
from claribi.sources.connectors.base import Connector
from claribi.sources.connectors.registry import ENGINES
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.models import DataSource

SECRET = "data_sources.secret"  # noqa: S105 - the name of a column
# Sources whose connections are kept; the one that was asked longest ago makes room.
KEPT = 100


class Connections:
    """Opens sources.

    Args:
        own_database: Where our own metadata are, which is no source for anybody.
        size: How many connections one source gets at most in this process.
    """

    def __init__(self, vault: Vault, egress: Egress, *, own_database: str, size: int) -> None:
        self._vault = vault
        self._egress = egress
        self._own_database = own_database
        self._size = size
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[int, int], tuple[bytes, Connector]] = OrderedDict()

    def check(self, engine: str, settings: ServerConnection) -> str:
        """Connect once, and tell what answered there.

        Raises:
            ValidationFailed, SourceUnavailable: It can't be connected; the message names the cause.
        """
        connector = self._connector(engine, settings)
        try:
            return connector.check()
        finally:
            connector.close()

    def of(self, source: DataSource) -> Connector:
        """The connector of a source that lives in a database."""
        key = (source.organization_id, source.id)
        printed = msgspec.json.encode([source.engine, source.connection, source.secret], order="sorted")
        closing: list[Connector] = []
        with self._lock:
            known = self._open.pop(key, None)
            if known is not None and known[0] != printed:
                closing.append(known[1])
                known = None
            connector = known[1] if known else self._connector(source.engine, self.settings(source))
            self._open[key] = printed, connector
            if len(self._open) > KEPT:
                closing.append(self._open.popitem(last=False)[1][1])
        for old in closing:
            old.close()
        return connector

    def settings(self, source: DataSource) -> ServerConnection:
        """What a source is opened with, its secret among it."""
        password = self._vault.open(SECRET, source.secret) if source.secret else None
        return ServerConnection.model_validate((source.connection or {}) | {"password": password})

    def seal(self, settings: ServerConnection) -> str | None:
        password = settings.password.get_secret_value() if settings.password else ""
        return self._vault.seal(SECRET, password) if password else None

    def close(self) -> None:
        with self._lock:
            for _, connector in self._open.values():
                connector.close()
            self._open.clear()

    def _connector(self, engine: str, settings: ServerConnection) -> Connector:
        kind = ENGINES[engine]
        self._refuse_own(settings, settings.port or kind.port)
        connector: Connector = kind.load()(settings, self._egress, size=self._size)
        return connector

    def _refuse_own(self, settings: ServerConnection, port: int) -> None:
        """Our own metadata hold every organisation's; nobody's queries may read them."""
        own: Any = make_url(self._own_database)
        if not own.host or (own.port or 5432) != port or own.database != settings.database:
            return
        try:
            ours = set(self._egress.resolved(own.host, port))
            theirs = set(self._egress.addresses(settings.host, port))
        except SourceUnavailable:
            return
        if ours & theirs:
            raise Refused("This database holds the server's own data and can't be a data source")


def explained(error: Exception) -> str:
    """What a source's page says about an error."""
    if isinstance(error, ClaribiError):
        return error.message
    return "The source could not be read; the server's log says why. Try once more."
