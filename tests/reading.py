"""What the tests of reading questions share: the day it is, and a plan in short."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from claribi.ask.listening import intent_of
from claribi.ask.naming import of_tables
from claribi.ask.plan import Plan, plan_of
from claribi.ask.reader import read
from claribi.ask.times import Times
from claribi.ask.vocabulary import Vocabulary
from claribi.sources.catalog import Table

TIMES = Times(date(2024, 8, 14))
COUNT = [(None, "count")]


def shown(plan: Plan) -> dict[str, Any]:
    """What a plan measures, splits by and filters, as far as it does."""
    query = plan.query
    found = {
        "measures": [(m.column, m.aggregation) for m in query.measures],
        "dimensions": [d.column for d in query.dimensions],
        "filters": [(f.column, f.operator, f.value) for f in query.filters],
    }
    return {name: value for name, value in found.items() if value}


def known(tables: Sequence[Table], values: Mapping[str, Sequence[object]]) -> dict[str, Vocabulary]:
    """The words for each table by itself, with the values of some columns."""
    found = {table.name: of_tables([table]) for table in tables}
    for words in found.values():
        for thing in words.things:
            if thing.name in values:
                words.hold(thing, values[thing.name])
    return found


def planned(words: Vocabulary, question: str) -> Plan:
    """What a question asks for."""
    return plan_of(intent_of(read(question, words, TIMES), words), words, 1)
