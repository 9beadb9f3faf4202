"""One piece of a draft, read once for all checks."""

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.figures import Found
from assistant.reading.language import Language
from tools.rules import Policy

TOKEN = re.compile(r"\[(preamble|closing|\d+(?:\.\d+)*)\](?!\()")
QUOTE = re.compile(r"「([^「」]*)」")
STOPS = "。；;!！?？\n"
FRAGMENT = f"，,|{STOPS}"  # what parts a sentence into fragments
_FRAGMENT_START = re.compile(rf"[{FRAGMENT}][^{FRAGMENT}]*$")
_BUT = re.compile(r"[，,]?(?:但是?|不过|其实|实际上|然而)")


@dataclass(frozen=True)
class Piece:
    """``text`` as written; ``plain`` the same with clause tokens and quotes blanked, character for character."""

    text: str
    policy: Policy
    language: Language
    found: tuple[Found, ...]
    header: str = ""  # of the table it is a row of

    @cached_property
    def plain(self) -> str:
        return blanked(self.text)

    @cached_property
    def worded(self) -> str:
        """``plain`` with its figures blanked too: the words alone, character for character."""
        text = self.plain
        for one in self.figures:
            text = text[: one.start] + _blanks(one.end - one.start) + text[one.end :]
        return text

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of ``plain``, each with the mark it ends with: 吗？ and its answer are two."""
        return tuple(one for one in re.findall(f"[^{STOPS}]+[{STOPS}]?", self.plain) if one.strip("　 "))

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """The sentences of ``plain`` without their marks; what follows 但 is a statement of its own."""
        return statements(self.plain)

    @cached_property
    def contacts(self) -> tuple[str, ...]:
        """The names of the one to ask: of 人社局, 人社部门 too."""
        names = (self.policy.contact, *self.policy.contact_said_as)
        return (*names, *(name.removesuffix("局") + "部门" for name in names if name.endswith("局")))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Ids of the clauses it names, whether they exist or not."""
        return tuple(TOKEN.findall(self.text))

    @cached_property
    def quotes(self) -> tuple[tuple[str, str], ...]:
        """Each quote in ``「」`` with the clause token before it, empty where there is none."""
        pairs, near = [], ""
        for match in re.finditer(f"{TOKEN.pattern}|{QUOTE.pattern}", self.text):
            if match[1]:
                near = match[1]
            else:
                pairs.append((match[2], near))
        return tuple(pairs)

    @cached_property
    def figures(self) -> tuple[Found, ...]:
        """The figures outside quotes."""
        spans = [match.span() for match in QUOTE.finditer(self.text)]
        return tuple(one for one in self.found if not any(a <= one.start and one.end <= b for a, b in spans))

    @cached_property
    def money(self) -> tuple[Found, ...]:
        """The amounts of money outside quotes."""
        return tuple(one for one in self.figures if one.amount is not None)

    def column(self, found: Found) -> str:
        """In a row of a table, the words at the head of the figure's column."""
        cells = self.header.strip().strip("|").split("|") if self.header else []
        at = self.plain[: found.start].lstrip().removeprefix("|").count("|")
        return cells[at] if at < len(cells) else ""

    def before(self, found: Found, reach: int = 40) -> str:
        """What stands before a figure in its own fragment of the sentence."""
        text = self.plain[max(0, found.start - reach) : found.start]
        match = _FRAGMENT_START.search(text)
        return match[0][1:] if match else text

    def after(self, found: Found, reach: int = 24) -> str:
        """What stands behind a figure in its own fragment of the sentence."""
        return re.split(f"[{FRAGMENT}]", self.plain[found.end : found.end + reach], maxsplit=1)[0]


def blanked(text: str) -> str:
    """The text with clause tokens and quotes blanked, character for character."""
    return QUOTE.sub(_blank, without_tokens(text))


def without_tokens(text: str) -> str:
    """The text with clause tokens blanked, character for character: their digits are no figures."""
    return TOKEN.sub(_blank, text)


def statements(text: str) -> tuple[str, ...]:
    """What a text states, one by one: a turn with 但 begins another."""
    parts = (part.strip("　 *#>-") for one in re.split(f"[{STOPS}]", text) for part in _BUT.split(one))
    return tuple(part for part in parts if part)


def _blank(match: re.Match[str]) -> str:
    return _blanks(len(match[0]))


def _blanks(count: int) -> str:
    return "　" * count
