"""A claribi server that sends mail, and the mail server that takes it."""

from collections.abc import Iterator

import pytest
from mail_server import MailServer
from support import Server, running


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    mails = MailServer()
    mails.start()
    yield mails
    mails.stop()


@pytest.fixture(scope="session")
def mailing(mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that sends its mail to `mail_server`."""
    url = f"smtp://127.0.0.1:{mail_server.port}"
    folder = tmp_path_factory.mktemp("mailing")
    with running(folder, smtp_url=url, trusted_proxies=["127.0.0.1"]) as server:
        yield server
