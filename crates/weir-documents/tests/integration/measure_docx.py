"""What python-docx reads of DOCX files: measure_docx.py FILE...

Prints one JSON object for each, on a line: the blocks in order (paragraphs with style and text,
tables with the text of their cells), and a few properties.
"""

import json
import sys

import docx
from docx.oxml.ns import qn


def block_told(block):
    if isinstance(block, docx.table.Table):
        return {"table": [[cell.text for cell in row.cells] for row in block.rows]}
    return {
        "style": block.style.name,
        "text": block.text,
        "bold": any(run.bold for run in block.runs),
        "numbered": block._p.pPr is not None and block._p.pPr.numPr is not None,
    }


for path in sys.argv[1:]:
    document = docx.Document(path)
    fonts = document.styles.element.find(".//" + qn("w:rFonts"))
    footer = document.sections[0].footer
    told = {
        "blocks": [block_told(block) for block in document.iter_inner_content()],
        "title": document.core_properties.title,
        "created": document.core_properties.created.isoformat(),
        "east_asia": fonts.get(qn("w:eastAsia")),
        "footer": footer.paragraphs[0].text,
        "fields": [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))],
    }
    print(json.dumps(told))
