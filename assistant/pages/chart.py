"""An award's tiers as a step chart: SVG drawn here, once for each width of its place; no script is needed.

The award stands upright from 0, its measure lies from 0 or on a logarithmic scale, which says where it begins. A filled
dot is an end that belongs to its step, a hollow one does not. Dashed steps are caps, solid ones fixed sums.
"""

import math
from collections.abc import Sequence
from html import escape

from assistant.calculator import Standard, Step
from assistant.pages.place import Place, Scale, begins, described
from tools import money
from tools.award import spoken

_EM = 13.0  # the height of letters; all lengths are in the picture's own units
_ROW = 18.0  # a line of labels
_APART = 8.0  # the least distance between two labels of a row
_DOT = 4.5
_TALL = 225.0  # from the axis to the highest award
_SIZES = {"wide": (680.0, 24.0, 2), "narrow": (320.0, 14.0, 3), "small": (236.0, 12.0, 3)}  # width, margin, rows below


def pictures(standard: Standard, at: Place | None, scale: Scale, title: str) -> str:
    """The chart as SVGs, of which the page's style shows the one that fits."""
    return "".join(_Picture(size, standard, at, scale).svg(title) for size in _SIZES)


def width_of(text: str) -> float:
    """How wide a label is: a Chinese character is as wide as it is high, a digit a little over half of that."""
    return sum(_EM if ord(char) > 0x2000 else _EM * 0.58 for char in text)


class _Picture:
    """One drawing: where values stand, and the marks made from them."""

    def __init__(self, size: str, standard: Standard, at: Place | None, scale: Scale) -> None:
        self.size, self.standard, self.at, self.scale = size, standard, at, scale
        self.width, margin, self.rows = _SIZES[size]
        self.label = _label(at, self.width) if at else []
        self.top = _ROW * (len(self.label) + 1.3)
        self.floor, self.stop = self.top + _TALL, self.width - margin
        self.height = self.floor + _ROW * (self.rows + 0.5)
        self.start = float(begins(standard, at)) if scale == "log" else 0.0
        last = float(standard.steps[-1].hi or standard.steps[-1].lo) or 1.0
        value = max(at.lo, at.hi or 0.0) if at else 0.0
        self.end = max(last * 2.5, value * 1.6) if scale == "log" else max(last * 1.18, value * 1.06)
        self.most = max(step.amount for step in standard.steps)
        self.left = max(width_of(money.write(step.amount)) for step in standard.steps) + 14

    def x(self, value: float) -> float:
        share = value / self.end
        if self.start:
            share = math.log(max(value, self.start) / self.start) / math.log(self.end / self.start)
        return round(self.left + share * (self.stop - self.left), 1)

    def y(self, amount: float) -> float:
        return round(self.floor - amount / self.most * (self.floor - self.top), 1)

    def svg(self, title: str) -> str:
        name = f"chart-{escape(self.standard.rule_id)}-{self.size}"
        told = described(self.standard, self.at, self.scale)
        return (
            f'<svg class="{self.size}" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}-title" aria-describedby="{name}-told">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>'
            f"{self._upright()}{self._lying()}{self._steps()}{self._firm(self.at) if self.at else ''}</svg>"
        )

    def _upright(self) -> str:
        """The axis of awards: a line across for each sum that has room for its name; the firm's own come first."""
        own = [self.at.amount, self.at.upper.amount if self.at.upper else None] if self.at else []
        sums = [0, *own, *sorted((step.amount for step in self.standard.steps), reverse=True)]
        marks, taken = [_line("axis", self.left, self.top, self.left, self.floor)], list[float]()
        for amount in dict.fromkeys(one for one in sums if one is not None):
            y, words = self.y(amount), money.write(amount) if amount else "0"
            if all(abs(y - other) >= _EM + 2 for other in taken):
                taken.append(y)
                marks += [_line("grid", self.left, y, self.stop, y)] if amount else []
                marks.append(_text("tick", self.left - 9, y + _EM * 0.36, words, "end"))
        return "".join(marks)

    def _lying(self) -> str:
        """The axis of the measure: thresholds named where there is room, in rows; the firm's own come first."""
        ends = {end for step in self.standard.steps for end in (step.lo, step.hi) if end}
        own = sorted(ends, key=lambda end: abs(end - self.at.lo) if self.at else 0)[: 2 if self.at else 0]
        marks, names = [_line("axis", self.left, self.floor, self.stop, self.floor)], list[str]()
        rows: list[list[tuple[float, float]]] = [[] for _ in range(self.rows)]  # centre and half width of each label
        for value in dict.fromkeys([int(self.start), *own, *sorted(ends, reverse=True)]):
            x, words = self.x(value), spoken(value, self.standard.measure.unit) if value else "0"
            half = width_of(words) / 2
            centre = min(max(x - half + 9 if self.start and value == self.start else x, half), self.width - half)
            free = (row for row in rows if all(abs(centre - other) >= half + wide + _APART for other, wide in row))
            row = next(free, None)
            down = 9 + (rows.index(row) * _ROW if row is not None else 0)
            marks.append(_line("axis", x, self.floor, x, self.floor + down))
            if row is not None:
                row.append((centre, half))
                names.append(_text("tick", centre, self.floor + down + _EM, words, "middle"))
        return "".join([*marks, *names])

    def _steps(self) -> str:
        lines, dots, names = list[str](), list[str](), list[str]()
        for step in _levels(self.standard.steps):
            y, lo = self.y(step.amount), self.x(step.lo)
            hi = self.stop if step.hi is None else self.x(step.hi)
            kind = "none" if not step.amount else "cap" if step.capped else "fixed"
            lines.append(_line(f"step {kind}", lo, y, hi, y))
            size = max(2.5, min(_DOT, (hi - lo) / 3))  # the ends of a short step stay apart
            dots += [_dot("closed", lo, y, size)] if step.lo or not self.start else []
            if step.hi is None:
                dots.append(f'<path class="onward" d="M{hi - 6:g} {y - 4.5:g}l7 4.5l-7 4.5"/>')
            else:
                dots.append(_dot("open", hi, y, size))
            words = f"{'不超过' if step.capped else ''}{money.write(step.amount)}"
            if step.amount and width_of(words) + _APART <= hi - lo:
                names.append(_text("name", (lo + hi) / 2, y - 7, words, "middle"))
        return "".join([*lines, *dots, *names])

    def _firm(self, at: Place) -> str:
        """The firm's value: a line up from the axis to its label, its point, and the way to the next tier."""
        x, above = self.x(at.lo), len(self.label) * _ROW + 4
        if at.lo == at.hi:
            marks = [_line("guide", x, above, x, self.floor)]
        else:
            stop = self.stop if at.hi is None else self.x(at.hi)
            size = f'width="{stop - x:g}" height="{self.floor - above:g}"'
            marks = [f'<rect class="span" x="{x:g}" y="{above:g}" {size}/>']
            x = (x + stop) / 2
        if at.amount is not None and at.upper:
            to, up = self.x(at.upper.lo), self.y(at.upper.amount)
            marks.append(f'<path class="way" d="M{x:g} {self.y(at.amount):g}H{to:g}V{up:g}"/>')
            marks.append(f'<circle class="aim" cx="{to:g}" cy="{up:g}" r="9"/>')
        if at.amount is not None:
            marks.append(f'<circle class="firm" cx="{x:g}" cy="{self.y(at.amount):g}" r="6.5"/>')
        for row, words in enumerate(self.label, 1):
            half = width_of(words) / 2
            centre = min(max(x, half + 2), self.width - half - 2)
            marks.append(_text("firm-name" if row == 1 else "firm-note", centre, row * _ROW - 3, words, "middle"))
        return "".join(marks)


def _label(at: Place, room: float) -> list[str]:
    """What is told above the firm's value, in lines that fit."""
    lines = [f"您填的 {at.words}", *at.notes]
    if at.step and width_of("：".join(lines[:2])) <= room:
        return ["：".join(lines[:2]), *lines[2:]]
    return [part for line in lines for part in ([line] if width_of(line) <= room else line.split("，"))]


def _levels(steps: Sequence[Step]) -> list[Step]:
    """The tiers with the stretches between them where nothing is paid."""
    levels, at = list[Step](), 0
    for step in steps:
        levels += [Step(at, step.lo, 0, False, "", "", "", "")] if step.lo > at else []
        levels.append(step)
        if step.hi is None:
            return levels
        at = step.hi
    return [*levels, Step(at, None, 0, False, "", "", "", "")]


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _dot(kind: str, x: float, y: float, size: float) -> str:
    return f'<circle class="dot {kind}" cx="{x:g}" cy="{y:g}" r="{size:.1f}"/>'


def _text(kind: str, x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'
