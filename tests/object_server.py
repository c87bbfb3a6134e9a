"""Stand-ins for the object stores of Google and Microsoft, which can't be run here.

They answer the requests that are documented for listing and reading, check signatures with code that is not
ours (botocore's) or written from the documentation, and know no more of those stores.
"""

import base64
import hashlib
import hmac
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

Answer = tuple[int, dict[str, str], bytes]


class Store(http.server.ThreadingHTTPServer):
    """A bucket.

    Attributes:
        files: Content by key.
        page: How many keys a listing has at most.
        meddle: May answer a request in the place of the store; gets its path and parameters.
    """

    daemon_threads = True
    bucket = "shop"
    key_id, secret = "GOOG1EXAMPLE", "bucket-secret-4713"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.page = 1000
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.meddle: Callable[[str, dict[str, str]], Answer | None] = lambda *_: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def read(self) -> list[str]:
        """The keys that were read, oldest first."""
        paths = [unquote(urlsplit(path).path) for path, _ in self.asked]
        return [path.removeprefix(f"/{self.bucket}/") for path in paths if path != f"/{self.bucket}"]

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = unquote(parts.path)
        if (meddled := self.meddle(path, asked)) is not None:
            return meddled
        if refused := self.refused(target, headers, asked):
            return self.refusal(403, refused)
        if path == f"/{self.bucket}":
            return 200, {"Content-Type": "application/xml"}, self.listing(asked).encode()
        if not path.startswith(f"/{self.bucket}/"):
            return self.refusal(404, "NoSuchBucket")
        content = self.files.get(path.removeprefix(f"/{self.bucket}/"))
        if content is None:
            return self.refusal(404, "NoSuchKey")
        return 200, {"ETag": f'"{etag(content)}"'}, content

    def refused(self, target: str, headers: dict[str, str], asked: dict[str, str]) -> str:
        """The code of a refusal; empty where the signature is right."""
        proof = headers.get("authorization", "")
        if not proof:
            return "AccessDenied"
        scope = proof.partition("Credential=")[2].partition(",")[0].split("/")
        signed = proof.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        auth = S3SigV4Auth(Credentials(self.key_id, self.secret), "s3", scope[2])
        request = AWSRequest("GET", self.url + target, headers={name: headers[name] for name in signed})
        request.context["timestamp"] = headers["x-amz-date"]
        wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        if scope[0] != self.key_id:
            return "InvalidAccessKeyId"
        return "" if proof.endswith(f"Signature={wanted}") else "SignatureDoesNotMatch"

    def refusal(self, status: int, code: str) -> Answer:
        return status, {}, f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()

    def listing(self, asked: dict[str, str]) -> str:
        assert asked["list-type"] == "2"
        keys, following = self.part(asked["prefix"], asked.get("continuation-token", ""))
        listed = "".join(
            f"<Contents><Key>{escape(key)}</Key><ETag>&quot;{etag(self.files[key])}&quot;</ETag>"
            f"<Size>{len(self.files[key])}</Size></Contents>"
            for key in keys
        )
        more = f"<NextContinuationToken>{following}</NextContinuationToken>" if following else ""
        return f'<ListBucketResult xmlns="http://doc.s3.amazonaws.com/2006-03-01">{listed}{more}</ListBucketResult>'

    def part(self, prefix: str, following: str) -> tuple[list[str], str]:
        start = int(following.removeprefix("from+/=") or 0)
        keys = sorted(key for key in self.files if key.startswith(prefix))
        end = start + self.page
        return keys[start:end], f"from+/={end}" if end < len(keys) else ""


class AzureStore(Store):
    """A container; takes the key of its account, or one signature."""

    account = "storage1"
    secret = base64.b64encode(b"an account's key").decode()
    access = "sv=2021-12-02&sp=rl&sig=an%2Bunusual%3Dsignature"

    def refused(self, target: str, headers: dict[str, str], asked: dict[str, str]) -> str:
        if "sig" in asked:
            return "" if target.endswith(self.access) else "AuthenticationFailed"
        if "authorization" not in headers:
            return "PublicAccessNotPermitted"
        wanted = f"SharedKey {self.account}:{self.signature(target, headers, asked)}"
        return "" if headers["authorization"] == wanted else "AuthenticationFailed"

    def signature(self, target: str, headers: dict[str, str], asked: dict[str, str]) -> str:
        """As "Authorize with Shared Key" of the documentation has it, for version 2009-09-19 and later."""
        text = "GET\n" + "\n" * 11
        text += f"x-ms-date:{headers['x-ms-date']}\nx-ms-version:{headers['x-ms-version']}\n"
        text += f"/{self.account}{urlsplit(target).path}"
        for name in sorted(asked):
            text += f"\n{name}:{asked[name]}"
        digest = hmac.new(base64.b64decode(self.secret), text.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def refusal(self, status: int, code: str) -> Answer:
        code = {"NoSuchBucket": "ContainerNotFound", "NoSuchKey": "BlobNotFound"}.get(code, code)
        return status, {"x-ms-error-code": code}, b""

    def listing(self, asked: dict[str, str]) -> str:
        assert (asked["restype"], asked["comp"]) == ("container", "list")
        keys, following = self.part(asked["prefix"], asked.get("marker", ""))
        listed = "".join(
            f"<Blob><Name>{escape(key)}</Name><Properties><Etag>{etag(self.files[key])}</Etag>"
            f"<Content-Length>{len(self.files[key])}</Content-Length></Properties></Blob>"
            for key in keys
        )
        return (
            '\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults>'
            f"<Blobs>{listed}</Blobs><NextMarker>{following}</NextMarker></EnumerationResults>"
        )


def etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        status, answered, body = self.server.answer(self.path, headers)
        self.send_response(status)
        for name, value in answered.items():
            self.send_header(name, value)
        if "Content-Length" not in answered:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def storing(kind: type[Store] = Store) -> Iterator[Any]:
    store = kind()
    thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield store
    store.shutdown()
    store.server_close()
