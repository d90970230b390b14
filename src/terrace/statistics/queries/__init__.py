"""Live figures, summed from the rows of the contexts below when somebody looks."""

from terrace.statistics.queries.figures import ProductFigures, measure, measure_below, top_products, total

__all__ = ["ProductFigures", "measure", "measure_below", "top_products", "total"]
