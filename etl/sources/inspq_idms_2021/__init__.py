"""Material and social deprivation index of the INSPQ, by dissemination area."""
