"""Document numbers as people say them (柳发7号文, 桂人社发22年24号), written as the policy writes them, so that the year in
one is no time asked about and the document is found."""

import re

from tools.rules import Policy

_NUMBERED = re.compile(r"(?P<series>\w{2,8})〔(?P<year>\d{4})〕(?P<number>\d{1,4})号")


def cited(text: str, policy: Policy) -> str:
    """The text with every number of a document the policy names in the policy's own form."""
    for topic in policy.topics.values():
        for mark in (mark for quote in topic.quotes for mark in quote.marks if mark.label == "document"):
            if named := _NUMBERED.fullmatch(mark.words):
                year = rf"[〔\[(（]?(?:{named['year']}|{named['year'][2:]})[〕\])）]?年?"
                said = rf"{named['series']}(?:字|规)?(?:{year})?第?{named['number']}号"
                text = re.sub(said, mark.words, text)
    return text
