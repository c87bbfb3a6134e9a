"""An answer as the API tells it: what was understood and decided, how sure that is, and the numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from claribi.analysis.names import plural
from claribi.ask import answer, why
from claribi.ask.intent import Above, Intent, Places
from claribi.ask.knowing import has_names
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit
from claribi.ask.plan import MOST_ROWS as MOST_LINES
from claribi.ask.plan import Plan
from claribi.ask.proposal import CHOICE
from claribi.ask.rowwise import compared_columns
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Value, Vocabulary
from claribi.charts.echarts import option
from claribi.core.clock import utc_now
from claribi.query.schemas import ModelQuery, Query, Result, ResultColumn

MOST_ROWS = 5_000
SURE, LIKELY = 0.8, 0.6
ANSWERED = "answered"
# Of each thing that was decided where the question leaves it open.
DECIDED = 0.95
SAID_OF = {"=": "is", "starts_with": "starts with"}
SILENT = frozenset({"of", "is", "and", "or", "which", "by", "listing"})


def understood(phrases: Sequence[Phrase]) -> list[dict[str, str]]:
    """What each phrase of a question was taken for."""
    read = compared_columns(phrases, None)
    return [{"text": phrase.text, "meaning": _meaning(phrase)} for phrase in read if _is_telling(phrase)]


def answered(
    plan: Plan, intent: Intent, result: Result, vocabulary: Vocabulary, today: date
) -> dict[str, Any]:
    return told(plan, result, vocabulary, choices_of(plan, intent, today))


def choices_of(plan: Plan, intent: Intent, today: date) -> list[str]:
    """What was decided where the question leaves it open."""
    choices = list(dict.fromkeys(plan.choices))
    relative = any(stretch.relative for stretch in (*intent.stretches, *intent.ahead))
    if relative and today != utc_now().date():
        choices.append(f"counted back from {today:%d %B %Y}, where the data end")
    return choices


def told(plan: Plan, result: Result, vocabulary: Vocabulary, choices: list[str]) -> dict[str, Any]:
    is_cut = result.truncated or result.row_count >= min(MOST_LINES, plan.query.limit or MOST_LINES)
    is_cut = is_cut and plan.query.limit == MOST_LINES
    if is_cut:
        choices = [*choices, f"only the first {result.row_count:,} lines are shown"]
    # Nothing is left more often because something was meant otherwise than because there is nothing.
    sureness = plan.sureness if result.rows else min(plan.sureness, LIKELY)
    return {
        "status": ANSWERED,
        "text": answer.text(plan, result),
        "choices": choices,
        "confidence": confidence(sureness, choices),
        "query": plan.query.model_dump(mode="json", exclude_defaults=True),
        "sql": result.sql,
        **table(result.columns, result.rows),
        "truncated": is_cut,
        "chart": option(answer.spec(plan.query, result), result.columns, result.rows[:MOST_ROWS]),
        "follow_ups": answer.follow_ups(plan, vocabulary),
    }


def of_series(
    query: Query | ModelQuery,
    result: Result,
    told: Mapping[str, Any],
    choices: list[str],
    sureness: dict[str, Any],
    follow_ups: list[str],
) -> dict[str, Any]:
    """What is told of a series: computed from the rows of the answer that its evidence holds."""
    return {
        "status": ANSWERED,
        "text": told["text"],
        "choices": choices,
        "confidence": sureness,
        "query": query.model_dump(mode="json", exclude_defaults=True),
        "sql": result.sql,
        **table(told["columns"], told["rows"]),
        "truncated": False,
        "chart": told["chart"],
        "follow_ups": follow_ups,
    }


def table(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {"columns": [asdict(column) for column in columns], "rows": list(rows[:MOST_ROWS])}


def because(plan: Plan, found: why.Explanation, phrases: Sequence[Phrase]) -> dict[str, Any]:
    """What is said otherwise where it was asked why."""
    result, chart = found.result, why.shown(found, answer.title(plan.query))
    return {
        "text": why.told(plan, found, phrases),
        "query": found.query.model_dump(mode="json", exclude_defaults=True),
        "chart": option(chart, result.columns, result.rows),
    }


def unclear(reason: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Why there is no answer, and what could be asked instead."""
    names = [thing.title for thing in vocabulary.things if thing.kind in {"measure", "metric", "dimension"}]
    return {
        "status": "unclear",
        "text": f"{reason}. These data know, among others: {', '.join(names[:8])}.",
        "choices": [],
        "confidence": {"score": 0.0, "level": "low", "reasons": [reason]},
        "query": None,
        "sql": None,
        "columns": [],
        "rows": [],
        "truncated": False,
        "chart": None,
        "follow_ups": examples(vocabulary)[:2],
    }


def confidence(score: float, choices: Iterable[str]) -> dict[str, Any]:
    """How sure it is that this is what was meant, and why."""
    if CHOICE in choices:
        return {
            "score": score,
            "level": "low",
            "reasons": ["a language model read the question, not the grammar"],
        }
    reasons = (
        ["some names were taken for something similar"] if score < SURE else ["every word was understood"]
    )
    decided = len(list(choices))
    if decided:
        score *= DECIDED**decided
        reasons.append("the question leaves something open, see the choices")
    return {"score": round(score, 2), "level": level_of(score), "reasons": reasons}


def level_of(score: float) -> str:
    return "high" if score >= SURE else "medium" if score >= LIKELY else "low"


def _is_telling(phrase: Phrase) -> bool:
    return not isinstance(phrase.meaning, Keyword) or phrase.meaning.kind not in SILENT


def _meaning(phrase: Phrase) -> str:
    match phrase.meaning:
        case Keyword(kind, value):
            found = f"{kind} {value}" if isinstance(value, str) else kind.replace("_", " ")
        case Named(candidates):
            what = candidates[0].what
            found = (
                f"{what.thing.title} {SAID_OF.get(what.operator, what.operator)} {what.value}"
                if isinstance(what, Value)
                else f"{what.kind} {what.name}"
            )
        case Stretch(start, end):
            edges = (f"from {start:%Y-%m-%d}" if start else "", f"until before {end:%Y-%m-%d}" if end else "")
            found = " ".join(filter(None, edges))
        case Above(first, second, operator):
            found = f"{first.title} {operator} {second.title}"
        case Places(_, values):
            found = ", ".join(map(str, values))
        case Unit(grain):
            found = grain
        case Number(value):
            found = f"{value:g}"
        case _:
            found = "not understood"
    return found


def examples(vocabulary: Vocabulary) -> list[str]:
    """Questions to begin with, the plainest first: each can be answered."""
    measures = vocabulary.measures()
    tables = [thing.table for thing in vocabulary.things if thing.kind == "rows"]
    of = measures[0].table if measures else next(iter([*vocabulary.time, *tables]), None)
    about = measures[0].title if measures else "number of rows"
    splits = [t.title for t in vocabulary.things if t.kind == "dimension" and t.table == of and has_names(t)]
    found = [f"{about} by {splits[0]}"] if splits else []
    if of in vocabulary.time:
        found += [f"{about} by month", f"anything unusual in {about}", f"forecast {about}"]
    if splits:
        found.append(f"top 5 {plural(splits[-1])} by {about}")
    return found
