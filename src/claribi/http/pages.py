"""Lists come in pages: parameters, order, search, and the body with its links."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from claribi.core.errors import FieldProblem, PathNotFound, ValidationFailed

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_PAGE = 2**53

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    count: int
    next: str | None
    previous: str | None
    results: list[Item]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list is wanted, in which order, of what matches `search`."""

    request: Request
    page: int
    page_size: int
    search: str
    ordering: str

    def link(self, page: int) -> str:
        """Absolute URL of another page of the same list."""
        url = self.request.url.replace(path=self.request.scope.get("claribi.path", self.request.url.path))
        return str(url.include_query_params(page=page))


async def page_request(
    request: Request,
    page: Annotated[int, Query(ge=1, le=MAX_PAGE, description="From 1.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = DEFAULT_PAGE_SIZE,
    search: Annotated[str, Query(max_length=200, description="Only what has this text in it.")] = "",
    ordering: Annotated[
        str,
        Query(max_length=50, description="A field; with a - before it, descending. Default: newest first."),
    ] = "",
) -> PageRequest:
    return PageRequest(request, page, page_size, search.strip(), ordering)


Paged = Annotated[PageRequest, Depends(page_request)]


def paginate(
    session: Session,
    statement: Select[Any],
    wanted: PageRequest,
    *,
    model: type[Any],
    search: Sequence[InstrumentedAttribute[Any]],
    ordering: Mapping[str, InstrumentedAttribute[Any]],
    present: Callable[[Any], Mapping[str, Any]],
    newest: InstrumentedAttribute[datetime] | None = None,
) -> dict[str, Any]:
    """The wanted page of `statement`'s rows.

    Args:
        model: The table that is listed; ties are broken by its id, newest first.
        search: The columns that `search` looks in.
        ordering: The fields that `ordering` may name.
        present: How a row looks to the client.
        newest: What "newest first" goes by, where that is not `created_at`.

    Raises:
        ValidationFailed: An ordering that this list doesn't have.
        PathNotFound: A page past the end.
    """
    if wanted.search:
        pattern = f"%{_escaped(wanted.search)}%"
        statement = statement.where(or_(*(column.ilike(pattern, escape="\\") for column in search)))
    offset = (wanted.page - 1) * wanted.page_size
    ordered = statement.order_by(*_order(wanted.ordering, ordering, model, newest))
    # One row more than wanted tells whether this page is the last, whose end is the count.
    rows = session.scalars(ordered.limit(wanted.page_size + 1).offset(offset)).all()
    is_last = 0 < len(rows) <= wanted.page_size or (wanted.page == 1 and not rows)
    count = offset + len(rows) if is_last else _count(session, statement, model)
    return _page(rows[: wanted.page_size], count, wanted, present)


def paginate_items(
    items: Sequence[Mapping[str, Any]], wanted: PageRequest, *, search: Sequence[str], ordering: Sequence[str]
) -> dict[str, Any]:
    """As `paginate`, for a short list that is not only rows; `items` are in the usual order.

    Args:
        search, ordering: Keys of the items.
    """
    needle = wanted.search.casefold()
    found = [item for item in items if any(needle in str(item[key]).casefold() for key in search)]
    if wanted.ordering:
        key = _known(wanted.ordering, ordering)
        found.sort(key=lambda item: str(item[key]).casefold(), reverse=wanted.ordering.startswith("-"))
    start = (wanted.page - 1) * wanted.page_size
    return _page(found[start : start + wanted.page_size], len(found), wanted, dict)


def _page(
    rows: Sequence[Any], count: int, wanted: PageRequest, present: Callable[[Any], Mapping[str, Any]]
) -> dict[str, Any]:
    pages = max(1, -(-count // wanted.page_size))
    if wanted.page > pages:
        raise PathNotFound(f"Page {wanted.page} is past the end: the list has {pages} page{'s'[: pages > 1]}")
    return {
        "count": count,
        "next": wanted.link(wanted.page + 1) if wanted.page < pages else None,
        "previous": wanted.link(wanted.page - 1) if wanted.page > 1 else None,
        "results": [present(row) for row in rows],
    }


def _count(session: Session, statement: Select[Any], model: type[Any]) -> int:
    ids = statement.with_only_columns(model.id).order_by(None)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _order(
    wanted: str,
    known: Mapping[str, InstrumentedAttribute[Any]],
    model: type[Any],
    newest: InstrumentedAttribute[datetime] | None,
) -> list[Any]:
    if not wanted:
        return [(newest if newest is not None else model.created_at).desc(), model.id.desc()]
    column = known[_known(wanted, known)]
    return [column.desc(), model.id.desc()] if wanted.startswith("-") else [column.asc(), model.id.asc()]


def _known(wanted: str, known: Collection[str]) -> str:
    """The field that an ordering names."""
    name = wanted.removeprefix("-")
    if name not in known:
        problem = FieldProblem(
            "ordering", f"must be one of {', '.join(sorted(known))}, or one of them after -"
        )
        raise ValidationFailed(f"ordering: {problem.message}", details=[problem])
    return name


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
