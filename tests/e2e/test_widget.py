"""The chat window on somebody else's site: another origin, a strict content policy, unfriendly styles, bad networks."""

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 playwright（pip install playwright）")
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from assistant.answer import AskRequest
from assistant.api import create_app
from assistant.chat import open_assistant
from assistant.settings import Settings
from assistant.widget import demo
from tests.e2e.conftest import started, violations
from tests.model_double import Double, Reply, serving
from tests.serving import served

QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
FOLLOW_UP = "那1.2亿呢？"
QUOTE = "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
FIRST = "8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"
SECOND = "这是上限，实际发多少文件未规定。"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
ANSWERED = 60_000  # ms an answer may take


class Site:
    """A site at ``address`` that shows the widget of the server at ``assistant``."""

    def __init__(self, assistant: str, address: str) -> None:
        self.assistant = assistant
        self.address = address


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def shown(assistant: str) -> Iterator[str]:
    """The address of a demo site for the server at ``assistant``."""
    with running(demo.server(assistant, 0)) as address:
        yield address


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[str]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def assisted(data: Path, **environment: str) -> Iterator[Site]:
    """A site and its assistant, which lists it."""
    port = str(free_port())
    with (
        shown(f"http://127.0.0.1:{port}") as address,
        started(data, PORT=port, ASSISTANT_ORIGINS=address, **environment) as assistant,
    ):
        yield Site(assistant, address)


class Between(ThreadingHTTPServer):
    """A proxy before the assistant at ``target``, for what networks do to its streams.

    They come in pieces of ``size`` bytes, a little apart when small, and break off after ``cut``; while ``down`` every
    connection breaks.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target, self.size, self.cut, self.down = "", 1024, -1, False


class _Passing(BaseHTTPRequestHandler):
    server: Between

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.down:
            return
        asked = http.client.HTTPConnection(urlsplit(self.server.target).netloc)
        asked.request(self.command, self.path, body, dict(self.headers))
        answer = asked.getresponse()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date"):
                self.send_header(name, value)
        self.end_headers()
        left = self.server.cut if self.path == "/api/chat" else -1
        while not self.server.down and left != 0 and (told := answer.read1(1 if left > 0 else self.server.size)):
            self.wfile.write(told)
            left -= 1
            time.sleep(0.001 if self.server.size < 100 else 0)
        asked.close()

    do_POST = do_OPTIONS = do_GET

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def passed_on(data: Path, **environment: str) -> Iterator[tuple[Site, Between]]:
    """A site that reaches its assistant through such a proxy only."""
    proxy = Between()
    with (
        running(proxy) as between,
        shown(between) as address,
        started(data, ASSISTANT_ORIGINS=address, **environment) as assistant,
    ):
        proxy.target = assistant
        yield Site(between, address), proxy


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with assisted(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest.fixture(scope="module")
def model() -> Iterator[Double]:
    with serving(lambda _: Reply([FIRST, *SECOND], pause=0.25)) as double:
        yield double


@pytest.fixture(scope="module")
def telling(
    browser: Browser, model: Double, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Between]]:
    """A site whose assistant tells its answers by a chat model, slowly."""
    settings = {"ASSISTANT_MODEL": "openai:double", "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none"}
    with passed_on(tmp_path_factory.mktemp("told"), **settings) as found:
        yield found


Open = Callable[..., Page]
WATCH = """addEventListener("securitypolicyviolation", (event) => console.error("refused by policy: " + event.violatedDirective))"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens a page of a site in a fresh browser profile.

    Whatever a test does there, the browser may ask these two hosts only, keep no cookie, break no content policy and
    raise no script error.
    """
    contexts = []
    hosts: set[str] = set()
    asked: list[str] = []
    faults: list[str] = []

    def heard(message: Any) -> None:
        if message.type == "error" and re.search("(?i)policy|trusted", message.text) and "CORS" not in message.text:
            faults.append(message.text)

    def open_(site: Site, path: str = "/", script: str = "", **context: Any) -> Page:
        contexts.append(browser.new_context(**{"locale": "zh-CN", "viewport": DESKTOP, **context}))
        contexts[-1].add_init_script(WATCH + ";" + script)
        contexts[-1].on("request", lambda request: asked.append(request.url))
        hosts.update((site.address + "/", site.assistant + "/"))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", heard)
        page.goto(site.address + path)
        return page

    yield open_
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith((*hosts, "data:"))] == []
    assert cookies == []
    assert faults == []


class Chat:
    """One window on a page, as whoever uses it sees it."""

    def __init__(self, page: Page, title: str = "政策问答", within: str = "html") -> None:
        self.page = page
        place = page.locator(within)
        self.launch = place.get_by_role("button", name=title, exact=True)
        self.panel = place.get_by_role("dialog", name=title)
        self.box = self.panel.get_by_label("您的问题")
        self.log = self.panel.get_by_role("log")
        self.said = self.log.locator(".said")
        self.answers = self.log.locator(".told:has(.basis)")
        self.again = self.log.get_by_role("button", name="重新提问")

    def open(self) -> "Chat":
        self.launch.click()
        expect(self.panel).to_be_visible()
        return self

    def ask(self, question: str, answers: int = 1) -> Locator:
        """Types a question and waits for its answer."""
        self.type(question)
        expect(self.answers).to_have_count(answers, timeout=ANSWERED)
        return self.answers.last

    def type(self, question: str) -> None:
        if "\n" in question or len(question) > 100:
            self.box.fill(question)
        else:
            self.box.fill("")
            self.box.press_sequentially(question)
        self.box.press("Enter")


@SIZES
def test_a_question_its_answer_and_the_words_it_rests_on(site: Site, opened: Open, viewport: Any) -> None:
    page = opened(site, viewport=viewport)
    chat = Chat(page).open()
    expect(chat.box).to_be_focused()
    answer = chat.ask(QUESTION)
    expect(chat.said).to_have_text(QUESTION)
    expect(chat.said).to_be_in_viewport()
    expect(chat.box).to_have_value("")
    expect(chat.box).to_be_focused()
    expect(answer.locator("b").first).to_have_text("经济贡献奖励：一次性奖励不超过15万元")
    expect(answer.locator("li").first).to_contain_text("比对")
    expect(answer.locator("em")).to_contain_text("本回答由AI生成")
    assert "*" not in answer.inner_text()
    assert "](" not in answer.inner_text()
    for words in ("第三稿", "2024年1月1日", "2026年12月31日"):
        expect(answer.locator(".basis")).to_contain_text(words)
    clause = answer.locator("details a").filter(has_text=QUOTE)
    with page.context.expect_page() as tab:
        clause.click()
    text = tab.value
    assert text.url.startswith(f"{site.assistant}/policy/")
    expect(text.locator("mark")).to_have_text(QUOTE)
    expect(text.locator("mark")).to_be_in_viewport()
    with page.context.expect_page() as tab:
        answer.locator("li a").first.click()
    assert re.fullmatch(rf"{site.assistant}/policy/[\w-]+#2\.2\.5", tab.value.url)


def test_what_is_offered_is_asked_by_a_click(site: Site, opened: Open) -> None:
    chat = Chat(opened(site)).open()
    offered = chat.panel.get_by_role("group", name="可以这样问").get_by_role("button")
    expect(offered).to_have_text(["这份文件的有效期到什么时候？"])
    offered.click()
    expect(chat.answers).to_have_count(1, timeout=ANSWERED)
    expect(chat.answers).to_contain_text("2026年12月31日")
    assert 1 <= offered.count() <= 3
    following = offered.first.inner_text()
    offered.first.click()
    expect(chat.said.last).to_have_text(following)
    expect(chat.answers).to_have_count(2, timeout=ANSWERED)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("我们公司入驻了产业园，经济贡献奖励能拿多少？", "请补充一项"),
        ("有没有贷款贴息？", "文件没有规定"),
        ("帮我写一首关于春天的诗", "不在本服务范围"),
        (QUESTION, ""),
    ],
)
def test_an_answer_that_is_none_says_so_first(site: Site, opened: Open, question: str, status: str) -> None:
    answer = Chat(opened(site)).open().ask(question)
    expect(answer.locator(".status")).to_have_text([status] if status else [])


@SIZES
def test_a_reload_keeps_the_conversation_and_a_new_one_can_begin(site: Site, opened: Open, viewport: Any) -> None:
    page = opened(site, viewport=viewport)
    chat = Chat(page).open()
    chat.ask(QUESTION)
    chat.box.fill("打了一半")
    page.reload()
    expect(chat.panel).to_be_hidden()
    chat.open()
    expect(chat.said).to_have_text(QUESTION)
    expect(chat.answers).to_contain_text("不超过15万元")
    expect(chat.box).to_have_value("打了一半")
    expect(chat.ask(FOLLOW_UP, 2)).to_contain_text("不超过30万元")
    chat.panel.get_by_role("button", name="重新开始").click()
    expect(chat.said).to_have_count(0)
    expect(chat.box).to_be_focused()
    page.reload()
    chat.open()
    expect(chat.panel.get_by_role("group", name="可以这样问").get_by_role("button")).to_have_count(1)
    expect(chat.said).to_have_count(0)


def test_a_server_that_starts_anew_goes_on_where_it_was(
    browser: Browser, opened: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data, port = tmp_path_factory.mktemp("kept"), str(free_port())
    with shown(f"http://127.0.0.1:{port}") as address:
        site = Site(f"http://127.0.0.1:{port}", address)
        with started(data, PORT=port, ASSISTANT_ORIGINS=address):
            chat = Chat(opened(site)).open()
            chat.ask(QUESTION)
        chat.type(FOLLOW_UP)
        expect(chat.log).to_contain_text("连接中断")
        with started(data, PORT=port, ASSISTANT_ORIGINS=address):
            expect(chat.again).to_be_visible(timeout=60_000)
            chat.again.click()
            expect(chat.answers).to_have_count(2, timeout=ANSWERED)
            expect(chat.answers.last).to_contain_text("不超过30万元")
            expect(chat.said).to_have_text([QUESTION, FOLLOW_UP])
            chat.page.reload()
            chat.open()
            expect(chat.said).to_have_text([QUESTION, FOLLOW_UP])
            expect(chat.answers).to_have_count(2)
        with started(tmp_path_factory.mktemp("empty"), PORT=port, ASSISTANT_ORIGINS=address):
            chat.type(QUESTION)  # that conversation is unknown now
            expect(chat.said).to_have_text([QUESTION])
            expect(chat.answers).to_have_count(1, timeout=ANSWERED)
            expect(chat.panel.get_by_role("alert")).to_be_empty()


def test_a_conversation_that_is_gone_is_begun_anew(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    chat.ask(QUESTION)
    page.evaluate("for (const key of Object.keys(localStorage)) if (key.endsWith(' id')) localStorage[key] = 'gone'")
    page.reload()
    chat.open()
    chat.ask(QUESTION)
    expect(chat.said).to_have_text([QUESTION])
    expect(chat.panel.get_by_role("alert")).to_be_empty()


BLOCKED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new DOMException("", "SecurityError"); }})"""
NO_LOCAL = BLOCKED.replace(', "sessionStorage"', "")


@pytest.mark.parametrize(("script", "kept"), [(BLOCKED, False), (NO_LOCAL, True)], ids=["none", "session"])
def test_where_storage_is_blocked_the_conversation_still_goes_on(
    site: Site, opened: Open, script: str, kept: bool
) -> None:
    page = opened(site, script=script)
    chat = Chat(page).open()
    chat.ask(QUESTION)
    expect(chat.ask(FOLLOW_UP, 2)).to_contain_text("不超过30万元")
    page.reload()
    chat.open()
    expect(chat.said).to_have_count(2 if kept else 0)


RECORD = """(log) => { window.read = []; new MutationObserver((records) => {
  for (const record of records) for (const node of record.addedNodes) {
    const region = record.target.closest?.("[aria-live], [role=log]");
    if (region?.getAttribute("role") === "log" && region.ariaLive !== "off" && node.ariaLive !== "off")
      window.read.push(node.innerText || node.textContent);
  }
}).observe(log, {subtree: true, childList: true, characterData: true}); }"""


@SIZES
def test_the_first_sentence_is_read_while_the_next_is_written(
    telling: tuple[Site, Between], opened: Open, viewport: Any
) -> None:
    page = opened(telling[0], viewport=viewport)
    chat = Chat(page).open()
    chat.log.evaluate(RECORD)
    chat.type(QUESTION)
    expect(chat.said).to_have_text(QUESTION)
    expect(chat.log).to_contain_text(FIRST, timeout=ANSWERED)
    assert SECOND not in chat.log.inner_text()
    expect(chat.answers).to_have_count(0)
    expect(chat.answers).to_contain_text(FIRST + SECOND, timeout=30_000)
    read = page.evaluate("window.read")
    assert sum(FIRST in text for text in read) == 1, "a screen reader reads an answer once, when it is whole"
    assert next(text for text in read if FIRST in text).count("AI生成") == 1


def count_questions(page: Page) -> list[str]:
    """The questions the page sends from now on, each time it sends one."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/chat"):
            sent.append(json.loads(request.post_data or "{}")["question"])

    page.on("request", note)
    return sent


@pytest.fixture
def lost(telling: tuple[Site, Between], opened: Open) -> Iterator[tuple[Page, Chat, Between]]:
    """A page whose connection has broken in the middle of an answer, and stays broken; its clock is the test's."""
    site, proxy = telling
    page = opened(site)
    page.clock.install()
    chat = Chat(page).open()
    chat.type(QUESTION)
    expect(chat.log).to_contain_text(FIRST, timeout=ANSWERED)
    proxy.down = True
    expect(chat.log).to_contain_text("连接中断，正在找回回答")
    yield page, chat, proxy
    proxy.down = False


def pass_time(page: Page, seconds: int) -> None:
    """Lets the page's clock run, and what it asks be answered meanwhile."""
    for _ in range(seconds):
        page.clock.run_for(1000)
        page.wait_for_timeout(50)


def test_a_network_lost_in_the_middle_gives_the_stored_answer_when_it_is_back(
    lost: tuple[Page, Chat, Between],
) -> None:
    page, chat, proxy = lost
    sent = count_questions(page)
    expect(chat.said).to_have_text(QUESTION)
    chat.type("还没轮到的问题")
    pass_time(page, 4)
    proxy.down = False
    pass_time(page, 10)
    expect(chat.answers).to_contain_text("不超过15万元")
    expect(chat.said).to_have_count(1)
    expect(chat.box).to_have_value("还没轮到的问题")
    assert sent == []


def test_a_network_that_comes_back_late_is_noticed(lost: tuple[Page, Chat, Between]) -> None:
    page, chat, proxy = lost
    sent = count_questions(page)
    pass_time(page, 40)
    expect(chat.again).to_be_visible()
    expect(chat.said).to_have_text(QUESTION)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pass_time(page, 60)
    assert asked == [], "the looks are few"
    page.context.set_offline(True)
    proxy.down = False
    page.context.set_offline(False)
    pass_time(page, 5)
    expect(chat.answers).to_contain_text("不超过15万元")
    expect(chat.again).to_have_count(0)
    assert sent == []


def test_a_question_that_never_arrived_is_kept_and_asked_again_only_by_a_click(site: Site, opened: Open) -> None:
    page = opened(site)
    sent = count_questions(page)
    chat = Chat(page).open()
    page.context.set_offline(True)
    chat.type(QUESTION)
    expect(chat.again).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_timeout(1500)
    assert sent == [QUESTION]
    page.reload()
    chat.open()
    expect(chat.said).to_have_text(QUESTION)
    chat.again.click()
    expect(chat.answers).to_have_count(1, timeout=ANSWERED)
    expect(chat.said).to_have_count(1)
    assert sent == [QUESTION, QUESTION]
    page.reload()
    chat.open()
    expect(chat.said).to_have_count(1)


def test_a_follow_up_that_never_arrived_is_looked_for_and_then_offered_again(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    chat.ask(QUESTION)
    page.route("**/api/chat", lambda route: route.abort())
    chat.type(FOLLOW_UP)
    expect(chat.again).to_be_visible(timeout=15_000)
    page.unroute("**/api/chat")
    chat.again.click()
    expect(chat.answers).to_have_count(2, timeout=ANSWERED)
    expect(chat.answers.last).to_contain_text("不超过30万元")


def test_a_reload_in_the_middle_finds_the_answer(telling: tuple[Site, Between], opened: Open) -> None:
    page = opened(telling[0])
    sent = count_questions(page)
    chat = Chat(page).open()
    chat.type(QUESTION)
    expect(chat.log).to_contain_text(FIRST, timeout=ANSWERED)
    page.reload()
    chat.open()
    expect(chat.said).to_have_text(QUESTION)
    expect(chat.answers).to_contain_text("不超过15万元", timeout=45_000)
    assert sent == [QUESTION]


@pytest.mark.parametrize("comes", [True, False])
def test_a_turn_without_an_answer_is_waited_for_and_then_offered_again(
    browser: Browser, opened: Open, tmp_path: Path, comes: bool
) -> None:
    engine = open_assistant(Settings(data=tmp_path))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with served(create_app(Settings(origins=(address,)), engine)) as assistant, running(demo.server(assistant, port)):
        page = opened(Site(assistant, address))
        page.clock.install()
        chat = Chat(page).open()
        chat.ask(QUESTION)
        conversation = page.evaluate("localStorage[Object.keys(localStorage).find((key) => key.endsWith(' id'))]")
        events = engine.stream(AskRequest(question=FOLLOW_UP, conversation_id=conversation))
        next(events)  # the turn is stored, its answer is not
        page.reload()
        chat.open()
        expect(chat.said).to_have_text([QUESTION, FOLLOW_UP])
        expect(chat.log).to_contain_text("正在找回回答")
        if comes:
            events.close()  # as when a client has left: the rules' answer is stored
        for _ in range(8):
            page.clock.run_for(20_000)
            page.wait_for_timeout(200)
        if not comes:
            expect(chat.log).to_contain_text("没有答完")
            expect(chat.answers).to_have_count(1)
            chat.again.click()
        expect(chat.answers).to_have_count(2, timeout=ANSWERED)
        expect(chat.answers.last).to_contain_text("不超过30万元")
        expect(chat.said).to_have_text([QUESTION, FOLLOW_UP])
        events.close()


def test_silence_is_taken_for_loss(site: Site, opened: Open) -> None:
    page = opened(site)
    page.clock.install()
    held: list[Route] = []
    page.route("**/api/chat", lambda route: held.append(route))
    chat = Chat(page).open()
    chat.type(QUESTION)
    expect(chat.log).to_contain_text("正在发送")
    page.clock.run_for(59_000)
    expect(chat.log).to_contain_text("正在发送")
    page.clock.run_for(2_000)
    expect(chat.again).to_be_visible()
    page.unroute("**/api/chat")
    chat.again.click()
    expect(chat.answers).to_have_count(1, timeout=ANSWERED)


@pytest.fixture(scope="module")
def cut_up(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Between]]:
    with passed_on(tmp_path_factory.mktemp("slow")) as found:
        yield found


@pytest.mark.parametrize("size", [5, 7, 1024])
def test_a_stream_cut_into_pieces_anywhere_is_read_the_same(
    cut_up: tuple[Site, Between], opened: Open, size: int
) -> None:
    site, proxy = cut_up
    proxy.size, proxy.cut = size, -1
    answer = Chat(opened(site)).open().ask(QUESTION)
    expect(answer).to_contain_text("一次性奖励不超过15万元")
    expect(answer.locator("details a")).not_to_have_count(0)
    assert "\ufffd" not in answer.inner_text()


@pytest.mark.parametrize("cut", [0, 40, 300, 900])
def test_a_stream_that_breaks_off_gives_the_stored_answer_or_a_way_to_ask_again(
    cut_up: tuple[Site, Between], opened: Open, cut: int
) -> None:
    site, proxy = cut_up
    proxy.cut = -1
    page = opened(site)
    chat = Chat(page).open()
    chat.ask("有效期到什么时候？")
    proxy.cut = cut
    sent = count_questions(page)
    chat.type(QUESTION)
    expect(chat.answers).to_have_count(2, timeout=ANSWERED)
    expect(chat.answers.last).to_contain_text("不超过15万元")
    assert sent == [QUESTION]


def test_several_on_one_page_each_have_their_own_conversation(site: Site, opened: Open) -> None:
    page = opened(site, "/several.html")
    left, right, inline = Chat(page, "问奖励"), Chat(page, "问期限"), Chat(page, "在文中提问")
    expect(right.panel).to_be_visible()
    expect(right.box).not_to_be_focused()
    left.open()
    expect(right.panel).to_be_visible()
    left.ask(QUESTION)
    right.ask("有效期到什么时候？")
    expect(left.said).to_have_text([QUESTION])
    expect(right.said).to_have_text(["有效期到什么时候？"])
    right.panel.get_by_role("button", name="关闭").click()
    inline.open()
    expect(inline.said).to_have_count(0)
    right.open()
    expect(inline.panel).to_be_hidden()
    expect(left.ask(FOLLOW_UP, 2)).to_contain_text("不超过30万元")
    page.reload()
    left.open()
    expect(left.said).to_have_text([QUESTION, FOLLOW_UP])
    expect(right.said).to_have_text(["有效期到什么时候？"])
    right.panel.get_by_role("button", name="重新开始").click()
    page.reload()
    left.open()
    expect(left.said).to_have_count(2)
    expect(right.said).to_have_count(0)


SEEN = """() => {
  const names = ["display", "color", "backgroundColor", "fontFamily", "fontSize", "fontStyle", "fontWeight", "lineHeight",
    "letterSpacing", "textTransform", "textAlign", "whiteSpace", "direction", "writingMode", "visibility", "opacity",
    "transform", "filter", "cursor", "pointerEvents", "zoom", "userSelect", "position", "zIndex", "width", "height"];
  const found = [];
  for (const node of document.querySelector("policy-chat").shadowRoot.querySelectorAll(".root *")) {
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    found.push([node.tagName + "." + node.className, ...names.map((name) => style[name]), box.width, box.height, box.right, box.bottom]);
  }
  return found; // all but the root itself, which stands where its page ends
}"""


@SIZES
def test_the_rules_of_an_unfriendly_site_change_nothing(site: Site, opened: Open, viewport: Any) -> None:
    seen = []
    for path in ("/", "/hostile.html"):
        page = opened(site, path, viewport=viewport, has_touch=True)
        chat = Chat(page)
        before = page.evaluate(SEEN)
        chat.open().ask(QUESTION)
        page.mouse.move(1, 1)
        seen.append((before, page.evaluate(SEEN)))
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).visibility") == "hidden"
    assert seen[0] == seen[1]


ENTER = {"key": "Enter", "code": "Enter", "bubbles": True, "cancelable": True}
PRESS = """(box, [name, fields]) => {
  const Kind = name.startsWith("key") ? KeyboardEvent : CompositionEvent;
  const event = new Kind(name, {bubbles: true, composed: true, cancelable: true, ...fields});
  if (fields.keyCode) Object.defineProperty(event, "keyCode", {get: () => fields.keyCode});
  return box.dispatchEvent(event);
}"""


@pytest.mark.parametrize(
    "keys",
    [
        # Chrome, Firefox: the key comes while the composition is under way.
        [("keydown", {**ENTER, "isComposing": True, "keyCode": 229}), ("compositionend", {"data": "有效期"})],
        [("keydown", {**ENTER, "isComposing": True, "keyCode": 13}), ("compositionend", {"data": "有效期"})],
        # Safari: the composition has ended when the key comes.
        [("compositionend", {"data": "有效期"}), ("keydown", {**ENTER, "isComposing": False, "keyCode": 229})],
    ],
    ids=["chrome", "firefox", "safari"],
)
def test_enter_that_ends_pinyin_does_not_send(site: Site, opened: Open, keys: list[tuple[str, Any]]) -> None:
    page = opened(site)
    sent = count_questions(page)
    chat = Chat(page).open()
    chat.box.evaluate(PRESS, ["compositionstart", {"data": ""}])
    chat.box.fill("有效期")
    for key in keys:
        chat.box.evaluate(PRESS, list(key))
    escape = {"key": "Escape", "isComposing": True, "keyCode": 229}
    chat.box.evaluate(PRESS, ["keydown", escape])
    page.wait_for_timeout(300)
    expect(chat.panel).to_be_visible()
    expect(chat.box).to_have_value("有效期")
    assert sent == []
    chat.box.evaluate(PRESS, ["keydown", {**ENTER, "keyCode": 13}])
    expect(chat.said).to_have_text("有效期")
    assert sent == ["有效期"]


def test_a_real_input_method_does_not_send(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "有效期", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.insertText", {"text": "有效期"})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    page.wait_for_timeout(300)
    expect(chat.said).to_have_count(0)
    chat.box.press("Shift+Enter")
    expect(chat.box).to_have_value("有效期\n")
    expect(chat.said).to_have_count(0)


@SIZES
def test_the_keyboard_reaches_everything_and_escape_leads_back(site: Site, opened: Open, viewport: Any) -> None:
    page = opened(site, viewport=viewport)
    chat = Chat(page)
    chat.launch.focus()
    page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()
    expect(page.locator("policy-chat .launch")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(chat.panel.get_by_role("button", name="发送")).to_be_focused()
    for name in ("发送", "您的问题", "这份文件的有效期到什么时候？", "对话", "关闭", "重新开始"):
        found = chat.panel.get_by_label(name).or_(chat.panel.get_by_role("button", name=name)).first
        expect(found).to_be_focused()
        page.keyboard.press("Shift+Tab")
    chat.box.focus()
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launch).to_be_focused()
    expect(chat.launch).to_have_attribute("aria-expanded", "false")


def test_on_a_phone_the_window_covers_the_page_and_the_page_stays(site: Site, opened: Open) -> None:
    page = opened(site, viewport=PHONE, has_touch=True, is_mobile=True)
    page.evaluate("window.scrollTo(0, 100)")
    chat = Chat(page).open()
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.scrollingElement.scrollTop") == 100
    for y in (20, 400, 830):
        page.mouse.move(100, y)
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(200)
        assert page.evaluate("document.scrollingElement.scrollTop") == 100
    assert float(chat.box.evaluate("(box) => parseFloat(getComputedStyle(box).fontSize)")) >= 16
    for button in chat.panel.get_by_role("button").all():
        size = button.bounding_box()
        assert size
        assert size["height"] >= 44
    page.set_viewport_size({"width": 390, "height": 500})  # as a keyboard does that takes its part
    expect(chat.box).to_be_in_viewport()
    assert (chat.panel.bounding_box() or {})["height"] == 500
    chat.panel.get_by_role("button", name="关闭").click()
    page.mouse.wheel(0, 50)
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollTop") > 100


def test_on_a_wide_screen_the_page_goes_on_beside_the_window(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    box = chat.panel.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 1280
    assert box["y"] >= 0
    assert box["width"] < 480
    page.get_by_role("link", name="几个窗口").click()
    expect(page).to_have_title("示例网站：几个窗口")


@pytest.mark.parametrize(
    ("typed", "told"), [("长" * 2001, "2001/2000"), ("  \n ", "请先输入问题"), ("𠮷" * 2001, "2001/2000")]
)
def test_what_cannot_be_sent_stays_in_the_box_with_the_reason(site: Site, opened: Open, typed: str, told: str) -> None:
    page = opened(site)
    sent = count_questions(page)
    chat = Chat(page).open()
    chat.type(typed)
    expect(chat.panel.get_by_role("alert")).to_contain_text(told)
    expect(chat.box).to_have_value(typed)
    assert sent == []
    chat.ask("𠮷" * 2000)
    expect(chat.said).to_have_text("𠮷" * 2000)


@pytest.mark.parametrize(
    "typed",
    [
        "<img src=x onerror=\"document.title='broken'\">8000万",
        "<script>document.title='broken'</script>",
        "[点我](javascript:alert(1)) **粗** [点](//evil.example/policy/x) [点](/policy/x)",
        "- 一\n> 二\n\n**三",
    ],
)
def test_what_is_typed_is_shown_and_never_obeyed(site: Site, opened: Open, typed: str) -> None:
    page = opened(site)
    chat = Chat(page).open()
    answer = chat.ask(typed)
    assert chat.said.evaluate("(node) => node.textContent") == typed
    assert chat.said.locator("*").count() == 0
    assert answer.locator("img, script, iframe").count() == 0
    for link in answer.locator("a").all():
        assert (link.get_attribute("href") or "").startswith(f"{site.assistant}/policy/")
    expect(page).to_have_title("示例网站")


ADD = """(given) => { const chat = document.createElement("policy-chat");
  for (const name in given) chat.setAttribute(name, given[name]); document.body.append(chat); }"""


def test_windows_of_one_title_are_told_apart_by_place_or_id(site: Site, opened: Open) -> None:
    page = opened(site)
    placed = ({"class": "a"}, {"class": "b"}, {"class": "c", "id": "c"})
    for given in placed:
        page.evaluate(ADD, {"title": "同名", **given})
    chats = [Chat(page, "同名", f"policy-chat.{given['class']}") for given in placed]
    asked = ["有效期到什么时候？", "由哪个单位负责解释？", "需要哪些申请材料？"]
    for chat, question in zip(chats, asked, strict=True):
        chat.open().ask(question)
    page.reload()
    for given in (placed[0], placed[2], placed[1]):  # the one with an id stands elsewhere now
        page.evaluate(ADD, {"title": "同名", **given})
    expect(chats[0].open().said).to_have_text(asked[:1])
    expect(chats[2].open().said).to_have_text(asked[2:])
    expect(chats[1].open().said).to_have_count(0)


def test_an_error_is_told_in_the_servers_words(site: Site, opened: Open) -> None:
    page = opened(site)
    page.evaluate(ADD, {"title": "另一份", "policy": "nowhere"})
    chat = Chat(page, "另一份").open()
    chat.type(QUESTION)
    expect(chat.log).to_contain_text("没有政策 nowhere")
    expect(chat.said).to_have_text(QUESTION)
    expect(chat.again).to_be_visible()


@pytest.mark.parametrize(
    ("color", "brand", "ink"),
    [
        ("#a61c1c", "rgb(166, 28, 28)", "rgb(255, 255, 255)"),
        ("#FFD54F", "rgb(255, 213, 79)", "rgb(0, 0, 0)"),
        ("red", "rgb(11, 74, 125)", "rgb(255, 255, 255)"),
        ("#a61c1c;position:fixed", "rgb(11, 74, 125)", "rgb(255, 255, 255)"),
        ("#12345", "rgb(11, 74, 125)", "rgb(255, 255, 255)"),
    ],
)
def test_a_colour_is_taken_and_can_be_read_on(site: Site, opened: Open, color: str, brand: str, ink: str) -> None:
    page = opened(site)
    page.evaluate(ADD, {"title": "有颜色", "color": color, "position": "left"})
    launch = Chat(page, "有颜色").launch
    assert launch.evaluate("(node) => getComputedStyle(node).backgroundColor") == brand
    assert launch.evaluate("(node) => getComputedStyle(node).color") == ink
    box = launch.bounding_box()
    assert box
    assert box["x"] == 24


def test_an_answer_can_be_rated(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    answer = chat.ask(QUESTION)
    like, dislike = (answer.get_by_role("button", name=name) for name in ("有帮助", "没帮助"))
    with page.expect_response("**/api/feedback") as rated:
        like.click()
    assert rated.value.status == 200
    assert json.loads(rated.value.request.post_data or "")["rating"] == "like"
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(answer.get_by_role("status")).to_have_text("谢谢。")
    dislike.click()
    expect(dislike).to_have_attribute("aria-pressed", "true")
    expect(like).to_have_attribute("aria-pressed", "false")
    with page.expect_response("**/api/feedback") as rated:
        dislike.click()
    assert json.loads(rated.value.request.post_data or "")["rating"] is None
    expect(dislike).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(True)
    like.click()
    expect(answer.get_by_role("status")).to_contain_text("连接中断")
    expect(like).to_have_attribute("aria-pressed", "false")


def test_a_site_that_is_not_listed_is_told_so(site: Site, opened: Open) -> None:
    with shown(site.assistant) as address:
        chat = Chat(opened(Site(site.assistant, address))).open()
        chat.type(QUESTION)
        expect(chat.log).to_contain_text("本网站没有被允许使用")
        expect(chat.log).to_contain_text("请告知网站管理员")
        expect(chat.said).to_have_text(QUESTION)


def test_nothing_is_asked_before_the_window_is_opened(site: Site, opened: Open) -> None:
    page = opened(site)
    chat = Chat(page).open()
    chat.ask(QUESTION)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_timeout(500)
    assert [url for url in asked if "/api/" in url] == []


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_passes_axe_and_fits(site: Site, opened: Open, viewport: Any, scheme: str) -> None:
    page = opened(site, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    chat = Chat(page)
    check(page)
    chat.open()
    check(page)
    chat.ask(QUESTION)
    check(page)
    chat.ask("有没有贷款贴息？", 2)
    chat.answers.last.get_by_role("button", name="有帮助").click()
    chat.box.fill("长" * 2001)
    page.context.set_offline(True)
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_what_can_be_pressed_has_an_edge(site: Site, opened: Open, scheme: str) -> None:
    page = opened(site, forced_colors="active", color_scheme=scheme)
    chat = Chat(page)
    edge = "(node) => [getComputedStyle(node).borderTopStyle, getComputedStyle(node).borderTopWidth]"
    assert chat.launch.evaluate(edge) == ["solid", "1px"]
    for button in chat.open().panel.get_by_role("button").all():
        assert button.evaluate(edge) == ["solid", "1px"]


def check(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    for log in page.get_by_role("log").all():
        assert log.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert violations(page) == []
