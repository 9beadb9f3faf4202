"""Bring a text to one spelling without losing where each character stood.

Full width becomes half width, traditional becomes simplified, capitals become small, spaces go away except
where they keep two words or numbers apart. ``positions`` leads from the prepared text back to the original.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

END = "\0"
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
TRADITIONAL = (
    "萬万億亿兩两倆俩幾几數数點点負负圓圆塊块個个餘余貳贰弐贰參参陸陆營营業业總总額额資资產产稅税註注冊册獎奖勵励補补貼贴"
    "給给領领錢钱幣币歐欧鎊镑韓韩臺台盧卢銖铢達达滿满過过於于約约將将為为爲为間间內内從从漲涨長长減减變变還还"
    "遠远來来後后開开頭头時时間间當当沒没無无應应該该實实際际際际報报賺赚賠赔虧亏損损償偿債债貸贷負负費费價价"
    "銷销購购買买賣卖險险廠厂團团園园區区縣县鄉乡號号級级檔档條条項项權权續续賬账帳账戶户單单據据證证訂订簽签"
    "協协議议計计劃划設设備备課课訓训員员務务勞劳動动發发對对關关門门問问題题聽听說说講讲請请讓让誰谁麼么嗎吗"
    "這这裡里裏里樣样種种類类貨货進进運运輸输轉转換换遞递財财貿贸際际電电話话網网絡络線线紅红綠绿雙双隻只"
    "臨临剛刚纔才歲岁歷历曆历歸归屬属屆届層层幫帮廣广庫库張张強强彈弹徵征態态慣惯慮虑憑凭懷怀戰战擔担據据"
    "擇择擬拟擴扩攤摊敗败斷断會会東东極极標标樓楼機机檢检歡欢氣气決决淨净準准滬沪漢汉潤润澤泽濟济灣湾熱热"
    "爭争牽牵獲获獨独環环現现畝亩異异疊叠發发盤盘確确碼码禮礼稱称穩稳積积窮穷競竞筆笔範范築筑簡简籌筹糧粮"
    "紀纪級级納纳純纯紙纸組组結结絕绝統统經经維维緊紧編编練练縮缩績绩繳缴繼继罰罚聯联職职聲声膽胆與与興兴"
    "舉举舊旧藝艺處处術术衛卫裝装製制複复覆复見见規规視视親亲覺觉觀观託托記记許许評评試试詢询該该詳详認认語语"
    "誤误調调談谈論论謝谢識识譽誉讀读貢贡責责貧贫貴贵貸贷貿贸賀贺賓宾賞赏質质賴赖贈赠贏赢趙赵趨趋車车軍军"
    "輕轻載载較较輛辆農农適适選选鄰邻醫医釋释鉅巨銀银錄录鋼钢鎮镇鐵铁闆板階阶隊队陽阳隨随雖虽離离難难雲云靈灵"
    "靜静韋韦頁页頂顶順顺須须預预頗颇頻频願愿顧顾顯显風风飛飞飯饭館馆馬马驗验體体髮发鬆松鬧闹魚鱼鮮鲜麗丽黃黄齊齐龍龙"
)
SYMBOLS = {
    "，": "，", "〔": "[", "〕": "]", "￥": "¥", "﹪": "%", "〜": "~", "–": "-", "—": "-", "―": "-",
    "−": "-", "’": "'", "‘": "'", "‐": "-", "‑": "-", "﹣": "-", "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤",
    "｡": "。", "､": "、", "﹐": "，", "﹒": ".", "\t": "|", "\r": "\n", "\v": "\n", "\f": "\n",
    "‹": "<", "›": ">", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", END: "\n", "○": "〇", "Ｏ": "o",
}  # fmt: skip
INVISIBLE = frozenset({"Cc", "Cf"})  # controls and joiners count as if they were not there
DIGITS = frozenset("0123456789零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖")
SCALES = frozenset("万亿兆")
TYPOGRAPHIC = re.compile(r"[0-9.,]{1,24}\s{0,3}[万千百亿元圆]|[^0-9]")  # 1 亿 2000 万: blanks around everything
# 7万 5千 4百: the same number
FALLING = re.compile(r"[1-9一二三四五六七八九两][千百](?!\s?[万亿家人名户个项件台套次倍多余])")
_TAGS = "b|i|u|a|p|br|em|strong|span|font|div|li|ul|ol|td|th|tr|h[1-6]|sup|sub|mark|code"
PARTING = frozenset({"p", "br", "div", "li", "ul", "ol", "td", "th", "tr"})  # they part what stands on either side
TAG = re.compile(rf"</?({_TAGS})(?: [ -;=?-~]{{0,200}})?/?>")
ESCAPE = "\x1b["  # what follows it, up to a letter, colours a terminal


class Prepared(NamedTuple):
    """The prepared text (ended by NUL) and, for each of its characters, the index in the original."""

    text: str
    positions: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the prepared span ``start:end``."""
        if self.positions is None:
            return start, end
        return self.positions[start], self.positions[end - 1] + 1


@functools.cache
def _table() -> dict[int, str]:
    """Character to character: the width, the script and the case."""
    table: dict[int, str] = {}
    for code in (*range(0x20, 0x7F), *range(0xFF01, 0xFF5F)):
        table[code] = unicodedata.normalize("NFKC", chr(code)).lower()
    for source in ("０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"):
        table.update({ord(char): str(value) for value, char in enumerate(source)})
    table.update({ord(old): new for old, new in zip(TRADITIONAL[::2], TRADITIONAL[1::2], strict=True)})
    table.update({ord(old): new for old, new in SYMBOLS.items()})
    table.update(dict.fromkeys((0xFE0E, 0xFE0F, 0x20E3), "\u200b"))  # how an emoji is to look
    return {code: char for code, char in table.items() if chr(code) != char}


def prepare(text: str) -> Prepared:
    """The text in one spelling. A space stays only between two Latin letters or digits, or before a digit
    that would otherwise join a number (``1, 234``, ``8000万 12%``). HTML tags go away."""
    folded = text.translate(_table())
    if "<" in folded:
        folded = TAG.sub(lambda tag: (" " if tag[1] in PARTING else "\u200b") * len(tag[0]), folded)
    if folded.isprintable() and " " not in folded:
        return Prepared(folded + END, None)
    kept: list[str] = []
    positions: list[int] = []
    gap = escape = loose = False  # loose: the last character kept stands after a blank itself
    for index, char in enumerate(folded):
        if escape:
            escape = char in "[;" or char.isdecimal()
            if escape or char in LETTERS:
                continue
        if char != "\n" and (char.isspace() or unicodedata.category(char) in INVISIBLE):
            gap, escape = gap or char.isspace(), folded.startswith(ESCAPE, index)
            continue
        if gap and kept:
            amount = char in DIGITS and kept[-1] in SCALES and not _goes_on(folded, index, kept[-1], loose)
            if amount or _apart(kept[-1], char):
                kept.append(" ")
                positions.append(index - 1)
        gap, loose = False, gap
        kept.append(char)
        positions.append(index)
    kept.append(END)
    return Prepared("".join(kept), positions)


def _goes_on(s: str, i: int, scale: str, loose: bool) -> bool:
    """Whether the digit at ``i`` belongs to the number before the blank, for all that a blank parts two amounts."""
    return bool((loose and TYPOGRAPHIC.match(s, i)) or (scale == "万" and FALLING.match(s, i)))


def _apart(before: str, after: str) -> bool:
    latin = after.isascii() and after.isalnum()
    return latin and before.isascii() and (before.isalnum() or before in ",.")
