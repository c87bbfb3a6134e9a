"""What statement services share whose database is a catalog, or a catalog and its default schema."""

from abc import ABC
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar

from claribi.core.errors import ValidationFailed
from claribi.sources.connectors.base import FoundColumn, FoundTable
from claribi.sources.connectors.server import qualified
from claribi.sources.connectors.statements import StatementServer


class CatalogServer(StatementServer, ABC):
    """A service with several catalogs, of which a source has one: `main`, or `main.sales`.

    Attributes:
        catalog_word, schema_word: What the service calls these.
    """

    default_schema = ""
    catalog_word: ClassVar[str] = "catalog"
    schema_word: ClassVar[str] = "schema"

    @property
    def _catalog(self) -> str:
        return self._settings.database.partition(".")[0]

    @property
    def _schema(self) -> str:
        return self._settings.database.partition(".")[2]

    def called(self, table: FoundTable) -> str:
        return qualified(table.schema, table.name, self._schema)

    def _check_schemas(self, schemas: Collection[str], who: str) -> None:
        """Refuses a schema that is wanted and not among these."""
        for name in (self._schema, *self._settings.schemas):
            if name and name not in schemas:
                raise ValidationFailed(
                    f"{self._where}: there is no {self.schema_word} {name} in the {self.catalog_word} "
                    f"{self._catalog}, or {who} may not see it"
                )

    def _found(
        self,
        columns: Sequence[Sequence[Any]],
        comments: Mapping[tuple[str, str], str | None],
        counts: Mapping[tuple[str, str], int | None] | None = None,
    ) -> list[FoundTable]:
        """The tables of the columns of a catalog.

        Args:
            columns: Schema, table, column, native type and comment, those of a table together.
            comments, counts: Of tables, by schema and name.
        """
        return [
            FoundTable(
                schema,
                name,
                [
                    FoundColumn(column, self._typed(kind), kind, said or "")
                    for _, _, column, kind, said in listed
                ],
                (counts or {}).get((schema, name)),
                comments.get((schema, name)) or "",
            )
            for (schema, name), listed in groupby(columns, key=lambda row: (row[0], row[1]))
        ]
