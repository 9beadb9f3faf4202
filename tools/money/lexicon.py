"""What a business amount may measure, and the words people say for it.

A :class:`Lexicon` maps a canonical name (主营业务收入) to the words for it. ``DEFAULT`` holds general business
terms; a policy adds its own with :meth:`Lexicon.extended`, whose words win over the default ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tools.money import vocabulary
from tools.money.characters import prepare

Entry = tuple[str, str, object]  # word, kind, data
Index = dict[str, tuple[Entry, ...]]  # first two characters (or the one there is) -> entries, longest first


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Canonical measure -> words; ``verbs`` govern an amount the way a noun does (能拿30万 is 奖励)."""

    measures: Mapping[str, tuple[str, ...]]
    verbs: Mapping[str, tuple[str, ...]]

    def extended(self, measures: Mapping[str, Iterable[str]]) -> Lexicon:
        """A lexicon that also knows these measures; a word said for two measures goes to the new one."""
        merged = dict(self.measures)
        for name, words in measures.items():
            merged[name] = (*merged.pop(name, ()), *words)
        return Lexicon(merged, self.verbs)

    @cached_property
    def index(self) -> Index:
        """Every word of the grammar and of this lexicon by its beginning, longest word first."""
        entries: dict[str, Entry] = {}
        for kind, data, words in vocabulary.WORDS_BY_KIND:
            entries.update({word: (word, kind, data) for word in map(_spaced, words.split())})
        for kind, table in ((vocabulary.VERB, self.verbs), (vocabulary.MEASURE, self.measures)):
            for name, measure_words in table.items():
                for word in (*((name,) if kind == vocabulary.MEASURE else ()), *measure_words):
                    prepared = prepare(word).text[:-1]
                    entries[prepared] = (prepared, kind, name)
        index: dict[str, list[Entry]] = {}
        for word, entry in sorted(entries.items(), key=lambda item: -len(item[0])):
            index.setdefault(word[:2], []).append(entry)
        index.setdefault("\n", []).append(("\n", vocabulary.STOP, None))
        return {beginning: tuple(group) for beginning, group in index.items()}


def _spaced(word: str) -> str:
    return word.replace("_", " ") if len(word) > 1 else word


def _words(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_spaced(word) for word in words.split()) for name, words in table.items()}


INCOME = frozenset({"主营业务收入", "营业收入", "收入", "总收入", "其他收入"})

# fmt: off
DEFAULT = Lexicon(
    measures=_words({
        "主营业务收入":
            "主营 主营收入 主营业务 主营业务的收入 主营营收 主业收入 主业 main_business_revenue "
            "main_business_income main_revenue revenue_from_main_business core_revenue principal_business_revenue "
            "main_operating_revenue",
        "营业收入":
            "营收 年营业收入 营业收入总额 营业额 年营业额 年营收 经营收入 revenue revenues operating_revenue "
            "turnover operating_income annual_revenue business_revenue",
        "总收入":
            "总营收 收入总额 营业总收入 总营业收入 总营业额 全部收入 收入合计 total_revenue total_income "
            "gross_revenue",
        "收入": "年收入 业务收入 服务收入 营业性收入 进账 入账 income",
        "其他收入":
            "其它收入 其他业务收入 其它业务收入 非主营收入 非主营业务收入 非主营 营业外收入 other_income "
            "other_revenue",
        "销售额": "销售收入 销售总额 年销售额 销售业绩 业绩 销量额 gmv sales our_sale annual_sale",
        "流水": "银行流水 流水额 年流水",
        "产值": "总产值 工业产值 年产值 output_value",
        "首次年纳税总额":
            "首次年纳税 首次年纳税额 首年纳税 首年纳税额 首年纳税总额 首次纳税 首次年度纳税 首次年度纳税总额 "
            "第一年纳税 第一年纳税总额 第一年纳税额 第一年税收 首年税收 第一年交税 first_year_tax first_year_taxes",
        "纳税总额":
            "纳税 纳税额 税收 税收总额 税额 缴税 缴纳税款 缴纳税收 交税 上税 税款 完税 年纳税 年纳税额 年纳税总额 "
            "税 交的税 缴的税 缴纳的税 tax taxes tax_paid tax_payment total_tax",
        "利润":
            "净利润 利润总额 净利 毛利 毛利润 盈利 营业利润 税后利润 税前利润 纯利 纯利润 赚 赚了 净赚 profit "
            "profits net_profit net_income",
        "亏损": "亏 亏了 净亏损 亏损额 loss losses",
        "注册资本":
            "注册资本金 注册资金 实缴资本 认缴资本 实收资本 认缴 实缴 registered_capital paid_in_capital capital",
        "资产": "总资产 资产总额 净资产 固定资产 资产规模 assets total_assets",
        "负债": "负债总额 欠款 欠 欠了 债务 liabilities debt",
        "投资额": "投资 总投资 投资总额 投资了 计划投资 固定资产投资 完成投资 投了 投入 投入了 实际投资 investment",
        "融资额": "融资 融资了 融到 贷款 贷款额 借款 授信 授信额度 financing loan",
        "奖励":
            "奖金 奖励金 奖励资金 奖补 奖补资金 补贴 补助 补助资金 奖 奖励金额 一次性奖励 奖励额 补贴额 扶持资金 "
            "激励资金 经济贡献奖励 award awards reward bonus subsidy grant",
        "专项资金": "专项发展资金 专项经费 专项奖励资金",
        "资金": "经费 预算 拨款 资金总额 运营费 budget fund funding",
        "工资":
            "月薪 年薪 薪资 薪酬 薪水 底薪 起薪 工资总额 人均工资 平均工资 salary salaries wage wages pay_roll "
            "payroll",
        "社保": "社保费 社保费用 缴纳社保 社会保险费 公积金",
        "合同额":
            "合同 合同金额 合同总额 合同款 签约额 签约金额 订单 订单额 订单金额 中标金额 中标 标的额 contract "
            "contract_value",
        "罚款": "罚 罚金 罚了 违约金 滞纳金 penalty",
        "成本": "成本费用 营业成本 总成本 cost costs",
        "支出": "费用 花费 花 花了 花掉 开销 开支 花销 总支出 expense expenses expenditure",
        "租金": "房租 年租金 场地费 租金减免 rent",
        "价格": "价值 单价 总价 售价 报价 卖 price",
        "保证金": "押金 定金 首付 首付款 deposit",
        "市值": "估值 market_value valuation",
        "存款": "余额 账户余额 现金流 现金",
        "捐款": "捐赠 捐 捐了",
        "股权": "股份金额",
        "赔偿": "赔 赔了 赔偿金 赔付",
    }),
    verbs=_words({
        "奖励":
            "拿 拿到 拿了 能拿 可拿 领 领到 领了 领取 得 得到 得了 获 获得 可得 能得 应得 奖给 奖了 补 补了 给 给了 "
            "给予 申请 申领 兑现 享受 发放 发给 拨付 到手 能有 落袋 get receive received gets",
    }),
)
# fmt: on
