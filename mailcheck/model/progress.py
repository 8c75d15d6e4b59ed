"""How long work tells whoever watches how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Handed to long work by the command line; silent where nobody watches."""

    def total(self, steps: int, what: str) -> None:
        """A stretch of work of `steps` steps begins; `what` names it, as in `reading zones`."""

    def advance(self, steps: int = 1) -> None:
        """So many steps are done."""

    def waiting(self, seconds: float, why: str) -> None:
        """The work rests for so many seconds; `why` says who asked for it.

        Told before each wait, and again while it lasts with the seconds that remain.
        """


class Silent:
    """A Progress that nobody watches."""

    def total(self, steps: int, what: str) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        pass

    def waiting(self, seconds: float, why: str) -> None:
        pass
