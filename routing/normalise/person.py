"""Given and family name of a person.

`nameparser` for names of European order behind guards: CJK and Hangul names (family name first, no
spaces), initials, all capitals, e-mail addresses, links, keyboard noise and markup. A name that
cannot be parted with certainty gives what is certain.
"""

import re
from dataclasses import dataclass

from nameparser import HumanName
from nameparser.config import CONSTANTS, Constants

from routing.normalise.aliases import Aliases
from routing.normalise.text import fold, has_override, is_suspicious, one_line, words

LONGEST = 120  # characters of a person's name

_NO_NAME = re.compile(
    r"@|://|www\.|[{}<>=;$|/\\^~%]|\d(?!(?:rd|nd|th)\b)|\.(?:com|org|net|io|de)\b", re.I
)
_SYMBOLS = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3\u2600-\u27bf*_#©®™]+")
_NICKNAME = re.compile(r"[(\[][^)\]]*[)\]]|(?<=\s)[\"“”„'‘][^\"“”'’]+[\"“”'’](?=\s)")
_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(\[][^()\[\]]{1,40}[)\]]")
_FRAME = " \t\"“”„'‘’,;:-–—./"
_HAN = re.compile("^[\u3400-\u9fff\uf900-\ufaff々]+$")
_HANGUL = re.compile("^[\uac00-\ud7a3]+$")
_KANA = re.compile("[\u3040-\u30ff]")
_EAST_ASIAN = re.compile("^[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3々ー・ ]+$")
_HONORIFIC = re.compile("(?:先生|女士|小姐|様|さん|氏|님|씨)$")
_CHINESE = frozenset(
    "王李張张刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢"
    "謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛"
    "叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱"
    "秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
)
_CHINESE_TWO = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "夏侯",
    "皇甫",
    "令狐",
    "司徒",
)
_JAPANESE = words("""
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口
    松本 井上 木村 斎藤 斉藤 清水 山崎 阿部 池田 橋本 山下 石川 中島 前田 藤田
    小川 後藤 岡田 長谷川 村上 近藤 石井 坂本 遠藤 青木 藤井 西村 福田 太田 三浦
    岡本 松田 中川 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 藤原
    高田 大野 丸山 今井 高木 安藤 武田 村田 上野 杉山 増田 菅原 平野 大塚 千葉
    久保 松井 小島 岩崎 桜井 野口 松尾 木下 菊地 佐野 酒井 工藤 横山 宮崎 宮本
    内田 谷口 柴田 高野 大西 新井 石原 永井 水野 小山 河野 田口
    """)
_KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차"
    "주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕"
)
_KOREAN_TWO = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문")
_TITLES = words("""
    herr herrn frau dr prof professor mag ing dipl di med phil rer nat hc h c mr mrs ms miss mx
    sir dame lord lady rev fr sr sra srta don dona senor senora señor señora mme mlle m monsieur
    madame mademoiselle maitre me sig signor signora sigra dott dottssa dottore avv geom rag ing
    heer mevrouw dhr mevr mw drs ir pan pani inz mgr bay bayan hr fru shri smt sri haji hadji
    capt captain col gen lt maj sgt cdr hon judge pastor father sister brother imam rabbi sheikh
    eng arch ds sa senhor senhora dra""")
_SUFFIXES = words("""
    jr sr ii iii iv v md phd mba cpa esq dds dvm rn jd llm llb msc ma ba bsc bs pe cfa pmp cissp
    obe mbe cbe kbe frcs facs dphil edd psyd pharmd do od dc rd lcsw cfp phr sphr ccie mcse csm
    bcom btech meng ing dipling""")
_PARTICLES = words("""
    van von vom zu zum zur de del della delle dei di da das do dos du des der den ten ter te la
    le el al bin ibn ben bint abu af av y e i op het 't st""")
_COMPANY_WORD = re.compile(r"\s[-–—|]\s|\b(?:inc|llc|ltd|gmbh|corp|corporation|company)\b\.?", re.I)
_JOINED_TITLE = re.compile(
    r"^(?:(?:dott\.ssa|prof\.ssa|univ\.-?\s?prof\.|mag\.\s?a|dr\.in|dipl\.-\w+\.|arch\.tto)\s+)+", re.I
)
_TEAM = re.compile(r"^(?:the )?(?:team|sales|marketing|support)\b|\b(?:team|dept|department)$", re.I)
_TWO_PEOPLE = re.compile(r"\s(?:&|\+|and|und|et)\s|\w{2}\.\w{2}", re.I)
_PATRONYMIC = re.compile(r"(?:ович|евич|овна|евна|ична|инична)$", re.I)
_VIETNAMESE = words(
    "nguyen tran pham hoang huynh phan vu vo dang bui do ngo duong le ly truong dinh trinh luong"
    " mai ho cao lam"
)
_MARKED_VIETNAMESE = words("nguyễn trần phạm hoàng huỳnh vũ võ đặng đỗ bùi ngô dương trương đinh")
_SPANISH = words("""
    garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez jimenez ruiz hernandez
    diaz moreno munoz alvarez romero navarro torres dominguez vazquez ramos gil ramirez serrano
    blanco molina morales suarez ortega delgado castro ortiz rubio marin sanz iglesias medina
    garrido cortes castillo lozano guerrero cano prieto mendez cruz calvo gallego vidal
    herrera marquez pena flores cabrera campos vega fuentes carrasco diez reyes caballero nieto
    aguilar pascual santana herrero montero lorenzo hidalgo gimenez ibanez ferrer duran santiago
    benitez vargas mora vicente arias carmona crespo roman pastor soto saez velasco moya soler
    parra esteban bravo gallardo rojas quinones carreno mendoza guzman rivera acosta salazar
    contreras chavez juarez espinoza sandoval estrada valdez rios maldonado valencia padilla
    """)
_PARTED = frozenset(  # what nameparser takes for no part of the name itself
    word
    for one in (
        *(CONSTANTS.titles, CONSTANTS.suffix_acronyms, CONSTANTS.suffix_not_acronyms),
        *(CONSTANTS.prefixes, CONSTANTS.conjunctions, CONSTANTS.bound_first_names),
    )
    for word in one
)
_NAMEPARSER = Constants()
_NAMEPARSER.prefixes.add("ten")
_INITIAL = re.compile(r"^[^\W\d_]\.?$")
_NOISE_WORDS = words(
    "undefined null none nan nil unknown anonymous anonym"
    " test asdf qwerty xxx admin user name nobody no first last full your sales team info support"
    " office contact customer service department marketing the reception accounts"
    " dear sir madam vorname nachname nombre apellido apellidos prenom nom cognome sobrenome"
    " webmaster reply noreply postmaster hostmaster qwertz uiop helpdesk"
    " firstname lastname surname given family fullname username guest client kunde hello"
)


@dataclass(frozen=True, slots=True)
class Person:
    """given, family: None where not certain."""

    given: str | None
    family: str | None

    @property
    def full(self) -> str | None:
        """Given and family name for display; East Asian names are joined as they are written."""
        parts = [part for part in (self.given, self.family) if part]
        if len(parts) == 2 and all(map(_EAST_ASIAN.match, parts)):
            space = "" if any(p.match(parts[0]) for p in (_HANGUL, _HAN)) else " "
            return f"{self.family}{space}{self.given}"
        return " ".join(parts) or None


NOBODY = Person(None, None)


def _before_symbols(line: str) -> str:
    """Without symbols; what stands behind one is no part of a name that is whole before it."""
    pieces = [piece for piece in map(str.strip, _SYMBOLS.split(line)) if piece]
    return pieces[0] if pieces and " " in pieces[0] else " ".join(pieces)


def _cleaned(value: str, aliases: Aliases) -> str | None:
    """The value without symbols and frames, or None where it is no person's name."""
    if has_override(value) or is_suspicious(value):
        return None
    text = _IN_BRACKETS.sub(" ", _before_symbols(one_line(value)))
    text = " ".join(text.split())
    text = text.strip(_FRAME + "()[]") + ("." if re.search(r"\b\w\.$", text) else "")
    if not text or len(text) > LONGEST or _NO_NAME.search(text):
        return None
    words = fold(text).split()
    if not words or " ".join(words) in aliases.placeholders or set(words) <= _NOISE_WORDS:
        return None
    if all(len(word) > 2 and len(set(word)) == 1 for word in words):
        return None
    return text if any(map(str.isalpha, text)) else None


def parse_person(value: str, aliases: Aliases) -> Person:
    """Return given and family name of one full name; `NOBODY` where it is none. Never raises."""
    text = _cleaned(value, aliases)
    if text is None:
        return NOBODY
    if _EAST_ASIAN.match(text):
        return _east_asian(_HONORIFIC.sub("", text).strip())
    text = _JOINED_TITLE.sub("", text)
    if _COMPANY_WORD.search(text) or _TWO_PEOPLE.search(text) or _TEAM.search(text):
        return NOBODY
    text = _NICKNAME.sub(" ", f" {text} ")
    return _western(" ".join(_without_titles(text.split())))


def _without_titles(words: list[str]) -> list[str]:
    """Drop titles before the name as long as two words stay; dots and case do not matter."""
    if len(words) > 2 and [_bare(word) for word in words[:2]] == ["de", "heer"]:
        words = words[1:]
    while len(words) > 2 and _bare(words[0]) in _TITLES and not _INITIAL.match(words[0]):
        words = words[1:]
    return words


def _bare(word: str) -> str:
    return re.sub(r"[.\s]", "", word).lower()


def _family_first(parts: list[str]) -> bool:
    """Russian with the patronymic last, Vietnamese with its middle word: family name first."""
    if len(parts) == 3 and _PATRONYMIC.search(parts[2]):
        return True
    if len(parts) > 1 and parts[0].lower() in _MARKED_VIETNAMESE:
        return True
    return len(parts) > 2 and fold(parts[0]) in _VIETNAMESE and fold(parts[1]) in ("van", "thi")


def _capital_family(parts: list[str]) -> int:
    """How many capitalised words stand before the given name, as in French (`DUPONT Marie`)."""
    count = next((i for i, part in enumerate(parts) if not part.isupper()), 0)
    is_sure = all(len(part) > 2 and "." not in part for part in parts[:count]) and all(map(str.istitle, parts[count:]))
    return count if is_sure else 0


def _western(text: str) -> Person:
    parts = text.split()
    if (count := _capital_family(parts)) and all(_is_name_part(part) for part in parts):
        return Person(" ".join(parts[count:]), _cased(" ".join(parts[:count])))
    if _family_first(parts):
        russian = bool(_PATRONYMIC.search(parts[-1]))
        return Person(_cased(parts[1] if russian else parts[-1]), _cased(parts[0]))
    if len(parts) == 2 and all(map(_is_plain_word, parts)):
        return Person(_cased(parts[0]), _cased(parts[1]))
    if _two_families(parts) and not any(map(_is_initial_or_comma, parts)):
        return Person(_cased(" ".join(parts[:-2])), _cased(" ".join(parts[-2:])))
    try:
        name = HumanName(text, constants=_NAMEPARSER)
        given, middle, family = str(name.first), str(name.middle), str(name.last)
    except (ValueError, IndexError, TypeError, AttributeError, KeyError, RecursionError):
        return NOBODY
    if _INITIAL.match(given) and middle and all(map(_INITIAL.match, middle.split())):
        given = f"{given} {middle}"
    if _bare(family) in _SUFFIXES and middle:
        family = middle.split()[-1]
    return Person(_cased(given), _cased(family))


def _two_families(parts: list[str]) -> bool:
    """Whether a Spanish name ends with the family names of father and mother."""
    last = [fold(part) for part in parts[-2:]]
    return len(parts) > 2 and all(word in _SPANISH or word.endswith("ez") for word in last)


def _is_name_part(part: str) -> bool:
    small = _bare(part)
    return "," not in part and small not in _SUFFIXES and small not in _TITLES


def _is_initial_or_comma(part: str) -> bool:
    return "," in part or bool(_INITIAL.match(part))


def _is_plain_word(word: str) -> bool:
    """A word of letters that is no title, suffix, particle or initial: nothing to take apart."""
    small = word.lower()
    odd = small in _TITLES or small in _SUFFIXES or small in _PARTICLES or len(word) < 3
    return word.isalpha() and not odd and small not in _PARTED


def _cased(name: str) -> str | None:
    """A name typed in one case gets capitals; particles stay small."""
    name = name.strip(_FRAME.replace(".", ""))
    if not any(map(str.isalpha, name)):
        return None
    letters = [char for char in name if char.isalpha()]
    if not letters or not (name.isupper() or name.islower()):
        return name
    words = name.split()
    return " ".join(
        word.lower()
        if word.lower() in _PARTICLES and len(words) > 1 and index < len(words) - 1
        else _capital(word)
        for index, word in enumerate(words)
    )


def _capital(word: str) -> str:
    word = re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
    return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match[1].upper(), word)


def _east_asian(text: str) -> Person:
    """Family name first; without a space only where the family name is known for certain."""
    parts = re.split(r"[ ・]", text)
    if len(parts) == 2 and all(parts):
        return _spaced(parts[0], parts[1])
    if len(parts) != 1:
        return NOBODY
    for length in (3, 2, 1):
        family, given = text[:length], text[length:]
        if given and _is_family(family, text):
            return Person(given, family)
    return NOBODY


def _spaced(first: str, second: str) -> Person:
    if _KANA.search(first) and not _KANA.search(second):
        return NOBODY
    return Person(second, first)


def _is_family(family: str, text: str) -> bool:
    if _HANGUL.match(text):
        return family in _KOREAN_TWO or (len(family) == 1 and family in _KOREAN and len(text) < 4)
    if family in _JAPANESE or family in _CHINESE_TWO:
        return len(text) <= 5
    known = len(family) == 1 and family in _CHINESE and bool(_HAN.match(text)) and len(text) <= 3
    return known and text[:2] not in _JAPANESE


def person_from_parts(first: str | None, last: str | None, aliases: Aliases) -> Person:
    """Return the name from separate fields; a part that is no name gives None."""
    return Person(_part(first, aliases), _part(last, aliases))


def _part(value: str | None, aliases: Aliases) -> str | None:
    text = _cleaned(value, aliases) if value else None
    if text is None:
        return None
    words = _NICKNAME.sub(" ", f" {text} ").replace(",", " ").split()
    while len(words) > 1 and _bare(words[0]) in _TITLES and not _is_particle(words[0]):
        words = words[1:]
    while len(words) > 1 and _bare(words[-1]) in _SUFFIXES:
        words = words[:-1]
    return _cased(" ".join(words))


def _is_particle(word: str) -> bool:
    return word.lower() in _PARTICLES or bool(_INITIAL.match(word))
