"""The page's sample lead: a form sent to the intake that the server was told of."""

import urllib.error
import urllib.request
from urllib.parse import urlencode

from sandbox.workspace.model import SlackError

ANSWER_SECONDS = 10


def send_form(url: str, fields: dict[str, str]) -> tuple[int, str]:
    """The status and body of the answer; status 0 when there was none."""
    data = urlencode({key: value for key, value in fields.items() if value}).encode()
    if not url.startswith(("http://", "https://")):
        raise SlackError("no_intake", detail=f"not an http address: {url}")
    request = urllib.request.Request(url, data, method="POST")  # noqa: S310 (checked above)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
            return response.status, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except OSError as error:
        return 0, f"no answer: {error}"
