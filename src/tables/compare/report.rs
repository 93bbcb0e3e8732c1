//! The report as one page: no script, no font from elsewhere, small whatever the size of the tables.

use super::examples::{Example, Piece, marked};
use super::summary::{LEVELS, Summary};
use crate::Lang;
use reconcile::tables::Code;
use schemas::Level;
use std::fmt::Write as _;

/// The page stays below 150 KB: beyond this no more examples are shown, only counts.
const MOST_BYTES: usize = 120_000;
/// Fields and kinds that get a line.
const MOST_LINES: usize = 120;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem;width:100%}th,td{border:1px solid #b8b8b8;padding:.25rem .5rem;text-align:left;\
vertical-align:top;overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap}th{background:#eef2f6}mark{background:#ffd54d}\
.en{color:#555}@media print{body{margin:0}}";

pub fn level_name(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Same => lang.pick("giống", "same"),
        Level::Spelling => lang.pick("chỉ khác chính tả", "spelling"),
        Level::Compatible => lang.pick("tương thích", "compatible"),
        Level::Different => lang.pick("khác", "different"),
        Level::OnlyHere => lang.pick("chỉ một bên có", "only one has it"),
        Level::CouldNotAsk => lang.pick("chưa hỏi được", "could not ask"),
    }
}

/// `names`: what the tables are called.
pub fn page(summary: &Summary, names: [&str; 2], lang: Lang) -> String {
    let number = |n: u64| lang.number(n);
    let mut out = String::with_capacity(MOST_BYTES);
    let title = lang.pick("So sánh hai bảng", "Comparison of two tables");
    let _ = write!(
        out,
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p>{}: <b>{}</b> ({} {})<br>{}: <b>{}</b> ({} {})</p>",
        lang.pick("vi", "en"),
        lang.pick("Bảng trái", "Left"),
        escaped(names[0]),
        number(summary.left.rows),
        lang.pick("dòng", "rows"),
        lang.pick("Bảng phải", "Right"),
        escaped(names[1]),
        number(summary.right.rows),
        lang.pick("dòng", "rows"),
    );
    let _ = write!(
        out,
        "<p>{} <b>{}</b>: {} {}, {} {}.</p><p><b>{}</b> {}</p>",
        lang.pick("Khóa", "Key"),
        escaped(&summary.key),
        number(summary.shared),
        lang.pick("khóa có ở cả hai bảng", "keys are in both tables"),
        number(summary.compared),
        lang.pick("cặp dòng đã so", "pairs of rows compared"),
        lang.pick("Việc nên làm trước:", "First next step:"),
        escaped(&next_step(summary, lang)),
    );
    for (encoding, name) in [(summary.left.encoding, names[0]), (summary.right.encoding, names[1])] {
        if let Some(encoding) = encoding {
            let _ = write!(out, "<p>{}: {} {encoding}.</p>", escaped(name), lang.pick("đã giải mã từ", "decoded from"));
        }
    }
    rows(&mut out, summary, lang);
    fields(&mut out, summary, lang);
    examples(&mut out, summary, lang);
    out.push_str("</html>\n");
    out
}

fn rows(out: &mut String, summary: &Summary, lang: Lang) {
    let _ = write!(out, "<h2>{}</h2><table>", lang.pick("Các dòng", "Rows"));
    for (code, count) in summary.codes(None) {
        let _ = write!(out, "<tr><td>{}<td class=\"n\">{}", escaped(&reason(code, lang)), lang.number(count));
    }
    out.push_str("</table>");
}

fn fields(out: &mut String, summary: &Summary, lang: Lang) {
    let _ =
        write!(out, "<h2>{}</h2><table><tr><th>{}", lang.pick("Các trường", "Fields"), lang.pick("Trường", "Field"));
    for level in LEVELS {
        let _ = write!(out, "<th>{}", level_name(level, lang));
    }
    for (field, name) in summary.fields.iter().enumerate().take(MOST_LINES) {
        let _ = write!(out, "<tr><th>{}", escaped(&cut(name)));
        for level in LEVELS {
            let _ = write!(out, "<td class=\"n\">{}", lang.number(summary.at(field, level)));
        }
    }
    out.push_str("</table>");
    if summary.fields.len() > MOST_LINES {
        let _ =
            write!(out, "<p>… {} {}</p>", summary.fields.len() - MOST_LINES, lang.pick("trường nữa", "more fields"));
    }
}

fn examples(out: &mut String, summary: &Summary, lang: Lang) {
    let _ = write!(out, "<h2>{}</h2>", lang.pick("Vài ví dụ của mỗi loại", "Some of each kind"));
    let places = std::iter::once(None).chain((0..summary.fields.len()).map(Some));
    for field in places {
        for (code, count) in summary.codes(field).filter(|(code, _)| code.is_listed()) {
            let mut part = String::new();
            let name = field.map_or(lang.pick("Dòng", "Row"), |field| summary.fields[field].as_str());
            let _ = write!(
                part,
                "<h3>{}: {} ({})</h3><table><tr><th>{}<th>{}<th>{}<th>{}",
                escaped(&cut(name)),
                escaped(&reason(code, lang)),
                lang.number(count),
                lang.pick("Khóa", "Key"),
                lang.pick("Bảng trái", "Left"),
                lang.pick("Bảng phải", "Right"),
                lang.pick("Dòng trái / phải", "Rows left / right"),
            );
            summary.examples(field, code).iter().for_each(|example| line(&mut part, example));
            part.push_str("</table>");
            if out.len() + part.len() > MOST_BYTES {
                let text = lang.pick("Còn nữa trong tệp kết quả.", "More in the file of findings.");
                let _ = write!(out, "<p>{text}</p>");
                return;
            }
            out.push_str(&part);
        }
    }
}

fn line(out: &mut String, example: &Example) {
    let [left, right] = match (example.left.is_empty(), example.right.is_empty()) {
        (false, false) => marked(&example.left, &example.right),
        _ => [&example.left, &example.right].map(|text| vec![Piece { text: text.clone(), differs: false }]),
    };
    let _ = write!(out, "<tr><td>{}", escaped(&example.key));
    for side in [left, right] {
        out.push_str("<td>");
        for piece in side {
            let text = escaped(&piece.text);
            out.push_str(&if piece.differs { format!("<mark>{text}</mark>") } else { text });
        }
    }
    let row = |row: Option<u64>| row.map_or_else(|| "–".to_owned(), |row| row.to_string());
    let _ = write!(out, "<td class=\"n\">{} / {}", row(example.left_row), row(example.right_row));
}

pub fn reason(code: Code, lang: Lang) -> String {
    let (vi, en) = code.reason();
    lang.pick(&vi, &en).to_owned()
}

/// What a person should look at before the rest.
pub fn next_step(summary: &Summary, lang: Lang) -> String {
    let rows = summary.left.rows.max(summary.right.rows);
    let conflicts = summary.of(Code::ConflictLeft) + summary.of(Code::ConflictRight);
    let repeats = conflicts + summary.of(Code::RepeatLeft) + summary.of(Code::RepeatRight);
    let worst = (0..summary.fields.len()).max_by_key(|field| summary.at(*field, Level::Different));
    let text = if summary.shared == 0 {
        lang.pick(
            "hai bảng không có khóa nào chung: kiểm tra --key và cách ghi khóa.",
            "the tables share no key: check --key and how keys are written.",
        )
    } else if repeats * 2 > rows {
        lang.pick(
            "phần lớn dòng trùng khóa: cột này có lẽ không phải khóa, chọn cột khác bằng --key.",
            "most rows repeat a key: this column is hardly one, choose another with --key.",
        )
    } else if conflicts > 0 {
        lang.pick("chọn dòng đúng trong các dòng trùng khóa mà khác nội dung (conflict_left, conflict_right), rồi so lại.", "choose the right row among those with one key and other values (conflict_left, conflict_right), then compare again.")
    } else if let Some(worst) = worst.filter(|field| summary.at(*field, Level::Different) > 0) {
        let name = &summary.fields[worst];
        return match lang {
            Lang::Vi => {
                format!("lọc tệp kết quả theo level = different, bắt đầu từ trường {name} (nhiều khác biệt nhất).")
            }
            Lang::En => {
                format!("filter the findings by level = different, beginning with the field {name} (most differences).")
            }
        };
    } else if summary.listed() > 0 {
        lang.pick(
            "không có giá trị nào khác hẳn; xem các dòng chỉ một bảng có và các lỗi chính tả.",
            "nothing differs outright; look at rows of one table only and at spelling.",
        )
    } else {
        lang.pick(
            "không có gì phải làm: hai bảng giống nhau ở các trường đã so.",
            "nothing: the tables are the same in the fields compared.",
        )
    };
    text.to_owned()
}

fn cut(name: &str) -> String {
    name.chars().take(80).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
