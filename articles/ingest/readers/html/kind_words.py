"""The words by which pages that are no articles are known: tables, a line or more for each language.

Each table is matched against the parts of a page's titles, without regard to case.
"""

from __future__ import annotations

import re


def _any_of(*phrases: str) -> re.Pattern[str]:
    """A pattern for any of the phrases. Those in Latin letters do not begin or end within a word."""
    return re.compile("|".join(rf"(?<!\w)(?:{phrase})(?!\w)" for phrase in phrases), re.IGNORECASE)


def _within(*phrases: str) -> str:
    """Phrases of scripts that put no spaces between words."""
    return rf"\w*(?:{'|'.join(phrases)})\w*"


ERROR = _any_of(
    r"(?:(?:http|server|status)?\s*(?:error|fehler|erreur|errore|erro|ошибка|code|status)\s*[:#-]?\s*)?"
    r"(?:400|401|403|404|410|500|502|503|504)(?:\s*(?:error|fehler))?",
    r"not found|(?:page|file|site|document|article|url)s?\s(?:(?:was|is|could|can)\s)?"
    r"(?:not|no longer|can[’']?t|cannot)\s(?:be\s)?(?:found|available|exist)",
    r"page unavailable|no longer (?:available|exists?)|doesn[’']?t exist|does not exist",
    r"forbidden|access denied|bad gateway|gateway time-?out|(?:internal )?server error",
    r"service (?:temporarily )?unavailable",
    r"temporarily (?:unavailable|down)|under maintenance|maintenance mode|account suspended",
    r"nicht gefunden|existiert nicht(?: mehr)?|nicht (?:mehr )?(?:verfügbar|vorhanden)",
    r"zugriff verweigert|wartungsarbeiten",
    r"introuvable|n[’']existe (?:pas|plus)|accès (?:refusé|interdit)",
    r"no (?:se ha )?encontrad[oa]|no existe|acceso denegado",
    r"non (?:è stata )?trovat[oa]|non esiste",
    r"não (?:foi )?encontrad[oa]|não existe",
    r"niet (?:worden )?gevonden",
    r"hittades inte|hittas inte|(?:ikke|ikkje) (?:funnet|fundet|finnes)|ei (?:löytynyt|löydy)",
    r"nie (?:została )?znalezion[oa]|nie istnieje|nenalezena?|nenájdená|nem található|nu a fost găsită?",
    r"не (?:найдена?|существует)|не знайдено|bulunamadı|δεν βρέθηκε",
    _within("页面不存在", "找不到", "未找到", "無法找到", "不存在", "見つかりません", "찾을 수 없"),
    r"(?:הדף )?לא נמצא|غير موجودة|لم يتم العثور|یافت نشد",
    _within("ไม่พบหน้า"),
)

SIGN_IN = _any_of(
    r"sign[\s-]?in|log[\s-]?[io]n|sign[\s-]?up|register|registration|create (?:an |your )?account|my account",
    r"(?:forgot(?:ten)?|lost|reset)(?: your)? password|members? only",
    r"anmelden|anmeldung|einloggen|registrier(?:en|ung)|mein konto",
    r"(?:se )?connecter|connexion|s[’']identifier|inscription",
    r"iniciar sesión|inicia sesión|acceder|identifícate|regístrate",
    r"accedi|effettua il login|iniciar sessão|entrar|inloggen|aanmelden|logga in|log ind|logg inn|kirjaudu(?: sisään)?",
    r"zaloguj(?: się)?|přihlá(?:sit|šení)|войти|вход|авторизация|увійти|giriş yap",
    _within("登录", "登錄", "登入", "ログイン", "로그인"),
    r"התחבר(?:ות)?|تسجيل الدخول|ورود",
)

WALL = _any_of(
    r"just a moment|attention required|are you (?:a )?(?:robot|human)|verify(?:ing)? (?:that )?you are (?:a )?human",
    r"checking your browser|security check|captcha|before you continue|cookies?|consent|privacy settings|your privacy",
    r"enable javascript|javascript (?:is )?(?:disabled|required)|ad[\s-]?blocker|unsupported browser|age verification",
    r"subscribe to (?:continue|read)|subscribers only|redirecting",
    r"datenschutz-?einstellungen|zustimmung|einwilligung|gestion des cookies|consentement|consentimiento|consenso",
)

SEARCH = _any_of(
    r"search results?(?: for)?|results for|you searched for|suchergebnis\w*|ergebnisse für",
    r"résultats? (?:de (?:la |votre )?recherche|pour)|resultados (?:de (?:la )?(?:búsqueda|busca|pesquisa)|para)",
    r"risultati (?:della |di )?ricerca|zoekresultaten|sökresultat|søgeresultat\w*|søkeresultat\w*|hakutulokset",
    r"wyniki wyszukiwania|результаты поиска|arama sonuçları",
    _within("搜索结果", "搜尋結果", "検索結果", "검색 결과"),
    r"نتائج البحث|תוצאות חיפוש",
    # These only where they are all that a title says.
    r"^(?:search|suche|suchen|recherche|rechercher|búsqueda|buscar|busca|ricerca|cerca|zoeken|sök|søg|søk|szukaj)$",
    r"^(?:поиск|haku|arama|搜索|検索|검색)$",
    r"^search(?:ing)?(?: for)?\s*[:“\"']\s?\w+",
)

LISTING = _any_of(
    r"^(?:(?:category|tag|topic|author|monthly|daily|yearly|section)\s)?archives?(?:$|\s?[:|»–-]|\sfor\s)",
    r"\warchives?$|^archiv$|^archivo$|^archivio$|^arquivo$|^arkiv$",
    r"^(?:category|tag|topic|schlagwort|kategorie|catégorie|categoría|categoria|étiquette|etiqueta|rubrik|rubrique)\s*[:|»]\s?\S+",
    r"^(?:тег|рубрика|метка|категория)\s*:\s?\S+",
    r"^(?:all |latest |more )?(?:news|articles|stories|posts)$|^sitemap$",
    r"^alle (?:artikel|beiträge)\b.*|^tous les articles\b.*|^(?:posts (?:tagged|by|in)|articles by|beiträge von)\s\S+",
    r"^.*\bauthor at\s\S+|^(?:page|seite) \d+$",
)
