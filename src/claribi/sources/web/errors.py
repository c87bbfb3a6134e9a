"""What can be wrong with an answer, where somebody has to tell it from other errors."""

from claribi.core.errors import ValidationFailed


class NotLetIn(ValidationFailed):
    """The host wants other credentials, or any."""


class NothingThere(ValidationFailed):
    """An address behind which there is nothing."""


class WebPage(ValidationFailed):
    """Something for people to look at, where data should be."""
