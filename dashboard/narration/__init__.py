"""Sentences written from the figures: French and English, and never more than the error allows."""

from dashboard.narration.compare import comparison_text
from dashboard.narration.paragraphs import Paragraph
from dashboard.narration.portrait import portrait_text, three_sentences

__all__ = ["Paragraph", "comparison_text", "portrait_text", "three_sentences"]
