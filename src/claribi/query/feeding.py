"""Putting what live sources give to a question beside our own files, for as long as it is asked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from claribi.core.errors import QueryError, QueryTimeout
from claribi.query.engine import Engine, EngineLimits
from claribi.query.statements import Place, files_of
from claribi.sources.connectors.base import Gate

if TYPE_CHECKING:
    from claribi.query.modeling.feeds import Feed

# Rows of other servers pass through this process, so few are let in and few questions at once.
MOST_ROWS = 200_000
AT_ONCE = 2


class Feeding:
    """Reads feeds into files that the engine sees."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gate = Gate(AT_ONCE, "What brings live sources together")

    @contextmanager
    def files(self, place: Place, limits: EngineLimits) -> Iterator[dict[str, list[Path]]]:
        """The files of each table while the block lasts.

        Args:
            limits: Of the whole question: feeds that are read one after the other share its time.

        Raises:
            QueryError: A table gives more rows than may be brought here.
            QueryTimeout, SourceUnavailable, Unavailable
        """
        if not place.feeds:
            yield files_of(place)
            return
        brought: dict[str, list[Path]] = {}
        with self._gate.place():
            try:
                ends = time.monotonic() + limits.timeout_seconds
                for feed in place.feeds:
                    left = ends - time.monotonic()
                    if left <= 0:
                        raise QueryTimeout(f"The query was stopped after {limits.timeout_seconds:g} seconds")
                    brought[feed.name] = [self._brought(feed, replace(limits, timeout_seconds=left))]
                yield files_of(place) | brought
            finally:
                for [path] in brought.values():
                    path.unlink(missing_ok=True)

    def _brought(self, feed: "Feed", limits: EngineLimits) -> Path:
        from claribi.query.live import read  # noqa: PLC0415 - sqlglot is slow to import
        from claribi.sources.connectors.arrow import to_parquet  # noqa: PLC0415 - Arrow is loaded for these only

        answer = read(
            feed.connector, feed.expression, feed.parameters, feed.types, replace(limits, max_rows=MOST_ROWS)
        )
        if answer.truncated:
            raise QueryError(
                f"Of {feed.table} in {feed.source_name} more than {len(answer.rows):,} rows are needed here, "
                "beside those of other sources; add filters on its columns, or have the source copied"
            )
        path = self._engine.new_file("parquet")
        try:
            to_parquet(answer.columns, answer.rows, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
