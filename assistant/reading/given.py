"""One value as a person told it, before any tool has read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tools.money import Amount
from tools.rules import Policy


@dataclass(frozen=True, slots=True)
class Given:
    """A value told for one measure, in the user's words; ``firm`` is empty when only one is spoken of.

    ``told`` is False for what an earlier message said.
    """

    measure: str
    words: str
    change: str = ""
    firm: str = ""
    count: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)  # what was said of this firm alone
    told: bool = True
    rank: int = 0  # how far the word used is from the policy's own
    said: str = ""  # that word, where it is not the policy's own
    year: str = ""  # the year it is told of
    unit: str = ""  # of ``words``, where it was told apart from them

    def changed(self, change: str) -> "Given":
        """The value with one more change told of it."""
        return replace(self, change="；".join(filter(None, (self.change, change))))

    def tells_yuan(self, policy: Policy) -> bool:
        """Whether there is a value, of a measure in yuan or of none in particular."""
        return bool(self.words) and (not self.measure or policy.measures[self.measure].unit == "yuan")


Found = list[tuple[int, Given, Amount]]  # how far the measure's word is from the policy's, the value, its amount


def nth(at: int) -> str:
    """``第一家`` for 0: what a firm without a name is called."""
    return f"第{'一二三四五六七八九十'[at]}家" if at < 10 else f"第{at + 1}家"
