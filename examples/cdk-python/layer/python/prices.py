"""What the functions of several stacks share: they get it as a layer."""

from decimal import Decimal

VAT = Decimal("0.19")


def gross(net: Decimal) -> Decimal:
    """The price with value-added tax, in cents."""
    return (net * (1 + VAT)).quantize(Decimal("0.01"))
