"""The words of a question, and which of them are the same word."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claribi.analysis.names import ABBREVIATIONS

# What numbers of something are called.
COUNTS = frozenset({"count", "number", "num"})
TOKEN = re.compile(
    r"""
    "(?P<double>[^"]+)" | “(?P<curly>[^”]+)” | (?<!\w)'(?P<single>[^']+)'(?!\w)
    | (?P<date>\d{4}-\d{2}(?:-\d{2})?)(?!\w)
    | (?P<half>\bhalf\s+an(?=\s+hours?\b))
    | (?P<spelled>\b(?:half\s+a\s+million|a\s+(?:hundred|thousand|million|billion|trillion|dozen)|one\s+(?:hundred|thousand|million|billion|trillion))\b)
    | (?P<number>(?P<minus>(?<!\S)[-\u2212])?[$€£]?(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,18})?|\d{1,18}(?:\.\d{1,18})?|(?<![\w.])\.\d{1,18})(?P<scale>k|mn?|bn|tn|\s?(?:thousand|million|billion|trillion))?(?P<percent>\s?%)?)(?!\w)
    | (?P<until>(?<=(?:19|20)\d\d)\s?[-\u2013]\s?(?=(?:19|20)\d\d(?!\w)))
    | (?P<more>(?<=\d)\+(?!\w))
    | (?P<percentage>%(?=\s+(?:of|change|growth|increase|decrease)\b))
    | (?P<symbol><=|>=|!=|<>|≤|≥|≠|<|>|=)
    | (?P<word>\w+(?:['\u2019-]\w+)*(?:(?<=\b[A-Za-z])\+{1,2}(?!\w))?)
    """,  # noqa: E501 - one pattern
    re.VERBOSE | re.IGNORECASE,
)
SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "trillion": 10**12,
    "billion": 10**9,
}
SPELLED = {
    f"{one} {name}": Decimal(number)
    for one in ("a", "one")
    for name, number in (
        ("dozen", 12),
        ("hundred", 100),
        ("thousand", 1_000),
        ("million", 10**6),
        ("billion", 10**9),
        ("trillion", 10**12),
    )
} | {"half a million": Decimal(500_000)}
NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
"""
NUMBER_WORDS = {word: number for number, word in enumerate(NUMBERS.split())}
# As it is printed, not typed.
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# Which look like plurals, or have one of their own.
STEMS = {
    "analyses": "analysis",
    "ids": "id",
    "children": "child",
    "countries": "country",
    "cpus": "cpu",
    "gpus": "gpu",
    "menus": "menu",
    "brownies": "brownie",
    "rookies": "rookie",
    "smoothies": "smoothie",
    "ties": "tie",
    "pies": "pie",
    "lies": "lie",
    "selfies": "selfie",
    "hoodies": "hoodie",
    "buses": "bus",
    "men": "man",
    "feet": "foot",
    "geese": "goose",
    "genera": "genus",
    "mice": "mouse",
    "teeth": "tooth",
    "wolves": "wolf",
    "knives": "knife",
    "calories": "calorie",
    "calves": "calf",
    "cookies": "cookie",
    "movies": "movie",
    "people": "person",
    "persons": "person",
    "series": "series",
    "species": "species",
    "women": "woman",
    # Decades, no numbers.
    "twenties": "twenties",
    "thirties": "thirties",
    "forties": "forties",
    "fifties": "fifties",
    "sixties": "sixties",
    "seventies": "seventies",
    "eighties": "eighties",
    "nineties": "nineties",
}
INFLECTED = re.compile(r"(?:ss|us|is|ous|news)$")
PLURAL_LETTERS = re.compile(r"[^\Waeiouy\d_]{2,}(?<!s)s")
ES = re.compile(r"(?:x|ch|sh|ss|zz)es$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number, date or sign of a question.

    Attributes:
        stem: The same for `Country`, `countries` and `country's`.
        start, end: Where it stands in the question.
        number: Its value, if it is one, written in digits or as a word.
        quoted: Several words that stand between quotes are one.
    """

    text: str
    stem: str
    start: int
    end: int
    number: Decimal | None = None
    quoted: bool = False


def words_of(question: str) -> list[Word]:
    """The words of a question in their order; punctuation only separates them."""
    found: list[Word] = []
    for match in TOKEN.finditer(question):
        start, end = match.span()
        quoted = match["double"] or match["curly"] or match["single"]
        if quoted:
            found.append(Word(quoted, " ".join(stems_of(quoted)), start, end, quoted=True))
        elif match["half"]:
            found.append(Word(match.group(), match.group(), start, end, Decimal("0.5")))
        elif match["spelled"]:
            number = SPELLED[" ".join(match.group().casefold().split())]
            found.append(Word(match.group(), match.group(), start, end, number))
        elif match["until"]:
            found.append(Word(match.group(), "to", start, end))
        elif match["more"]:
            # `10+`
            found += [Word(match.group(), stem, start, end) for stem in ("or", "more")]
        elif match["percentage"]:
            # `% of customers`
            found.append(Word(match.group(), "percent", start, end))
        elif match["number"]:
            found.append(Word(match.group(), match.group().strip(), start, end, _number(match)))
        elif match["word"]:
            found += _parts(match.group(), start)
        else:
            found.append(Word(match.group(), match.group(), start, end))
    return found


def stems_of(text: str) -> list[str]:
    """What a text is compared by."""
    return [stem for word in words_of(text.replace('"', " ").replace("_", " ")) for stem in word.stem.split()]


def stem(word: str) -> str:
    """A word without case, accents, possessive and plural."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace(APOSTROPHE, "'")
    plain = plain.removesuffix("'s").rstrip("'")
    plain = ABBREVIATIONS.get(plain, plain)
    if plain in STEMS:
        return STEMS[plain]
    if plain[:-1].isdecimal():
        # `1990s` is no 1990.
        return plain
    if PLURAL_LETTERS.fullmatch(plain):
        # `CDs`, `DVDs`
        return plain[:-1]
    if len(plain) <= 3 or not plain.endswith("s") or INFLECTED.search(plain):  # noqa: PLR2004 - gas, bus
        return plain
    if plain.endswith("ies"):
        return plain[:-3] + "y"
    return plain[:-2] if ES.search(plain) else plain[:-1]


def _parts(text: str, start: int) -> list[Word]:
    """A word, or those that hyphens or underscores join: `year-over-year` are three."""
    found = []
    for part in re.finditer(r"[^-_]+", text):
        spelled = NUMBER_WORDS.get(part.group().casefold())
        number = None if spelled is None else Decimal(spelled)
        place = start + part.start()
        found.append(Word(part.group(), stem(part.group()), place, place + len(part.group()), number))
    return found


def _number(match: re.Match[str]) -> Decimal:
    number = Decimal(match["digits"].replace(",", ""))
    number = -number if match["minus"] else number
    return number * SCALES.get((match["scale"] or "").strip().lower(), 1)


def phrase(words: Sequence[Word]) -> str:
    return " ".join(word.stem for word in words)


def scale_of(text: str) -> int:
    """What a number is multiplied by that is written with a word or letter for it: `100 billion`, `5k`."""
    said = re.search(r"(?:[\d.]\s?|\s)([a-z]+)\s*$", text.casefold())
    return SCALES.get(said[1], 1) if said else 1
