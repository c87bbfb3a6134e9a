"""From the tables of a source, or from a semantic model, to the words for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from claribi.analysis import roles
from claribi.analysis.names import human, words
from claribi.ask.lasting import call_durations
from claribi.ask.shortening import ABBREVIATED, COUNTING, NAMING, PARTLY, SHORTENED, SURE, SYNONYM
from claribi.ask.sides import SIDES, other_side
from claribi.ask.synonyms import TAKINGS
from claribi.ask.vocabulary import Called, Thing, Vocabulary
from claribi.ask.words import stems_of
from claribi.query.formulas import names_in
from claribi.query.modeling.schemas import Metric, Model
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, Table

# What has an amount of money is a row of them.
DEALT = frozenset(
    {"deal", "order", "transaction", "invoice", "payment", "purchase", "claim", "loan", "booking", "trade"}
    | {"contract", "bill", "donation", "grant", "bid", "quote", "refund"}
)
# The least share of different ones among the rows that a key tells apart.
UNIQUE = 0.9
# What keys of things end with, of which nothing else is called so.
SELLING = frozenset({"sale", "sales", "order", "transaction", "purchase", "line"})
IDS = frozenset({"id", "key", "uuid", "identifier"})
# So near to one row for each of both the number of rows is of a place at a time.
PANEL, FEWEST_PLACES = (0.9, 1.1), 5
# What places are told apart by numbers of, in tables that were read before roles knew it.
NUMBERED = frozenset(
    {"district", "precinct", "ward", "zone", "beat", "borough", "gate", "platform", "constituency"}
    | {"department", "store", "branch", "region", "section", "sector", "county", "station", "terminal"}
)
POPULATION = frozenset({"pop", "population", "inhabitants", "residents"})
# What a table of deeds is called by, and from how many letters on.
DOING, LONG_ENOUGH = "ing", 6
# Lists that have a row for each of what stands before.
REGISTERS = frozenset({"license", "licence", "registration", "register", "registry", "permit", "adoption"})
# What columns of how many a row is of are called, and others that are so where no amount of money is kept.
GROUPED = frozenset({"n", "cnt", "count", "frequency", "freq", "case", "occurrence", "number of case"})
LOOSELY_GROUPED = frozenset({"number", "num", "quantity", "qty", "total"})
AMOUNTS = frozenset(
    {"price", "amount", "revenue", "sale", "cost", "fee", "unit", "discount", "score", "value"}
)
COUNTED = frozenset({"n", "count", "frequency", "freq", "case", "total"})


def of_tables(tables: Iterable[Table]) -> Vocabulary:
    """The words for the tables of a source."""
    things: list[Thing] = []
    time: dict[str, Thing] = {}
    counted: dict[str, Thing] = {}
    tables = list(tables)
    for table in tables:
        own = _twins([_thing(table, column, column.name, table.name) for column in table.columns])
        grouped = _of_that_name(table, own) or (None if _is_panel(table) else _grouped(table, own))
        if grouped is not None:
            # Such counts add up, though a frequency elsewhere may be one of so many in a second.
            counted[table.name] = replace(grouped, additive=True)
            own = [counted[table.name] if thing == grouped else thing for thing in own]
        own = [replace(t, telling=1.0) if _is_called_as(t, table) else t for t in own]
        things += [Thing("rows", table.name, table.name, human(table.name)), *own]
        _set_time(time, table, own)
    vocabulary = Vocabulary(things, time)
    vocabulary.counted = counted
    for thing in things:
        vocabulary.call(thing, human(thing.column.name if thing.column else thing.name))
    for thing in time.values():
        vocabulary.call(thing, "date", PARTLY)
    for table in tables:
        _call_rows(vocabulary, table)
        vocabulary.row_counts[table.name] = table.row_count
        if _is_panel(table):
            vocabulary.panels.add(table.name)
        summed = _counted(table, things)
        if summed is not None:
            # Rows that say how many there are of something: that is what the table is called by.
            vocabulary.call(summed, human(table.name))
        _call_lines(vocabulary, table)
        _call_orders(vocabulary, table)
        _call_amounts(vocabulary, table)
        _call_extremes(vocabulary, table)
        _call_goals(vocabulary, table)
        _call_lengths(vocabulary, table)
    call_durations(vocabulary)
    return vocabulary


def _is_panel(table: Table) -> bool:
    """Whether each row is one of a few places or things at one of several times: `city` and `month`."""
    texts = [c.distinct for c in table.columns if c.type == "string"]
    most = max(texts, default=0)
    if most < FEWEST_PLACES or most >= UNIQUE * table.row_count:
        return False
    # The one that tells most apart: countries, not the continents that they are in.
    named = [c for c in table.columns if c.type == "string" and c.distinct == most]
    times = [c for c in table.columns if c.type in TIME_TYPES or roles.holds_years(c)]
    products = (one.distinct * time.distinct for one in named for time in times if time.distinct > 1)
    return any(PANEL[0] * table.row_count <= product <= PANEL[1] * table.row_count for product in products)


def _twins(things: list[Thing]) -> list[Thing]:
    """The things, home goals and away goals both as numbers where one of them is."""
    by_title = {thing.title: thing for thing in things}
    return [
        replace(thing, kind="measure", additive=twin.additive, welcome=twin.welcome, telling=twin.telling)
        if thing.kind == "dimension"
        and thing.column is not None
        and thing.column.type in NUMERIC_TYPES
        and (twin := by_title.get(other_side(thing.title) or "")) is not None
        and twin.kind == "measure"
        else thing
        for thing in things
    ]


def _call_rows(vocabulary: Vocabulary, table: Table) -> None:
    """Let rows be called by what their key names: each of the tickets has a `ticket_id` of its own."""
    rows = next(t for t in vocabulary.things if t.kind == "rows" and t.table == table.name)
    for thing in vocabulary.measures(table.name):
        if (stems := stems_of(thing.title))[:-1] and stems[0] in DEALT and stems[1] in COUNTING | {"size"}:
            # `deals`, each of which has a deal_amount
            vocabulary.call(rows, stems[0], ABBREVIATED)
    [*before, last] = stems_of(table.name) or [""]
    if last.endswith(DOING) and len(last) >= LONG_ENOUGH:
        # `tests` of covid_testing
        deed = last.removesuffix(DOING)
        vocabulary.call(rows, deed, SYNONYM)
        vocabulary.call(rows, " ".join([*before, deed]))
    if before and last in REGISTERS:
        # `pets` of pet_licenses
        vocabulary.call(rows, " ".join(before))
    for thing in vocabulary.things:
        title = stems_of(thing.title)
        names_rows = title[-1] in NAMING or title == stems_of(table.name)[-1:]
        if thing.table == table.name and is_unique(thing, table) and names_rows:
            vocabulary.keys[table.name] = thing
            vocabulary.call(rows, " ".join(stems_of(thing.title)[:-1]))
            return


def _is_called_as(thing: Thing, table: Table) -> bool:
    """Whether a table is called by what its rows hold: receipts of federal_receipts, no number of rows."""
    return thing.kind == "measure" and thing.additive and stems_of(thing.title) == stems_of(table.name)[-1:]


def _call_amounts(vocabulary: Vocabulary, table: Table) -> None:
    for thing in vocabulary.measures(table.name):
        if _is_called_as(thing, table):
            for name in {tuple(stems_of(table.name)), tuple(stems_of(table.name)[-1:])}:
                vocabulary.names[name] = [Called(thing, SURE)]
    [*_, last] = stems_of(table.name) or [""]
    taken = [t for t in vocabulary.measures(table.name) if t.additive and stems_of(t.title)[-1] == last]
    if last in TAKINGS and len(taken) == 1:
        # `revenue` of game_revenue, each row of which has an item_revenue
        vocabulary.names[last,] = [Called(taken[0], SYNONYM)]


def _call_extremes(vocabulary: Vocabulary, table: Table) -> None:
    """The least of what has a most beside it is no minutes: `temp_min` beside `temp_max`."""
    titles = {thing.title: thing for thing in vocabulary.measures(table.name)}
    for title, thing in titles.items():
        if title.endswith(" min") and f"{title.removesuffix('min')}max" in titles:
            for name, several in list(vocabulary.names.items()):
                others = [one for one in several if one.what != thing]
                if others or {"min", "minimum"} & set(name):
                    vocabulary.names[name] = several if {"min", "minimum"} & set(name) else others
                else:
                    del vocabulary.names[name]
            for one in (thing, titles[f"{title.removesuffix('min')}max"]):
                vocabulary.call_also(one, title.removesuffix(" min"), PARTLY)


def _call_goals(vocabulary: Vocabulary, table: Table) -> None:
    """What a side scores: `away goals`, `the away team scored`, of an away_score."""
    for thing in vocabulary.measures(table.name):
        side, _, last = thing.title.partition(" ")
        if side in SIDES and last in {"score", "goals", "points", "runs"}:
            for name in (f"{side} goals", f"goals {side}", f"{side} team scored", f"{side} team scoring"):
                vocabulary.call_otherwise(thing, name, SYNONYM)


def _call_lengths(vocabulary: Vocabulary, table: Table) -> None:
    """`wing length`, of a column called wing_mm."""
    for thing in vocabulary.measures(table.name):
        of, _, unit = thing.title.rpartition(" ")
        if of and unit in {"mm", "cm", "inch", "inches"}:
            vocabulary.call_otherwise(thing, f"{of} length", SYNONYM)


def _call_lines(vocabulary: Vocabulary, table: Table) -> None:
    """Let what several rows share be told apart by its key: lines of orders are no orders."""
    names = {tuple(stems_of(table.name)), tuple(stems_of(table.name)[-1:])}
    for thing in vocabulary.things:
        if thing.table != table.name or thing.kind not in {"key", "dimension"} or thing.column is None:
            continue
        *noun, last = stems_of(thing.title)
        is_key = last in IDS or (last in NAMING and noun[-1:] and noun[-1] in DEALT)
        is_shared = 0 < thing.column.distinct < UNIQUE * table.row_count
        if is_key and is_shared and any(noun == list(name[-len(noun) :]) for name in names if noun):
            for name in names:
                vocabulary.names[name] = [Called(thing, SHORTENED)]
            return


def _call_orders(vocabulary: Vocabulary, table: Table) -> None:
    """What several rows of sales share that have an `id` alike: they are of one order."""
    is_of_sales = bool(SELLING & set(stems_of(table.name)))
    for thing in vocabulary.things if is_of_sales else ():
        column = thing.column
        if thing.table == table.name and thing.title == "id" and column is not None:
            if 1 < column.distinct < UNIQUE * table.row_count:
                for name in ("order", "transaction", "purchase"):
                    vocabulary.call_also(thing, name, SHORTENED)
            return


def is_unique(thing: Thing, table: Table) -> bool:
    """Whether a key tells each row apart; how many different ones there are is estimated."""
    column = thing.column
    return thing.kind == "key" and column is not None and column.distinct >= UNIQUE * table.row_count > 0


def _counted(table: Table, things: Sequence[Thing]) -> Thing | None:
    """The column of a table with one row for each of something, that says how many there are."""
    is_summed_up = any(c.type == "string" and c.distinct == table.row_count for c in table.columns)
    own = (t for t in things if t.table == table.name and t.kind == "measure" and t.column)
    whole = (t for t in own if t.column and t.column.type == "integer")
    return next(
        (t for t in whole if is_summed_up and stems_of(t.title)[-1:] == [t.title] and t.title in COUNTED),
        None,
    )


def _grouped(table: Table, things: Sequence[Thing]) -> Thing | None:
    """The column that says how many each row is of, where rows are groups: nothing tells them apart."""
    own = [t for t in things if t.table == table.name and t.column is not None]
    if any(is_unique(thing, table) for thing in own) or not any(t.kind == "dimension" for t in own):
        return None
    measures = [t for t in own if t.kind == "measure"]
    amounts = any(set(stems_of(t.title)) & AMOUNTS for t in measures)
    names = GROUPED if amounts else GROUPED | LOOSELY_GROUPED
    found = [t for t in measures if " ".join(stems_of(t.title)) in names and _is_count(t.column)]
    return found[0] if len(found) == 1 else None


def _of_that_name(table: Table, things: Sequence[Thing]) -> Thing | None:
    """The births of a table of births, each of whose rows says how many there were."""
    if any(is_unique(thing, table) for thing in things):
        return None
    named = stems_of(table.name)[-1:]
    found = [t for t in things if t.kind == "measure" and stems_of(t.title) == named and _is_count(t.column)]
    return found[0] if len(found) == 1 else None


def _is_count(column: Column | None) -> bool:
    """Whether numbers are whole and none of them is below nothing."""
    least = column.minimum if column is not None and column.type == "integer" else None
    return isinstance(least, int) and least >= 0


def of_model(model: Model, tables: Mapping[str, Table], model_id: int) -> Vocabulary:
    """The words for a semantic model.

    Args:
        tables: As the caller may see them, by their names in the model.
    """
    things: list[Thing] = []
    names: list[tuple[Thing, list[str]]] = []
    time: dict[str, Thing] = {}
    for described in model.tables:
        table = tables[described.name]
        if described.hidden:
            continue
        rows = Thing("rows", described.name, described.name, described.title or human(described.name))
        names.append((rows, [described.name, described.title, *described.synonyms]))
        own = []
        computed = [
            Column(c.name, c.type, c.role or "dimension")
            for c in described.columns
            if c.expression and c.type
        ]
        for column in [*table.columns, *computed]:
            meant = described.column(column.name)
            if meant is not None and meant.hidden:
                continue
            thing = _thing(table, column, f"{described.name}.{column.name}", described.name)
            own.append(thing)
            names.append((thing, [column.name, *([meant.title, *meant.synonyms] if meant else [])]))
        things += [rows, *own]
        if described.time is not None:
            chosen = next((t for t in own if t.name == f"{described.name}.{described.time}"), None)
            if chosen is not None:
                time[described.name] = chosen
        else:
            _set_time(time, table, own, described.name)
    metrics = [_metric(metric, model) for metric in model.metrics]
    vocabulary = Vocabulary([*metrics, *things], time, model_id)
    for thing, metric in zip(metrics, model.metrics, strict=True):
        names.append((thing, [metric.name, metric.title, *metric.synonyms]))
    for thing, called in names:
        for name in filter(None, called):
            vocabulary.call(thing, human(name))
    return vocabulary


def _thing(table: Table, column: Column, name: str, of: str) -> Thing:
    title = human(column.name)
    if column.type in TIME_TYPES:
        return Thing("time", name, of, title, column)
    is_number_of = bool(NUMBERED & set(words(column.name)[-1:])) and column.type == "integer"
    if roles.is_measure(column, table) and not is_number_of:
        telling, welcome = roles.telling(column, table), roles.is_welcome(column)
        additive = roles.is_additive(column) or _counts_people(column)
        return Thing("measure", name, of, title, column, additive, welcome, telling)
    return Thing("key" if column.role == "id" else "dimension", name, of, title, column)


def _counts_people(column: Column) -> bool:
    """Whether a population is kept, which adds up over places; that of several years is never added up."""
    named = set(words(column.name))
    return bool(POPULATION & named) and not named & (roles.AVERAGED - POPULATION)


def _metric(metric: Metric, model: Model) -> Thing:
    table = _table_of(metric, model)
    welcome = {"up": True, "down": False, None: None}[metric.good]
    return Thing(
        "metric", metric.name, table, metric.title or human(metric.name), welcome=welcome, telling=1.0
    )


def _table_of(metric: Metric, model: Model) -> str:
    """Whose rows a metric is about; of a formula, those of the first metric in it."""
    if metric.formula is None:
        return metric.table or (metric.column or "").partition(".")[0]
    parts = (model.metric(name) for name in sorted(names_in(metric.formula)))
    return next((_table_of(part, model) for part in parts if part is not None), model.tables[0].name)


def _set_time(time: dict[str, Thing], table: Table, own: Sequence[Thing], name: str | None = None) -> None:
    moments = [thing for thing in own if thing.kind == "time" and thing.column]
    if moments:
        best = max(moments, key=lambda thing: roles.moment_score(thing.column, table) if thing.column else 0)
        time[name or table.name] = best
