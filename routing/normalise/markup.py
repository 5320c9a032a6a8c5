"""The visible text of a message that was sent as HTML."""

import re
from html.parser import HTMLParser

_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:html|body|head|p|br|div|span|b|i|u|a|img|svg|table|tr|td|ul|ol|li|style|script|form"
    r"|button|base|font|strong|em|h[1-6]|meta|iframe)\b[^<>@|]*>",
    re.I,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_SILENT = {"script", "style", "head", "title", "template", "svg", "iframe", "object", "noscript"}
_VOID = {"br", "hr", "img", "input", "link", "meta", "base", "embed", "source", "wbr", "col"}
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "hr"}


class _VisibleText(HTMLParser):
    """Collects the text a reader would see; whatever lies inside a hidden element is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        if tag in _VOID:
            return
        if self._hidden or tag in _SILENT or _is_hidden(attrs):
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                continue
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and value and _HIDDEN_STYLE.search(value))
        for name, value in attrs
    )


def looks_like_html(value: str) -> bool:
    """Tell whether `value` holds a known HTML tag; `<jane@acme.com>` and `<!here>` are none."""
    return "<" in value and bool(_LOOKS_LIKE_HTML.search(value))


def visible_text(value: str) -> str:
    """Return the text of an HTML fragment that a reader would see; nothing is fetched.

    Never raises: markup that cannot be read gives the text found up to there.
    """
    parser = _VisibleText()
    try:
        parser.feed(value)
        parser.close()
    except (AssertionError, ValueError):  # html.parser on malformed declarations such as "<![x"
        pass
    return "".join(parser.parts)
