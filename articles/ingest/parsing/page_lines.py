"""Lines of web pages in and around an article's text: labels of links to other stories, invitations, tools.

To teach the archive another language's label, add it to ``LINK_LABELS``; another whole line of boilerplate, to
``WHOLE_LINES``; an invitation, which counts only after the last paragraph, to ``INVITATIONS``.
"""

from __future__ import annotations

import re

# Parts of several rows below.
_TOOL = "(?:share|tweet|like|e-?mail|mailen|print|save|copy link|teilen|drucken|merken|partager|imprimer|compartir)"
TOOLS_BARRED = rf"{_TOOL}(?: ?[|·•/] ?{_TOOL})+"  # ``Print | E-mail | Share``: no sentence has such bars
_SUBJECTS = (
    "(?:filed under|posted (?:in|under)|tagged(?: (?:with|as))?|tags?|categor(?:y|ies)|topics?|labels?|keywords?"
    "|schlagw[oö]rte?r?|kategorien?|themen|stichworte|mots[- ]clés|etiquetas|categorías|temas|標籤|标签|タグ)"
)
_DATED = (
    "(?:published|updated|posted|publié|mis à jour|modifié|veröffentlicht|aktualisiert|stand|publicad[oa]|actualizado"
    "|atualizado|pubblicato|aggiornato|gepubliceerd|publicerad|publisert|udgivet|опубликовано|обновлено|تاريخ النشر"
    "|نُشر)"
)
_DO = (
    "(?:sign up|subscribe|register|donate|join|get|download|follow|listen|watch|find|like|click|visit|contact|email"
    "|e-mail|support|share|stay|read)"
)
_DO_ELSEWHERE = (
    "(?:suscr[ií]bete|reg[ií]strate|s[ií]gue(?:nos)?|puedes seguir|únete|apúntate|assine|inscreva-se|siga-nos|iscriviti"
    "|abbonati|seguici|abonneer|meld (?:je|deg)|prenumerera|zapisz się)"
)
_COMMENTS = (
    "(?:comments?|kommentare?|commentaires?|comentarios?|reacties|komentarze|komentář[eů]|kommentek|hozzászólások|yorumlar|комментарии"
    "|коментарі|σχόλια|תגובות|评论|評論|コメント|التعليقات)"
)

_RESERVED = (
    "(?:reserved|vorbehalten|réservés|reservados|riservati|voorbehouden|zastrzeżone|saklıdır|защищены|محفوظة|שמורות)"
)

LINK_LABELS = (
    r"(?:read|see|watch|listen|more) (?:also|more|next)(?: (?:on|about|from|here)\b[^:.]{0,40})?", "also read",
    "see also", "read this(?: next)?", r"\[?related(?: \w+)?", "possibly related(?: posts)?",
    "recommended(?: (?:stories|reading|for you))?", "more(?: (?:on this story|like this|stories|from .{2,40}))?",
    "(?:you may|you might) also (?:like|be interested in)", "don['’]t miss", "explore more(?: on these topics)?",
    "keep exploring", "up next", "most (?:read|viewed|popular)", "further reading", "in this (?:article|story)",
    "topics(?: in this story)?", "more information", "(?:lesen|sehen|hören) sie (?:auch|mehr|dazu)(?: zum thema)?",
    r"mehr (?:zum thema|dazu|lesen|aus \w+|von \w+)", "das könnte sie (?:auch )?interessieren", "auch interessant",
    "weiterlesen", "zum thema", "ähnliche (?:beiträge|artikel)", "siehe auch",
    "weitere (?:artikel|beiträge|themen|informationen)", "(?:à |a )?lire (?:aussi|également|la suite)",
    "sur le même (?:sujet|thème)", "voir aussi", "à (?:voir|écouter) aussi", "pour aller plus loin", "en savoir plus",
    "(?:lee|lea|leer|vea|ver|mira) (?:también|más)", "te puede interesar", "más (?:información|noticias|sobre .{2,40})",
    "(?:noticias|artículos) relacionad[ao]s", "(?:leia|veja|saiba|ouça) (?:também|mais)", "leggi anche",
    "ti potrebbe interessare", "per approfondire", "lees (?:ook|meer|verder)",
    "l[äæe]s (?:også|også|ocks[åa]|mer|mere)", "lue (?:myös|lisää)",
    "(?:czytaj|zobacz|przeczytaj) (?:też|także|również)", "čtěte (?:také|více)", "citește și",
    "olvassa (?:el )?(?:még|is)", "читайте (?:также|ещ[её]|також)", "смотрите также", "по теме", "подробнее",
    "baca juga", "(?:xem|đọc) thêm", "ayrıca (?:okuyun|bakınız)", "ilgili haber(?:ler)?", "اقرأ (?:أيض[اًا]+|المزيد)",
    "(?:مواضيع|أخبار|مقالات) ذات صلة", "ذات صلة", "شاهد أيض[اًا]+", "بیشتر بخوانید",
    "相关(?:阅读|新闻|链接|报道|文章|推荐)", "延伸阅读", "推荐阅读", "更多(?:新闻|阅读|内容)?",
    "相關(?:新聞|閱讀|文章)", "延伸閱讀", "関連(?:記事|リンク|ニュース|キーワード)", "あわせて読みたい",
    "おすすめ(?:記事)?", "관련 ?(?:기사|뉴스)",
)  # fmt: skip

WHOLE_LINES = (
    "(?:paid |story continues (?:below|after) )?(?:advertisement|advertising)",
    "(?:advertisement|advertising) ?[-–—] ?(?:scroll to continue|continue reading below)",
    "(?:story|article) continues (?:below|after)(?: (?:the )?(?:ad|advertisement|video|this))?.{0,20}", "anzeige",
    "werbung", "publicité", "publicidad", "pubblicità", "publicidade", "reklam[ae]?", "annonce", "annonse",
    "mainos",
    "реклама", "广告", "廣告", "広告", "إعلان", "광고", "(?:please )?(?:enable|activate|turn on) javascript.{0,80}",
    "to (?:play|view|watch) this (?:video|content).{0,160}",
    "this (?:video|content|audio) can ?not be played.{0,60}",
    "an dieser stelle finden sie .{0,20}externen? inhalt.{0,200}", "empfohlener (?:redaktioneller|externer) inhalt",
    "tap to (?:unmute|play)", r"(?:loading|wird geladen|chargement|lade)\s?(?:…|\.\.\.)",
    "skip (?:to (?:main )?content|past newsletter promotion)", "after newsletter promotion",
    "back to (?:the )?(?:top|front page|home(?: ?page)?|index|news)", "nach oben", "haut de page",
    r"comments? (?:are|is) (?:now )?closed\.?", r"(?:die )?kommentare sind geschlossen\.?",
    "kommentarfunktion .{0,30}", "(?:leave|post|write) a (?:comment|reply)",
    "kommentar (?:verfassen|schreiben|hinterlassen)", "schreibe einen kommentar", "laisser un commentaire",
    "répondre à (?:cet article|ce message)",
    "deja (?:un )?comentario",
    r"\d+ (?:comments?|kommentare?|commentaires?|comentarios?|replies|antworten|shares?)",
    rf"{_TOOL}(?:[ |·•/,]+(?:this|on|via|auf|link|{_TOOL}|facebook|twitter|x|whatsapp))*",
    "share ?(?:this|reuse this content|this (?:article|story|post|page)).{0,30}", "reuse this content",
    r"(?:share|teilen|dies teilen|teilen mit|partager|compartir)\s*:",
    "(?:print|send|e-?mail) this (?:page|story|article).{0,30}", "printer[- ]friendly(?: version| page)?",
    "mail this story", "e-?mail the (?:editor|author)", "best viewed (?:at|with|in) .{2,60}",
    r"\d+ ?(?:-|‑)?(?:min(?:ute)?s?\.?) (?:read|lesezeit|de lecture|de lectura)", "lesezeit: .{1,20}",
    "reading time: .{1,20}", "show (?:key events only|more|comments)", "load more", "view comments",
    "(?:sign up|subscribe|log ?in|register|follow|donate|abonnieren|s['’]abonner|suscríbete)(?: now| here| today)?",
    r"(?:like|gefällt mir)\s*:.{0,40}", "(?:get|listen to) this (?:story|article).{0,30}",
    "listen to this (?:story|article).{0,12}", "(?:artikel|beitrag) anhören.{0,12}",
    rf"{_SUBJECTS}\s*[:：].{{0,300}}",
    "last updated", "last modified", r".{0,60}\btemps de lecture\b.{0,40}",
    rf"{_DATED}\b.{{0,40}}\b(?:19|20)\d\d\b(?:[^.!?]|(?<=\bkl)\.|(?<=\d)\.(?=\d)){{0,120}}",  # ``kl. 14.30``
    rf"(?:\d{{4}}(?: ?[-–] ?\d{{4}})? )?(?:©|copyright|\(c\)) .{{0,160}}{_RESERVED}.{{0,80}}",
    "(?:previous|next|older|newer) (?:post|article|story|entry|page)s?.{0,80}", "← ?.{0,80}", ".{0,80} ?→",
)  # fmt: skip

INVITATIONS = (
    rf"{_DO}\b.{{0,40}}\b(?:for|to|at|on|our|us|here|in|newsletter|app|podcast)\b.{{0,140}}",
    r"do you have (?:a|any) .{0,120}\?", "(?:have|got) a (?:story|tip|question).{0,120}", "let us know.{0,100}",
    r"(?:for )?more (?:information|news|stories|on this story|about)\b.{0,120}",
    rf"{_DO_ELSEWHERE}\b.{{0,160}}",
    "if you enjoyed .{0,160}", "(?:abonnieren|folgen|unterstützen|spenden) sie .{0,120}",
    "(?:abonnez|suivez|retrouvez|inscrivez)-(?:vous|nous).{0,120}",
)  # fmt: skip

END_LABELS = (
    rf"(?:\d+ |no |latest |recent |neueste |reader )?{_COMMENTS}(?: ?\(\d+\)|:)?",
    "(?:leave|post|write) a (?:comment|reply)", "(?:schreibe einen|schreib einen|hinterlasse einen) kommentar.{0,30}",
    r"\d+ (?:responses?|thoughts?|antworten|gedanken) (?:to|on|auf|zu|so far).{0,120}",
    "(?:while|since|as) you(?:['’]re| are) here", "join the (?:conversation|discussion)",
    "kommentar (?:verfassen|schreiben|hinterlassen)", "deja (?:un comentario|una respuesta)", "laisser un commentaire",
    "vo(?:tre|s) commentaires?", "répondre à (?:cet article|ce message)", "i vostri commenti",
    "(?:tus|sus) comentarios", "(?:about|über) (?:the|den|die) (?:author|autor|autorin)s?",
    "(?:recent|latest|neueste|letzte) (?:posts|news|stories|articles|beiträge|artikel|meldungen)",
)  # fmt: skip

_END = re.compile(rf"\W*(?:{'|'.join(END_LABELS)})\W*", re.IGNORECASE)
_LABEL = re.compile(rf"(?:{'|'.join(LINK_LABELS)})", re.IGNORECASE)
_WHOLE = re.compile(rf"\W*(?:{'|'.join(WHOLE_LINES)})\W*", re.IGNORECASE)
_INVITATION = re.compile(rf"(?:{'|'.join(INVITATIONS)})", re.IGNORECASE)
# Of links alone: in French, Russian or Norwegian these signs are quotation marks.
_ARROW = re.compile(r"[«‹<][^»›>]{0,80}|[^«‹<]{0,80}[»›>]")

_LONGEST = 320
_LONGEST_LABELLED = 200


def is_link_label(text: str) -> bool:
    found = _LABEL.match(text)
    return found is not None and not text[found.end() :].strip(" :：.…»›→>(-–—")


def is_labelled_link(text: str, *, is_linked: bool) -> bool:
    """``Read more: The other story``, ``« The story before``. ``is_linked``: most of the line is a link."""
    if is_linked and _ARROW.fullmatch(text):
        return True
    found = _LABEL.match(text) if len(text) <= _LONGEST_LABELLED else None
    if found is None:
        return False
    rest = text[found.end() :].lstrip()
    if not rest:
        return True
    is_marked = rest[0] in ":：|>»›→–—-"
    return is_linked or (is_marked and rest[-1] not in ".!?。")


def ends_article(text: str) -> bool:
    """A heading that follows an article: comments, a note on its author, other posts."""
    return len(text) <= _LONGEST_LABELLED and _END.fullmatch(text) is not None


def is_boilerplate_line(text: str) -> bool:
    return len(text) <= _LONGEST and _WHOLE.fullmatch(text) is not None


def is_invitation(text: str) -> bool:
    """A request to the reader, for lines after the last paragraph only."""
    return len(text) <= 180 and _INVITATION.fullmatch(text) is not None
