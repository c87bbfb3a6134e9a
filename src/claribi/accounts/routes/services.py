"""How the routes of the accounts wing get at its services."""

from typing import Annotated

from fastapi import Depends, Request

from claribi.accounts.wing import AccountServices


async def _services(request: Request) -> AccountServices:
    return request.app.state.account_services  # type: ignore[no-any-return]  # the state is untyped


Wing = Annotated[AccountServices, Depends(_services)]
