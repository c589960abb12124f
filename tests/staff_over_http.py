"""Staff at work on a served archive: forms are read from its pages and sent back, in sessions of their own."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.forms import FormReader
from tests.served import Archive

PASSWORD = "a long pass phrase"
MAKE_STAFF = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("nora", password="{PASSWORD}")
"""


class StaffBrowser:
    def __init__(self, archive: Archive) -> None:
        self.url = archive.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.save("/admin/login/?next=/admin/", username="nora", password=PASSWORD)

    def page(self, path: str) -> str:
        words: str = self._opener.open(f"{self.url}{path}", timeout=30).read().decode()
        return words

    def status(self, path: str) -> int:
        try:
            return int(self._opener.open(f"{self.url}{path}", timeout=30).status)
        except urllib.error.HTTPError as error:
            return error.code

    def save(self, path: str, *, without: tuple[str, ...] = (), to: str = "", **values: str | list[str]) -> str:
        """Open a form, change some values, and save it, which must succeed; the page that follows. ``to``: where it is
        sent, if that is not the address of the form.
        """
        url, form = f"{self.url}{to or path}", FormReader()
        form.feed(self.page(path))
        sent = {name: value for name, value in form.values.items() if "__prefix__" not in name and name != "q"}
        sent = {name: value for name, value in {**sent, **values}.items() if name not in without}
        request = urllib.request.Request(url, urllib.parse.urlencode(sent, doseq=True).encode(), {"Referer": url})
        answer = self._opener.open(request, timeout=30)
        page: str = answer.read().decode()
        assert answer.url != url or to, re.findall(r'class="errorlist.*', page)
        return page
