"""Credits as newspapers print them, in the head and the body of copied pages; and true lines that end like one."""

from __future__ import annotations

import re

import pytest

from articles.ingest.readers.text import read

# By language: a headline, a paragraph, a caption, and the forms of credits after it. The credit is what is in < >.
FORMS: dict[str, tuple[str, str, str, str]] = {
    "en": (
        "The water rose by almost two metres within a",
        (
            "The water rose by almost two metres within a night, and more than three hundred people in the lower "
            "part of the town had to leave their houses before dawn, the mayor said."
        ),
        "Volunteers fill sandbags beside the river at Marlow on Tuesday morning.",
        """
(<Dana Whitcomb/The Oregonian>)
(<Dana Whitcomb/Staff>)
(<Dana Whitcomb / Staff Photographer>)
(Staff Photo by <Dana Whitcomb>)
(<Dana Whitcomb for The Washington Post>)
(<Dana Whitcomb | Staff>)
[<Dana Whitcomb | Times>]
(<Contributed photo>)
(<Submitted photo>)
(<File photo>)
(Photo <courtesy Dana Whitcomb>)
(Photo <courtesy of Dana Whitcomb>)
(<Dana Whitcomb, Special to The Sun>)
(<Dana Whitcomb/Special to The Sun>)
(<Dana Whitcomb/For The Dispatch>)
<Dana Whitcomb/Special to the Statesman Journal>
Photo: <Dana Whitcomb / The Chronicle>
<Dana Whitcomb/The Chronicle>
<Dana Whitcomb / The Chronicle>
Photo by <Dana Whitcomb>
Photo credit: <Dana Whitcomb>
Credit: <Dana Whitcomb>
Image: <Dana Whitcomb>
Image Credit: <Dana Whitcomb>
| Photo Credit: <Dana Whitcomb>
| Photo Credit: <Special Arrangement>
(Photo: <PTI>)
(Express photo by <Dana Whitcomb>)
Picture: <Dana Whitcomb>
PICTURE: <Dana Whitcomb>
Photo: <Supplied>
(<Supplied>)
(<ABC News: Dana Whitcomb>)
(<AAP: Dana Whitcomb>)
Photo: <RNZ / Dana Whitcomb>
Photo: <Dana Whitcomb/Stuff>
<Dana Whitcomb/STUFF>
Photograph: <Dana Whitcomb/Getty Images>
<Dana Whitcomb / SOPA Images via Getty Images>
<Courtesy of Dana Whitcomb>
Photo <courtesy of Dana Whitcomb>
– Photo: <Dana Whitcomb>
- Photo by <Dana Whitcomb>
— <Bernama> pic
(Photo: <CNA/Dana Whitcomb>)
PHOTO: <Dana Whitcomb>
PHOTO | <Dana Whitcomb | NMG>
Photo credit: <Dana Whitcomb | Nation Media Group>
Picture: <Dana Whitcomb / African News Agency (ANA)>
© <Dana Whitcomb>
[<Dana Whitcomb, Standard>]
[Photo: <Dana Whitcomb>]
(Photo: <Dana Whitcomb/Guardian Nigeria>)
(<AP Photo/Dana Whitcomb>)
(<Dana Whitcomb/AFP via Getty Images>)
(<Dana Whitcomb/CBC>)
(<Dana Whitcomb/The Canadian Press>)
(<Dana Whitcomb/Torstar>)
(© <Dana Whitcomb>)
[<Dana Whitcomb/Reuters>]
(<The Oregonian/file>)
Pic: <Dana Whitcomb>
(Pic: <Dana Whitcomb>)
""",
    ),
    "es": (
        "El agua subió casi dos metros en una noche y más de",
        (
            "El agua subió casi dos metros en una noche y más de trescientas personas de la parte baja del "
            "pueblo tuvieron que dejar sus casas antes del amanecer, dijo el alcalde."
        ),
        "Voluntarios llenan sacos de arena junto al río en Valdeoro el martes por la mañana.",
        """
Foto: <Ana Ruiz>
(Foto: <Ana Ruiz>)
<Ana Ruiz (EFE)>
<EFE/Ana Ruiz>
<Ana Ruiz / EFE>
| <Ana Ruiz>
FOTO: <Ana Ruiz>
Foto <Ana Ruiz>
Foto: <Especial>
(<Cortesía>)
/ <Ana Ruiz>
| <EFE>
(<AP Foto/Ana Ruiz>)
Crédito: <Ana Ruiz>
Créditos: <Ana Ruiz>
(Imagen: <Ana Ruiz>)
Foto: <Archivo / Ana Ruiz>
(<Gentileza Ana Ruiz>)
Fotografía: <Ana Ruiz>
Foto | <Ana Ruiz>
(<Ana Ruiz / El País>)
(<Ana Ruiz/Europa Press>)
© <Ana Ruiz>
""",
    ),
    "pt": (
        "A água subiu quase dois metros numa noite e mais de",
        (
            "A água subiu quase dois metros numa noite e mais de trezentas pessoas da parte baixa da vila "
            "tiveram de deixar as casas antes do amanhecer, disse o prefeito."
        ),
        "Voluntários enchem sacos de areia junto ao rio em Valdouro na manhã de terça-feira.",
        """
Foto: <Ana Ribeiro/Agência Brasil>
(Foto: <Ana Ribeiro>)
— Foto: <Ana Ribeiro/G1>
Crédito: <Ana Ribeiro/CB>
(crédito: <Ana Ribeiro/CB>)
| Foto: <Ana Ribeiro>
© <Ana Ribeiro>
Imagem: <Ana Ribeiro>
- <Ana Ribeiro/Folhapress>
(<Ana Ribeiro/Estadão>)
© <Lusa>
Foto: <Divulgação>
Fotografia: <Ana Ribeiro>
Foto: <Reprodução/TV Globo>
(Fotos: <Ana Ribeiro>)
""",
    ),
    "fr": (
        "L’eau est montée de près de deux mètres en une nuit et plus",
        (
            "L’eau est montée de près de deux mètres en une nuit et plus de trois cents personnes du bas de la "
            "ville ont dû quitter leur maison avant l’aube, a dit le maire."
        ),
        "Des bénévoles remplissent des sacs de sable au bord de la rivière à Valdor, mardi matin.",
        """
© <Anne Morel>
© <Anne Morel / AFP>
Photo : <Anne Morel>
Photo <Anne Morel>
(Photo <Anne Morel>)
<Anne Morel / AFP>
<Anne Morel/AFP>
PHOTO <Anne Morel, LA PRESSE>
Crédit photo : <Anne Morel>
Crédit : <Anne Morel>
Photo <Ouest-France / Anne Morel>
/ Photo <DDM – Anne Morel>
© <Radio France - Anne Morel>
Photo : <Radio-Canada / Anne Morel>
<LP/Anne Morel>
<KEYSTONE / Anne Morel>
(Crédits : <Anne Morel>)
(<Anne Morel/Hans Lucas>)
(Photo : <Anne Morel / AFP>)
""",
    ),
    "de": (
        "Das Wasser stieg in einer Nacht um fast zwei",
        (
            "Das Wasser stieg in einer Nacht um fast zwei Meter, und mehr als dreihundert Menschen mussten in "
            "der unteren Stadt vor Sonnenaufgang ihre Häuser verlassen, sagte der Bürgermeister."
        ),
        "Freiwillige füllen am Dienstagmorgen in Marlheim Sandsäcke am Ufer des Flusses.",
        """
Foto: <Anna Brandt>
Foto: <dpa/Anna Brandt>
Foto: <Anna Brandt/dpa>
© <Anna Brandt>
Bild: <Anna Brandt>
Bild: <dpa>
(Foto: <Anna Brandt>)
(Bild: <Anna Brandt>)
[Quelle: <Anna Brandt>]
© <dpa / Anna Brandt>
Foto <Anna Brandt>
Archivfoto: <Anna Brandt>
Symbolfoto: <Anna Brandt>
Foto: <IMAGO / Anna Brandt>
Bild: <IMAGO/Anna Brandt>
<APA/Anna Brandt>
© <APA/Anna Brandt>
Foto: <Keystone / Anna Brandt>
<picture alliance / dpa | Anna Brandt>
Bildrechte: <Anna Brandt>
Bildquelle: <Anna Brandt>
(<Anna Brandt / SRF>)
(Foto: <Anna Brandt/picture alliance>)
Foto: <Polizei Marlheim>
""",
    ),
    "nl": (
        "Het water steeg in één nacht bijna twee meter en meer dan",
        (
            "Het water steeg in één nacht bijna twee meter en meer dan driehonderd mensen in het lage deel van "
            "het stadje moesten voor zonsopgang hun huis uit, zei de burgemeester."
        ),
        "Vrijwilligers vullen dinsdagochtend zandzakken langs de rivier bij Valdorp.",
        """
Foto: <Anna de Boer>
Foto <Anna de Boer>
© <Anna de Boer>
Beeld <Anna de Boer>
Beeld: <Anna de Boer>
(foto: <Anna de Boer>)
<ANP / Anna de Boer>
© <ANP>
Foto: <ANP/Anna de Boer>
| Foto: <Anna de Boer>
""",
    ),
    "it": (
        "L’acqua è salita di quasi due metri in una notte e più di",
        (
            "L’acqua è salita di quasi due metri in una notte e più di trecento persone della parte bassa del "
            "paese hanno dovuto lasciare le case prima dell’alba, ha detto il sindaco."
        ),
        "Volontari riempiono sacchi di sabbia lungo il fiume a Valdoro martedì mattina.",
        """
(Foto: <Anna Rossi>)
Foto: <Anna Rossi>
(foto <Anna Rossi>)
© <Anna Rossi>
<ANSA/Anna Rossi>
Foto <Ansa>
Ph. <Anna Rossi>
Foto di <Anna Rossi>
(foto di <Anna Rossi>)
""",
    ),
    "pl": (
        "Woda podniosła się w ciągu jednej nocy o prawie dwa metry i",
        (
            "Woda podniosła się w ciągu jednej nocy o prawie dwa metry i ponad trzysta osób z niższej części "
            "miasta musiało przed świtem opuścić domy, powiedział burmistrz."
        ),
        "Ochotnicy napełniają worki z piaskiem nad rzeką w Marlowie we wtorek rano.",
        """
Fot. <Anna Kowalska>
fot. <Anna Kowalska / PAP>
Foto: <Anna Kowalska>
(fot. <Anna Kowalska>)
<PAP/Anna Kowalska>
Fot. <Anna Kowalska / Agencja Wyborcza.pl>
/ <Anna Kowalska / Forum>
Zdjęcie: <Anna Kowalska>
""",
    ),
    "sv": (
        "Vattnet steg nästan två meter på en natt och mer än",
        (
            "Vattnet steg nästan två meter på en natt och mer än trehundra människor i den nedre delen av staden "
            "fick lämna sina hus före gryningen, sade kommunalrådet."
        ),
        "Frivilliga fyller sandsäckar vid ån i Marlöv på tisdagsmorgonen.",
        """
Foto: <Anna Lindgren>
Foto: <Anna Lindgren/TT>
Bild: <Anna Lindgren>
FOTO: <Anna Lindgren>
Foto: <Anna Lindgren / TT>
""",
    ),
    "da": (
        "Vandet steg næsten to meter på en",
        (
            "Vandet steg næsten to meter på en nat, og mere end tre hundrede mennesker i den nedre del af byen "
            "måtte forlade deres huse før daggry, sagde borgmesteren."
        ),
        "Frivillige fylder sandsække ved åen i Marløv tirsdag morgen.",
        """
Foto: <Anna Holm>
Foto: <Anna Holm/Ritzau Scanpix>
(Foto: <Anna Holm>)
FOTO: <Anna Holm / NTB>
© <Anna Holm>
""",
    ),
    "fi": (
        "Vesi nousi yhdessä yössä lähes kaksi",
        (
            "Vesi nousi yhdessä yössä lähes kaksi metriä, ja yli kolmesataa ihmistä joutui jättämään kotinsa "
            "kaupungin alaosassa ennen aamunkoittoa, kaupunginjohtaja sanoi."
        ),
        "Vapaaehtoiset täyttävät hiekkasäkkejä joen rannalla Marlassa tiistaiaamuna.",
        """
Kuva: <Anna Korhonen>
Kuva: <Anna Korhonen / Lehtikuva>
KUVA: <Anna Korhonen>
Kuvat: <Anna Korhonen>
""",
    ),
    "cs": (
        "Voda stoupla za jednu noc téměř o dva metry a více než tři",
        (
            "Voda stoupla za jednu noc téměř o dva metry a více než tři sta lidí v dolní části města muselo před "
            "úsvitem opustit své domy, řekl starosta."
        ),
        "Dobrovolníci plní pytle pískem u řeky v Marlově v úterý ráno.",
        """
Foto: <Anna Nováková>
Foto: <Anna Nováková, ČTK>
| Foto: <Anna Nováková>
| foto: <Anna Nováková>
(Foto: <Anna Nováková>)
""",
    ),
    "hu": (
        "A víz egy éjszaka alatt csaknem két métert",
        (
            "A víz egy éjszaka alatt csaknem két métert emelkedett, és a város alsó részén több mint háromszáz "
            "embernek kellett hajnal előtt elhagynia a házát, mondta a polgármester."
        ),
        "Önkéntesek homokzsákokat töltenek a folyónál Marlován kedd reggel.",
        """
Fotó: <Kovács Anna / MTI>
Fotó: <Kovács Anna>
<MTI/Kovács Anna>
(Fotó: <Kovács Anna>)
""",
    ),
    "ro": (
        "Apa a crescut cu aproape doi metri într-o noapte și peste",
        (
            "Apa a crescut cu aproape doi metri într-o noapte și peste trei sute de oameni din partea de jos a "
            "orașului au trebuit să își părăsească locuințele înainte de zori, a spus primarul."
        ),
        "Voluntarii umplu saci cu nisip lângă râu, la Marlova, marți dimineață.",
        """
Foto: <Ana Popescu>
FOTO: <Inquam Photos / Ana Popescu>
Sursa foto: <Ana Popescu>
Foto: <Agerpres>
(Foto: <Ana Popescu>)
""",
    ),
    "tr": (
        "Su bir gecede neredeyse iki metre yükseldi ve kasabanın",
        (
            "Su bir gecede neredeyse iki metre yükseldi ve kasabanın aşağı kesiminde üç yüzden fazla kişi "
            "şafaktan önce evlerini terk etmek zorunda kaldı, dedi belediye başkanı."
        ),
        "Gönüllüler salı sabahı Marlova’da nehir kıyısında kum torbalarını dolduruyor.",
        """
Fotoğraf: <Ayşe Yılmaz>
(Fotoğraf: <Ayşe Yılmaz / AA>)
Foto: <DHA>
FOTOĞRAF: <Ayşe Yılmaz>
""",
    ),
    "el": (
        "Το νερό ανέβηκε σχεδόν δύο μέτρα μέσα σε μια νύχτα και",
        (
            "Το νερό ανέβηκε σχεδόν δύο μέτρα μέσα σε μια νύχτα και περισσότεροι από τριακόσιοι άνθρωποι στο "
            "κάτω μέρος της πόλης έπρεπε να αφήσουν τα σπίτια τους πριν από την αυγή, είπε ο δήμαρχος."
        ),
        "Εθελοντές γεμίζουν σακιά με άμμο δίπλα στο ποτάμι το πρωί της Τρίτης.",
        """
ΦΩΤΟ: <Άννα Παππά>
(Φωτ.: <Άννα Παππά>)
Φωτογραφία: <Άννα Παππά>
Φωτό: <Άννα Παππά>
<EUROKINISSI/Άννα Παππά>
""",
    ),
    "ru": (
        "Вода за одну ночь поднялась почти на два",
        (
            "Вода за одну ночь поднялась почти на два метра, и более трёхсот человек в нижней части города были "
            "вынуждены покинуть свои дома до рассвета, сказал мэр."
        ),
        "Добровольцы наполняют мешки песком у реки в Марлове утром во вторник.",
        """
Фото: <Анна Белова>
Фото: <Анна Белова / ТАСС>
Фото: <РИА Новости / Анна Белова>
© <Анна Белова/ТАСС>
Фото — <Анна Белова>
Фото <Анна Белова>
(Фото: <Анна Белова>)
© <РИА Новости / Анна Белова>
© Фото: <Анна Белова>
""",
    ),
    "uk": (
        "Вода за одну ніч піднялася майже на два",
        (
            "Вода за одну ніч піднялася майже на два метри, і понад триста людей у нижній частині міста мусили "
            "покинути свої домівки до світанку, сказав мер."
        ),
        "Добровольці наповнюють мішки піском біля річки в Марлові у вівторок вранці.",
        """
Фото: <Ганна Бондар>
Фото: <УНІАН>
Світлина: <Ганна Бондар>
(Фото: <Ганна Бондар>)
""",
    ),
    "ar": (
        "ارتفع منسوب المياه نحو مترين في ليلة واحدة واضطر أكثر من",
        (
            "ارتفع منسوب المياه نحو مترين في ليلة واحدة واضطر أكثر من ثلاثمئة شخص في الجزء السفلي من البلدة إلى "
            "مغادرة منازلهم قبل الفجر، بحسب ما قال رئيس البلدية."
        ),
        "متطوعون يملأون أكياس الرمل على ضفة النهر في المدينة صباح الثلاثاء",
        """
(<رويترز>)
(<أ.ف.ب>)
(<أ ف ب>)
تصوير: <أحمد سالم>
(تصوير: <أحمد سالم>)
الصورة: <أحمد سالم>
(<الأناضول>)
(<فرانس برس>)
(<غيتي>)
- تصوير: <أحمد سالم>
""",
    ),
    "fa": (
        "آب در یک شب نزدیک به دو متر بالا آمد و بیش از سیصد نفر در",
        (
            "آب در یک شب نزدیک به دو متر بالا آمد و بیش از سیصد نفر در بخش پایین شهر ناچار شدند پیش از سپیده‌دم "
            "خانه‌های خود را ترک کنند، شهردار گفت."
        ),
        "داوطلبان صبح سه‌شنبه کیسه‌های شن را کنار رودخانه پر می‌کنند.",
        """
عکس: <رضا کریمی>
عکس از <رضا کریمی>
(عکس: <رضا کریمی>)
""",
    ),
    "he": (
        "המים עלו בכמעט שני מטרים בלילה",
        (
            "המים עלו בכמעט שני מטרים בלילה אחד, ויותר משלוש מאות אנשים בחלק הנמוך של העיירה נאלצו לעזוב את "
            "בתיהם לפני עלות השחר, אמר ראש העירייה."
        ),
        "מתנדבים ממלאים שקי חול ליד הנהר בבוקר יום שלישי.",
        """
צילום: <דנה לוי>
(צילום: <דנה לוי>)
""",
    ),
    "hi": (
        "एक ही रात में पानी लगभग दो मीटर बढ़ गया और कस्बे के निचले",
        (
            "एक ही रात में पानी लगभग दो मीटर बढ़ गया और कस्बे के निचले हिस्से में तीन सौ से अधिक लोगों को सुबह "
            "होने से पहले अपने घर छोड़ने पड़े, महापौर ने कहा।"
        ),
        "मंगलवार सुबह नदी के किनारे रेत की बोरियां भरते स्वयंसेवक।",
        """
फोटो: <अनिल शर्मा>
(फोटो: <अनिल शर्मा>)
| फोटो: <अनिल शर्मा>
तस्वीर: <अनिल शर्मा>
""",
    ),
    "id": (
        "Air naik hampir dua meter dalam semalam dan lebih dari tiga",
        (
            "Air naik hampir dua meter dalam semalam dan lebih dari tiga ratus orang di bagian bawah kota harus "
            "meninggalkan rumah mereka sebelum fajar, kata wali kota."
        ),
        "Relawan mengisi karung pasir di tepi sungai di Marlawa pada Selasa pagi.",
        """
Foto: <Andi Wijaya/detikcom>
(Foto: <Andi Wijaya>)
(<Andi Wijaya/detikcom>)
<ANTARA FOTO/Andi Wijaya>
(<KOMPAS.com/Andi Wijaya>)
(<ANTARA/Andi Wijaya>)
- Foto <Bernama>
""",
    ),
    "vi": (
        "Nước dâng gần hai mét trong một đêm và hơn ba trăm người ở",
        (
            "Nước dâng gần hai mét trong một đêm và hơn ba trăm người ở phần thấp của thị trấn phải rời nhà "
            "trước bình minh, thị trưởng cho biết như vậy vào trưa cùng ngày."
        ),
        "Tình nguyện viên đổ cát vào bao bên bờ sông sáng thứ ba.",
        """
Ảnh: <Nguyễn Văn An>
Ảnh: <TTXVN>
(Ảnh: <Nguyễn Văn An>)
- Ảnh: <Nguyễn Văn An>
(Ảnh: <Nguyễn Văn An/TTXVN>)
""",
    ),
    "th": (
        "น้ำสูงขึ้นเกือบสองเมตรในคืนเดียว",
        (
            "น้ำสูงขึ้นเกือบสองเมตรในคืนเดียว "
            "และชาวบ้านมากกว่าสามร้อยคนในส่วนล่างของเมืองต้องออกจากบ้านก่อนรุ่งสาง "
            "นายกเทศมนตรีกล่าวเมื่อวานนี้ที่ศาลากลาง"
        ),
        "อาสาสมัครบรรจุกระสอบทรายริมแม่น้ำเมื่อเช้าวันอังคาร",
        """
(ภาพ: <สมชาย ใจดี>)
""",
    ),
    "ja": (
        "丸川市で川があふれ住民が避難",
        "川の水位は一晩で約二メートル上がり、町の低い地区に住む三百人以上が夜明け前に自宅を離れることになったと市長が話した。",
        "火曜日の朝、川沿いで土のうを積むボランティアら",
        """
＝<田中健撮影>
（<田中健撮影>）
撮影：<田中健>
写真：<田中健>
（写真：<田中健>）
（<共同>）
（撮影・<田中健>）
写真提供：<田中健>
（写真提供：<田中健>）
""",
    ),
    "zh": (
        "河水上涨 居民连夜转移",
        "一夜之间，河水上涨了近两米，城区低洼地带的三百多名居民不得不在天亮前离开家园，市长在记者会上表示。",
        "周二早晨，志愿者在河边装填沙袋。",
        """
图/<李明>
（图/<李明>）
（<李明 摄>）
<李明 摄>
<李明摄>
图源：<李明>
图片来源：<李明>
（来源：<李明>）
<新华社记者 李明 摄>
（<新华社发 李明 摄>）
（<记者李明摄>）
摄影：<李明>
""",
    ),
    "zht": (
        "河水上漲 居民連夜撤離",
        "一夜之間，河水上漲了近兩公尺，市區低窪地帶的三百多名居民不得不在天亮前離開家園，市長在記者會上表示。",
        "週二早上，志工在河邊裝填沙包。",
        """
（圖／<李明>）
（<李明攝>）
（<記者李明攝>）
圖：<李明>
（<中央社記者李明攝>）
圖片來源：<李明>
（圖／<李明提供>）
攝影：<李明>
""",
    ),
    "ko": (
        "강물 불어나 주민들 밤새 대피",
        (
            "하룻밤 사이 강물이 거의 2미터 불어나 마을 아래쪽에 사는 "
            "주민 300여 명이 동트기 전에 집을 떠나야 했다고 시장이 말했다."
        ),
        "화요일 아침 자원봉사자들이 강가에서 모래주머니를 채우고 있다.",
        """
/<김민수 기자>
[사진=<김민수>]
사진=<김민수>
/<연합뉴스>
ⓒ<연합뉴스>
(사진=<김민수>)
<김민수 제공>
사진 제공=<김민수>
[<연합뉴스>]
사진=<연합뉴스>
""",
    ),
}

# Ends of paragraphs that name people and papers, but no maker of a picture.
NO_CREDITS: dict[str, str] = {
    "en": """
The committee will hear both sides before it decides. (Reporting by Jane Doe; Editing by John Roe)
He quoted his favourite line and sat down. (The full speech is on the website of The Oregonian.)
The play is based on a novel by two sisters from Ohio, Jane Doe/Anna Roe.
Applicants can choose between three tracks: Nursing/Social Work/Education.
She was born in Leeds and studied in Paris (France).
The winners were Dana Whitcomb/Peter Roe of the Marlow Rowing Club.
The duet of the night was sung by Maria Lopez/The Four Tenors.
Two more names are on the list: Dana Whitcomb and Peter Roe (both Labour).
The column appears every week in The Oregonian
The bridge was designed by Dana Whitcomb for The City of Marlow
The film was shot by Dana Whitcomb for the National Film Board.
The exhibition of submitted photos opens on Friday at the library.
The police published a file photo.
"We are courtesy of nobody," he said, and laughed.
The towels were courtesy of the Marlow Hotel.
He signed the letter. Courtesy of the House, the reply came within a day.
The man in the picture was not identified (see file photo).
The debate was moderated by Dana Whitcomb of The Chronicle.
Her story was first told in a book. (Dana Whitcomb, The Long River, 2011)
It is the oldest club of the country. (Marlow Rowing Club/founded 1872)
They beat the visitors in five sets. (Standard time was 40 minutes)
"I work for the newspaper," he said. (He meant The Guardian.)
The panel: Dana Whitcomb, The Oregonian; Peter Roe, The Sun.
He said the same in an interview. (Interview: Dana Whitcomb)
Music was by Dana Whitcomb/The River Boys.
The candidate has been endorsed by two papers. (The Sun and The Chronicle)
Contributions: Dana Whitcomb/Contributed reporting
""",
    "de": """
Der Ausschuss will beide Seiten hören, bevor er entscheidet. (APA/Red)
Die Partie endete nach drei Stunden mit einem Remis. (dpa/lno)
Gewonnen haben Anna Brandt/Peter Holm vom Ruderclub.
Es spielten die Bremer Stadtmusikanten/Die Ärzte.
Das Fest endet am Sonntag. Quelle: Stadtverwaltung Marlheim
Die Fotos sind im Museum zu sehen (Eintritt frei).
Sie wurde in Leipzig geboren (damals DDR).
""",
    "fr": """
La commission entendra les deux parties avant de décider. (avec AFP)
Le duo gagnant est formé de Anne Morel/Paul Durand.
La photo Anne Morel ne la montre jamais.
Elle est née à Lyon (Rhône).
Le spectacle est signé Anne Morel / Théâtre du Nord.
""",
    "es": """
La comisión escuchará a ambas partes antes de decidir. (EFE)
Ganaron Ana Ruiz/Pedro Gil, del club de remo.
Nació en León (España).
El dúo formado por Ana Ruiz / Los Panchos cerró la noche.
""",
    "it": """
La commissione sentirà le due parti prima di decidere. (ANSA)
Hanno vinto Anna Rossi/Paolo Verdi del circolo canottieri.
È nata a Lecce (Puglia).
""",
    "id": """
Panitia akan mendengar kedua pihak sebelum memutuskan. (Andi Wijaya/Red)
Panitia akan mendengar kedua pihak sebelum memutuskan. (ant/and)
Panitia akan mendengar kedua pihak sebelum memutuskan. (Andi/Budi)
Panitia akan mendengar kedua pihak sebelum memutuskan. ANDI WIJAYA/RED
""",
    "ru": """
Комиссия выслушает обе стороны, прежде чем решать. (ТАСС)
Победили Анна Белова/Пётр Сомов из гребного клуба.
Фото — это память, сказал он
Всё, что у нас осталось от деда, это фото — Марлов сорокового года
""",
    "zh": """
展览由市文化局主办，展出的照片由李明摄。
记者了解到，该片由王强导演、李明摄影。
他拍下了这张照片，图／文由学生完成。
消息来源：市政府办公室
""",
    "ja": """
この写真は田中健が撮影。
展示は１３日まで。写真は会場で買える。
""",
    "ko": """
위원회는 결정하기 전에 양측의 의견을 들을 예정이다. 김민수 기자
전시는 시청 제공 자료로 꾸며졌다.
사진은 추억이라고 그는 말했다.
""",
    "fa": """
این عکس از دوران کودکی اوست.
او گفت این تنها عکس از پدرش است
""",
    "el": """
Η επιτροπή θα ακούσει και τις δύο πλευρές. (ΑΠΕ-ΜΠΕ)
""",
    "pl": """
Komisja wysłucha obu stron, zanim zdecyduje. (PAP)
Wygrali Anna Kowalska/Piotr Nowak z klubu wioślarskiego.
""",
}


def copied_page(*blocks: str) -> bytes:
    return "\n\n".join(["Facebook\nTwitter\nWhatsApp", *blocks, ""]).encode()


def photos_in(*blocks: str) -> list[tuple[str, str | None]]:
    return [((photo.caption or "").rstrip(".。"), photo.credit) for photo in read(copied_page(*blocks)).photos]


@pytest.mark.parametrize("language", FORMS)
def test_credits_are_read_as_the_press_prints_them(language: str) -> None:
    headline, paragraph, caption, rows = FORMS[language]
    for row in rows.strip().splitlines():
        credit = re.search("<(.*?)>", row)
        assert credit
        is_joined = language in ("zh", "zht") or row[0] in "＝（"
        between = "" if is_joined else "\n" if language == "ja" else " "
        photo = f"{caption}{between}{re.sub('[<>]', '', row)}"
        expected = [(caption.rstrip(".。"), credit[1])]
        assert photos_in(headline, photo, paragraph, paragraph) == expected, f"{row} in the head"
        assert photos_in(headline, paragraph, photo, paragraph) == expected, f"{row} in the body"


@pytest.mark.parametrize("language", NO_CREDITS)
def test_paragraphs_that_end_in_names_stay_paragraphs(language: str) -> None:
    headline, paragraph, *_ = FORMS[language]
    for line in NO_CREDITS[language].strip().splitlines():
        for blocks in ((paragraph, line, paragraph), (paragraph, paragraph, line)):
            story = read(copied_page(headline, *blocks))
            assert line in story.paragraphs
            assert not story.photos, line
