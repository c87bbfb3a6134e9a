"""Verbs in a question that tell what is measured or meant: `earns the most`, `weigh more than`, `left`."""

from collections.abc import Collection
from decimal import Decimal
from typing import Literal

from claribi.ask.adjectives import COST, DEAD, GONE, PAY
from claribi.ask.cursor import UNSURE
from claribi.ask.groups import Groups
from claribi.ask.intent import Formed, Limit, Ranked, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unit, Unknown
from claribi.ask.ratios import AVERAGE_PRICE, Known
from claribi.ask.roots import same_root
from claribi.ask.shortening import BEGUN
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.query.schemas import Aggregation, Operator

# What may be said of rows that nothing else is asked of.
# What a name can be the name of without saying more.
HEADS = frozenset(
    """
    plan type kind category class group name level bracket option status segment speed rate value amount
    figure reading method mode code number area phase id count size airport station score rating
    """.split()  # noqa: SIM905 - shorter to read
)
COSTS = frozenset(stem(word) for word in COST.split())
PARTICIPLES = frozenset({"paid", "earned"})
# What says where something is.
SITES = frozenset(
    {"island", "city", "country", "region", "state", "location", "site", "place", "town", "county"}
)
LEAVING = frozenset({"left", "leave", "leaving", "exit", "termination", "terminated", "resigned", "churned"})


def _tells_leaving(thing: Thing) -> bool:
    """Whether a time is that of leaving, which most have not done."""
    has_gaps = thing.column is not None and thing.column.nulls > 0
    return thing.kind == "time" and has_gaps and bool(LEAVING & set(stems_of(thing.title)))


class Verbs(Groups):
    """Reads verbs."""

    def _on_verb(self, names: str, text: str) -> None:
        measure, following = self._names_measured(names), self._meaning(0)
        ahead = range(len(self._phrases) - self._at)
        if text.casefold().startswith("how ") and any(self._keyword_at(at) == "most_of" for at in ahead):
            # `how deep was the shallowest quake`: what is ranked says it
            return
        is_said = any(one.thing is not None for one in self._intent.wanted)
        earns = measure is None and text.casefold().startswith("earn") and not is_said
        if earns and not self._counts_rows() and self._is_only_money(text):
            # `which pizzas earned the most`
            return
        counts = is_said and all(one.aggregation == "count_distinct" for one in self._intent.wanted)
        if counts and measure is not None and isinstance(following, Keyword) and following.kind == "compares":
            # `how many birds weigh more than 1,200 grams`, which have a species
            self._bounded(measure, following)
            return
        if measure is None or is_said:
            # `how much revenue was earned`, `orders paid by card`, `invoices paid in May`
            passed = is_said or (self._intent.wanted and text.casefold() in PARTICIPLES)
            called = self._vocabulary.values.get(tuple(stems_of(text)), ())
            values = [one.what for one in called if isinstance(one.what, Value)]
            if len(values) == 1:
                # `how many passengers died`, some of whom are dead
                self._value(values[0])
            elif not (self._is_time_verb(self._phrases[self._at - 1]) or passed):
                self._unknown(text)
            return
        if isinstance(following, Keyword) and following.kind == "most":
            self._at += 1
            self._intent.ranked = Ranked(1, following.value, by=Wanted(measure, "avg"))
        elif isinstance(following, Keyword) and following.kind in {"compares", "between"}:
            self._bounded(measure, following)
        else:
            self._intent.wanted[:] = [one for one in self._intent.wanted if one != Wanted(None)]
            usual: Aggregation = "sum" if names == DEAD else "avg"
            if names == COST and measure.additive and self._aggregation is None:
                self._intent.doubt(UNSURE, f"{measure.title} of a row on average, not of all together")
            self._intent.wanted.append(Wanted(measure, self._aggregation or usual))
            self._aggregation = None

    def _bounded(self, measure: Thing, keyword: Keyword) -> None:
        """`weigh more than 5,000 g`: of each row."""
        self._at += 1
        low, high = self._taken_range() if keyword.kind == "between" else (self._taken_number(), None)
        if low is None or (high is None and keyword.kind == "between"):
            self._unknown("a bound without a number")
            return
        factor = self._in_unit_of(measure)
        if self._keyword_at(0) == "rows":
            # `killed more than 100 people`
            self._at += 1
        bound = low * factor if high is None else [low * factor, high * factor]
        self._intent.limits.append(Limit(keyword.value or "between", bound, measure, of_rows=True))

    def _on_differs_of(self, meant: tuple[Literal["more", "less"], str], _text: str) -> None:
        """`how much heavier`: the adjective tells what is compared."""
        self._intent.differs, names = meant
        measure = self._names_measured(names)
        if measure is not None:
            self._intent.wanted.append(Wanted(measure, "avg"))

    def _on_per_head(self, _value: None, text: str) -> None:
        """`murders per capita`: one over how many people there are."""
        people = self._names_measured("population pop inhabitants")
        if people is None or not self._intent.wanted:
            self._unknown(text)
            return
        self._intent.wanted.append(Wanted(people, "sum"))
        self._intent.ratio = True

    def _on_where(self, _value: None, text: str) -> None:
        """`where do they live`: by the one place that is known; within a question it only joins."""
        if self._at > 1:
            return
        places = [
            t for t in self._vocabulary.things if t.kind == "dimension" and set(stems_of(t.title)) & SITES
        ]
        if len(places) == 1:
            self._intent.splits.append(Split(places[0]))
        else:
            self._unknown(text)

    def _on_gone(self, gone: bool, text: str) -> None:
        """`how many people left`: of those who are there no more; `left JFK` says nothing."""
        for thing in self._vocabulary.things:
            truth = self._vocabulary.truth_of(thing)
            if truth is not None and set(stems_of(thing.title)) & GONE:
                self._value(Value(thing, truth[0 if gone != self._negated else 1]))
                self._negated = False
                return
        leaving = next((t for t in self._vocabulary.things if _tells_leaving(t)), None)
        if leaving is not None and gone and not self._negated:
            # `how many left in 2023`, where it is known when
            self._intent.axis = leaving
        elif not isinstance(self._meaning(0), Named | Keyword):
            self._unknown(text)

    def _on_ratio_of(self, known: Known, text: str) -> None:
        """`profit margin`, where there are profits and revenues."""
        first, second = (self._names_measured(names) for names in known.names)
        if first is None or second is None or first == second or first.table != second.table:
            self._ratio_otherwise(known, text)
            return
        wanted = Wanted(None, ratio=Formed(known.name, first, second, known.expression))
        self._want(wanted)
        self._intent.choices.append(f"“{text}” computed from {first.title} and {second.title}")

    def _on_correlation(self, pair: tuple[Thing, Thing], _text: str) -> None:
        """`correlation between price and size`; that one drops as the other goes up asks for no change."""
        self._phrases[self._at :] = [p for p in self._phrases[self._at :] if not _is_growth(p)]
        self._intent.growth = None
        self._want(Wanted(pair[0], other=pair[1]))

    def _ratio_otherwise(self, known: Known, text: str) -> None:
        """`average selling price`, of a table that keeps the price of each."""
        price = self._names_measured("price") if known.name == AVERAGE_PRICE else None
        if price is None:
            self._unknown(text)
        else:
            self._measure(price, "avg")
            self._intent.doubt(UNSURE, f"“{text}” taken as the average {price.title}")

    def _on_rate_of(self, value: Value, text: str) -> None:
        """`conversion rate`: the share of rows that were converted."""
        self._intent.kept.append(value)
        self._intent.share, self._intent.part, self._intent.rated = True, value.thing, True
        self._want(Wanted(None, table=value.thing.table))
        self._intent.choices.append(f"“{text}” as the share of rows with {value.thing.title} {value.value}")

    def _want(self, wanted: Wanted) -> None:
        """What is a number by itself, however it is aggregated, and may be what things are ranked by."""
        ranked = self._intent.ranked
        if ranked is not None and ranked.by is None:
            ranked.by = wanted
        self._intent.wanted.append(wanted)
        self._aggregation, self._ranking = None, False

    def _on_selling(self, ascending: bool, text: str) -> None:
        """`best selling`: by how many were sold, where that is known."""
        quantity = self._quantity()
        rows = self._can_be_rows()
        label = self._label_of(rows.what.table) if rows and isinstance(rows.what, Thing) else None
        is_repeated = label is not None and label.kind == "dimension"
        if quantity is None and is_repeated:
            # `worst selling pizza`, where each row is one of a name that many have
            self._intent.doubt(UNSURE, f"“{text}” by how many rows there are")
        elif quantity is None and not self._tells_sales():
            # `the best selling item` of a menu
            self._unknown(text)
            return
        self._superlative(ascending=ascending, by=Wanted(quantity))
        if quantity is not None and self._names_measured("revenue"):
            self._intent.doubt(UNSURE, f"“{text}” by {quantity.title}, not by revenue")

    def _on_sign(self, operator: Operator, text: str) -> None:
        """`lost money`"""
        profit = self._names_measured("profit net_profit gain earnings net_income")
        if profit is None:
            self._unknown(text)
        else:
            self._intent.limits.append(Limit(operator, 0, profit, of_rows=not self._intent.splits))

    def _on_free(self, _value: None, text: str) -> None:
        """`free orders`: those that cost nothing, where there are such."""
        amount = self._names_measured("price cost fare fee charge amount revenue dollars") or self._money()
        least = amount.column.minimum if amount is not None and amount.column is not None else None
        if amount is None or not isinstance(least, int | float | Decimal) or least > 0:
            self._unknown(text)
            return
        self._intent.limits.append(Limit("=", 0, amount, of_rows=True))
        self._intent.doubt(UNSURE, f"“{text}” taken as {amount.title} 0")

    def _on_costs(self, names: str, text: str) -> None:
        """`strikes that cost anything`"""
        said = [
            one.thing for one in self._intent.wanted if one.thing and set(stems_of(one.thing.title)) & COSTS
        ]
        amount = said[0] if said else self._names_measured(names)
        if amount is None:
            self._unknown(text)
        else:
            self._intent.limits.append(Limit(">", 0, amount, of_rows=True))

    def _on_active(self, _value: None, text: str) -> None:
        """`active customers per month`: those that have rows in that time."""
        following = self._peek_thing()
        timed = any(isinstance(p.meaning, Unit | Stretch) or self._is_grain(p) for p in self._phrases)
        if following is None or following.kind not in {"key", "dimension"} or not timed:
            self._unknown(text)
            return
        self._intent.doubt(UNSURE, f"“{text}” taken as those that have rows then")
        if self._counts_rows():
            self._intent.wanted.pop()
        if not (self._intent.wanted or self._splitting):
            self._count(different=True)

    @staticmethod
    def _is_grain(phrase: Phrase) -> bool:
        return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "grain"

    def _on_takes(self, _value: None, text: str) -> None:
        """`how many days does it take`: how long, where a number tells."""
        lasting = self._lasting()
        if lasting is None:
            self._unknown(text)
            return
        deeds = self._vocabulary.deeds.get(lasting.table, frozenset())
        if lasting.name in self._vocabulary.computed:
            # `how long does it take to resolve a ticket`, which has a time when it was closed
            self._phrases[self._at :] = [
                phrase
                for phrase in self._phrases[self._at :]
                if not (isinstance(phrase.meaning, Unknown) and _is_one_of(phrase.text, deeds))
            ]
        self._intent.wanted[:] = [Wanted(lasting, self._aggregation or "avg")]
        self._aggregation = None
        self._intent.doubt(UNSURE, f"“{text}” taken as {lasting.title}")

    def _on_new(self, _value: None, text: str) -> None:
        """`new accounts per month`: rows are new when they come in, of others nothing tells."""
        following = self._peek_thing()
        if "new" in {name for [name, *_] in self._vocabulary.values}:
            self._named_new()
        elif self._can_be_rows() is None and not (following is not None and following.kind == "time"):
            self._unknown(text)

    def _named_new(self) -> None:
        for called in self._vocabulary.values.get(("new",), ()):
            if isinstance(called.what, Value):
                self._value(called.what)
                return

    def _on_spent(self, _value: None, text: str) -> None:
        """`spent more than 100`: the amount of money that there is, unless another number was named."""
        bounded = self._keyword_at(0) in {"compares", "between", "most"}
        if any(one.thing or one.ratio for one in self._intent.wanted) or (
            self._intent.wanted and not bounded
        ):
            return
        paid = self._names_measured(PAY) if stem(text) in PAY.split() else None
        measure = paid or self._names_measured("spend amount revenue price cost fare") or self._money()
        if measure is None:
            self._unknown(text)
            return
        if measure.title not in stems_of(text):
            self._intent.doubt(UNSURE, f"“{text}” taken as {measure.title}")
        counts = bool(self._intent.wanted) and self._intent.wanted[-1] in (
            Wanted(None),
            Wanted(None, table=measure.table),
        )
        if bounded and counts and self._keyword_at(0) != "most":
            # `how many people pay more than 100`
            self._limit(self._of_said_unit(measure), of_rows=True)
            return
        self._intent.wanted[:] = []
        self._measure(measure)

    def _of_said_unit(self, measure: Thing) -> Thing:
        """`pay more than 100 a month`, where there is a monthly charge as well."""
        units = {phrase.meaning.grain for phrase in self._phrases if isinstance(phrase.meaning, Unit)}
        monthly = {f"{unit}ly" for unit in units}
        found = [t for t in self._vocabulary.measures(self._table) if monthly & set(stems_of(t.title))]
        return found[0] if len(found) == 1 else measure

    def _is_time_verb(self, phrase: Phrase) -> bool:
        """`shipped in March`, `signed up in 2023`: what places things in that time."""
        said = stem(phrase.text)
        for thing in self._vocabulary.things:
            if thing.kind == "time" and any(same_root(said, word) for word in stems_of(thing.title)):
                self._dated = len(self._intent.stretches)
                self._intent.axis = thing
                return True
        return False

    def _is_said_already(self, phrase: Phrase) -> bool:
        """`took longer than 60 hours to resolve`, where the resolution time is bounded."""
        intent, said = self._intent, stem(phrase.text)
        things = [one.thing for one in intent.wanted] + [one.thing for one in intent.limits]
        things += [one.thing for one in intent.splits] + [one.thing for one in intent.kept]
        following = self._meaning(0)
        if isinstance(following, Named) and isinstance(following.best.what, Value):
            # `films rated R`
            things.append(following.best.what.thing)
        return any(same_root(said, word) for thing in things if thing for word in stems_of(thing.title))

    def _is_head(self, phrase: Phrase) -> bool:
        """`meal plan`, `wind speed`: a name, and what kind of thing it is the name of."""
        before = self._phrases[self._at - 2] if self._at > 1 else None
        is_joined = before is not None and before.end == phrase.start and isinstance(before.meaning, Named)
        if not is_joined or stem(phrase.text) not in HEADS:
            return False
        begun = isinstance(before.meaning, Named) and before.meaning.best.weight <= BEGUN if before else False
        if begun and self._aggregation in {"avg", "median"} and not self._intent.wanted:
            # `average credit score`, where Credit Card is a purpose
            return False
        # `meal plan and customer type`
        split = self._intent.splits[-1].thing if self._intent.splits else None
        is_split = split is not None and split == self._thing_at(-2)
        self._splitting = self._splitting or (is_split and self._joined_to(Thing))
        return True

    def _is_said_of_number(self, phrase: Phrase, called: Called) -> bool:
        """`highest interest rate charged`: no rows that are Charged Off."""
        number, before = self._thing_at(-2), self._phrases[self._at - 2] if self._at > 1 else None
        is_next = before is not None and before.end == phrase.start
        is_number = number is not None and number.kind == "measure"
        is_value = isinstance(called.what, Value)
        is_verb = is_value and phrase.text.endswith("ed") and phrase.text.isalpha() and called.weight <= BEGUN
        if not (is_next and is_number and is_verb):
            return False
        self._intent.doubt(UNSURE, f"“{phrase.text}” said of {number.title if number else phrase.text}")
        return True

    def _value(self, value: Value) -> None:
        raise NotImplementedError


def _is_one_of(text: str, deeds: Collection[str]) -> bool:
    return any(same_root(stem(text), deed) for deed in deeds)


def _is_growth(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind in {"growth", "comparative"}
