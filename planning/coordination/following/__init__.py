"""Residents follow something near them: asked twice, mailed at most weekly, stopped with one click."""

from planning.coordination.following.asking import (
    MOST_FOLLOWS,
    Subject,
    ask,
    confirm,
    follower_of,
    forget_unconfirmed,
    forget_unused_calendars,
    link,
    stop,
    stop_all,
)
from planning.coordination.following.digest import News, news_of, send_digests

__all__ = [
    "MOST_FOLLOWS",
    "News",
    "Subject",
    "ask",
    "confirm",
    "follower_of",
    "forget_unconfirmed",
    "forget_unused_calendars",
    "link",
    "news_of",
    "send_digests",
    "stop",
    "stop_all",
]
