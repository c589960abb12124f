"""Lines of newspapers' pages that are no part of a story, wherever they stand between its lines."""

from __future__ import annotations

import pytest

from articles.ingest.readers.text import read
from tests.readers.test_text_press_credits import FORMS, copied_page

BOILERPLATE: dict[str, str] = {
    "en": """
Stay informed with The Namibian – your source for credible journalism. Subscribe Now!
Subscribe to our daily newsletter
Sign up for our morning newsletter and get the news in your inbox.
Get the latest news delivered to your inbox every morning.
Follow us on Facebook, Twitter and Instagram.
Join our WhatsApp channel for breaking news
Click here to join our Telegram channel
Have a story? Email newsdesk@example.com
Got a tip? Contact us at tips@example.com.
Do you have a news tip? Call our newsroom on 555 0100.
If you enjoyed this article, please consider supporting us.
Support independent journalism. Donate today.
Your support helps us keep the lights on.
Already a subscriber? Log in
Continue reading with a subscription
This article is for subscribers only.
You have 3 free articles remaining this month.
Copyright 2023 The Marlow Sun. All rights reserved.
© 2023 Marlow Media Ltd
This material may not be published, broadcast, rewritten or redistributed.
This story was originally published September 6, 2023, 10:30 AM.
Read more: Council votes to close the swimming pool
READ NEXT: Why the bridge was closed
ALSO READ: Two arrested after robbery in Marlow
Related: Ferry strike enters second week
Recommended for you
More from this section
More on this story
Most read
Trending now
You may also like
Sponsored content
Advertisement
ADVERTISEMENT - SCROLL TO CONTINUE
Article continues below advertisement
Story continues below
Skip advertisement
Loading...
Show comments
Leave a comment
Be the first to comment
Comments are closed.
0 Comments
View comments (12)
Share this article
Share on Facebook
Copy link
Print this page
Listen to this article
4 min listen
Download the app
Download our app for the latest updates.
Report a correction or typo
Report an error
Learn more about our editorial policy
Our journalists follow the code of ethics of the Press Council.
Back to top
Next article
Previous post
Load more
See all stories
Watch: Rescue boats on the main street
WATCH | Rescue boats on the main street
About the author
Dana Whitcomb covers local government. Reach her at dana@example.com.
Follow Dana Whitcomb on Twitter: @danawhit
Email: dana@example.com
The views expressed are those of the author.
Editor's picks
Popular stories
Add us as a preferred source on Google
Follow The Sun on Google News
Buy a print of this photo
Powered by WordPress
Enable notifications
Please enable JavaScript to view the comments.
We use cookies to improve your experience.
""",
    "de": """
Jetzt Newsletter abonnieren
Melden Sie sich hier für unseren Newsletter an.
Folgen Sie uns auf Facebook und Instagram.
Lesen Sie auch: Brücke bleibt gesperrt
Mehr zum Thema
Das könnte Sie auch interessieren
Auch interessant
Anzeige
Weiterlesen nach der Anzeige
Artikel teilen
Artikel drucken
Zur Startseite
Kommentare
Kommentar schreiben
Jetzt kommentieren
© Marlheimer Zeitung
Alle Rechte vorbehalten.
Sie haben einen Fehler gefunden? Schreiben Sie uns.
Bereits Abonnent? Hier anmelden
Jetzt weiterlesen mit F+
© dpa-infocom, dpa:230906-99-87654/3
Empfohlener redaktioneller Inhalt
Externen Inhalt erlauben
Newsletter
Zum Thema
Aus dem Archiv
Artikel vorlesen
Meistgelesen
""",
    "fr": """
Inscrivez-vous à notre newsletter
Recevez chaque matin l’essentiel de l’actualité.
Suivez-nous sur Facebook
À lire aussi : Le pont reste fermé
Lire aussi Le pont reste fermé
À lire également
Sur le même sujet
Publicité
La suite après cette publicité
Article réservé aux abonnés
Il vous reste 70% de cet article à lire.
Partager cet article
Ajouter à vos favoris
Commenter
Réagir à cet article
Écouter l’article
Temps de lecture : 3 min
Tous droits réservés
Voir les commentaires
Les plus lus
Contribuer
Signaler une erreur
Offrir cet article
""",
    "es": """
Suscríbete a nuestro boletín
Síguenos en Facebook
Lea también: El puente sigue cerrado
Te puede interesar: El puente sigue cerrado
Te recomendamos
Publicidad
Sigue leyendo
Más información
Noticias relacionadas
Compartir
Compartir en Facebook
Archivado en
Comentarios
Únete a nuestro canal de WhatsApp
Recibe las noticias en tu correo
Ver comentarios
Lo más leído
Todos los derechos reservados.
Inicia sesión para seguir leyendo
Haz clic aquí para leer más
""",
    "pt": """
Leia também: Ponte continua fechada
Leia mais
Assine a nossa newsletter
Siga-nos no Instagram
Veja também
Publicidade
Continua após a publicidade
Compartilhe
Participe do canal no WhatsApp
Comentários
Mais lidas
Todos os direitos reservados
Receba as notícias no seu e-mail
Saiba mais
Clique aqui para ler mais
""",
    "it": """
Leggi anche: Il ponte resta chiuso
Iscriviti alla newsletter
Seguici su Facebook
Condividi
Riproduzione riservata
© RIPRODUZIONE RISERVATA
Pubblicità
Continua a leggere
Potrebbe interessarti anche
Articoli correlati
I più letti
Commenti
Ultime notizie
""",
    "nl": """
Lees ook: Brug blijft dicht
Lees ook
Schrijf je in voor onze nieuwsbrief
Volg ons op Facebook
Deel dit artikel
Advertentie
Reacties
Meest gelezen
Tip de redactie
Fout gezien? Mail ons
""",
    "pl": """
Czytaj także: Most nadal zamknięty
Zobacz też: Most nadal zamknięty
Czytaj więcej
Zapisz się na newsletter
Polub nas na Facebooku
Udostępnij
Komentarze
Reklama
Dalsza część artykułu pod reklamą
Najczęściej czytane
Przeczytaj też
""",
    "sv": """
Läs också: Bron förblir stängd
Läs mer: Bron förblir stängd
Följ oss på Facebook
Dela artikeln
Annons
Artikeln fortsätter efter annonsen
Mest läst
Kommentarer
""",
    "ru": """
Читайте также: Мост останется закрытым
Подписывайтесь на наш Telegram-канал
Подписаться
Поделиться
Реклама
Комментарии
Самое читаемое
Нашли ошибку? Выделите текст и нажмите Ctrl+Enter
Материалы по теме
Ещё по теме
Читать далее
Все права защищены.
""",
    "tr": """
Bunlar da ilginizi çekebilir
İlgili haberler
Haberin devamı
Paylaş
Yorumlar
Reklam
Bizi takip edin
Abone ol
Son dakika haberleri
""",
    "ja": """
関連記事
あわせて読みたい
この記事は有料記事です。
残り1,234文字
続きを読む
シェア
ツイート
無断転載を禁じます
有料会員限定
会員登録して続きを読む
トップページへ戻る
おすすめ記事
PR
【関連記事】橋は閉鎖のまま
ランキング
""",
    "zh": """
相关阅读
相关新闻
分享到微信
责任编辑：王芳
（责编：王芳）
版权声明
未经授权不得转载
点击进入专题
下载客户端
扫一扫
返回顶部
上一篇：大桥继续封闭
下一篇：大桥继续封闭
举报
""",
    "zht": """
延伸閱讀
相關新聞
看更多
加入LINE好友
訂閱電子報
版權所有 不得轉載
更多新聞
點我看更多
熱門新聞
分享
""",
    "ko": """
관련기사
무단전재 및 재배포 금지
저작권자 ⓒ 마을신문
구독하기
댓글
좋아요
기사제보
많이 본 뉴스
공유하기
카카오톡에서 제보
""",
    "ar": """
اقرأ أيضا: الجسر يبقى مغلقا
اقرأ المزيد
شارك
تابعونا على فيسبوك
الأكثر قراءة
مواضيع ذات صلة
جميع الحقوق محفوظة
اشترك في النشرة البريدية
إعلان
""",
    "id": """
Baca juga: Jembatan tetap ditutup
ADVERTISEMENT
Bagikan
Simak juga
Berita terkait
Terpopuler
SCROLL TO CONTINUE WITH CONTENT
[Gambas:Video 20detik]
""",
    "vi": """
Xem thêm
Tin liên quan
Chia sẻ
Bình luận
Đọc thêm: Cầu vẫn đóng
Mời quý độc giả xem thêm
""",
}


@pytest.mark.parametrize("language", BOILERPLATE)
def test_boilerplate_is_left_out_wherever_it_stands(language: str) -> None:
    headline, paragraph, *_ = FORMS[language]
    for line in BOILERPLATE[language].strip().splitlines():
        above, between = (line, headline, paragraph, paragraph), (headline, paragraph, line, paragraph)
        for blocks in (above, between, (headline, paragraph, paragraph, line)):
            story = read(copied_page(*blocks))
            assert (story.headline, story.paragraphs, story.photos) == (headline, (paragraph, paragraph), ()), line
