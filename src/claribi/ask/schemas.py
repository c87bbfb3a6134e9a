"""What the API takes and gives for questions in words."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from claribi.ask.intent import Purpose
from claribi.http.ids import Id

Level = Literal["high", "medium", "low"]


class NewAnalysis(BaseModel):
    """A question in words about a source, or about what a semantic model says of several."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=1_000, examples=["Top 5 regions by revenue in 2024"])
    source_id: Id | None = None
    model_id: Id | None = None
    session_id: Id | None = Field(
        default=None,
        description="Of an answer that the question goes on from: `and by month?`, `only in the north`.",
    )

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        named = (self.source_id is not None) + (self.model_id is not None)
        if named > 1 or (named == 0 and self.session_id is None):
            raise ValueError("give the source_id or the model_id that the question is about, or a session_id")
        return self


class Subject(BaseModel):
    """What questions are about: one of both."""

    model_config = ConfigDict(extra="forbid")

    source_id: Id | None = None
    model_id: Id | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.source_id is None) == (self.model_id is None):
            raise ValueError("give the source_id or the model_id that the questions are to be about")
        return self


class Suggestions(BaseModel):
    questions: list[str]


class Understood(BaseModel):
    text: str = Field(description="As the question says it.")
    meaning: str


class Confidence(BaseModel):
    score: float = Field(ge=0, le=1)
    level: Level
    reasons: list[str]


class ModelUse(BaseModel):
    """What asking a language model has cost, where the grammar could not read the question."""

    model: str
    requests: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost_usd: float | None
    problem: str | None


class AnalysisOut(BaseModel):
    id: int
    session_id: int = Field(description="Of the conversation; give it with the next question to go on.")
    question: str
    source_id: int | None
    model_id: int | None
    status: Literal["answered", "unclear"]
    created_at: datetime


class AnalysisDetail(AnalysisOut):
    purpose: Purpose = Field(default="answer", description="What kind of answer the question asks for.")
    text: str = Field(description="The answer in a sentence, or what was not understood.")
    understood: list[Understood]
    choices: list[str] = Field(description="What was decided where the question leaves it open.")
    confidence: Confidence
    query: dict[str, Any] | None = Field(description="The query that was asked; it can be asked again.")
    sql: str | None
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    truncated: bool
    chart: dict[str, Any] | None = Field(description="ECharts option.")
    follow_ups: list[str] = Field(description="What could be asked next.")
    evidence_id: int | None
    language_model: ModelUse | None = Field(default=None, description="Null where none was asked.")
