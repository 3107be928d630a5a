"""Codes of places (GB/T 2260): a province is 410000, its city 410100, a county there 410105."""


def region_prefix(region: str) -> str:
    """Return what the codes of all places within a region begin with."""
    return region.removesuffix("00").removesuffix("00")
