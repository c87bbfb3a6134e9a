"""Parts of texts in a question: `chicken in the name`, `whose title contains love`."""

from collections.abc import Iterator, Sequence

from claribi.ask.phrases import Meant, Named
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import Word, stems_of
from claribi.query.schemas import Operator

# How sure one can be of a part of a text that was asked for as such.
PART = 0.92
# What stands before the part, where the text is named behind it: `with chicken in the name`.
HAVING = frozenset({"with", "have", "has", "having", "had", "contain", "containing"})
POSSESSIVE = frozenset({"the", "their", "its", "his", "her", "a"})
NAMES = frozenset({"name", "title", "description"})
# What joins the name of a text with a part of it, by how many words.
JOINTS: tuple[tuple[tuple[str, ...], Operator], ...] = (
    (("start", "with"), "starts_with"),
    (("starting", "with"), "starts_with"),
    (("begin", "with"), "starts_with"),
    (("beginning", "with"), "starts_with"),
    (("contain",), "contains"),
    (("containing",), "contains"),
    (("contained",), "contains"),
    (("include",), "contains"),
    (("including",), "contains"),
    (("mention",), "contains"),
    (("mentioning",), "contains"),
)
MOST_WORDS = 3
# Verbs of rows with such a part, and what columns are called that hold whole sentences.
MENTIONING = frozenset(
    {"mention", "mentioning", "mentioned", "contain", "containing", "include", "including"}
)
SENTENCES = frozenset(
    {"text", "body", "content", "message", "comment", "description", "review", "title", "headline", "summary"}
    | {"note", "subject", "tweet", "post", "question", "answer", "remark", "feedback", "caption", "abstract"}
)


def parts_of_texts(words: Sequence[Word], vocabulary: Vocabulary, before: str) -> Iterator[Meant]:
    """What the words from one on say of a part of a text."""
    yield from _in_the_name(words, vocabulary, before)
    yield from _name_contains(words, vocabulary)
    yield from _mentioned(words, vocabulary)


def _in_the_name(words: Sequence[Word], vocabulary: Vocabulary, before: str) -> Iterator[Meant]:
    """`chicken in the name`"""
    if before not in HAVING and not words[0].quoted:
        return
    for length in range(1, min(MOST_WORDS, len(words) - 1) + 1):
        if words[length - 1].stem in HAVING:
            return
        if words[length].stem != "in":
            continue
        at = length + 1
        at += 1 if at < len(words) and words[at].stem in POSSESSIVE else 0
        text = _text_named(words[at : at + 1], vocabulary)
        goes_on = at + 1 < len(words) and not words[at + 1].text[:1].islower()
        if text is not None and not goes_on and words[0].stem not in POSSESSIVE:
            yield at + 1, _part(text, words[:length], "contains"), PART
        return


def _name_contains(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """`title contains love`, `names starting with A`"""
    text = _text_named(words[:1], vocabulary)
    if text is None:
        return
    for joint, operator in JOINTS:
        if tuple(word.stem for word in words[1 : 1 + len(joint)]) != joint:
            continue
        at = 1 + len(joint)
        at += 1 if at + 1 < len(words) and words[at].stem in {"the", "letter", "word"} else 0
        at += 1 if at + 1 < len(words) and words[at].stem in {"letter", "word"} else 0
        if at < len(words):
            yield at + 1, _part(text, words[at : at + 1], operator), PART


def _mentioned(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """`mention China in the text`; of the one column of sentences where none is named."""
    if words[0].stem not in MENTIONING or len(words) < 2:  # noqa: PLR2004 - the verb and what is mentioned
        return
    behind = next((at for at in range(2, min(MOST_WORDS + 2, len(words))) if words[at].stem == "in"), None)
    at = behind + 1 if behind is not None else 0
    at += 1 if 0 < at < len(words) and words[at].stem in POSSESSIVE else 0
    text = _text_named(words[at : at + 1], vocabulary) if at else None
    if text is not None and behind is not None:
        yield at + 1, _part(text, words[1:behind], "contains"), PART
        return
    last = words[1]
    own = [t for t in vocabulary.things if is_text(t) and SENTENCES & set(stems_of(t.title))]
    is_name = last.quoted or last.text[:1].isupper()
    if len(own) == 1 and is_name and (last.stem,) not in vocabulary.values:
        yield 2, _part(own[0], [last], "contains"), PART


def _part(text: Thing, words: Sequence[Word], operator: Operator) -> Named:
    said = " ".join(word.text for word in words)
    return Named((Called(Value(text, said, operator), PART),))


def _text_named(words: Sequence[Word], vocabulary: Vocabulary) -> Thing | None:
    """The text that a word names; `name` and `title` are what rows are called by."""
    if not words:
        return None
    own = [
        called.what
        for called in vocabulary.names.get((words[0].stem,), ())
        if isinstance(called.what, Thing) and is_text(called.what)
    ]
    if not own and words[0].stem in NAMES:
        keys = [thing for thing in vocabulary.things if thing.kind == "key" and is_text(thing)]
        own = keys if len(keys) == 1 else []
    return own[0] if own else None


def is_text(thing: Thing) -> bool:
    column = thing.column
    return thing.kind in {"dimension", "key"} and column is not None and column.type == "string"
