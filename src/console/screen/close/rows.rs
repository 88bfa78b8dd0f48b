//! The rows of the closing form, as they are said.

use super::super::{topics, workspace};
use crate::console::keymap::{Command, Context};
use crate::console::model::closing::Field;
use crate::console::model::{Chat, Model};
use crate::console::widget::width;
use crate::conversation::SafeText;
use crate::taxonomy::{RiskLevel, Trigger};

/// The outcomes with a letter of their own: command, code, the letter's text.
const OUTCOMES: [(Command, &str); 5] = [
    (Command::FormListened, "listened"),
    (Command::FormInfo, "info"),
    (Command::FormRefer, "refer"),
    (Command::FormLeft, "ended_by_child"),
    (Command::FormMisuse, "misuse"),
];

/// The column in which values begin.
pub const VALUES: u16 = 13;

/// A row of the form: its field, label, text, and a hint at the right.
pub struct Row {
    /// The field, in its first row.
    pub field: Option<Field>,
    /// What it is called.
    pub label: String,
    /// What it says.
    pub text: String,
    /// Its key and what that does.
    pub hint: String,
}

/// Returns the rows of the form of a chat.
pub fn rows(model: &Model, chat: &Chat) -> Vec<Row> {
    let look = &model.look;
    let key = |command| look.key(command, Context::Form);
    let hint = |id: &str, command| format!("{} {}", key(command), look.say(id));
    let row = |field, id: &str, text: String, hint: String| Row {
        field: Some(field),
        label: look.say(id),
        text,
        hint,
    };
    let more = |text: String, hint: String| Row { field: None, label: String::new(), text, hint };
    let facets = &chat.contact.facets;
    let change = hint("close-change", Command::TopicsOpen);
    let names: Vec<String> = facets.topics.iter().map(|topic| workspace::topic_name(model, topic)).collect();
    let mut rows = Vec::new();
    let first = names.first().cloned().unwrap_or_else(|| "–".to_owned());
    let is_short = names.len() < 2;
    rows.push(row(
        Field::Topics,
        "close-topics",
        first,
        if is_short { change.clone() } else { String::new() },
    ));
    for (place, name) in names.iter().enumerate().skip(1) {
        let is_last = place + 1 == names.len();
        rows.push(more(name.clone(), if is_last { change.clone() } else { String::new() }));
    }
    rows.push(row(Field::Online, "close-online", topics::online_choices(model, chat), String::new()));
    rows.push(row(Field::Child, "close-child", child(model, chat), hint("close-change", Command::FormChild)));
    rows.extend(outcome_rows(model, chat));
    // The levels fill the row: their letter stands with the name.
    let risk = format!("{} {}", look.say("close-risk"), key(Command::FormRisk));
    rows.push(Row { label: risk, ..row(Field::Risk, "close-risk", risks(model, chat), String::new()) });
    rows.extend(to_do(model, chat).map(|text| more(text, String::new())));
    if facets.risk.is_some_and(|risk| risk >= 3) {
        let name = if chat.contact.supervisor.is_empty() {
            "–".to_owned()
        } else {
            SafeText::line(&chat.contact.supervisor).to_string()
        };
        rows.push(row(Field::Supervisor, "close-supervisor", name, look.say("close-space")));
    }
    rows.push(more(String::new(), String::new()));
    let lines = look.say_with("count-lines", &[("count", chat.note.lines().into())]);
    let saved = match chat.contact_keeping.saved_at {
        Some(at) => format!(" · {}", look.say_with("note-saved", &[("at", look.clock_seconds(at).into())])),
        None => String::new(),
    };
    rows.push(row(
        Field::Note,
        "close-note",
        format!("{lines}{saved}"),
        hint("close-open", Command::NoteToggle),
    ));
    if !chat.is_outside() {
        let mark = if chat.closing.keeps_none { "[ ]" } else { "[x]" };
        let words = if chat.closing.keeps_none { "close-words-none" } else { "close-words-kept" };
        rows.push(row(
            Field::Words,
            "close-words",
            format!("{mark} {}", look.say(words)),
            look.say("close-space"),
        ));
    }
    let mark = if chat.closing.goodbye { "[x]" } else { "[ ]" };
    let goodbye = if chat.is_outside() {
        "–".to_owned()
    } else if chat.is_over() {
        look.say("close-goodbye-over")
    } else {
        format!("{mark} {}", look.say("close-goodbye-send"))
    };
    rows.push(row(Field::Goodbye, "close-goodbye", goodbye, hint("close-change", Command::FormGoodbye)));
    rows.push(more(String::new(), String::new()));
    rows
}

fn child(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let code = |code: &Option<String>| code.clone().unwrap_or_else(|| "unknown".to_owned());
    let age = look.say_or(&format!("age-{}", code(&facets.age_band)), "");
    let gender = look.say_or(&format!("gender-{}", code(&facets.gender)), "").to_lowercase();
    let person = facets.person.as_deref().filter(|person| !matches!(*person, "child" | "unknown"));
    let values = [
        ("age", age.into()),
        ("gender", gender.into()),
        ("lang", SafeText::line(&facets.language).to_string().into()),
    ];
    let mut text = look.say_with("close-child-facts", &values);
    if let Some(person) = person {
        text = format!("{text}   {}", look.say_or(&format!("person-{person}"), person).to_lowercase());
    }
    text
}

fn outcome_rows(model: &Model, chat: &Chat) -> Vec<Row> {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let is_plain = |kind: &str| kind == "counselling";
    let mut cells: Vec<String> = OUTCOMES
        .iter()
        .map(|(command, code)| {
            let is_ticked = match *code {
                "refer" => facets.outcomes.iter().any(|code| !has_letter(code)),
                "misuse" => facets.kind.as_deref().is_some_and(|kind| !is_plain(kind)),
                code => facets.outcomes.iter().any(|known| known == code),
            };
            let letter = look.key(*command, Context::Form);
            let mark = if is_ticked { "✓".to_owned() } else { letter };
            format!("[{mark}] {}", look.say(&format!("close-outcome-{}", code.replace('_', "-"))))
        })
        .collect();
    let others: Vec<String> = facets
        .outcomes
        .iter()
        .filter(|code| !has_letter(code))
        .map(|code| look.say_or(&format!("outcome-{}", code.replace('.', "-")), code))
        .collect();
    let mut rows = Vec::new();
    for pair in cells.chunks_mut(2) {
        let text = match pair {
            [one, two] => format!("{} {two}", crate::console::widget::pad(one, 27)),
            [one] => one.clone(),
            _ => String::new(),
        };
        rows.push(Row { field: None, label: String::new(), text, hint: String::new() });
    }
    if let Some(kind) = facets.kind.as_deref().filter(|kind| !is_plain(kind)) {
        let text = look.say_or(&format!("kind-{kind}"), kind);
        rows.push(Row {
            field: None, label: String::new(), text: format!("→ {text}"), hint: String::new()
        });
    }
    if !others.is_empty() {
        rows.push(Row {
            field: None,
            label: String::new(),
            text: format!("→ {}", others.join(", ")),
            hint: String::new(),
        });
    }
    if let Some(first) = rows.first_mut() {
        first.field = Some(Field::Outcome);
        first.label = look.say("close-outcome");
    }
    rows
}

fn has_letter(code: &str) -> bool {
    matches!(code, "listened" | "info" | "ended_by_child")
}

fn risks(model: &Model, chat: &Chat) -> String {
    let level = |level: &RiskLevel, with_number: bool| {
        let mark = if chat.contact.facets.risk == Some(level.number()) { "(•)" } else { "( )" };
        let name = model.look.say(&format!("{}.short", level.label_id()));
        if with_number { format!("{mark} {} {name}", level.number()) } else { format!("{mark} {name}") }
    };
    let all = |with_number| {
        RiskLevel::ALL.iter().map(|risk| level(risk, with_number)).collect::<Vec<_>>().join(" ")
    };
    let numbered = all(true);
    let room = usize::from(model.size.0.min(80).saturating_sub(VALUES + 1));
    if width(&numbered) <= room { numbered } else { all(false) }
}

/// Returns what the level of risk asks of the counsellor beside the fields of the form.
fn to_do(model: &Model, chat: &Chat) -> Option<String> {
    let facets = &chat.contact.facets;
    let risk = RiskLevel::try_from(facets.risk?).ok()?;
    let has_plan = facets.outcomes.iter().any(|outcome| outcome == "safety_plan");
    let is_open = |trigger: &&Trigger| match trigger {
        Trigger::OfferSafetyPlan => !has_plan,
        Trigger::ChildProtectionChecklist => true,
        _ => false,
    };
    let asked = model.taxonomy.risk(risk).triggers.iter().filter(is_open);
    let asked: Vec<String> = asked.map(|trigger| model.look.say(&trigger.label_id())).collect();
    (!asked.is_empty()).then(|| format!("→ {}", asked.join(" ")))
}

/// Returns what the quarterly table will say of it.
pub fn table_row(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let Some(topic) = facets.topics.first().filter(|_| facets.kind.as_deref() == Some("counselling")) else {
        let kind = facets.kind.as_deref().unwrap_or("counselling");
        return look.say_with("close-table", &[("row", look.say_or(&format!("kind-{kind}"), kind).into())]);
    };
    let family = crate::taxonomy::TopicId::from(topic.as_str()).family();
    let family = look.say_or(&family.label_id(), family.as_str());
    let mut parts = vec![format!("{family} › {}", workspace::topic_name(model, topic).to_lowercase())];
    if let Some(online) = facets.online.as_deref() {
        parts.push(look.say_or(&format!("online-{online}"), online).to_lowercase());
    }
    if let Some(age) = facets.age_band.as_deref() {
        parts.push(look.say_or(&format!("age-{age}"), age));
    }
    look.say_with("close-table", &[("row", parts.join(" · ").into())])
}
