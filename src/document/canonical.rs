//! The canonical JSON of a document: what is attached to its PDF and kept in the register.

use super::form::{
    AlignForm, BlockForm, CellForm, CellObject, ColumnForm, DocumentForm, HeaderForm, HeadingForm, ItemForm,
    ParagraphForm, RecipientsForm, RowForm, RowObject, SignatureForm, TableForm, Written,
};
use super::model::{Align, Block, Cell, Document, Row, Table, Text};
use super::text;

/// Writes `document` as [`super::parse`] reads it; the same document gives the same text.
pub fn to_json(document: &Document) -> String {
    let header = &document.header;
    let form = DocumentForm {
        _schema: None,
        version: super::FORM_VERSION,
        kind: document.kind.slug().to_owned(),
        header: HeaderForm {
            superior: plain_all(&header.superior),
            agency: plain_all(&header.agency),
            number: header.number,
            notation: plain(&header.notation),
            place: plain(&header.place),
            date: header.date.map(|date| date.to_string()),
        },
        subject: written(&document.subject),
        addressees: document.addressees.iter().map(written).collect(),
        body: document.body.iter().map(block).collect(),
        recipients: RecipientsForm {
            items: plain_all(&document.recipients.items),
            archive: plain(&document.recipients.archive),
        },
        signature: SignatureForm {
            authority: plain_all(&document.signature.authority),
            position: plain(&document.signature.position),
            name: plain(&document.signature.name),
        },
    };
    let mut json = serde_json::to_string_pretty(&form)
        .unwrap_or_else(|cause| unreachable!("forms have string keys and finite numbers: {cause}"));
    json.push('\n');
    json
}

fn block(block: &Block) -> BlockForm {
    match block {
        Block::Paragraph { text } => BlockForm::Paragraph(ParagraphForm { text: written(text) }),
        Block::Heading { level, number, text } => BlockForm::Heading(HeadingForm {
            level: *level,
            number: (!number.is_empty()).then(|| number.clone()),
            text: written(text),
        }),
        Block::Item { marker, text } => {
            BlockForm::Item(ItemForm { marker: marker.as_str().to_owned(), text: written(text) })
        }
        Block::Table(Table { caption, columns, rows }) => BlockForm::Table(TableForm {
            caption: caption.as_ref().map(written),
            columns: columns
                .iter()
                .map(|column| ColumnForm {
                    title: written(&column.title),
                    align: align(column.align),
                    width: column.width,
                })
                .collect(),
            rows: rows.iter().map(row).collect(),
        }),
    }
}

fn row(row: &Row) -> RowForm {
    let cells = row.cells.iter().map(cell).collect();
    if row.group { RowForm::Row(RowObject { group: true, cells }) } else { RowForm::Cells(cells) }
}

fn cell(cell: &Cell) -> CellForm {
    let text = written(&cell.text);
    if cell.colspan == 1 && cell.rowspan == 1 && cell.align.is_none() {
        return CellForm::Text(text);
    }
    let align = cell.align.map(align);
    CellForm::Cell(CellObject { text, colspan: cell.colspan, rowspan: cell.rowspan, align })
}

fn align(align: Align) -> AlignForm {
    match align {
        Align::Left => AlignForm::Left,
        Align::Center => AlignForm::Center,
        Align::Right => AlignForm::Right,
    }
}

fn written(text: &Text) -> Written {
    Written::Text(text::write(text))
}

fn plain(text: &str) -> Written {
    Written::Text(text.to_owned())
}

fn plain_all(lines: &[String]) -> Vec<Written> {
    lines.iter().map(|line| plain(line)).collect()
}
