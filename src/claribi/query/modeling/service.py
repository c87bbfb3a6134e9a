"""Semantic models of an organisation: kept, guessed from the catalog, bound to their sources."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, NotFound, QueryError, ValidationFailed
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.query.modeling.models import SemanticModel
from claribi.query.modeling.schemas import Model
from claribi.sources.service import Catalog, Sources

if TYPE_CHECKING:
    from claribi.query.modeling.bound import Bound

Check = Callable[[SemanticModel], None]


class Models:
    """Who may read sources may read models; who may change sources may change models."""

    def __init__(self, database: Database, sources: Sources) -> None:
        self._database = database
        self._sources = sources

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                select(SemanticModel),
                page,
                model=SemanticModel,
                search=[SemanticModel.name, SemanticModel.description],
                ordering={
                    "name": SemanticModel.name,
                    "created_at": SemanticModel.created_at,
                    "updated_at": SemanticModel.updated_at,
                },
                present=_present,
            )

    def get(self, caller: Principal, model_id: str | int) -> SemanticModel:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return _find(session, model_id)

    def named(self, caller: Principal, name: str) -> SemanticModel | None:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return session.scalar(select(SemanticModel).where(SemanticModel.name == name))

    def create(self, caller: Principal, model: Model) -> SemanticModel:
        """Keep a model; its tables must be there."""
        caller.require("data_sources:create")
        self.bound(caller, model)
        with self._database.write(caller.organization_id) as session:
            _check_free(session, model.name, None)
            kept = SemanticModel(
                name=model.name,
                description=model.description,
                document=model.model_dump(mode="json"),
                created_by=caller.user_id,
            )
            session.add(kept)
            session.flush()
            _note(session, caller, "model.created", kept)
            return kept

    def replace(self, caller: Principal, model_id: str | int, model: Model, check: Check) -> SemanticModel:
        caller.require("data_sources:update")
        self.bound(caller, model)
        with self._database.write(caller.organization_id) as session:
            kept = _find(session, model_id)
            check(kept)
            _check_free(session, model.name, kept.id)
            kept.name, kept.description = model.name, model.description
            kept.document = model.model_dump(mode="json")
            _note(session, caller, "model.changed", kept)
            session.flush()
            return kept

    def delete(self, caller: Principal, model_id: str, check: Check) -> int:
        caller.require("data_sources:delete")
        with self._database.write(caller.organization_id) as session:
            kept = _find(session, model_id)
            check(kept)
            _note(session, caller, "model.deleted", kept)
            session.delete(kept)
            return kept.id

    def guess(self, caller: Principal, name: str, source_ids: Sequence[int]) -> Model:
        """A first model of these sources; nothing is stored."""
        caller.require("data_sources:read")
        from claribi.query.modeling.guess import guess  # noqa: PLC0415 - sqlglot is slow to import

        return guess(name, list(self.catalogs(caller, set(source_ids)).values()))

    def read_text(self, caller: Principal, text: str, source_id: int | None) -> Model:
        """The model in a text; nothing is stored."""
        caller.require("data_sources:read")
        from claribi.query.modeling import documents, ossie  # noqa: PLC0415 - sqlglot is slow to import

        document = documents.loaded(text)
        if ossie.is_ossie(document):
            if source_id is None:
                message = "say whose tables the document is about"
                raise ValidationFailed(message, details=[FieldProblem("source_id", message)])
            return ossie.from_ossie(document, self._sources.catalog(caller, source_id))
        # Of several with one name the oldest.
        ids = {name: source_id for source_id, name in reversed(self._sources.names(caller).items())}
        return documents.from_document(document, ids)

    def export_text(self, caller: Principal, model_id: str | int, wanted: str) -> str:
        """A model as YAML: `claribi` for our own, `ossie` for the interchange format."""
        from claribi.query.modeling import documents, ossie  # noqa: PLC0415 - sqlglot is slow to import

        model = self.document(caller, model_id)
        if wanted == "ossie":
            return ossie.to_ossie(self.bound(caller, model))
        names = self._sources.names(caller)
        return documents.to_yaml(model, names)

    def document(self, caller: Principal, model_id: str | int) -> Model:
        return Model.model_validate(self.get(caller, model_id).document)

    def bound(self, caller: Principal, model: Model) -> "Bound":
        """A model with its tables looked up.

        Raises:
            ValidationFailed: A source, table or column is not there.
        """
        from claribi.query.modeling.bound import Bound  # noqa: PLC0415 - sqlglot is slow to import

        try:
            return Bound(model, self.catalogs(caller, {table.source_id for table in model.tables}))
        except (QueryError, NotFound) as error:
            raise ValidationFailed(error.message, details=[FieldProblem("tables", error.message)]) from None

    def catalogs(self, caller: Principal, source_ids: Sequence[int] | set[int]) -> dict[int, Catalog]:
        return {source_id: self._sources.catalog(caller, source_id) for source_id in sorted(source_ids)}


def _present(kept: SemanticModel) -> dict[str, Any]:
    document = kept.document
    return {
        "id": kept.id,
        "name": kept.name,
        "description": kept.description,
        "table_count": len(document["tables"]),
        "metric_count": len(document["metrics"]),
        "created_at": kept.created_at,
        "updated_at": kept.updated_at,
    }


def present(kept: SemanticModel) -> dict[str, Any]:
    """A model in detail."""
    return _present(kept) | {"model": kept.document}


def _find(session: Session, model_id: str | int) -> SemanticModel:
    return find(session, SemanticModel, "Model", model_id)


def _check_free(session: Session, name: str, own: int | None) -> None:
    other = session.scalar(select(SemanticModel.id).where(SemanticModel.name == name))
    if other is not None and other != own:
        raise Conflict(f"There is a model called {name} already")


def _note(session: Session, caller: Principal, action: str, kept: SemanticModel) -> None:
    audit.record(session, action, "model", kept.id, by=caller, changes=audit.diff(kept), name=kept.name)
