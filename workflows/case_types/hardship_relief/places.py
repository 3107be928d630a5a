"""What single places have ruled for hardship relief, as far as it was read: dated, with the text it stands in.

They fill `Rules` where an office asks for a known place's text; its own local parameter always decides.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from casework.offices.published import Published, known_of

from .eligibility import Category, Rules, Tier, WarmthLimits

UNNAMED = "a province"

# What each text says differently from the usual rules, by the names of `Rules`.
LOCAL_RULES: tuple[Published[Mapping[str, Any]], ...] = (
    Published(
        "Qingdao",
        ("青岛", "青岛市"),
        "370200",
        None,
        "青岛市总工会自测标准",
        {"boundary": "lt", "sudden_share": Decimal("0.80"), "sudden_boundary": "gt", "migrant_months": 12},
    ),
    Published(
        "Chongqing",
        ("重庆", "重庆市"),
        "500000",
        2023,
        "重庆市困难职工家庭认定和档案管理办法 第二条",
        # The text says 超过…50%以上: an expense of exactly half is not over it.
        {"boundary": "lt", "sudden_share": Decimal("0.50"), "sudden_boundary": "gt"},
    ),
    Published(
        "Shanghai",
        ("上海", "上海市"),
        "310000",
        2019,
        "沪工总权〔2019〕19号",
        {
            "medical_tiers": {"": (Tier(Decimal(10000), Decimal("0.9")), Tier(None, Decimal("0.7")))},
            "medical_cap": {"": Decimal(20000)},
        },
    ),
    # Read on a page that does not name its province.
    Published(
        UNNAMED,
        (),
        "",
        None,
        "某省总工会困难职工帮扶资金使用管理办法 (转载页, 未注明省份)",
        {
            "medical_tiers": {"": (Tier(None, Decimal(1)),), Category.RELATIVE: (Tier(None, Decimal("0.8")),)},
            "medical_cap": {"": None, Category.RELATIVE: Decimal(16000)},
            "sudden_aid_share": Decimal("0.15"),
            "sudden_aid_cap": Decimal(10000),
            "above_city_from": Decimal(20000),
            "above_province_from": Decimal(50000),
            # 2万元以上 would include the sum itself (民法典 1259); as reported, only what is above goes up.
            "above_city_boundary": "gt",
        },
    ),
    Published("Xingtai", ("邢台", "邢台市"), "130500", 2021, "邢台市总工会困难职工认定标准", {"boundary": "le"}),
)

# 送温暖: how much somebody may get at once, and in a year.
WARMTH: tuple[Published[WarmthLimits], ...] = (
    Published(
        "Shandong",
        ("山东", "山东省"),
        "370000",
        2019,
        "山东省工会送温暖资金使用管理办法(试行)",
        WarmthLimits(per_time=Decimal(3000), per_year=Decimal(6000)),
    ),
)


def rules_of(place: str, dibao_monthly: Decimal) -> Rules:
    """Return the rules as a place's text has them, with a subsistence line.

    Raises:
        UnknownPlace: its text was not read; says whose were.
    """
    return replace(Rules(dibao_monthly=dibao_monthly), **known_of(LOCAL_RULES, place).value)


def warmth_limits(place: str) -> WarmthLimits:
    """Return the limits of festival warmth in a place.

    Raises:
        UnknownPlace: its text was not read; says whose were.
    """
    return known_of(WARMTH, place).value
