"""What changed between two versions of the API's document, and which of it would break a client.

What a client sends may become freer, never stricter; what it gets may become richer, never poorer.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
# For what a client sends: a larger value of these is freer, or a smaller one is.
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")


@dataclass
class Changes:
    """One sentence for each change."""

    breaking: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def compare(old: Schema, new: Schema) -> Changes:
    """The changes from one document to the other."""
    found = Changes(list(_Comparison(old, new).run()))
    if not found.breaking and old != new:
        found.others = [*_added(old, new)] or ["descriptions, examples or the order of things"]
    return found


def _added(old: Schema, new: Schema) -> Iterator[str]:
    for path, operations in new["paths"].items():
        for method in operations:
            if method not in old["paths"].get(path, {}):
                yield f"new: {method.upper()} {path}"


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()

    def run(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            for method, operation in operations.items():
                label = f"{method.upper()} {path}"
                successor = self.new["paths"].get(path, {}).get(method)
                if successor is None:
                    yield f"{label} is gone"
                else:
                    yield from self._operation(label, operation, successor)

    def _operation(self, label: str, old: Schema, new: Schema) -> Iterator[str]:
        if old.get("x-permission") != new.get("x-permission"):
            yield f"{label} needs the permission {new.get('x-permission')}, not {old.get('x-permission')}"
        yield from self._parameters(label, old, new)
        yield from self._request(label, old.get("requestBody", {}), new.get("requestBody", {}))
        for code, answer in old["responses"].items():
            successor = new["responses"].get(code)
            if successor is None:
                yield from [f"{label} no longer answers {code}"] if code.startswith("2") else []
                continue
            before, after = _resolved(answer, self.old), _resolved(successor, self.new)
            yield from self._content(f"{label}, answer {code}", before, after, sent=False)

    def _parameters(self, label: str, old: Schema, new: Schema) -> Iterator[str]:
        before = {(p["in"], p["name"]): p for p in old.get("parameters", [])}
        after = {(p["in"], p["name"]): p for p in new.get("parameters", [])}
        for (place, name), parameter in after.items():
            if parameter.get("required") and not before.get((place, name), {}).get("required"):
                yield f"{label} needs the {place} parameter {name}"
        for (place, name), parameter in before.items():
            if (place, name) not in after:
                yield f"{label} has no {place} parameter {name} any more"
            else:
                where = f"{label}, parameter {name}"
                yield from self._schema(where, parameter["schema"], after[place, name]["schema"], sent=True)

    def _request(self, label: str, old: Schema, new: Schema) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{label} needs a body"
        yield from self._content(f"{label}, body", old, new, sent=True)

    def _content(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        for media, body in old.get("content", {}).items():
            if media not in new.get("content", {}):
                yield f"{where}: no {media} any more"
            else:
                after = new["content"][media].get("schema", {})
                yield from self._schema(where, body.get("schema", {}), after, sent=sent)

    def _schema(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        key = (json.dumps(old, sort_keys=True), json.dumps(new, sort_keys=True), sent)
        if key in self.seen:
            return
        self.seen.add(key)
        old, new = _resolved(old, self.old), _resolved(new, self.new)
        if "anyOf" in old or "anyOf" in new:
            yield from self._options(where, old, new, sent=sent)
            return
        if _types(old) != _types(new) and not (sent and not _types(new)):
            yield f"{where}: {_named(old)} became {_named(new)}"
            return
        yield from _values(where, old, new, sent=sent)
        yield from self._properties(where, old, new, sent=sent)
        if "items" in old and "items" in new:
            yield from self._schema(f"{where}[]", old["items"], new["items"], sent=sent)

    def _options(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        """Each kind that was taken is still taken; no kind comes that never came before."""
        before = {_named(_resolved(o, self.old)): o for o in old.get("anyOf", [old])}
        after = {_named(_resolved(o, self.new)): o for o in new.get("anyOf", [new])}
        for name in before.keys() - after.keys() if sent else after.keys() - before.keys():
            yield f"{where}: {name} is {'no longer taken' if sent else 'a new kind of value'}"
        for name in before.keys() & after.keys():
            yield from self._schema(where, before[name], after[name], sent=sent)

    def _properties(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed = set(new.get("required", ())) - set(old.get("required", ()))
        sure = set(old.get("required", ())) - set(new.get("required", ()))
        if sent:
            yield from (f"{where}: {name} has to be sent" for name in sorted(needed))
        else:
            yield from (f"{where}: {name} need not come any more" for name in sorted(sure & after.keys()))
        for name, part in before.items():
            if name not in after:
                yield f"{where}: {name} is gone"
            else:
                yield from self._schema(f"{where}.{name}", part, after[name], sent=sent)


def _values(where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
    """Choices and limits."""
    if not sent:
        return
    if "enum" in new or "const" in new:
        gone = set(map(str, _choices(old))) - set(map(str, _choices(new)))
        if gone or not _choices(old):
            yield f"{where}: {', '.join(sorted(gone)) or 'any other value'} is no longer taken"
    if new.get("pattern") not in {None, old.get("pattern")}:
        yield f"{where}: has to match {new['pattern']}"
    for names, stricter in ((UPPER, lambda a, b: b < a), (LOWER, lambda a, b: b > a)):
        for name in names:
            if name in new and (name not in old or stricter(old[name], new[name])):
                yield f"{where}: {name} is {new[name]}, was {old.get(name, 'open')}"


def _choices(schema: Schema) -> list[Any]:
    return schema.get("enum", [schema["const"]] if "const" in schema else [])


def _resolved(schema: Schema, document: Schema) -> Schema:
    """What a reference leads to."""
    while "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        schema = document["components"][kind][name]
    return schema


def _types(schema: Schema) -> frozenset[str]:
    kinds = schema.get("type", ())
    return frozenset([kinds] if isinstance(kinds, str) else kinds)


def _named(schema: Schema) -> str:
    if schema.get("type") == "object" and "title" in schema:
        return str(schema["title"])
    if "const" in schema:
        return repr(schema["const"])
    return " or ".join(sorted(_types(schema))) or "anything"
