"""Goods that go back to their seller inside the network: what their parcel is called after."""

PREFIX = "return/"


def reference_of(dispute: str) -> str:
    """Return how logistics names the parcel that brings back the goods of the dispute with that number."""
    return f"{PREFIX}{dispute}"


def dispute_in(reference: str) -> str:
    """Return the number of the dispute that a parcel's reference names, "" for any other reference."""
    return reference.removeprefix(PREFIX) if reference.startswith(PREFIX) else ""
