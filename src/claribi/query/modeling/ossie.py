"""Models to and from Apache Ossie (formerly Open Semantic Interchange), version 0.2.

The format: https://github.com/apache/ossie, core-spec. Datasets, fields, relationships and metrics carry
over; metrics are SQL there. What Ossie has no word for (format, unit, good direction, grain) travels as an
extension that only claribi reads; time zone, fiscal year and currency as one of the model.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml
from sqlglot import exp

from claribi.core.errors import FieldProblem, QueryError, ValidationFailed
from claribi.query.conditions import Parameters, condition
from claribi.query.formulas import arithmetic, names_in
from claribi.query.modeling.bound import Bound
from claribi.query.modeling.documents import from_document
from claribi.query.modeling.schemas import Metric, Model
from claribi.query.parsing import parse
from claribi.sources.catalog import TIME_TYPES, ColumnType
from claribi.sources.service import Catalog

VERSION = "0.2.0.dev0"
DIALECT = "ANSI_SQL"
VENDOR = "CLARIBI"
TYPES: dict[ColumnType, str] = {
    "integer": "Integer",
    "decimal": "Decimal",
    "float": "Float",
    "boolean": "Boolean",
    "date": "Date",
    "timestamp": "DateTime",
    "time": "Time",
    "string": "String",
    "other": "Opaque",
}
KINDS: dict[str, ColumnType] = {name: kind for kind, name in TYPES.items()} | {"DateTimeTz": "timestamp"}
AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.Median: "median",
}
# What `last_n` would count from, which no metric here has.
NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - stored times carry no zone
ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
OF_MODEL = ("time_zone", "week_start", "fiscal_year_start", "currency")
OF_METRIC = ("title", "format", "unit", "good", "grain")


def is_ossie(document: Mapping[str, Any]) -> bool:
    return "datasets" in document or "semantic_model" in document


def to_ossie(bound: Bound) -> str:
    """The model as a document of Ossie, in YAML."""
    model = bound.model
    document: dict[str, Any] = {
        "version": VERSION,
        **_described(model.name, model.description, []),
        "datasets": [_dataset(bound, name) for name in bound.tables],
        "relationships": [
            {
                "name": f"{join.table}_{'_'.join(join.columns)}",
                "from": join.table,
                "to": join.to,
                "from_columns": join.columns,
                "to_columns": join.references,
            }
            for join in model.joins
        ],
        "metrics": [_metric(bound, metric) for metric in model.metrics],
        **_extension({name: getattr(model, name) for name in OF_MODEL}),
    }
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return text


def _dataset(bound: Bound, name: str) -> dict[str, Any]:
    table = bound.tables[name]
    model = table.model
    place = (table.table.schema, table.table.physical or table.table.name)
    names = [c.name for c in table.table.columns] + [c.name for c in model.columns if c.expression]
    return {
        **_described(name, model.description or model.title, model.synonyms),
        "source": ".".join(filter(None, place)),
        **({"primary_key": model.primary_key} if model.primary_key else {}),
        "fields": [_field(bound, name, own) for own in names],
    }


def _field(bound: Bound, table: str, own: str) -> dict[str, Any]:
    described = bound.tables[table].model.column(own)
    column = bound.column(f"{table}.{own}")
    expression = (
        described.expression if described and described.expression else exp.column(own, quoted=True).sql()
    )
    return {
        **_described(
            own, described.description if described else "", described.synonyms if described else []
        ),
        "expression": _in_sql(expression),
        "dimension": {"is_time": column.type in TIME_TYPES},
        "datatype": TYPES[column.type],
    }


def _metric(bound: Bound, metric: Metric) -> dict[str, Any]:
    return {
        **_described(metric.name, metric.description, metric.synonyms),
        "expression": _in_sql(_sql(bound, metric).sql()),
        **_extension({name: getattr(metric, name) for name in OF_METRIC}),
    }


def _sql(bound: Bound, metric: Metric) -> exp.Expr:
    """A metric as SQL over `dataset.field`; its formula filled in down to the aggregates."""
    if metric.formula is not None:
        metrics = {m.name: m for m in bound.model.metrics}
        operands = {name: _sql(bound, metrics[name]) for name in names_in(metric.formula)}
        return arithmetic(metric.formula, operands)
    this: exp.Expr = exp.Star() if metric.column is None else _reference(metric.column)
    if metric.table is not None and (metric.filters or len(bound.tables) > 1):
        # A count of rows has to say of which.
        key = bound.tables[metric.table].model.primary_key
        this = _reference(f"{metric.table}.{key[0]}") if key else exp.Literal.number(1)
    if metric.filters:
        this = exp.Case().when(exp.and_(*_conditions(bound, metric)), this)
    if metric.aggregation == "count_distinct":
        return exp.Count(this=exp.Distinct(expressions=[this]))
    kinds = {name: kind for kind, name in AGGREGATES.items()} | {"count": exp.Count}
    return kinds[str(metric.aggregation)](this=this)


def _conditions(bound: Bound, metric: Metric) -> Iterator[exp.Expr]:
    home = (metric.column or f"{metric.table}.").partition(".")[0]
    for criterion in metric.filters:
        if criterion.operator == "last_n":
            raise _refused(metric.name, "last_n has no fixed meaning in SQL, so Ossie can't express it")
        parameters = Parameters()
        column = bound.column(criterion.column, home)
        other = bound.column(criterion.other, home) if criterion.other is not None else None
        made = condition(parameters, column, criterion, table=exp.Table(), now=NEVER, other=other)
        values = parameters.values

        def filled(node: exp.Expr, values: Mapping[str, Any] = values) -> exp.Expr:
            if isinstance(node, exp.Placeholder):
                return exp.convert(values[node.name])
            return _reference(node.name) if isinstance(node, exp.Column) else node

        yield made.transform(filled)


def from_ossie(document: dict[str, Any], catalog: Catalog) -> Model:
    """The model in a document, about the tables of a source.

    Raises:
        ValidationFailed: It names tables that are not there, or says what can't be said here.
    """
    models = document.get("semantic_model", [document])
    if not isinstance(models, list) or len(models) != 1:
        raise _refused("semantic_model", "a document holds one model")
    given = models[0]
    reader = _Reader(given, catalog)
    return from_document(reader.model(), {})


class _Reader:
    def __init__(self, given: dict[str, Any], catalog: Catalog) -> None:
        self.given, self.catalog = given, catalog
        self.tables: dict[str, dict[str, Any]] = {}
        self.metrics: list[dict[str, Any]] = []

    def model(self) -> dict[str, Any]:
        for dataset in _list(self.given, "datasets"):
            self._dataset(dataset)
        for metric in _list(self.given, "metrics"):
            self._metric(metric)
        extension = _own_extension(self.given)
        return {
            "name": str(self.given.get("name", "")),
            "description": str(self.given.get("description", "")),
            **{name: extension[name] for name in OF_MODEL if extension.get(name) is not None},
            "tables": list(self.tables.values()),
            "joins": [
                {
                    "table": join.get("from"),
                    "columns": join.get("from_columns"),
                    "to": join.get("to"),
                    "references": join.get("to_columns"),
                }
                for join in _list(self.given, "relationships")
            ],
            "metrics": self.metrics,
        }

    def _dataset(self, dataset: dict[str, Any]) -> None:
        name, source = str(dataset.get("name")), str(dataset.get("source"))
        table = self._found(source)
        columns = []
        for field in _list(dataset, "fields"):
            column = {"name": str(field.get("name")), **_texts(field)}
            expression = _expression(field)
            tree = _parsed(expression, f"datasets.{name}.{column['name']}")
            if not (isinstance(tree, exp.Column) and tree.name == column["name"] and not tree.table):
                column |= {"expression": expression, "type": KINDS.get(str(field.get("datatype")), "other")}
            if len(column) > 1:
                columns.append(column)
        self.tables[name] = {
            "name": name,
            "source_id": self.catalog.source_id,
            "table": table,
            **_texts(dataset),
            "primary_key": dataset.get("primary_key") or [],
            "columns": columns,
        }

    def _found(self, source: str) -> str:
        wanted = source.replace('"', "").lower()
        for name, table in self.catalog.tables.items():
            place = f"{table.schema}.{table.physical or table.name}".lower()
            if wanted == name.lower() or f".{wanted}".endswith((f".{name.lower()}", f".{place}")):
                return name
        raise _refused("datasets", f"{self.catalog.source_name} has no table {source}")

    def _metric(self, metric: dict[str, Any]) -> None:
        name = str(metric.get("name"))
        tree = _parsed(_expression(metric), f"metrics.{name}")
        extension = _own_extension(metric)
        described = _texts(metric) | {k: extension[k] for k in OF_METRIC if extension.get(k)}
        aggregate = self._aggregate(name, tree)
        if aggregate is not None:
            self.metrics.append({"name": name, **aggregate, **described})
            return
        formula = self._formula(name, tree)
        self.metrics.append({"name": name, "formula": formula, **described})

    def _formula(self, name: str, tree: exp.Expr) -> str:
        """Arithmetic on metrics of its aggregates, each of which is kept as one."""
        if isinstance(tree, exp.Paren | exp.Cast | exp.Nullif):
            # What is divided by 0 is null here, and numbers are as wide as they need be.
            return self._formula(name, tree.this)
        if isinstance(tree, exp.Neg):
            return f"-({self._formula(name, tree.this)})"
        if isinstance(tree, exp.Literal) and not tree.is_string:
            return str(tree.name)
        sign = ARITHMETIC.get(type(tree))
        if isinstance(tree, exp.Binary) and sign is not None:
            return f"({self._formula(name, tree.left)} {sign} {self._formula(name, tree.right)})"
        aggregate = self._aggregate(name, tree)
        if aggregate is None:
            raise _refused(f"metrics.{name}", f"{tree.sql()} is no aggregate and no arithmetic on some")
        for known in self.metrics:
            if aggregate.items() <= known.items() and not known.get("formula"):
                return str(known["name"])
        part = f"{name}_part_{sum(str(m['name']).startswith(f'{name}_part_') for m in self.metrics) + 1}"
        self.metrics.append({"name": part, **aggregate})
        return part

    def _aggregate(self, name: str, tree: exp.Expr) -> dict[str, Any] | None:
        if isinstance(tree, exp.Paren):
            return self._aggregate(name, tree.this)
        kind = AGGREGATES.get(type(tree))
        this = tree.this if kind or isinstance(tree, exp.Count) else None
        if isinstance(tree, exp.Count):
            kind = "count"
            if isinstance(this, exp.Distinct) and len(this.expressions) == 1:
                kind, this = "count_distinct", this.expressions[0]
        if kind is None or this is None:
            return None
        if isinstance(this, exp.Star | exp.Literal):
            if len(self.tables) != 1:
                raise _refused(
                    f"metrics.{name}", "COUNT(*) says nothing about which dataset's rows it counts"
                )
            return {"aggregation": "count", "table": next(iter(self.tables))}
        if isinstance(this, exp.Column) and this.table in self.tables:
            return {"aggregation": kind, "column": f"{this.table}.{this.name}"}
        return {"aggregation": kind, "column": self._computed(name, kind, this)}

    def _computed(self, name: str, kind: str, this: exp.Expr) -> str:
        """An expression inside an aggregate as a column of the dataset that it speaks of."""
        tables = {column.table for column in this.find_all(exp.Column)}
        if len(tables) != 1 or not tables <= self.tables.keys():
            raise _refused(f"metrics.{name}", f"{this.sql()} has to speak of one dataset, as dataset.field")
        [table] = tables
        columns = self.tables[table]["columns"]
        own = this.transform(lambda node: exp.column(node.name) if isinstance(node, exp.Column) else node)
        expression = own.sql("duckdb")
        for column in columns:
            if column.get("expression") == expression:
                return f"{table}.{column['name']}"
        made = f"{name}_value"
        kind = "other" if kind.startswith("count") else "float"
        columns.append({"name": made, "expression": expression, "type": kind, "hidden": True})
        return f"{table}.{made}"


def _described(name: str, description: str, synonyms: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        **({"description": description} if description else {}),
        **({"ai_context": {"synonyms": synonyms}} if synonyms else {}),
    }


def _texts(given: dict[str, Any]) -> dict[str, Any]:
    context = given.get("ai_context")
    synonyms = context.get("synonyms") if isinstance(context, dict) else None
    return {
        **({"description": str(given["description"])} if given.get("description") else {}),
        **({"synonyms": synonyms} if synonyms else {}),
    }


def _in_sql(expression: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": DIALECT, "expression": expression}]}


def _expression(given: dict[str, Any]) -> str:
    dialects = (given.get("expression") or {}).get("dialects") or []
    found = {str(entry.get("dialect")): str(entry.get("expression")) for entry in dialects}
    if DIALECT not in found:
        raise _refused(str(given.get("name")), f"the expression is not given in {DIALECT}")
    return found[DIALECT]


def _parsed(expression: str, where: str) -> exp.Expr:
    try:
        return next(iter(parse(expression, "")))
    except (QueryError, StopIteration):
        raise _refused(where, f"{expression} can't be read as SQL") from None


def _extension(values: dict[str, Any]) -> dict[str, Any]:
    data = json.dumps({name: value for name, value in values.items() if value}, sort_keys=True)
    return {"custom_extensions": [{"vendor_name": VENDOR, "data": data}]}


def _own_extension(given: dict[str, Any]) -> dict[str, Any]:
    for extension in _list(given, "custom_extensions"):
        if extension.get("vendor_name") == VENDOR:
            try:
                data = json.loads(str(extension.get("data")))
            except ValueError:
                return {}
            return data if isinstance(data, dict) else {}
    return {}


def _list(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    values = given.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise _refused(name, "this is a list of names and values")
    return values


def _reference(name: str) -> exp.Column:
    table, _, own = name.partition(".")
    return exp.column(own, table=table)


def _refused(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"{field}: {message}", details=[FieldProblem(field, message)])
