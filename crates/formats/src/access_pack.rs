//! A subject access pack as files: a page that any browser reads, with or without a screen reader, and
//! the same as JSON, together in a ZIP. What was taken out of the pack is in neither: it was never given
//! to these writers.

use std::io::{Cursor, Write as _};

use domain::calendar::shown;
use domain::rights::Pack;
use jiff::civil::Date;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The names of the files in the ZIP.
pub const PAGE: &str = "what-we-hold.html";
pub const DATA: &str = "what-we-hold.json";

/// The ZIP's bytes: the same pack gives the same bytes.
pub fn zip(pack: &Pack) -> Result<Vec<u8>, std::io::Error> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [(PAGE, page(pack)), (DATA, data(pack))] {
        out.start_file(name, SimpleFileOptions::default())?;
        out.write_all(content.as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}

/// The machine's copy.
pub fn data(pack: &Pack) -> String {
    let sections = pack.sections.iter().map(|section| {
        let rows = section.rows.iter().map(|row| {
            let cells = section.columns.iter().zip(&row.cells);
            cells.map(|(column, cell)| (column.clone(), json!(cell))).collect::<Value>()
        });
        json!({ "name": section.name, "title": section.title, "rows": rows.collect::<Vec<_>>() })
    });
    let whole = json!({
        "name": pack.name,
        "date_of_birth": pack.born,
        "council": pack.council,
        "gathered_on": pack.day,
        "values_taken_out": pack.taken_out,
        "sections": sections.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

/// The page.
pub fn page(pack: &Pack) -> String {
    let name = escaped(&pack.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>What we hold about {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>What we hold about {name}</h1>\n<p>Born {}. Gathered on {} by {}.</p>\n",
        escaped(&pack.born),
        escaped(&pack.day),
        escaped(&pack.council),
    );
    if pack.taken_out > 0 {
        page += &format!(
            "<p>Something was taken out of {} of the values below, because it is about somebody else or \
             because the law lets us keep it back. Each place says so. You can ask us why, and you can \
             complain to the Information Commissioner.</p>\n",
            pack.taken_out
        );
    }
    page += "<nav aria-label=\"Parts of this page\">\n<ul>\n";
    for section in pack.sections.iter().filter(|section| !section.rows.is_empty()) {
        page += &format!(
            "<li><a href=\"#{}\">{}</a></li>\n",
            escaped(&section.name),
            escaped(&section.title)
        );
    }
    page += "</ul>\n</nav>\n";
    for section in &pack.sections {
        if section.rows.is_empty() {
            continue;
        }
        let title = escaped(&section.title);
        page += &format!("<h2 id=\"{}\">{title}</h2>\n", escaped(&section.name));
        page += &format!(
            "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{title}, table\">\n<table>\n\
             <caption>{title}: {} held</caption>\n<thead><tr>",
            section.rows.len()
        );
        for column in &section.columns {
            page += &format!("<th scope=\"col\">{}</th>", escaped(column));
        }
        page += "</tr></thead>\n<tbody>\n";
        for row in &section.rows {
            page += "<tr>";
            for cell in &row.cells {
                page += &format!("<td>{}</td>", escaped(&told(cell)));
            }
            page += "</tr>\n";
        }
        page += "</tbody>\n</table>\n</div>\n";
    }
    page += "</main>\n</body>\n</html>\n";
    page
}

const STYLE: &str = "body{font:1rem/1.5 Arial,sans-serif;color:#111;background:#fff;margin:1rem auto;\
    max-width:70rem;padding:0 1rem}.wide{overflow-x:auto}table{border-collapse:collapse;margin:0 0 2rem}\
    caption{text-align:left;padding:.25rem 0}th,td{border:1px solid #595959;padding:.25rem .5rem;\
    text-align:left;vertical-align:top}a{color:#0b3d91}:focus{outline:3px solid #0b3d91}";

/// A cell as people read it: a day, or a moment, in words. The machine's copy keeps it as it is held.
fn told(cell: &str) -> String {
    let dashed = |day: &&str| day.as_bytes().get(4) == Some(&b'-');
    let day = cell.get(..10).filter(dashed).and_then(|day| day.parse::<Date>().ok());
    let rest = cell.get(10..).unwrap_or("");
    let time = rest.strip_prefix('T').filter(|time| time.ends_with('Z'));
    match (day, time.and_then(|time| time.get(..5))) {
        (Some(day), None) if rest.is_empty() => shown(day),
        (Some(day), Some(time)) => format!("{}, {time} UTC", shown(day)),
        _ => cell.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use domain::rights::{Removal, Row, Section, Why};

    use super::*;

    fn pack() -> Pack {
        let section = Section {
            name: "contact".to_owned(),
            title: "Contacts".to_owned(),
            columns: vec!["Day".to_owned(), "Note".to_owned()],
            rows: vec![Row {
                key: "contact:1".to_owned(),
                cells: vec!["2026-01-09".to_owned(), "Rang <Sheila> & son".to_owned()],
            }],
        };
        Pack { name: "Amina Khan".to_owned(), sections: vec![section], ..Pack::default() }
    }

    #[test]
    fn what_was_taken_out_is_in_no_byte_of_the_files() {
        let removal =
            Removal { item: "contact:1".to_owned(), words: "Sheila".to_owned(), why: Why::Other };
        let bytes = zip(&pack().redact(&[removal], false)).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut names = Vec::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            assert!(!text.contains("Sheila") && text.contains("about somebody else"), "{text}");
            names.push(file.name().unwrap().into_owned());
        }
        assert_eq!(names, [PAGE, DATA]);
        assert!(!bytes.windows(6).any(|bytes| bytes == b"Sheila"));
    }

    #[test]
    fn the_page_is_escaped_and_the_data_is_read_back() {
        let page = page(&pack());
        assert!(
            page.contains("Rang &lt;Sheila&gt; &amp; son") && page.contains("<html lang=\"en\">")
        );
        assert!(page.contains("<td>9 January 2026</td>"), "{page}");
        assert_eq!(told("2022-09-10T17:05:00.000000Z"), "10 September 2022, 17:05 UTC");
        for as_it_is in ["2022-09-10 or so", "20220910", "2022-13-01", "07700 900766", ""] {
            assert_eq!(told(as_it_is), as_it_is);
        }
        let data: Value = serde_json::from_str(&data(&pack())).unwrap();
        assert_eq!(data["sections"][0]["rows"][0]["Day"], "2026-01-09");
        assert_eq!(data["sections"][0]["rows"][0]["Note"], "Rang <Sheila> & son");
    }
}
