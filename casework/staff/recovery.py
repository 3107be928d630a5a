"""Recovery codes are keyed hashes of what only their owner has: they need their key until they are used or renewed."""

from collections import Counter

from casework.audit import rotation

from .models import RecoveryCode


def _in_use() -> rotation.KeyUse:
    unused = RecoveryCode.objects.filter(used_at=None).values_list("digest", flat=True)
    return Counter(("digest", rotation.number_of(digest)) for digest in unused)


PLACE = rotation.Place("casework_recoverycode", None, _in_use, lambda: iter(()))
