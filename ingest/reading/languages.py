"""Language codes of libraries (ISO 639-2, three letters) as tags of RDF and the Web (BCP 47)."""

from __future__ import annotations

import re

_TWO_LETTERS = dict(
    re.findall(
        r"(\w+)=(\w+)",
        "afr=af alb=sq sqi=sq amh=am ara=ar arm=hy hye=hy aze=az baq=eu eus=eu bel=be ben=bn bos=bs bul=bg bur=my "
        "mya=my cat=ca chi=zh zho=zh cze=cs ces=cs dan=da dut=nl nld=nl eng=en epo=eo est=et fin=fi fre=fr fra=fr "
        "geo=ka kat=ka ger=de deu=de gla=gd gle=ga glg=gl gre=el ell=el guj=gu heb=he hin=hi hrv=hr hun=hu ice=is "
        "isl=is ind=id ita=it jpn=ja kaz=kk khm=km kin=rw kir=ky kor=ko lao=lo lat=la lav=lv lit=lt mac=mk mkd=mk "
        "mal=ml mao=mi mri=mi mar=mr may=ms msa=ms mon=mn nep=ne nob=nb nor=no per=fa fas=fa pol=pl por=pt pus=ps "
        "rum=ro ron=ro rus=ru san=sa scc=sr scr=hr sin=si slo=sk slk=sk slv=sl som=so spa=es srp=sr swa=sw swe=sv "
        "tam=ta tel=te tha=th tib=bo bod=bo tur=tr uig=ug ukr=uk urd=ur uzb=uz vie=vi wel=cy cym=cy zul=zu",
    )
)
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*").fullmatch
_KANA = re.compile(r"[\u3040-\u30ff]").search
_HANGUL = re.compile(r"[\uac00-\ud7af]").search
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]").search
_CYRILLIC = re.compile(r"[\u0400-\u04ff]").search


def tag(code: str) -> str:
    """The lower-case language tag of a code; ``und`` where it is none.

    Codes without a two-letter form stay as they are, which BCP 47 allows.

    >>> tag("chi"), tag("en-US"), tag("haw"), tag("?")
    ('zh', 'en-us', 'haw', 'und')
    """
    code = code.strip().lower().replace("_", "-")
    return _TWO_LETTERS.get(code) or (code if _TAG(code) else "und")


def of_text(value: str, default: str = "en") -> str:
    """The language that the script of ``value`` gives away, else ``default``.

    Only scripts that settle the question for our languages are looked at.

    >>> of_text("二甲双胍"), of_text("メトホルミン塩酸塩"), of_text("Metformin")
    ('zh', 'ja', 'en')
    """
    if value.isascii():
        return default
    if _KANA(value):
        return "ja"
    if _HANGUL(value):
        return "ko"
    if _HAN(value):
        return "zh"
    if _CYRILLIC(value):
        return "ru" if default == "en" else default
    return default
