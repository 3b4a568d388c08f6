"""What advertising says in English, wherever it stands: kinds of words, and how they follow one another.

None of it counts for or against a text by itself. Each is a feature like any other, whose weight the filter learns;
what the lists add is that a call to buy shoes, once seen, says something about a call to join a casino.
"""

from __future__ import annotations

import re

_KINDS = {
    "C": """subscribe subscribes subscribed subscribing unsubscribe sub subs click follow join visit download
        register signup tap swipe enroll""",
    "V": """check checkout look watch listen search google view add share shares vote contact text call message msg
        mail email write dm pm type buy order shop support help spread promote donate""",
    "F": "come go get see read give take find try show discover enjoy",
    "J": "like likes",
    "O": "out at",
    "R": "here this these below link links",
    "M": "my our mine",
    "E": "me us",
    "T": """channel channels chanel chanell page pages site sites website websites blog blogs video videos vidio
        vidios vedio vid vids song songs track tracks music cover covers remix remixes mixtape album ep band book
        books ebook shop store group profile account stream app apps game project product products company business
        service services clip clips podcast course newsletter petition survey campaign brand clothing merch art
        portfolio playlist beats lyrics content tutorial tutorials story feed""",
    "K": """rapper singer producer artist musician songwriter drummer guitarist author writer designer developer
        photographer youtuber gamer blogger coach trader agent broker model comedian dj expert consultant""",
    "P": """please pleas plz plis pliz pls plss plzz thanks thank thx thnx tnx appreciate appreciated grateful
        chance dream feedback""",
    "G": """money earn earned earning cash free gift gifts card cards giveaway giveaways win won prize discount
        coupon promo sale cheap cheapest price affordable offer offers loan loans credit mortgage bitcoin crypto
        forex casino bet betting poker lottery invest investment investing profit profits income salary wallet
        paypal code codes bonus rich deal deals rewards dollars jobs hiring unlimited voucher vouchers donation
        donations fundraiser raffle sponsored trading stocks btc usdt nft airdrop seo backlinks hack hacks generator
        guaranteed""",
    "A": """sexy sex porn nude nudes naked xxx adult dating webcam horny escort viagra cialis pills pharmacy diet
        keto weight slim herbal spell caster""",
    "Y": "guys everyone everybody folks friends ladies viewers anyone anybody youtubers peeps yall",
    "H": "hey hi hello yo sup attention",
    "N": """facebook fb twitter instagram insta snapchat tiktok twitch soundcloud whatsapp telegram skype kik tumblr
        ebay amazon itunes patreon etsy discord spotify linkedin pinterest gofundme vimeo viber signal onlyfans""",
    "Z": "im iam",
    "z": "am",
    "S": "i ive we were weve ill id",
    "D": """make made making sell selling offer provide created create started uploaded upload post posted posting
        wrote run earn began released release produce cover rap sing do doing""",
    "Q": "comment comments",
    "W": "new newest latest upcoming debut own first",
    "I": "if",
    "U": "you u ya your ur yourself",
    "B": "back 4",
    "&": "and n",
    "L": "§link",
    "X": "§email §phone §handle",
}
_OTHER = "."
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()} | {
    "subscriber": _OTHER,
    "subscribers": _OTHER,
    "§money": "G",
}
_MISSPELT = dict.fromkeys(("subsc", "suscr", "subcr", "subsr", "subcs"), "C")
"""The first five letters of the word that is misspelt most."""

_PATTERNS = {
    "call": "C",
    "calls": "C.*C",
    "invitation": "(?<![SZ])(?<![SZ].)V.{0,2}[OML]|(?<!S)(?<!S.)VR|[FV].?L|L.{0,2}[VF]",
    "out": "V.?.?O",
    "to me": "[VCFJ].{0,2}M|[VC].?E",
    "my thing": "M.{0,3}T|T.{0,2}M",
    "likes": "J[MPE]|PJ|J.?Q|J&?[CV]|[CV]&?J",
    "me": "E",
    "my": "M",
    "trade": "(?:Z|Sz).{0,4}K|M.{0,2}K",
    "maker": "[SZ].{0,2}D.{0,3}T",
    "new thing": "W.{0,2}T",
    "thing": "T",
    "things": "T.*T",
    "plea": "P",
    "pleas": "P.*P",
    "money": "G",
    "much money": "G.*G",
    "body": "A",
    "hello": "H.?Y",
    "crowd": "Y",
    "network": "N",
    "if you": "IU",
    "in return": "C.{0,6}B",
    "plea to act": "P.{0,3}[CVF]|[CVF].{0,6}P",
    "contact": "X",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}

ADVERTISING = frozenset(
    (
        *("call", "invitation", "my thing", "likes", "money", "network", "new thing"),
        *("trade", "maker", "contact", "plea to act", "body", "link"),
    )
)
"""The signs of which it matters how many a text bears at once."""


def kinds(words: list[str]) -> str:
    """A text as one letter a word, which names the word's kind."""
    return "".join([_KIND_OF.get(word) or _MISSPELT.get(word[:5], _OTHER) for word in words])


def signs(letters: str) -> set[str]:
    """The patterns that stand anywhere in a text that `kinds` has read."""
    return {name for name, pattern in _COMPILED.items() if pattern.search(letters)}
