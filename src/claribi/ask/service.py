"""Questions in words: read by a grammar, answered by a query that whoever asks can see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from claribi.accounts.principal import Principal
from claribi.ask import answer, why
from claribi.ask.following import goes_on, joined
from claribi.ask.intent import Intent, intent_of
from claribi.ask.lexicon import Keyword
from claribi.ask.models import Analysis
from claribi.ask.plan import MOST_ROWS as MOST_LINES
from claribi.ask.plan import NotUnderstood, Plan, plan_of
from claribi.ask.proposal import CHOICE, propose
from claribi.ask.reader import Named, Number, Phrase, Unit, read
from claribi.ask.times import Stretch, Times
from claribi.ask.vocabulary import Thing, Value, Vocabulary, of_model, of_tables
from claribi.charts.echarts import option
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError, FieldProblem, QueryError, ValidationFailed
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.llm.model import LanguageModel
from claribi.query.encoding import plain
from claribi.query.periods import Calendar
from claribi.query.schemas import Dimension, ModelQuery, Query, Result
from claribi.query.service import Queries, Subject

MOST_ROWS = 5_000
# Dimensions with more values than these are not looked through for what a question names.
MOST_VALUES = 2_000
# Data that end longer ago than this are asked as if today were their last day.
OLD_DAYS = 45
SURE, LIKELY = 0.8, 0.6
ANSWERED = "answered"
# How many questions back one may lean on.
MOST_SAID = 9


class Asking:
    """Answers questions of an organisation's people."""

    def __init__(
        self, database: Database, queries: Queries, language_model: LanguageModel | None = None
    ) -> None:
        self._database = database
        self._queries = queries
        self._language_model = language_model

    def ask(
        self,
        caller: Principal,
        question: str,
        *,
        source_id: int | None,
        model_id: int | None,
        session_id: int | None = None,
    ) -> dict[str, Any]:
        """Answer a question, and keep the answer; what can't be understood says so."""
        caller.require("analysis:run")
        said: list[str] = []
        if session_id is not None:
            session_id, source_id, model_id, said = self._so_far(caller, session_id, source_id, model_id)
        vocabulary, today, calendar = self._about(caller, source_id, model_id)
        times = Times(today, calendar)
        phrases = read(question, vocabulary, times)
        intent, said = _in_conversation(question, phrases, said, vocabulary, times)
        found: dict[str, Any] = {
            "understood": [_understood(p) for p in phrases if _is_telling(p)],
            "questions": said,
        }
        result = None
        try:
            if intent.purpose == "why":
                plan = plan_of(why.restated(intent, times), vocabulary, source_id)
                because = self._explained(caller, plan, intent, vocabulary)
                result = because.result
                found |= _answered(plan, intent, result, vocabulary, today)
                found |= _because(plan, because, phrases)
            else:
                plan = plan_of(intent, vocabulary, source_id)
                result = self._queries.ask(caller, plan.query)
                found |= _answered(plan, intent, result, vocabulary, today)
        except (NotUnderstood, QueryError) as missing:
            reason = missing.message if isinstance(missing, QueryError) else str(missing)
            proposed, result = self._proposed(caller, question, vocabulary, today, source_id)
            found |= _unclear(reason, vocabulary) | proposed
        return self._kept(caller, question, (source_id, model_id, session_id), found, result)

    def _so_far(
        self, caller: Principal, session_id: int, source_id: int | None, model_id: int | None
    ) -> tuple[int, int | None, int | None, list[str]]:
        """A conversation, what it is about, and the questions that its last answer stands on.

        Raises:
            NotFound: There is none of the caller's.
            ValidationFailed: It is about something else.
        """
        with self._database.read(caller.organization_id) as session:
            own = Analysis.created_by == caller.user_id
            first = find(session, Analysis, "Analysis", session_id, own)
            begun = first.session_id or first.id
            latest = session.scalar(
                select(Analysis)
                .where(
                    own, (Analysis.session_id == begun) | (Analysis.id == begun), Analysis.status == ANSWERED
                )
                .order_by(Analysis.id.desc())
                .limit(1)
            )
        if (source_id or first.source_id, model_id or first.model_id) != (first.source_id, first.model_id):
            message = "goes on about what it began with; leave source_id and model_id out"
            raise ValidationFailed(f"session_id: {message}", details=[FieldProblem("session_id", message)])
        said = list(latest.answer.get("questions", [latest.question])) if latest is not None else []
        return begun, first.source_id, first.model_id, said

    def _proposed(
        self,
        caller: Principal,
        question: str,
        vocabulary: Vocabulary,
        today: date,
        source_id: int | None,
    ) -> tuple[dict[str, Any], Result | None]:
        """What the language model makes of a question that the grammar can't read, if there is one."""
        if self._language_model is None:
            return {}, None
        plan, spent = propose(question, vocabulary, today, source_id, self._language_model)
        cost = {"language_model": spent.as_json()}
        if plan is None:
            return cost, None
        try:
            result = self._queries.ask(caller, plan.query)
        except QueryError:
            return cost, None
        return _told(plan, result, vocabulary, plan.choices) | cost, result

    def get(self, caller: Principal, analysis_id: str | int) -> dict[str, Any]:
        """An answer of the caller's own."""
        caller.require("analysis:run")
        with self._database.read(caller.organization_id) as session:
            own = Analysis.created_by == caller.user_id
            return present(find(session, Analysis, "Analysis", analysis_id, own))

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        """What the caller has asked, by itself."""
        caller.require("analysis:run")
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                select(Analysis).where(Analysis.created_by == caller.user_id),
                page,
                model=Analysis,
                search=[Analysis.question],
                ordering={"created_at": Analysis.created_at},
                present=_listed,
            )

    def _about(
        self, caller: Principal, source_id: int | None, model_id: int | None
    ) -> tuple[Vocabulary, date, Calendar]:
        """The words for what is asked, the day that it reaches, and how its years run."""
        calendar = Calendar()
        if model_id is not None:
            question: Any = ModelQuery(model_id=model_id)
            bound: Any = self._queries.subject(caller, question)
            subject: Any = bound
            tables = {name: table.table for name, table in bound.tables.items()}
            vocabulary, calendar = of_model(bound.model, tables, model_id), bound.calendar
        else:
            assert source_id is not None  # noqa: S101 - the schema asks for one of both
            subject = self._queries.subject(caller, Query(source_id=source_id, table="-"))
            vocabulary = of_tables(subject.tables.values())
        for thing in vocabulary.things:
            if _has_names(thing):
                vocabulary.hold(thing, self._values(subject, thing, source_id, model_id))
        return vocabulary, _today(vocabulary), calendar

    def _values(
        self, subject: Subject, thing: Thing, source_id: int | None, model_id: int | None
    ) -> Iterable[object]:
        dimensions = [Dimension(column=thing.name, name="value")]
        query: Query | ModelQuery
        if model_id is not None:
            query = ModelQuery(model_id=model_id, dimensions=dimensions)
        else:
            query = Query(source_id=source_id or 0, table=thing.table, dimensions=dimensions)
        try:
            result = self._queries.run(subject, query, max_rows=MOST_VALUES)
        except ClaribiError:
            return []
        return [value for [value] in result.rows if value not in {None, ""}]

    def _explained(
        self, caller: Principal, plan: Plan, intent: Intent, vocabulary: Vocabulary
    ) -> why.Explanation:
        subject = self._queries.subject(caller, plan.query)

        def run(query: Query | ModelQuery) -> Result:
            return self._queries.run(subject, query)

        return why.explained(
            plan, intent.splits, vocabulary, run, lambda query: self._queries.ask(caller, query)
        )

    def _kept(
        self,
        caller: Principal,
        question: str,
        about: tuple[int | None, int | None, int | None],
        found: Mapping[str, Any],
        result: Result | None,
    ) -> dict[str, Any]:
        source_id, model_id, session_id = about
        with self._database.write(caller.organization_id) as session:
            analysis = Analysis(
                question=question,
                source_id=source_id,
                model_id=model_id,
                session_id=session_id,
                status=found["status"],
                answer=plain({name: value for name, value in found.items() if name != "status"}),
                evidence_id=result.evidence_id if result else None,
                created_by=caller.user_id,
            )
            session.add(analysis)
            session.flush()
            return present(analysis)


def _in_conversation(
    question: str, phrases: Sequence[Phrase], said: list[str], vocabulary: Vocabulary, times: Times
) -> tuple[Intent, list[str]]:
    """What is asked, and the questions that say it together."""
    intent = intent_of(phrases, vocabulary)
    if not said or not goes_on(intent):
        return intent, [question]
    before = Intent()
    for earlier in said:
        one = intent_of(read(earlier, vocabulary, times), vocabulary)
        before = joined(before, one)
    both = joined(before, intent)
    return replace(both, choices=[*intent.choices, f"goes on from “{said[-1]}”"]), [
        *said[-MOST_SAID:],
        question,
    ]


def present(analysis: Analysis) -> dict[str, Any]:
    return {**_listed(analysis), **analysis.answer, "evidence_id": analysis.evidence_id}


def _listed(analysis: Analysis) -> dict[str, Any]:
    return {
        "id": analysis.id,
        "session_id": analysis.session_id or analysis.id,
        "question": analysis.question,
        "source_id": analysis.source_id,
        "model_id": analysis.model_id,
        "status": analysis.status,
        "created_at": analysis.created_at,
    }


def _has_names(thing: Thing) -> bool:
    column = thing.column
    if column is None or thing.kind not in {"dimension", "key"} or column.type != "string":
        return False
    return 0 < column.distinct <= MOST_VALUES


def _today(vocabulary: Vocabulary) -> date:
    """Today, or the last day of data that end long ago."""
    today = utc_now().date()
    ends = [_day(thing.column.maximum) for thing in vocabulary.time.values() if thing.column]
    last = max((end for end in ends if end is not None), default=None)
    return last if last is not None and today - last > timedelta(days=OLD_DAYS) else today


def _day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _is_telling(phrase: Phrase) -> bool:
    return not isinstance(phrase.meaning, Keyword) or phrase.meaning.kind not in {
        "of",
        "is",
        "and",
        "or",
        "which",
        "by",
    }


def _understood(phrase: Phrase) -> dict[str, str]:
    return {"text": phrase.text, "meaning": _meaning(phrase)}


def _meaning(phrase: Phrase) -> str:
    match phrase.meaning:
        case Keyword(kind, value):
            found = f"{kind} {value}" if isinstance(value, str) else kind.replace("_", " ")
        case Named(candidates):
            what = candidates[0].what
            found = (
                f"{what.thing.title} is {what.value}"
                if isinstance(what, Value)
                else f"{what.kind} {what.name}"
            )
        case Stretch(start, end):
            edges = (f"from {start:%Y-%m-%d}" if start else "", f"until before {end:%Y-%m-%d}" if end else "")
            found = " ".join(filter(None, edges))
        case Unit(grain):
            found = grain
        case Number(value):
            found = f"{value:g}"
        case _:
            found = "not understood"
    return found


def _answered(
    plan: Plan, intent: Intent, result: Result, vocabulary: Vocabulary, today: date
) -> dict[str, Any]:
    choices = list(dict.fromkeys(plan.choices))
    if any(stretch.relative for stretch in intent.stretches) and today != utc_now().date():
        choices.append(f"counted back from {today:%d %B %Y}, where the data end")
    return _told(plan, result, vocabulary, choices)


def _told(plan: Plan, result: Result, vocabulary: Vocabulary, choices: list[str]) -> dict[str, Any]:
    is_cut = result.truncated or result.row_count >= MOST_LINES
    if is_cut:
        choices = [*choices, f"only the first {result.row_count:,} lines are shown"]
    return {
        "status": "answered",
        "text": answer.text(plan, result),
        "choices": choices,
        "confidence": _confidence(plan, choices),
        "query": plan.query.model_dump(mode="json", exclude_defaults=True),
        "sql": result.sql,
        "columns": [asdict(column) for column in result.columns],
        "rows": result.rows[:MOST_ROWS],
        "truncated": is_cut,
        "chart": option(answer.spec(plan, result), result.columns, result.rows[:MOST_ROWS]),
        "follow_ups": answer.follow_ups(plan, vocabulary),
    }


def _because(plan: Plan, found: why.Explanation, phrases: Sequence[Phrase]) -> dict[str, Any]:
    """What is said otherwise where it was asked why."""
    result, chart = found.result, why.shown(found, answer.title(plan))
    return {
        "text": why.told(plan, found, phrases),
        "query": found.query.model_dump(mode="json", exclude_defaults=True),
        "chart": option(chart, result.columns, result.rows),
    }


def _unclear(reason: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Why there is no answer, and what could be asked instead."""
    names = [thing.title for thing in vocabulary.things if thing.kind in {"measure", "metric", "dimension"}][
        :8
    ]
    return {
        "status": "unclear",
        "text": f"{reason}. These data know, among others: {', '.join(names)}.",
        "choices": [],
        "confidence": {"score": 0.0, "level": "low", "reasons": [reason]},
        "query": None,
        "sql": None,
        "columns": [],
        "rows": [],
        "truncated": False,
        "chart": None,
        "follow_ups": _examples(vocabulary),
    }


def _examples(vocabulary: Vocabulary) -> list[str]:
    measures = vocabulary.measures()
    table: str | None = measures[0].table if measures else next(iter(vocabulary.time), None)
    split = next(
        (t.title for t in vocabulary.things if t.kind == "dimension" and t.table == table and _has_names(t)),
        None,
    )
    about = measures[0].title if measures else "number of rows"
    found = [f"{about} by {split}"] if split else []
    return [*found, f"{about} by month"] if table in vocabulary.time else found


def _confidence(plan: Plan, choices: Iterable[str]) -> dict[str, Any]:
    score = plan.sureness
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
        score *= 0.95**decided
        reasons.append("the question leaves something open, see the choices")
    level = "high" if score >= SURE else "medium" if score >= LIKELY else "low"
    return {"score": round(score, 2), "level": level, "reasons": reasons}
