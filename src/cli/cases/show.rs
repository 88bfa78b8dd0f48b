//! Showing a contact, and reading and writing its note.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::{Desk, find, short};
use crate::casebook::record::{Audited, Change, Contact, Disclosure, Note as Filled, Speaker, Transcript};
use crate::cli::{Exit, Failure, Outcome, book, keys::now, say};
use crate::conversation::SafeText;
use crate::taxonomy::{FormId, Shape};

#[derive(Args)]
pub struct Show {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long)]
    transcript: bool,
    #[arg(long, value_name = "SHAPE")]
    shape: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Note {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long, value_name = "FIELD")]
    set: Option<String>,
    #[arg(long, value_name = "FILE", requires = "set")]
    from: Option<PathBuf>,
    #[arg(long, value_name = "SHAPE")]
    shape: Option<String>,
    #[arg(long)]
    json: bool,
}

impl Desk {
    fn read(&self, typed: &str) -> Outcome<Contact> {
        let summary = self.contact(typed)?;
        let contact = self.casebook.contact(summary.id).map_err(|error| book::trouble(&error))?;
        contact.ok_or_else(|| {
            Failure::new(Exit::Failed, "cases-error-no-such").with("id", typed).with("count", 0)
        })
    }

    fn shape(&self, name: Option<&str>) -> Outcome<Option<&'static Shape>> {
        let Some(name) = name else { return Ok(None) };
        let shapes = self.taxonomy.shapes();
        let found = shapes.iter().find(|shape| shape.id == name);
        let known = || shapes.iter().map(|shape| shape.id.clone()).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| {
            Failure::new(Exit::Usage, "cases-error-code").with("code", name).with("known", known())
        })
    }

    /// Returns the fields of a filled form with their names, in the version in which it was written; what that version
    /// does not know stands at the end, for no word may be hidden.
    fn named(&self, note: &Filled, shape: Option<&Shape>) -> Vec<(String, String, String)> {
        // Before there was a second template, notes called theirs "dap".
        let id = if note.template == "dap" { FormId::note() } else { FormId::new(note.template.as_str()) };
        let form = self.taxonomy.form_version(&id, note.version).or_else(|| self.taxonomy.form(&id));
        let label =
            |id: &str, otherwise: &str| self.locale.try_say(id, &[]).unwrap_or_else(|| otherwise.to_owned());
        let mut named: Vec<(String, String, String)> = Vec::new();
        let mut take = |field: &str, name: String| {
            let words = SafeText::new(note.field(field)).to_string();
            if !words.is_empty() {
                named.push((field.to_owned(), name, words));
            }
        };
        match (shape.filter(|shape| shape.form == id), form) {
            (Some(shape), _) => {
                shape
                    .parts
                    .iter()
                    .for_each(|part| take(&part.field, label(&shape.part_label_id(part), &part.id)));
            }
            (None, Some(form)) => {
                form.fields
                    .iter()
                    .for_each(|field| take(&field.id, label(&form.field_label_id(field), &field.id)));
            }
            (None, None) => {}
        }
        for (field, words) in &note.fields {
            if !named.iter().any(|(known, ..)| known == field) {
                named.push((
                    field.clone(),
                    label(&format!("form-{id}-{field}"), field),
                    SafeText::new(words).to_string(),
                ));
            }
        }
        named
    }

    fn say_fields(&self, note: &Filled, shape: Option<&Shape>) {
        for (_, name, words) in self.named(note, shape) {
            say(&format!("{name}:"));
            words.lines().for_each(|line| say(&format!("  {line}")));
        }
    }

    fn audit(&mut self, what: Audited) -> Outcome {
        let changes = vec![Change::Audit(now(), what, "1".to_owned())];
        self.casebook.save(changes, now()).map_err(|error| book::trouble(&error))
    }
}

/// Shows a contact: facets, note, forms, what was disclosed; with `--transcript` the words of the chat too.
pub fn show(desk: &mut Desk, show: &Show) -> Outcome {
    let contact = desk.read(&show.id)?;
    let shape = desk.shape(show.shape.as_deref())?;
    let transcript = match show.transcript {
        true => desk.casebook.transcript(contact.id).map_err(|error| book::trouble(&error))?,
        false => None,
    };
    desk.audit(Audited::Opened)?;
    if show.json {
        say(&whole(desk, &contact, transcript.as_ref()).to_string());
        return Ok(());
    }
    let Some(summary) = desk.casebook.summary(contact.id) else { return Ok(()) };
    say(&find::line(desk, &summary, None));
    let others = desk.casebook.contacts_of(contact.case);
    if others.len() > 1 {
        let values = [("case", short(contact.case.as_bytes()).into()), ("count", others.len().into())];
        say(&desk.locale.say_with("cases-of-case", &values));
    }
    for (group, codes) in [
        ("topic", contact.facets.topics.clone()),
        ("person", contact.facets.person.clone().into_iter().collect()),
        ("age", contact.facets.age_band.clone().into_iter().collect()),
        ("where", contact.facets.places.clone()),
        ("outcome", contact.facets.outcomes.clone()),
    ] {
        let names: Vec<String> = codes.iter().map(|code| desk.name(group, code)).collect();
        if !names.is_empty() {
            say(&format!("  {}", names.join(" · ")));
        }
    }
    if !contact.supervisor.is_empty() {
        let who = SafeText::line(&contact.supervisor).to_string();
        say(&desk.locale.say_with("cases-supervisor", &[("who", who.into())]));
    }
    desk.say_fields(&contact.note, shape);
    for form in &contact.forms {
        let name = desk.name("form", &form.template);
        say(&format!("── {name}"));
        desk.say_fields(form, None);
    }
    if let Some(disclosure) = &contact.disclosure {
        say(&disclosed(desk, disclosure));
    }
    for promise in desk.casebook.promises_of(contact.case) {
        let values = [
            ("when", desk.minute(promise.due).into()),
            ("what", SafeText::line(&promise.what).to_string().into()),
        ];
        let id = if promise.done.is_some() { "cases-promise-kept" } else { "casebook-promise-due" };
        say(&desk.locale.say_with(id, &values));
    }
    for line in transcript.iter().flat_map(|transcript| &transcript.lines) {
        let who = speaker(desk, &line.by);
        let words = if line.text.is_empty() { &line.kind } else { &line.text };
        say(&format!("{}  {who}: {}", desk.minute(line.at), SafeText::new(words)));
    }
    Ok(())
}

fn speaker(desk: &Desk, by: &Speaker) -> String {
    match by {
        Speaker::Child => desk.locale.say("talk-child"),
        Speaker::Line(name) | Speaker::Colleague(name) => SafeText::line(name).to_string(),
        Speaker::Relay => "·".to_owned(),
    }
}

fn disclosed(desk: &Desk, disclosure: &Disclosure) -> String {
    let ticked = [
        (disclosure.name, "disclosure-name"),
        (disclosure.address, "disclosure-address"),
        (disclosure.facts, "disclosure-facts"),
        (disclosure.child_told, "disclosure-told"),
    ];
    let mut parts: Vec<String> =
        ticked.into_iter().filter(|(is, _)| *is).map(|(_, id)| desk.locale.say(id)).collect();
    if !disclosure.decision.is_empty() {
        let (decision, second) = (SafeText::line(&disclosure.decision), SafeText::line(&disclosure.second));
        let values = [("decision", decision.to_string().into()), ("second", second.to_string().into())];
        parts.push(desk.locale.say_with("disclosure-decided", &values));
    }
    format!("{}: {}", desk.locale.say("disclosure-title"), parts.join(" · "))
}

fn whole(desk: &Desk, contact: &Contact, transcript: Option<&Transcript>) -> Value {
    let Some(summary) = desk.casebook.summary(contact.id) else { return Value::Null };
    let mut value = find::as_json(&summary, None);
    let form = |note: &Filled| {
        let fields: serde_json::Map<String, Value> =
            note.fields.iter().map(|(field, words)| (field.clone(), json!(SafeText::new(words)))).collect();
        json!({ "form": note.template, "version": note.version, "fields": fields })
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("note".to_owned(), form(&contact.note));
        fields.insert("forms".to_owned(), contact.forms.iter().map(form).collect());
        fields.insert("disclosure".to_owned(), json!(contact.disclosure));
        fields.insert("supervisor".to_owned(), json!(SafeText::line(&contact.supervisor)));
        fields.insert("kept".to_owned(), json!(contact.kept));
    }
    if let (Some(transcript), Some(fields)) = (transcript, value.as_object_mut()) {
        let lines = transcript.lines.iter().map(|line| {
            json!({ "at": Desk::stamp(line.at), "by": line.by, "kind": line.kind, "text": SafeText::new(&line.text) })
        });
        fields.insert("transcript".to_owned(), lines.collect());
    }
    value
}

/// Shows the note of a contact, or sets one of its fields to what comes on standard input or from a file: words never
/// stand on a command line.
pub fn note(desk: &mut Desk, note: &Note) -> Outcome {
    let mut contact = desk.read(&note.id)?;
    let Some(field) = &note.set else {
        let shape = desk.shape(note.shape.as_deref())?;
        desk.audit(Audited::Opened)?;
        if note.json {
            let fields: serde_json::Map<String, Value> = desk
                .named(&contact.note, shape)
                .into_iter()
                .map(|(field, _, words)| (field, json!(words)))
                .collect();
            say(&json!({ "form": contact.note.template, "version": contact.note.version, "fields": fields })
                .to_string());
        } else {
            desk.say_fields(&contact.note, shape);
        }
        return Ok(());
    };
    if contact.note.is_empty() {
        let form = desk.taxonomy.form(&FormId::note());
        contact.note.template = FormId::note().as_str().to_owned();
        contact.note.version = form.map_or(1, |form| form.version);
    }
    let form = desk.taxonomy.form_version(&FormId::note(), contact.note.version);
    if let Some(form) = form.or_else(|| desk.taxonomy.form(&FormId::note()))
        && form.field(field).is_none()
    {
        let known = form.fields.iter().map(|field| field.id.clone()).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(Exit::Usage, "cases-error-code").with("code", field).with("known", known));
    }
    let mut words = zeroize::Zeroizing::new(String::new());
    match &note.from {
        Some(file) => {
            *words = std::fs::read_to_string(file).map_err(|error| Failure::io(file, &error))?;
        }
        None => {
            let read = std::io::stdin().read_to_string(&mut words);
            read.map_err(|_| Failure::new(Exit::Failed, "cli-error-no-terminal"))?;
        }
    }
    contact.note.set(field, words.trim_end());
    let saved = desk.casebook.save(vec![Change::Contact(Box::new(contact))], now());
    saved.map_err(|error| book::trouble(&error))?;
    let at = desk.minute(now());
    say(&desk.locale.say_with("casebook-saved", &[("time", at.as_str().into())]));
    Ok(())
}
