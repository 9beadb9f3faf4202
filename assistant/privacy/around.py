"""What the words around a number say that it is: a telephone, a card, an identity, an amount, a document's number.

Words before a number count when nothing but linking words stands between. Where several do, the nearest is right:
手机销售额 speaks of an amount, 订单联系电话 of a telephone. Texts are folded; every window is bounded.
"""

import re
from typing import Literal

from assistant.privacy.fold import WALL

Context = Literal["phone", "card", "account", "id", "amount", "code", ""]

_BEFORE = 40  # characters looked at before a number
_AFTER = 24

_SURNAMED = "先生|女士|小姐|总|经理|某|老板|老师|师傅|主任|科长|工(?!程)|姐|哥|华|达|别"
# 万 and the like make an amount, but not where a name or a plea begins with them (万总, 千万别打错)
_SCALE = (
    rf"[多余几]?(?:万亿|万(?!一|{_SURNAMED})|亿(?!{_SURNAMED})|千(?!万[别不要勿记注])|百(?![度货姓])|[wk](?![a-z0-9]))"
)
_MONEY_AFTER = re.compile(
    rf" ?(?:{_SCALE}|元(?![旦宵月素])|圆(?![满通])|块(?![链头])|角(?![度色落])|分钱|美[元金刀]|港[元币]|欧元|英镑|日元"
    r"|(?:rmb|cny|usd|yuan|hkd)(?![a-z])|人民币|%|¥|\$|€)"
)
_COUNT_AFTER = re.compile(
    r" ?[多余]?(?:人次?|家(?:企业|公司)?|户|个|件|台|部|套|次|项|吨|股|度|平方米|平米|㎡|亩|公里|千?米|千瓦时?|kwh?|倍|辆|只|字"
    r"|条|张|公?斤|千?克|瓶|箱|双|名|票|笔|枚|粒|册|秒|毫秒|积分|分)"
    r"(?=$|[\s,.;:!?。、)\]}]|以[上下内]|左右|的|呢|吗|能|可|怎)"
)
_MONEY_BEFORE = re.compile(r"(?:[¥$€£]|(?<![a-z])(?:rmb|cny|usd|hkd|eur)|人民币|美元)\s?:?\s?(?:约|大概)?\s?\Z")
_SUM_BEFORE = re.compile(r"[0-9万亿元)] ?[+*×÷/=^] ?\Z|(?<![a-z])[=^*×÷] ?\Z")
_SUM_AFTER = re.compile(r" ?[+*×÷^=] ?[0-9(]|\.[0-9]{1,6}(?![0-9.])")

_PHONE = (
    r"(?:移动|联系|咨询|手机|固定|办公室?|公司|单位|家庭|家里|本人|个人|紧急|私人|备用|常用)?电话(?!费|卡销|销)(?:号码|号)?"
    r"|手机(?:号码|号)?|联系方式|联系人|联系(?:上|到)?|联络|号码|致电|来电|去电|回电|回拨|回复|拨打?|打给|打到|打|短信|座机|固话"
    r"|传真|微信(?:号|同号)?|支付宝|加我|呼叫?|通知|发给|发到|发我|发送|找我|找他|找她|转告|电联|机主|热线"
    r"|(?<![a-z])(?:tel(?:ephone)?|(?:cell|mobile|my)? ?phone|mobile|mob|cell|fax|wx|vx|v|weixin|wechat|whatsapp|call|dial|reach|contact|text"
    r"|dianhua|shouji|ph)(?: ?(?:no\.?|number|num))?"
)
_LINE = (
    r"座机(?:号码?)?|固话|固定电话|传真(?:号码?)?|(?:办公室?|公司|单位|家庭|家里|联系|咨询|我的?|办|宅)电话(?:号码|号)?"
    r"|(?<![一-龥])电话(?:号码|号)?|(?<![a-z])(?:tel|fax)"
)
_CARD = (
    r"(?:银行|储蓄|借记|信用|工资|工行|建行|农行|中行|交行|招行|邮储|打款|收款|银联|社保|医保)卡(?:卡号|账号|帐号|号码|号)?"
    r"|(?<!会员|积分|购物|加油|门禁|物联|流量|电话|手机)卡号|(?<=[张个我他她的到打入进给])卡[里上]?"
    r"|(?<![a-z])(?:bank|debit|credit)? ?card(?: ?(?:no\.?|number|num))?|(?<![a-z])(?:yhk|kahao)"
)
_ACCOUNT = (
    r"(?<!对公)(?<!单位)(?<!公司)(?<!企业)[账帐](?:号|户)|汇到|转到|转入|汇入|打款到?|存入|打入|户名|(?<![a-z])account"
)
_ID = (
    r"(?:居民|公民|本人|法人|我的?)?身份证?(?:号码|证号|号)?|(?:有效)?证件号码?|社会保障号码?|社保号码?|身份号码?"
    r"|(?<![a-z])(?:id|sfz|sfzh|identity)(?: ?(?:card|no\.?|number|num)){0,2}"
)
_AMOUNT = (
    r"电话费|话费|营收|收入|产值|利润|净利|毛利|流水|业绩|规模|资本|实缴|资产|投资|融资|贷款|负债|补贴|奖励|扶持|补助|成本|预算|薪酬"
    r"|产出|进账|入账|到账|销售|交易|成交|总计|合计|共计|一共|[万亿]?元|[额量数值率价费款金资税]"
    r"|(?<![a-z])(?:revenues?|turnover|sales|income|profits?|capital|output|tax|amount|total|budget|value)"
)
_CODE = (
    r"(?:合同|协议|订单|运单|快递|物流|流水|发票|票据|凭证|收据|回执|执照|许可证?|营业执照|资质|资格证?|证书|备案|登记|注册|档案|专利"
    r"|申请|受理|办件|案件|商标|项目|课题|招标|标书|保单|保险|序列|设备|机器|产品|商品|货|物料|图纸?|车架|发动机|表具?|电表|水表|燃气"
    r"|户|用电|商户|门店|会员(?:卡)?|交易|支付|付款|业务|工单|批|文|票|学|工|案|单|条形?|追溯|监管|房产证|不动产权?证?|宗地|软著|积分卡"
    r"|购物卡|加油卡|门禁卡|单位|企业|机构|组织机构|采购|入库|出库|批次|型|版本|税|纳税人识别|资金|文件|公文|编)"
    r"(?:(?:编|代)?(?:号码?|码)|编号|代码|单号|批号|证号|id)"
    r"|合同|订单|运单|单号|编号|编码|代码|流水号|信用代码|税号|识别号|注册号|执照号?|条形?码|二维码|验证码|发票|专利|文号|工号|案号|批次|型号"
    r"|对公[^\s,。]{0,4}?[账帐](?:号|户)|公户|基本户|一般户|(?:单位|公司|企业)的?(?:银行)?[账帐](?:号|户)|第"
    r"|(?<![a-z])(?:contract|order|invoice|serial|tracking|ref|imei|sn|s/n|sku|isbn|issn|po|version|ver|licen[cs]e|credit code|case|ticket"
    r"|batch|part|model|uscc|timestamp|ts)(?: ?(?:no\.?|number|num|id|code|#))?|(?<![a-z])(?:no\.|uid|oid|uuid)|№"
)
# what may stand between such a word and the number
_LINK = r"[\s:,、\"'“”‘’()\[\]{}【】《》<>=*#/\-+.]"
_TIES = {
    "phone": rf"(?:{_LINK}|[是为的我你您他她本人家里这那个就也叫留有或和与及以找请到在用给了可能直接打加号码同]|is|at|me|on|to|or){{0,12}}",
    "card": rf"(?:{_LINK}|[是为的我你他她这那个就也号码里到在尾或和与及本人行]|is){{0,10}}",
    "account": rf"(?:{_LINK}|[是为的我你他她这那个就也号码里到在或和与及给本人]|is){{0,10}}",
    "id": rf"(?:{_LINK}|[是为的我你他她这那个就也号码或和与及本人]|is|no|number){{0,10}}",
    "amount": r"(?:[\s:()\[\]\"'“”=~≈<>]|[额总大概约为是达到有了的在共计合一累分别我们司公企业去今前明本上年度全预实际已经才就也都只可以能要会超过不差多接近万元亿月季报表做完成最高其中]|(?:19|20)[0-9]{2}(?=年)|is|was|of|about|to){0,14}",
    "code": r"(?:[\s:\"'“”()\[\]【】=#.\-]|[是为的我你这那个就号码]|is){0,6}",
}
_WORDS: dict[Context, str] = {
    "id": _ID, "card": _CARD, "code": _CODE, "account": _ACCOUNT, "phone": _PHONE, "amount": _AMOUNT,
}  # fmt: skip
_WORD = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items()))
_TIE = {kind: re.compile(tie) for kind, tie in _TIES.items()}
_LINE_SAID = re.compile(rf"(?:{_LINE})(?:{_LINK}|[是为的我们公司这个就]){{0,6}}\Z")
_END = re.compile(rf"[。!?;{WALL}]|[0-9](?![0-9年])")  # no word is tied to a number over these
_PHONE_AFTER = re.compile(
    r"[\s,、(:-]{0,3}(?:这个|[这那就也同是为我你他她您的请都可记得麻烦直接随时帮尽快再到时候有事能以给]){0,8}"
    r"(?:微信|电话|手机|号码|联系|打(?![折算])|拨|加(?![上起总])我?|找(?![零])|呼|回[电复我]|同号|tel|wechat|vx|wx|call|phone)"
    rf"(?![^,。;!?]{{0,6}}[0-9{WALL}])"  # which would speak of the next number
)
_HUNG_BEFORE = re.compile(r"[a-z]\Z|[a-z0-9][-_/\\#] ?\Z|(?:[a-z0]|[0-9]{3})\.\Z|[#_〕]\Z")
_HUNG_AFTER = re.compile(r"[a-z_]|[-/\\#](?![0-9]{11,19}x?(?![0-9a-z])|0[1-9][0-9]{1,2}-?[2-8][0-9]{6})[a-z0-9]")
_ID_AFTER = re.compile(r"[\s,、(:-]{0,3}(?:这个|[这就是为我他她的本人]){0,6}身份证")


def before(text: str, floor: int, start: int) -> Context:
    """What the nearest word between ``floor`` and ``start`` says of the number there; empty where none is tied to it."""
    window = _window(text, floor, start)
    words = list(_WORD.finditer(window))
    if not words or words[-1].lastgroup is None:
        return ""
    kind: Context = words[-1].lastgroup  # type: ignore[assignment]
    return kind if _TIE[kind].fullmatch(window, words[-1].end()) else ""


def a_line(text: str, floor: int, start: int) -> bool:
    """Whether a telephone is named right before ``start``, so that a number without area code is one."""
    return _LINE_SAID.search(_window(text, floor, start)) is not None


def phone_after(text: str, end: int) -> bool:
    """Whether the words behind a number say that it is a telephone: 13812345678（微信同号）."""
    return _PHONE_AFTER.match(text, end, end + _AFTER) is not None


def identity_after(text: str, end: int) -> bool:
    return _ID_AFTER.match(text, end, end + _AFTER) is not None


def measured(text: str, floor: int, start: int, end: int) -> bool:
    """Whether a mark or a unit makes ``text[start:end]`` an amount or a count."""
    return bool(
        _MONEY_BEFORE.search(text[max(floor, start - 8) : start])
        or any(unit.match(text, end) for unit in (_MONEY_AFTER, _COUNT_AFTER))
    )


def reckoned(text: str, floor: int, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is part of a sum (5000+13800000000) or has decimals."""
    return bool(_SUM_BEFORE.search(text[max(floor, start - 4) : start]) or _SUM_AFTER.match(text, end))


def coded(text: str, floor: int, start: int, end: int) -> bool:
    """Whether letters or digits hang on to ``text[start:end]``, as in the number of a document (HT-2024-138…)."""
    return bool(_HUNG_BEFORE.search(text[max(floor, start - 4) : start]) or _HUNG_AFTER.match(text, end))


def _window(text: str, floor: int, start: int) -> str:
    window = text[max(floor, start - _BEFORE) : start]
    ends = [match.end() for match in _END.finditer(window)]
    return window[ends[-1] :] if ends else window
