"""A value that is not known or kept back (营收不方便说, 不清楚): the standard itself is told, and it is not asked for again."""

import re

from tools.rules import Policy

_UNKNOWN = (
    r"(?:不太?|没)(?:知道|晓得|清楚|确定|了解)|不(?:方便|便|能|想|愿意?)(?:说|讲|透露|告诉|提供|公开)?|保密|没有?(?:统计|算|核算|出来)(?:过|出来|清楚|好|完)?|还没(?:算|统计|出|核)(?:出来|清楚|好|完)?|说不(?:准|清|好)|忘了?|"
    r"(?:do|does|did)(?: not|n't) know|(?:not|n't) sure|no idea|confidential|rather not say|(?:can|could)(?:not|n't) (?:say|tell)|prefer not to"
)
_FILL = r"[^，。；,;?？\d]"
_ALONE = re.compile(
    rf"^(?:这个|我们?|这|i|we|it'?s|that'?s|we'?d|i'?d|sorry|抱歉|还|也|暂时|目前|现在|[，, ])*(?:{_UNKNOWN})(?:这个|啊|呀|呢|哦|的|了|说|诶|哎|it|that|yet|[\W_])*$"
)


def alone(folded: str) -> bool:
    """Whether a message says of what it was asked that it is not known or kept back, and nothing else."""
    return bool(_ALONE.search(folded))


def keeps_back(folded: str, policy: Policy) -> bool:
    """Whether a message says so of a measure it names."""
    for measure in policy.measures.values():
        names = "|".join(re.escape(word) for word in policy.measure_words[measure.id])
        if re.search(rf"(?:{names}){_FILL}{{0,6}}(?:{_UNKNOWN})|(?:{_UNKNOWN}){_FILL}{{0,6}}(?:{names})", folded):
            return True
    return False
