"""The one amount that rows are about, where a question names the rows but no number of them."""

from claribi.ask.vocabulary import Thing, Vocabulary


def only_amount(vocabulary: Vocabulary, table: str | None) -> Thing | None:
    """The one number of a table's rows that adds up: who is affected by breaches."""
    amounts = [thing for thing in vocabulary.measures(table) if thing.additive]
    return amounts[0] if len(amounts) == 1 and amounts[0].kind == "measure" else None
