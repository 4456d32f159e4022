"""The domain: article -> features -> classifier -> assessment, and the model versions.

from models import Article, load_scorer
assessment = load_scorer().assess(Article(text="..."))
"""

from models.article import Article
from models.registry import load_scorer

__all__ = ["Article", "load_scorer"]
