"""Aggregates of rows from aggregates of parts of them, so that a source can add up what it gives.

A source gives one row for all its rows that agree in every column which the statement splits, filters or
joins by. Sums, smallest and largest values come out the same from such parts; a count is the sum of the
parts' counts, an average the sum of their sums by that of their counts. Different values can be counted as
long as their column stays among those that rows agree in. A median needs the rows. (Gray et al., "Data Cube",
1997, calls these distributive, algebraic and holistic.)
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlglot import exp

AGGREGATES: dict[str, type[exp.AggFunc]] = {
    "sum": exp.Sum,
    "min": exp.Min,
    "max": exp.Max,
    "count": exp.Count,
}
# What each aggregate of rows is made of.
MADE_OF: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Sum: ("sum",),
    exp.Min: ("min",),
    exp.Max: ("max",),
    exp.Count: ("count",),
    exp.Avg: ("sum", "count"),
}
SUMMED = frozenset({"sum", "count"})


@dataclass(frozen=True, slots=True)
class Part:
    """An aggregate that a source gives of the rows which it takes together; of no column: their count."""

    column: str | None
    how: str

    @property
    def name(self) -> str:
        """Under which it stands beside the columns of its table."""
        return f"{self.how} of {'rows' if self.column is None else self.column}"

    def expression(self) -> exp.Expr:
        this = exp.Star() if self.column is None else exp.column(self.column, quoted=True)
        return AGGREGATES[self.how](this=this)


class NotInParts(Exception):
    """The statement needs the rows themselves."""


def in_parts(
    statement: exp.Select, home: str, measured: Collection[str]
) -> tuple[exp.Select, frozenset[Part]] | None:
    """The statement over parts of the rows of a table, and which these are; None where it needs the rows.

    Args:
        statement: Reads the table only in WITH queries that join it to others, one row for each of its own.
        measured: Columns of the table that may be aggregated.
    """
    rewriting = _Rewriting(home, measured)
    found = statement.copy()
    try:
        rewriting.rewrite(found)
    except NotInParts:
        return None
    return found, frozenset(rewriting.parts)


class _Rewriting:
    def __init__(self, home: str, measured: Collection[str]) -> None:
        self._home = home
        self._columns = {f"{home}.{column}": column for column in measured}
        self.parts: set[Part] = set()

    def rewrite(self, statement: exp.Select) -> None:
        for joined in list(self._joined(statement)):
            name = joined.parent.alias if isinstance(joined.parent, exp.CTE) else None
            askers = [table.parent for table in statement.find_all(exp.Table) if table.name == name]
            used: set[Part] = set()
            for reading in askers:
                asker = reading.parent if isinstance(reading, exp.From) else None
                if not isinstance(asker, exp.Select):
                    raise NotInParts
                used |= self._aggregated(asker)
            self._give(joined, used)
            self.parts |= used

    def _joined(self, statement: exp.Select) -> Iterator[exp.Select]:
        """The WITH queries that begin with the table; it must not be read anywhere else."""
        for table in statement.find_all(exp.Table):
            if table.name != self._home:
                continue
            reading = table.parent.parent if isinstance(table.parent, exp.From) else None
            if not isinstance(reading, exp.Select):
                raise NotInParts
            if reading.args.get("group") or not isinstance(reading.parent, exp.CTE):
                raise NotInParts
            yield reading

    def _aggregated(self, asker: exp.Select) -> set[Part]:
        """Put aggregates of parts in place of those of rows; which parts they need."""
        if asker.find(exp.Window):
            raise NotInParts
        used: set[Part] = set()
        for aggregate in list(asker.find_all(exp.AggFunc)):
            if aggregate.parent_select is not asker or isinstance(aggregate.this, exp.Distinct):
                continue
            only, value = _condition_and_value(aggregate.this)
            if isinstance(value, exp.Column) and value.name not in self._columns:
                if isinstance(aggregate, exp.Min | exp.Max):
                    continue
                raise NotInParts
            column = self._columns[value.name] if isinstance(value, exp.Column) else None
            if type(aggregate) not in MADE_OF or (column is None and not _counts_rows(aggregate, value)):
                raise NotInParts
            needed = [Part(column, how) for how in MADE_OF[type(aggregate)]]
            aggregate.replace(_from_parts(aggregate, [self._over(part, only) for part in needed]))
            used.update(needed)
        if not used and not asker.args.get("group"):
            raise NotInParts
        if any(column.name in self._columns for column in asker.find_all(exp.Column)):
            raise NotInParts
        return used

    def _over(self, part: Part, only: exp.Expr | None) -> exp.Expr:
        """The aggregate of a part's values."""
        value: exp.Expr = exp.column(f"{self._home}.{part.name}", quoted=True)
        if only is not None:
            value = exp.Case().when(only.copy(), value)
        return exp.Sum(this=value) if part.how in SUMMED else AGGREGATES[part.how](this=value)

    def _give(self, joined: exp.Select, parts: Collection[Part]) -> None:
        """Let a WITH query give the parts in place of the columns that they are of."""
        outputs = joined.expressions
        joined.set("expressions", [output for output in outputs if output.alias not in self._columns])
        own = [column for column in joined.find_all(exp.Column) if column.table == self._home]
        if any(column.name in self._columns.values() for column in own):
            # It is part of what another column is computed from, or joined along.
            raise NotInParts
        given = [
            exp.alias_(
                exp.column(part.name, table=self._home, quoted=True), f"{self._home}.{part.name}", quoted=True
            )
            for part in sorted(parts, key=lambda part: part.name)
        ]
        joined.set("expressions", [*joined.expressions, *given])


def _condition_and_value(this: exp.Expr) -> tuple[exp.Expr | None, exp.Expr]:
    """What an aggregate is of, and of which rows only, see `fragments.only_where`."""
    if not isinstance(this, exp.Case):
        return None, this
    [when] = this.args["ifs"]
    return when.this, when.args["true"]


def _counts_rows(aggregate: exp.AggFunc, value: exp.Expr) -> bool:
    return isinstance(aggregate, exp.Count) and isinstance(value, exp.Star | exp.Literal)


def _from_parts(aggregate: exp.AggFunc, parts: list[exp.Expr]) -> exp.Expr:
    if isinstance(aggregate, exp.Count):
        return exp.cast(exp.Coalesce(this=parts[0], expressions=[exp.Literal.number(0)]), "bigint")
    if isinstance(aggregate, exp.Avg):
        total, count = (exp.cast(part, "double") for part in parts)
        return exp.paren(
            exp.Div(this=total, expression=exp.Nullif(this=count, expression=exp.Literal.number(0)))
        )
    return parts[0]
