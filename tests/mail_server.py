"""A real mail server for the tests, and what they read in its mails."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from support import PATIENCE, free_port


class MailServer:
    """A real SMTP server that keeps what it is handed."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusing = False
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusing:
            return "451 Come back later"
        assert envelope.content is not None
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def wait(self, recipient: str, subject: str = "") -> EmailMessage:
        """The newest mail to somebody whose subject says something."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for mail in reversed(self.mails):
                if mail["To"] == recipient and subject in mail["Subject"]:
                    return mail
            time.sleep(0.05)
        raise AssertionError(f"no mail to {recipient}: {[(m['To'], m['Subject']) for m in self.mails]}")

    def count(self, recipient: str) -> int:
        return sum(mail["To"] == recipient for mail in self.mails)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def code_of(mail: EmailMessage) -> str:
    found = re.search(r"^\d{6}$", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found.group()


def token_of(mail: EmailMessage) -> str:
    found = re.search(r"#token=([\w-]+)", text_of(mail))
    assert found, text_of(mail)
    return found.group(1)
