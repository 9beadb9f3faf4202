"""What a message wants, by the words people use: no policy's words, only the language's.

Patterns are matched on folded text (simplified, half width, lower case, no blanks between Chinese).
"""

import re
from enum import StrEnum


class Intent(StrEnum):
    AWARD = "award"  # what a firm gets
    COMPARE = "compare"  # what two values give, and how far apart
    GAP = "gap"  # how far the next tier is
    TABLE = "table"  # the standard itself
    REVERSE = "reverse"  # what it takes to get a given sum
    LEAD = "lead"  # the lead, responsible or supporting unit, so called
    UNITS = "units"  # who is in charge
    BASIS = "basis"  # title, draft, dates
    CONTACT = "contact"
    SUMMARY = "summary"  # the whole policy in short
    SURE = "sure"  # doubt about what was just said
    RESTATE = "restate"  # what was just said, once more or in other words
    QUOTE = "quote"  # the clause's own words
    WHOM = "whom"  # who is paid
    ASK_IF = "ask_if"  # yes or no
    UNSAFE = "unsafe"
    SMALL_TALK = "small_talk"
    HELP = "help"


_PATTERNS: dict[Intent, str] = {
    Intent.AWARD: (
        r"(能|可以?|可|会|该|应|应该|得|最多|一共|总共|合计|共|到底|大概)(够|再)?(拿|领|得|获|获得|得到|享受|申请|申领|奖|补|给|有|兑现|争取|报|申报)(到|个|的)?"
        r"(多少|几多|几万|几钱|哪|什么|啥|奖|补|钱|这|吗|么|不|没|点)|"
        r"(拿|领|得|奖励?|补贴?|给|获|发|有)(到|个|的)?(多少|几多|好多|几万|几钱)|(给|奖|补|发)(我们?|咱们?)?(企业|公司|厂|单位)?(多少|几多|好多|几万|几钱)|(多少|几多)(奖|补|钱|激励|资金|万)|奖(励)?(是|有|为|金额|数额)?(多少|几)|"
        r"(奖|补|奖励|奖金|补贴|补助)(金额|数额|额度)?(怎么|如何|咋)(算|定|给|计算)|(怎么|如何|咋)(奖|补|算奖)|(有没有|有无|是否有|有)(什么|啥|哪些)?(奖|补|钱拿|激励)|"
        r"(能|可以?|可)(拿|领|得|享受|申请)到?(别的|其[他它]的?|另外的?)(奖|补|钱)|(能|可以?|可否|能否|是否)(够)?(享受|适用|兑现)(到|该|本|这个?|此|哪)?(项|些)?(政策|奖励|补贴|优惠|奖补|什么)|奖(励)?额度|(一分|没有?|拿不到|得不到).{0,3}(钱|奖励)|一(分|毛)(钱)?(都|也)(没|拿不到|领不到|不给|没有)|(钱|奖励).{0,4}(一分|都没有|没有吗)|"
        r"(能|可以?|可|会)(拿|领|得|获得|享受|有)到?[\d.一二三五八十]+(万|亿)|(帮|给|替|请)?(我|我们|忙)?(算|测算|核算|估算)(一下|算|一算|下|个)|"
        r"(符合|满足|够|达到)((什么|哪些?)(?!样?的?(?:条件|要求|资格))|奖励|条件|标准|资格|不|吗|哪一?档)|(不到|不足|不满|低于|没到|没有到|以下|少于)[^，。；,;]{0,12}(就|都|便)(会)?(没有?|拿不到|领不到|没得|不给|不发|不奖)了?(钱|奖励?|补贴)?了?(是吧|对吧|吧|吗|么|是吗|对吗|是不是)|够不够|(能|可)(不能|不可以|否)(拿|领|享受|申请|得|奖)|"
        r"(属于|算|落在|在|到|对应|适用|按|是)(的是)?(哪|第几|什么|几)(一|个)?(档|级|等)|哪一?档|第几档|有(份|戏|资格)(吗|没)|(申请|申报)(一下|了)?(可以|行|能|成|得|来得及)(吗|不|么|否)|算有(还是|没|吗)|(自己|我们|企业|公司)(有没有|有吗|有份)[?？。]*$|(拿|领|享受|申请)(得|不)?到吗|能拿(吗|不)|"
        r"[万亿]元?整?(是|有|给|能)?多少(钱)?[?？。]*$|nothing at all|not (even )?a (cent|penny|yuan)|how much|what (award|reward|amount|can we|do we|would|could|will|sum)|can (we|i|our|my|it|the firm|a firm) (get|receive|claim|apply|have)|are we (eligible|entitled)|(eligible|entitled|qualif)|which tier|what tier|\btier (one|two|three|four|five|six|[1-6])\b|(counts?|falls?) (as|in|into|under) (the )?(tier|bracket|first|second|third)|get (any|an|the) (award|reward)"
    ),
    Intent.GAP: (
        r"^(那|那么)?(离|距离?)[\d.一二两三五八十百]+(万|亿)元?(的|那)?(一)?档?(呢|还差|差)|(还|再)?差(多少|几|多远|很多|得多|的多)|(还|再)差不多|(离|距离?|到|够到|冲)(下|上|更高)(一|个|1)?(个)?(档|级|台阶)|下(一|个|1)?(个)?档(次)?(是|要|还|需|的|怎|差|多)|(再|还)(要|得|需要?|须)?(多少|增加多少|做多少|多做多少)|(还要|再做|再增加)多少|"
        r"how (far|much more)|next tier|gap"
    ),
    Intent.COMPARE: (
        r"(两|2|二|前后|这两|那两)(个|者|种|家|档|边|头|年|次)?[^，。；,;]{0,8}(差|相差)(了)?(多少|几|好多|多大)|(奖励?|奖金|补贴|补助|钱|拿的?|领的?|给的?)(会|能|要)?(相|上)?(差|隔)(了)?(多少|几|好多|多大)|"
        r"相差(多少|几|好多|多大)|(万|亿)元?差(多少|几|好多)|(多|少)(拿|领|得|给|奖|发|补)(到|了)?(多少|几|好多)|哪(个|家|种|一?边|一?头|年|档|一个|一家)[^，。；,;、]{0,5}(划算|合算|(?<!最)多(?!少)|(?<!最)高)|"
        r"^(请|帮我?|麻烦)?(比较|对比|比对|比)(一下|下|一比|比)|difference|which (one |of them |firm |company )?(gets|pays|is|would|earns).{0,20}(more|higher|better)|how much more (would|do|does|will|can|is)|who (would |will )?(gets?|receives?|earns?) (\w+ )?more"
    ),
    Intent.TABLE: (
        r"(奖励?|补贴|补助|分档|档次|档位|资助|兑现)?(标准|档次|档位|分档|分几|几档|几个档|哪几档|哪些档|各档|每档|每一档)|(分|有|共)(几|多少|哪些|哪几)(个)?(档|级|等)|(为何|为(什么|啥)).{0,2}最高一?档|(进|到|上|够|入)(了|得了|到)?最高的?一?档|最高一?档(为何|为什么|怎么|没写|不写|没有?上限)|最高(能|可|可以|奖|给|拿|补|多少|是|限额|的)|最多(能|可|可以|奖|给|拿|补|是)|上限|封顶|顶格|最低(要|能|可|奖|给|多少|门槛|是|拿)|最少|门槛|起步|起点|起奖|"
        r"(多少|几多|多大|多高)(的)?(营收|收入|营业额|流水|主营|纳税|税)|(营收|收入|主营|流水|营业额|纳税|税)(要|需|需要|得|须|应|达到?|做到|至少|超过|满)(达到?|做到|是|有|在|满)?(多少|几多)|怎么(分|规定)的?|(是|到底)?(看|按|以)(什么|哪个?|总收入|主营|利润|营收|营业收入|纳税).{0,12}(还是|算|计算|为准|来定)|达标|(满足|符合|具备|达到|需要?|要|有)(什么|哪些|啥|怎样的)样?的?(条件|要求|资格)|够奖(几|多少)|(总额|限额|资金)(有|是|为|多少|限|不超过|最|上限)|总共(不超过|最多)|有无限制|包不包|含不含|^(那|那么)?(最高|最低|最多|最少|封顶|起步)(的)?(那档|一档)?(呢|是|多少|给|奖)|奖励条件|有哪些(奖励|奖项|补贴|扶持|优惠|政策|支持)|(哪些|什么|啥)(奖励|奖项|补贴|扶持|优惠|政策|支持)|"
        r"how much (revenue|turnover|income|tax)( \w{1,14}){0,4} (must|should|need|needed|required|has to|have to|pay|reach|make)|tiers|standard|\bmax\b|\bthe cap\b|maximum|minimum|threshold|at least how|what (awards|rewards|support|incentives)"
    ),
    Intent.REVERSE: (
        r"(多少|几多|怎么|怎样|如何|什么时候|啥时候)(样)?(才|就)?(能|可以|会|才能)(够)?(到|拿到|达到|领到|有)[\d.一二三五八十百]+万|(想|要|想要|希望|争取|目标|为了|怎样|怎么|如何)(要|能|才能|才可以)?(拿|领|得|获|获得|得到|拿到|领到|享受)|才(能|可以?|会|够)?(拿|领|得|奖|给|有|获)|(拿|领|得)到?.{0,12}(要|需要?|得|须)(做到?|达到|有|多少|营|收|主)|(要|需要?|得|须)(做到?|达到|有)多少|"
        r"^(那|那么|如果|要是|想|要)*(拿|得|领)到?[\d.一二三四五六七八九十百]+(万|亿)[^，。]{0,3}(呢|[?？]|$)|"
        r"(营收|收入|主营|纳税|税|流水|营业额|销售额)(到|做到|有)?(多少|几多).{0,4}(能|可以?|才|会).{0,4}(拿|领|得|有)|(几|多少)家.{0,4}(能|可以?|才|会)(拿|领|得)|(要|需要?)(几|多少)家|"
        r"(need|needed|require|required) (to|for)|in order to get|(what|which) (revenue|turnover|income|tax)"
    ),
    Intent.LEAD: r"牵头|责任单位|配合单位|责任部门|配合部门|lead (unit|agency|department|body)|takes the lead|who leads|supporting unit|responsible unit",
    Intent.UNITS: (
        r"(哪个|哪些|什么|啥|哪|何)(部门|单位|机构|局|委)|(谁|哪个|哪家)(来)?(负责|管|牵头|主管|主抓|落实|承担|配合)|(?<!钱)(?<!奖励)(?<!奖金)归(谁|哪|哪个)(管|负责)?|主管(部门|单位)|找(谁|哪个|哪)|"
        r"who (leads|is responsible|is in charge|takes the lead)|which (department|bureau|unit|office|authority)|responsible|in charge|lead unit"
    ),
    Intent.CONTACT: r"(问|找|咨询|联系|打给|请教)(谁|哪|哪里|哪个|何处|什么部门)|向(谁|哪)|哪里(可以)?(问|咨询)|who (can|should|do) (i|we) (ask|contact)|whom|contact",
    Intent.SUMMARY: r"^(你好|您好|请问|我|我们|,|，)*(想|要|来)?(问|咨询|了解|打听)(一下|下|问)?(有关|关于)?(这个|这份|你们|这里|园区)*的?(奖励|补贴|政策|奖补|扶持)(政策|的事|的事情|情况|方面)?(的|呢|啊|吧|[。.!！~]|$)+$|what (does|do|can) (the|this|your) (policy|policies|measures?|park) (offer|provide|include|give|cover)|what('s| is) on offer|(列出?|列一下|列举|罗列)(一下|出)?(所有|全部|各项|各类)的?(奖励|奖项|补贴|政策)|主要内容|总结|概括|概述|(有|共|包括|包含)(几|多少|哪些|哪几)(条|项|个)?(工作|具体|主要)?措施|(讲讲|介绍|说说|解读)(一下|下)?(这|该|本)?(个|份)?(政策|措施|文件|办法)|summar|overview",
    Intent.SURE: r"^(那)?为(什么|啥|何)(不|是|没|只|才)|^(你|您)?(能|敢)?(真的|确定|肯定|保证|没算错|没错|不会错|靠谱)(是)?(这样|对的|的|吧)?(吗|么|吧|嘛)?[?？。!！]*$|are you sure|is that right|really\?",
    Intent.RESTATE: r"^(请|麻烦|你)?(能|可以)?(再)?(用)?(说|讲)?(得)?(简单|通俗|直白|明白|清楚|简短)(一)?(点|些)(儿)?(说|讲|回答|解释)?(一下|吗|吧|呢|[。!！?？])*$|说人话|(再|重新)(说|讲|解释)(一)?(遍|次|下)|重复(一遍|一下)|^(请)?用(英文|英语|中文)(说|回答|讲)?|^(could you |can you |please )*(say (it|that) )?(in english|in simple words|english)( please)?[.?!]*$|say (it|that) again|put it simply|in plain words",
    Intent.QUOTE: r"原文|原话|原句|条文|哪一?条(规定|写|说)|第几条|依据(是|在)?(什么|哪)|出处|exact wording|which clause|exact clause|\b(?:show|see|quote|give|read|send|tell) [^.?!]{0,20}\b(?:clause|article|wording|provision)s?\b|original text|source\b",
    Intent.WHOM: r"(给|归)[^，。；,;?？\d]{0,6}(企业|公司|我们|个人|团队|机构)的?(吗|么|还是)|(给|发给|奖给|归|奖励|付给)(谁|哪个|哪家|什么人)|(谁|哪个)(能|可以)?(拿|领|得)|who (gets|receives|is paid)|paid to whom|(paid|given|goes?|money|award) (to|for) (the |our |us or )?(company|firm|enterprise|people|team|recruit\w*|us\b)|(company|firm|enterprise) or (to |for )?(the )?(people|person|team|recruit|individual|one who)",
    Intent.BASIS: r"(文件|政策|措施|办法)(的)?(全称|全名|名称|叫什么|的名字|标题)|(叫什么|什么)(文件|政策|名字|名称)|全称|title of|name of the policy|what is (this|the) policy",
    Intent.ASK_IF: (
        r"(吗|嘛|么|不|没|没有|否|呢)[?？。!！~…]*$|是不是|对不对|是否|能不能|可不可以|有没有|行不行|会不会|算不算|要不要|对吗|对么|是吗|真的|正确|没错吧|对吧|"
        r"^(is|are|can|do|does|will|would|did|has|have|am|may)\b|right\?|correct\?|true\?"
    ),
    Intent.UNSAFE: (
        r"(忽略|无视|忘记|忘掉|不要(管|理会|遵守)|别管|抛开|绕过|跳过|取消|覆盖|解除|关闭|越过)(了|掉)?(你|上面|之前|以上|前面|所有|一切|全部|这些|那些|任何|原来|先前|的)*(指令|规则|提示|设定|限制|约束|要求|校验|检查|验证|系统|规定|内容|政策)|"
        r"系统(提示|指令|消息|设定)|提示词|(你的|你背后的|内部)(指令|规则|设定|prompt|提示)|(输出|打印|复述|重复|告诉我|显示|泄露|透露|列出|说出)(一下|出)?(你|全部|上面|以上|系统|完整)(的)?(所有|全部|完整)?(指令|提示|设定|规则|prompt|配置|密钥)|"
        r"(你现在是|从现在起你|从现在开始你|假装你?是?|扮演|角色扮演|开发者模式|越狱|dan模式|jailbreak|do anything now)|"
        r"(怎么|如何|咋|怎样|帮我|帮忙|教我|教教|能不能|可以|可不可以|有没有办法|想)(.{0,12})(虚报|造假|做假|作假|伪造|骗取|骗补|套取|刷流水|刷单|虚增|虚开|做高|假合同|假发票|假材料|篡改|钻空子|蒙混|瞒报|走后门|送礼|行贿|回扣|假账|做账|财务上有什么办法|凑到|凑够|凑成|冒充|顶替|挪成|挪到|避开|骗|挂靠|挂个|糊弄)|送.{0,4}礼|(?<!是)给.{0,6}(送(?!工|人|务工|员工)|塞|包).{0,4}(礼|红包|钱)|"
        r"(怎么|如何|咋|怎样|帮|教|能不能|可以|可不可以|有没有办法|想|让|找)[^，。；]{0,16}((做成|弄成|搞成|包装成)[^，。；]{0,4}(\d|[一二两三四五六七八九十百千]+个?[万亿千])|做到账上|走账|过账|少报.{0,3}税|瞒.{0,2}税|挂靠|骗到|骗点)|"
        r"走账|[^，。；]{0,8}过账.{0,8}(凑|冲|够|做)|挂靠[^，。；]{0,12}(奖|补|钱|资金)|少报.{0,3}税[^，。；]{0,10}(奖|补|拿|领)|"
        r"(拆|分)(分|开|成)[^，。；]{0,8}(冲|骗|多拿|多领|分别拿|分别领|套)|合(并|起来|成)[^，。；]{0,10}(冲|凑)(到|上|够|高|进|[\d一二三四五六七八九十])|"
        r"密码|口令|密钥|api.?key|access.?token|数据库|源代码|(上一个|前一个|别的|其他|其它|别家|刚才那)(个)?(来问|提问|咨询|用户|客户|来电|访客).{0,10}(谁|什么|啥)|谁(问过|咨询过)|"
        r"授权你|命令你|(我是|作为).{0,10}(市长|书记|局长|处长|领导|管理员|开发者|工程师|主任).{0,12}(授权|批准|要求你|命令|允许|特批)|假设你是|假如你是|没有(任何)?限制的|请(你)?(说|输出|写|回复|重复)[“「\"']|"
        r"(流水|收入|营收|业绩|合同|发票|开票|业务)[^，。；]{0,8}(做进来|做进去|做到我们|挂到|挂在|挂进|并进来|转进来|倒进来|倒过来|挪过来|走我们)[^？?]{0,16}(冲|凑|拿|够|达到|做到)|写?(小说|剧本|故事|段子)(里|中)|以政策口吻|编(一|个|造)|解码并?执行|base64|</?system>|\[/?(system|inst)\]|新规则[:：]|"
        r"(虚报|造假|做假|伪造|虚增|虚开|做高|刷流水|篡改|挪用|假合同|假发票|假材料|冒充|顶替)(.{0,20})(怎么(弄|操作|搞|办理)|能|可以?|就能|拿|领|冲|凑|够|行吗|行不行|可行)|"
        r"(就|直接|必须|请|你)(说(?!说)|回答|写|告诉|承认)(是|成|我|为)?(?![^，。]{0,8}(?:多少|几|什么|吗)).{0,8}(100万|一百万|最高|保证|肯定|一定能)|"
        r"(ignore|disregard|forget|override|bypass)\b.{0,40}(instruction|rule|prompt|above|previous|polic|check)|system prompt|your (instructions|prompt|rules)|pretend|role-?play|developer mode|reveal|"
        r"(fake|forge|falsif|inflate|cheat|launder|fabricat)"
    ),
    Intent.SMALL_TALK: r"^((你好|您好|嗨|哈[喽啰罗]|hi|hello|hey|在吗|在不在|有人吗|早上好|上午好|中午好|下午好|晚上好|早|谢谢|感谢|多谢|谢了|thanks|thankyou|thank you|好的|好|嗯|哦|ok|okay|知道了|明白|明白了|收到|再见|拜拜|bye|辛苦了|没事了|没有了|不用了)[,，。!！、\s]*)++(你|您|啊|呀|哦|了|啦|吧|呢|的|很|非常|真|太|挺|好|聪明|棒|厉害|专业|有用|清楚|详细|及时|不错|给力|有帮助|goodmorning)*[,，。.!！~?？、…\s]*$",
    Intent.HELP: r"你是谁|你叫什么|你是(什么|哪|干|机器|人工|真人|ai)|(你|这里|这个助手|机器人)(能|可以|会)(做|干|帮|回答|问|查)(什么|啥|哪些|我)|怎么(用|使用)(你|这)|使用说明|帮助$|who are you|what can you (do|help)|are you (a |an )?(human|robot|ai|bot)",
}

_COMPILED = {intent: re.compile(pattern) for intent, pattern in _PATTERNS.items()}
_CONSEQUENCE = re.compile(r"会怎样|会怎么|怎么办|后果|处罚|罚|追回|退回|怎么处理|what happens|penalt")
_ASKS = re.compile(r"几|多少|哪|谁|什么|啥|吗|呢|么|怎|为何|多久|[?？]|how|what|which|who|when")
_FOLLOWS = re.compile(
    r"^(那|那么|那要是|如果|要是|假如|假设|若|换成|改成|又|再|还|其中|不对|更正|说错|口误|and|what if|then|what about|how about|ok)|呢[?？。!！]*$"
)


def intents(folded: str) -> frozenset[Intent]:
    """Every intent whose words stand in the folded text."""
    found = {intent for intent, pattern in _COMPILED.items() if pattern.search(folded)}
    if Intent.UNSAFE in found and _CONSEQUENCE.search(folded):
        found.discard(Intent.UNSAFE)
    return frozenset(found)


def asks(folded: str) -> bool:
    """Whether the words ask something at all."""
    return bool(_ASKS.search(folded))


def follows(folded: str) -> bool:
    """Whether the words lean on what was said before (那…呢, 如果…, what about …)."""
    return bool(_FOLLOWS.search(folded))
