"""The queue of conflicts, and the page that decides one of them."""

import logging
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy as _, ngettext, ngettext_lazy

from articles.admin.actions import ActionsAdmin, ListAction, ReasonForm
from articles.admin.article_form import ArticleForm
from articles.admin.bases import LONG_TEXTS, KnownSelect, cited, id_of, row_gone, saved_or_told, shown, signed
from articles.admin.comparison import NOTHING, columns_of, excerpts, field_words, source_names
from articles.admin.form_fields import reason_field, validate_address
from articles.admin.inlines import PhotoForm, picture_of
from articles.admin.lists import ChoiceFilter
from articles.admin.review_queues import WaitingAdmin
from articles.catalogue import photo_files
from articles.catalogue.conflicts import live_value
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import own_blocks
from articles.editorial.actions import NotDone
from articles.editorial.conflicts import OPEN, OURS, THEIRS, WRITTEN, decide, seen_mark
from articles.models import Article, Conflict, Photo, Source

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
QUOTED_LENGTH = 70  # characters


class ManyForm(ReasonForm):
    """``seen``: a mark for each conflict as listed, so that nobody decides one they have not seen."""

    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[str, Any]:
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else {}


class DecideMany(ListAction):
    """One transaction for each conflict, so that other writers do not wait for two hundred."""

    is_in_steps = True
    form_class = ManyForm
    decision: ClassVar[str]
    needs = ("articles.change_conflict",)

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        seen = {pk: mark for pk in ids if (mark := request.POST.get(f"seen-{pk}"))}
        return self.ask(pages, request, ids, ManyForm(initial={"seen": seen}))

    def words(self, row: Conflict) -> SafeString:
        ours, theirs = (words or NOTHING for words in excerpts(row, source_names([row])))
        words = gettext("{field} in <bdi>{article}</bdi>: <q>{ours}</q> or <q>{theirs}</q>")
        return format_html(words, field=field_words(row), article=row.article, ours=ours, theirs=theirs)

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        stamp = Stamp.now(user, asked["reason"] or reason_of(self.decision))
        done, told, are_written = 0, list[str](), True
        waiting = list(Conflict.objects.open().filter(pk__in=ids).select_related("article")[: MOST_AT_ONCE + 1])
        for conflict in waiting[:MOST_AT_ONCE]:
            try:
                are_written &= decide(conflict, self.decision, None, stamp, seen=asked["seen"].get(str(conflict.pk)))
                done += 1
            except NotDone as error:
                told.append(f"{conflict_words(conflict)}: {error}")
            except (OperationalError, IntegrityError):
                log.exception("A conflict was not decided")
                told.append(gettext("The database was busy, perhaps with a load. The rest is still undecided."))
                break
        said = ngettext("%(count)s conflict decided: %(decision)s.", "%(count)s conflicts decided: %(decision)s.", done)
        sentences = [said % {"count": done, "decision": Conflict.Decision(self.decision).label}, *told[:20]]
        if len(waiting) > MOST_AT_ONCE:
            sentences.append(gettext("The rest is still undecided."))
        if not are_written:
            sentences.append(str(photo_files.NOT_WRITTEN))
        return " ".join(sentences)


class KeepOurs(DecideMany):
    name, label, decision = "keep_ours", _("Keep our version…"), OURS
    title = button = _("Keep our version")
    about = _("Readers keep seeing the first wording of each. The source version is stored with the decision.")


class TakeTheirs(DecideMany):
    name, label, decision = "take_theirs", _("Use source version…"), THEIRS
    title = button = _("Use source version")
    about = _("Readers will see the second wording of each. Our version stays in the history.")


def field_for(conflict: Conflict) -> forms.Field | None:
    """The field for another value, as in the form of an article; ``None`` if the conflict is about a whole photo."""
    name = conflict.field
    if name == "source":
        widget = KnownSelect(Article._meta.get_field("source"), admin.site)
        return forms.ModelChoiceField(Source.objects.all(), required=False, widget=widget)
    if name == "url":
        return forms.URLField(required=False, max_length=2000, assume_scheme="https", validators=[validate_address])
    if name == "position" and conflict.photo:
        most = len(own_blocks(conflict.article))
        words = gettext("The paragraph it follows: 0 to %(most)s.") % {"most": most}
        return forms.IntegerField(min_value=0, max_value=most, help_text=words)
    if name == "kind":
        return forms.ChoiceField(choices=Photo.Kind.choices)
    known: Any = PhotoForm if conflict.photo else ArticleForm
    return deepcopy(known.base_fields[name]) if name in known.base_fields else None


class DecisionForm(forms.Form):
    reason = reason_field(_("Kept with the decision and your name."))
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, conflict: Conflict, data: Any = None) -> None:
        live = live_value(conflict)
        super().__init__(data, initial={"value": live, "seen": seen_mark(live, conflict.theirs)})
        if field := field_for(conflict):
            field.label = field_words(conflict)
            self.fields["value"] = field


class OpenFilter(ChoiceFilter):
    title, parameter_name = _("decision"), "decided"
    options = {
        None: (_("Open"), Q(decision=OPEN)),
        "decided": (_("Decided"), ~Q(decision=OPEN)),
        "all": (_("All"), Q()),
    }


@admin.register(Conflict)
class ConflictAdmin(WaitingAdmin, ActionsAdmin):
    anchor, title = "conflicts", _("Conflicts")
    to_do = _("Staff and the source have both changed a field. Choose a version.")
    queue = OpenFilter
    counted_as = ngettext_lazy("%(count)s conflict", "%(count)s conflicts", "number")
    related = ("article__source", "photo", "load", "decided_by")
    deferred = (*LONG_TEXTS, "photo__metadata")
    list_display = ["what", "our", "their", "in_article", "found"]
    list_filter = [OpenFilter]
    list_actions = (KeepOurs(), TakeTheirs())

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "decided"] if OpenFilter.parameter_name in request.GET else self.list_display

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        listed: Any = super().get_changelist_instance(request)
        listed.result_list = list(listed.result_list)
        names = source_names(listed.result_list)
        for conflict in listed.result_list:
            conflict.excerpts = excerpts(conflict, names)
        return listed

    def action_checkbox(self, obj: Conflict) -> SafeString:
        box, seen = super().action_checkbox(obj), seen_mark(obj.ours, obj.theirs)
        return format_html('{}<input type="hidden" name="seen-{}" value="{}">', box, obj.pk, seen)

    def items(self, rows: list[Conflict]) -> Iterator[SafeString]:
        names = source_names(rows)
        link = gettext('<a href="{address}">{field}</a> in <bdi>{article}</bdi>: {ours} or {theirs}?')
        for conflict in rows:
            ours, theirs = map(_quoted, excerpts(conflict, names))
            values = {"field": field_words(conflict), "article": conflict.article, "ours": ours, "theirs": theirs}
            yield format_html(link, address=self.address("change", conflict.pk), **values)

    what = shown(_("Field"), field_words)
    our = shown(_("Our version"), lambda conflict: _or_nothing(conflict.excerpts[0]))
    their = shown(_("Source version"), lambda conflict: _or_nothing(conflict.excerpts[1]))
    decided = shown(_("Decision"), lambda conflict: conflict.get_decision_display())

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        may_decide = self.has_change_permission(request)
        conflict = self._find(object_id)
        if conflict is None and request.method == "POST" and may_decide:
            return row_gone(request, gettext("This conflict no longer exists; nothing was decided."))
        if conflict is None:
            raise Http404
        if not (may_decide if request.method == "POST" else self.has_view_or_change_permission(request, conflict)):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, conflict, DecisionForm(conflict))
        return saved_or_told(request, lambda: self._decide(request, conflict))

    def _find(self, object_id: str) -> Conflict | None:
        return Conflict.objects.select_related(*self.related).filter(pk=id_of(unquote(object_id))).first()

    def _decide(self, request: HttpRequest, conflict: Conflict) -> HttpResponse:
        form = DecisionForm(conflict, request.POST)
        decision = request.POST.get("decision", "")
        if decision not in (OURS, THEIRS, WRITTEN) or (decision == WRITTEN and "value" not in form.fields):
            return self._page(request, conflict, DecisionForm(conflict))
        if not form.is_valid() and (decision == WRITTEN or set(form.errors) - {"value"}):
            return self._page(request, conflict, form)
        stamp = Stamp.now(request.user, form.cleaned_data["reason"] or reason_of(decision))
        value = form.cleaned_data.get("value") if decision == WRITTEN else None
        value = value.pk if isinstance(value, Source) else value
        try:
            is_written = decide(conflict, decision, value, stamp, seen=form.cleaned_data["seen"])
        except NotDone as error:
            return self._told(request, conflict, str(error))
        words = f"{conflict_words(conflict)}: {Conflict.Decision(decision).label}."
        self.message_user(request, words, messages.SUCCESS)
        if not is_written:
            self.message_user(request, photo_files.NOT_WRITTEN, messages.WARNING)
        waiting = Conflict.objects.open().order_by("-id")
        if following := waiting.filter(pk__lt=conflict.pk).first() or waiting.first():
            return HttpResponseRedirect(self.address("change", following.pk))
        return self.redirect(request, reverse("review"), messages.INFO, gettext("No conflicts left."))

    def _told(self, request: HttpRequest, conflict: Conflict, words: str) -> HttpResponse:
        now = self._find(str(conflict.pk))
        if now is None and request.POST.get("decision") == WRITTEN:
            return row_gone(request, words)
        self.message_user(request, words, messages.WARNING)
        if now is None:
            return HttpResponseRedirect(self.address("changelist"))
        sent = request.POST.copy()
        sent["seen"] = DecisionForm(now).initial["seen"]  # the editor now sees this state
        return self._page(request, now, DecisionForm(now, sent))

    def _page(self, request: HttpRequest, conflict: Conflict, form: DecisionForm) -> HttpResponse:
        is_open = conflict.decision == OPEN
        ours = live_value(conflict) if is_open else conflict.ours
        context = {
            "title": conflict_words(conflict),
            "conflict": conflict,
            "what": field_words(conflict),
            "article": cited(conflict.article),
            "picture": picture_of(conflict.photo) if conflict.photo else "",
            "rows": columns_of(conflict, ours),
            "is_open": is_open,
            "decided": signed(conflict.decided_by, conflict.decided_at) if conflict.decided_at else "",
            "form": form,
            "media": form.media,
            "may_decide": is_open and self.has_change_permission(request, conflict),
            "labels": _labels(conflict, ours),
            "found": self.found(conflict),
        }
        return self.page(request, "conflict.html", context)


def reason_of(decision: str) -> str:
    return gettext("Conflict decided: %(decision)s") % {"decision": Conflict.Decision(decision).label}


def conflict_words(conflict: Conflict) -> str:
    """``Headline in “Ferry returns”``."""
    return gettext("%(field)s in “%(article)s”") % {"field": field_words(conflict), "article": conflict.article}


def _labels(conflict: Conflict, ours: Any) -> dict[str, str]:
    if conflict.field != "photo":
        return {"ours": gettext("Keep our version"), "theirs": gettext("Use source version")}
    if ours:
        return {"ours": gettext("Keep the photo"), "theirs": gettext("Remove the photo")}
    return {"ours": gettext("Leave it removed"), "theirs": gettext("Bring the photo back")}


def _quoted(words: str) -> str:
    if not words:
        return gettext("nothing")
    return format_html(gettext("“<bdi>{text}</bdi>”"), text=Truncator(words).chars(QUOTED_LENGTH))


def _or_nothing(words: str) -> SafeString:
    if not words:
        return format_html('<span class="archive-nothing">{}</span>', NOTHING)
    return format_html('<span dir="auto">{}</span>', words)
