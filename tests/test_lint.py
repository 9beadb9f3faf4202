"""The rules are proved against the text, and a planted fault is caught, wherever it is planted."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import cases, lint, rules
from tools.errors import PolicyError

FOLDER = Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024"
MARK = re.compile(r"\{([a-z_]+):([^{}]*)\}")
TEXT_FIGURE = re.compile(r"〔\d{4}〕\d+号|\d+")


def proofs(folder: Path) -> list[str]:
    """Everything lint says of a policy folder."""
    try:
        policy = rules.load(folder)
    except PolicyError as error:
        return [str(error)]
    return lint.faults(policy) + cases.failures(policy, cases.load(folder / "cases.yaml"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "policy"))


def changed(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    return proofs(folder)


def test_the_policy_is_proved() -> None:
    assert proofs(FOLDER) == []


def test_the_table_shows_every_tier(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main([str(FOLDER)]) == 0
    out = capsys.readouterr().out
    assert "| 主营业务收入 5000万元（含）至1亿元（不含） | 不超过15万元 | 2.2.5 |" in out
    assert "| 主营业务收入 30亿元及以上 | 100万元 | 2.2.5 |" in out


def rule_marks() -> list[re.Match[str]]:
    return list(MARK.finditer((FOLDER / "rules.yaml").read_text(encoding="utf-8")))


def mutants_of_rules() -> Iterator[tuple[str, str]]:
    """Each mark changed in its figure, dropped, or given each other label; and each neighbouring pair swapped."""
    text = (FOLDER / "rules.yaml").read_text(encoding="utf-8")
    marks = rule_marks()
    for at, mark in enumerate(marks):

        def put(words: str, mark: re.Match[str] = mark) -> str:
            return text[: mark.start()] + words + text[mark.end() :]

        label, words = mark.groups()
        digit = re.search(r"[0-9一二三7]", words)
        if digit:
            other = "9" if digit[0] != "9" else "8"
            yield f"changed {mark[0]}", put(f"{{{label}:{words[: digit.start()]}{other}{words[digit.end() :]}}}")
        yield f"dropped {mark[0]}", put(words)
        for relabelled in lint.LICENCES:
            if relabelled != label:
                yield f"{mark[0]} as {relabelled}", put(f"{{{relabelled}:{words}}}")
        if at + 1 < len(marks) and marks[at + 1][2] != words:
            after = marks[at + 1]
            between = text[mark.end() : after.start()]
            swapped = f"{{{label}:{after[2]}}}{between}{{{after[1]}:{words}}}"
            yield f"swapped {mark[0]} {after[0]}", text[: mark.start()] + swapped + text[after.end() :]


# What no proof can tell, for the text stays quoted and every figure claimed: dates marked once more in the entry that
# states them, and a target called a bound, where nothing is computed with either.
UNTOLD = {
    "dropped {from:2024年1月1日}",
    "dropped {to:2026年12月31日}",
    "{target:100亿元} as at_least",
    "{year:2024年} as duration",
    "{year:2026年} as duration",
}


def test_every_fault_planted_in_the_rules_is_caught(copy: Path) -> None:
    survived = [name for name, text in mutants_of_rules() if not changed(copy, "rules.yaml", text)]
    assert set(survived) <= UNTOLD


def test_every_figure_changed_in_the_text_is_caught(copy: Path) -> None:
    text = (FOLDER / "policy.md").read_text(encoding="utf-8")
    survived = []
    for figure in TEXT_FIGURE.finditer(text):
        if text[: figure.start()].endswith("#### "):
            continue  # a clause's own number
        digit = re.search(r"\d(?=\D*$)", figure[0])
        assert digit
        other = "9" if digit[0] != "9" else "8"
        mutant = figure[0][: digit.start()] + other + figure[0][digit.end() :]
        if not changed(copy, "policy.md", text[: figure.start()] + mutant + text[figure.end() :]):
            survived.append(f"{figure[0]} -> {mutant} at {figure.start()}")
    assert not survived


def test_every_worked_example_can_fail(copy: Path) -> None:
    lines = (FOLDER / "cases.yaml").read_text(encoding="utf-8").splitlines()
    rows = [at for at, line in enumerate(lines) if line.startswith("- ")]
    assert len(rows) >= 40
    for at in rows:
        wrong = [*lines]
        wrong[at] = re.sub(r"gives: \[.*?\]", "gives: [7万元]", lines[at])
        assert changed(copy, "cases.yaml", "\n".join(wrong)), lines[at]


WRONG_FORM = [
    ("payee: 园区企业", "payeee: 园区企业", "payee"),
    ("    asked_as: [", "    askd_as: [", "asked_as"),
    ("status: 第三稿", "status: 第三稿\nstatus: 第三稿", "重复的键"),
    ("by: main_business_revenue", "by: main_revenue", "main_revenue"),
    ("requires: [in_park]", "requires: [in_the_park]", "in_the_park"),
    ("payee: 招商团队（人）", "payee: 运营机构", "没有奖励对象"),
    ("by: first_year_tax", "by: main_business_revenue", "没有指标"),
    ("name: 柳州市人力资源和社会保障局", "name: 柳州市财政局", "contact"),
    ("policy: 关于推进", "policy: 关于促进", "标题不同"),
    ("plain: [进一步", "plain: [再进一步", "plain"),
    ("status: 第三稿", "status: 第四稿", "status"),
    ("unstated: [升档时已领的奖励是否扣减", "unstated: [上限以内的实际数额如何确定", "unstated_below_cap"),
    ("unstated_english: [whether an award already received", "unstated_english: [one, whether", "一一对应"),
    ("    unstated: [总额是按年", "    unstated_below_cap: [甲]\n    unstated: [总额是按年", "无处可用"),
]


@pytest.mark.parametrize(("words", "wrong", "message"), WRONG_FORM)
def test_a_wrong_rules_file_is_refused_with_its_reason(copy: Path, words: str, wrong: str, message: str) -> None:
    text = (FOLDER / "rules.yaml").read_text(encoding="utf-8")
    assert words in text
    assert any(message in fault for fault in changed(copy, "rules.yaml", text.replace(words, wrong, 1)))


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(copy: Path) -> None:
    text = (FOLDER / "rules.yaml").read_text(encoding="utf-8")
    line = text.splitlines().index("    pays: once_per_tier") + 1
    (fault,) = changed(copy, "rules.yaml", text.replace("    pays: once_per_tier", "    pay: once_per_tier", 1))[:1]
    assert f"第 {line} 行" in fault
    assert "'pays'" in fault


@pytest.mark.parametrize("name", ["policy.md", "rules.yaml", "cases.yaml"])
def test_a_file_of_another_encoding_is_named(copy: Path, name: str) -> None:
    (copy / name).write_bytes((copy / name).read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(PolicyError, match=rf"{name} 不是 UTF-8"):
        cases.load(rules.load(copy) and copy / "cases.yaml")


@pytest.mark.parametrize("name", ["policy.md", "rules.yaml", "cases.yaml"])
def test_a_mark_before_the_first_line_changes_nothing(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"\xef\xbb\xbf" + (copy / name).read_bytes())
    assert proofs(copy) == []


@pytest.mark.parametrize("name", ["人才(2024)", "a b", "x#1", "50%"])
def test_a_folder_whose_name_breaks_its_address_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyError, match="改名"):
        rules.load(Path(shutil.copytree(FOLDER, tmp_path / name)))
