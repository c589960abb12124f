"""All answers of an archive as text files, to find the effects of a change of code.

    python -m tests.golden DIRECTORY

``make golden`` builds the previous commit and the present files, and compares. The archive is made of the seed, the
handbook in tests/data and the judged articles, in SQLite and in a folder of its own; it is loaded, corrected by staff,
loaded again with some files changed, undone, loaded once more, and then read completely. Everything goes through
manage.py, requests, and the list of models, so that this file works with any layout of modules. Some pages are about
today: build both on one day.
"""

from __future__ import annotations

import hashlib
import html
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

import django
import lxml.html

ROOT = Path(__file__).resolve().parent.parent
HOST = "http://localhost"
ALIKE_PUBLIC, ALIKE_STAFF = 3, 4  # pages that differ only in a query, or in ids, of which this many are enough
QUERIES = """
ferry|ferries|harbour master|screen reader keyboard|mayor resigns|bridge reopens|storms|near-duplicates|newsml-g2
"nobody will live at the light"|"harbour master"|"harbour master|"the ferry" -bus|ferr*|*|f*|lig* -museum
headline:ferry|caption:compositor|credit:newsarchive|byline:"Peter Ashdown"|byline:陈晓 图书馆
byline:finch bridge from:2019|tag:museums seal|tag:"Handbook" dates|source:courier ferry
source:"Newsarchive Handbook" photos|nosuchfield:ferry|ferry OR lighthouse|ferry OR|OR OR OR|-ferry|ferry -ferry
lighthouse to:2000|from:2019 to:2020-06 ferry|from:2021 to:2019 ferry|from:yesterday ferry|has:photo ferry
has:nothing|2023-09-06|6 September 2023|september 2023|dreding of the harbour|herrring landings
firefigthers fish market|salmom farm|ferrey timtable|zzzzqqqq|the of and|cafe noel|Fährverbindung Osterby
faehre Osterby|école osterby|l'école|ecole|паром меридиан|выборы совета|عبارة كهربائية|الموانئ|市長選|港口|漂流瓶
电动渡轮|섬 주민|電気フェリー|ﾌｪﾘｰ|青岛|SCO|sco demonstration zone qingdao|<script>alert(1)</script>|%
' OR 1=1 --|\\|"|""|(ferry)
ferry AND NOT bus|NEAR(ferry bus)|:|headline:|𝔣𝔢𝔯𝔯𝔶|fer\u00adry|  ferry   quay
"""
ODD_ADDRESSES = """
/nothing/ /2023/ /2023/13/ /2023/02/30/ /2023/09/06/nothing/ /2023/9/6/ /2023/09/06 /1066/ /9999/12/31/ /a/nothing/
/undated/x/ /tags/nothing/ /tags/Handbook/ /sources/nothing/ /tags/handbook+nothing/ /tags/handbook/feed.xyz
/feeds/latest.json /feeds/latest.rss /?page=2 /?before=nonsense /?after=2023-01-01 /photos/?page=999
/photos/?credit=x /on-this-day/02-29/ /on-this-day/13-01/ /search/ /search/?q= /search/?q=ferry&page=99
/search/?q=ferry&page=x /search/?q=ferry&from=2014&to=x /search/suggest/?q=fer /search/suggest/?q=%E6%B8%AF
/search/suggest/ /media/../manage.py /media/nothing.jpg /sitemap/articles-99.xml /favicon.ico /robots.txt /healthz
/opensearch.xml /.well-known/security.txt /admin /admin/ /admin/login/ /admin/nothing/ /manage.py
"""
# What differs from one run to the next, and what is written instead.
DAYS = [datetime.now(UTC) + timedelta(days=days) for days in (0, 1)]
DAY = "|".join(
    day.strftime(form).lstrip("0") for day in DAYS for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")
)
CLOCK = r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.m\.)?|\d+ [ap]\.m\.|noon|midnight"
SUBSTITUTIONS = [
    (re.compile(rf"(?:\w\w\w, )?\b0?(?:{DAY})(?:(?:[T ]|, (?:<wbr>)?)(?:{CLOCK}))?(?:\+00:00|Z| GMT| UTC)?"), "<now>"),
    (re.compile(r'(name="[a-z_-]+_1" value=")[\d:]+'), r"\1<time>"),
    (re.compile(r'(csrfmiddlewaretoken"? value=")\w+'), r"\1<token>"),
    (re.compile(r'(<option value=")\d+(?=[^<|]*>[^<|]* \| )'), r"\1<permission>"),  # migrations may number them anew
    (re.compile(r"/admin/r/\d+/"), "/admin/r/<type>/"),
    (re.compile(r"\b\d[\d,]*(?:\.\d)? s\b"), "<seconds> s"),
]
LEFT_OUT = {"contenttypes", "sessions", "axes"}  # tables of Django's own, and permissions, whose ids may move
COLUMNS_LEFT_OUT = {"content_type_id", "password", "read_as", "beside", "mtime_ns"}
HEADERS_LEFT_OUT = {"Content-Length", "Set-Cookie", "Date"}
LINK = re.compile(rf'(?:href|src|action)="([^"]+)"|[" ,](/(?:media|admin|search)/[^\s",<>]*)|({HOST}[^\s"<>)]*)')


class Golden:
    """The files of one build, held back until every photo's key, which is drawn by lot, has a number."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        self.files: list[tuple[str, str, str]] = []
        self.keys: dict[str, str] = {}
        self.commands = 0

    def add(self, kind: str, name: str, text: str) -> None:
        self.files.append((kind, name, text))

    def write(self, out: Path) -> None:
        for kind, name, text in self.files:
            name, path = self.plain(name), out / kind
            words = re.sub(r"[^\w.=-]+", "_", unquote(name), flags=re.ASCII).strip("_")[:90]
            path.mkdir(parents=True, exist_ok=True)
            file = path / f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}.txt"
            assert not file.exists(), f"{name} twice"
            file.write_text(self.plain(text), encoding="utf-8", errors="backslashreplace")

    def plain(self, text: str) -> str:
        text = text.replace(str(self.folder), "<folder>").replace(str(ROOT), "<code>")
        for pattern, instead in SUBSTITUTIONS:
            text = pattern.sub(instead, text)
        return re.sub(r"(?<![^\W_])[0-9a-z]{8}(?![^\W_])", lambda found: self.keys.get(found[0], found[0]), text)

    def manage(self, *arguments: str, var: str = "var") -> str:
        """One command, with all that it says."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments], cwd=self.folder, check=False, capture_output=True,
            text=True, env={**os.environ, "VAR_DIR": str(self.folder / var)},
        )  # fmt: skip
        self.commands += 1
        said = f"exit {done.returncode}\n--- out\n{done.stdout}--- err\n{done.stderr}"
        self.add("commands", f"{self.commands:02} {' '.join(arguments)}", said)
        return done.stdout

    def rows(self, moment: str) -> None:
        """Every table of a model, a row a line."""
        from django.apps import apps

        for (key,) in model("photo")._base_manager.order_by("pk").values_list("key"):
            self.keys.setdefault(key, f"<photo {len(self.keys) + 1}>")
        for one in apps.get_models():
            if one._meta.app_label in LEFT_OUT or one._meta.model_name == "permission":
                continue
            lines = [
                json.dumps(_plain_row(row), default=str, ensure_ascii=False) for row in one._base_manager.order_by("pk")
            ]
            text = "".join(f"{line}\n" for line in lines)
            self.add(f"rows/{moment}", one._meta.label_lower, text)

    def schema(self) -> None:
        """What tables, indexes and triggers are made of; in which order columns came does not count."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'django_migrations'"
            )
            for name, sql in cursor.fetchall():
                parts = sorted(part.strip() for part in re.split(r",(?![^(]*\))", sql.replace("(", "(,", 1)))
                self.add("schema", name, "\n".join(parts) + "\n")

    def answer(self, kind: str, name: str, answer: Any) -> None:
        """What was answered: its status, its headers, its text, or the digest of what is not text."""
        heads = [
            f"{key}: {_header(key, value)}" for key, value in sorted(answer.items()) if key not in HEADERS_LEFT_OUT
        ]
        self.add(kind, name, "\n".join([name, str(answer.status_code), *heads, "", text_of(answer)]))


def _plain_row(row: Any) -> dict[str, Any]:
    """By column. Content types are left out, for their ids may move; so are passwords, and how files were read."""
    columns = [field for field in row._meta.concrete_fields if field.column not in COLUMNS_LEFT_OUT]
    found = {field.column: field.value_from_object(row) for field in sorted(columns, key=lambda field: field.column)}
    for field in row._meta.many_to_many:
        found[field.name] = sorted(getattr(one, "codename", str(one)) for one in getattr(row, field.name).all())
    digested = {key: hashlib.sha256(value).hexdigest() for key, value in found.items() if isinstance(value, bytes)}
    return found | digested


def _header(name: str, value: str) -> str:
    if name == "ETag":
        return "<tag>"
    cut = {"Vary": ", ", "Content-Security-Policy": "; "}.get(name)  # made from sets
    return cut.join(sorted(value.split(cut))) if cut else value


def text_of(answer: Any) -> str:
    if not hasattr(answer, "golden_body"):
        answer.golden_body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    body: bytes = answer.golden_body
    if re.search("text|json|xml|javascript|yaml|bibtex|research-info", answer.get("Content-Type", "")):
        return body.decode(errors="backslashreplace")
    return f"{len(body)} bytes, {hashlib.sha256(body).hexdigest()}\n"


def model(name: str) -> Any:
    from django.apps import apps

    return next(one for one in apps.get_models() if one._meta.model_name == name)


def staff_address(name: str, page: str, *ids: Any) -> str:
    from django.urls import reverse

    return reverse(f"admin:{model(name)._meta.app_label}_{name}_{page}", args=ids)


# --- Reading. ---------------------------------------------------------------------------------------------------------


def crawl(site: Any, seeds: Iterable[str], shape: Callable[[str], Any], most: int) -> Iterator[tuple[str, Any]]:
    """Follow links. Of addresses with the same shape ``most`` are read; ``None``: all; ``False``: none of them."""
    queue, read = deque(dict.fromkeys(seeds)), Counter[Any]()
    seen = set(queue)
    while queue:
        address = queue.popleft()
        answer = site.get(address)
        yield address, answer
        for link in _links(address, answer):
            alike = shape(link)
            if link in seen or alike is False or (alike is not None and read[alike] >= most):
                continue
            read[alike] += 1
            seen.add(link)
            queue.append(link)


def _links(address: str, answer: Any) -> Iterator[str]:
    if location := answer.get("Location"):
        yield urljoin(address, location.removeprefix(HOST))
    if "/original" in address:  # its links are those of another site
        return
    for found in LINK.finditer(text_of(answer)):
        link = urljoin(HOST + address, html.unescape(next(filter(None, found.groups()))).rstrip(".,}\\")).partition(
            "#"
        )[0]
        if link.startswith(f"{HOST}/"):
            yield link.removeprefix(HOST)


def public_shape(address: str) -> Any:
    parts = urlsplit(address)
    if re.match("/(?:admin|static)", parts.path):
        return False
    return (parts.path, *sorted(dict(parse_qsl(parts.query)))) if parts.query else None


def staff_shape(address: str) -> Any:
    parts, names = urlsplit(address), sorted(dict(parse_qsl(urlsplit(address).query)))
    if (
        not parts.path.startswith("/admin/")
        or re.search("logout|jsi18n|/static/|^/admin/r/", parts.path)
        or len(names) > 1
    ):
        return False
    return (re.sub(r"\d+", "N", parts.path), *names)


def addresses() -> set[str]:
    """The public address of every row that has one now; those that it had before answer as well."""
    from django.apps import apps

    models = [one for one in apps.get_models() if hasattr(one, "get_absolute_url")]
    found = {row.get_absolute_url() for one in models for row in one._base_manager.all()}
    return {address for address in found if address}


def read_public(golden: Golden, seeds: set[str]) -> None:
    site = client()
    first = ["/", "/sitemap.xml", *ODD_ADDRESSES.split(), *sorted(seeds, key=golden.plain)]
    for address, answer in crawl(site, first, public_shape, ALIKE_PUBLIC):
        golden.answer("public", address, answer)
    for method in ("post", "head", "put", "options"):
        for address in ("/", "/search/?q=ferry", "/about/", "/nothing/"):
            golden.answer("methods", f"{method} {address}", getattr(site, method)(address))
    for query in filter(None, re.split(r"[|\n]", QUERIES)):
        golden.answer("search", f"/search/?q={quote(query)}", site.get("/search/", {"q": query}))


def read_staff(golden: Golden, changed: Iterable[Any]) -> None:
    from django.contrib import admin
    from django.contrib.auth.models import Group

    lists = sorted(staff_address(str(one._meta.model_name), "changelist") for one in admin.site._registry)
    forms = [staff_address("article", page, pk) for pk in changed for page in ("change", "history")]
    forms += [staff_address("original", "download", 1), f"{staff_address('article', 'changelist')}?q=ferry"]
    for address, answer in crawl(client("nora"), ["/admin/", *lists, *forms], staff_shape, ALIKE_STAFF):
        golden.answer("staff", address, answer)
    for group in Group.objects.order_by("name"):
        for address in ["/admin/", "/admin/review/", *lists, *forms[:2], staff_address("tag", "change", 1)]:
            golden.answer(f"staff-{group.name}", address, client(group.name).get(address))


# --- Writing. ---------------------------------------------------------------------------------------------------------


def client(user: str = "") -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    made = Client(raise_request_exception=False, headers={"host": "localhost"})
    if user:
        made.force_login(
            get_user_model().objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend"
        )
    return made


def make_staff() -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    users = get_user_model().objects
    users.create_superuser("nora", first_name="Nora", last_name="Whitcombe")
    for group in Group.objects.order_by("name"):
        users.create_user(group.name, is_staff=True).groups.add(group)


class Staff:
    """An editor who opens forms, fills in some of them and sends them; each answer is kept."""

    def __init__(self, golden: Golden, kind: str) -> None:
        self.golden, self.kind, self.client, self.sent = golden, kind, client("nora"), 0

    def send(self, page: Any, address: str, values: dict[str, Any], to: str = "") -> Any:
        document = lxml.html.fromstring(page.content.decode())
        for area in document.iter("textarea"):
            area.text = (area.text or "").removeprefix("\n")  # as a browser reads it
        form = next((one for one in document.forms if one.method == "POST" and one.get("id") != "logout-form"), None)
        if form is None:
            return None
        filled: dict[str, Any] = {}
        for name, value in form.form_values():
            filled.setdefault(name, []).append(value.replace("\n", "\r\n"))
        address = to or urljoin(address, form.get("action") or "")
        return self.post(address, filled | values)

    def post(self, address: str, values: dict[str, Any]) -> Any:
        self.sent += 1
        answer = self.client.post(address, values)
        self.golden.answer(self.kind, f"{self.sent:03} {address}", answer)
        return answer

    def change(self, name: str, pk: Any, /, page: str = "change", **values: Any) -> None:
        address = staff_address(name, page, *([pk] if page == "change" else pk))
        self.send(self.client.get(address), address, values)

    def act(self, name: str, action: str, ids: list[Any], **values: Any) -> None:
        """Tick rows of a list, choose an action, and send its pages until there are no more of them."""
        address = staff_address(name, "changelist")
        answer = self.post(address, {"action": action, "_selected_action": ids, "index": "0"})
        for _ in range(2):
            if answer is not None and answer.status_code == 200:
                answer = self.send(answer, address, values)


def correct(golden: Golden) -> list[Any]:
    """What staff do before the sources change; the articles that they did it to."""
    staff = Staff(golden, "edits")
    pk = dict(model("article")._base_manager.values_list("slug", "pk"))
    tag = dict(model("tag")._base_manager.values_list("slug", "pk"))
    ferry, why = pk["ferry-to-the-islands-changes-its-timetable-on-monday"], {"reason": "The desk’s own spelling"}
    words = {"headline": "Addresses that never change", "correction": "The headline said it otherwise.", **why}
    staff.change("article", pk["addresses"], **words)
    staff.change("article", pk["addresses"], **{"photos-0-caption": "Four questions, and four answers.", **why})
    staff.change("article", pk["addresses"], published="the day before", **why)  # refused
    staff.change("article", pk["addresses"], **{"initial-deck": "Overtaken", "deck": "By another"})  # refused
    staff.change("article", pk["dates"], published="2022-06-27", slug="days-and-dates", headline="Days and dates")
    staff.change("article", pk["tags"], body="A new beginning.\r\n\r\nAnd *nothing* else.", language="sv")
    staff.change(
        "article", ferry, headline="Ferry to the isles changes its timetable", byline="The desk", authors="A\r\nB"
    )
    staff.change("article", pk["following-the-archive-from-elsewhere"], tag_ids=[tag["handbook"]])
    for withdrawn in ("json-lines", "what-it-leaves-to-others", "en-bank-closes"):
        staff.change("article", pk[withdrawn], withdrawn="on", withdrawn_reason="It was printed in error.")
    staff.act("article", "reinstate", [pk["en-bank-closes"]], **why)
    staff.act("article", "tag", [pk["dates"], ferry], tags=[tag["handbook"]], new_tags="Timetables", **why)
    staff.act("article", "untag", [pk["tags"], pk["corrections"]], tags=[tag["handbook"]], **why)
    pair = [pk["en-river-bank"], pk["en-meridian-aground"]]
    staff.change("article", pair, page="merge", stays=str(pair[1]), **why)
    pair = [pk["photos"], pk["photo-metadata"]]
    staff.change("article", pair, page="merge", stays=str(pair[0]), **why)
    staff.change("article", pk["corrections"], headline="Corrections, and corrections of them", **why)
    staff.change("article", [pk["corrections"], 1], page="restore", **why)
    staff.change("article", [pk["dates"], 1], page="close", **why)
    staff.act("tag", "merge", [tag["captions"], tag["credits"]], into=str(tag["captions"]), confirmed="yes", **why)
    staff.act("tag", "merge", [tag["ports"], tag["logistics"]], into=str(tag["ports"]), confirmed="yes", **why)
    staff.change("tag", tag["loading"], name="Loading files", slug="loading-files", description="In they go.")
    sources = list(model("source")._base_manager.order_by("pk").values_list("pk", flat=True))
    staff.change("source", sources[1], description="The handbook.", url="https://example.org/")
    staff.act("source", "merge", sources[-2:], into=str(sources[-1]), confirmed="yes", **why)
    form = staff_address("article", "change", pk["corrections"])
    staff.send(staff.client.get(form), form, {"headline": "A *preview*"}, to=form.replace("/change/", "/preview/"))
    return [pk["addresses"], pk["dates"], ferry, pk["json-lines"], pk["photo-metadata"], pk["tags"]]


def act_on_all(golden: Golden) -> None:
    """Every action of every list, on its first two rows, as the last thing that is done to the archive."""
    from django.contrib import admin

    staff = Staff(golden, "actions")
    answers = {"reason": "Because", "withdrawn_reason": "Because.", "tags": ["1"], "confirmed": "yes"}
    for name in sorted(str(one._meta.model_name) for one in admin.site._registry):
        page = staff.client.get(staff_address(name, "changelist")).content.decode()
        menu = re.search(r'<select name="action".*?</select>', page, re.DOTALL)
        for action in re.findall(r'<option value="(\w+)"', menu[0]) if menu else ():
            page = staff.client.get(staff_address(name, "changelist")).content.decode()
            ids = re.findall(r'name="_selected_action" value="(\d+)"|value="(\d+)"[^>]* name="_selected_action"', page)
            ticked = [one or other for one, other in ids][:2]
            staff.act(name, action, ticked, into=ticked[-1] if ticked else "", **answers)


def change_sources(site: Path) -> None:
    """What the folder has at the second load: other words, another photo, a new file, and one less."""
    for name, old, new in (
        ("addresses.md", "Addresses that do not change", "Addresses that last"),
        ("addresses.md", "Four questions decide", "Five questions decide"),
        ("ferry-timetable.txt", "timetable on Monday", "timetable from Monday"),
        ("tags.md", "Tags come from two places.", "Tags come from two places, or three."),
        ("feeds.txt", "(Newsarchive Handbook", "(Archive Notes"),
        ("corrections.md", "tags: [Handbook, Editing, Addresses]", "tags: [Handbook, Editing, Originals]"),
        ("dates.md", "summary", "description"),
    ):
        text = (site / name).read_text(encoding="utf-8")
        (site / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(site / "clock-tower.jpg", site / "night-bridge.jpg")
    (site / "review-queue.md").unlink()
    (site / "new.md").write_text("---\ntitle: A new file\ndate: 2024-01-02\n---\nIt came [later](/nothing/).\n")


# --- All of it. -------------------------------------------------------------------------------------------------------


def build(golden: Golden) -> None:
    load = ("load_articles", "site", "--workers", "2")
    shutil.copytree(ROOT / "fixtures/seeds", golden.site / "seeds")
    shutil.copytree(ROOT / "tests/data/handbook", golden.site / "handbook")
    shutil.copy(ROOT / "tests/judged/articles.jsonl", golden.site / "judged.jsonl")
    (golden.site / "empty.txt").write_text("")
    (golden.site / "broken.jsonl").write_text('{"headline": "No end\n{"id": "x"}\n')
    golden.manage(*load, "--dry-run", "--report", "-", "--stories")
    golden.manage("migrate", "--verbosity", "0")
    golden.manage(*load, "--report", "-")
    golden.manage(*load)
    golden.rows("1-loaded")
    seeds = addresses()
    make_staff()
    changed = correct(golden)
    golden.rows("2-edited")
    seeds |= addresses()
    shutil.copytree(golden.site, golden.folder / "as-it-was")
    change_sources(golden.site / "handbook")
    golden.manage(*load, "--dry-run", "--withdraw-vanished")
    golden.manage(*load, "--report", "-", "--withdraw-vanished")
    golden.rows("3-loaded-again")
    seeds |= addresses()
    golden.manage("undo_load", "--dry-run")
    golden.manage("undo_load")
    golden.rows("4-undone")
    golden.manage(*load, "--withdraw-vanished")
    golden.rows("5-loaded-once-more")
    golden.manage("index_articles")
    golden.manage("index_articles", "--missing")
    golden.manage("load_articles", "nothing")
    edits = golden.manage("export_edits")
    (golden.folder / "edits.jsonl").write_text(edits)
    golden.manage("migrate", "--verbosity", "0", var="other")
    golden.manage("load_articles", "as-it-was", "--edits", "edits.jsonl", var="other")
    golden.schema()
    read_public(golden, seeds | addresses())
    read_staff(golden, changed)
    golden.manage(*load, "--take-source")
    golden.rows("6-source-taken")
    act_on_all(golden)
    golden.rows("7-acted-upon")


def main() -> None:
    out = Path(sys.argv[1])
    assert not out.exists(), f"{out} is there already"
    with tempfile.TemporaryDirectory(prefix="golden-") as made:
        folder = Path(made).resolve()
        for name in ("DATABASE_URL", "REPLICA_URLS", "MEDIA_ROOT", "BASE_URL", "DEBUG", "ALLOWED_HOSTS"):
            os.environ.pop(name, None)
        os.environ |= {"VAR_DIR": str(folder / "var"), "SECRET_KEY": "golden", "QUERY_SECONDS": "0", "TZ": "UTC"}
        os.environ["TAGS_FILE"] = str(folder / "tags.toml")
        files = (ROOT / "fixtures/tags.toml", ROOT / "tests/data/tags.toml")
        (folder / "tags.toml").write_text("\n".join(path.read_text("utf-8") for path in files), "utf-8")
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsarchive.settings"
        django.setup()
        from django.conf import settings

        logging.disable(logging.WARNING)  # of each page that is not found
        # Without a digest in the name of each style sheet.
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
        golden = Golden(folder)
        build(golden)
        golden.write(out)
    print(f"{out}: {len(golden.files)} files")


if __name__ == "__main__":
    main()
