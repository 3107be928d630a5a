"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes. Pure, but for the keyed digest."""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

from django_otp.oath import TOTP

from casework.audit import keys

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# Steps by which the clock of a telephone may be off, either way.
TOLERANCE = 1
ISSUER = "公道 Gongdao"
RECOVERY_CODES = 10
# Without letters and digits that are taken for one another; 10 of 30 signs are 49 bits.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXY"
RECOVERY_SIGNS = 10
RECOVERY = "recovery.code"


def new_secret() -> str:
    """Return a new secret, as hexadecimal digits."""
    return secrets.token_hex(SECRET_BYTES)


def spelled(secret: str) -> str:
    """Return a secret as it is typed into an app, in groups of four."""
    letters = b32encode(bytes.fromhex(secret)).decode()
    return " ".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def address_of(secret: str, username: str) -> str:
    """Return what the QR code says to an app."""
    letters = b32encode(bytes.fromhex(secret)).decode()
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?secret={letters}&issuer={quote(ISSUER)}&digits={DIGITS}&period={STEP_SECONDS}"


def code_at(secret: str, at: datetime) -> str:
    """Return the code that an app shows at a moment."""
    return f"{_clock(secret, at).token():0{DIGITS}d}"


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Return the step whose code this is; none when it is none of the steps around a moment, or one not after another.

    Args:
        after: the step of the last code that was taken.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    clock = _clock(secret, at)
    return clock.t() if clock.verify(int(typed), tolerance=TOLERANCE, min_t=after + 1) else None


def _clock(secret: str, at: datetime) -> TOTP:
    clock = TOTP(bytes.fromhex(secret), STEP_SECONDS, digits=DIGITS)
    clock.time = at.timestamp()
    return clock


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, as they are shown: XXXXX-XXXXX."""
    signs = ["".join(secrets.choice(SIGNS) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]
    half = RECOVERY_SIGNS // 2
    return [f"{one[:half]}-{one[half:]}" for one in signs]


def digest_of(user_uuid: object, code: str) -> str:
    """Return what a recovery code is kept as, however it was typed."""
    return keys.digest(RECOVERY, _plain(user_uuid, code))


def digests_of(user_uuid: object, code: str) -> list[str]:
    """Return what a recovery code may have been kept as."""
    return keys.digests(RECOVERY, _plain(user_uuid, code))


def _plain(user_uuid: object, code: str) -> str:
    return f"{user_uuid}:{''.join(sign for sign in code.upper() if sign.isalnum())}"
