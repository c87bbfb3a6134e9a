"""Forms with files, whose contents go straight to where they are kept."""

import asyncio
from typing import TYPE_CHECKING, Protocol, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from claribi.core.errors import BadRequest, ClaribiError, UnsupportedMediaType

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# Contents are handed on in blocks of about this size: small ones cost a change of threads each.
BLOCK = 1024 * 1024
LONGEST_FIELD = 1024 * 1024
MAX_FIELDS = 20


class Files(Protocol):
    """Takes files one after another. What it raises is told when the whole body has been read."""

    def open(self, filename: str) -> None: ...

    def write(self, block: bytes) -> None: ...

    def close(self) -> None: ...


async def read_form(request: Request, files: Files, *, field: str = "file") -> dict[str, str]:
    """The form's texts by their names, once its files have gone to `files`.

    The body is read to its end even when a file is refused: most clients don't look at an answer before they
    have sent everything.

    Args:
        field: The name of the parts that are files; files in others are passed over.

    Raises:
        UnsupportedMediaType: The body is no form.
        BadRequest: The form can't be read, or has too much text in it.
        ClaribiError: Whatever `files` refuses.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise UnsupportedMediaType("Send the files as multipart/form-data, in the field file")
    if not (boundary := options.get(b"boundary")):
        raise BadRequest("The form can't be read: its type names no boundary")
    form = _Form(field)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async with _Writer(files) as writer:
            async for chunk in request.stream():
                parser.write(chunk)
                if steps := form.taken():
                    await writer.take(steps)
            form.finish()
    except FormParserError as error:
        raise BadRequest(f"The form can't be read: {error}") from None
    if writer.refused is not None:
        raise writer.refused
    return form.texts


# What a file meets: its name, None; None, a block of it; at its end twice None.
Step = tuple[str | None, bytes | None]


class _Writer:
    """Does what is to be done with files in a thread, while more of the body comes in."""

    def __init__(self, files: Files) -> None:
        self.refused: ClaribiError | None = None
        self._files = files
        self._busy: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._rest()

    async def take(self, steps: list[Step]) -> None:
        await self._rest()
        if self.refused is None:
            self._busy = asyncio.create_task(run_in_threadpool(self._perform, steps))

    async def _rest(self) -> None:
        if self._busy is not None:
            busy, self._busy = self._busy, None
            await busy

    def _perform(self, steps: list[Step]) -> None:
        try:
            for name, block in steps:
                if name is not None:
                    self._files.open(name)
                elif block is not None:
                    self._files.write(block)
                else:
                    self._files.close()
        except ClaribiError as error:
            self.refused = error


class _Form:
    """Gathers what the parser meets."""

    def __init__(self, field: str) -> None:
        self.texts: dict[str, str] = {}
        self._field = field
        self._steps: list[Step] = []
        self._header, self._value, self._disposition = b"", b"", b""
        self._name, self._is_file, self._is_kept = "", False, False
        self._parts: list[bytes] = []
        self._size = 0
        self._is_whole = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._start,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    def finish(self) -> None:
        """Refuse a body that ends before the form does."""
        if not self._is_whole:
            raise FormParserError("it is cut off")

    def taken(self) -> list[Step]:
        """What is to be done with files; nothing until it is worth it."""
        if not any(block is None for _, block in self._steps) and self._size < BLOCK:
            return []
        if self._is_file:
            self._flush()
        steps, self._steps = self._steps, []
        return steps

    def _whole(self) -> None:
        self._is_whole = True

    def _begin(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _start(self) -> None:
        _, options = parse_options_header(self._disposition.decode("latin-1"))
        if b"name" not in options:
            raise FormParserError("a part has no name")
        self._name = _decoded(options[b"name"])
        self._is_file = b"filename" in options
        self._is_kept = self._is_file and self._name == self._field
        if self._is_kept:
            self._steps.append((_decoded(options[b"filename"]) or "upload", None))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and not self._is_kept:
            return
        self._parts.append(data[start:end])
        self._size += end - start
        if not self._is_file and self._size > LONGEST_FIELD:
            raise FormParserError(f"{self._name} is longer than a text may be here")

    def _end(self) -> None:
        if self._is_kept:
            self._flush()
            self._steps.append((None, None))
        elif not self._is_file:
            self.texts[self._name] = _decoded(b"".join(self._parts))
            if len(self.texts) > MAX_FIELDS:
                raise FormParserError("it has too many fields")
        self._parts, self._size = [], 0

    def _flush(self) -> None:
        if self._parts:
            self._steps.append((None, b"".join(self._parts)))
        self._parts, self._size = [], 0


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")
