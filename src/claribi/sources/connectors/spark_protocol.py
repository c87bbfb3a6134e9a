"""Spark Connect's messages, as many of them as reading needs, with the numbers that its protocol gives them.

Spark's own client brings pandas and pyarrow, resolves names by itself and holds whole answers; a channel of
gRPC and these few messages do without (spark/connect/base.proto and those beside it, since Spark 3.5).
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "/spark.connect.SparkConnectService/"
PACKAGE = "claribi.spark"
# Fields by number; a list holds several.
Fields = Mapping[str, tuple[int, str | list[str]]]
_SESSION: Fields = {"session_id": (1, "string"), "user_context": (2, "UserContext")}
MESSAGES: Mapping[str, Fields] = {
    "UserContext": {"user_id": (1, "string")},
    "KeyValue": {"key": (1, "string"), "value": (2, "string")},
    "Empty": {},
    "DataType": {"null": (1, "Empty"), "string": (11, "Empty")},
    "Decimal": {"value": (1, "string"), "precision": (2, "int32"), "scale": (3, "int32")},
    "Array": {"element_type": (1, "DataType"), "elements": (2, ["Literal"])},
    "Literal": {
        "null": (1, "DataType"),
        "boolean": (3, "bool"),
        "long": (7, "int64"),
        "double": (11, "double"),
        "decimal": (12, "Decimal"),
        "string": (13, "string"),
        "date": (16, "int32"),
        "timestamp": (17, "int64"),
        "array": (22, "Array"),
    },
    "Expression": {"literal": (1, "Literal")},
    "Sql": {"query": (1, "string"), "pos_arguments": (5, ["Expression"])},
    "Relation": {"sql": (10, "Sql")},
    "Plan": {"root": (1, "Relation")},
    "ExecutePlanRequest": {**_SESSION, "plan": (3, "Plan"), "operation_id": (6, "string")},
    "ArrowBatch": {"row_count": (1, "int64"), "data": (2, "bytes")},
    "ExecutePlanResponse": {"arrow_batch": (2, "ArrowBatch")},
    "Set": {"pairs": (1, ["KeyValue"])},
    "Operation": {"set": (1, "Set")},
    "ConfigRequest": {**_SESSION, "operation": (3, "Operation")},
    "ConfigResponse": {},
    "AnalyzePlanRequest": {**_SESSION, "spark_version": (10, "Empty")},
    "SparkVersion": {"version": (1, "string")},
    "AnalyzePlanResponse": {"spark_version": (8, "SparkVersion")},
    "InterruptRequest": {**_SESSION, "interrupt_type": (4, "int32"), "operation_id": (6, "string")},
    "InterruptResponse": {"interrupted_ids": (2, ["string"])},
    "ReleaseSessionRequest": _SESSION,
    "ReleaseSessionResponse": {},
}
# The kind of interruption that stops one operation.
BY_OPERATION = 3


def _described() -> Any:
    """The messages as protobuf wants to be told of them.

    As proto2, where a value that is there is sent, be it 0 or empty: a literal must be.
    """
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name=f"{PACKAGE}.proto", package=PACKAGE, syntax="proto2")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, given) in fields.items():
            kind = given[0] if isinstance(given, list) else given
            label = kinds.LABEL_REPEATED if isinstance(given, list) else kinds.LABEL_OPTIONAL
            made = message.field.add(name=field, number=number, label=label)
            if kind in MESSAGES:
                made.type, made.type_name = kinds.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
            else:
                made.type = getattr(kinds, f"TYPE_{kind.upper()}")
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_described())
_CLASSES = {
    name: message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))
    for name in MESSAGES
}


def message(name: str) -> Any:
    """The class of a message."""
    return _CLASSES[name]
