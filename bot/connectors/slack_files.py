"""Files that people share in Slack: looked up, then fetched with the bot's token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from handlers.flows.ports import FileRefusedError, SharedFile

SECONDS = 20
SLACKS_OWN = "files.slack.com"


def shared_file(
    about: Mapping[str, Any], channel: str, *, token: str, api_url: str, largest: int
) -> SharedFile:
    """The file that `files.info` is about. FileRefusedError; OSError when the line breaks."""
    if int(about.get("size") or 0) > largest:
        raise FileRefusedError(f"The file is larger than {largest:,} bytes.")
    url = str(about.get("url_private") or "")
    if not _is_slacks(url, api_url):
        raise FileRefusedError("The file is not kept by Slack: share the file itself.")
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # checked above
    with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
        content = bytes(answer.read(largest + 1))
    if len(content) > largest:
        raise FileRefusedError(f"The file is larger than {largest:,} bytes.")
    return SharedFile(str(about.get("name") or ""), content, channel, _ts(about, channel))


def _is_slacks(url: str, api_url: str) -> bool:
    """Whether the token may be sent there: Slack's file host, or the host of the API itself."""
    parts, api = urlsplit(url), urlsplit(api_url)
    if (parts.scheme, parts.hostname) == ("https", SLACKS_OWN):
        return parts.port in (None, 443)
    return (parts.scheme, parts.netloc) == (api.scheme, api.netloc) and not parts.username


def _ts(about: Mapping[str, Any], channel: str) -> str | None:
    """The message in this channel that shares the file."""
    shares = about.get("shares") or {}
    for kind in ("public", "private"):
        for share in (shares.get(kind) or {}).get(channel) or []:
            return str(share["ts"])
    return None


class _NoRedirect(HTTPRedirectHandler):
    """The token goes to the address that was checked, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        raise URLError("redirected")
