"""Measures of the page in Debian's Chromium: `python -m tests.sandbox.measure_page`.

Start to usable, a conversation of ten thousand messages, and a click to the edited message.
"""

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from slack_sdk import WebClient

from sandbox import BOT_TOKEN, SandboxServer
from tests.sandbox.conftest import CHANNELS, CHROMIUM, FLAGS, PEOPLE, a_manifest, connected
from tests.sandbox.sample_app import SampleApp, card

MANY = 10_000
CLICKS = 50
# Milliseconds from the press to the frame after the edited message is in the document.
PRESS = """() => new Promise((done) => {
  const list = document.getElementById("messages");
  const button = [...list.querySelectorAll("button")].find((b) => b.textContent === "Acknowledge");
  const row = button.closest("li").dataset.ts;
  const from = performance.now();
  new MutationObserver((_, observer) => {
    if (!list.querySelector(`[data-ts="${row}"] em`)?.textContent.startsWith("ack")) return;
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now() - from));
  }).observe(list, { childList: true, subtree: true });
  button.click();
})"""
# Frames a second while the list is scrolled from the end upwards, older messages being loaded.
SCROLL = """() => new Promise((done) => {
  const scroller = document.getElementById("scroller");
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    scroller.scrollTop -= 120;
    if (times.length < 120) requestAnimationFrame(step);
    else done(times.slice(1));
  };
  requestAnimationFrame(step);
})"""
ARRIVAL = """(text) => new Promise((done) => {
  const list = document.getElementById("messages");
  new MutationObserver((_, observer) => {
    if (!list.lastElementChild.textContent.includes(text)) return;
    observer.disconnect();
    requestAnimationFrame(() => done(Date.now()));
  }).observe(list, { childList: true });
})"""


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        play = stack.enter_context(sync_playwright())
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        stack.callback(chromium.close)
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        started = time.perf_counter()
        server = a_server(folder)
        stack.callback(server.stop)
        page.goto(f"{server.base_url}/?as=U1ANA")
        expect(page.locator("#composer-text")).to_be_visible()
        expect(page.locator("#nav a").first).to_be_visible()
        report("start of the server to usable page", time.perf_counter() - started)
        stack.enter_context(connected(server, SampleApp(server.api_url)))
        clicks(page, server)
        ten_thousand(page, server)


def a_server(folder: Path) -> SandboxServer:
    server = SandboxServer(
        people=PEOPLE,
        channels=CHANNELS,
        manifest=a_manifest(folder),
        port=0,
        state=folder / "state.jsonl",
        rate_limits=False,
    )
    server.start()
    return server


def clicks(page: Page, server: SandboxServer) -> None:
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)
    times: list[float] = []
    for _ in range(CLICKS):
        client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())
        expect(page.get_by_role("button", name="Acknowledge")).to_have_count(1)
        times.append(page.evaluate(PRESS) / 1000)
    spread("click to edited message on screen", times)


def ten_thousand(page: Page, server: SandboxServer) -> None:
    few = arrivals(page, server, "an almost empty channel")
    for number in range(MANY):
        blocks = card() if number % 10 == 0 else None
        server.workspace.post("C1DESK", "U2BOB", f"message {number}", blocks=_named(blocks))
    started = time.perf_counter()
    page.goto(f"{server.base_url}/?as=U1ANA#C1DESK")
    page.reload()
    expect(page.get_by_text(f"message {MANY - 1}", exact=True)).to_be_visible()
    report(f"{MANY} messages: reload to the latest", time.perf_counter() - started)
    frames = page.evaluate(SCROLL)
    spread(f"{MANY} messages: frame while scrolling up", [one / 1000 for one in frames])
    report("messages in the document after it", page.locator("#messages .message").count(), "")
    page.get_by_role("button", name="Jump to the latest").click()
    many = arrivals(page, server, f"{MANY} messages")
    report("new message, many against few", many / few, "times")


def arrivals(page: Page, server: SandboxServer, where: str) -> float:
    """The median time from posting to the frame that shows it."""
    page.goto(f"{server.base_url}/?as=U1ANA#C1DESK")
    expect(page.locator("#title")).to_have_text("# lead-desk")
    times: list[float] = []
    for number in range(30):
        text = f"arrival {where} {number}."
        watching = page.evaluate_handle(f"() => ({{ it: ({ARRIVAL})({text!r}) }})")
        posted = time.time()
        server.workspace.post("C1DESK", "U2BOB", text)
        times.append(watching.evaluate("async (box) => await box.it") / 1000 - posted)
    spread(f"new message in {where}", times)
    return float(statistics.median(times))


def _named(blocks: list[dict[str, object]] | None) -> list[dict[str, object]] | None:
    """The blocks with the ids that the Web API would have added."""
    return blocks and [{"block_id": f"b{i}", **block} for i, block in enumerate(blocks)]


def spread(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    middle, late, most = (
        round(ordered[int(q * (len(ordered) - 1))] * 1000) for q in (0.5, 0.95, 1)
    )
    print(f"{what}: median {middle} ms, p95 {late} ms, most {most} ms")


def report(what: str, value: float, unit: str = "s") -> None:
    print(f"{what}: {value:.2f} {unit}".rstrip())


if __name__ == "__main__":
    main()
