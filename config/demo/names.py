"""Invented names and numbers: they pass every check and belong to nobody."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from stdnum.cn import ric

from casework.people.identifiers import USCC_ALPHABET

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "慕容", "令狐", "皇甫")
GIVEN = {
    "F": "芳娜敏静秀娟英华慧巧美丽翠雅芝玉萍红娥玲芬彩春菊兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉",
    "M": "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建国志海山仁宽福生贵祥才发武新利清飞彬富顺信",
}
# Names that a system must be able to write, find and print: rare characters, one outside the basic plane, minorities'.
UNUSUAL = (
    ("王䶮", "M"),
    ("𠮷田林", "M"),
    ("马騳", "M"),
    ("李㛃", "F"),
    ("张赟", "M"),
    ("陈堃", "M"),
    ("牛犇", "M"),
    ("欧阳祎", "F"),
    ("阿依古丽·买买提", "F"),
    ("艾克拜尔·吐尔逊", "M"),
    ("扎西次仁", "M"),
    ("查干巴特尔", "M"),
    ("爨翀", "M"),
    ("乜红梅", "F"),
)
PLACES = (
    "河南周口",
    "河南信阳",
    "安徽阜阳",
    "四川达州",
    "甘肃定西",
    "贵州毕节",
    "湖北孝感",
    "山东菏泽",
    "陕西汉中",
    "江西赣州",
)
STREETS = ("花园路", "柳林路", "经三路", "东风巷", "纺织新村", "建设里", "丰产街", "红旗路")

FIRMS = (
    "宏远",
    "鑫达",
    "中原",
    "恒泰",
    "金穗",
    "嵩岳",
    "豫兴",
    "华瑞",
    "天合",
    "盛丰",
    "安泰",
    "东昇",
    "瑞祥",
    "汇通",
    "众诚",
)
TRADES = (
    ("建筑劳务", "有限公司"),
    ("纺织", "有限责任公司"),
    ("机械制造", "股份有限公司"),
    ("物流", "有限公司"),
    ("餐饮管理", "有限公司"),
    ("物业服务", "有限公司"),
    ("食品", "有限公司"),
    ("电子科技", "有限公司"),
    ("保安服务", "有限公司"),
    ("家政服务", "有限公司"),
    ("汽车配件", "有限公司"),
    ("外卖配送", "有限公司"),
)


class Person(NamedTuple):
    """Somebody who does not exist."""

    name: str
    sex: str
    birth_on: date
    id_number: str
    phone: str
    address: str
    native_place: str


def people(count: int, today: date, chance: Random) -> list[Person]:
    """Return so many people of working age, every seventh without an ID number, no two with the same one."""
    return [_person(number, today, chance) for number in range(count)]


def _person(number: int, today: date, chance: Random) -> Person:
    name, sex = UNUSUAL[number] if number < len(UNUSUAL) else a_name(chance)
    birth_on = today - timedelta(days=chance.randrange(19 * 365, 59 * 365))
    # The number itself makes the sequence differ, so that two people of one birthday stay two.
    digits = f"410100{birth_on:%Y%m%d}{number % 499 * 2 + (1 if sex == 'M' else 0):03d}"
    return Person(
        name=name,
        sex=sex,
        birth_on=birth_on,
        id_number="" if number % 7 == 6 else digits + ric.calc_check_digit(digits + "0"),
        phone=f"1990371{number:04d}",
        address=(
            f"郑安市{chance.choice(STREETS)}{chance.randrange(1, 180)}号"
            f"{chance.randrange(1, 30)}号楼{chance.randrange(101, 1804)}室"
        ),
        native_place=chance.choice(PLACES),
    )


def a_name(chance: Random) -> tuple[str, str]:
    """Return a name and the sex it sounds like."""
    sex = chance.choice("FM")
    surname = chance.choice(COMPOUND) if chance.random() < 0.03 else chance.choice(SURNAMES)
    return surname + "".join(chance.sample(GIVEN[sex], 1 if chance.random() < 0.15 else 2)), sex


def firms(count: int, chance: Random) -> list[tuple[str, str]]:
    """Return the names of so many employers, each with its credit code."""
    names = [f"郑安市{firm}{trade}{form}" for firm in FIRMS for trade, form in TRADES]
    return [(name, credit_code(number)) for number, name in enumerate(chance.sample(names, count))]


def credit_code(number: int) -> str:
    """Return a unified social credit code by its number in the invented city."""
    digits = f"91410100MA{number:07d}"
    total = sum(USCC_ALPHABET.index(digit) * pow(3, place, 31) for place, digit in enumerate(digits))
    return digits + USCC_ALPHABET[(31 - total % 31) % 31]
