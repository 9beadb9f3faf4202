"""The words by which the checks tell what a sentence says: each kind of word stands here once, and the checks' patterns
are composed of them.

Every name but ``LONG`` is an alternation of a regular expression, to be put into ``(?:…)``. A word added here is known
to every check that looks for its kind. What only one check may go by stands in that check's pattern: a word that holds
a sentence back can be shared freely, but one that excuses it would excuse it wherever it is shared.
"""

LONG = 8  # characters of a quote that is a citation of its own; a shorter one names a word of the text

# Who is spoken of.
FIRM = (
    r"贵公司|贵企业|贵司|贵单位|您公司|你公司|您企业|您的公司|您的企业|你们公司|你们企业|您们|你们|企业|公司|您|你|"
    r"your (?:company|firm|business|enterprise)|(?:the )?(?:company|companies|firms?|business|enterprises?)\b|you\b"
)
OFFICES = r"税务所|财政所|领导小组|管委会|委员会|组织部|服务中心|政务中心|办公室|部门|科室|政府|法院|银行|协会|窗口|大厅|局|厅"
NO_OFFICE = r"布局|结局|格局|大局|当局"
SOME_OFFICE = r"主管|有关|相关|当地|所在地?|上级|具体|职能|经办|该"  # names none: 有关部门
ANY_DEPARTMENT = rf"{SOME_OFFICE}|业务|负责|各|本|我|贵|哪个?|什么"  # right before 部门 or 科室

# Said or denied, asked or supposed.
NOT = r"[不没未无非]"
NEGATES = (  # what follows is not claimed
    r"不|未|没有?|并非|不是|不代表|不等于|不意味着?|能否|是否|如何|会不会|\bnot?\b|n't|cannot"
)
ASKED = r"[吗？?]|是否"
IF = r"如果|若|倘|\bif\b"
THEN = r"届时|到时|那时"
AFTER = r"之后|以后"
DENIES = (  # what stands behind is not so, or not to be had
    r"不是|并非|而非|不等于|够不上|够不着|拿不到|得不到|领不到|达不到|不能|无法|没有|不可能|不对|"
    r"\bnot\b|cannot|n't|rather than|instead of|no longer"
)
NO_PROMISE = (
    r"不等于|不代表|不意味|不能保证|不保证|没有保证|未保证|不是保证|不一定|不是一定|未必|"
    r"no guarantee|not guarantee"
)
CANNOT = r"不能|不可以?|无法|没法|不得"
BARRED = rf"{CANNOT}|没有?资格|无资格|无权|不予|不给"

# What the text says, and what it leaves open.
UNSAID = r"(?:未|没有?)作?(?:规定|写明?|明确|提到?)|没有?说"
UNSAID_TOO = r"(?:未|没有?)(?:说明?|载明|细说|讲|约定|给出)|不明确"  # apart from UNSAID, which excuses what staff write
UNSAID_ENGLISH = (
    r"not (?:say|state|specif|mention|cover|set|define|provid|give|address|list|clear|regulate|laid down)|silent|"
    r"n't (?:say|state|specify|mention|cover|set|list)"
)
ASK_THEM = r"咨询|询问|请向"

# Got, given, due.
GETS = (
    r"获得|获取|得到|拿到?|领取|领到?|享受|享有|申领|申请|收到|得(?!重复)|"
    r"receive|gets?|be paid|is paid|entitled|awarded|granted"
)
GIVES = r"发给|奖励给?|奖给|付给|打给|给予?|归|paid to|goes to|given to|granted to|awarded to"
MAY = r"可以?|能够?|有资格|有权|将"
STILL = r"也(?:可|能|行|有|享|算|奖|给|发)|同样|照样|适用|不受影响"
REGARDLESS = r"不论|无论|不管|不问|不看"
SURE = (
    r"(?<!不)一定(?!影响|程度|能力)|必定|必然|肯定|绝对|确保|保证|百分之百|100\s*%|全额|足额|满额|全数|拿满|拿足|必得|必发|"
    r"稳(?:拿|得|获)|包拿|板上钉钉|无条件|自动(?:发|享受|到账|兑现|获得)|必须(?:发|给)|"
    r"guarantee|certainly|definitely|surely|in full|for sure|without fail"
)
USUALLY = r"通常|一般(?:都|会|按|是|能|可|来说)|大多|基本上?(?:都|能|会|可)|几乎|往往|原则上"
AT_THE_CAP = (
    r"(?:按照?|照|以)(?:着)?(?:上限|最高额?|封顶数?)[^，。；]{0,3}(?:发|给|奖|兑现|计|算|执行|拨)|"
    r"不(?:会|再|能)?(?:打折|打折扣|折扣|缩水|少给|少发|减少|扣减|克扣|低于上限|降低)|一分(?:钱)?(?:都)?不(?:少|差)"
)
REPEATED = (
    r"每年(?:都)?|每一年|年年|逐年|按年|连(?:续)?[一二三四五两几\d]+年|分[一二三四五两几\d]+(?:年|次|期)|"
    r"(?<!不得)(?<!不能)(?<!不可)(?:重复|多次|反复)(?:享受|领|拿|申请)|(?:可以?|能|允许)(?:重复|多次|反复|累计|叠加)|"
    r"再(?:次)?(?:拿|领|享受|申请|奖励)(?:一?(?:次|遍|份|笔|回)|同一档)|"
    r"every year|each year|annual(?:ly)?|per year|yearly|repeatedly|more than once"
)
AGAIN = (  # which may also be said of the next tier's award
    r"(?:次年|第[二三四五]年|明年|来年|下一?年|隔年|以后|今后|后续|之后)[^，。；]{0,8}(?:还|再|又|继续|仍|也|照样)"
    r"[^，。；]{0,6}(?:拿|领|享受|申请|得|发|给)|(?:还|又|仍)(?:可以?|能|会)?再(?:次)?(?:拿|领|享受|申请|得|奖)|"
    r"补(?:领|报|发|申)|预(?:领|支)|提前(?:领|享受|发)|[两三几各]档[^，。；]{0,4}(?:都|均|一起|同时)"
)

# Sums and bounds. What an asker's 封顶 or 以下 comes to is read below the checks (``assistant.writing.verdict``): there it
# belongs to the sum he names, here it tells what a sentence makes of the sum.
AT_MOST = r"不超过|不会超过|不高于|不多于|至多|≤|not exceed(?:ing)?|no more than|at most"
TOPS = r"最高|最多|up to|maximum"
CAP = r"上限|封顶|capped at|caps?(?: is| are| of)?\b|ceiling"
CAPS = rf"{AT_MOST}|{TOPS}|{CAP}"
WITHIN = r"以内|以下"
WHOLE = r"总额|合计|共|全部|资金|加起来|封顶|total|altogether|pool|programme|program|overall"
BELOW = r"(?:未|没有?|不)能?(?:达到?|到|满|足|够)|达不到|够不上|低于|小于|少于|below|less than|under|short of|not reach"
ABOVE = r"超过|超出|突破|大于|高于|多于|>|more than|over|above|exceed(?:s|ed)?|greater than"
