"""Whether a short message speaks of something else altogether (今天天气怎么样), so that it asks no more of what was said."""

import functools
import re

from tools.rules import Policy

# What a short question on the matter at hand is made of besides its words: asking, pointing, wishing, times.
_ASKING = re.compile(
    r"怎么样|怎么|如何|什么样|什么|啥|哪里|哪儿|哪些|哪个|哪|多久|多少|几多|几时|多长|多大|为何|谁|能不能|可不可以|是不是|有没有|行不行|会不会|要不要|"
    r"今天|现在|明天|昨天|这个|那个|这些|那些|这|那|可以|需要|应该|还是|或者|还|也|都|就|才|再|又|能|会|要|得|想|请问|请|我们|我|你们|你|他们|他|它|"
    r"一下|一个|一次|的话|的|了|吗|呢|吧|啊|呀|么|嘛|是|有|在|和|跟|给|到|把|被|个|几|很|太|最|好|不|没|[\W\d_a-z]"
)
# Signs that anybody asks of an office's matters with, whatever the policy.
_OFFICE = frozenset(
    "办交报批审盖章签填表印件证照材料钱款账税费额度期限年月季周家人户企厂园区政府局策奖补助贴发拿领取申请续延长停改变算收入资金管责归"
    "条规定例外位处窗网线邮电址找问核查公示档级高低多少全半满够差超降升涨跌缴纳标准限制扣退回罚重复叠加合并分拆转移注册登记资格"
)


def foreign(folded: str, policy: Policy) -> bool:
    """Whether nothing of the message is of the policy's or of an office's words."""
    content = _ASKING.sub(" ", folded)
    words = [word for word in content.split() if word]
    if sum(map(len, words)) < 2 or any(sign in _OFFICE for word in words for sign in word):
        return False
    known = _pairs(policy)
    return not any(word[at : at + 2] in known for word in words for at in range(len(word) - 1))


@functools.cache
def _pairs(policy: Policy) -> frozenset[str]:
    """Every two characters that stand together in the policy's text or in what people ask of it."""
    asked = [word for topic in policy.topics.values() for word in (topic.name, *topic.asked_as)]
    asked += [word for rule in policy.awards.values() for word in (rule.name, *rule.asked_as)]
    return frozenset(
        text[at : at + 2] for text in (policy.text.text, *asked, *policy.subject) for at in range(len(text) - 1)
    )
