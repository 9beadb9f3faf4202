"""Personal data is replaced before a text goes anywhere, and no figure is ever taken for it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy import PLACEHOLDERS, mask, unmarked
from assistant.reading.question import read
from tools import rules

POLICY = rules.load(Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024")
DAY = date(2026, 6, 1)

# Numbers made up for these tests; the check digits are right.
ID, ID_X, OLD_ID = "450202199003070011", "45020219900307002X", "450202900307001"
CARD, LONG_CARD = "6222021234567894", "6222022105001234561"
PHONE, LINE, MAIL = "13812345678", "0772-2825386", "zhang.san@qq.com"

FOUND = [
    # telephones
    (f"我电话{PHONE}，营收8000万能拿多少", [PHONE]),
    ("手机：１３８１２３４５６７８。", ["１３８１２３４５６７８"]),
    ("138-1234-5678，138 1234 5678", ["138-1234-5678", "138 1234 5678"]),
    ("138.1234.5678 138－1234－5678 138—1234—5678", ["138.1234.5678", "138－1234－5678", "138—1234—5678"]),
    ("+86 138 1234 5678 (+86)13812345678", ["+86 138 1234 5678", "(+86)13812345678"]),
    ("0086 138 1234 5678、008613812345678", ["0086 138 1234 5678", "008613812345678"]),
    ("86-13812345678，8613812345678", ["86-13812345678", "8613812345678"]),
    ("1 3 8 1 2 3 4 5 6 7 8", ["1 3 8 1 2 3 4 5 6 7 8"]),
    ("138\u200b1234\u200b5678", ["138\u200b1234\u200b5678"]),
    (f"用户{PHONE}反映奖励没到账", [PHONE]),
    (f"8000万{PHONE}", [PHONE]),
    (f"{PHONE} 8000万", [PHONE]),
    (f"2024-03-15 {PHONE}", [PHONE]),
    (f"1.{PHONE}\n2、13912345678", [PHONE, "13912345678"]),
    (f"{PHONE}/13912345678-13712345678", [PHONE, "13912345678", "13712345678"]),
    (f"vx{PHONE} {PHONE}wx", [PHONE, PHONE]),
    (f"{PHONE}（微信同号）", [PHONE]),
    (f'{{"phone":"{PHONE}","name":"张三"}}', [PHONE]),
    (f"{PHONE}张三，{PHONE}万总，{PHONE}千万别打错，{PHONE}一直打不通", [PHONE] * 4),
    (f"公司注册资本13800000000，联系{PHONE}", [PHONE]),
    (f"去年营收{PHONE}，电话13912345678", ["13912345678"]),
    (f"call me at {PHONE}, phone no. {PHONE}", [PHONE, PHONE]),
    ("电话13800000000，电话：138 0000 0000", ["13800000000", "138 0000 0000"]),
    ("一三八零零一二三四五六", ["一三八零零一二三四五六"]),
    ("我的号码是幺三八，零零一二，三四五六", ["幺三八，零零一二，三四五六"]),
    ("联系人张三一三八零零一二三四五六一共三人", ["一三八零零一二三四五六"]),
    ("138零零一二3456", ["138零零一二3456"]),
    ("壹叁捌零零壹贰叁肆伍陆", ["壹叁捌零零壹贰叁肆伍陆"]),
    (f"{LINE}，0772 2825386，07722825386", [LINE, "0772 2825386", "07722825386"]),
    ("(0772)2825386（0772）2825386", ["(0772)2825386", "（0772）2825386"]),
    ("+86-772-2825386 转", ["+86-772-2825386"]),
    ("0772-2825386转801，010-88886666-801", ["0772-2825386转801", "010-88886666-801"]),
    ("座机2825386", ["2825386"]),
    # identities
    (f"身份证{ID}，{ID_X}，{ID_X.lower()}", [ID, ID_X, ID_X.lower()]),
    (f"{OLD_ID}", [OLD_ID]),
    ("450202 19900307 0011，450202-19900307-002X", ["450202 19900307 0011", "450202-19900307-002X"]),
    ("４５０２０２１９９００３０７００２Ｘ", ["４５０２０２１９９００３０７００２Ｘ"]),
    ("四五零二零二一九九零零三零七零零一一", ["四五零二零二一九九零零三零七零零一一"]),
    ("四五零二零二一九九零零三零七零零二叉", ["四五零二零二一九九零零三零七零零二叉"]),
    ("身份证号码是450202199003070012", ["450202199003070012"]),  # said to be one, mistyped
    (f"{ID}是我的身份证", [ID]),
    # cards
    (f"卡号{CARD}，{LONG_CARD}", [CARD, LONG_CARD]),
    ("6222 0212 3456 7894，6222-0221-0500-1234-561", ["6222 0212 3456 7894", "6222-0221-0500-1234-561"]),
    (f"奖励打到我的卡上{LONG_CARD}工行", [LONG_CARD]),
    ("银行卡6222022105001234560", ["6222022105001234560"]),  # said to be one, mistyped
    # addresses
    (f"邮箱{MAIL}，谢谢", [MAIL]),
    ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ，li_si-2@mail.gov.cn。", ["ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "li_si-2@mail.gov.cn"]),
    ("zhangsan @ 163.com，lisi(at)qq.com", ["zhangsan @ 163.com", "lisi(at)qq.com"]),
    # together
    (f"张三 {PHONE} {ID} {CARD} {MAIL}", [PHONE, ID, CARD, MAIL]),
    (f"姓名张三,电话{PHONE},身份证{ID},", [PHONE, ID]),
]

KEPT = """
13800000000元
￥6222021234567894
￥ 450202199003070011
6222021234567894元
人民币13812345678
138 1234 5678万元
13812345678.50
13,812,345,678元
营收13812345678能拿多少
去年营业收入是13812345678
营收2024年13812345678
注册资本：13812345678
金额（元）：13812345678
13800000000
revenue 13812345678
5000+13812345678
13812345678*2%
13812345678人
生产手机13812345678台
用电13812345678千瓦时
近四年营收6200 6500 7000 7300万元
6200 6500 7000 7300
150 2000 3000
2021 2022 2023 2024
138，1234，5678
一三八零零一二三四五六元
一千三百八十万
电话费13812345678元
12345，12333，114，110，95588
电话：4008123456，400-812-3456，4008-123-456，800-820-8820
热线0772-12345
打12345问过，12333说8000万可以
电话20240315打过
2024-01-15至2026-12-31，20240115123456
二〇二四年一月一日
统一社会信用代码91450200MA5KXXXX1Q
91450200198811223X
合同编号450200202401150013
合同号13812345678，工号13812345678
编号450202199003070011
订单6222021234567894
会员卡号6222022105001234561
对公账户6222022105001234561
HT-2024-13812345678
订单号13812345678901234
快递单号SF1381234567890
发票代码045002100104 发票号码13812345678
contract no. 13812345678
注册号450202900307001
柳政规〔2024〕13812345678号
138****5678，尾号5678
https://a.cn/p/13812345678
lodash@4.17.21，a@2x.png，@张三，单价3@5.00
我司营收8000万，2家企业，占20%，第3档，2.2.5条
[手机号]13[电话]
""".strip().splitlines()


@pytest.mark.parametrize(("text", "found"), FOUND, ids=[text[:40] for text, _ in FOUND])
def test_personal_data_is_found_as_it_was_written(text: str, found: list[str]) -> None:
    masked = mask(text)
    assert [text[one.start : one.end] for one in masked.found] == found
    assert not any(one in masked.text for one in found)


@pytest.mark.parametrize(
    ("text", "type_", "masked"),
    [
        (PHONE, "phone", "[手机号]"),
        (LINE, "phone", "[电话]"),
        (ID, "id", "[身份证号]"),
        (OLD_ID, "id", "[身份证号]"),
        (LONG_CARD, "card", "[银行卡号]"),
        (MAIL, "email", "[邮箱]"),
    ],
)
def test_each_kind_has_its_placeholder(text: str, type_: str, masked: str) -> None:
    done = mask(f"我的是{text}。")
    assert done.text == f"我的是{masked}。"
    assert [one.type for one in done.found] == [type_]


@pytest.mark.parametrize("text", KEPT)
def test_figures_dates_and_documents_stay(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).found == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我的电话是[手机号]，营收8000万能拿多少", "营收8000万能拿多少"),
        ("营收8000万能拿多少？联系电话：[手机号]。", "营收8000万能拿多少？"),
        ("[手机号] [身份证号]，那10家呢", "那10家呢"),
        ("那10家呢，[手机号]", "那10家呢"),
        ("2024[手机号]8000万", "2024 8000万"),
        ("营收8000万能拿多少，请回复到我的邮箱[邮箱]", "营收8000万能拿多少"),
        ("营收8000万能拿多少，微信同号[手机号]", "营收8000万能拿多少"),
        ("来电号码[手机号]，营收8000万能拿多少", "营收8000万能拿多少"),
        ("营收8000万，你们的电话[电话]打不通，怎么联系", "营收8000万，你们的电话 打不通，怎么联系"),
        ("你们电话是[电话]吗", "你们电话是 吗"),
        ("我们营收8000万，电话打不通", "我们营收8000万，电话打不通"),
    ],
)
def test_what_only_introduces_personal_data_asks_nothing(text: str, left: str) -> None:
    assert unmarked(text) == left


QUESTIONS = [
    "我电话{}，营收8000万能拿多少",
    "营收8000万能拿多少，联系{}",
    "营收8000万{}能拿多少",
    "{}我们公司入驻了产业园，去年主营业务收入1.2亿，能拿多少奖励？",
    "引进的企业首年交税120万，招商团队有奖吗，我手机：{}",
    "2024年4月入库2家（{}），运营机构能拿多少",
    "卡{}收钱，营收不到5000万有奖吗",
]
VALUES = ("givens", "rules", "count", "tier", "refused", "other", "unclear", "years", "days", "number")


@pytest.mark.parametrize("reading", [str, unmarked], ids=["masked", "unmarked"])
@pytest.mark.parametrize("data", [PHONE, LINE, ID, LONG_CARD, MAIL])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_read_as_if_the_data_were_not_there(
    question: str, data: str, reading: Callable[[str], str]
) -> None:
    masked = mask(question.format(data)).text
    assert data not in masked
    with_it, without = (read(text, POLICY, DAY) for text in (reading(masked), question.format("")))
    for name in VALUES:
        assert getattr(with_it, name) == getattr(without, name), name


WORDS = """
电话 手机 联系 身份证 卡号 账号 合同号 编号 营收 注册资本 微信 是 ， 。 、 ： ； - -- . ( ) （ ） / + = @ # _ × ￥ 元 万 亿 人 台 张 家 一 二 三 零 幺
叉 x X a wx tel at com qq.com @qq.com ＋ 转 转801 千万别打 同号 第 座机 是我身份证 138 1234 5678 86 +86 0086 0772 2825386 801 6222 0212 3456
7894 450202 19900307 0011 1 3 8 0 [手机号] [电话] [身份证号] [银行卡号] [邮箱] 13800000000 １３８１２３４５６７８ 一三八零零一二三四五六
"""
NUMBERS = [PHONE, LINE, ID, ID_X, OLD_ID, CARD, LONG_CARD, MAIL]
words = st.sampled_from([*WORDS.split(), *NUMBERS, " ", "\n", "\0", "\u200b"])
texts = st.one_of(st.lists(words, max_size=14).map("".join), st.text(max_size=60))


@settings(max_examples=1500, deadline=None)
@given(texts)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    again = mask(once.text)
    assert again.text == once.text
    assert again.found == ()


@settings(max_examples=800, deadline=None)
@given(texts)
def test_all_else_stays_character_by_character(text: str) -> None:
    masked = mask(text)
    pattern, last = "", 0
    for one in masked.found:
        assert last <= one.start < one.end <= len(text)
        pattern += re.escape(text[last : one.start]) + "(?:" + "|".join(map(re.escape, PLACEHOLDERS)) + ")"
        last = one.end
    assert re.fullmatch(pattern + re.escape(text[last:]), masked.text)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="关于企业申报材料办法规定如何政策，。：！", max_size=20),
    st.sampled_from([PHONE, LINE, ID, CARD, MAIL]),
)
def test_what_chinese_stands_around_hides_nothing(around: str, data: str) -> None:
    text = f"{around}我的联系方式{data}，{around}"
    assert [text[one.start : one.end] for one in mask(text).found] == [data]


@settings(max_examples=300, deadline=None)
@given(st.integers(10**6, 10**19), st.sampled_from(["{}元", "￥{}", "人民币{}元", "{}万元", "{} 元", "营收{}元"]))
def test_an_amount_with_its_unit_is_no_personal_data(value: int, shape: str) -> None:
    assert mask(shape.format(value)).found == ()


# A pattern that tries every split of these would never come to an end: the test is that it does.
@pytest.mark.parametrize(
    "unit",
    ["1", "1 ", "1-", "13812345678", "13812345678-", "一", "一 ", "a", "a@", "@", "a.", "@a.", "((", "电话", "电话1", "+86 ",
     "0772-", "6222 ", "450202", "1x", "是的", "\u200b1", "号码", "[手机号]", "-", " ", "万", "1万"],
)  # fmt: skip
def test_long_texts_come_to_an_end(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert mask(mask(text).text).text == mask(text).text
