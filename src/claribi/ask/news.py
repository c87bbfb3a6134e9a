"""Whether more of what is counted is bad news: `the worst years for polio` are those with most cases."""

from claribi.ask.intent import Wanted
from claribi.ask.vocabulary import Vocabulary
from claribi.ask.words import stems_of

# What nobody wants more of, by what tables, their rows and columns are called.
BAD = frozenset(
    {
        "disease",
        "illness",
        "infection",
        "crime",
        "offense",
        "offence",
        "homicide",
        "murder",
        "theft",
        "robbery",
    }
    | {"accident", "crash", "collision", "death", "fatality", "injury", "casualty", "victim", "complaint"}
    | {"incident", "failure", "error", "defect", "fault", "outage", "breach", "delay", "cancellation", "fire"}
    | {"storm", "hurricane", "tornado", "flood", "quake", "earthquake", "strike", "violation", "arrest"}
    | {"shooting", "attack", "hate", "poverty", "unemployment", "pollution", "suicide", "overdose"}
)


def is_bad_news(by: Wanted, table: str, vocabulary: Vocabulary) -> bool:
    """Whether what things are ranked by counts what nobody wants."""
    thing = by.thing
    if thing is not None and thing.welcome is not None:
        return False
    named = set(stems_of(thing.title)) if thing is not None else set[str]()
    counts = thing is None or thing == vocabulary.counted.get(table)
    if counts:
        own = [t for t in vocabulary.things if t.table == table and t.kind in {"rows", "dimension", "key"}]
        named |= {word for t in own for word in (*stems_of(t.title), *stems_of(table))}
    return by.ratio is None and bool(named & BAD)
