"""The lines between headline and text as newspapers print them: who wrote it, and when."""

from __future__ import annotations

import pytest

from articles.ingest.readers.text import read
from tests.readers.test_text_press_credits import FORMS, copied_page

DAY = "2023-09-06"
# By language: lines under the headline, " / " between them; then byline, published and updated, after "=>". D is the
# day, T is 10:30 of it, U is 14:05.
HEADS: dict[str, str] = {
    "en": """
By Dana Whitcomb / Published Sept. 6, 2023 10:30 a.m. => Dana Whitcomb | T |
By Dana Whitcomb and Peter Roe / Updated September 6, 2023 at 2:05 p.m. => Dana Whitcomb and Peter Roe |  | U
Dana Whitcomb / Wed 6 Sep 2023 10.30 BST => Dana Whitcomb | 2023-09-06T10:30+01:00 |
Dana Whitcomb, Staff Writer / September 6, 2023 => Dana Whitcomb, Staff Writer | D |
By DANA WHITCOMB | dana@sun.example / PUBLISHED: Sept. 6, 2023 at 10:30 a.m. | UPDATED: Sept. 6, 2023 at 2:05 p.m.
  => DANA WHITCOMB | T | U
Story by Dana Whitcomb • 2h => Dana Whitcomb |  |
Written by Dana Whitcomb / Published on September 6, 2023 => Dana Whitcomb | D |
By Dana Whitcomb, CNN / 4 minute read / Published 10:30 AM EDT, Wed September 6, 2023
  => Dana Whitcomb, CNN | 2023-09-06T10:30-04:00 |
BY DANA WHITCOMB / SEPTEMBER 6, 2023 10:30 AM => DANA WHITCOMB | T |
6 September 2023 / Dana Whitcomb / BBC News, Marlow => Dana Whitcomb | D |
Sept. 6, 2023, 10:30 a.m. ET / By Dana Whitcomb => Dana Whitcomb | 2023-09-06T10:30-04:00 |
Published: 10:30, 6 Sep 2023Updated: 14:05, 6 Sep 2023 =>  | T | U
By Dana Whitcomb For The Daily Mail / Published: 10:30 BST, 6 September 2023 | Updated: 14:05 BST, 6 September 2023
  => Dana Whitcomb For The Daily Mail | 2023-09-06T10:30+01:00 | 2023-09-06T14:05+01:00
Wednesday, September 6, 2023 =>  | D |
Last Updated: September 6, 2023, 14:05 IST =>  |  | 2023-09-06T14:05+05:30
Express News Service =>  |  |
Author: Dana Whitcomb / Posted: 6th September 2023 => Dana Whitcomb | D |
Reporter: Dana Whitcomb => Dana Whitcomb |  |
Words by Dana Whitcomb / Sep 6, 2023 => Dana Whitcomb | D |
Dana Whitcomb (Our Correspondent) / Wednesday, Sep 06, 2023 => Dana Whitcomb (Our Correspondent) | D |
Dana Whitcomb • 6 September 2023 => Dana Whitcomb | D |
By Dana Whitcomb on September 6, 2023 => Dana Whitcomb | D |
""",
    "de": """
Von Anna Brandt / 06.09.2023, 10:30 Uhr => Anna Brandt | T |
Von Anna Brandt und Peter Holm / Stand: 06.09.2023, 14:05 Uhr => Anna Brandt und Peter Holm |  | U
6. September 2023, 10:30 Uhr / Von Anna Brandt, Marlheim => Anna Brandt, Marlheim | T |
Anna Brandt / 6. September 2023 um 10:30 Uhr => Anna Brandt | T |
Veröffentlicht am 06.09.2023, 10:30 Uhr / Aktualisiert am 06.09.2023, 14:05 Uhr =>  | T | U
Von ANNA BRANDT 6. September 2023 - 10:30 Uhr => ANNA BRANDT | T |
Text: Anna Brandt / Mittwoch, 06.09.2023 => Anna Brandt | D |
06.09.2023 | Stand 06.09.2023, 14:05 Uhr =>  | D | U
Anna Brandt, Redakteurin / Mi, 06.09.2023, 10:30 => Anna Brandt, Redakteurin | T |
Autorin: Anna Brandt / Datum: 06.09.2023 => Anna Brandt | D |
Ein Bericht von Anna Brandt / 06.09.2023 => Anna Brandt | D |
Erstellt: 06.09.2023, 10:30 Uhr / Von: Anna Brandt => Anna Brandt | T |
dpa/lno / 6.9.2023 - 10:30 Uhr =>  | T |
6. September 2023 / Lesezeit: 3 Minuten =>  | D |
Anna Brandt / Publiziert: 06.09.2023, 10:30 / Aktualisiert: 06.09.2023, 14:05 => Anna Brandt | T | U
""",
    "fr": """
Par Anne Morel / Publié le 6 septembre 2023 à 10h30 => Anne Morel | T |
Par Anne Morel, avec AFP / Publié le 06/09/2023 à 10:30, mis à jour le 06/09/2023 à 14:05
  => Anne Morel, avec AFP | T | U
Publié le 06/09/2023 10:30 Mis à jour le 06/09/2023 14:05 =>  | T | U
Anne Morel / Le 6 septembre 2023 à 10h30 => Anne Morel | T |
Publié hier à 10h30, mis à jour le 6 septembre 2023 à 14h05 =>  |  | U
Article rédigé par Anne Morel / Radio France / Publié le 06/09/2023 10:30 => Anne Morel | T |
Par Anne Morel (Lyon, correspondante) / Publié le 06 septembre 2023 à 10h30 => Anne Morel (Lyon, correspondante) | T |
Anne Morel avec AFP - Mercredi 6 septembre 2023 => Anne Morel avec AFP | D |
Propos recueillis par Anne Morel / 6 septembre 2023 => Anne Morel | D |
De notre correspondante à Lyon, Anne Morel / le 6 septembre 2023 => De notre correspondante à Lyon, Anne Morel | D |
Le 06 sept. 2023 à 10:30 =>  | T |
""",
    "es": """
Por Ana Ruiz / 6 de septiembre de 2023 - 10:30 => Ana Ruiz | T |
Ana Ruiz / Madrid - 06 sept 2023 - 10:30 CEST => Ana Ruiz | 2023-09-06T10:30+02:00 |
Ana Ruiz / 06/09/2023 a las 10:30h. => Ana Ruiz |  |
6 septiembre 2023 =>  | D |
Actualizado: 6 de septiembre de 2023, 14:05 =>  |  | U
Miércoles 6 de septiembre de 2023 / Por: Ana Ruiz => Ana Ruiz | D |
Redacción / 06 SEP 2023 | 10:30 =>  | T |
Ana Ruiz, corresponsal / Publicado el 6 de septiembre de 2023 => Ana Ruiz, corresponsal | D |
Escrito por Ana Ruiz / 6 Sep, 2023 => Ana Ruiz | D |
Texto: Ana Ruiz / Fecha: 6 de septiembre de 2023 => Ana Ruiz | D |
Autor: Ana Ruiz / Publicado: 6 septiembre, 2023 10:30 am => Ana Ruiz | T |
Ana Ruiz | 06.09.2023 | 10:30 => Ana Ruiz | T |
""",
    "pt": """
Ana Ribeiro / 6 de setembro de 2023 às 10:30 => Ana Ribeiro | T |
Publicado em 6 de setembro de 2023 às 10h30 =>  | T |
6.set.2023 às 10h30 =>  | T |
Atualizado: 6.set.2023 às 14h05 =>  |  | U
Por Ana Ribeiro — São Paulo => Ana Ribeiro — São Paulo |  |
Texto de Ana Ribeiro / 6 Setembro 2023 => Ana Ribeiro | D |
""",
    "it": """
di Anna Rossi / 6 settembre 2023 alle 10:30 => Anna Rossi | T |
Di Anna Rossi / Pubblicato il 6 Settembre 2023 => Anna Rossi | D |
6 settembre 2023 | 10.30 =>  | T |
Aggiornato il 6 settembre 2023 alle 14:05 =>  |  | U
Anna Rossi / 6 Settembre 2023 alle 10:30 => Anna Rossi | T |
A cura di Anna Rossi / 06 settembre 2023 => Anna Rossi | D |
Articolo di Anna Rossi / Mercoledì 6 settembre 2023, 10:30 => Anna Rossi | T |
Ultimo aggiornamento: 6 Settembre 2023, 14:05 =>  |  | U
""",
    "nl": """
Door Anna de Boer / 6 september 2023 10:30 => Anna de Boer | T |
Anna de Boer / 6 sep. 2023 => Anna de Boer | D |
Laatste update: 6 september 2023 14:05 =>  |  | U
Geplaatst op woensdag 6 september 2023 =>  | D |
Tekst: Anna de Boer / wo 6 september 2023 => Anna de Boer | D |
""",
    "pl": """
Anna Kowalska / 6 września 2023, 10:30 => Anna Kowalska | T |
Autor: Anna Kowalska / 06.09.2023 10:30 => Anna Kowalska | T |
Opracowanie: Anna Kowalska / Dzisiaj, 6 września (10:30) => Anna Kowalska |  |
Data publikacji: 06.09.2023, 10:30 / Aktualizacja: 06.09.2023, 14:05 =>  | T | U
Tekst: Anna Kowalska => Anna Kowalska |  |
oprac. Anna Kowalska / 6 września 2023 => Anna Kowalska | D |
""",
    "sv": """
Anna Lindgren / Publicerad 6 september 2023 kl 10.30 => Anna Lindgren | T |
Text: Anna Lindgren / Publicerad: 2023-09-06 10:30 / Uppdaterad: 2023-09-06 14:05 => Anna Lindgren | T | U
Av Anna Lindgren / 6 sep 2023 => Anna Lindgren | D |
Publicerat onsdag 6 september 2023 kl 10.30 =>  | T |
""",
    "da": """
Af Anna Holm / 6. september 2023 kl. 10.30 => Anna Holm | T |
Anna Holm / 06. sep. 2023 kl. 10:30 => Anna Holm | T |
Tekst: Anna Holm / Opdateret 6. sep. 2023, kl. 14:05 => Anna Holm |  | U
Av Anna Holm / Publisert: 06.09.2023 10:30 Oppdatert: 06.09.2023 14:05 => Anna Holm | T | U
Av Anna Holm, journalist / Publisert 6. sep. 2023 kl. 10:30 => Anna Holm, journalist | T |
""",
    "fi": """
Anna Korhonen / 6.9.2023 klo 10.30 => Anna Korhonen | T |
Teksti: Anna Korhonen / Julkaistu 6.9.2023 10:30 => Anna Korhonen | T |
6.9.2023 10:30|Päivitetty 6.9.2023 14:05 =>  | T | U
""",
    "cs": """
Anna Nováková / 6. září 2023 10:30 => Anna Nováková | T |
Autor: Anna Nováková / 06.09.2023 10:30 => Anna Nováková | T |
Aktualizováno 6. 9. 2023 14:05 =>  |  | U
Vydáno 6. 9. 2023 v 10:30 =>  | T |
Anna Nováková, redaktorka / středa 6. září 2023 · 10:30 => Anna Nováková, redaktorka | T |
""",
    "hu": """
Kovács Anna / 2023. szeptember 6. 10:30 => Kovács Anna | T |
Szerző: Kovács Anna / 2023.09.06. 10:30 => Kovács Anna | T |
Írta: Kovács Anna / 2023. szeptember 06., szerda 10:30 => Kovács Anna | T |
""",
    "ro": """
de Ana Popescu / Publicat la 6 septembrie 2023, 10:30 => Ana Popescu | T |
Autor: Ana Popescu / 06.09.2023, 10:30 => Ana Popescu | T |
Ana Popescu / Miercuri, 6 septembrie 2023 => Ana Popescu | D |
Data actualizării: 06/09/2023 14:05 =>  |  |
""",
    "tr": """
Ayşe Yılmaz / 6 Eylül 2023 10:30 => Ayşe Yılmaz | T |
Haber: Ayşe Yılmaz / 06.09.2023 - 10:30 => Ayşe Yılmaz | T |
Giriş: 06.09.2023 - 10:30 Güncelleme: 06.09.2023 - 14:05 =>  | T | U
Yayınlanma: 6 Eylül 2023, Çarşamba 10:30 =>  | T |
Oluşturulma Tarihi: Eylül 06, 2023 10:30 =>  | T |
""",
    "el": """
Άννα Παππά / 06.09.2023, 10:30 => Άννα Παππά | T |
Τετάρτη, 06 Σεπτεμβρίου 2023 10:30 =>  | T |
Γράφει η Άννα Παππά / 06/09/2023, 10:30 => Άννα Παππά |  |
""",
    "ru": """
Анна Белова / 6 сентября 2023, 10:30 => Анна Белова | T |
Автор: Анна Белова / 06.09.2023, 10:30 => Анна Белова | T |
Текст: Анна Белова / 6 сентября 2023 => Анна Белова | D |
10:30, 6 сентября 2023 =>  | T |
6 сентября 2023 в 10:30 / Обновлено: 6 сентября 2023, 14:05 =>  | T | U
06.09.2023 10:30 (МСК) =>  | 2023-09-06T10:30+03:00 |
Опубликовано 06 сентября 2023, 10:30 =>  | T |
""",
    "uk": """
Ганна Бондар / 6 вересня 2023, 10:30 => Ганна Бондар | T |
Автор: Ганна Бондар / Середа, 6 вересня 2023, 10:30 => Ганна Бондар | T |
Опубліковано: 06.09.2023 10:30 =>  | T |
""",
    "ar": """
كتب: أحمد سالم / الأربعاء 06 سبتمبر 2023 => أحمد سالم | D |
بقلم: أحمد سالم / نشر في: 6 سبتمبر/أيلول 2023 => أحمد سالم | D |
آخر تحديث: الأربعاء 6 سبتمبر 2023 =>  |  | D
القاهرة - أحمد سالم / 06-09-2023 | 10:30 => القاهرة - أحمد سالم |  |
تاريخ النشر: 6 أيلول 2023 =>  | D |
""",
    "he": """
דנה לוי / 6 בספטמבר 2023, 10:30 => דנה לוי | T |
מאת: דנה לוי / 06.09.2023, 10:30 => דנה לוי | T |
""",
    "hi": """
लेखक: अनिल शर्मा / Published: 6 सितंबर 2023 => अनिल शर्मा | D |
Updated: Wed, 06 Sep 2023 02:05 PM (IST) =>  |  | 2023-09-06T14:05+05:30
""",
    "id": """
Andi Wijaya - detikNews / Rabu, 06 Sep 2023 10:30 WIB => Andi Wijaya | 2023-09-06T10:30+07:00 |
Oleh Andi Wijaya / 6 September 2023 => Andi Wijaya | D |
Penulis: Andi Wijaya / Editor: Budi Santoso / Rabu, 6 September 2023 | 10:30 WIB
  => Andi Wijaya | 2023-09-06T10:30+07:00 |
Reporter: Andi Wijaya / Rabu, 6 September 2023 => Andi Wijaya | D |
""",
    "vi": """
Thứ tư, 6/9/2023, 10:30 (GMT+7) =>  | 2023-09-06T10:30+07:00 |
Nguyễn Văn An / 06/09/2023 10:30 GMT+7 => Nguyễn Văn An |  |
Tác giả: Nguyễn Văn An / Thứ Tư, 06/09/2023 - 10:30 => Nguyễn Văn An | T |
""",
    "ja": """
2023年9月6日 10時30分 =>  | T |
2023年9月6日 10時30分 更新 =>  |  | T
文・田中健 / 公開日：2023年9月6日 => 田中健 | D |
9月6日（水）10:30配信 =>  |  |
""",
    "zh": """
2023-09-06 10:30 来源：新华社 =>  | T |
作者：李明 / 2023年9月6日 => 李明 | D |
本报记者 李明 => 本报记者 李明 |  |
文/李明 / 发布时间：2023-09-06 10:30 => 李明 | T |
2023年09月06日 10:30:00 | 来源：人民日报 =>  | 2023-09-06T10:30:00 |
撰文：李明 => 李明 |  |
""",
    "zht": """
撰文：李明 / 出版：2023-09-06 10:30 => 李明 | T |
更新：2023-09-06 14:05 =>  |  | U
文／李明 / 發布時間：2023年9月6日 => 李明 | D |
""",
    "ko": """
김민수 기자 / 입력 2023.09.06 10:30 => 김민수 기자 | T |
입력 2023-09-06 10:30 | 수정 2023-09-06 14:05 =>  | T | U
김민수 기자 kms@example.co.kr / 승인 2023.09.06 10:30 => 김민수 기자 | T |
등록 2023-09-06 10:30 / 수정 2023-09-06 14:05 =>  | T | U
기자명 김민수 기자 / 입력 2023.09.06 10:30 => 김민수 기자 | T |
송고 2023-09-06 10:30 =>  | T |
""",
}


@pytest.mark.parametrize("language", HEADS)
def test_the_lines_under_a_headline_are_read_as_the_press_prints_them(language: str) -> None:
    headline, paragraph, *_ = FORMS[language]
    moments = {"": None, "D": DAY, "T": f"{DAY}T10:30", "U": f"{DAY}T14:05"}
    for row in HEADS[language].replace("\n  =>", " =>").strip().splitlines():
        lines, _, values = row.partition(" => ")
        byline, published, updated = (value.strip() for value in values.split("|"))
        expected = (byline or None, moments.get(published, published), moments.get(updated, updated))
        for between in ("\n", "\n\n"):
            story = read(copied_page(headline, lines.replace(" / ", between), paragraph, paragraph))
            assert (story.byline, story.published, story.updated) == expected, lines
            assert story.paragraphs == (paragraph, paragraph)
