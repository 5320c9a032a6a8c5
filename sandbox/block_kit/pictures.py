"""Pictures, in blocks and as elements: by address, or a file of the workspace.

https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from sandbox.block_kit.rules import Place, Rule, Shape, both, either, matching, string
from sandbox.workspace.model import Json

IMAGE_URL = matching(r"https?://\S{1,2990}", "an http or https address")


def _known(value: Json, place: Place) -> None:
    """The file must have been uploaded, and be a picture."""
    reference = value.get("id") or value.get("url")
    if isinstance(reference, str) and not place.report.is_picture(reference):
        place.error("invalid slack file")


_SLACK_FILE = Shape(optional={"id": string(50, 1), "url": IMAGE_URL})
_FIELDS: dict[str, Rule] = {
    "image_url": IMAGE_URL,
    "slack_file": both(both(_SLACK_FILE, either("id", "url")), _known),
}


def picture(rest: dict[str, Rule]) -> Rule:
    """A picture with `rest` among its fields; block and element differ in nothing else."""
    shape = Shape({"alt_text": string(2000, 1)}, {**_FIELDS, **rest}, typed=True)
    return both(shape, either("image_url", "slack_file"))
