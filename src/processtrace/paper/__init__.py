"""What is handed in: the robustness section as a document, and what makes a study transparent.

`section` builds the document once, as frozen values; `write` prints it for Word (.docx), Quarto and R Markdown (.qmd, .Rmd) or LaTeX
(.tex). `transparency` writes a folder for editors and readers: preregistration, annotations, and how to verify the study.
"""

from processtrace.paper.document import Document
from processtrace.paper.section import section
from processtrace.paper.transparency import annotated, transparency
from processtrace.paper.write import write

__all__ = ["Document", "annotated", "section", "transparency", "write"]
