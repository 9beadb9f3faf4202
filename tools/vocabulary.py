"""The closed vocabulary of the amount grammar: digits, scales, units, bounds, connectors, and words that
only look like numbers. What a business measures (营业收入, 利润 …) is open and lives in ``tools.lexicon``.

All words are simplified and half width; ``tools.characters`` brings a text to that form first.
"""

from __future__ import annotations

from typing import Final

HAN_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "两": 2,
    "俩": 2,
    "参": 3,
}
SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12}
LETTER_SCALES: Final = {
    "w": 10**4, "kw": 10**7, "k": 10**3, "ww": 10**8,
    "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "millions": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9, "billions": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
CHINESE_LETTERS: Final = frozenset({"w", "kw", "k", "ww"})
COUNT_CHARS: Final = frozenset("家人名户个位年月天日周岁次台套件项条只辆座栋层倍成折股张份期届批档级号楼米吨亩平")
VAGUE_UNITS: Final = COUNT_CHARS | frozenset("元块圆万亿")
NOT_VAGUE: Final = frozenset({"多少", "多谢", "多亏", "余额", "余款", "余下", "余地", "余年", "多次"})

# Kinds of token.
NUM, YUAN, JIAO, FEN, FOREIGN, COUNT, TIME, PERCENT, LABEL = (
    "num", "yuan", "jiao", "fen", "foreign", "count", "time", "percent", "label"
)  # fmt: skip
LOW, HIGH, ABOUT, NEAR, JUST, AFTER_LOW, AFTER_HIGH, AFTER_ABOUT, AFTER_JUST, MORE_THAN = (
    "low", "high", "about", "near", "just", "after_low", "after_high", "after_about", "after_just", "over"
)  # fmt: skip
TO, BETWEEN, AND, LINK, OPEN, CLOSE, INCLUDED, EXCLUDED, WORDS, MINUS, ORDINAL = (
    "to", "between", "and", "link", "open", "close", "included", "excluded", "words", "minus", "ordinal"
)  # fmt: skip
NOT, MORE, LESS, TOTAL, EACH, COMMA, STOP, MEASURE, VERB, OWNER, YEAR, DATE, SKIP, OTHER, THAN, CENT, EITHER_LOW, EITHER_HIGH, LEVEL, SPAN, UNIT_WORD, OF, OR, SLASH, REST, AFTER_MORE = (
    "not", "more", "less", "total", "each", "comma", "stop", "measure", "verb", "owner", "year", "date",
    "skip", "other", "than", "cent", "either_low", "either_high", "level", "span", "unit_word", "of", "or", "slash", "rest", "after_more"
)  # fmt: skip

WORDS_BY_KIND: Final[tuple[tuple[str, object, str], ...]] = (
    # money
    (YUAN, None, "元 圆 块 块钱 元钱 元整 圆整 元正 人民币 元人民币 rmb cny yuan renminbi ¥ 钱"),
    (JIAO, None, "角 毛 毛钱 角钱"), (JIAO, "fen", "分钱"),
    (FEN, None, "分"),
    (FOREIGN, None,
     "美元 美金 美圆 美刀 刀 美分 港元 港币 港纸 欧元 英镑 日元 日圆 日币 韩元 韩币 韩圆 台币 新台币 卢布 泰铢 泰币 越南盾 "
     "澳元 澳币 澳门元 澳门币 加元 加币 新加坡元 新加坡币 新币 新元 瑞士法郎 法郎 卢比 林吉特 马币 马克 比索 迪拉姆 里拉 奈拉 "
     "比特币 泰达币 以太坊 外币 外汇 usd usdt us$ $ hk$ hkd nt$ twd eur € £ gbp jpy krw aud a$ cad c$ sgd s$ btc "
     "dollar dollars euro euros pound pounds yen won"),
    # other units
    (PERCENT, 1, "% 个百分点 百分点 percent"),
    (PERCENT, 10, "成 折"), (CENT, None, "百分之"),
    (TIME, "年", "年 周年"), (TIME, "年半", "年半"), (TIME, "年多", "年多 年余"), (TIME, "月", "个月 个整月 months month"),
    (TIME, "月半", "个半月 个月半"), (TIME, "月多", "个多月 个月多"), (TIME, "季", "个季度"), (TIME, "天", "天"), (TIME, "周", "周 星期 个星期"),
    (SPAN, "6", "半年"), (SPAN, "0.5", "半个月"), (SPAN, "3", "一季度"), (SPAN, "12", "一整年 整一年 整年"),
    (LABEL, "月", "月 月份"), (LABEL, "日", "日 号"), (LABEL, None, "小时 个小时 分钟 秒 秒钟 点钟 季度"), (TIME, "年", "years year"),
    (COUNT, "家", "家 家企业 家公司"), (COUNT, "人", "人 名 位 个人 名员工 人次 员工"), (COUNT, "户", "户"),
    (COUNT, "个", "个"), (COUNT, "次", "次"), (COUNT, "项", "项"), (COUNT, "件", "件"), (COUNT, "台", "台"),
    (COUNT, "套", "套"), (COUNT, "辆", "辆"), (COUNT, "份", "份"), (COUNT, "批", "批"), (COUNT, "座", "座"),
    (COUNT, "只", "只"), (COUNT, "张", "张"), (COUNT, "条", "条"), (COUNT, "倍", "倍"), (COUNT, "场", "场"),
    (LABEL, None,
     "款 档 楼 层 期 届 部门 强 岁 股 万股 点 米 平方米 平米 平方公里 公里 千米 公顷 亩 吨 公斤 斤 千克 克 "
     "千瓦 千瓦时 度 立方米 升 字 页 篇 注 用户 粉丝 平 套房 kwh kg km ㎡ 平方英尺 方 斗 对 双 代 区 站 园 星 线 章"),
    # bounds before a number: data is whether the bound itself is included
    (LOW, False, "超过 超出 超 突破 大于 高于 多于 逾 过 破 > over exceeding above more_than greater_than 已超 超越"),
    (LOW, True,
     "不低于 不少于 不小于 至少 最少 最低 起码 达到 达 满 够 ≥ >= => 不下 不下于 大于等于 大于或等于 大于或者等于 高于等于 "
     "高于或等于 不得低于 不得少于 不能低于 未低于 minimum at_least no_less_than not_less_than"),
    (HIGH, False,
     "不满 未达 未达到 没到 没有到 没达到 没有达到 没能达到 达不到 小于 低于 少于 < 未满 不及 不够 未到 没满 没过 "
     "under below less_than"),
    (HIGH, True,
     "不超过 不高于 不多于 不大于 至多 最多 最高 顶多 ≤ <= =< 小于等于 小于或等于 小于或者等于 低于等于 低于或等于 少于等于 "
     "不得超过 不得高于 不能超过 未超过 没超过 没有超过 没有突破 未突破 上限 上限为 maximum at_most no_more_than not_more_than up_to"),
    (ABOUT, None, "大概 大约 约 约为 大致 估摸 估摸着 差不多 大体 ≈ around about approximately approx roughly circa"),
    (NEAR, None, "将近 接近 近 差不多到 差不多有 快到 快 逼近 临近 几近 nearly almost close_to"),
    (JUST, None, "刚过 刚刚过 刚超过 刚刚超过 略超 略超过 略高于 刚突破 稍超 刚刚突破 just_over slightly_over"),
    (MORE_THAN, None, "上"),
    # bounds after a number
    (AFTER_LOW, True, "以上 及以上 之上 往上 起步 打底 + 或以上 或者以上 及其以上 或者更多 或更多 以上的 起"),
    (AFTER_LOW, False, "开外"), (EITHER_LOW, False, "不止"), (EITHER_HIGH, False, "不到 不足 都不到 还不到"),
    (AFTER_HIGH, True, "以下 及以下 以内 之内 封顶 为限 或以下 或者以下 或更少 或者更少 内"),
    (AFTER_HIGH, False, "之下"), (LEVEL, None, "级 级别"),
    (AFTER_ABOUT, None, "左右 上下 前后"),
    (AFTER_JUST, None, "出头 出点头"), (AFTER_MORE, None, "余 有余 挂零"),
    # glue
    (TO, None, "至 到 - -- -> ~ ~~"),
    (BETWEEN, None, "之间 间 区间 范围 介于 between"),
    (AND, None, "和 与 及 且 并 并且 而且 同时 的同时 以及 、 但 又 跟 and"),
    (LINK, None, "是 为 有 了 : = 就是 等于 在 计 折合 合 做到 做了 有个 高达 多达 仅 只有 才 已 都 可达 is was were are at reached hit totals totalled"),
    (OF, None, "的 之 of in 's"), (OR, None, "或 或者 还是 or"), (SLASH, None, "/ 每"), (UNIT_WORD, None, "单位 计量单位 金额单位 货币单位"),
    (REST, None, "其他 其它 其余 另外"),
    (OPEN, None, "( [ 【 《"), (CLOSE, None, ") ] 】 》"),
    (INCLUDED, None, "含 包含 包括 含本数 含本级"), (EXCLUDED, None, "不含 不包含 不包括 不含本数"),
    (WORDS, None, "大写 小写 即 也就是 整 正"),
    (MINUS, None, "负 minus"),
    (ORDINAL, None, "第 前 排名 no. 编号"),
    (NOT, None, "不是 没有 没 并非 并不是 并没有 不会是 非"),
    (MORE, None,
     "再多 又多 多了 多 再增加 又增加 增加 增加了 增长 增长了 增 再增 新增 新增了 涨 涨了 上涨了 提高了 提升了 上升了 "
     "再加 再加上 多赚 多赚了 多出 多出来 加 加上 再来 再添 再赚 再做"),
    (LESS, None, "少了 再少 少 减少 减少了 下降了 降低了 降了 跌了 缩水 缩水了 下滑了 减 减去 扣掉 扣除 再减 少赚 少赚了"),
    (TOTAL, None, "共 一共 总共 合计 共计 总计 总和 加起来 合起来 加在一起 累计 in_total"),
    (EACH, None, "分别 各自 依次"),
    (THAN, None, "比"),
    (OWNER, "suffix", "公司 企业 集团 厂 工厂 有限公司 事务所"),
    (OWNER, None, "我们 我司 我公司 本公司 我们公司 咱们 咱们公司 贵公司 自己 本企业 我们企业 我厂 我"),
    *((OWNER, "label", word) for word in ["甲", "乙", "丙", "丁"]), (OWNER, "prefix", "company firm enterprise"),
    *((OWNER, word, word) for word in ["子公司", "分公司", "母公司", "总公司", "前者", "后者", "甲公司", "乙公司", "丙公司", "丁公司", "甲方", "乙方", "另一家"]),
    (COMMA, None, ", ， ; ； . …"),
    (STOP, None, "\n 。 ! ? ！ ？"),
    (YEAR, -3, "大前年"), (YEAR, -2, "前年"), (YEAR, -1, "去年 上年 上一年 去年度 上年度 上一年度 last_year"),
    (YEAR, 0, "今年 本年 本年度 今年度"), (YEAR, 1, "明年 下一年 来年"), (YEAR, 2, "后年"),
    # words that only look like numbers or units
    (SKIP, None,
     "一下 一切 一起 一些 一般 一定 一样 一直 一旦 一律 一致 一方面 一时 一向 一贯 一流 一会 一会儿 一块儿 "
     "一看 一听 一想 一次性 一站式 一体化 一带一路 一把手 一线 一手 一边 一面 一道 一带 一概 一并 一如既往 一言为定 一汽 "
     "一个样 统一 唯一 万一 万一是 之一 进一步 初一 十一假期 二手 二维码 二来 一来 三来 二次元 三方 第三方 三七互娱 三星 三一重工 三一 "
     "三亚 三明 三峡 三农 三板 新三板 三证合一 三险一金 五险一金 六险一金 四川 四处 四面 四海 五角大楼 五角星 五台山 五粮液 五菱 五金 "
     "五一 十一 六一 双十一 六国化工 七匹狼 七一 七夕 七天酒店 八一 八方 八卦 九牧 九州 九江 九阳 九九 十分 十足 十堰 十字 十佳 "
     "十全十美 十万火急 百度 百姓 百货 百强 百色 百胜 百年 百合 百家 百科 百般 百万富翁 百事 百联 百威 百花 百倍 "
     "千万别 千万要 千万不 千万不要 千万不能 千万记得 千万注意 千方百计 千方 千岛湖 千禧 千里 千古 千山 成千上万 千辛万苦 千变万化 千家万户 "
     "千载难逢 千秋 千人计划 万达 万科 万华 万事 万物 万能 万象 万向 万家乐 万和 万宝 万里 万里长城 万无一失 万不得已 万分 万岁 万众 "
     "万万不可 万年青 万豪 万国 万盛 万洲 万州 万宁 亿纬锂能 亿纬 亿联 亿万富翁 亿利 亿达 亿道 亿阳 兆易创新 兆易 兆丰 兆驰 "
     "两两 两江 两会 两岸 两山 两化融合 两手 两难 两面 数据 数字 数量 数额 数码 数学 数目 几乎 几何 半导体 半天 半途 半岛 半点 半成品 "
     "独一无二 乱七八糟 三心二意 五花八门 四通八达 七上八下 九牛一毛 不管三七二十一 二话不说 一塌糊涂 一五一十 八九不离十 三三两两 "
     "陆地 大陆 登陆 陆续 陆军 收拾 拾取 拾起 拾到 夕拾 放肆 肆意 肆无忌惮 队伍 入伍 退伍 伍仁 参加 参与 参保 参照 参考 参展 参会 参观 参股 零售 零食 零件 零工 零散 "
     "超市 超级 通过 经过 过去 过程 过来 过户 过期 不过 过后 过年 过奖 达成 达标 发达 到达 传达 达人 近年 近期 近日 最近 附近 "
     "满意 满足 圆满 约定 预约 条约 签约率 节约 约谈 违约 快递 快速 快来 尽快 赶快 破产 破格 上海 上市 上报 上升 上面 上传 以上海 "
     "上规 上级 上班 上交 线上 晚上 早上 加上去 有关 没有关系 没关系 多少 多久 多大 多家 多次 多种 多长 多数 多方 多站点 好多 "
     "不少 多少钱 少数 至今 至于 到底 到期 直到 得到底 之间的关系 时间 空间 期间 民间 房间 中间 车间 "
     "元旦 元素 元件 元宵 单元 公元 块头 模块 板块 区块 地块 块链 角度 角色 毛利率 分公司的 部分 分享 分配 充分 十分钟 "
     "增值税率 增值 增速 增长率 增长点 增强 加入 加快 加强 加大 加班 加盟 加工 增加值 减免 减税 减负 "
     "非常 除非 非公 没问题 没法 有没有 是不是 总的来说 在一起 为什么 因为 认为 以为 为了 作为 有效 有限 拥有 还有 所有 没有规定 "
     "及时 涉及 和谐 共和国 公共 共同 共享 即将 即使 合同期 合适 合作 合理 合法 联合 结合 符合 整体 整个 整改 正在 正常 正式 "
     "号召 股东 股份 字号 期限 期间 款项 章程 度假 年报 年底 年末 年初 年中 年检 年会 年龄 "
     "日常 日期 日子 日报 月底 月初 月末 天津 周边 周转 周期 人才 人力 人员 人社 人均 人家 人事 名单 名称 名字 家庭 家人 大家 国家 专家 "
     "位置 定位 岗位 个体 个税 户口 客户 账户 开户 落户 次年 其次 项目 条件 条款 条例 件事 台阶 平台 "
     "规模以上 规上 标准普尔 上述 上年末 以上述 不到位 内容 内部 内地 国内 业内 院内 境内 内资 起来 一起来 起诉 起草 发起 引起 "
     "成立 成为 成功 完成 达成 构成 成员 成绩 成长 成熟 组成 形成 成交 变成 赞成 集成 成都 点击 重点 地点 优点 观点 特点 "
     "折扣 打折 批准 批复 审批 场地 现场 市场 份额 身份 省份 月份的 张三 只要 只能 只是 才能 人才的 刚才 天才 已经 早已 都是 都有 "),
)  # fmt: skip
