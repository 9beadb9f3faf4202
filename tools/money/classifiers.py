"""What 万 and 亿 may count besides money: 三万家企业, 500万像素, 20万伏.

A scale without a currency is money here, so a classifier or a physical unit must be certain before it takes the
amount away. Many of them begin other words (家 in 家底, 单 in 单独, 升 in 升到): such a word is known by the one
character after it.
"""

from __future__ import annotations

import re

# a unit -> the characters behind it with which it is another word
_FOLLOWED = {
    "家": "庭底具属电长乡",
    "人": "民工才力均社事为",
    "名": "下义单称字额目",
    "户": "口头均",
    "位": "于列居置",
    "次": "年月日要之于新",
    "台": "币湾阶上",
    "套": "现利取牢路",
    "份": "额",
    "条": "件款例约",
    "个": "体税",
    "股": "东权份本票息金市改",
    "股东": "借出投贷垫增",
    "度": "假过",
    "升": "到至级值高为了起幅迁温",
    "只": "能要是有够拿给占算奖领报会用需得为做剩差多少到达交缴赚亏花卖买可在按限被凭靠看收完实补发够",
    "张": "总先女罗贴家扬三某",
    "册": "封",
    "种": "植子地下田树",
    "步": "骤入伐调",
    "票": "房据面款根价",
    "羽": "绒毛",
    "平": "台均分安常衡价移息稳摊",
    "方": "面向案可式法便才能针程",
    "单": "位独笔价项个家一次年月户纯靠就凭从是产方据向日季列",
    "头": "寸部期",
    "支": "持出付撑票援取配",
    "根": "据本",
    "口": "头径号子",
    "片": "区",
    "项": "目",
    "倍": "增",
    "场": "地景合面所",
    "瓶": "颈",
    "盒": "",
    "粒": "",
    "匹": "配",
    "尾": "款号数部",
    "幅": "度",
    "艘": "",
    "架": "构",
    "箱": "体",
    "伏": "击",
    "瓦": "解房",
    "字": "号面",
    "桶": "装",
    "座": "谈位",
    "栋": "", "幢": "", "亩": "均", "吨": "位", "斤": "", "件": "", "辆": "", "颗": "", "袋": "装", "株": "洲", "棵": "", "枚": "",
    "篇": "", "米": "", "坪": "", "顷": "", "赫": "",
}  # fmt: skip
_CERTAIN = (
    "人次 名员工 家企业 家公司 企业家 员工 粉丝 用户 积分 流量 播放量 播放 浏览量 下载量 点击量 像素 光年 小时 分钟 秒钟 标箱 标准箱 集装箱 "
    "车次 班次 航次 架次 人年 英尺 英里 英寸 海里 平方米 平米 平方公里 平方千米 平方英尺 平方 ㎡ 公顷 公里 千米 厘米 毫米 立方米 立方 公斤 "
    "千克 毫克 毫升 公升 加仑 克拉 盎司 千瓦时 千瓦 兆瓦 度电 伏特 千伏 千伏安 赫兹 千赫 兆赫 马力 卡路里 千卡 焦耳 比特 字节 流明 "
    "行代码 行数据 行记录 行文字 kwh kva kg km mwh"
)
CLASSIFIER = re.compile(
    "|".join([
        "间(?=客?房|教室|商铺|铺|店|门店|办公|厂房|宿舍|屋|公寓|民宿|酒店|病房)",  # else 之间
        *sorted(_CERTAIN.split(), key=len, reverse=True),
        *(f"{unit}(?![{after}])" if after else unit for unit, after in sorted(_FOLLOWED.items(), key=lambda i: -len(i[0]))),
    ])
)  # fmt: skip


def counts(s: str, i: int) -> bool:
    """Whether the word at ``i``, right behind a scale, makes it a count or a measure of something else."""
    return CLASSIFIER.match(s, i) is not None
