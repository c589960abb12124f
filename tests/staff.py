"""Staff at work, for tests: forms are read from the page, filled in as in a browser, and sent back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from articles.models import Tag
from tests.forms import FormReader

TAGS = "/admin/articles/tag/"


def form_on(client: Client, address: str) -> dict[str, Any]:
    reader = FormReader()
    page = client.get(address)
    assert page.status_code == 200
    reader.feed(page.content.decode())
    return {name: value for name, value in reader.values.items() if "__prefix__" not in name and name != "q"}


def edit_address(row: Any) -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Any, *, without: Iterable[str] = (), **values: Any) -> Any:
    """Open a row's form, change what is said, and save it."""
    form = {**form_on(client, edit_address(row)), **values}
    for name in without:
        form.pop(name, None)
    return client.post(edit_address(row), form)


def saved(client: Client, row: Any, **values: Any) -> Any:
    """As ``save``, which must succeed; the row as it is then."""
    answer = save(client, row, **values)
    assert answer.status_code == 302, errors(answer)
    return type(row).objects.get(pk=row.pk)


def tag_ids(article: Any, *, without: str = "") -> list[int]:
    """The tags of an article as its form sends them, without the named or else the first one."""
    tags = list(article.tags.order_by("name"))
    return [tag.pk for tag in tags if tag.name != (without or tags[0].name)]


def errors(answer: Any) -> list[str]:
    """What a refused form says."""
    found = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", text).strip().replace("&#x27;", "'") for text in found]


def staff(name: str, *groups: str, **values: Any) -> User:
    user = User.objects.create_user(name, is_staff=True, **values)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(
    client: Client, action: str, rows: Iterable[Any], address: str = "/admin/articles/article/", **more: Any
) -> Any:
    """Tick rows of a list and choose an action; what the page answers."""
    ticked = {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", "select_across": "0"}
    return client.post(address, {**ticked, **more})


def told(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def merge_names(client: Client, rows: Iterable[Any], into: Any, address: str = TAGS, **sent: Any) -> Any:
    """Tick rows, choose the one that stays, confirm it; the page that follows."""
    page = ask(client, "merge", rows, address)
    sent = {"rows": page.context["rows"], "back": page.context["back"], "into": into.pk, **sent}
    page = client.post(page.context["address"], sent)
    assert page.status_code == 200
    if "former" not in page.context:  # refused
        return page
    confirmed = {name: page.context[name] for name in ("rows", "back", "reason")}
    sent = {**confirmed, "into": page.context["into"].pk, "confirmed": "yes"}
    return client.post(page.context["address"], sent, follow=True)


def merge_tag(client: Client, name: str, into: str, **sent: Any) -> str:
    former, tag = Tag.objects.get(name=name), Tag.objects.get(name=into)
    return without_links(told(merge_names(client, [former, tag], tag, **sent)))


def without_links(message: str) -> str:
    return re.sub(r" <a .*", "", message)
