"""A page in a real browser, and what it must never show: errors, other hosts, the other language, lost focus."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

_STRANGE = """
language => {
  const strange = language === "zh" ? /[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}/ : /[\\u3400-\\u9fff]/;
  const data = "title, q, blockquote, pre, .id, .data, td, .hits h2, [lang]:not(html)";
  const found = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const holder = node.parentElement;
    if (strange.test(node.data) && !holder.closest(data + ", style")) found.push(node.data.trim());
  }
  for (const one of document.querySelectorAll("[placeholder], [title], [aria-label]"))
    for (const name of ["placeholder", "title", "aria-label"])
      if (strange.test(one.getAttribute(name) || "") && !one.closest(data)) found.push(one.getAttribute(name));
  return found;
}
"""
"""Texts of a page in the language that it is not in: any Chinese character, or three English words in a row. Names and
texts of records are data, and so is what says its own language."""
_FOCUS = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    tag: one.tagName.toLowerCase(), name: one.getAttribute("name") || "",
    text: (one.innerText || "").trim(), href: one.getAttribute("href") || "",
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && box.width > 1 && box.height > 1
      && box.right > 0 && box.bottom > 0,
  };
}
"""
_FIELDS = "input:not([type=hidden]), select, textarea, button"
_NAMELESS = (
    "fields => fields.filter(one => !(one.labels && one.labels.length) && !one.getAttribute('aria-label')"
    " && !(one.tagName === 'BUTTON' && one.innerText.trim())).map(one => one.outerHTML)"
)


class Watched:
    """A page whose messages, failures and addresses are noted from its beginning."""

    def __init__(self, page: Page, address: str, language: str) -> None:
        self.page, self.address, self.language = page, address, language
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(f"console: {said.type}: {said.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("request", lambda asked: self._asked(asked.url))
        page.on("requestfailed", lambda asked: self.troubles.append(f"failed: {asked.url}"))

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.address).netloc:
            self.troubles.append(f"another host: {url}")

    def open(self, path: str) -> Response:
        """A page by its path, in the language of this one."""
        answer = self.page.goto(f"{self.address}{path}{'&' if '?' in path else '?'}lang={self.language}")
        assert answer is not None
        return answer

    def refused(self, path: str, status: int) -> None:
        """A page that is no success: the browser says so in its console, and nothing else."""
        before = len(self.troubles)
        assert self.open(path).status == status
        (said,) = self.troubles[before:]
        assert f"status of {status}" in said
        del self.troubles[before:]

    def fine(self) -> None:
        """What holds for every page as it stands now; the width is that of the window."""
        page = self.page
        assert self.troubles == []
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if self.language == "zh" else "en")
        assert page.evaluate(_STRANGE, self.language) == []
        assert page.locator(_FIELDS).evaluate_all(_NAMELESS) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than its window"
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()

    def tabbed(self) -> list[dict[str, str]]:
        """Everything that the keyboard reaches, in its order, each of it visible and marked as focused."""
        page = self.page
        page.evaluate("document.activeElement && document.activeElement.blur()")
        stops: list[dict[str, str]] = []
        for _ in range(400):
            page.keyboard.press("Tab")
            stop = page.evaluate(_FOCUS)
            if stop is None:
                break
            assert stop["seen"], stop
            stops.append(stop)
        else:
            raise AssertionError("the keyboard never comes to the end of the page")
        return stops

    def said(self) -> str:
        """The text of the main part, with one blank between words."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())
