"""What goes in and out of the reports wing."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from claribi.analysis.thresholds import Threshold
from claribi.http.ids import Id
from claribi.query.schemas import Filter
from claribi.reports.document import SectionKey

Format = Literal["pdf", "html", "xlsx", "pptx", "csv", "json", "md"]
RunStatus = Literal["pending", "generating", "completed", "failed", "cancelled"]
ReportStatus = Literal["draft", "pending", "generating", "completed", "failed", "cancelled"]
SECTIONS: list[SectionKey] = [
    "executive_summary",
    "key_metrics",
    "findings",
    "recommendations",
    "data_quality",
    "methodology",
    "appendix",
]
# Of a report about an answered question.
ANSWERED: list[SectionKey] = ["answer", "findings", "data_quality", "methodology", "appendix"]
MAX_WAIT_SECONDS = 60
MOST_EDITS = 100


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class LastSpan(Incoming):
    n: int = Field(ge=1, le=1000)
    unit: Literal["day", "week", "month", "quarter", "year"]


class ReportPeriod(Incoming):
    """Either both ends, included, or the last n units that the data have."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    last: LastSpan | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        ends = self.start is not None and self.end is not None
        if ends == (self.last is not None) or (self.start is None) != (self.end is None):
            raise ValueError("give either from and to, or last")
        if self.start and self.end and self.start > self.end:
            raise ValueError("from must not be after to")
        return self


def _each_once(sections: list[SectionKey]) -> list[SectionKey]:
    if len(set(sections)) < len(sections):
        raise ValueError("name each section once")
    return sections


Sections = Annotated[
    list[SectionKey], Field(min_length=1, max_length=len(get_args(SectionKey))), AfterValidator(_each_once)
]


TemplateId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        description="The id of a report template; it decides what the report doesn't say itself.",
        examples=["executive_summary"],
    ),
]
NoteKey = Literal[
    "report",
    "answer",
    "executive_summary",
    "key_metrics",
    "findings",
    "recommendations",
    "data_quality",
    "methodology",
    "appendix",
]
NoteText = Annotated[str, Field(max_length=5000)]


Filters = Annotated[
    list[Filter],
    Field(
        max_length=20,
        description="Only rows that meet all of these conditions are looked at; as in queries.",
        examples=[[{"column": "region", "operator": "=", "value": "North"}]],
    ),
]


Thresholds = Annotated[
    list[Threshold],
    Field(
        max_length=20,
        description="What measures are held against period by period; the report tells first how often and "
        "when they were beyond.",
        examples=[[{"column": "revenue", "below": 10000, "grain": "month"}]],
    ),
]


SentenceKey = Annotated[str, Field(min_length=1, max_length=1000)]
EditText = Annotated[str, Field(max_length=2000)]


class ChangedReport(Incoming):
    title: str | None = Field(default=None, min_length=1, max_length=300)
    table: str | None = Field(default=None, max_length=200)
    question: str | None = Field(default=None, max_length=2000)
    period: ReportPeriod | None = None
    filters: Filters | None = None
    thresholds: Thresholds | None = None
    sections: Sections | None = None
    output_format: Format | None = None
    template: TemplateId | None = None
    notes: dict[NoteKey, NoteText | None] | None = Field(
        default=None,
        description="Words of your own for a section, or for the whole report; they stand in it from its "
        "next generation on. Notes that are not named stay; null takes one away.",
        examples=[{"findings": "The fair moved to May this year."}],
    )
    edits: dict[SentenceKey, EditText | None] | None = Field(
        default=None,
        max_length=MOST_EDITS,
        description="Words of your own in the place of generated sentences, by their keys (`keys` of a "
        "paragraph). They stand in the report from its next generation on, as long as it finds the same, and "
        "with what the figures say where these have changed since. Others stay; null takes one away.",
        examples=[{"trend:sum_revenue::1": "Revenue has grown since we opened the second shop."}],
    )


class NewReport(Incoming):
    title: str = Field(min_length=1, max_length=300)
    source_id: Id | None = None
    dashboard_id: Id | None = None
    analysis_id: Id | None = Field(
        default=None,
        description="A question of yours that was answered: the report has its answer from the data as they "
        "are when it is generated, the query behind it, and the findings about the same rows. Question, "
        "table and period are those of the question.",
    )
    table: str | None = Field(default=None, max_length=200)
    question: str | None = Field(default=None, max_length=2000)
    period: ReportPeriod | None = None
    filters: Filters = Field(default_factory=list)
    thresholds: Thresholds = Field(default_factory=list)
    sections: Sections = Field(default_factory=lambda: list(SECTIONS))
    output_format: Format = "pdf"
    template: TemplateId | None = None

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        if sum(named is not None for named in (self.source_id, self.dashboard_id, self.analysis_id)) != 1:
            raise ValueError("give either source_id or dashboard_id, or analysis_id")
        if self.analysis_id is not None and (self.table or self.question or self.period):
            raise ValueError("table, question and period are those of the answered question; leave them out")
        return self


class Generate(Incoming):
    wait: float = Field(default=0, ge=0, le=MAX_WAIT_SECONDS, description="Seconds to hold the answer.")


class NewGeneratedReport(NewReport):
    wait: float = Field(default=0, ge=0, le=MAX_WAIT_SECONDS, description="Seconds to hold the answer.")


class LanguageModelUse(BaseModel):
    """What a language model did for a run: it may order findings and word sentences; each is checked."""

    model: str
    requests: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost_usd: float | None = Field(description="At list price; null where that is not known.")
    problem: str | None = Field(description="Why its answer was done without.")
    sentences_proposed: int
    sentences_kept: int


class RunOut(BaseModel):
    id: int
    report_id: int
    status: RunStatus
    progress: int = Field(description="0 to 100.")
    stage: str
    error: str | None
    language_model: LanguageModelUse | None = None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ReportOut(BaseModel):
    id: int
    title: str
    status: ReportStatus
    source_id: int | None
    dashboard_id: int | None
    analysis_id: int | None = Field(description="The answered question that it is about.")
    table: str | None
    question: str | None
    period: dict[str, Any] | None
    filters: list[Filter]
    thresholds: list[Threshold]
    output_format: Format
    template: str | None
    notes: dict[str, str] = Field(description="What people wrote, by section, or for the whole report.")
    withheld: bool = Field(
        description="Access rules keep it from you: what people wrote in it is left out here."
    )
    generated_at: datetime | None
    created_at: datetime
    updated_at: datetime


class SectionOut(BaseModel):
    key: SectionKey
    title: str
    blocks: list[dict[str, Any]]


class EditOut(BaseModel):
    text: str
    has_place: bool | None = Field(
        description="Whether the latest completed run found what it is about; null before the first."
    )
    is_outdated: bool = Field(description="The figures behind it have changed since it was written.")


class ReportDetail(ReportOut):
    section_keys: list[SectionKey]
    language: str | None = Field(description="Of the sections; null before there are any.", examples=["en"])
    sections: list[SectionOut] = Field(description="Of the latest completed run; empty before the first.")
    edits: dict[str, EditOut] = Field(
        description="What people wrote in the place of generated sentences, by their keys."
    )
    figures: dict[str, dict[str, Any]] = Field(description="The figures that the sections refer to, by id.")
    latest_run: RunOut | None


class FigureOut(BaseModel):
    id: str
    text: str = Field(description="Exactly as the reader sees it.")
    value: float | int | str | None
    unit: str | None
    evidence_id: int
    row: int | None
    column: str | None
    formula: str
    arguments: dict[str, Any]


class QueryOut(BaseModel):
    evidence_id: int
    sql: str
    parameters: dict[str, Any]
    source_id: int
    data_version: str
    executed_at: str


class EvidenceOut(BaseModel):
    figures: list[FigureOut]
    queries: list[QueryOut]


class FailingFigure(BaseModel):
    id: str
    text: str
    value: float | int | str | None
    recomputed: float | int | str | None
    reason: str


class Verification(BaseModel):
    checked: int
    holding: int
    failing: list[FailingFigure]
