"""What the two ends of a journey are called. Of a day, an account or a letter the same words mean something else."""

from terrace.kernel.words import in_context

FROM = in_context("of goods", "From")
TO = in_context("of goods", "To")
