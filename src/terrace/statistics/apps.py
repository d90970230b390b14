"""Statistics as a Django app."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """See this folder's README."""

    name = "terrace.statistics"
    label = "statistics"

    def ready(self) -> None:
        """Lead on from a household's page to its statement."""
        from terrace.http.ways import lead_from
        from terrace.statistics.queries.ways import ways_of_party

        lead_from("registry.Party", ways_of_party)
