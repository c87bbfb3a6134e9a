"""Metrics of a model as the measures that they stand for."""

from claribi.core.errors import QueryError
from claribi.query.modeling.bound import TIME, Bound
from claribi.query.schemas import Asked, Measure, ModelQuery


def resolved(query: ModelQuery, bound: Bound) -> Asked:
    """A question in which every metric is what it stands for."""
    measures = [_without_metrics(measure, bound) for measure in query.measures]
    return query.model_copy(update={"measures": measures})


def _without_metrics(measure: Measure, bound: Bound) -> Measure:
    """A measure in which every metric is what it stands for."""
    name = measure.name or measure.label
    if measure.metric is not None:
        metric = bound.model.metric(measure.metric)
        if metric is None:
            known = ", ".join(m.name for m in bound.model.metrics) or "none"
            raise QueryError(f"The model has no metric {measure.metric}; it has {known}")
        return _without_metrics(metric.measure.model_copy(update={"name": name}), bound)
    if measure.ratio is not None:
        ratio = measure.ratio
        parts = {
            "numerator": _without_metrics(ratio.numerator, bound),
            "denominator": _without_metrics(ratio.denominator, bound),
        }
        return measure.model_copy(update={"ratio": ratio.model_copy(update=parts), "name": name})
    if measure.formula is not None:
        operands = {key: _without_metrics(m, bound) for key, m in measure.formula.measures.items()}
        return measure.model_copy(
            update={"formula": measure.formula.model_copy(update={"measures": operands}), "name": name}
        )
    return measure.model_copy(update={"name": name})


def time_of(measure: Measure, bound: Bound) -> str:
    """The column that `time` stands for in a measure; `time` itself where its parts have several."""
    leaves = _without_metrics(measure, bound).leaves()
    homes = {leaf.table if leaf.column is None else leaf.column.partition(".")[0] for leaf in leaves}
    times = [bound.tables[home].model.time for home in homes if home in bound.tables]
    if len(homes) > 1 or not any(times):
        return TIME
    return f"{homes.pop()}.{times[0]}"
