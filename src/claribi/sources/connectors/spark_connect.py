"""One session of a Spark Connect server, over a channel to an address that was checked, and to no other."""

import math
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, ip_address
from typing import Any
from uuid import uuid4

import grpc
from cryptography import x509
from cryptography.x509.oid import NameOID

from claribi.core.errors import ValidationFailed
from claribi.core.tls import client_context
from claribi.sources.connectors.base import CONNECT_SECONDS, CutOff, TooMuch, cut_off
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.spark_protocol import BY_OPERATION, SERVICE, message
from claribi.sources.connectors.spark_types import literal

# A message is held whole; Spark's batches have 4 MB, unless a row alone is longer.
MAX_MESSAGE_BYTES = 64 * 1024**2
# How long a server that may not know TLS at all gets to answer in it.
TRY_SECONDS = 3.0
# How long the server may take to say that it stops an operation, or forgets a session.
LAST_WORDS_SECONDS = 2.0


class Session:
    """A connection as the pool keeps it."""

    def __init__(self, channel: grpc.Channel, settings: ServerConnection) -> None:
        self._channel = channel
        self._who = {"session_id": str(uuid4()), "user_context": {"user_id": settings.user}}
        token = settings.password.get_secret_value() if settings.password else ""
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self._running: tuple[str, Any] | None = None
        self._deadline, self._most, self._counted = 0.0, math.inf, 0
        self.statement_seconds = float(CONNECT_SECONDS)
        self.bound(CONNECT_SECONDS)

    def bound(self, seconds: float, most_bytes: float = math.inf) -> None:
        """How long everything that follows may take, and how much may come in."""
        self._deadline = time.monotonic() + seconds
        self._most, self._counted = most_bytes, 0

    @contextmanager
    def bounded(self, seconds: float, most_bytes: float) -> Iterator[None]:
        """What each call is bound to by itself, so there is nothing to watch over."""
        self.bound(seconds, most_bytes)
        yield

    def version(self) -> str:
        answer = self._call("AnalyzePlan", spark_version={})
        return str(answer.spark_version.version)

    def configure(self, settings: Mapping[str, str]) -> None:
        pairs = [{"key": key, "value": value} for key, value in settings.items()]
        self._call("Config", operation={"set": {"pairs": pairs}})

    def batches(self, sql: str, values: Sequence[Any]) -> Iterator[bytes]:
        """An answer as Arrow streams, each of a batch, as they come in."""
        query = {"query": sql, "pos_arguments": [{"literal": literal(value)} for value in values]}
        operation = str(uuid4())
        request = message("ExecutePlanRequest")(
            **self._who, operation_id=operation, plan={"root": {"sql": query}}
        )
        calling = self._channel.unary_stream(
            f"{SERVICE}ExecutePlan",
            request_serializer=type(request).SerializeToString,
            response_deserializer=message("ExecutePlanResponse").FromString,
        )
        seconds = min(self.statement_seconds, self._left())
        answers = calling(request, timeout=seconds, metadata=self._metadata)
        self._running = operation, answers
        with _in_time():
            for answer in answers:
                self._counted += len(answer.arrow_batch.data)
                if self._counted > self._most:
                    raise TooMuch
                if answer.HasField("arrow_batch"):
                    yield answer.arrow_batch.data
        self._running = None

    def stop(self) -> None:
        """Have the server stop what nobody reads any more: without a word it would go on to the end."""
        if self._running is None:
            return
        (operation, answers), self._running = self._running, None
        answers.cancel()
        self.bound(LAST_WORDS_SECONDS)
        self._call("Interrupt", interrupt_type=BY_OPERATION, operation_id=operation)

    def close(self) -> None:
        self.bound(LAST_WORDS_SECONDS)
        with suppress(grpc.RpcError, CutOff):
            self._call("ReleaseSession")
        self._channel.close()

    def _call(self, name: str, **fields: Any) -> Any:
        request = message(f"{name}Request")(**self._who, **fields)
        calling = self._channel.unary_unary(
            f"{SERVICE}{name}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=message(f"{name}Response").FromString,
        )
        with _in_time():
            return calling(request, timeout=self._left(), metadata=self._metadata)

    def _left(self) -> float:
        return max(self._deadline - time.monotonic(), 0.01)


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            raise CutOff from None
        raise


def opened(address: str, port: int, settings: ServerConnection) -> Session:
    """A session at a checked address, encrypted as the settings want it."""
    certificate = _reached(address, port, settings)
    where = f"[{address}]" if isinstance(ip_address(address.partition("%")[0]), IPv6Address) else address
    kind = "ipv6" if where != address else "ipv4"
    options: list[tuple[str, Any]] = [
        ("grpc.default_authority", f"{settings.host}:{port}"),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        # Nothing from outside says where it goes: no proxy of the environment, no name that is looked up.
        ("grpc.enable_http_proxy", 0),
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    target = f"{kind}:{where}:{port}"
    if certificate is None:
        return Session(grpc.insecure_channel(target, options), settings)
    if settings.tls == "verify":
        authorities, name = settings.ca_certificate, settings.host
    else:
        # Whoever encrypts without a check trusts whom he meets, and from then on nobody else.
        authorities, name = certificate, _called(certificate)
    credentials = grpc.ssl_channel_credentials(authorities.encode() if authorities else None)
    options.append(("grpc.ssl_target_name_override", name))
    return Session(grpc.secure_channel(target, credentials, options), settings)


def _reached(address: str, port: int, settings: ServerConnection) -> str | None:
    """The server's certificate, or None where it is spoken to without TLS.

    gRPC tells hardly why it can't connect; a socket does. One port speaks either TLS or none: `prefer` tries
    TLS, and where that fails does without, but sends no token then.
    """
    if settings.tls == "off":
        socket.create_connection((address, port), CONNECT_SECONDS).close()
        return None
    try:
        return _certificate(address, port, settings)
    except (OSError, CutOff) as error:
        if settings.tls != "prefer" or isinstance(error, ConnectionRefusedError):
            raise
    if settings.password is not None:
        raise ValidationFailed(
            f"Spark at {settings.host}:{port} has no TLS, and the token would be for all to read on the way; "
            "choose tls = off if the network in between is yours"
        )
    return None


def _certificate(address: str, port: int, settings: ServerConnection) -> str:
    seconds = TRY_SECONDS if settings.tls == "prefer" else CONNECT_SECONDS
    context = client_context(settings.ca_certificate, verify=settings.tls == "verify")
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((address, port), CONNECT_SECONDS) as raw:
        raw.settimeout(seconds)
        # A timeout is for each piece; this one is for all of them.
        with (
            cut_off(raw.fileno(), seconds),
            context.wrap_socket(raw, server_hostname=settings.host) as encrypted,
        ):
            return ssl.DER_cert_to_PEM_cert(encrypted.getpeercert(binary_form=True) or b"")


def _called(certificate: str) -> str:
    """A name that a certificate is for."""
    read = x509.load_pem_x509_certificate(certificate.encode())
    with suppress(x509.ExtensionNotFound):
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        for name in names.get_values_for_type(x509.DNSName):
            return name.replace("*", "any", 1)
        for address in names.get_values_for_type(x509.IPAddress):
            return str(address)
    named = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(named[0].value) if named else ""
