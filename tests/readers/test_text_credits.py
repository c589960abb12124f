"""Captions and credits in plain text. Each table row is an article's worth of the rule."""

from __future__ import annotations

import pytest

from tests.readers.made import BODY, article, differences, said, unaccounted

# 7. Captions and credits: caption, credit, credit as written, code of the damage

CREDITS: list[tuple[str, str | None, str | None, str]] = [
    ("A view. [Photo/Xinhua]", "A view.", "Xinhua", ""),
    ("A view. [Photo/Xinhua].", "A view.", "Xinhua", ""),
    ("A view [Photo/WeChat account of SCODA]", "A view", "WeChat account of SCODA", ""),
    ("A view [Photo/WeChat account: sdta12301]", "A view", "WeChat account: sdta12301", ""),
    ("A view [Photo by Li (Leo) Lei]", "A view", "Li (Leo) Lei", ""),
    ("A view [Photo by Zou Hong/China Daily]", "A view", "Zou Hong/China Daily", ""),
    ("A view [Photo by Yuan for chinadaily.com.cn]", "A view", "Yuan for chinadaily.com.cn", ""),
    ("A view [Photo provided to NETDA]", "A view", "provided to NETDA", ""),
    ("A view (left [front]). (Photo: Liu Zhen / China News Service)", "A view (left [front]).",
     "Liu Zhen / China News Service", ""),
    ("A view. (Photo by Li Lei/Xinhua)", "A view.", "Li Lei/Xinhua", ""),
    ("A view. (Photo courtesy of Ana Ruiz)", "A view.", "courtesy of Ana Ruiz", ""),
    ("A view. (Courtesy photo)", "A view.", "Courtesy photo", ""),
    ("A view. (Xinhua/Li Zimu)", "A view.", "Xinhua/Li Zimu", ""),
    ("A view. (AP Photo/Noel Berg, File)", "A view.", "AP Photo/Noel Berg, File", ""),
    ("A view. (AP Photo / Andy Wong)", "A view.", "AP Photo / Andy Wong", ""),
    ("A view. (California Highway Patrol via AP)", "A view.", "California Highway Patrol via AP", ""),
    ("A view. (Jay Janner/Austin American-Statesman via AP, File)", "A view.",
     "Jay Janner/Austin American-Statesman via AP, File", ""),
    ("A view. [Reuters]", "A view.", "Reuters", ""),
    ("A view. (STR / AFP / Getty Images)", "A view.", "STR / AFP / Getty Images", ""),
    ("Photo taken on Sept 1 shows a view. (Xinhua)", "Photo taken on Sept 1 shows a view.", "Xinhua", ""),
    ("Ana Ruiz (L) greets Bob. (Xinhua)", "Ana Ruiz (L) greets Bob.", "Xinhua", ""),
    ("FILE - A view. (AP)", "FILE - A view.", "AP", ""),
    ("A view. REUTERS/Jason Lee", "A view.", "REUTERS/Jason Lee", ""),
    ("A view. - NSTP/AZHAR RAMLI", "A view.", "NSTP/AZHAR RAMLI", ""),
    ("A view. [ MARTHA RHODES | Times ]", "A view.", "MARTHA RHODES | Times", ""),
    ("A view. REUTERS/Ian Walton/File Photo", "A view.", "REUTERS/Ian Walton/File Photo", ""),
    ("A view. Photograph: Carla Jones/Reuters", "A view.", "Carla Jones/Reuters", ""),
    ("A view. Photo: Will Wilcox.", "A view.", "Will Wilcox", ""),
    ("A view. Photo by J. R. Smith.", "A view.", "J. R. Smith", ""),
    ("A view. Image: Jane Roe.", "A view.", "Jane Roe", ""),
    ("A view. Image by the author, used with permission.", "A view.", "the author, used with permission", ""),
    ("A view. Photo by Omar Diaz on Flickr (CC BY 2.0).", "A view.", "Omar Diaz on Flickr (CC BY 2.0)", ""),
    ("The harbour at dawn\nPhoto by Wang Ziqin", "The harbour at dawn", "Wang Ziqin", ""),
    ("A view. — Picture by Hari Nair", "A view.", "Hari Nair", ""),
    ("A view. — Photo by Hari Nair", "A view.", "Hari Nair", ""),
    ("A view. — Photo: Hari Nair", "A view.", "Hari Nair", ""),
    ("A view. — Reuters pic", "A view.", "Reuters", ""),
    ("Die Fähre. Foto: Jan Holm/dpa", "Die Fähre.", "Jan Holm/dpa", ""),
    ("Die Fähre. © Jan Holm/dpa", "Die Fähre.", "Jan Holm/dpa", ""),
    ("Die Fähre. (Foto: © Jan Holm, dpa)", "Die Fähre.", "Jan Holm, dpa", ""),
    ("A ferry of around 1873 Public domain via Wikimedia Commons", "A ferry of around 1873",
     "Public domain via Wikimedia Commons", ""),
    ("Prom stał. Źródło zdjęć: © PAP | Adam Lis", "Prom stał.", "PAP | Adam Lis", ""),
    ("부두에 놓인 피아노. 바다 연구소 제공", "부두에 놓인 피아노.", "바다 연구소 제공", ""),
    ("Die Fähre. | dpa", "Die Fähre.", "dpa", ""),
    ("Le bac. (Photo : Paul Durand / AFP)", "Le bac.", "Paul Durand / AFP", ""),
    ("Le bac. PAUL DURAND / AFP", "Le bac.", "PAUL DURAND / AFP", ""),
    ("El mercado. EFE/Juan Lobo", "El mercado.", "EFE/Juan Lobo", ""),
    ("El mercado. JUAN LOBO (EFE)", "El mercado.", "JUAN LOBO (EFE)", ""),
    ("O forno. — Foto: Reprodução/TV Serrana", "O forno.", "Reprodução/TV Serrana", ""),
    ("Dzwon. Fot. Adam Lis / PAP", "Dzwon.", "Adam Lis / PAP", ""),
    ("Причал. Фото: Анна Белова / ТАСС", "Причал.", "Анна Белова / ТАСС", ""),
    ("Cầu treo. Ảnh: Minh Hà", "Cầu treo.", "Minh Hà", ""),
    ("Çınar. Fotoğraf: Mert Yalın / DHA", "Çınar.", "Mert Yalın / DHA", ""),
    ("등대 앞 공연장. [사진=흰섬군]", "등대 앞 공연장.", "흰섬군", ""),
    ("吊り橋＝2023年9月5日、港町市、田中舞撮影", "吊り橋＝2023年9月5日、港町市、", "田中舞撮影", ""),
    ("A kite in Tarvik. Photo / Ana Ruiz", "A kite in Tarvik.", "Ana Ruiz", ""),
    ("A kite in Tarvik. ST PHOTO: ANA RUIZ", "A kite in Tarvik.", "ANA RUIZ", ""),
    ("A kite in Tarvik. Foto: Ana Ruiz. EL TIEMPO", "A kite in Tarvik.", "Ana Ruiz. EL TIEMPO", ""),
    ("A kite in Tarvik. /Anna Kowal /RMF FM", "A kite in Tarvik.", "Anna Kowal /RMF FM", ""),
    ("吊り橋。（田中舞撮影）", "吊り橋。", "田中舞撮影", ""),
    ("بائع يعرض السمك في السوق (رويترز)", "بائع يعرض السمك في السوق", "رويترز", ""),
    ("The bell.Credit...Mira Sand for The New York Times", "The bell.", "Mira Sand for The New York Times", ""),
    ("The ring. (Source: WKLM)", "The ring.", "WKLM", ""),
    ("The fence. (ABC Coorabel: Tegan Marsh)", "The fence.", "ABC Coorabel: Tegan Marsh", ""),
    ("果农采摘苹果。新华社记者 赵芳 摄", "果农采摘苹果。", "新华社记者 赵芳 摄", ""),
    ("果农采摘苹果。（新华社记者 赵芳 摄）", "果农采摘苹果。", "新华社记者 赵芳 摄", ""),
    ("果农采摘苹果。（撮影・田中）", "果农采摘苹果。", "田中", ""),
    ("果农采摘苹果。【Photo/新华社】", "果农采摘苹果。", "新华社", ""),
    ("The bell at dawn Photo by Ana Ruiz", "The bell at dawn", "Ana Ruiz", ""),
    ("The bell in the town hall.ANA RUIZ", "The bell in the town hall.", "ANA RUIZ", ""),
    ("The bell in the town hall./TFM", "The bell in the town hall.", "TFM", ""),
    ("Die Fähre am Kai. Foto: Jan Holm / dpa", "Die Fähre am Kai.", "Jan Holm / dpa", ""),
    ("Le bac. Crédit photo : Paul Durand / AFP", "Le bac.", "Paul Durand / AFP", ""),
    ("La campana (foto Anna Rossi)", "La campana", "Anna Rossi", ""),
    ("The bell at dawn. (Harbour Photo by Ana Ruiz)", "The bell at dawn.", "Ana Ruiz", ""),
    ("The hall on Tuesday.Carlow Fire Dept. via AP", "The hall on Tuesday.", "Carlow Fire Dept. via AP", ""),
    ("등대가 도서관으로 바뀌었다. /흰섬군", "등대가 도서관으로 바뀌었다.", "흰섬군", ""),
    ("The goal. (HARBOUR.com/ANA RUIZ)", "The goal.", "HARBOUR.com/ANA RUIZ", ""),
    ("枯水后露出的青石台阶。 受访者供图", "枯水后露出的青石台阶。", "受访者供图", ""),
    ("老人讲述往事。 滨海新闻记者 陈明 图", "老人讲述往事。", "滨海新闻记者 陈明 图", ""),
    ("The fence along the quay. PHOTO/MAX HOLM", "The fence along the quay.", "MAX HOLM", ""),
    ("The fence along the quay. Photo/Max Holm/Daily Post", "The fence along the quay.", "Max Holm/Daily Post", ""),
    ("The fence along the quay.\nFOTO/REUTERS", "The fence along the quay.", "REUTERS", ""),
    ("Забор у причала. Фото/Анна Руис", "Забор у причала.", "Анна Руис", ""),
    ("The fence along the quay\nCopyright: Max Holm", "The fence along the quay", "Max Holm", ""),
    ("Le bac à quai. Photo Le DL/Paul Durand", "Le bac à quai.", "Le DL/Paul Durand", ""),
    ("Le bac le long du quai. Photo DL/Paul Durand", "Le bac le long du quai.", "DL/Paul Durand", ""),
    ("A view. [Photo/]", "A view.", None, "credit-cut"),
    ("A view. [Photo provided to]", "A view.", None, "credit-cut"),
    ("A view. [Photo provided to ].", "A view.", None, "credit-cut"),
    ("A view. [Photo by]", "A view.", None, "credit-cut"),
    ("A view. [Photo/WeChat account of ]", "A view.", None, "credit-cut"),
    ("A view. [Photo/WeChat account: ]", "A view.", None, "credit-cut"),
    ("A view. (Photo: )", "A view.", None, "credit-cut"),
    ("A view. (Photo courtesy of)", "A view.", None, "credit-cut"),
    ("A view. [Photo by Zou Heng/]", "A view.", "Zou Heng", "credit-cut"),
    ("A view. [Photo by Zou Heng/ ]", "A view.", "Zou Heng", "credit-cut"),
    ("A view. [Photo by Yuan Chengsong for ]", "A view.", "Yuan Chengsong", "credit-cut"),
    ("A view. (Xinhua/)", "A view.", "Xinhua", "credit-cut"),
    ("A view. (AP Photo/)", "A view.", "AP Photo", "credit-cut"),
    ("A view. REUTERS/", "A view.", "REUTERS", "credit-cut"),
    ("A view. Photo by", "A view.", None, "credit-cut"),
    ("A view. Photograph:", "A view.", None, "credit-cut"),
    ("A view. — Picture by", "A view.", None, "credit-cut"),
    ("A view of the hall, [Photo/X]", "A view of the hall,", "X", "caption-cut"),
    ("A view of the... [Photo/X]", "A view of the...", "X", "caption-cut"),
    ("A view of the… (Xinhua/Li)", "A view of the…", "Xinhua/Li", "caption-cut"),
    ("[Photo/Harbour office]", None, "Harbour office", "caption-missing"),
    ("REUTERS/Jason Lee", None, "REUTERS/Jason Lee", "caption-missing"),
]  # fmt: skip


def test_an_arrow_before_a_caption_is_none_of_it() -> None:
    story = said(article("2023-09-06", BODY[0], "▲ Die Fähre. (Foto: Jan Holm)", BODY[1], body=()))
    assert [photo.caption for photo in story.photos] == ["Die Fähre."]
    assert unaccounted(story) == []


@pytest.mark.parametrize(("block", "caption", "credit", "code"), CREDITS)
def test_a_block_that_ends_with_a_credit_is_a_caption(
    block: str, caption: str | None, credit: str | None, code: str
) -> None:
    text = article("2023-09-06", BODY[0], block, BODY[1], body=())
    story = said(text)
    (photo,) = story.photos
    assert (photo.caption, photo.credit, photo.position, photo.kind) == (caption, credit, 1, "photo")
    assert " ".join(filter(None, [photo.caption, photo.credit_raw])).replace(" ", "") == "".join(block.split())
    assert (list(story.paragraphs), story.warnings) == (list(BODY), [code] if code else [])
    assert unaccounted(story) == []


@pytest.mark.parametrize(
    "block",
    [
        "وقال رئيس البلدية إن الأسعار لن ترتفع (رويترز)", "Home | News | Sport",
        "He sells prints. Photo/frame sets cost six crowns.", "The fair has two halls. Photo/Video Gear",
        "They came twice. (Xinhua)", "They came twice (AFP).", "A most usefull [sic]",
        "It rose. [The figures are rough.]",
        "[Photo captions] are read most.", "The words [Photo not found] remain.", "A view [Photo/VCG] of the town.",
        "A view. [Photo]", "It grew. Photo by photo, the archive was rebuilt.", "He says: \"Photo by Ana Ruiz.\"",
        "He read the line Photo by Ana", "They left. [emphasis added]", "See Photo/Xinhua for more", "他喜欢在街头拍摄",
        "A view. [Photo by Li Lei/China Daily", "(Reporting by Nora Whitfield; Editing by Hugh Marsden)",
        "Associated Press writer Olaf Prins contributed to this report.", "The rest (and/or more) is known. [Agencies]",
    ],
)  # fmt: skip
def test_brackets_elsewhere_are_text(block: str) -> None:
    story = said(article("2023-09-06", BODY[0], block, BODY[1], body=()))
    assert differences(story, published="2023-09-06", paragraphs=[BODY[0], block, BODY[1]]) == {}


def test_words_around_a_credit_are_boilerplate() -> None:
    story = said(article("[1/2] A mine. REUTERS/Mona Creel Purchase Licensing Rights, opens new tab"))
    (photo,) = story.photos
    assert (photo.caption, photo.credit) == ("A mine.", "REUTERS/Mona Creel")
    assert story.boilerplate == ("[1/2]", "Purchase Licensing Rights, opens new tab")
    assert unaccounted(story) == []


def test_a_line_above_hide_caption_is_a_credit_and_a_caption_printed_twice_is_one_photo() -> None:
    caption = "A crane lifts the bell.\nMira Sand/WKLM\nhide caption\n\ntoggle caption\nMira Sand/WKLM"
    for text in (caption, "A crane lifts the bell. [Photo/WKLM]\n\nA crane lifts the bell. [Photo/WKLM]"):
        story = said(article(text))
        assert [photo.caption for photo in story.photos] == ["A crane lifts the bell."]
        assert (story.paragraphs, unaccounted(story)) == (BODY, [])


@pytest.mark.parametrize(
    ("end", "credit"),
    [
        ("[Photo provided to", None), ("[Photo by Li Lei", "Li Lei"), ("[Photo by Li Lei.", "Li Lei"), ("[Photo", None),
        ("(Xinhua/Li Zi", "Xinhua/Li Zi"), ("(AP Photo/", "AP Photo"),
        ("[Photo/WeChat account of SCO", "WeChat account of SCO"),
        ("[Xinhua", "Xinhua"), ("(Photo: ", None), ("[Photo by Li (L)", "Li (L)"), ("[Photo by " + "x" * 51, "x" * 51),
    ],
)  # fmt: skip
def test_the_last_block_may_leave_its_credit_open(end: str, credit: str | None) -> None:
    story = said(article("2023-09-06", *BODY, f"A view. {end}", body=()).rstrip("\n"))
    (photo,) = story.photos
    assert (photo.caption, photo.credit, photo.credit_raw) == ("A view.", credit, end.strip())
    assert story.warnings == ["credit-cut"]


@pytest.mark.parametrize("end", ["[Photo by " + "x" * 52, "[note", "(and more", "(Xinhua"])
def test_an_open_bracket_that_is_no_credit_or_too_long_is_text(end: str) -> None:
    assert said(article(*BODY, f"A view. {end}", body=())).paragraphs[-1] == f"A view. {end}"


@pytest.mark.parametrize("credit", ["[Video provided to CGTN]", "[Video/CGTN]", "(Video: CGTN)", "[Video by CGTN]"])
def test_a_credit_that_begins_with_video_is_a_video(credit: str) -> None:
    (photo,) = said(article(f"A view. {credit}")).photos
    assert (photo.kind, photo.credit_raw) == ("video", credit)


@pytest.mark.parametrize(
    ("block", "caption", "credit"),
    [
        ("Image source, Getty Images\nImage caption,\nParents can sleep\nin the wing", "Parents can sleep in the wing",
         "Getty Images"),
        ("Image source, Wexcombe Trust\nImage caption, The colours", "The colours", "Wexcombe Trust"),
        ("Image caption, The colours\nImage source, Getty", "The colours", "Getty"),
        ("Image source, Getty\n\nImage caption, The colours", "The colours", "Getty"),
        ("Image caption, The colours", "The colours", None),
        ("Image source, Getty", None, "Getty"),
    ],
)  # fmt: skip
def test_label_lines_make_one_photo(block: str, caption: str | None, credit: str | None) -> None:
    story = said(article("2023-09-06", BODY[0], block, BODY[1], body=()))
    assert [(photo.caption, photo.credit, photo.position) for photo in story.photos] == [(caption, credit, 1)]
    assert story.warnings == ([] if caption else ["caption-missing"])
    assert unaccounted(story) == []


@pytest.mark.parametrize(
    ("block", "captions"),
    [
        ("One. [Photo/A]\nTwo. [Photo/B].\nThree. (Xinhua/C)", ["One.", "Two.", "Three."]),
        ("One of\ntwo. [Photo/A]\nTwo [sic]\nof two. Photo by Ann Ott", ["One of two.", "Two [sic] of two."]),
    ],
)
def test_captions_on_neighbouring_lines_are_photos_each(block: str, captions: list[str]) -> None:
    for body in (("", block, *BODY), (BODY[0], block, BODY[1])):
        story = said(article("2023-09-06", *body, body=()))
        assert [photo.caption for photo in story.photos] == captions
        assert (story.paragraphs, unaccounted(story)) == (BODY, [])


def test_photos_keep_their_order_and_positions() -> None:
    story = said(
        article(
            "One. [Photo/A]", "Two.\nwrapped (Xinhua/B)", BODY[0], "Three. [Photo/C]", BODY[1], "[Photo/D]", body=()
        )
    )
    assert [(photo.credit, photo.position) for photo in story.photos] == [("A", 0), ("Xinhua/B", 0), ("C", 1), ("D", 2)]


def test_a_name_of_four_words_above_its_date_is_a_byline_and_no_caption() -> None:
    story = said(article("Nguyễn Thị Sao Mai\n15/01/2025 06:30 (GMT+07:00)", *BODY, body=()))
    assert (story.photos, story.byline) == ((), "Nguyễn Thị Sao Mai")
    assert story.published == "2025-01-15T06:30+07:00"
