"""Words of business that stand for each other in the names of columns."""

from claribi.ask.words import stem

GROUPS = (
    "revenue sales turnover income proceeds",
    "quantity qty units volume pieces",
    "customer client buyer shopper",
    "employee staff worker colleague",
    "product item article",
    "country nation",
    "city town",
    "state province",
    "category type kind class",
    "cost expense spend spending expenditure",
    "profit earnings gain",
    "region area territory",
    "salary pay wage compensation",
    "department division",
    "gender sex",
    "carrier airline",
    "film movie",
    "song track",
    "supplier vendor",
    "shop store outlet branch",
    "order purchase",
    "discount rebate",
    "shipping freight delivery",
    "tip gratuity",
    "fare price",
    "duration length runtime",
    "rating score stars",
    "flight trip journey",
    "precipitation rainfall",
    "horsepower hp power",
    "weight mass",
    "departure dep",
    "arrival arr",
    "population inhabitant",
)
# Values that most tables write in one way or another.
SAME_VALUES = (
    "male man men m boy gentleman",
    "female woman women f girl lady",
    "monday mon",
    "tuesday tue tues",
    "wednesday wed",
    "thursday thu thur thurs",
    "friday fri",
    "saturday sat",
    "sunday sun",
    "usa us america american",
    "uk britain british",
    "united states|usa us america american",
    "united kingdom|uk britain british",
)


def _aliases() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in SAME_VALUES:
        whole, _, others = group.rpartition("|")
        words = frozenset(map(stem, others.split()))
        names = [whole] if whole else sorted(words)
        found |= {name: words - {name} for name in names}
    return found


# By the stems of a value: other words for it.
ALIASES = _aliases()
SYNONYMS: dict[str, frozenset[str]] = {
    stem(word): frozenset(map(stem, group.split())) - {stem(word)}
    for group in GROUPS
    for word in group.split()
}
