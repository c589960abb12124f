"""Names of months in the languages of the press, and dates written with them. Names as ``without_accents`` gives them.

A name of two months in two languages (``listopada`` is November in Polish and October in Croatian) is left out: dates
are not guessed.
"""

import re

from articles.text.alphabet import without_accents

# Month names by number, in full and as usually abbreviated. The English ones are in ``ingest.parsing.dates``.
MONTHS_ELSEWHERE: dict[str, int] = {
    without_accents(name): number
    for number, names in enumerate(
        (
            """janvier janv enero ene gennaio gen janeiro januari januar janner jan gener ianuarie januara ledna ocak
            stycznia tammikuuta января январь янв січня ιανουαριου يناير ינואר""",
            """fevrier fevr fev febrero febbraio fevereiro februari februar feber feb febrer februarie unora subat
            lutego helmikuuta февраля февраль февр фев лютого φεβρουαριου فبراير פברואר""",
            """mars marzo marco maart mrt marz mrz mar marc martie marts marca marta brezna mart maret maaliskuuta марта
            март мар березня μαρτιου مارس מרץ""",
            """avril avr abril abr aprile april apr aprilie aprila dubna nisan kwietnia huhtikuuta апреля апрель апр
            квітня απριλιου أبريل ابريل אפריל""",
            """mai mayo may maggio mag maio mei maj maja maig kvetna mayis toukokuuta мая май травня μαιου مايو
            מאי""",
            """juin junio giugno giu junho juni jun juny iunie juna cervna haziran czerwca kesakuuta июня июнь июн
            червня ιουνιου يونيو יוני""",
            """juillet juil julio luglio lug julho juli jul juliol iulie jula cervence temmuz lipca heinakuuta июля
            июль июл липня ιουλιου يوليو יולי""",
            """aout agosto ago augustus august aug agost augusti augusta agustus srpna agustos sierpnia elokuuta августа
            август авг серпня αυγουστου أغسطس اغسطس אוגוסט""",
            """septembre septiembre setiembre settembre sett setembro september sept sep set setembre septembrie
            septembra zari eylul wrzesnia syyskuuta сентября сентябрь сент сен вересня σεπτεμβριου سبتمبر ספטמבר""",
            """octobre octubre ottobre ott outubro out oktober okt oct octombrie oktobra rijna ekim pazdziernika
            lokakuuta октября октябрь окт жовтня οκτωβριου أكتوبر اكتوبر אוקטובר""",
            """novembre noviembre novembro november nov noiembrie novembra listopadu kasim marraskuuta ноября ноябрь
            нояб ноя листопада νοεμβριου نوفمبر נובמבר""",
            """decembre diciembre dicembre dezembro december dezember dec dic dez decembrie decembra desembre desember
            prosince aralik grudnia joulukuuta декабря декабрь дек грудня δεκεμβριου ديسمبر דצמבר""",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

# The days of the week.
WEEKDAYS_ELSEWHERE = frozenset(map(without_accents, """
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi
    dimanche lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi sabato
    domenica segunda terca quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag luni marti miercuri joi vineri
    sambata duminica maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai poniedzialek wtorek sroda
    czwartek piatek sobota niedziela pondeli utery streda ctvrtek patek nedele hetfo kedd szerda csutortok pentek
    szombat vasarnap pazartesi sali carsamba persembe cuma cumartesi pazar понедельник вторник среда четверг пятница
    суббота воскресенье понеділок вівторок середа четвер субота неділя δευτερα τριτη τεταρτη πεμπτη παρασκευη
    σαββατο κυριακη الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد יום ראשון שני שלישי רביעי חמישי שישי שבת
    """.split()))  # fmt: skip

_MONTH = r"(?P<month>[^\W\d_]{3,14})"
DAY_FORMS = (
    # 5 août 2013, 1er mars 1998, 5 de mayo de 2013, 1º de maio de 2013, 3. Jänner 2001, 4-ago-2020, 5 בינואר 2013
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:er|[.ºª°])?[\s-]{{0,3}}(?:de\s)?\s?{_MONTH}\.?[\s,-]{{1,3}}(?:del?\s+)?"
        r"(?P<year>\d{4})(?!\d)",
        re.IGNORECASE,
    ),
    # mayo 5, 2013; Januar 5 2013
    re.compile(rf"(?<![^\W\d_]){_MONTH}\.?\s(?P<day>\d{{1,2}})(?:,\s?|\s)(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
    # 2013년 5월 3일
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?년\s?(?P<number>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일"),
    # ngày 5 tháng 3 năm 2013, 5 tháng 3, 2013
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})\s+tháng\s+(?P<number>\d{1,2})(?:\s+năm|,)\s+(?P<year>\d{4})(?!\d)", re.IGNORECASE
    ),
)
# The time after such a day: ``um 10.30 Uhr``, ``à 10h30``, ``a las 10:30``, ``alle 10.30``, ``kl. 10.30``.
_CLOCK = re.compile(
    r"(?:\s?[,·|–-])?\s(?:(?:um|à|a las|às|as|alle(?: ore)?|ore|kl\.?|klo|om|o|u|в|at)\s)?"
    r"(?P<hour>[01]?\d|2[0-3])\s?[h:.]\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\d)(?:\s?(?:Uhr|uur|ч\.|h)(?!\w))?"
)
# The time after a day in numbers: ``16/03/2019 à 11h05``.
_CLOCK_AFTER_NUMBERS = re.compile(
    r"(?P<day>\d[./-]\d{4}),?\s(?:um|à|a las|às|as|alle(?: ore)?|ore|kl\.?|klo|om|o|u|в)\s"
    r"(?P<hour>[01]?\d|2[0-3])\s?[h:.]\s?(?P<minute>[0-5]\d)(?!\d)"
)


def month_of(name: str) -> int | None:
    """The number of a month by its name in any of the languages, also with the Hebrew prefix ``ב``."""
    bare = without_accents(name)
    return MONTHS_ELSEWHERE.get(bare) or MONTHS_ELSEWHERE.get(bare.removeprefix("ב"))


def in_numbers(line: str) -> str:
    """Written dates in numbers, even impossible ones: ``am 5. Mai 2013 um 10.30 Uhr`` as ``am 2013-05-05 10:30``."""
    for form in DAY_FORMS:
        at = 0
        while match := form.search(line, at):
            at = match.end()
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else month_of(parts["month"])
            if not month:
                continue
            written = f"{parts['year']}-{month:02}-{int(parts['day']):02}"
            if clock := _CLOCK.match(line, match.end()):
                written += " " + ":".join(filter(None, clock.group("hour", "minute", "second")))
            line = line[: match.start()] + written + line[(clock or match).end() :]
            at = match.start() + len(written)
    return _CLOCK_AFTER_NUMBERS.sub(r"\g<day> \g<hour>:\g<minute>", line)
