"""The dashboard that every new source gets by itself."""

import structlog
from sqlalchemy import select

from claribi.accounts.service import Accounts
from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.dashboards.insights import propose
from claribi.dashboards.models import Dashboard
from claribi.dashboards.schemas import NewDashboard, NewWidget
from claribi.dashboards.service import Dashboards
from claribi.query.service import Queries
from claribi.sources.service import Sources

PROPOSE = "dashboards.propose"


class AutomaticDashboards:
    """Makes "<Source> - Data insights" when a source has data for the first time."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        sources: Sources,
        queries: Queries,
        dashboards: Dashboards,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sources = sources
        self._queries = queries
        self._dashboards = dashboards

    def create(self, organization_id: int, source_id: int) -> None:
        """Make the dashboard, once. A source without one is still a source: a failure is logged only."""
        with self._database.read(organization_id) as session:
            there = session.scalar(select(Dashboard.id).where(Dashboard.source_id == source_id).limit(1))
        if there is not None:
            return
        try:
            self._create(organization_id, source_id)
        except ClaribiError as error:
            structlog.get_logger().warning("no dashboard made", source_id=source_id, reason=error.message)

    def _create(self, organization_id: int, source_id: int) -> None:
        creator = self._sources.creator(organization_id, source_id)
        caller = self._accounts.principal_by_id(organization_id, creator)
        catalog = self._sources.catalog(caller, source_id)
        if not catalog.tables:
            return
        table = max(catalog.tables.values(), key=lambda t: t.row_count)
        proposals = propose(table, source_id, lambda query: self._queries.run(catalog, query))
        widgets = [
            NewWidget(type=p.type, title=p.title, query=p.query, options=p.options, position=p.position)
            for p in proposals
        ]
        wanted = NewDashboard(
            name=f"{catalog.source_name} - Data insights",
            description=f"Made from {catalog.source_name} by itself; change it as you like.",
            widgets=widgets,
        )
        self._dashboards.create(caller, wanted, source_id=source_id)
