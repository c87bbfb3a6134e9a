"""The query language: what can be asked of a table, and what comes back.

A `Query` is plain data. `compile.py` turns it into SQL, `service.py` runs it, and every answer is a
`Result` whose evidence says where each cell came from.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    model_validator,
)

from claribi.http.ids import Id
from claribi.query.columns import ComputedColumns
from claribi.query.members import Pivot, Top
from claribi.query.strict import NAME, Strict
from claribi.sources.catalog import ColumnType, Role

Aggregation = Literal["sum", "avg", "count", "min", "max", "median", "count_distinct"]
Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
Operator = Literal[
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not_in",
    "between",
    "contains",
    "starts_with",
    "is_null",
    "is_not_null",
    "last_n",
]
COMPARING: frozenset[Operator] = frozenset({"=", "!=", "<", "<=", ">", ">="})
Cycle = Literal["hour_of_day", "day_of_week", "month_of_year", "quarter_of_year"]
Comparison = Literal["previous_period", "previous_year"]
Scalar = str | int | float | bool | date | datetime | None


class Measure(Strict):
    """An aggregate of one column (`count` without a column counts rows), or arithmetic on several of them.

    With a `grain`, `count_distinct` of a time counts its different hours, days, weeks and so on. `corr` is
    Pearson's correlation with an `other` column over the rows that have both; null where one doesn't vary.

    `filters` let only some rows into an aggregate. Of a model: `metric` is one that it defines, and a count
    of rows names the `table` that it counts.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"column": "revenue", "aggregation": "sum"}]}
    )

    column: str | None = Field(default=None, min_length=1, max_length=200)
    aggregation: Aggregation | Literal["corr"] | None = None
    other: str | None = Field(default=None, min_length=1, max_length=200)
    grain: Grain | None = None
    filters: list["Filter"] = Field(default_factory=list, max_length=20)
    table: str | None = Field(default=None, min_length=1, max_length=200)
    ratio: "Ratio | None" = None
    formula: "Formula | None" = None
    metric: str | None = Field(default=None, min_length=1, max_length=200)
    name: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = (self.aggregation, self.ratio, self.formula, self.metric)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("give either an aggregation or a ratio, or a formula or a metric")
        if self.aggregation is None and (self.column or self.table or self.filters):
            raise ValueError("columns, tables and filters stand within the aggregates of a ratio or formula")
        if self.aggregation not in {None, "count"} and self.column is None:
            raise ValueError(f"{self.aggregation} needs a column")
        if (self.aggregation == "corr") != (self.other is not None):
            raise ValueError("corr is of a column and an other one, which only corr takes")
        if self.grain is not None and self.aggregation != "count_distinct":
            raise ValueError("a grain is for count_distinct of a time")
        if self.formula is not None and self.name is None:
            raise ValueError("a formula needs a name")
        return self

    def leaves(self) -> "list[Measure]":
        """The aggregates that it is made of."""
        parts: list[Measure] = []
        if self.ratio is not None:
            parts = [self.ratio.numerator, self.ratio.denominator]
        elif self.formula is not None:
            parts = list(self.formula.measures.values())
        else:
            return [self]
        return [leaf for part in parts for leaf in part.leaves()]

    @property
    def label(self) -> str:
        """The name of the measure's column in the result."""
        if self.name:
            return self.name
        if self.ratio is not None:
            return f"{self.ratio.numerator.label}_per_{self.ratio.denominator.label}"
        if self.metric is not None:
            return self.metric
        if self.grain is not None:
            return f"{self.grain}s"
        return "_".join(filter(None, (self.aggregation, self.column or self.table, self.other)))


class Ratio(Strict):
    """Numerator over denominator, each aggregated first; null where the denominator is 0."""

    numerator: Measure
    denominator: Measure


class Formula(Strict):
    """Arithmetic on measures, each aggregated first: `(revenue - cost) / revenue`.

    Of `+ - * /`, parentheses, numbers and the names in `measures`. What is divided by 0 is null.
    """

    expression: str = Field(min_length=1, max_length=1_000)
    measures: dict[Annotated[str, NAME], Measure] = Field(min_length=1, max_length=20)


class Dimension(Strict):
    """What the answer is split by.

    `whole` leaves out the buckets of a grain at both ends that the data do not fill to the day, so that a
    month which has only begun does not look like a fall. A `cycle` takes the same hours of all days together,
    or the same days of the week (`Monday`), months (`January`) or quarters (1 to 4).
    """

    column: str = NAME
    grain: Grain | None = None
    cycle: Cycle | None = None
    whole: bool = False
    name: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _of_a_grain(self) -> Self:
        if self.whole and self.grain in {None, "hour", "day"}:
            raise ValueError("whole needs a grain of weeks or more")
        if self.cycle and self.grain:
            raise ValueError("give either a grain or a cycle")
        return self

    @property
    def label(self) -> str:
        return self.name or self.column


class Filter(Strict):
    """One condition; all conditions of a query must hold.

    `between` takes `[low, high]`, both included. `last_n` takes `{"n": 3, "unit": "month"}`: the n units
    that end with the one the anchor lies in. The anchor is now, or with `"anchor": "data"` the newest
    value of the column. With a `cycle` it is on the place of a time in it: `Monday`, `January`, hour 0 to 23,
    quarter 1 to 4. With `other` instead of a value the column is compared with that one, row by row.
    """

    column: str = NAME
    cycle: Cycle | None = None
    operator: Operator
    value: Any = None
    other: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.other is None:
            return self
        if self.value is not None:
            raise ValueError("a column is compared with either a value or an other column")
        if self.cycle is not None:
            raise ValueError("places in a cycle are compared with values, not with an other column")
        if self.operator not in COMPARING:
            raise ValueError(f"an other column is compared by =, !=, <, <=, > or >=, not by {self.operator}")
        if self.other == self.column:
            raise ValueError("a column is compared with an other one, not with itself")
        return self

    @property
    def columns(self) -> list[str]:
        """All that it looks at."""
        return [self.column] if self.other is None else [self.column, self.other]


class LastN(Strict):
    n: int = Field(ge=1, le=10_000)
    unit: Literal["hour", "day", "week", "month", "quarter", "year"]
    anchor: Literal["now", "data"] = "now"


def _without_zone(moment: datetime) -> datetime:
    """Stored times carry no zone; what comes with one is brought to UTC."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


Moment = Annotated[datetime, AfterValidator(_without_zone)]


class Period(Strict):
    """A half-open stretch of time `[start, end)` on a time column, or whole years on a column of years."""

    column: str = NAME
    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start must be before end")
        return self


CalculationType = Literal[
    "running_total", "moving_average", "share", "rank", "previous", "change", "change_ratio"
]


class Calculation(Strict):
    """A column computed from a measure over the rows of the answer.

    `running_total` adds up along time, from anew in each `reset` (`year`: year to date). `moving_average`
    takes the n buckets that end with the row's own. `previous`, `change` and `change_ratio` look n buckets
    back, or n of `unit` (`year`: the same time a year before), by the calendar: null where there is no such
    bucket. `share` is of the sum over all rows, or over those with the same `within`; `rank` counts from 1
    within them. All but the last two need `along`, a dimension with a grain, unless there is only one; it may
    be one of whole numbers as well, such as years, where a bucket back is one less.
    """

    type: CalculationType
    measure: str = NAME
    along: str | None = Field(default=None, min_length=1, max_length=200)
    within: list[str] = Field(default_factory=list, max_length=20)
    n: int = Field(default=1, ge=1, le=1_000)
    unit: Literal["day", "week", "month", "quarter", "year"] | None = None
    reset: Literal["week", "month", "quarter", "year"] | None = None
    ascending: bool = False
    name: str | None = Field(default=None, min_length=1, max_length=200)

    @property
    def label(self) -> str:
        return self.name or f"{self.measure}_{self.type}"


class Sort(Strict):
    field: str = NAME
    descending: bool = False


class Asked(Strict):
    """What can be asked of a table, or of several joined by a model.

    With `period` and `compare`, each measure `m` comes back as `m`, `m_previous`, `m_change` (difference)
    and `m_change_ratio` (difference over the absolute previous value; null where that is 0).
    Dimensions without measures give their distinct values. `columns` instead of both gives the rows
    themselves, in the order they are stored unless sorted; with nothing of the three, all columns.
    Rows come in the order of `sort`, ties and the unsorted by the dimensions, so the same data give the
    same rows in the same order.

    `summary` tells these rows together: measures over the answer's own columns, in one row that is the answer
    then. With `having` or filters of its own, it counts customers by what they bought.
    """

    measures: list[Measure] = Field(default_factory=list, max_length=50)
    dimensions: list[Dimension] = Field(default_factory=list, max_length=20)
    columns: list[str] = Field(default_factory=list, max_length=500)
    filters: list[Filter] = Field(default_factory=list, max_length=100)
    period: Period | None = None
    compare: Comparison | None = None
    having: list[Filter] = Field(
        default_factory=list, max_length=20, description="Conditions on columns of the answer."
    )
    calculations: list[Calculation] = Field(default_factory=list, max_length=20)
    top: Top | None = None
    pivot: Pivot | None = None
    summary: list[Measure] = Field(
        default_factory=list, max_length=20, description="Measures over the rows of the answer."
    )
    sort: list[Sort] = Field(default_factory=list, max_length=20)
    limit: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        if self.compare and (self.period is None or not self.measures):
            raise ValueError("a comparison needs a period and at least one measure")
        if (self.calculations or self.having) and self.compare:
            raise ValueError("calculations and having stand without compare; use previous or change instead")
        if (self.calculations or self.having or self.top) and not self.measures:
            raise ValueError("calculations, having and top need measures")
        if any(criterion.other for criterion in self.having):
            raise ValueError("having compares with values; other is for filters, which hold row by row")
        if self.pivot:
            self._check_pivot(self.pivot)
        if self.summary and (self.pivot or not (self.measures or self.dimensions)):
            raise ValueError("a summary is of rows with measures or dimensions, and not of a pivot")
        if self.columns and (self.measures or self.dimensions):
            raise ValueError("columns are for plain rows; leave them out beside measures or dimensions")
        return self

    def _check_pivot(self, pivot: Pivot) -> None:
        dimension = next((d for d in self.dimensions if d.label == pivot.dimension), None)
        if dimension is None or not self.measures:
            raise ValueError("a pivot needs one of the dimensions, and at least one measure")
        if self.top or self.calculations or self.having:
            raise ValueError("top, calculations and having don't go with a pivot; use filters")
        if self.compare and dimension.grain:
            raise ValueError("a pivot over time can't be compared with an earlier period")


class Query(Asked):
    """A question to one table, whose rows can have `computed` columns beside their own."""

    source_id: Id
    table: str = NAME
    computed: ComputedColumns = Field(default_factory=list, max_length=20)


class ModelQuery(Asked):
    """A question to the tables of a model, joined along their keys.

    Columns are named `table.column`; `time` alone stands for each measure's own time column. Every measure
    is aggregated over the rows of its own table, each counted once, whatever is joined to them.
    """

    model_id: Id


class SqlQuery(Strict):
    """One read-only statement in the source's dialect; `$name` in it stands for a parameter."""

    source_id: Id
    sql: str = Field(min_length=1, max_length=100_000)
    parameters: dict[str, Scalar] = Field(default_factory=dict, max_length=1000)


def _kind(value: Any) -> str:
    if not isinstance(value, dict):
        return KINDS.get(type(value), "structured")
    return "sql" if "sql" in value else "model" if "model_id" in value else "structured"


KINDS: dict[type, str] = {Query: "structured", ModelQuery: "model", SqlQuery: "sql"}
Question = Query | ModelQuery | SqlQuery
AnyQuery = Annotated[
    Annotated[Query, Tag("structured")]
    | Annotated[ModelQuery, Tag("model")]
    | Annotated[SqlQuery, Tag("sql")],
    Discriminator(_kind),
]
QUESTIONS: TypeAdapter[Question] = TypeAdapter(AnyQuery)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    name: str
    type: ColumnType
    role: Role


@dataclass(slots=True)
class Result:
    """The rows of an answer, and where they came from.

    Attributes:
        rows: One list a row; dates and timestamps are `date`/`datetime`, decimals are `Decimal`.
        truncated: True when the limit cut rows off.
        data_version: The version of the data that was read, see DESIGN.
        evidence_id: The stored proof of this answer; 0 when none was asked for.
        source_id: The source that it came from, or the first of several.
        cached: It was at hand, or somebody else asked the same at the same time.
        tables: Of a model: the source and table that each name in the SQL stands for.
    """

    columns: list[ResultColumn]
    rows: list[list[Any]]
    truncated: bool
    data_version: str
    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)
    evidence_id: int = 0
    elapsed_ms: float = 0.0
    source_id: int = 0
    tables: dict[str, list[Any]] | None = None
    cached: bool = False

    @property
    def row_count(self) -> int:
        return len(self.rows)

    def index(self, column: str) -> int:
        """Position of the column called `column`; ValueError when there is none."""
        return [c.name for c in self.columns].index(column)

    def values(self, column: str) -> list[Any]:
        position = self.index(column)
        return [row[position] for row in self.rows]
