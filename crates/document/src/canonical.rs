//! The canonical JSON of a document: what is attached to its PDF and kept in the register. Nothing in
//! it names another file but the PDFs that went out beside it, so that it alone gives the same pages.

use super::form::{
    AlignForm, AppendixForm, BlockForm, CellForm, CellObject, ColumnForm, DivisionForm, DocumentForm,
    FORM_VERSION, FigureForm, HeaderForm, HeadingForm, ItemForm, LandscapeForm, MediumForm, ParagraphForm,
    PointForm, ProvisionForm, RecipientsForm, RowForm, RowObject, SignatureForm, StyleForm, TableForm,
    TextOrFill,
};
use super::model::{
    Align, Appendix, Block, Cell, Content, Document, DocumentStyle, Medium, Provision, Row, SignatureBlock,
    Table, Text,
};
use super::profile::Profile;
use super::text;

/// Writes `document` as [`crate::parse`] reads it; the same document gives the same text.
pub fn to_json(document: &Document) -> String {
    let header = &document.header;
    let usual = Profile::default_profile();
    let form = DocumentForm {
        _schema: None,
        version: FORM_VERSION,
        profile: (document.profile.name != usual.name).then(|| document.profile.name.clone()),
        kind: TextOrFill::Text(document.kind.slug.clone()),
        style: style(&document.style, document.profile),
        medium: match document.medium {
            Medium::Electronic => MediumForm::Electronic,
            Medium::Paper => MediumForm::Paper,
        },
        secrecy: None,
        urgency: document.urgency.clone(),
        circulation: document.circulation.clone(),
        header: HeaderForm {
            superior: plain_all(&header.superior),
            agency: plain_all(&header.agency),
            number: header.number,
            notation: plain(&header.notation),
            place: plain(&header.place),
            date: header.date.map(|date| date.to_string()),
        },
        issuer: document.issuer.as_deref().map(plain),
        subject: Some(written(&document.subject)),
        addressees: document.addressees.iter().map(written).collect(),
        bases: document.bases.iter().map(written).collect(),
        body: document.body.iter().map(block).collect(),
        recipients: RecipientsForm {
            items: plain_all(&document.recipients.items),
            archive: plain(&document.recipients.archive),
            drafter: document.recipients.drafter.as_deref().map(plain),
        },
        signature: signature(&document.signature),
        cosignature: document.cosignature.as_ref().map(signature),
        contact: plain_all(&document.contact),
        appendices: document.appendices.iter().map(appendix).collect(),
    };
    let mut json = serde_json::to_string_pretty(&form)
        .unwrap_or_else(|cause| unreachable!("forms have string keys and finite numbers: {cause}"));
    json.push('\n');
    json
}

/// Only what differs from the usual.
fn style(style: &DocumentStyle, profile: &Profile) -> StyleForm {
    let usual = &profile.style;
    let other = |value: f64, usual: f64| (value.to_bits() != usual.to_bits()).then_some(value);
    StyleForm {
        size: (style.size != usual.size).then_some(style.size),
        indent: other(style.indent, usual.indent),
        spacing: other(style.spacing, usual.spacing),
        leading: other(style.leading, usual.leading),
    }
}

fn signature(block: &SignatureBlock) -> SignatureForm {
    SignatureForm {
        authority: plain_all(&block.authority),
        position: plain(&block.position),
        name: plain(&block.name),
    }
}

fn appendix(appendix: &Appendix) -> AppendixForm {
    let (body, file, sha256) = match &appendix.content {
        Content::Body(body) => (Some(body.iter().map(block).collect()), None, None),
        Content::Pdf(file) => (None, Some(file.name.clone()), Some(file.sha256.clone())),
    };
    AppendixForm {
        _schema: None,
        number: number(&appendix.number),
        kind: appendix.kind.map(|kind| kind.slug.clone()),
        title: optional(&appendix.title),
        landscape: appendix.landscape,
        separate: appendix.separate,
        body,
        file,
        sha256,
    }
}

fn block(block: &Block) -> BlockForm {
    match block {
        Block::Paragraph { text } => BlockForm::Paragraph(ParagraphForm { text: written(text) }),
        Block::Heading { level, number: own, text } => {
            BlockForm::Heading(HeadingForm { level: *level, number: number(own), text: written(text) })
        }
        Block::Item { marker, level, text } => {
            BlockForm::Item(ItemForm { marker: marker.clone(), level: *level, text: written(text) })
        }
        Block::Division { division, number: own, title } => BlockForm::Division(DivisionForm {
            kind: division.clone(),
            number: number(own),
            title: written(title),
        }),
        Block::Article(article) => BlockForm::Article(provision(article)),
        Block::Clause(clause) => BlockForm::Clause(provision(clause)),
        Block::Point { letter, text } => {
            BlockForm::Point(PointForm { letter: number(letter), text: written(text) })
        }
        Block::Table(table) => BlockForm::Table(table_form(table)),
        Block::Figure(figure) => BlockForm::Figure(FigureForm {
            file: None,
            data: Some(figure.image.data_url()),
            alt: plain(&figure.alt),
            caption: figure.caption.as_ref().map(written),
            width: figure.width,
        }),
        Block::Landscape { body } => {
            BlockForm::Landscape(LandscapeForm { body: body.iter().map(self::block).collect() })
        }
    }
}

fn provision(provision: &Provision) -> ProvisionForm {
    ProvisionForm {
        number: number(&provision.number),
        title: optional(&provision.title),
        text: optional(&provision.text),
    }
}

fn number(number: &str) -> Option<String> {
    (!number.is_empty()).then(|| number.to_owned())
}

fn optional(text: &Text) -> Option<TextOrFill> {
    (!text.0.is_empty()).then(|| written(text))
}

fn table_form(table: &Table) -> TableForm {
    let columns = table.columns.iter().map(|column| ColumnForm {
        title: written(&column.title),
        align: align(column.align),
        width: column.width,
    });
    TableForm {
        caption: table.caption.as_ref().map(written),
        columns: Some(columns.collect()),
        rows: Some(table.rows.iter().map(row).collect()),
        data: None,
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

fn written(text: &Text) -> TextOrFill {
    TextOrFill::Text(text::write(text))
}

fn plain(text: &str) -> TextOrFill {
    TextOrFill::Text(text.to_owned())
}

fn plain_all(lines: &[String]) -> Vec<TextOrFill> {
    lines.iter().map(|line| plain(line)).collect()
}
