"""Reading SQL that anybody may have written, in bounded time: from text to trees."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.dialects.dialect import Dialect, DialectType
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from claribi.core.errors import QueryError

MAX_LENGTH = 50_000
MAX_TOKENS = 10_000
MAX_PARENTHESES = 60
# How often the parser may go over each word, and over those of the shortest statement. Honest statements take
# less than two; where it guesses wrong at every level of brackets, its work grows fourfold with each.
STEPS_PER_TOKEN, STEPS_AT_LEAST = 10, 2_000

OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
SPACES = "\t\n\r"


class _ClickHouse(ClickHouse):
    """Reads `$name` as a parameter, where ClickHouse begins a text that goes on to the next `$name$`."""

    class Tokenizer(ClickHouse.Tokenizer):
        HEREDOC_STRINGS: ClassVar[list[str | tuple[str, str]]] = []
        SINGLE_TOKENS: ClassVar[dict[str, TokenType]] = {
            **ClickHouse.Tokenizer.SINGLE_TOKENS,
            "$": TokenType.PARAMETER,
        }


class _Spark(Spark):
    """Reads a doubled quote in a text as a quote, as Spark does since 4.0 and everybody else always did."""

    class Tokenizer(Spark.Tokenizer):
        STRING_ESCAPES: ClassVar[list[str]] = ["'", "\\"]


# What reads a dialect where sqlglot's own reader won't do.
READERS: Mapping[str, DialectType] = {"clickhouse": _ClickHouse, "spark": _Spark}


def parse(sql: str, dialect: str) -> list[exp.Expr]:
    """The statements of a text.

    Raises:
        QueryError: It is no SQL, too long, too deep, or takes too long to read.
    """
    try:
        return _parsed(sql, dialect)
    except QueryError:
        raise
    except ParseError as error:
        raise QueryError(_message(error)) from None
    except RecursionError:
        raise QueryError("The query is nested too deeply") from None
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over is no SQL of ours
        raise QueryError("The query can't be read as SQL") from None


def _parsed(sql: str, dialect: str) -> list[exp.Expr]:
    if len(sql) > MAX_LENGTH:
        raise QueryError(f"The query is longer than {MAX_LENGTH:,} characters")
    if any(ord(character) < ord(" ") and character not in SPACES for character in sql):
        raise QueryError("The query holds a control character")
    reader = Dialect.get_or_raise(READERS.get(dialect, dialect))
    tokens = reader.tokenize(sql)
    if len(tokens) > MAX_TOKENS:
        raise QueryError(f"The query has more than {MAX_TOKENS:,} words and signs")
    if any(depth > MAX_PARENTHESES for depth in _depths(tokens)):
        raise QueryError("The query is nested too deeply")
    parser = _patient(reader.parser_class)(dialect=reader, error_level=ErrorLevel.IMMEDIATE)
    parser.steps_left = STEPS_AT_LEAST + STEPS_PER_TOKEN * len(tokens)
    statements = parser.parse(tokens, sql)
    return [s for s in statements if s is not None and not isinstance(s, exp.Semicolon)]


@cache
def _patient(parser: type[Parser]) -> Any:
    """A parser that gives up when it has tried too much: what it guesses wrong it reads again, and again."""

    class Patient(parser):  # type: ignore[misc, valid-type]  # a class of run time
        steps_left = 0

        def _advance(self, times: int = 1) -> None:
            self.steps_left -= abs(times)
            if self.steps_left < 0:
                raise QueryError("The query takes too long to read; write it with fewer brackets and joins")
            super()._advance(times)

    return Patient


def _depths(tokens: list[Token]) -> Iterator[int]:
    """How many parentheses are open at each token."""
    depth = 1
    for token in tokens:
        if token.token_type in OPENING:
            depth += 1
        elif token.token_type in CLOSING:
            depth = max(depth - 1, 1)
        yield depth


def _message(error: ParseError) -> str:
    first = error.errors[0] if error.errors else {}
    description = str(first.get("description") or "syntax error").partition(". ")[0].strip()
    description = re.sub(r"<class '[\w.]+\.(\w+)'>", r"\1", description)
    description = re.sub(r"<Token .*?text: (.*?), .*", r"\1", description)
    if first.get("line"):
        return f"The query can't be read at line {first['line']}, column {first['col']}: {description}"
    return f"The query can't be read: {description}"
