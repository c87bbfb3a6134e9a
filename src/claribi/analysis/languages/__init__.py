"""The languages of reports: one file each. English is what the product is written in; its file is empty.

What is said is made in English first, out of templates with named places; a language says the same sentence
with templates of its own, numbers with its own separators and dates in its own order. Names out of data stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import yaml

Tag = Literal["en", "de", "fr", "es", "cs"]
LANGUAGES: tuple[Tag, ...] = get_args(Tag)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUARTERS = ("first quarter", "second quarter", "third quarter", "fourth quarter")


@dataclass(frozen=True, slots=True)
class Language:
    """How a language says what we say in English.

    Attributes:
        tag: After BCP 47, such as `de-DE`.
        templates: Of sentences, by their names; each has the places of the English one. `in year` and the
            like: in place of `in` for periods of this grain.
        months_of: As they stand behind a day, where that is another case.
        first_day: How the first of a month is written.
        texts: Fixed texts by the English ones.
        measures, headings, charts, dates: Patterns with named places.
    """

    tag: str = "en-GB"
    group: str = ","
    point: str = "."
    currency_behind: bool = False
    missing: str = "n/a"
    months: tuple[str, ...] = MONTHS
    months_of: tuple[str, ...] = ()
    short_months: tuple[str, ...] = tuple(name[:3] for name in MONTHS)
    weekdays: tuple[str, ...] = WEEKDAYS
    quarters: tuple[str, ...] = QUARTERS
    dates: Mapping[str, str] = field(default_factory=dict)
    first_day: str = "1"
    durations: Mapping[str, str] = field(default_factory=dict)
    grains: Mapping[str, str] = field(default_factory=dict)
    cycles: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    rows: str = "records"
    member: str = "{noun} {name}"
    no_member: str = "no {noun}"
    missing_member: str = "(missing)"
    values: Mapping[str, str] = field(default_factory=dict)
    and_: str = "and"
    to: str = "to"
    per: str = "a {grain}"
    headings: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_english(self) -> bool:
        return not self.texts

    def fixed(self, english: str, **places: object) -> str:
        """A fixed text, its places filled."""
        said = self.texts.get(english, english)
        return said.format(**places) if places else said

    def number(self, english: str) -> str:
        """A text with numbers in it as the language separates their digits."""
        return NUMBER.sub(lambda found: self._separated(found[0]), english)

    def english(self, text: str) -> str:
        """The other way round: the digits of a number as English separates them."""
        return text.translate({ord(self.group): ",", ord(self.point): "."})

    def figure(self, english: str, style: str, value: Any, unit: str | None) -> str:
        """A figure's text in this language.

        Args:
            english: Its English text.
            value: What it shows; of a date or a phase of a cycle the value decides.
        """
        if self.is_english:
            return english
        if value is None or english == "n/a":
            return self.missing
        if style == "date":
            return self.date(_moment(value), _grain(_moment(value), unit))
        if style == "text":
            return self.phase(english)
        return self._amount(self.number(english), style, unit)

    def _amount(self, said: str, style: str, unit: str | None) -> str:
        if style == "duration":
            return re.sub(r"[a-z]+", lambda found: self.durations.get(found[0], found[0]), said)
        if "currency" in style and unit and len(unit) == 1 and self.currency_behind:
            return f"{said.replace(unit, '', 1)} {unit}"
        return said

    def date(self, moment: datetime, grain: str) -> str:
        return self.dates[grain].format(
            day=self.first_day if moment.day == 1 else moment.day,
            month=self.months[moment.month - 1],
            of_month=(self.months_of or self.months)[moment.month - 1],
            year=moment.year,
            quarter=(moment.month + 2) // 3,
            time=f"{moment:%H:%M}",
        )

    def phase(self, english: str) -> str:
        """A month, weekday or quarter of a cycle; anything else as it is."""
        for ours, theirs in ((MONTHS, self.months), (WEEKDAYS, self.weekdays), (QUARTERS, self.quarters)):
            for name, said in zip(ours, theirs, strict=True):
                if english in {name, f"{name}s"}:
                    return said
        return english

    def _separated(self, english: str) -> str:
        return english.translate({ord(","): self.group, ord("."): self.point})


@cache
def language(tag: str) -> Language:
    """The language of a tag; English where we don't speak it."""
    if tag == "en" or tag not in LANGUAGES:
        return Language()
    file = resources.files(__package__) / f"{tag}.yaml"
    said: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    said["and_"] = said.pop("and")
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Language(**(said | lists))


def _moment(value: Any) -> datetime:
    # Here and not at the top: the module of texts says how dates look in English, and needs nothing of ours.
    from claribi.analysis.texts import moment_of  # noqa: PLC0415

    return moment_of(value)


def _grain(moment: datetime, unit: str | None) -> str:
    is_day = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return unit or ("day" if is_day else "hour")
