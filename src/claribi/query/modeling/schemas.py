"""A semantic model as people write it: tables, how they are joined, and the metrics that are defined once.

The same document goes through HTTP as JSON and lives in files as YAML (`documents.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from claribi.http.ids import Id
from claribi.query.formulas import names_in
from claribi.query.schemas import Aggregation, Filter, Formula, Grain, Measure
from claribi.sources.catalog import ColumnType, Role

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_DEPTH = 20
# Of a model as text, in characters.
MAX_LENGTH = 2_000_000

# A part of `table.column`, so it holds no dot.
Name = Annotated[str, Field(pattern=r"^[^\W\d]\w*$", max_length=100)]
# A column can be called whatever its source calls it.
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2_000)]
Title = Annotated[str, Field(max_length=200)]
Synonyms = Annotated[list[Title], Field(max_length=50)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is no time zone such as Europe/Berlin") from None
    return name


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ModelColumn(Document):
    """What a column means; one with an expression is computed from others of its row.

    The expression is written in the SQL of DuckDB. It speaks of columns of its own table, or as
    `table.column` of those that this one leads to, and has no aggregates.
    """

    name: ColumnName
    expression: str | None = Field(default=None, min_length=1, max_length=2_000)
    type: ColumnType | None = Field(default=None, description="Of an expression; else the source's own.")
    role: Role | None = None
    title: Title = ""
    description: Text = ""
    synonyms: Synonyms = []
    unit: Title = ""
    hidden: bool = Field(
        default=False, description="Not offered to people; expressions and joins may use it."
    )

    @model_validator(mode="after")
    def _typed(self) -> Self:
        if self.expression is not None and self.type is None:
            raise ValueError(f"the expression of {self.name} needs a type")
        return self


class ModelTable(Document):
    """A table of a source. The same one can stand in a model several times, for what it means there."""

    name: Name
    source_id: Id
    table: str = Field(min_length=1, max_length=400, description="As the source's list of tables calls it.")
    title: Title = ""
    description: Text = ""
    synonyms: Synonyms = []
    primary_key: list[ColumnName] = Field(
        default_factory=list, max_length=20, description="Columns that no two rows have the same values of."
    )
    time: ColumnName | None = Field(default=None, description="The column that `time` stands for.")
    columns: list[ModelColumn] = Field(default_factory=list, max_length=1_000)
    hidden: bool = False

    def column(self, name: str) -> ModelColumn | None:
        return next((column for column in self.columns if column.name == name), None)


class Join(Document):
    """Each row of `table` belongs to at most one of `to`: where `references` equal its `columns`."""

    table: Name
    columns: list[ColumnName] = Field(min_length=1, max_length=20)
    to: Name
    references: list[ColumnName] = Field(min_length=1, max_length=20)
    cardinality: Literal["many_to_one", "one_to_one"] = "many_to_one"

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if len(self.columns) != len(self.references):
            raise ValueError("columns and references have the same number of names")
        return self


class Metric(Document):
    """A number with one meaning everywhere: an aggregate of a column, or a formula over other metrics."""

    name: Name
    title: Title = ""
    description: Text = ""
    synonyms: Synonyms = []
    table: Name | None = Field(default=None, description="The table whose rows are counted.")
    column: str | None = Field(default=None, min_length=3, max_length=301, description="As `table.column`.")
    aggregation: Aggregation | None = None
    filters: list[Filter] = Field(default_factory=list, max_length=20)
    formula: str | None = Field(default=None, min_length=1, max_length=1_000)
    format: Literal["number", "percent", "currency"] = "number"
    unit: Title = ""
    good: Literal["up", "down"] | None = Field(default=None, description="Which way is good news.")
    grain: Grain | None = Field(default=None, description="What it is usually looked at by.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.formula is None) == (self.aggregation is None):
            raise ValueError(f"metric {self.name}: give either an aggregation or a formula")
        if self.formula is not None and (self.column or self.table or self.filters):
            raise ValueError(f"metric {self.name}: a formula speaks of other metrics only")
        if self.aggregation is not None and (self.column is None) == (self.table is None):
            raise ValueError(f"metric {self.name}: give a column, or for a count of rows their table")
        if self.table is not None and self.aggregation != "count":
            raise ValueError(f"metric {self.name}: {self.aggregation} needs a column")
        return self

    @property
    def measure(self) -> Measure:
        """What it is in the query language; other metrics by name."""
        if self.formula is None:
            return Measure(
                name=self.name,
                column=self.column,
                table=self.table,
                aggregation=self.aggregation,
                filters=self.filters,
            )
        measures = {name: Measure(metric=name) for name in sorted(names_in(self.formula))}
        return Measure(name=self.name, formula=Formula(expression=self.formula, measures=measures))


class Model(Document):
    """A semantic model.

    Times without a zone are stored in UTC; with a `time_zone` questions see them as the clocks there did.
    """

    name: str = Field(min_length=1, max_length=200)
    description: Text = ""
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        "monday"
    )
    fiscal_year_start: int = Field(default=1, ge=1, le=12, description="The month that a year begins with.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])] | None = None
    tables: list[ModelTable] = Field(min_length=1, max_length=200)
    joins: list[Join] = Field(default_factory=list, max_length=500)
    metrics: list[Metric] = Field(default_factory=list, max_length=1_000)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        for what, names in (
            ("tables", [table.name for table in self.tables]),
            ("metrics", [metric.name for metric in self.metrics]),
            *(
                (f"columns of {table.name}", [column.name for column in table.columns])
                for table in self.tables
            ),
        ):
            _check_unique(what, names)
        known = {table.name for table in self.tables}
        for name in (name for join in self.joins for name in (join.table, join.to)):
            if name not in known:
                raise ValueError(f"a join speaks of the table {name}, which the model has not")
        _check_formulas({metric.name: metric for metric in self.metrics})
        return self

    def table(self, name: str) -> ModelTable | None:
        return next((table for table in self.tables if table.name == name), None)

    def metric(self, name: str) -> Metric | None:
        return next((metric for metric in self.metrics if metric.name == name), None)


def _check_unique(what: str, names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(name.lower() for name in names).items() if count > 1)
    if twice:
        raise ValueError(f"two {what} are called {twice[0]}")


def _check_formulas(metrics: dict[str, Metric]) -> None:
    """Formulas speak of metrics that there are, and of no circle of them."""

    def used(metric: Metric) -> Iterator[str]:
        return iter(sorted(names_in(metric.formula))) if metric.formula else iter(())

    def visit(name: str, above: list[str]) -> None:
        if name in above:
            raise ValueError(f"the formulas of {' and '.join(above)} go in a circle")
        if len(above) > MAX_DEPTH:
            raise ValueError(f"the formula of {above[0]} leads through more than {MAX_DEPTH} others")
        for other in used(metrics[name]):
            if other not in metrics:
                raise ValueError(f"the formula of {name} speaks of {other}, which is no metric")
            visit(other, [*above, name])

    for name in metrics:
        visit(name, [])
