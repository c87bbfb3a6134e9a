"""Questions to the shop's model in plain Python: joins by hand, each row of a measure counted once."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import reference
from shop import DATA, KEYS, Row, computed, details, whole

from claribi.query.modeling.schemas import Model
from claribi.query.schemas import Measure, ModelQuery, Query


def answer(query: ModelQuery, model: Model, now: Any) -> list[list[Any]]:
    leaves: dict[str, Measure] = {}
    for measure in query.measures:
        _collect(measure, model, leaves)
    by_home: dict[str, list[str]] = {}
    for label, leaf in leaves.items():
        by_home.setdefault((leaf.column or f"{leaf.table}.").partition(".")[0], []).append(label)
    spans = reference._spans(query) or [None]
    # Of each group, what it measures in each stretch of time.
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for number, span in enumerate(spans):
        for home, own in by_home.items():
            for key, values in _grouped(
                home, query, span, [leaves[label] for label in own], now, model.time_zone
            ).items():
                stretches = groups.setdefault(key, [{} for _ in spans])
                stretches[number].update(zip(own, values, strict=True))
    rows = [
        [*key, *(value for m in query.measures for value in _values(m, model, leaves, stretches))]
        for key, stretches in groups.items()
    ]
    names = reference._names(query)
    plain = Query.model_validate(
        {"source_id": 1, "table": "t"}
        | query.model_dump(exclude={"model_id", "measures", "period", "compare", "filters"})
        | {"measures": [{"aggregation": "count", "name": m.label} for m in query.measures]}
    )
    lines = reference._cut(plain, reference._ordered(plain, names, rows))
    if not query.summary:
        return lines
    named = [dict(zip(names, line, strict=True)) for line in lines]
    return [[reference._told_together(measure, named, now) for measure in query.summary]]


def _values(
    measure: Measure, model: Model, leaves: dict[str, Measure], stretches: list[dict[str, Any]]
) -> list[Any]:
    """The measure, and where two stretches are compared, the one before, the change, and its ratio."""
    for found in stretches:
        for label, leaf in leaves.items():
            found.setdefault(label, 0 if leaf.aggregation in {"count", "count_distinct"} else None)
    values = [_value(measure, model, found) for found in stretches]
    return values if len(values) == 1 else reference._change(*values)


def _collect(measure: Measure, model: Model, leaves: dict[str, Measure]) -> None:
    if measure.metric is not None:
        metric = model.metric(measure.metric)
        assert metric is not None
        _collect(metric.measure, model, leaves)
    elif measure.formula is not None:
        for part in measure.formula.measures.values():
            _collect(part, model, leaves)
    elif measure.ratio is not None:
        _collect(measure.ratio.numerator, model, leaves)
        _collect(measure.ratio.denominator, model, leaves)
    else:
        leaves[_label(measure)] = measure


def _label(leaf: Measure) -> str:
    return leaf.model_dump_json(exclude={"name"})


def _value(measure: Measure, model: Model, found: dict[str, Any]) -> Any:
    if measure.metric is not None:
        metric = model.metric(measure.metric)
        assert metric is not None
        return _value(metric.measure, model, found)
    if measure.formula is not None:
        parts = {name: _value(m, model, found) for name, m in measure.formula.measures.items()}
        if any(part is None for part in parts.values()):
            return None
        try:
            return eval(measure.formula.expression, {}, {n: float(v) for n, v in parts.items()})  # noqa: S307
        except ZeroDivisionError:
            return None
    if measure.ratio is not None:
        above = _value(measure.ratio.numerator, model, found)
        below = _value(measure.ratio.denominator, model, found)
        return None if above is None or not below else float(above) / float(below)
    return found[_label(measure)]


def _seen(table: str, row: Row | None, zone: str) -> Row:
    """A row with all that its table leads to, moments as the clocks of a zone showed them."""
    found = computed(whole(table, row))
    moment = found.get("orders.moment")
    if moment is not None:
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        found["orders.moment"] = local.replace(tzinfo=None)
    return found


def _grouped(
    home: str, query: ModelQuery, span: Any, leaves: list[Measure], now: Any, zone: str
) -> dict[tuple[Any, ...], list[Any]]:
    """By the values of the dimensions: the aggregates over the home's rows that have them."""
    time = {"orders": "orders.ordered_on", "lines": "lines.day", "returns": "returns.returned_on"}.get(home)

    def rename(name: str) -> str:
        return str(time) if name == "time" else name

    members: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for row in DATA[home]:
        own = _seen(home, row, zone)
        key = tuple(row[name] for name in KEYS.get(home, ["id"]))
        for seen in _fanned(home, row, own, query, rename, zone):
            kept = all(
                reference._matches(seen, f.model_copy(update={"column": rename(f.column)}), [], now)
                for f in query.filters
            )
            if query.period is not None:
                kept = kept and reference._in_span(seen[rename(query.period.column)], span)
            if kept:
                named = seen | {"time": seen.get(time)}
                group = tuple(
                    reference._bucket(named, d, query, reference._spans(query)) for d in query.dimensions
                )
                members.setdefault(group, {})[key] = own
    if not query.dimensions:
        members.setdefault((), {})
    return {
        group: [_aggregate(leaf, list(rows.values()), now) for leaf in leaves]
        for group, rows in members.items()
    }


def _fanned(home: str, row: Row, own: Row, query: ModelQuery, rename: Any, zone: str) -> list[Row]:
    """The row once for each of its details, where the question needs these."""
    named = [rename(d.column) for d in query.dimensions]
    named += [rename(name) for f in query.filters for name in f.columns]
    rows = [own]
    needed = {name.partition(".")[0] for name in named} - {name.partition(".")[0] for name in own}
    while needed:
        wanted = min(needed)
        detail = next(
            d for d in details(home) if any(n.startswith(f"{wanted}.") for n in computed(whole(d, None)))
        )
        owned = [_seen(detail, r, zone) for r in DATA[detail] if _belongs(detail, r, home, row)] or [
            _seen(detail, None, zone)
        ]
        rows = [joined | before for before in rows for joined in owned]
        needed -= {name.partition(".")[0] for name in owned[0]}
    return rows


def _belongs(detail: str, candidate: Row, home: str, row: Row) -> bool:
    found = whole(detail, candidate)
    return all(found[f"{home}.{name}"] == row[name] for name in KEYS.get(home, ["id"]))


def _aggregate(leaf: Measure, rows: list[Row], now: Any) -> Any:
    kept = [row for row in rows if all(reference._matches(row, f, [], now) for f in leaf.filters)]
    return reference._measure(leaf.model_copy(update={"filters": [], "table": None}), kept)
