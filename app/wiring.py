"""Which feature reacts to what another has done, and what is done in the background."""

from __future__ import annotations

from app.accounts.events import access_ended
from app.accounts.jobs import FORGET_LOGINS
from app.articles import handlers as articles
from app.articles.events import article_announced, article_leaving, article_passed_over
from app.articles.jobs import ANNOUNCE as ANNOUNCE_ARTICLE
from app.articles.jobs import FORGET_UNSAVED_TEXTS, REFRESH, REFRESH_CORRECTION, RELATE, RELATE_REST
from app.audit import recording
from app.comments import handlers as comments
from app.comments.events import comment_arriving, comment_published, comment_submitted
from app.comments.jobs import FORGET_ADDRESSES
from app.core.jobs import JobKind
from app.following import handlers as following
from app.following.events import address_downloaded, follow_confirmed, follow_stopped
from app.following.jobs import ANNOUNCE, FORGET_FOLLOWS, MAIL_RECEIPT, TELL_NEWS
from app.mail.events import letter_leaving
from app.mail.jobs import DELIVER, FORGET_LETTERS
from app.media.events import image_leaving, variants_made
from app.media.jobs import FORGET_FILES, MAKE_VARIANTS
from app.moderation import handlers as moderation
from app.moderation.events import appeal_decided, comment_decided
from app.moderation.jobs import CLOSE_MONTHS, DECIDE_ON_MANY, FORGET_LINKS, SEND_DIGESTS
from app.newsletter import handlers as newsletter
from app.newsletter.jobs import FORGET_SUBSCRIPTIONS, READ_IMPORT, SEND_ISSUE, TAKE_IMPORT
from app.newsletter.jobs import REFRESH as REFRESH_ISSUE
from app.pages import handlers as pages
from app.pages.jobs import REFRESH as REFRESH_PAGE
from app.passes.jobs import FORGET_PASSES
from app.receipts import handlers as receipts
from app.receipts.jobs import ERASE_WORDS, TELL_FOLLOWER
from app.search import handlers as search
from app.search.jobs import INDEX_BY_NAME, TIDY_INDEX
from app.syndication import handlers as syndication
from app.syndication.jobs import PING_HUB

JOBS: list[JobKind] = [
    ANNOUNCE,
    ANNOUNCE_ARTICLE,
    CLOSE_MONTHS,
    DECIDE_ON_MANY,
    DELIVER,
    ERASE_WORDS,
    FORGET_ADDRESSES,
    FORGET_FILES,
    FORGET_FOLLOWS,
    FORGET_LETTERS,
    FORGET_LINKS,
    FORGET_LOGINS,
    FORGET_PASSES,
    FORGET_UNSAVED_TEXTS,
    FORGET_SUBSCRIPTIONS,
    MAIL_RECEIPT,
    MAKE_VARIANTS,
    PING_HUB,
    REFRESH,
    REFRESH_CORRECTION,
    REFRESH_ISSUE,
    REFRESH_PAGE,
    READ_IMPORT,
    RELATE,
    RELATE_REST,
    SEND_DIGESTS,
    SEND_ISSUE,
    TAKE_IMPORT,
    TELL_FOLLOWER,
    TELL_NEWS,
    INDEX_BY_NAME,
    TIDY_INDEX,
]


def connect() -> None:
    article_announced.connect(newsletter.send_with)
    article_passed_over.connect(newsletter.wait_no_longer)
    article_announced.connect(syndication.ping_hub)
    article_leaving.connect(comments.keep_commented)
    access_ended.connect(moderation.end_links)
    comment_arriving.connect(moderation.look)
    comment_submitted.connect(moderation.screen)
    comment_published.connect(following.announce)
    comment_published.connect(search.note_published)
    comment_decided.connect(receipts.tell)
    appeal_decided.connect(receipts.tell)
    follow_confirmed.connect(receipts.tell_who_confirmed)
    follow_confirmed.connect(newsletter.confirm)
    follow_stopped.connect(newsletter.stop)
    address_downloaded.connect(newsletter.kept_of)
    letter_leaving.connect(following.may_still_leave)
    letter_leaving.connect(receipts.may_still_leave)
    image_leaving.connect(articles.tell_uses)
    image_leaving.connect(newsletter.tell_uses)
    image_leaving.connect(pages.tell_uses)
    variants_made.connect(articles.show_variants)
    variants_made.connect(newsletter.show_variants)
    variants_made.connect(pages.show_variants)
    search.connect()
    recording.connect()
