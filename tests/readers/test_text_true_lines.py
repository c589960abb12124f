"""True headlines, sub-headings and sentences that read like boilerplate (a newsletter, rights reserved) or like
a byline, a source, a credit or a dateline.
"""

import pytest

from tests.readers.made import HEADLINE, said

HEAD = ("By Ana Ruiz", "6 September 2023")
STORY = (
    "Passengers queued from six in the morning, and the harbour master opened the gates after a long night of rain.",
    "The ferry will sail twice a day from now on, said the captain, who has crossed the sound four thousand times.",
)
# Each of them was once taken for boilerplate.
LINES = """
The newsletter
La newsletter
Der Newsletter
City newsletter wins a national prize
How the newsletter began
A newsletter for lonely farmers
The town newsletter nobody reads
Newsletter readers save a lighthouse
Why a daily newsletter moved to the bakery
From newsletter to newspaper in ten years
School newsletter returns after forty years
Thousands find the letter in your inbox fraud
The letter that landed in your inbox was a fraud
Scam lands in your inbox every Monday, police say
What lands in your inbox is watched
WhatsApp group finds a lost dog
How WhatsApp saved the choir
Telegram channel of the mayor is closed
The last telegram arrived in 1989
Subscribe to the old faith
Privacy notice: the mayor covers his windows
All rights reserved for women in the new club
Podcasts are the new pulpits
Join the queue on Facebook, says the mayor
Join the army on TikTok: how recruiters work
Sign up for the army, they said
Sign up for war
Click here to vote, the message said
Share this bread
Editor: a life among papers
Get all the news that fits the village
Copyright is dead, long live the song
Sponsored by the king: a ferry's history
Listen to this story of a shepherd
We may earn commissions from links to smugglers, police say
Report an error and win a cow, the office says
In your inbox, a bomb
Stadt-Newsletter gewinnt einen Preis
Wie der Newsletter entstand
Newsletter der Feuerwehr warnt vor Pilzen
Vom Newsletter zur Zeitung
Der Brief in Ihrem Postfach war falsch
Was in Ihrem Postfach landet
Betrug in Ihrem E-Mail-Postfach
Alle Rechte vorbehalten: Streit um ein Volkslied
WhatsApp-Gruppe findet Hund
Wie WhatsApp den Chor rettete
Newsletter aus dem Gefängnis
Podcasts aus dem Kuhstall
Une newsletter pour les bergers
Comment la newsletter est née
La newsletter du maire fait rire le village
L'infolettre de la ville gagne un prix
Dans votre boîte aux lettres, une bombe
Un serpent dans votre boîte aux lettres
Le temps de lecture des élèves diminue
Temps de lecture en baisse chez les jeunes
Tous droits réservés : le combat d'un luthier
WhatsApp rassemble les voisins
Una newsletter para pastores
Cómo nació la newsletter
El boletín del pueblo cumple cien años
El boletín de notas desaparece
Una bomba en tu correo
Lo que llega en tu correo
Todos los derechos reservados: la lucha de una cantante
WhatsApp une a los vecinos
Una newsletter per i pastori
Come è nata la newsletter
Una bomba nella tua casella
Un serpente nella tua casella di posta
Tutti i diritti riservati: la lotta di un liutaio
Riproduzione riservata alle api regine
WhatsApp unisce i vicini
Uma newsletter para pastores
Como nasceu a newsletter
Uma bomba no seu e-mail
Todos os direitos reservados: a luta de uma cantora
Een newsletter voor herders
Hoe de nieuwsbrief begon
De nieuwsbrief van de burgemeester
Nieuwsbrief van dorp wint prijs
Alle rechten voorbehouden: strijd om een lied
Nyhetsbrevet som räddade byn
Byns nyhetsbrev vinner pris
Hur nyhetsbrevet började
Bygdas nyhetsbrev vinner pris
Nyhetsbrevet fra fengselet
Biuletyn wsi ma sto lat
Biuletyn o pogodzie pisze rolnik
Newsletter dla pasterzy
Wszelkie prawa zastrzeżone: spór o pieśń
Что приходит на вашу почту
Бомба на вашу почту
Все права защищены: спор о песне
Telegram заменил соседям площадь
Bülten okuyan köy
Köy bülteni ödül aldı
Tüm hakkı saklıdır denilen türkü
WhatsApp komşuları birleştirdi
Bản tin của làng đoạt giải
Bản tin đầu tiên
Hírlevél a pásztoroknak
Ενημερωτικό δελτίο χωριού βραβεύεται
النشرة الجوية تحذر من السيول
النشرة التي أنقذت القرية
الحقوق محفوظة للنساء في النادي الجديد
خبرنامه روستا جایزه گرفت
ניוזלטר של הכפר זכה בפרס
무단 전재 논란에 휩싸인 시인
무단전재로 고소당한 시인
無断転載で作家が提訴
無断使用された町の歌
残り10字で途切れた手紙
版权归谁：一首民歌的争议
版权所有者起诉图书馆
未经授权的挖掘毁了古墓
未经许可捕鱼 三人被罚
版權歸屬引發爭議
未經許可捕魚三人被罰
Trở về quê sau ba mươi năm
Trở lại trường sau bão
Så arbetar polisen mot gängen
Så jobbar bönderna efter stormen
Slik jobber politiet mot gjengene
Sådan arbejder fiskerne om natten
Fehler gefunden: Statik der Brücke wird neu berechnet
Fehler melden lohnt sich nicht
Dalszy ciąg sporu o most
Heard on the bus: a town in three voices
Heard on the quay after the storm
Mehr zu Fuß: wie Wien geht
Mehr von allem: ein Dorf im Überfluss
More from less: how farmers save water
Découvrez la chaîne des Puys à pied
Participe da limpeza do canal
Recibe un premio el boletín del pueblo
Support for the newsletter grows
Like every newsletter, it began with a letter
Find the newsletter that saved a town
Contact with newsletter readers kept him alive
Copyright of the song belongs to nobody, court rules
Copyright in songs expires
Saken er over for fiskerne
Saken er mer enn et spill
Cet article date de 1881, rappelle un avocat
If you have a complaint about noise, call the mayor
Council launches daily newsletter
Mayor ends free newsletter
Podcasts Save the Radio
How Podcasts Saved the Radio
Wie ein Newsletter die Stadt verband
Gemeinde stellt Newsletter ein
Bürgermeister gründet Newsletter
Le village lance sa newsletter
El pueblo estrena newsletter
Il paese lancia una newsletter
Dorp begint nieuwsbrief
Kommunen slutar med nyhetsbrev
Gmina wydaje biuletyn
Belediye bülten çıkarıyor
The WhatsApp mayor
A telegram for the king
App Store of the poor
Google News and the death of a village paper
下载app的老人
Vì sao bản tin thời tiết sai
Boletín meteorológico anuncia lluvias
El boletín oficial publica la ley
Der Wetterdienst im Newsletter
Daily newsletter helps lonely farmers
A free newsletter for every household
Get this story straight, the judge says
Email this story to nobody, the spy wrote
This audio is produced by whales
Scroll for luck: a museum shows papyrus
We want our comments to be heard, pupils say
Click here to kill
Story continues after dark on the quay
Kommentarfunktion der Stadt abgeschaltet
Gefällt mir: ein Dorf lacht
Like: how a word conquered English
Best viewed at night: the comet returns
Lesezeit im Gefängnis
Leestijd daalt bij jongeren
Tempo di lettura nelle scuole
Okuma süresi azaldı
会員限定の湯に行列
You can now listen to whales at home
Het verhaal gaat verder na de oorlog
Saken fortsetter i lagmannsretten
Text pokračuje v divadle
Продолжение после войны
Продолжение под дождём
Sigue tras las rejas el alcalde
Continúa tras el robo
Continua após a chuva
Continua dopo la pioggia
コメントを避けた市長
コメントは控える、市長
This page is older than the printing press
Lesen Sie alle Bücher, sagt die Lehrerin
Generado por IA: el retrato que engañó a todos
Généré par IA : le portrait qui trompait tout le monde
Text written by AI wins a prize
Text von KI gewinnt einen Preis
Tekst gemaakt door AI wint een prijs
Signaler une erreur médicale reste difficile
Découvrez comment Facebook nous écoute
Recibe multa por vender en Facebook
Подписка на Telegram подорожает
Takip edilen TikTok fenomeni tutuklandı
Theo dõi trẻ qua TikTok
Siga o dinheiro do Telegram
Receba o vizinho com Instagram
Entre no mar com o canal aberto
Participe en TikTok y gane una vaca
By registering ghosts, the town agrees to receive tourists
By signing up for war he agreed to receive nothing
Bereits registriert? Streit um Wolf
Déjà un compte ? La banque répond
Hai già un account? La truffa
Nuestro compromiso es informar, dijo el alcalde
""".strip().splitlines()


@pytest.mark.parametrize("line", LINES)
def test_a_line_with_a_word_of_boilerplate_is_headline_sub_heading_or_sentence_as_it_stands(line: str) -> None:
    for above in ((), ("Share",)):  # which shows a copied page
        assert said("\n\n".join([*above, line, *HEAD, *STORY])).headline == line
        story = said("\n\n".join([*above, HEADLINE, *HEAD, STORY[0], line, f"{line}, he said, and left.", STORY[1]]))
        assert story.paragraphs == (STORY[0], line, f"{line}, he said, and left.", STORY[1])


# Each of them was once taken for a byline, a source, a photo's credit or a newspaper's name.
LABELLED = """
By Royal Appointment
BY THE RIVER A VILLAGE WAITS
LONDON (Reuters) – a history of a wire
Photo by moonlight
Von Mensch zu Mensch
Von Redaktion zu Redaktion
Le Monde d'hier
Por Ana
Redacción ocupada
NTB kutter
صورة: حكاية كذبة
المصدر: قرية بلا ماء
الكاتب: مهنة تموت
كتب ممنوعة
كتب: حياة بين الورق
الجزيرة الخضراء
كتبت: حكاية امرأة
نویسنده: سرباز گمنام
מאת האלוהים
फोटो: एक झूठ
लेखक: गुमनाम सिपाही
撮影: 禁じられた山
写真：消えた町
文：言葉が死ぬ
作家：消えた職業
出典：水のない村
記者会見中止
记者被打
记者：一个危险的职业
记者站关门
作者：无名战士
文：一个字的历史
来源：没有水的村庄
图：一座桥
摄影：一门将死的手艺
記者節取消
作者：無名戰士
來源：沒有水的村莊
사진: 거짓말의 역사
글: 말이 죽는다
출처: 물 없는 마을
연합뉴스 파업
By The Numbers
By Popular Demand
By Land and Sea
By Any Other Name
By Jeeves
By Grand Central Station I Sat Down and Wept
Image: everything
Associated Press moves
Fox News settles
Von Frau zu Frau
Von Tür zu Tür
Von Gott und der Welt
Von Berlin, von Wien, von Zürich
Von Goethe
Von Trapp
Von Stalingrad
Von Sinnen
Von Kunst und Köln
Von Mäusen und Menschen
Quelle: Internet
Par Dieu
Par Toulouse
Por Cuba
Por Dios
Por Ella
Di Roma
Di Caprio
Por Deus
Por Portugal
Door Brussel
Door God
Door Rusland
Av Gud
Av Norge
Foto: sanning
Text: Kristina
Af Gud
Tekst: Hjertet
Foto: sandhed
Фото: правда
Текст: Москва
Автор: Бог
Источник: Байкал
Джерело: Дніпро
Haber: İstanbul
Kaynak: Tanrı
Yazan: Kader
Oleh Jakarta
Πηγή: Θεός
المصدر: الله
记者手记
记者调查
记者直击
记者观察
本报记者节特刊
文：孔子
記者手記
글: 침묵
출처: 하늘
BBC and Reuters
Radio Silence
Radio Days
The Evening Star
The Morning Post
Village Voice
The Last Post
Last Post
Lonely Planet Today
The People's Tribune
The Silent Witness Herald
조선일보
서울신문
NPR Loses Funding
Radio Free Leeds
Radio Tower Falls
Old Globe
The Globe
Brave New World Today
Rising Sun
The Rising Sun
Black Mirror
Winter Sun
Midnight Express
Orient Express
Polar Express
Pony Express
False Dawn Chronicle
Royal Mail
Hate Mail
Night Mail
Hard Times
Modern Times
End Times
Old Times
Roman Times
Monday Morning
Bright Star
Lone Star
Film Star
Long Voice
Human Voice
Last Record
New World Record
Criminal Record
First Reporter
War Reporter
Court Reporter
Mother Courier
Peace Monitor
Baby Monitor
Heart Monitor
Prison Journal
Travel Journal
Golden Globe
Great News
Big Tribune
Kein Tageblatt
Diario de Ana Frank
Diario de Yucatán
Diario di Anna
Gazeta do Povo
Journal de Bridget Jones
Journal du Nord
Correo de Brujas
Folha de Outono
Tribune de Genève
Добрый Вестник
Морские Ведомости
""".strip().splitlines()


@pytest.mark.parametrize("line", LABELLED)
def test_a_line_that_begins_like_a_byline_source_or_credit_is_headline_or_sub_heading(line: str) -> None:
    for above in ((), ("Share",)):
        for head in (HEAD, HEAD[1:], ()):
            story = said("\n\n".join([*above, line, *head, *STORY]))
            assert story.headline == line
            assert (story.paragraphs, story.source, story.photos) == (STORY, None, ())
            assert story.byline == ("Ana Ruiz" if head == HEAD else None)
            assert story.published_printed == (HEAD[1] if head else None)
        story = said("\n\n".join([*above, HEADLINE, *HEAD, STORY[0], line, f"{line}, he said, and left.", STORY[1]]))
        assert story.paragraphs == (STORY[0], line, f"{line}, he said, and left.", STORY[1])


# Names in capitals, a dash, and words in small letters, which continue them.
WITH_DASH = """
LONDON CALLING – a punk at 70
PARIS — the city of rats
ROME - open city again
MOSCOW RULES – how spies live
WAR AND PEACE — the long film
LED ZEPPELIN – the last tour
COVID – five years on
AIDS - the forgotten plague
BERLIN – eine Stadt räumt auf
MARSEILLE - la ville qui bout
BOGOTÁ – la ciudad que sube
ROMA - città aperta
STOCKHOLM – en stad vaknar
WARSZAWA – miasto w ruinie
МОСКВА – город пробок
İSTANBUL – bir kent uyanıyor
HÀ NỘI – mùa hoa sữa
""".strip().splitlines()


@pytest.mark.parametrize("line", WITH_DASH)
def test_capitals_that_a_sentence_continues_in_small_letters_are_no_dateline(line: str) -> None:
    first = f"{line}, he said, and left."
    story = said("\n\n".join([HEADLINE, *HEAD, first, *STORY]))
    assert (story.paragraphs, story.dateline) == ((first, *STORY), None)
