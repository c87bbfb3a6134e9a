import asyncio
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from claribi.core.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType
from claribi.http.multipart import BLOCK, read_form

BOUNDARY = b"b0und4ry"


class Kept:
    """Keeps files in memory; refuses what is longer than `allowed` bytes."""

    def __init__(self, allowed: int = 10 * BLOCK) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.open_count = 0
        self._allowed = allowed

    def open(self, filename: str) -> None:
        self.files.append((filename, b""))
        self.open_count += 1

    def write(self, block: bytes) -> None:
        name, content = self.files[-1]
        self.files[-1] = name, content + block
        if len(self.files[-1][1]) > self._allowed:
            raise PayloadTooLarge("too large")

    def close(self) -> None:
        self.open_count -= 1


def form(*parts: tuple[str, bytes]) -> bytes:
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY, head.encode(), content)
        for head, content in parts
    )
    return body + b"--%s--\r\n" % BOUNDARY


def read(body: bytes, files: Kept, cuts: list[int] = (), kind: str = "") -> dict[str, str]:
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    chunks = [body[a:b] for a, b in pairwise(edges)]
    left = iter(chunks)
    sent = 0

    async def receive() -> dict:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": next(left), "more_body": sent < len(chunks)}

    headers = [(b"content-type", (kind or f"multipart/form-data; boundary={BOUNDARY.decode()}").encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    texts = asyncio.run(read_form(request, files))
    assert sent == len(chunks)
    return texts


CONTENT = st.lists(
    st.sampled_from([b"a", b"\r\n", b"--", BOUNDARY, b"\r\n--" + BOUNDARY[:4], b"\0", b"\xff"])
).map(b"".join)


@given(
    contents=st.lists(CONTENT.filter(lambda c: b"--" + BOUNDARY not in c), max_size=4),
    name=st.text(st.characters(exclude_characters='"\\\r\n', exclude_categories=["Cs"]), max_size=9),
    cuts=st.lists(st.integers(0, 5000), max_size=12),
)
def test_contents_arrive_as_they_were_sent_however_the_body_is_cut(contents, name, cuts):
    kept = Kept()
    parts = [(f'name="file"; filename="{name}{i}.csv"', content) for i, content in enumerate(contents)]
    texts = read(form(('name="name"', "Zürich".encode()), *parts), kept, cuts)
    assert texts == {"name": "Zürich"}
    assert kept.files == [(f"{name}{i}.csv", content) for i, content in enumerate(contents)]
    assert kept.open_count == 0


def test_large_contents_go_on_in_blocks_while_texts_follow():
    content = random.Random(7).randbytes(3 * BLOCK + 17)
    kept = Kept()
    body = form(('name="file"; filename="a.bin"', content), ('name="description"', b"later"))
    assert read(body, kept, list(range(0, len(body), 60_000))) == {"description": "later"}
    assert kept.files == [("a.bin", content)]


def test_a_refused_file_is_told_after_the_whole_body():
    with pytest.raises(PayloadTooLarge):
        # `read` sees to it that everything was taken.
        read(form(('name="file"; filename="a"', b"x" * 4 * BLOCK)), Kept(allowed=BLOCK), [BLOCK, 3 * BLOCK])


def test_files_in_other_fields_are_passed_over():
    kept = Kept()
    assert read(form(('name="logo"; filename="a.png"', b"x"), ('name="file"; filename=""', b"y")), kept) == {}
    assert kept.files == [("upload", b"y")]


@pytest.mark.parametrize(
    "body",
    [
        form(("filename=nameless", b"x")),
        form(('name="text"', b"x" * (BLOCK + 1))),
        form(*[(f'name="t{i}"', b"x") for i in range(30)]),
        b"no form at all",
        form(('name="file"; filename="cut.csv"', b"x"))[:-20],
    ],
)
def test_a_form_that_cannot_be_read_is_refused(body):
    with pytest.raises(BadRequest):
        read(body, Kept())


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 500])
def test_a_form_needs_a_boundary(kind):
    with pytest.raises(BadRequest):
        read(form(("name=a", b"x")), Kept(), kind=kind)


@pytest.mark.parametrize("kind", ["text/csv", "multipart/mixed; boundary=x"])
def test_what_is_no_form_is_refused(kind):
    with pytest.raises(UnsupportedMediaType):
        read(b"x", Kept(), kind=kind)
