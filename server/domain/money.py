"""Money in integer fen (1 yuan = 100 fen), computed exactly: no float ever holds a price."""

import re

_QUANTITY = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_LARGEST = 2**53 - 1


def line_amount(quantity: str, unit_price_fen: int, discount_fen: int) -> int:
    """A line's amount in fen: quantity × unit price, half a fen rounded up, less the discount.

    Labour is hours × rate per hour. Raises ValueError("quantity_format") for anything but a plain decimal and
    ValueError("amount_range") beyond 2^53 − 1 fen, which a signed document could not carry (RFC 8785).
    """
    parts = _QUANTITY.fullmatch(quantity)
    if parts is None:
        raise ValueError("quantity_format")
    whole, decimals = parts[1], parts[2] or ""
    scale = 10 ** len(decimals)
    amount = (2 * int(whole + decimals) * unit_price_fen + scale) // (2 * scale)
    if amount > _LARGEST:
        raise ValueError("amount_range")
    return amount - discount_fen


def yuan(fen: int) -> str:
    """Fen as people read them: `1,234.50`, without a currency sign."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"
