"""Dates, sources and bylines in plain text. Each table row is an article's worth of the rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readers.made import BODY, article, codes_at, differences, said, unaccounted

# 5. Metadata lines: what each says. Keys that are not named are empty.

METADATA: list[tuple[str, dict[str, Any]]] = [
    ("(chinadaily.com.cn)| Updated : 2026-01-02", {"updated": "2026-01-02", "source": "chinadaily.com.cn"}),
    ("(| Updated : 2023-09-06", {"updated": "2023-09-06", "warnings": ["source-stripped"]}),
    ("( | 2020-02-14", {"published": "2020-02-14", "warnings": ["source-stripped"]}),
    ("( 2022-06-27", {"published": "2022-06-27", "warnings": ["source-stripped"]}),
    ("(2022-06-27)", {"published": "2022-06-27"}),
    ("(", {"warnings": ["no-date", "source-stripped"]}),
    ("| Updated: 2021-04-30 11:31 | ( ) |", {"updated": "2021-04-30T11:31", "warnings": ["source-stripped"]}),
    ("chinadaily.com.cn |  Updated:2022-10-08", {"updated": "2022-10-08", "source": "chinadaily.com.cn"}),
    ("Updated: Mar 18, 2019 China Daily Print",
     {"updated": "2019-03-18", "source": "China Daily", "chrome_removed": ["Print"]}),
    ("By Liu Mingjun | China Daily | Updated: 2014-05-08 07:12",
     {"updated": "2014-05-08T07:12", "source": "China Daily", "byline": "Liu Mingjun"}),
    ("By | China Daily | Updated: 2014-05-08", {"updated": "2014-05-08", "source": "China Daily"}),
    ("By aixi ( Updated: 2016-04-18 10:51",
     {"updated": "2016-04-18T10:51", "byline": "aixi", "warnings": ["source-stripped"]}),
    ("By Ana Ruiz (China Daily) Updated: 2023-09-06",
     {"updated": "2023-09-06", "source": "China Daily", "byline": "Ana Ruiz"}),
    ("( China Daily ) Updated: 2013-04-22 07:25:25", {"updated": "2013-04-22T07:25:25", "source": "China Daily"}),
    ("en.nantong.gov.cn| Updated: September 8, 2020 L M S",
     {"updated": "2020-09-08", "source": "en.nantong.gov.cn", "chrome_removed": ["L M S"]}),
    ("Xinhua) 10:28, January 10, 2023", {"published": "2023-01-10T10:28", "source": "Xinhua"}),
    ("(People's Daily App) 13:45, June 01, 2020", {"published": "2020-06-01T13:45", "source": "People's Daily App"}),
    ("China SCIO | October 23, 2023", {"published": "2023-10-23", "source": "China SCIO"}),
    ("China Daily - 2023-09-06", {"published": "2023-09-06", "source": "China Daily"}),
    ("2023-09-06 – Dunmere Herald", {"published": "2023-09-06", "source": "Dunmere Herald"}),
    ("Dunmere Herald, September 6, 2023", {"published": "2023-09-06", "source": "Dunmere Herald"}),
    ("2013-10-01 19:25Ecns.cnWeb Editor: Wang Fan",
     {"published": "2013-10-01T19:25", "source": "Ecns.cn", "chrome_removed": ["Web Editor: Wang Fan"]}),
    ("Source: Xinhua | 2022-03-04 10:30:15 | Editor: huaxia",
     {"published": "2022-03-04T10:30:15", "source": "Xinhua", "chrome_removed": ["Editor: huaxia"]}),
    ("Editor: huaxia | 2023-01-10 07:35:57",
     {"published": "2023-01-10T07:35:57", "chrome_removed": ["Editor: huaxia"]}),
    ("Publish Time:2018-06-13 10:00:01Source:PR Newswire",
     {"published": "2018-06-13T10:00:01", "source": "PR Newswire"}),
    ("|ChinaNews|Published:2024-05-29 14:26:46", {"published": "2024-05-29T14:26:46", "source": "ChinaNews"}),
    ("6 septembre 2023", {"published": "2023-09-06"}),
    ("Publié le mercredi 6 septembre 2023 à 10h30", {"published": "2023-09-06T10:30"}),
    ("Mis à jour le 12 septembre 2023", {"updated": "2023-09-12"}),
    ("Publicado: 5 de mayo de 2013 a las 9:05", {"published": "2013-05-05T09:05"}),
    ("quarta-feira, 6 de setembro de 2023", {"published": "2023-09-06"}),
    ("martedì 12 settembre 2023", {"published": "2023-09-12"}),
    ("Опубликовано 5 августа 2013 в 10:30", {"published": "2013-08-05T10:30"}),
    ("sobota, 15 października 2020", {"published": "2020-10-15"}),
    ("5 ocak 2013, 10:30", {"published": "2013-01-05T10:30"}),
    ("12 مايو 2020", {"published": "2020-05-12"}),
    ("2013년 5월 3일", {"published": "2013-05-03"}),
    ("Veröffentlicht am 5. März 2019 um 10.30 Uhr", {"published": "2019-03-05T10:30"}),
    ("Por Juan Perez | 6 de septiembre de 2023", {"published": "2023-09-06", "byline": "Juan Perez"}),
    ("From:Author: 2021-05-25 14:30", {"published": "2021-05-25T14:30", "warnings": ["source-stripped"]}),
    ("Source: | 2023-09-06", {"published": "2023-09-06", "warnings": ["source-stripped"]}),
    ("Author: Li Wei Source: Xinhua 2023-09-06", {"published": "2023-09-06", "source": "Xinhua", "byline": "Li Wei"}),
    ("By Leng Shumei | 2024/5/29 22:41:06", {"published": "2024-05-29T22:41:06", "byline": "Leng Shumei"}),
    ("By Reuters   April 17, 2016 | 04:56 am PT", {"published": "2016-04-17T04:56-07:00", "byline": "Reuters"}),
    ("By MARCIO SANCHEZ & SUDHIN THANAWALA, AP July 31, 2018",
     {"published": "2018-07-31", "byline": "MARCIO SANCHEZ & SUDHIN THANAWALA, AP"}),
    ("2023/3/18 source: International daily hit: 40 Print",
     {"published": "2023-03-18", "source": "International daily", "chrome_removed": ["hit: 40", "Print"]}),
    ("Updated: 2023-09-06 Print Mail Comments(3)",
     {"updated": "2023-09-06", "chrome_removed": ["Print Mail Comments(3)"]}),
    ("Print | Updated: 2023-09-06 | Share", {"updated": "2023-09-06", "chrome_removed": ["Print", "Share"]}),
    ("Source: Daily Mail | 2023-09-06", {"published": "2023-09-06", "source": "Daily Mail"}),
    ("Published: 2023-09-06 (3 min read)", {"published": "2023-09-06", "chrome_removed": ["3 min read"]}),
    ("Published: 2023-09-05 18:20 | Updated: 2023-09-06 08:00",
     {"published": "2023-09-05T18:20", "updated": "2023-09-06T08:00"}),
    ("Published in China Daily on September 6, 2023", {"published": "2023-09-06", "source": "China Daily"}),
    ("Posted by Ana Ruiz on 6 September 2023", {"published": "2023-09-06", "byline": "Ana Ruiz"}),
    ("Updated:\n2023-09-06", {"updated": "2023-09-06"}),
    ("（新华社）2023年9月6日 10时30分", {"published": "2023-09-06T10:30", "source": "新华社"}),
    ("（｜更新：2023-09-06", {"updated": "2023-09-06", "warnings": ["source-stripped"]}),
    ("来源：", {"warnings": ["no-date", "source-stripped"]}),
    ("2008年06月30日 18:22 來源：中國新聞網", {"published": "2008-06-30T18:22", "source": "中國新聞網"}),
    ("來源:揚子晚報-- 2010-11-28 07:54:51", {"published": "2010-11-28T07:54:51", "source": "揚子晚報"}),
    ("2023-09-10 08:30:00 来源：滨海日报 责任编辑：陈明 打印",
     {"published": "2023-09-10T08:30:00", "source": "滨海日报", "chrome_removed": ["责任编辑：陈明", "打印"]}),
    ("Updated: 2023-09-06 | Updated: 2023-09-07", {"updated": "2023-09-06", "warnings": ["several-dates"]}),
    ("Updated: 2023-09-06\n\nLast modified on 7 September 2023",
     {"updated": "2023-09-06", "warnings": ["several-dates"]}),
    ("Updated: 03/04/2023", {"warnings": ["date-ambiguous", "no-date"]}),
    ("Published: 2023-02-30 | Updated: 2023-03-01", {"updated": "2023-03-01", "warnings": ["date-invalid"]}),
    ("Updated: 2023-09-06 25:61", {"warnings": ["date-invalid", "no-date"]}),
    ("4 hours 26 min ago", {"chrome_removed": ["4 hours 26 min ago"], "warnings": ["no-date"]}),
    ("By QIN FENG in Xi'an and CHEN MEILING", {"byline": "QIN FENG in Xi'an and CHEN MEILING"}),
    ("(By Fanying)", {"byline": "Fanying"}),
    ("Written by Lucía Ferrer", {"byline": "Lucía Ferrer"}),
    ("By GT staff reporters", {"byline": "GT staff reporters"}),
    ("By Ana Ruiz, Agriculture Editor", {"byline": "Ana Ruiz, Agriculture Editor"}),
    ("By KIM TONG-HYUNG\nAssociated Press", {"byline": "KIM TONG-HYUNG", "source": "Associated Press"}),
    ("By Ana Ruiz\nDunmere Herald", {"byline": "Ana Ruiz", "source": "Dunmere Herald"}),
    ("By Ana Ruiz\nana@herald.example", {"byline": "Ana Ruiz", "chrome_removed": ["ana@herald.example"]}),
    ("Stand: 06.09.2023 10:30 Uhr", {"updated": "2023-09-06T10:30"}),
    ("6. září 2023 10:30, aktualizováno 12:04", {"published": "2023-09-06T10:30", "updated": "2023-09-06T12:04"}),
    ("2023/9/6 10:30（9/7 12:04 更新）", {"published": "2023-09-06T10:30", "updated": "2023-09-07T12:04"}),
    ("6 Settembre 2023, 10:30 - Ultimo aggiornamento: 7 Settembre, 9:15",
     {"published": "2023-09-06T10:30", "updated": "2023-09-07T09:15"}),
    ("Laatste update:\n06-09-23, 12:04", {"updated": "2023-09-06T12:04"}),
    ("6 settembre 2023\nUltimo aggiornamento: 16:02", {"published": "2023-09-06", "updated": "2023-09-06T16:02"}),
    ("Publié le 06-03-2025 à 10h32 - Mis à jour le 06-03-2025 à 14h20",
     {"published": "2025-03-06T10:32", "updated": "2025-03-06T14:20"}),
    ("Publicado el 06/03/2025 a las 10:32", {"published": "2025-03-06T10:32"}),
    ("Pubblicato il 06/03/2025 alle 10:32", {"published": "2025-03-06T10:32"}),
    ("Veröffentlicht: 06/03/2025, 10:32 Uhr", {"published": "2025-03-06T10:32"}),
    ("Gepubliceerd: 06-03-2025 10:32", {"published": "2025-03-06T10:32"}),
    ("Atualizado em 06/03/2025 às 10:32", {"updated": "2025-03-06T10:32"}),
    ("Обновлено: 06/03/2025 10:32", {"updated": "2025-03-06T10:32"}),
    ("Güncelleme: 06/03/2025 10:32", {"updated": "2025-03-06T10:32"}),
    ("Published 03-06-2025 at 10:32", {"warnings": ["date-ambiguous", "no-date"]}),
    ("Le Phare Libéré - 14 mai 2024 à 18:42 | mis à jour le 14 mai 2024 à 19:05",
     {"source": "Le Phare Libéré", "published": "2024-05-14T18:42", "updated": "2024-05-14T19:05"}),
    ("By Ana Ruiz\nDunmere Republic\n6 September 2023",
     {"byline": "Ana Ruiz", "source": "Dunmere Republic", "published": "2023-09-06"}),
    ("Herald News Service\n6 September 2023", {"source": "Herald News Service", "published": "2023-09-06"}),
    ("Por Ana Ruiz\nDiario de Dunmar\n6 de septiembre de 2023",
     {"byline": "Ana Ruiz", "source": "Diario de Dunmar", "published": "2023-09-06"}),
    ("06/09/2023\nFriday, 6 October 2023", {"published": "2023-10-06", "warnings": ["date-ambiguous"]}),
    ("2023年9月6日 10:30（9月7日 12:04更新）",
     {"published": "2023-09-06T10:30", "updated": "2023-09-07T12:04"}),
    ("Mi 06.09.23 | 10:30 Uhr | Von Ana Ruiz", {"published": "2023-09-06T10:30", "byline": "Ana Ruiz"}),
    ("by: Ana Ruiz", {"byline": "Ana Ruiz"}),
    ("Ana Ruiz\nBBC News, Shropshire", {"byline": "Ana Ruiz", "source": "BBC News, Shropshire"}),
    ("2023/9/6 10:30\n滨海新聞網 高子晴",
     {"published": "2023-09-06T10:30", "source": "滨海新聞網", "byline": "高子晴"}),
    ("פורסם: 06.09.23, 10:30 | עודכן: 06.09.23, 12:04",
     {"published": "2023-09-06T10:30", "updated": "2023-09-06T12:04"}),
    ("۱۵ شهریور ۱۴۰۲، ۱۰:۳۰", {"published": "2023-09-06T10:30"}),
    ("10:30 م | الأربعاء 06 سبتمبر 2023", {"published": "2023-09-06T22:30"}),
    ("Publié le 6 septembre 2023 à 10:30, mis à jour à 12:04",
     {"published": "2023-09-06T10:30", "updated": "2023-09-06T12:04"}),
    ("6 de Septiembre de 2023 a las 10:30 hs.", {"published": "2023-09-06T10:30"}),
    ("06 SETTEMBRE 2023 ALLE 10:30", {"published": "2023-09-06T10:30"}),
    ("［2023年9月6日 10時30分］", {"published": "2023-09-06T10:30"}),
    ("2023. szeptember 6. 10:30", {"published": "2023-09-06T10:30"}),
    ("Thứ Tư, ngày 6/9/2023 10:30", {"published": "2023-09-06T10:30"}),
    ("יום רביעי, 6 בספטמבר 2023, 10:30", {"published": "2023-09-06T10:30"}),
    ("6 सितंबर 2023, 10:30", {"published": "2023-09-06T10:30"}),
    ("6 กันยายน 2566 10:30", {"published": "2023-09-06T10:30"}),
    ("입력 2023.09.06 (10:30)", {"published": "2023-09-06T10:30"}),
    ("26/09/2023 - 14h07min", {"published": "2023-09-26T14:07"}),
    ("Publié le 6 septembre 2023 à 7 h 15 HAE", {"published": "2023-09-06T07:15-04:00"}),
    ("Publié le 6 septembre 2023 à 10h30, mis à jour le 7 septembre 2023 à 9h05",
     {"published": "2023-09-06T10:30", "updated": "2023-09-07T09:05"}),
    ("Gepubliceerd op 4 november 2025 om 10:12", {"published": "2025-11-04T10:12"}),
    ("입력 2023.09.06. 오후 3:30 수정 2023.09.07. 09:05",
     {"published": "2023-09-06T15:30", "updated": "2023-09-07T09:05"}),
    ("公開日時：2023/9/6 10:30\n更新日時：2023/9/6 11:45",
     {"published": "2023-09-06T10:30", "updated": "2023-09-06T11:45"}),
    ("10:30 06.09.2023 (обновлено: 11:45 06.09.2023)",
     {"published": "2023-09-06T10:30", "updated": "2023-09-06T11:45"}),
    ("آخر تحديث: 6 سبتمبر/أيلول 2023 10:30 م", {"updated": "2023-09-06T22:30"}),
    ("Thứ tư, 6/9/2023, 10:30 (GMT+7)", {"published": "2023-09-06T10:30+07:00"}),
    ("6.set.2023 às 10h30", {"published": "2023-09-06T10:30"}),
    ("Son Güncelleme: 6 Eylül 2023 Çarşamba 10:30", {"updated": "2023-09-06T10:30"}),
    ("środa, 6 września 2023, godz. 10:30", {"published": "2023-09-06T10:30"}),
    ("January 6, 2023 5:00 AM ET", {"published": "2023-01-06T05:00-05:00"}),
    ("September 6, 2023 5:00 AM ET", {"published": "2023-09-06T05:00-04:00"}),
    ("Published\n\n6 September 2023", {"published": "2023-09-06"}),
    ("Published\n2 hours ago", {"chrome_removed": ["Published", "2 hours ago"]}),
    ("vor 3 Stunden", {"chrome_removed": ["vor 3 Stunden"]}),
    ("Von Anna Kellermann, Altsee", {"byline": "Anna Kellermann, Altsee"}),
    ("Por\n\nAna Ruiz", {"byline": "Ana Ruiz"}),
    ("di Anna Ricci", {"byline": "Anna Ricci"}),
    ("Autor: Zofia Krawiec", {"byline": "Zofia Krawiec"}),
    ("بقلم: ليلى منصور", {"byline": "ليلى منصور"}),
    ("[서울=연합뉴스] 박민수 기자 minsu@example.com",
     {"byline": "박민수 기자", "chrome_removed": ["[서울=연합뉴스]", "minsu@example.com"]}),
    ("2023-09-06 10:30 白沙晚報／ 記者林美玉／白沙即時報導",
     {"published": "2023-09-06T10:30", "source": "白沙晚報", "byline": "記者林美玉／白沙即時報導"}),
    ("Ana Ruiz, Agriculture Correspondent", {"byline": "Ana Ruiz, Agriculture Correspondent"}),
    ("Ana Ruiz\n\n6 September 2023", {"byline": "Ana Ruiz", "published": "2023-09-06"}),
    ("ANA RUIZ-HOLM\n6 September 2023", {"byline": "ANA RUIZ-HOLM", "published": "2023-09-06"}),
    ("By\nAna Ruiz\nSenior News Reporter\n6 September 2023",
     {"byline": "Ana Ruiz Senior News Reporter", "published": "2023-09-06"}),
    ("Por Ana Ruiz\nPeriodista de la Red Norte", {"byline": "Ana Ruiz Periodista de la Red Norte"}),
    ("A cura di Anna Ricci", {"byline": "Anna Ricci"}),
    ("Oprac.\nZofia Krawiec /zk", {"byline": "Zofia Krawiec", "chrome_removed": ["zk"]}),
    ("كتبت - ليلى منصور:", {"byline": "ليلى منصور"}),
    ("القاهرة: ليلى منصور", {"byline": "القاهرة: ليلى منصور"}),
    ("רותי כהן, דנה לוי\n06.09.2023, 10:30", {"byline": "רותי כהן, דנה לוי", "published": "2023-09-06T10:30"}),
    ("洪珮玲\n2023年9月6日 10:30", {"byline": "洪珮玲", "published": "2023-09-06T10:30"}),
    ("Tarvik, Norland / 6 September 2023 10:30",
     {"published": "2023-09-06T10:30", "chrome_removed": ["Tarvik, Norland"]}),
    ("چهارشنبه / ۱۵ شهریور ۱۴۰۲ / ۱۰:۳۰", {"published": "2023-09-06T10:30"}),
    ("Von Anna Kellermann\ndpa", {"byline": "Anna Kellermann", "source": "dpa"}),
    ("Kaynak: DHA", {"source": "DHA"}),
    ("ОЛЕНА ГАЙ — СЕРЕДА, 6 ВЕРЕСНЯ 2023, 10:30", {"byline": "ОЛЕНА ГАЙ", "published": "2023-09-06T10:30"}),
    ("26/09/2023 | 10:30 | Ana Ruiz |", {"byline": "Ana Ruiz", "published": "2023-09-26T10:30"}),
    ("CBS Marlow | 6 September 2023", {"source": "CBS Marlow", "published": "2023-09-06"}),
    ("Miércoles, 6 de septiembre 2023, 10:30 | Actualizado 12:04h.",
     {"published": "2023-09-06T10:30", "updated": "2023-09-06T12:04"}),
    ("Sep - 06 - 2023 , 10:30", {"published": "2023-09-06T10:30"}),
    ("6 سبتمبر 2023 10:30 مساءً", {"published": "2023-09-06T22:30"}),
    ("Geüpdatet: 6 sep 2023, 12:04", {"updated": "2023-09-06T12:04"}),
    ("Autoři: Jan Hrubý, Eva Malá", {"byline": "Jan Hrubý, Eva Malá"}),
    ("postado em 26/09/2023 06:00 / atualizado em 26/09/2023 09:48",
     {"published": "2023-09-26T06:00", "updated": "2023-09-26T09:48"}),
    ("publicado em 26/09/2023 06:00 | atualizado em 26/09/2023 09:48",
     {"published": "2023-09-26T06:00", "updated": "2023-09-26T09:48"}),
    ("Posté le 26 septembre 2023 à 06h00, modifié le 26 septembre 2023 à 09h48",
     {"published": "2023-09-26T06:00", "updated": "2023-09-26T09:48"}),
    ("Subido el 26/09/2023 06:00", {"published": "2023-09-26T06:00"}),
    ("Inserito il 26/09/2023 06:00 - aggiornato il 26/09/2023 09:48",
     {"published": "2023-09-26T06:00", "updated": "2023-09-26T09:48"}),
    ("Online seit 26.09.2023, 06:00 Uhr", {"published": "2023-09-26T06:00"}),
    ("Zveřejněno 26. září 2023 6:00", {"published": "2023-09-26T06:00"}),
    ("Выложено 26.09.2023 06:00", {"published": "2023-09-26T06:00"}),
    ("Postat pe 26.09.2023", {"published": "2023-09-26"}),
    ("Publicado por Ana Ruiz em 26/09/2023", {"published": "2023-09-26", "byline": "Ana Ruiz"}),
    ("Geplaatst door Ana Ruiz op 26 september 2023", {"published": "2023-09-26", "byline": "Ana Ruiz"}),
    ("WRITER: Ana Ruiz", {"byline": "Ana Ruiz"}),
    ("Rédactrice : Ana Ruiz", {"byline": "Ana Ruiz"}),
    ("Forfatter: Ana Ruiz", {"byline": "Ana Ruiz"}),
    ("Корреспондент: Анна Руис", {"byline": "Анна Руис"}),
    ("VOA News", {"source": "VOA News"}),
    ("(Agencies)", {"source": "Agencies"}),
    ("Source: Xinhua", {"source": "Xinhua"}),
    ("Source: Xinhua\n\nSource: Kyodo", {"source": "Xinhua", "chrome_removed": ["Kyodo"]}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), METADATA)
def test_a_metadata_line_is_read_into_its_fields(lines: str, expected: dict[str, Any]) -> None:
    story = said(article(lines))
    assert differences(story, **expected) == {}
    assert unaccounted(story) == []


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("Tuesday, 6/9/2023", None),
        ("Friday, 6/9/2023", "2023-06-09"),
        ("金曜日 6/9/2023", "2023-06-09"),
        ("Monday 00/04/2024", None),
    ],
)
def test_a_weekday_decides_between_day_and_month(printed: str, iso: str | None) -> None:
    assert said(article(printed)).published == iso


@pytest.mark.parametrize(
    "line",
    [
        "On September 6, 2023, traders met.",
        "September 6, 2023 was a cold day.",
        "By Tuesday the yard was full.",
        "By the time it ended, all had gone.",
        "Updated figures are due.",
        "(See the table on page 4.)",
        "Writer: it was the sea that made her one.",
        "Postado em 6 de setembro de 2023, o vídeo sumiu.",
        "Subido el 6 de septiembre de 2023, el video tiene mil visitas.",
        "Source: the town archive says that nobody knows where the bell has gone.",
    ],
)
def test_a_sentence_under_the_headline_is_no_metadata(line: str) -> None:
    assert differences(said(article(line)), paragraphs=[line, *BODY]) == {}


@pytest.mark.parametrize(
    "line",
    [
        "By the numbers", "By train", "Published works", "(Exclusive)", "Breaking News", "Sources: Xinhua, AP",
        "Related: more news", "Time: 10:30 to 12:00",
    ],
)  # fmt: skip
def test_a_line_without_a_sentence_under_the_headline_is_no_metadata(line: str) -> None:
    assert differences(said(article(line)), chrome_removed=[line]) == {}


@pytest.mark.parametrize("line", ["By Ana Ruiz", "Updated: 2023-09-06", "Source: Xinhua", "(Agencies)", "2023-09-06"])
def test_between_two_paragraphs_no_line_is_metadata(line: str) -> None:
    assert differences(said(article(BODY[0], line, BODY[1], body=())), paragraphs=[BODY[0], line, BODY[1]]) == {}


def test_a_rubric_above_the_headline_is_no_source_and_an_agency_there_is_one() -> None:
    text = (
        f"Home\nCities\nTarvik\n\nAFP\n\nThe ferry of the old harbour sails again\n\nTarvik | 2023-09-06\n\n{BODY[0]}\n"
    )
    assert (said(text).source, said(text).published) == ("AFP", "2023-09-06")
    assert said(text.replace("AFP\n\n", "")).source is None


def test_capitals_behind_the_text_are_a_byline_if_a_picture_has_their_name() -> None:
    photo = "The ferry in the fog - Photo: ANA RUIZ"
    text = f"The ferry sails\n\n2023-09-06\n\n{BODY[0]}\n\n{photo}\n\n{BODY[1]}\n\nANA RUIZ\n"
    assert said(text).byline == "ANA RUIZ"


@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_metadata_is_read_after_the_last_paragraph(between: str) -> None:
    tail = between.join(["Source: English.news.cn", "(By Fanying)", "Published: 2023-09-06", "Editor: Li", "■"])
    expected = {"source": "English.news.cn", "byline": "Fanying", "published": "2023-09-06"}
    story = said(article() + between[1:] + tail)
    assert differences(story, **expected, chrome_removed=["Editor: Li", "■"]) == {}


def test_metadata_may_stand_before_the_headline() -> None:
    assert (
        differences(said("2023-09-06\n\nBy Ana Ruiz\n\n" + article()), published="2023-09-06", byline="Ana Ruiz") == {}
    )


DATES = {
    "2023-09-06": "2023-09-06", "2023-9-6": "2023-09-06", "2023-09-06 10:30": "2023-09-06T10:30",
    "2023-09-06 10:30:15": "2023-09-06T10:30:15", "2023-09-06T10:30:15+08:00": "2023-09-06T10:30:15+08:00",
    "2023-09-06T02:30:15Z": "2023-09-06T02:30:15Z", "Sept 6, 2023": "2023-09-06", "Sept. 6, 2023": "2023-09-06",
    "September 6, 2023": "2023-09-06", "6 Sept 2023": "2023-09-06", "06 September 2023": "2023-09-06",
    "Wednesday, September 6, 2023": "2023-09-06", "Wed 6 Sep 2023": "2023-09-06",
    "10:28, January 10, 2023": "2023-01-10T10:28", "12:05 AM, Sept 6, 2023": "2023-09-06T00:05",
    "Sept 6, 2023 12:05 PM": "2023-09-06T12:05", "Wednesday, 06 Sep 2023 9:30 AM MYT": "2023-09-06T09:30+08:00",
    "6 September 2023 10.30 BST": "2023-09-06T10:30+01:00", "September 6, 2023 4:15 PM UTC": "2023-09-06T16:15Z",
    "6 September 2023 10:15 GMT": "2023-09-06T10:15Z", "Sept 6, 2023 9 p.m. EST": "2023-09-06T21:00-05:00",
    "2:15 p.m. EDT, Wed September 6, 2023": "2023-09-06T14:15-04:00",
    "2023-09-06 10:30 (GMT+8)": "2023-09-06T10:30+08:00",
    "Wed, 6 Sep 2023 10:30:00 -0700 (PDT)": "2023-09-06T10:30:00-07:00",
    "2023-09-06 10:30 PST": "2023-09-06T10:30-08:00", "2023-09-06 10:30 PDT": "2023-09-06T10:30-07:00",
    "2023-09-06 10:30 HKT": "2023-09-06T10:30+08:00", "2023-09-06 10:30 JST": "2023-09-06T10:30+09:00",
    "2023-09-06 10:30 CET": "2023-09-06T10:30+01:00", "17:06, 29. Feb. 2012 (CET)": "2012-02-29T17:06+01:00",
    "2023-09-06 10:30 CEST": "2023-09-06T10:30+02:00", "06.09.2023": "2023-09-06",
    "06.09.2023 10.30": "2023-09-06T10:30",
    "13/04/2023": "2023-04-13", "04/13/2023": "2023-04-13", "2024/5/29 22:41:06": "2024-05-29T22:41:06",
    "2023年9月6日": "2023-09-06", "2023年09月06日 10时30分": "2023-09-06T10:30",
    "2023年9月6日 星期三 下午3:30": "2023-09-06T15:30",
    "2023年9月6日10时30分15秒": "2023-09-06T10:30:15", "29 February 2024": "2024-02-29",
}  # fmt: skip


@pytest.mark.parametrize(("printed", "iso"), DATES.items())
def test_a_date_is_read_as_precisely_as_it_is_printed(printed: str, iso: str) -> None:
    story = said(article(f"Updated: {printed}"))
    assert (story.updated, story.updated_printed, story.source) == (iso, printed, None)
    assert said(article(printed)).published == iso


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("2023-02-30", "date-invalid"), ("31 September 2023", "date-invalid"), ("29 February 2023", "date-invalid"),
        ("2023年13月6日", "date-invalid"), ("09.13.2023", "date-invalid"), ("13/13/2023", "date-invalid"),
        ("2023-09-06 25:61", "date-invalid"), ("2023-09-06 24:00", "date-invalid"),
        ("Sept 6, 2023 13:30 AM", "date-invalid"),
        ("03/04/2023", "date-ambiguous"), ("5/5/2023", "date-ambiguous"), ("03/04/23", "date-ambiguous"),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_kept_as_printed(printed: str, code: str) -> None:
    story = said(article(f"Updated: {printed}"))
    assert (story.updated, story.updated_printed, story.warnings) == (None, printed, [code, "no-date"])
    assert (code, "updated", 3, printed) in codes_at(article(f"Updated: {printed}"))


def test_a_byline_may_be_below_the_deck_of_a_dated_text() -> None:
    deck = "The quay was closed for a very long time."
    story = said(article("6 September 2023", deck, "By Ana Ruiz"))
    assert (story.byline, story.published, story.paragraphs) == ("Ana Ruiz", "2023-09-06", (deck, *BODY))


@pytest.mark.parametrize(
    "line",
    [
        "How Podcasts Saved the Radio", "Podcasts Save the Radio", "Who Reads the News", "Le progrès de la science",
        "La libre parole", "Diario de una enfermera", "Czech Republic", "A Service of Hope",
    ],
)  # fmt: skip
def test_a_headline_that_ends_like_a_newspapers_name_is_one(line: str) -> None:
    story = said("\n".join([line, "By Ana Ruiz", "6 September 2023", *BODY]))
    assert (story.headline, story.source) == (line, None)
