"""Whether the keys that a model joins along are keys: what holds no value twice doubles no row."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from claribi.core.errors import QueryError
from claribi.query.schemas import Dimension, Filter, Measure, Query, Result

if TYPE_CHECKING:
    from claribi.query.modeling.bound import Bound, BoundTable
    from claribi.sources.service import Catalog

Key = tuple[str, tuple[str, ...]]
Seen = tuple[int, str, str, tuple[str, ...], str]
REMEMBERED = 5_000
# A live source can change at any time; so often it is looked at again.
LIVE_SECONDS = 600.0


class UniqueKeys:
    """Looks at each key once for each version of the data.

    Args:
        run: Asks a table.
    """

    def __init__(self, run: "Callable[[Catalog, Query], Result]") -> None:
        self._run = run
        # By source, version, table and columns: sources belong to one organisation each.
        self._seen: OrderedDict[Seen, tuple[float, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, bound: "Bound", keys: Collection[Key]) -> None:
        """Raises QueryError where a key holds a value twice: joined along it, rows would count twice."""
        for name, columns in sorted(keys):
            if not self.is_unique(bound.tables[name], columns):
                raise QueryError(
                    f"{' and '.join(columns)} of {name} is no key: a value stands in several rows, so what "
                    "is joined to it would count several times. Correct the joins of the model, or the data"
                )

    def is_unique(self, table: "BoundTable", columns: tuple[str, ...]) -> bool:
        catalog = table.catalog
        if table.table.primary_key and set(table.table.primary_key) <= set(columns):
            # The source's own promise.
            return True
        # Who sees fewer rows sees other values twice.
        seen = repr(table.table.access)
        key = (catalog.source_id, catalog.data_version, table.table.name, columns, seen)
        with self._lock:
            known = self._seen.get(key)
        if known is not None and (catalog.connector is None or time.monotonic() < known[0]):
            return known[1]
        found = self._look(table, columns)
        with self._lock:
            self._seen[key] = (time.monotonic() + LIVE_SECONDS, found)
            self._seen.move_to_end(key)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return found

    def _look(self, table: "BoundTable", columns: tuple[str, ...]) -> bool:
        twice = Query(
            source_id=table.catalog.source_id,
            table=table.table.name,
            dimensions=[Dimension(column=column, name=f"key {i}") for i, column in enumerate(columns)],
            measures=[Measure(aggregation="count", name="rows of key")],
            filters=[Filter(column=column, operator="is_not_null") for column in columns],
            having=[Filter(column="rows of key", operator=">", value=1)],
            limit=1,
        )
        return not self._run(table.catalog, twice).rows
