"""The closed vocabulary of the amount grammar: digits, scales, units, bounds and connectors.

What a business measures (营业收入, 利润 …) is open and lives in ``tools.money.lexicon``; words that only look like
numbers are in ``tools.money.lookalikes``. All words are simplified and half width, as ``tools.money.characters`` makes a text.
"""

from __future__ import annotations

from typing import Final

from tools.money.lookalikes import LOOKALIKES

HAN_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "参": 3,
}
TENS: Final = {"廿": 2, "卅": 3}  # in one character
SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12}
LETTER_SCALES: Final = {
    "w": 10**4, "kw": 10**7, "k": 10**3, "ww": 10**8,
    "thousand": 10**3, "m": 10**6, "mn": 10**6, "mil": 10**6, "mln": 10**6, "million": 10**6, "millions": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9, "billions": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
CHINESE_LETTERS: Final = frozenset({"w", "kw", "k", "ww"})
LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
COUNT_CHARS: Final = frozenset(
    "%家人名户个位年月天日周岁次台套件项条只辆座栋层倍成折股张份期届批档级号楼米吨亩平步间单票篇册种羽笔款方头支根粒"
)
VAGUE_UNITS: Final = COUNT_CHARS | frozenset("元块圆万亿")
NOT_VAGUE: Final = frozenset({
    "多少", "多谢", "多亏", "多次", "多久", "多长", "多大", "多远", "多高", "多快", "多半", "多数", "余额", "余款", "余下", "余地",
    "余年", "余量", "余数",
})  # fmt: skip

# fmt: off
# Kinds of token: numbers and their units,
NUM, YUAN, JIAO, FEN, FOREIGN, COUNT, TIME, SPAN = "num", "yuan", "jiao", "fen", "foreign", "count", "time", "span"
PERCENT, CENT, LABEL, ORDINAL, YEAR, DATE = "percent", "cent", "label", "ordinal", "year", "date"
# bounds before a number, after it, or on either side,
LOW, HIGH, ABOUT, NEAR, JUST, UP, AFTER_LOW = "low", "high", "about", "near", "just", "up", "after_low"
AFTER_HIGH, AFTER_ABOUT, AFTER_NEAR, AFTER_JUST = "after_high", "after_about", "after_near", "after_just"
AFTER_MORE, LEVEL, EITHER_LOW, EITHER_HIGH = "after_more", "level", "either_low", "either_high"
EITHER_NEAR = "either_near"
# what holds numbers together,
TO, BETWEEN, AND, OR, LINK, OF, OPEN, CLOSE = "to", "between", "and", "or", "link", "of", "open", "close"
SLASH, COMMA, STOP, INCLUDED, EXCLUDED, WORDS = "slash", "comma", "stop", "included", "excluded", "words"
UNIT_WORD, MINUS, THAN, GAP = "unit_word", "minus", "than", "gap"
# and what the sentence says of them.
MEASURE, VERB, OWNER, REST, NOT, MORE, LESS = "measure", "verb", "owner", "rest", "not", "more", "less"
TOTAL, EACH, SKIP, OTHER = "total", "each", "skip", "other"

_A_LITTLE = ["just", "slightly", "marginally", "a_little", "a_bit", "a_shade", "a_touch", "only_just"]
_OWNERS = "子公司 分公司 母公司 总公司 前者 后者 甲公司 乙公司 丙公司 丁公司 甲方 乙方 另一家"

WORDS_BY_KIND: Final[tuple[tuple[str, object, str], ...]] = (
    (YUAN, None, "元 圆 块 块钱 元钱 元整 圆整 元正 人民币 元人民币 rmb cny yuan renminbi ¥ 钱"),
    (JIAO, None, "角 毛 毛钱 角钱"),
    (JIAO, "fen", "分钱"),
    (FEN, None, "分"),
    (FOREIGN, None,
        "美元 美金 美圆 美刀 刀 美分 港元 港币 港纸 欧元 英镑 日元 日圆 日币 韩元 韩币 韩圆 台币 新台币 卢布 泰铢 "
        "泰币 越南盾 盾 円 欧 澳元 澳币 澳门元 澳门币 加元 加币 新加坡元 新加坡币 新币 新元 瑞士法郎 法郎 卢比 林吉特 马币 "
        "马克 比索 迪拉姆 里拉 奈拉 比特币 泰达币 以太坊 外币 外汇 usd usdt us$ $ hk$ hkd nt$ twd eur € £ gbp "
        "jpy krw aud a$ cad c$ sgd s$ btc dollar dollars euro euros pound pounds yen us_dollars us_dollar "
        "american_dollars hong_kong_dollars hk_dollars"),
    (PERCENT, 1, "% 个百分点 百分点 percent"),
    (PERCENT, 10, "成 折"),
    (CENT, None, "百分之"),
    (TIME, "年", "年 周年"),
    (TIME, "年半", "年半"),
    (TIME, "年多", "年多 年余"),
    (TIME, "月", "个月 个整月 months month"),
    (TIME, "月半", "个半月 个月半"),
    (TIME, "月多", "个多月 个月多"),
    (TIME, "季", "个季度"),
    (TIME, "天", "天"),
    (TIME, "周", "周 星期 个星期"),
    (SPAN, "6", "半年"),
    (SPAN, "0.5", "半个月"),
    (SPAN, "12", "一整年 整一年 整年"),
    (LABEL, "月", "月 月份"),
    (LABEL, None, "英尺 英里 海里 积分 流量 播放量 播放 浏览量 下载量 点击量 片 瓶 箱 颗 桶 袋 盒 株 棵 枚"),
    (LABEL, "日", "日 号"),
    (LABEL, None, "小时 个小时 分钟 秒 秒钟 点钟 季度"),
    (TIME, "年", "years year"),
    (COUNT, "家", "家 家企业 家公司"),
    (COUNT, "人", "人 名 位 个人 名员工 人次 员工"),
    (COUNT, "户", "户"),
    (COUNT, "个", "个"),
    (COUNT, "次", "次"),
    (COUNT, "项", "项"),
    (COUNT, "件", "件"),
    (COUNT, "台", "台"),
    (COUNT, "套", "套"),
    (COUNT, "辆", "辆"),
    (COUNT, "份", "份"),
    (COUNT, "批", "批"),
    (COUNT, "座", "座"),
    (COUNT, "只", "只"),
    (COUNT, "张", "张"),
    (COUNT, "条", "条"),
    (COUNT, "倍", "倍"),
    (COUNT, "场", "场"),
    (LABEL, None,
        "款 档 楼 层 期 届 部门 强 岁 股 万股 米 平方米 平米 平方公里 公里 千米 公顷 亩 吨 公斤 斤 千克 克 千瓦 "
        "千瓦时 度 立方米 升 字 页 篇 注 用户 粉丝 平 套房 kwh kg km ㎡ 平方英尺 方 斗 对 双 代 区 站 园 星 线 章"),
    # comparisons, which a denial before them turns round (tools.money.bounds): 不 + 超过, 未能 + 达到
    (LOW, False,
        "超过 超出 超 突破 打破 大于 高于 多于 多过 高过 大过 逾 过 破 > over exceed exceeds exceeded exceeding above "
        "more_than greater_than higher_than in_excess_of surpass surpasses surpassed surpassing 已超 超越"),
    (LOW, True,
        "不下 不下于 不亚于 达到 达 满 够 ≥ >= => 大于等于 大于或等于 大于或者等于 高于等于 高于或等于 低不了 少不了 够得上 够得着 够得到 达得到"),
    (HIGH, False,
        "不满 小于 低于 少于 少过 低过 小过 < 不及 不够 没过 达不到 到不了 够不上 够不着 够不到 够不太上 能够不上 能够不着 能够不到 上不了 上不到 及不上 under below "
        "less_than lower_than fewer_than short_of fell_short_of falls_short_of fall_short_of falling_short_of "
        "failed_to_reach fails_to_reach fail_to_reach shy_of"),
    (HIGH, True,
        "≤ <= =< 小于等于 小于或等于 小于或者等于 低于等于 低于或等于 少于等于 超不过 过不了 超不了 高不过 突破不了 up_to"),
    # extremes, which may govern an amount over the words between (最高给予500万元)
    (LOW, "least",
        "至少 最少 最低 起码 少说 往少了说 往少里说 最起码 minimum minimum_of a_minimum_of at_least at_minimum"),
    (HIGH, "most",
        "至多 最多 最高 顶多 撑死 撑死了 顶天 顶天了 充其量 往多了说 往多里说 maximum maximum_of a_maximum_of at_most capped_at "
        "limited_to"),
    (EITHER_LOW, "least", "下限"),
    (EITHER_HIGH, "most", "上限 封顶"),
    (ABOUT, None,
        "大概 大约 约 约为 约莫 约摸 约略 大抵 大致 估摸 估摸着 差不多 大体 ≈ around about approximately approx roughly circa"),
    (NEAR, "recent", "近"),
    (NEAR, None, "将近 接近 接近于 靠近 趋近 趋近于 逼近于 差不多到 差不多有 快到 快 逼近 临近 几近 小 nearly almost close_to "
        + " ".join(f"{little}_{under}" for little in _A_LITTLE for under in ("under", "below", "less_than", "short_of", "shy_of"))),
    (JUST, None, "刚过 刚刚过 刚超过 刚刚超过 略超 略超过 略高于 刚突破 稍超 刚刚突破 "
        + " ".join(f"{little}_{over}" for little in _A_LITTLE for over in ("over", "above", "more_than"))),
    (UP, None, "上"),
    (AFTER_LOW, True, "以上 及以上 之上 往上 起步 打底 + 或以上 或者以上 及其以上 或者更多 或更多 以上的 起 为下限 为底线 为起点 为最低限额 "
        "or_more or_above or_over or_higher or_greater or_up and_above and_over and_up and_more"),
    (AFTER_LOW, False, "开外"),
    (EITHER_LOW, False, "不止"),
    (EITHER_HIGH, False, "不到 不足"),
    (AFTER_HIGH, True, "以下 及以下 以内 之内 为限 为上限 为最高限额 或以下 或者以下 或更少 或者更少 内 "
        "or_less or_below or_under or_lower or_fewer and_below and_under"),
    (AFTER_HIGH, False, "之下"),
    (LEVEL, None, "级 级别"),
    (AFTER_ABOUT, None, "左右 上下 前后"),
    (AFTER_JUST, None, "出头 出点头 冒头 冒点头 冒尖 挂零 多一点 多一点点 多点 多一些 多一丁点"),
    (AFTER_MORE, None, "余 有余"),
    (EITHER_NEAR, None, "差一点 差点 差一点点 还差一点 还差一点点 还差点 就差一点 就差一点点 就差点 差一点就 差点就 差一点就到 差点就到"),
    (AFTER_NEAR, None, "少一点 少一点点 欠一点"),
    (TO, None, "至 到 - -- -> ~ ~~ to"),
    (BETWEEN, None, "之间 间 区间 范围 介于 between"),
    (AND, None, "和 与 及 且 并 并且 而且 同时 的同时 以及 、 但 又 跟 and but"),
    (LINK, None,
        "是 为 有 了 : = 就是 等于 在 计 折合 合 做到 做了 有个 高达 多达 仅 只有 才 已 都 可达 非得 必得 is was were are "
        "at reach reached hit totals totalled what_about how_about"),
    (OF, None, "的 之 of in 's"),
    (OR, None, "或 或者 还是 or"),
    (SLASH, None, "/ 每"),
    (UNIT_WORD, None, "单位 计量单位 金额单位 货币单位"),
    (REST, None, "其他 其它 其余 另外"),
    (OPEN, None, "( [ 【 《"),
    (CLOSE, None, ") ] 】 》"),
    (INCLUDED, None, "含 包含 包括 含本数 含本级"),
    (EXCLUDED, None, "不含 不包含 不包括 不含本数"),
    (WORDS, None, "大写 小写 即 也就是 整 正"),
    (MINUS, None, "负 负的 负数 负值 零下 倒扣 minus negative"),
    (ORDINAL, None, "第 前 排名 no. 编号"),
    (NOT, None, "不是 没有 没 并非 并不是 并没有 不会是 非"),
    (MORE, None,
        "再多 又多 多了 多 再增加 又增加 增加 增加了 增长 增长了 增 再增 新增 新增了 涨 涨了 上涨了 提高了 提升了 "
        "上升了 再加 再加上 多赚 多赚了 多出 多出来 加 加上 再来 再添 再赚 再做"),
    (LESS, None,
        "负增长 负增长了 少了 再少 少 减少 减少了 下降了 降低了 降了 跌了 缩水 缩水了 下滑了 减 减去 扣掉 扣除 再减 少赚 少赚了"),
    (TOTAL, None, "共 一共 总共 合计 共计 总计 总和 加起来 合起来 加在一起 累计 in_total"),
    (EACH, None, "分别 各自 依次"),
    (THAN, None, "比"),
    (GAP, None, "差 还差 缺 还缺 只差 就差 相差"),
    (OWNER, "suffix", "公司 企业 集团 厂 工厂 有限公司 事务所"),
    (OWNER, None, "我们 我司 我公司 本公司 我们公司 咱们 咱们公司 贵公司 自己 本企业 我们企业 我厂 我"),
    *((OWNER, "label", word) for word in "甲乙丙丁戊己庚辛"),
    (OWNER, "prefix", "company firm enterprise"),
    *((OWNER, word, word) for word in _OWNERS.split()),
    (COMMA, None, ", ， ; . … |"),
    (STOP, None, "。 ! ?"),
    (YEAR, -3, "大前年"),
    (YEAR, -2, "前年"),
    (YEAR, -1, "去年 上年 上一年 去年度 上年度 上一年度 last_year"),
    (YEAR, 0, "今年 本年 本年度 今年度"),
    (YEAR, 1, "明年 下一年 来年"),
    (YEAR, 2, "后年"),
    (SKIP, None, LOOKALIKES),
)
# fmt: on

# How words begin that start with a digit but are no number: 一起, 四舍五入, 一共.
WORD_STARTS: Final = frozenset(
    word[:2] for _, _, words in WORDS_BY_KIND for word in words.split() if word[0] in HAN_DIGITS and len(word) > 1
)
