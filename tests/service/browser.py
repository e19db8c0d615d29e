"""The recipient's page in Chromium: dropped and chosen files, without JavaScript, by keyboard, narrow, on
paper, and axe's opinion on every state in both languages.

    browser.py ADDRESS FOLDER AXE [PICTURES]

ADDRESS is the service, FOLDER holds NAME.pdf of every verdict, AXE is axe.min.js; where PICTURES is given,
screenshots are left there. Prints what it looked at; the first thing that is wrong ends it."""

import base64
import contextlib
import os
import pathlib
import re
import sys

from playwright.sync_api import expect, sync_playwright

# Whatever is waited for comes long before, however slow the machine is: milliseconds.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

ADDRESS, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
AXE = pathlib.Path(sys.argv[3]).read_text()
PICTURES = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else None
HEADLINES = {
    "valid": ("Chữ ký số hợp lệ, đủ hai chữ ký", "Valid, both signatures present"),
    "valid_extended": ("Hợp lệ; tệp có bổ sung trong phạm vi cho phép", "Valid, with permitted additions"),
    "incomplete": ("Chưa đủ chữ ký: thiếu chữ ký số của cơ quan", "The agency has not signed"),
    "invalid": ("Không hợp lệ: trang 1 khác nội dung đã ký", "Not valid: page 1 was changed"),
    "indeterminate": ("Chưa xác nhận được: đường dẫn tin cậy không đúng", "Not confirmed: certificate path not valid"),
    "unsigned": ("Tệp chưa được ký số", "Not signed"),
    "unreadable": ("Không đọc được tệp", "The file can't be read"),
}

# What the page of a code on paper says: of the right code, a file's digest, another code, a recall, nothing.
RECORDS = [
    ("content", f"201/BC-UBND?d={'5EC2E704' * 8}", ("Có trong sổ đăng ký văn bản đi", "Recorded in the register")),
    ("file", f"201/BC-UBND?d={'0123abcd' * 8}", ("Có trong sổ đăng ký văn bản đi", "Recorded in the register")),
    ("other", f"201/BC-UBND?d={'00000000' * 8}", ("Mã trên giấy không khớp", "The code does not match")),
    ("recalled", f"202/BC-UBND?d={'5EC2E704' * 8}", ("Văn bản đã bị thu hồi", "Recalled")),
    ("missing", "203/Q%C4%90-GD%26%C4%90T?d=5EC2E704", ("Số này không có trong sổ đăng ký", "Number not in the register")),
]


def file(name):
    return FOLDER / f"{name}.pdf"


def look(page, name, full=True):
    if PICTURES:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=full)


@contextlib.contextmanager
def tab(browser, quiet=True, **options):
    """A page that asks no other server, and whose console stays empty."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    # Playwright keeps the system's file chooser away for as long as somebody listens. Asked for only when a key is
    # about to be pressed, that races the key to the page, and the key may win: then no chooser is ever told of.
    page.on("filechooser", lambda chooser: None)
    yield page
    strange = [url[:80] for url in asked if not url.startswith((ADDRESS, "data:", "blob:"))]
    assert not strange, strange
    assert not quiet or not said, said
    context.close()


def choose(page, name):
    page.set_input_files("#file", file(name))


def axe(page, state):
    page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({ runOnly: tags })", tags)
    assert found["passes"], "axe looked at nothing"
    wrong = [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
    assert not wrong, f"{state}: " + "\n".join(wrong)


def narrow(page, state):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{state} is {width} wide"


def chosen_files(browser):
    """A file is chosen, and its verdict is there, focused and announced."""
    for number, lang in enumerate(["vi", "en"]):
        with tab(browser) as page:
            page.goto(f"{ADDRESS}/?lang={lang}")
            axe(page, f"start {lang}")
            look(page, f"start-{lang}")
            for name, headlines in HEADLINES.items():
                page.goto(f"{ADDRESS}/?lang={lang}")
                choose(page, name)
                expect(page.locator("#result .words")).to_have_text(headlines[number])
                assert page.evaluate("document.activeElement.id") == "result", name
                expect(page.get_by_role("status")).not_to_be_empty()
                assert page.evaluate("document.documentElement.lang") == lang
                assert headlines[number] in page.title(), page.title()
                axe(page, f"{name} {lang}")
                for details in page.locator("details").all():
                    details.evaluate("part => { part.open = true; }")
                axe(page, f"{name} {lang}, unfolded")
                for details in page.locator("details").all():
                    details.evaluate("part => { part.open = false; }")
                page.evaluate("document.activeElement.blur()")
                look(page, f"{name}-{lang}")


def dropped_file(browser):
    """A file is dropped anywhere on the page."""
    with tab(browser) as page:
        page.goto(f"{ADDRESS}/?lang=en")
        content = base64.b64encode(file("valid").read_bytes()).decode()
        transfer = page.evaluate_handle(
            """content => {
                const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
                const transfer = new DataTransfer();
                transfer.items.add(new File([bytes], "dropped.pdf", { type: "application/pdf" }));
                return transfer;
            }""",
            content,
        )
        page.dispatch_event("footer", "dragover", {"dataTransfer": transfer})
        expect(page.locator(".drop.over")).to_be_visible()
        look(page, "dragged-en")
        page.dispatch_event("footer", "drop", {"dataTransfer": transfer})
        expect(page.locator("#result .words")).to_have_text(HEADLINES["valid"][1])
        expect(page.locator(".when")).to_contain_text("dropped.pdf")


def other_language(browser):
    """The result is asked for again in the other language; the address keeps it."""
    with tab(browser) as page:
        page.goto(ADDRESS)
        choose(page, "valid")
        expect(page.locator("#result .words")).to_have_text(HEADLINES["valid"][0])
        page.get_by_role("link", name="English").click()
        expect(page.locator("#result .words")).to_have_text(HEADLINES["valid"][1])
        assert page.url.endswith("?lang=en") and page.evaluate("document.documentElement.lang") == "en"
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check a signed document")


def cancelled(browser):
    """A check that takes long can be given up; one that fails is said to have failed."""
    with tab(browser, quiet=False) as page:
        page.goto(f"{ADDRESS}/?lang=en")
        waiting = []
        page.route("**/?lang=en", lambda route: waiting.append(route))
        choose(page, "valid")
        cancel = page.get_by_role("button", name="Cancel")
        expect(cancel).to_be_focused()
        axe(page, "sending")
        look(page, "sending-en")
        cancel.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Cancelled")
        expect(page.locator("#file")).to_be_focused()
        expect(cancel).to_be_hidden()
        page.unroute("**/?lang=en")
        page.route("**/?lang=en", lambda route: route.abort())
        choose(page, "unsigned")
        expect(page.get_by_role("status")).to_contain_text("The upload failed")
        page.unroute("**/?lang=en")
        page.evaluate("document.getElementById('check').dataset.limit = 10")
        choose(page, "valid")
        expect(page.get_by_role("status")).to_contain_text("larger than")


def downloads(browser, script):
    """Reports and the signed revision, with and without JavaScript."""
    with tab(browser, java_script_enabled=script, accept_downloads=True) as page:
        page.goto(f"{ADDRESS}/?lang=en")
        choose(page, "invalid")
        if not script:
            page.get_by_role("button", name="Check").click()
        expect(page.locator("#result .words")).to_have_text(HEADLINES["invalid"][1])
        for kind, start in [("HTML", b"<!DOCTYPE html>"), ("JSON", b"{"), ("XML", b"<?xml")]:
            with page.expect_download() as loading:
                page.get_by_role("link", name=kind).click()
            assert pathlib.Path(loading.value.path()).read_bytes().startswith(start), kind
        place = page.locator(".revision").first
        length = int(place.get_attribute("data-length"))
        if not script:
            place.get_by_label("Choose the same file again").set_input_files(file("invalid"))
        with page.expect_download() as loading:
            place.get_by_role("button", name="Download the signed version").click()
        assert pathlib.Path(loading.value.path()).read_bytes() == file("invalid").read_bytes()[:length]


def without_javascript(browser):
    """The form alone does."""
    for number, lang in enumerate(["vi", "en"]):
        with tab(browser, java_script_enabled=False) as page:
            for name, headlines in HEADLINES.items():
                page.goto(f"{ADDRESS}/?lang={lang}")
                choose(page, name)
                page.locator("#check button[type=submit]").click()
                expect(page.locator("#result .words")).to_have_text(headlines[number])
                expect(page.locator("#cancel")).to_be_hidden()


def keyboard(browser):
    """From the first Tab to the result and its downloads without a mouse."""
    with tab(browser) as page:
        page.goto(f"{ADDRESS}/?lang=en")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        # Only when the link has led to the content does Tab go on from there.
        expect(page.get_by_role("link", name="Skip to content")).not_to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#file")).to_be_focused()
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(file("valid"))
        expect(page.locator("#result")).to_be_focused()
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
            if page.evaluate("document.activeElement === document.body"):
                break
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none", f"no focus can be seen on {seen[-1]}"
        for wanted in ["Technical details", "Verification report for programs (JSON)", "Print this page", "file"]:
            assert wanted in seen, (wanted, seen)


def small_screens(browser):
    """320 pixels are enough: nothing is cut off, everything can be hit."""
    with tab(browser, viewport={"width": 320, "height": 640}, device_scale_factor=2) as page:
        for lang in ["vi", "en"]:
            page.goto(f"{ADDRESS}/?lang={lang}")
            narrow(page, f"start {lang}")
            look(page, f"phone-start-{lang}")
            for name in HEADLINES:
                page.goto(f"{ADDRESS}/?lang={lang}")
                choose(page, name)
                expect(page.locator("#result")).to_be_focused()
                for details in page.locator("details").all():
                    details.evaluate("part => { part.open = true; }")
                narrow(page, f"{name} {lang}")
                page.evaluate("document.activeElement.blur()")
                look(page, f"phone-{name}-{lang}")
            page.goto(f"{ADDRESS}/v/2026/201/BC-UBND?lang={lang}&d=5ec2e7045ec2e7045ec2e7045ec2e704")
            narrow(page, f"record {lang}")
            look(page, f"phone-record-{lang}")


def paper(browser):
    """A print has the verdict and every detail, and nothing to press."""
    with tab(browser) as page:
        for name in ["valid", "invalid"]:
            page.goto(ADDRESS)
            choose(page, name)
            expect(page.locator("#result")).to_be_focused()
            page.emulate_media(media="print")
            page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            expect(page.locator("#result")).to_be_visible()
            expect(page.get_by_role("heading", name="Chi tiết kỹ thuật")).to_be_visible()
            expect(page.locator("details h3").first).to_be_visible()
            for hidden in ["#check", "nav", ".take", "#status"]:
                expect(page.locator(hidden)).to_be_hidden()
            page.evaluate("window.dispatchEvent(new Event('afterprint'))")
            if PICTURES:
                page.pdf(path=PICTURES / f"print-{name}.pdf", format="A4")
            page.emulate_media(media="screen")


def other_pages(browser):
    """The page of a code on paper, and that of problems."""
    with tab(browser, quiet=False) as page:
        for lang in ["vi", "en"]:
            for address in [f"/problems?lang={lang}", f"/nothing?lang={lang}"]:
                page.goto(ADDRESS + address)
                axe(page, address)
                expect(page.get_by_role("heading", level=1)).to_be_visible()
            for state, address, words in RECORDS:
                page.goto(f"{ADDRESS}/v/2026/{address}&lang={lang}")
                axe(page, f"{state} {lang}")
                expect(page.locator("#result .words")).to_have_text(words[lang == "en"])
                look(page, f"record-{state}-{lang}")
            page.goto(f"{ADDRESS}/v/2026/201/BC-UBND?lang={lang}&d=5ec2e704")
        page.get_by_role("link", name="Tiếng Việt").click()
        expect(page).to_have_url(re.compile(r"(?=.*d=5ec2e704)(?=.*lang=vi)"))


def landmarks(browser):
    """What a screen reader is told."""
    with tab(browser) as page:
        page.goto(f"{ADDRESS}/?lang=en")
        for role in ["banner", "main", "contentinfo", "navigation"]:
            expect(page.get_by_role(role)).to_have_count(1)
        expect(page.get_by_label("Choose a PDF, or drop it in this frame")).to_be_attached()
        choose(page, "valid")
        expect(page.locator("#result")).to_be_focused()
        levels = page.evaluate(
            "Array.from(document.querySelectorAll('h1,h2,h3')).map((one) => Number(one.tagName[1]))"
        )
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
        told = page.locator("main").aria_snapshot()
        assert told.index(HEADLINES["valid"][1]) < told.index("Who signed") < told.index("Three checks"), told


with sync_playwright() as playwright:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=root)
    steps = [
        chosen_files,
        dropped_file,
        other_language,
        cancelled,
        lambda browser: downloads(browser, True),
        lambda browser: downloads(browser, False),
        without_javascript,
        keyboard,
        small_screens,
        paper,
        other_pages,
        landmarks,
    ]
    for step in steps:
        step(browser)
        print("ok:", step.__doc__ or "reports and the signed revision")
    browser.close()
