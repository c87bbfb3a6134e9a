"""Mail: an outbox in the metadata database, and sending by SMTP.

A mail is put into the outbox in the transaction that it tells of; a job of the worker sends it, again after a
while where the mail server is away. What it says is composed when it is sent, so that a request takes equally
long whoever it is about.
"""

import json
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from claribi.core.clock import utc_now
from claribi.core.database import Base, Database
from claribi.core.errors import SettingsError, Unavailable
from claribi.core.jobs import Jobs
from claribi.core.settings import Settings
from claribi.core.tls import system_authorities
from claribi.core.vault import Sealed, Vault

SEND = "mail.send"
PAYLOAD = "outgoing_mails.payload"
PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT_SECONDS = 30
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
TRIED_FOR = timedelta(days=1)
TRIED_AGAIN_AFTER = timedelta(minutes=5)
# Mail belongs to no organisation's share of the workers.
NOBODY = 0


class OutgoingMail(Base):
    """A mail that was asked for. Its payload goes when it is sent."""

    __tablename__ = "outgoing_mails"

    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    payload: Mapped[str | None] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: paragraphs, then perhaps a code or a link."""

    subject: str
    paragraphs: list[str]
    code: str = ""
    link: tuple[str, str] | None = None
    closing: list[str] = field(default_factory=list)


Composer = Callable[[str, dict[str, Any]], Letter | None]


class Outbox:
    """Where mail is put."""

    def __init__(self, settings: Settings, vault: Vault, jobs: Jobs) -> None:
        self._vault = vault
        self._jobs = jobs
        self.is_open = bool(settings.smtp_url.get_secret_value())

    def require(self) -> None:
        """Refuse what can't be done without mail."""
        if not self.is_open:
            raise Unavailable("This server sends no mail; its operator has to set CLARIBI_SMTP_URL first")

    def put(self, session: Session, kind: str, recipient: str, **payload: Any) -> None:
        """Have a mail sent once the session's transaction is committed; nothing where mail is not set up."""
        if not self.is_open:
            return
        sealed = self._vault.seal(PAYLOAD, json.dumps(payload))
        mail = OutgoingMail(kind=kind, recipient=recipient, payload=sealed, created_at=utc_now())
        session.add(mail)
        session.flush()
        self._jobs.enqueue(session, SEND, f"mail-{mail.id}", NOBODY, mail.id)

    def send_again(self, database: Database) -> None:
        """Have tried again what could not be sent so far, until it is too old to be of use."""
        now = utc_now()
        with database.write(None) as session:
            waiting = session.scalars(
                select(OutgoingMail).where(
                    OutgoingMail.sent_at.is_(None),
                    OutgoingMail.payload.is_not(None),
                    OutgoingMail.created_at.between(now - TRIED_FOR, now - TRIED_AGAIN_AFTER),
                )
            )
            for mail in waiting:
                # One try an hour, however many workers keep house.
                self._jobs.enqueue(session, SEND, f"mail-{mail.id}-{now:%Y%m%d%H}", NOBODY, mail.id)


class Postman:
    """Sends what is in the outbox, in the worker."""

    def __init__(
        self, settings: Settings, database: Database, vault: Vault, composers: Mapping[str, Composer]
    ) -> None:
        self._settings = settings
        self._database = database
        self._vault = vault
        self._composers = composers

    def send(self, mail_id: int) -> None:
        """Compose and send one mail; nothing when it was sent already, or when there is nothing to say."""
        with self._database.read(None) as session:
            mail = session.get(OutgoingMail, mail_id)
        if mail is None or mail.sent_at is not None or mail.payload is None:
            return
        values = json.loads(self._vault.open(PAYLOAD, mail.payload))
        letter = self._composers[mail.kind](mail.recipient, values)
        if letter is not None:
            deliver(self._settings, message(self._settings, mail.recipient, letter))
        with self._database.write(None) as session:
            sent = session.get_one(OutgoingMail, mail_id)
            sent.sent_at, sent.payload = utc_now(), None


def message(settings: Settings, recipient: str, letter: Letter) -> EmailMessage:
    """The letter as a mail with a text and an HTML part."""
    mail = EmailMessage()
    mail["Subject"] = letter.subject
    mail["From"] = settings.mail_from
    mail["To"] = recipient
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=urlsplit(settings.base_url).hostname or "localhost")
    mail["Auto-Submitted"] = "auto-generated"
    lines = [*letter.paragraphs, *([letter.code] if letter.code else [])]
    lines += [f"{letter.link[0]}: {letter.link[1]}"] if letter.link else []
    mail.set_content("\n\n".join([*lines, *letter.closing]) + "\n")
    mail.add_alternative(_html(letter), subtype="html")
    return mail


def _html(letter: Letter) -> str:
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415 - only where mail is sent

    template = Environment(loader=PackageLoader("claribi.core", "."), autoescape=True).get_template(
        "mail.html"
    )
    return template.render(letter=letter)


def deliver(settings: Settings, mail: EmailMessage) -> None:
    """Hand a mail to the mail server.

    Raises:
        SettingsError: The address of the mail server is none.
        OSError, smtplib.SMTPException: The mail server can't be reached or refuses.
    """
    url = urlsplit(settings.smtp_url.get_secret_value())
    if url.scheme not in PORTS or not url.hostname:
        raise SettingsError("CLARIBI_SMTP_URL looks like smtp://user:password@host:587 or smtps://…")
    port = url.port or PORTS[url.scheme]
    context = system_authorities()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(url.hostname, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(url.hostname, port, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        is_private = url.scheme == "smtps" or url.hostname in LOCAL
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            is_private = True
        if url.username:
            if not is_private:
                raise SettingsError("The mail server offers no TLS, and its password is not sent without")
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)
