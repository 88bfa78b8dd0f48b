//! Pictures of the console for guides, drawn from the screens themselves: `OPORA_WRITE=1 cargo nextest run --lib picture`
//! writes them, every other run compares. So no picture shows a console that is not.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::screen;
use super::stage::*;
use super::theme::{Role, Theme};
use super::widget::width;
use crate::locale::Lang;

/// A cell in points of the picture.
const CELL: (f64, f64) = (8.4, 18.0);

fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        _ => None,
    }
}

/// Cells of one row that look alike and stand for words, or for the space between them.
struct Run {
    x: u16,
    columns: u16,
    text: String,
    like: Cell,
}

/// Returns the runs of a row. Two spaces part a run: what draws the picture would make one of them.
fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let next = (x + 1 < buffer.area.width).then(|| buffer[(x + 1, y)].symbol());
        let wide = u16::try_from(width(cell.symbol())).unwrap_or(1).max(1);
        let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
        let is_wide_gap = |run: &Run| {
            cell.symbol() == " " && (next.is_none_or(|next| next == " ") || run.text.ends_with(' '))
        };
        let goes_on = |run: &&mut Run| {
            let is_space = run.text.trim().is_empty();
            look(&run.like) == look(cell) && if is_space { cell.symbol() == " " } else { !is_wide_gap(run) }
        };
        match runs.last_mut().filter(goes_on) {
            Some(run) => {
                run.text.push_str(cell.symbol());
                run.columns += wide;
            }
            None => runs.push(Run { x, columns: wide, text: cell.symbol().to_owned(), like: cell.clone() }),
        }
        x += wide;
    }
    runs
}

/// Returns the picture of a stage: letters on a grid, so that it is the same with every font.
fn svg(stage: &Stage, theme: &Theme, title: &str) -> String {
    let (columns, rows) = stage.model.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
    terminal.draw(|frame| screen::draw(&stage.model, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let ground = theme.style(Role::Text);
    let (ink, paper) = (ground.fg.and_then(hex).expect("ink"), ground.bg.and_then(hex).expect("a ground"));
    let (wide, high) = (f64::from(columns) * CELL.0 + 16.0, f64::from(rows) * CELL.1 + 16.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.1} {high:.1}\" role=\"img\" \
         font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" xml:space=\"preserve\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{paper}\"/>\n"
    );
    for y in 0..rows {
        let top = 8.0 + f64::from(y) * CELL.1;
        for run in runs(buffer, y) {
            let left = 8.0 + f64::from(run.x) * CELL.0;
            let length = f64::from(run.columns) * CELL.0;
            let ground = hex(run.like.bg).filter(|colour| *colour != paper);
            if let Some(colour) = ground {
                _ = writeln!(
                    out,
                    "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/>",
                    CELL.1
                );
            }
            if run.text.trim().is_empty() {
                continue;
            }
            let text = run.text.replace('&', "&amp;").replace('<', "&lt;");
            let mut how = format!("fill=\"{}\"", hex(run.like.fg).unwrap_or_else(|| ink.clone()));
            for (modifier, attribute) in [
                (Modifier::BOLD, " font-weight=\"bold\""),
                (Modifier::ITALIC, " font-style=\"italic\""),
                (Modifier::UNDERLINED, " text-decoration=\"underline\""),
            ] {
                how.push_str(if run.like.modifier.contains(modifier) { attribute } else { "" });
            }
            _ = writeln!(
                out,
                "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" {how}>{text}</text>",
                top + 13.5
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

#[test]
fn pictures_of_the_console_are_those_of_the_console() {
    let closing = |stage: &mut Stage| {
        stage.model.chats[0].contact.facets.topics = vec!["violence.bullying".into()];
        stage.model.chats[0].contact.facets.online = Some("online".into());
        stage.press("f8");
    };
    let writing = |stage: &mut Stage| {
        stage.model.chats[0].contact.facets.topics = vec!["violence.bullying".into()];
        stage.model.chats[0].contact.facets.online = Some("online".into());
        stage.write("To je mi líto, to muselo být těžké. Chceš mi napsat, kdo v té skupině je");
        stage.pass(300);
    };
    type Before<'a> = &'a dyn Fn(&mut Stage);
    for (name, lang, theme, size, before) in [
        ("workspace-night", Lang::En, "night", (120, 30), &writing as Before<'_>),
        ("workspace-day", Lang::En, "day", (120, 30), &writing),
        ("pracoviste", Lang::Cs, "day", (120, 30), &writing),
        ("closing", Lang::En, "day", (80, 24), &closing),
        ("uzavreni", Lang::Cs, "day", (80, 24), &closing),
    ] {
        let mut stage = Stage::shift(lang, size);
        let theme = Theme::shipped(theme).expect("shipped");
        stage.model.look.theme = theme.clone();
        before(&mut stage);
        let drawn = svg(&stage, &theme, name);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/src/pictures/{name}.svg"));
        if std::env::var_os("OPORA_WRITE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, &drawn).expect("a picture");
        }
        let stands = fs::read_to_string(&path).unwrap_or_default();
        assert!(stands == drawn, "{} shows another console; OPORA_WRITE=1 draws it anew", path.display());
    }
}
