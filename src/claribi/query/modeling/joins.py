"""Which tables of a model can be joined without counting a row twice, and along which keys."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from claribi.core.errors import QueryError
from claribi.query.modeling.schemas import Join, Model

MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """From a table that is joined already to the next one.

    Attributes:
        fans_out: A row here can have several there.
    """

    table: str
    columns: Sequence[str]
    to: str
    references: Sequence[str]
    fans_out: bool

    @property
    def unique(self) -> tuple[str, tuple[str, ...]]:
        """The table and its columns that must hold no value twice."""
        return (self.table, tuple(self.columns)) if self.fans_out else (self.to, tuple(self.references))


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """The joins that a question needs, in their order, beginning at its home table."""

    home: str
    steps: tuple[Step, ...]

    @property
    def fans_out(self) -> bool:
        return any(step.fans_out for step in self.steps)


class Joins:
    """The graph of a model's tables."""

    def __init__(self, model: Model) -> None:
        self._tables = [table.name for table in model.tables]
        self._up: dict[str, list[Step]] = {name: [] for name in self._tables}
        for join in model.joins:
            self._up[join.table].append(_step(join))
            if join.cardinality == "one_to_one":
                self._up[join.to].append(_back(_step(join), fans_out=False))

    def plan(self, home: str, needed: Collection[str]) -> JoinPlan:
        """The joins from `home` to the tables that are needed.

        To tables that it leads to (many to one) each row has one partner at most. To its details
        (one to many) and what these lead to, rows fan out. What only meets in a third table (a chasm) is not
        joined at all.

        Raises:
            QueryError: There is no way, or more than one.
        """
        steps: dict[str, Step] = {}
        # Those without a fan first: what they reach needs no detour through the details.
        for table in sorted(needed, key=lambda name: (not self.leads(home, name), name)):
            if table == home or table in steps:
                continue
            for step in self._way(home, table):
                steps.setdefault(step.to, step)
        return JoinPlan(home, tuple(steps.values()))

    def leads(self, home: str, table: str) -> bool:
        """Whether a row of `home` belongs to at most one row of `table`."""
        return home == table or any(True for _ in self._ways_up(home, table))

    def home_of(self, needed: Collection[str]) -> str:
        """The table that leads to all of these: one of them where that can be, or the nearest other."""
        candidates = [
            (name not in needed, sum(len(self._way_up(name, other)) for other in needed), name)
            for name in self._tables
            if all(self.leads(name, other) for other in needed)
        ]
        if not candidates:
            raise QueryError(f"No table of the model brings {_and(sorted(needed))} together; add a measure")
        return min(candidates)[2]

    def _way(self, home: str, table: str) -> list[Step]:
        if self.leads(home, table):
            return self._way_up(home, table)
        details = [
            (len(self._way_up(detail, home)), detail)
            for detail in self._tables
            if detail != home and self.leads(detail, home) and self.leads(detail, table)
        ]
        if not details:
            raise QueryError(
                f"{table} tells nothing about the rows of {home}: no join leads from one to the other"
                + (f", they only meet in {_and(shared)}" if (shared := self._shared(home, table)) else "")
            )
        nearest = min(details)[0]
        near = sorted(detail for hops, detail in details if hops == nearest)
        if len(near) > 1:
            raise QueryError(f"{home} and {table} are joined by way of {_and(near)}; ask for one of these")
        down = [_back(step, fans_out=True) for step in reversed(self._way_up(near[0], home))]
        return down + self._way_up(near[0], table)

    def _way_up(self, home: str, table: str) -> list[Step]:
        if home == table:
            return []
        ways = list(self._ways_up(home, table))
        if len(ways) > 1:
            through = sorted(" → ".join([home, *(step.to for step in way)]) for way in ways)
            raise QueryError(
                f"More than one way leads from {home} to {table} ({'; '.join(through)}); "
                "give the model one table for each"
            )
        return ways[0]

    def _ways_up(self, home: str, table: str, seen: tuple[str, ...] = ()) -> Iterator[list[Step]]:
        if len(seen) > MAX_HOPS:
            return
        for step in self._up[home]:
            if step.to in seen or step.to == home:
                continue
            if step.to == table:
                yield [step]
                continue
            for rest in self._ways_up(step.to, table, (*seen, home)):
                yield [step, *rest]

    def _shared(self, one: str, other: str) -> list[str]:
        return [name for name in self._tables if self.leads(one, name) and self.leads(other, name)]


def _step(join: Join) -> Step:
    return Step(join.table, join.columns, join.to, join.references, fans_out=False)


def _back(step: Step, *, fans_out: bool) -> Step:
    return Step(step.to, step.references, step.table, step.columns, fans_out)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)
