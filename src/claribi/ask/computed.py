"""The computed columns that a query needs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from claribi.ask.vocabulary import Vocabulary
from claribi.query.columns import Computed
from claribi.query.schemas import Dimension, Filter, Measure


def needed(asked: Mapping[str, Any], vocabulary: Vocabulary) -> list[Computed]:
    """Those that the parts of a query name, each behind what it is worked out of."""
    found: dict[str, Computed] = {}
    for name in _named(asked):
        _add(name, vocabulary, found)
    return list(found.values())


def _add(name: str, vocabulary: Vocabulary, found: dict[str, Computed]) -> None:
    computed = vocabulary.computed.get(name)
    if computed is None or name in found:
        return
    for column in computed.columns.values():
        _add(column, vocabulary, found)
    found[name] = computed


def _named(asked: Mapping[str, Any]) -> Iterator[str]:
    measures: Iterable[Measure] = asked.get("measures", ())
    dimensions: Iterable[Dimension] = asked.get("dimensions", ())
    filters: Iterable[Filter] = asked.get("filters", ())
    leaves = [leaf for measure in measures for leaf in measure.leaves()]
    yield from (leaf.column for leaf in leaves if leaf.column is not None)
    yield from (dimension.column for dimension in dimensions)
    for criterion in (*filters, *(one for leaf in leaves for one in leaf.filters)):
        yield from criterion.columns
