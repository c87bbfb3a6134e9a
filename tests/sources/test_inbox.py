"""Files on their way in: whole ones are kept, others leave nothing."""

import hashlib
import io
import os
import time

import pytest

from claribi.core.blobs import BlobStore
from claribi.core.errors import PayloadTooLarge, ValidationFailed
from claribi.sources.inbox import ABANDONED_SECONDS, MAX_FILES, Inbox, drop_abandoned


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path)


def inbox(blobs, allowed=100):
    return Inbox(blobs, 7, 8, allowed=allowed)


def stored(blobs):
    return sorted(path.name for path in blobs.root.rglob("*") if path.is_file())


def test_whole_files_are_kept_counted_and_hashed(blobs):
    with inbox(blobs) as taken:
        taken.add("a.csv", io.BytesIO(b"one")).add("b.json", io.BytesIO(b"two"))
    assert [(file["name"], file["size"]) for file in taken.files] == [("a.csv", 3), ("b.json", 3)]
    assert [blobs.path(file["key"]).read_bytes() for file in taken.files] == [b"one", b"two"]
    assert (taken.engine, taken.stem) == ("csv", "a")
    assert taken.content_hash == hashlib.sha256(b"onetwo").hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("b.csv", b"x" * 101, PayloadTooLarge),
        ("b.csv", b"", ValidationFailed),
        ("b.exe", b"x", ValidationFailed),
    ],
)
def test_a_refused_file_takes_the_others_along(blobs, name, content, error):
    with pytest.raises(error), inbox(blobs) as taken:
        taken.add("a.csv", io.BytesIO(b"one")).add(name, io.BytesIO(content))
    assert stored(blobs) == []


def test_there_are_no_more_files_than_a_form_may_have(blobs):
    taken = inbox(blobs)
    for number in range(MAX_FILES):
        taken.add(f"{number}.csv", io.BytesIO(b"x"))
    with pytest.raises(ValidationFailed), taken:
        taken.open("more.csv")
    assert stored(blobs) == []


def test_what_nobody_sends_on_is_dropped_after_a_day(blobs):
    taken = inbox(blobs).add("whole.csv", io.BytesIO(b"x"))
    part = blobs.path(taken.files[0]["key"]).with_name("left.part")
    part.write_bytes(b"as a server that was killed leaves it")
    assert drop_abandoned(blobs) == 0
    long_ago = time.time() - ABANDONED_SECONDS - 1
    for path in (part, blobs.path(taken.files[0]["key"])):
        os.utime(path, (long_ago, long_ago))
    assert drop_abandoned(blobs) == 1
    assert not part.exists()
    whole = blobs.path(taken.files[0]["key"])
    assert whole.exists()
    whole.unlink()
    assert drop_abandoned(blobs) == 0
    assert whole.parent.exists()
    os.utime(whole.parent, (long_ago, long_ago))
    drop_abandoned(blobs)
    assert not whole.parent.exists()
