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
)
SYNONYMS: dict[str, frozenset[str]] = {
    stem(word): frozenset(map(stem, group.split())) - {stem(word)}
    for group in GROUPS
    for word in group.split()
}
