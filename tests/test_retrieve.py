"""Search over a policy, from outside: the right clause first, whatever is typed, whoever else is searching."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.__main__ import main
from corpus.retrieve import Retriever, open_retriever
from tests.test_index import MARKDOWN
from tools import rules
from tools.errors import PolicyError

POLICY = Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return open_retriever(POLICY, tmp_path_factory.mktemp("data"))


@pytest.fixture
def logistics(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus" / "物流"
    folder.mkdir(parents=True)
    (folder / "policy.md").write_text(MARKDOWN, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("制定依据是哪些文件", "preamble"),
        ("发展目标", "1"),
        ("一园三区多站点怎么布局", "2.1"),
        ("产业园由谁运营和管理", "2.1.1"),
        ("县区延伸建设服务站", "2.1.2"),
        ("专项发展资金每年安排多少", "2.2.1"),
        ("招商团队的奖励", "2.2.2"),
        ("上规入统奖励运营机构多少", "2.2.3"),
        ("龙城之光", "2.2.4"),
        ("主营业务收入8000万元能拿多少奖励", "2.2.5"),
        ("引进人才落户的补贴", "2.2.6"),
        ("输送务工人员的补助", "2.2.7"),
        ("有效期到什么时候", "closing"),
        ("柳政规〔2022〕8号", "2.2.5"),
        ("柳政规(2022)16号还有用吗", "closing"),
        ("人社部发2019年86号", "preamble"),
        ("３００万元專項資金", "2.2.1"),
        ("三百万专项资金", "2.2.1"),
    ],
)
def test_the_clause_comes_first(retriever: Retriever, query: str, clause: str) -> None:
    assert retriever.search(query)[0].clause_id == clause


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("重大事项由谁研究决定", "重大建设事项由市人力资源服务产业园建设工作领导小组研究决定"),
        ("奖励能不能重复享受", "上述奖励不得重复享受。"),
        ("由哪个单位负责解释", "本办法由柳州市人力资源和社会保障局负责解释"),
        ("开展企业等级评定吗", "开展入园人力资源企业等级评定工作"),
    ],
)
def test_the_nearest_sentence_is_a_true_span_of_its_clause(retriever: Retriever, query: str, words: str) -> None:
    sentence = retriever.search(query)[0].sentence
    assert sentence is not None
    assert words in sentence.text
    for hit in retriever.search(query, 13):
        assert hit.sentence is not None
        text = retriever.policy.clause(hit.clause_id).text
        assert text[hit.sentence.start : hit.sentence.end] == hit.sentence.text


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=80), k=st.integers(-1, 20))
def test_whatever_is_typed_gives_ranked_clauses(retriever: Retriever, query: str, k: int) -> None:
    hits = retriever.search(query, k)
    scores = [hit.score for hit in hits]
    assert len(hits) <= max(k, 0)
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({hit.clause_id for hit in hits}) == len(hits)
    assert 0 <= retriever.topicality(query) <= 1


@pytest.mark.parametrize("query", ["", " \n\t", "🙂🙂", "，。！？", "\x00\x07", "！" * 3000])
def test_nothing_known_finds_nothing(retriever: Retriever, query: str) -> None:
    assert retriever.search(query) == []
    assert retriever.topicality(query) == 0


@pytest.mark.parametrize(
    "noise", ["<b>奖励</b>" * 900, "'; DROP TABLE 条款; --", "奖" * 100_000, "8" * 5000, "万" * 5000]
)
def test_hostile_input_is_only_text(retriever: Retriever, noise: str) -> None:
    assert len(retriever.search(noise)) <= 3
    assert 0 <= retriever.topicality(noise) <= 1


@pytest.mark.parametrize(
    ("query", "written_otherwise"),
    [
        ("专项资金300万元", "專項資金３００万元"),
        ("主营业务收入奖励", "主營業務收入獎勵"),
        ("主营收入8000万能拿多少", "主营收入3.5亿能拿多少"),
        ("POLICY 有效期", "policy 有效期"),
        ("谁负责解释", "  谁负责\u200b解释  "),
    ],
)
def test_spelling_and_amounts_do_not_change_the_first_clause(
    retriever: Retriever, query: str, written_otherwise: str
) -> None:
    assert retriever.search(query, 1)[0].clause_id == retriever.search(written_otherwise, 1)[0].clause_id


@pytest.mark.parametrize("query", ["今天天气怎么样", "给我讲个笑话", "怎么做红烧肉", "what is the capital of France"])
@pytest.mark.parametrize("asked", ["入园企业有什么奖励", "专项资金怎么用", "引进人才补贴", "这个措施什么时候到期"])
def test_topicality_sets_the_subject_apart(retriever: Retriever, asked: str, query: str) -> None:
    assert retriever.topicality(query) < 0.5 < retriever.topicality(asked)


def test_a_phrase_leads_to_its_clause(logistics: Path, tmp_path: Path) -> None:
    plain = open_retriever(logistics, tmp_path / "data")
    told = open_retriever(logistics, tmp_path / "data", asked_as={"1": ["盖大棚放货"]})
    query = "盖大棚放货给钱吗"
    scores = [{hit.clause_id: hit.score for hit in one.search(query, 9)}.get("1", 0) for one in (plain, told)]
    assert scores[1] > scores[0] + 0.1
    assert told.search(query)[0].clause_id == "1"


def test_many_phrases_hide_no_clause_and_no_sentence(logistics: Path, tmp_path: Path) -> None:
    phrases = [f"仓库补贴{chr(0x4E00 + at)}" for at in range(400)]
    hits = open_retriever(logistics, tmp_path / "data", asked_as={"1": phrases}).search("仓库补贴和货车奖励", 9)
    assert {"1", "2"} <= {hit.clause_id for hit in hits}
    assert all(hit.sentence for hit in hits)


def test_another_policy_needs_only_its_folder(logistics: Path, tmp_path: Path) -> None:
    found = open_retriever(logistics, tmp_path / "data")
    asked = {"仓库补贴多少": "1", "换新能源货车奖多少": "2", "哪天开始施行": "closing", "依据什么文件": "preamble"}
    assert {query: found.search(query)[0].clause_id for query in asked} == asked


def test_only_the_first_opening_embeds(logistics: Path, tmp_path: Path) -> None:
    assert open_retriever(logistics, tmp_path / "data").warm() > 0
    assert open_retriever(logistics, tmp_path / "data").warm() == 0


def test_a_folder_that_cannot_be_written_still_answers(logistics: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert open_retriever(logistics, tmp_path / "file" / "data").search("仓库补贴")[0].clause_id == "1"


def test_threads_get_the_answers_one_gets_alone(logistics: Path, tmp_path: Path) -> None:
    queries = ["仓库补贴多少", "换货车", "哪天开始", "依据什么文件"] * 8
    alone = open_retriever(logistics, tmp_path / "one")
    together = open_retriever(logistics, tmp_path / "many")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(together.search, queries)) == [alone.search(query) for query in queries]


def test_errors_name_what_is_wrong(logistics: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"没有条款 9\.9"):
        open_retriever(logistics, tmp_path, asked_as={"9.9": ["x"]})
    with pytest.raises(PolicyError, match="读不到政策文本"):
        open_retriever(tmp_path / "nowhere", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (["list"], 0, "1         一 仓储补贴", ""),
        (["show", "2"], 0, "更换新能源货车的，每辆奖励1万元", ""),
        (["show"], 0, "【closing】附则", ""),
        (["show", "7"], 1, "", "没有条款 7"),
        (["search", "仓库补贴"], 0, "一 仓储补贴", ""),
        (["search", "🙂"], 0, "没有找到相关条款", ""),
        (["build"], 0, "索引已是最新", "已编入"),
        (["--policy", "农业", "list"], 1, "", "没有政策 '农业'；现有：物流"),
    ],
)
def test_the_command_line(
    logistics: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    out: str,
    err: str,
) -> None:
    where = ["--policies", str(logistics.parent), "--data", str(tmp_path / "data")]
    assert main([*where, *arguments]) == status
    printed = capsys.readouterr()
    assert out in printed.out
    assert err in printed.err


def test_the_command_line_without_policies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--policies", str(tmp_path), "list"]) == 1
    assert "没有政策" in capsys.readouterr().err


def test_a_search_by_hand_leaves_the_index_as_the_assistant_built_it(tmp_path: Path) -> None:
    policy = rules.load(POLICY)
    embedded = open_retriever(POLICY, tmp_path, asked_as=policy.asked_as).warm()
    assert main(["--policies", str(POLICY.parent), "--data", str(tmp_path), "search", "入园奖励"]) == 0
    assert embedded > 0
    assert open_retriever(POLICY, tmp_path, asked_as=policy.asked_as).warm() == 0
