"""Engines that make plans: other people's optimisers behind the port of the domain, alone and together."""
