"""Reason codes of removals: the stable vocabulary of ``removed.jsonl``, one line of explanation each."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    # code: (stage, what it means)
    "ad-marker": ("chrome", "A mark where an advertisement stood."),
    "affiliate-disclaimer": ("chrome", "A notice about affiliate links, commissions or prices."),
    "author-box": ("chrome", "The biography or contact of the author, outside the story."),
    "byline": ("chrome", "Author, date or time of publication as page furniture."),
    "caption": ("chrome", "An image caption or credit."),
    "comment-form": ("chrome", "A form to comment, its fields and its policy."),
    "comment": ("chrome", "A reader's comment."),
    "cookie-notice": ("chrome", "A consent or privacy notice."),
    "headline": ("chrome", "The page's own headline, which is kept as the document's title."),
    "image-url": ("chrome", "The bare address of an image or file."),
    "legal-notice": ("chrome", "Copyright, terms, disclaimer."),
    "navigation": ("chrome", "Menu, breadcrumb, paging, category or tag list."),
    "newsletter": ("chrome", "An invitation to a newsletter or to alerts."),
    "page-foot": ("chrome", "The foot of the page: imprint, addresses, links of the site."),
    "paywall": ("chrome", "A request to log in, register or subscribe."),
    "related-links": ("chrome", "Headings and headlines of other stories around the article."),
    "share-bar": ("chrome", "Buttons and prompts to share, like, print or follow."),
    "source-credit": ("chrome", "Credit to an agency or source as page furniture."),
    "template": ("chrome", "A line that the outlet puts into many articles."),
    "widget": ("chrome", "Headings, counters and controls of a page widget."),
    "site-chrome": ("chrome", "Page furniture of no more special kind."),
    "teaser": ("offtopic", "A headline or teaser of another story, inside the article."),
    "read-link": ("offtopic", "A marked link to another story, inside the article."),
    "foreign-paragraph": ("offtopic", "A paragraph that belongs to another story."),
    "donation-plea": ("offtopic", "A plea for money or support."),
    "channel-plea": ("offtopic", "An invitation to a channel, app or social account."),
    "tip-line": ("offtopic", "A call for tips or contact about the report."),
    "promotion": ("offtopic", "Promotion of a product, event, book or service."),
    "cross-promotion": ("offtopic", "A pointer to the outlet's other content."),
    "foreign-language": ("language", "A paragraph in another language than the article's."),
    "exact-duplicate": ("dedup", "The same sentence stands elsewhere and is kept there."),
    "near-duplicate": ("dedup", "The same sentence, with small edits, is kept elsewhere."),
    "same-quote": ("dedup", "The same direct quote is kept elsewhere."),
    "truncated-copy": ("dedup", "The kept sentence holds all of this one, which is cut off."),
    "user-rule": ("chrome", "A rule in the user's configuration."),
}
"""The stage here is the usual one; a removal record states its own."""
