"""What a child process and its parent say to each other: msgpack, behind the length in four bytes."""

import struct
from typing import Any

import msgspec

HEADER = struct.Struct("!I")


class Ready(msgspec.Struct, tag="ready"):
    """The first word of a child; `refused` names the walls that its kernel doesn't have."""

    refused: list[str]


class Progress(msgspec.Struct, tag="progress"):
    value: Any


class Reply(msgspec.Struct, tag="reply"):
    value: Any


class Failure(msgspec.Struct, tag="failure"):
    """An error: the name of its class in `core/errors.py`, or none for a mistake of ours."""

    kind: str
    message: str


Frame = Ready | Progress | Reply | Failure


def pack(message: Any) -> tuple[bytes, bytes]:
    body = msgspec.msgpack.encode(message)
    return HEADER.pack(len(body)), body
