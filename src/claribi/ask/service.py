"""Questions in words: read by a grammar, answered by a query that whoever asks can see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from claribi.accounts.principal import Principal
from claribi.analysis.names import capitalised
from claribi.ask import answer, checking, forecasting, series, telling, unusual, why
from claribi.ask.following import goes_on, joined
from claribi.ask.forecasting import Foresee
from claribi.ask.intent import Intent, NotUnderstood
from claribi.ask.knowing import Known, known_of, look_up
from claribi.ask.listening import intent_of
from claribi.ask.models import Analysis
from claribi.ask.phrases import Phrase
from claribi.ask.plan import Plan, plan_of
from claribi.ask.proposal import propose
from claribi.ask.reader import proper_names, read, unknown_words
from claribi.ask.times import Stretch, Times
from claribi.ask.vocabulary import Vocabulary
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError, FieldProblem, QueryError, ValidationFailed
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.llm.model import LanguageModel
from claribi.query.encoding import plain
from claribi.query.schemas import ModelQuery, Query, Result
from claribi.query.service import Queries

# How many questions back one may lean on.
MOST_SAID = 9
# What is told on the way to an answer, by its name.
Told = tuple[str, dict[str, Any]]


class Asking:
    """Answers questions of an organisation's people."""

    def __init__(
        self,
        database: Database,
        queries: Queries,
        foresee: Foresee,
        language_model: LanguageModel | None = None,
    ) -> None:
        self._database = database
        self._queries = queries
        self._foresee = foresee
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
        asked = self.asking(caller, question, source_id=source_id, model_id=model_id, session_id=session_id)
        *_, (_, answer) = asked
        return answer

    def asking(
        self,
        caller: Principal,
        question: str,
        *,
        source_id: int | None,
        model_id: int | None,
        session_id: int | None = None,
    ) -> Iterator[Told]:
        """As `ask`, told as it goes: what comes next, and at the end the `analysis`."""
        caller.require("analysis:run")
        said, focus = [], None
        if session_id is not None:
            session_id, source_id, model_id, latest = self._so_far(caller, session_id, source_id, model_id)
            said, focus = latest.get("questions", []), latest.get("focus")
        known = known_of(self._queries, caller, source_id, model_id)
        about = (source_id, model_id, session_id)
        return self._asked(caller, question, known, about, said, focus)

    def _asked(
        self,
        caller: Principal,
        question: str,
        known: Known,
        about: tuple[int | None, int | None, int | None],
        said: list[str],
        focus: Mapping[str, Any] | None,
    ) -> Iterator[Told]:
        times = Times(known.today, known.calendar)
        phrases = read(question, known.vocabulary, times)
        strange, plain = proper_names(phrases), unknown_words(phrases)
        if (strange or plain) and look_up(self._queries, known, strange, plain):
            phrases = read(question, known.vocabulary, times)
        intent, said = _in_conversation(question, phrases, said, known.vocabulary, times)
        found: dict[str, Any] = {"understood": telling.understood(phrases), "questions": said}
        yield "progress", {"stage": "asking the data", "understood": found["understood"]}
        result = None
        try:
            found["purpose"] = intent.purpose
            told, result = self._answer(caller, _focused(intent, focus), phrases, known, times)
            found |= told
            if intent.purpose == "why" and focus is not None:
                found["focus"] = focus
        except (NotUnderstood, QueryError, ValidationFailed) as missing:
            reason = missing.message if isinstance(missing, ClaribiError) else str(missing)
            if self._language_model is not None:
                yield "progress", {"stage": "asking a language model", "understood": found["understood"]}
            proposed, result = self._proposed(caller, question, known)
            found |= telling.unclear(reason, known.vocabulary) | proposed
        yield "analysis", self._kept(caller, question, about, found, result)

    def _answer(
        self, caller: Principal, intent: Intent, phrases: Sequence[Phrase], known: Known, times: Times
    ) -> tuple[dict[str, Any], Result]:
        """What is told of a question, and the answer with the proof of its numbers.

        Raises:
            NotUnderstood, QueryError, ValidationFailed: There is none; the message says why.
        """
        vocabulary, today = known.vocabulary, known.today
        if intent.purpose == "why":
            plan = plan_of(why.restated(intent, times), vocabulary, known.source_id)
            because = self._explained(caller, plan, intent, vocabulary)
            told = telling.answered(plan, intent, because.result, vocabulary, today)
            return told | telling.because(plan, because, phrases), because.result
        if intent.purpose == "forecast":
            return self._foreseen(caller, intent, known)
        if intent.purpose == "outliers":
            return self._unusual(caller, intent, known)
        plan = checking.checked(plan_of(intent, vocabulary, known.source_id), phrases)
        result = self._queries.ask(caller, plan.query)
        return telling.answered(plan, intent, result, vocabulary, today), result

    def _foreseen(self, caller: Principal, intent: Intent, known: Known) -> tuple[dict[str, Any], Result]:
        in_years = series.is_in_years(intent, known.vocabulary, known.source_id)
        target = forecasting.target_of(intent, known.today, in_years=in_years)
        plan = plan_of(forecasting.restated(intent, target), known.vocabulary, known.source_id)
        query = series.question_of(plan, target.grain, in_years=in_years)
        result = self._queries.ask(caller, query)
        found = self._foresee(
            result,
            grain=target.grain,
            until=target.end,
            count=target.count,
            missing=series.missing(plan.query.measures[0], in_years=in_years),
            today=utc_now().replace(tzinfo=None),
        )
        told = forecasting.told(plan, found, target)
        choices = telling.choices_of(plan, intent, known.today)
        sureness = telling.confidence(min(plan.sureness, forecasting.sureness(found)), choices)
        sureness["reasons"].append(forecasting.reason(found))
        about = series.named(plan)
        follow_ups = [f"{capitalised(about)} by {'year' if in_years else 'month'}"]
        if not in_years:
            follow_ups.insert(0, f"Anything unusual in {about}")
        return telling.of_series(query, result, told, choices, sureness, follow_ups), result

    def _unusual(self, caller: Principal, intent: Intent, known: Known) -> tuple[dict[str, Any], Result]:
        within = unusual.within_of(intent)
        asked = unusual.restated(intent, "day")
        draft = plan_of(asked, known.vocabulary, known.source_id)
        grain = unusual.grain_of(intent, known.vocabulary, answer.table_of(draft.query, known.vocabulary))
        plan = plan_of(unusual.restated(intent, grain), known.vocabulary, known.source_id)
        query = series.question_of(plan, grain)
        result = self._queries.ask(caller, query)
        by = next((d.label for d in query.dimensions if not d.grain), None)
        counted = plan.query.measures[0].aggregation == "count"
        found = unusual.found_in(result, grain, within, by=by, counted=counted)
        told = unusual.told(plan, found, result, grain, by)
        choices = telling.choices_of(plan, intent, known.today)
        sureness = telling.confidence(plan.sureness, choices)
        told_of = telling.of_series(query, result, told, choices, sureness, unusual.follow_ups(plan, found))
        return told_of | {"focus": unusual.focus_of(found, grain)}, result

    def _so_far(
        self, caller: Principal, session_id: int, source_id: int | None, model_id: int | None
    ) -> tuple[int, int | None, int | None, dict[str, Any]]:
        """A conversation, what it is about, and what is kept of its last answer.

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
                    own,
                    (Analysis.session_id == begun) | (Analysis.id == begun),
                    Analysis.status == telling.ANSWERED,
                )
                .order_by(Analysis.id.desc())
                .limit(1)
            )
        if (source_id or first.source_id, model_id or first.model_id) != (first.source_id, first.model_id):
            message = "goes on about what it began with; leave source_id and model_id out"
            raise ValidationFailed(f"session_id: {message}", details=[FieldProblem("session_id", message)])
        kept = dict(latest.answer) if latest is not None else {}
        return begun, first.source_id, first.model_id, kept

    def _proposed(
        self, caller: Principal, question: str, known: Known
    ) -> tuple[dict[str, Any], Result | None]:
        """What the language model makes of a question that the grammar can't read, if there is one."""
        if self._language_model is None:
            return {}, None
        plan, spent = propose(question, known.vocabulary, known.today, known.source_id, self._language_model)
        cost = {"language_model": spent.as_json()}
        if plan is None:
            return cost, None
        try:
            result = self._queries.ask(caller, plan.query)
        except QueryError:
            return cost, None
        return telling.told(plan, result, known.vocabulary, plan.choices) | cost, result

    def suggestions(self, caller: Principal, source_id: int | None, model_id: int | None) -> list[str]:
        """Questions to begin with about a source or a model."""
        caller.require("analysis:run")
        return telling.examples(known_of(self._queries, caller, source_id, model_id).vocabulary)

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


def _focused(intent: Intent, focus: Mapping[str, Any] | None) -> Intent:
    """`why?` after what stood out is about that."""
    if intent.purpose != "why" or intent.stretches or focus is None:
        return intent
    start, end = (datetime.fromisoformat(focus[name]) for name in ("start", "end"))
    return replace(intent, stretches=[Stretch(start, end, focus["grain"])])
