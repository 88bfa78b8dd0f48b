//! Reading the six files and holding them against each other; every complaint names file and line.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::raw::*;

use super::code::OutcomeCode;
use super::form::{Checklist, Field, FieldKind, Form, FormId, Part, Shape};
use super::{
    AgeGroup, ChiGroup, Codes, Facet, Kind, Online, Outcome, Resource, Risk, RiskLevel, Taxonomy, Topic,
    TopicId, Words,
};

/// The files of a taxonomy, by name.
pub const FILES: [&str; 6] =
    ["topics.toml", "online.toml", "crosswalk.toml", "codes.toml", "forms.toml", "resources.toml"];

/// The only layout of the files there has been so far.
const VERSION: u32 = 1;

/// The texts a taxonomy is read from.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    texts: [&'a str; 6],
}

impl<'a> Sources<'a> {
    /// Returns the shipped texts.
    pub fn shipped() -> Sources<'static> {
        Sources {
            texts: [
                include_str!("../../taxonomy/topics.toml"),
                include_str!("../../taxonomy/online.toml"),
                include_str!("../../taxonomy/crosswalk.toml"),
                include_str!("../../taxonomy/codes.toml"),
                include_str!("../../taxonomy/forms.toml"),
                include_str!("../../taxonomy/resources.toml"),
            ],
        }
    }

    /// Replaces one file; `false` says that a taxonomy has no file of this name.
    pub fn replace(&mut self, file: &str, text: &'a str) -> bool {
        match FILES.iter().position(|name| *name == file) {
            Some(place) => {
                self.texts[place] = text;
                true
            }
            None => false,
        }
    }
}

/// What is wrong in a file of the taxonomy, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct TaxonomyError {
    /// One of `FILES`.
    pub file: &'static str,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// One file while it is read: knows how to complain with a line.
struct File<'a> {
    name: &'static str,
    text: &'a str,
}

impl File<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, TaxonomyError> {
        toml::from_str(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            self.error(start, error.message().to_owned())
        })
    }

    fn error(&self, offset: usize, what: String) -> TaxonomyError {
        let line = 1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        TaxonomyError { file: self.name, line, what }
    }

    fn wrong<T, V>(&self, at: &Spanned<T>, what: String) -> Result<V, TaxonomyError> {
        Err(self.error(at.span().start, what))
    }

    fn check_version(&self, version: &Spanned<u32>) -> Result<(), TaxonomyError> {
        match version.get_ref() {
            &VERSION => Ok(()),
            other => self
                .wrong(version, format!("version {other} is not known to this opora, which reads {VERSION}")),
        }
    }

    /// Takes an id that was not there before and that a Fluent id can be made of.
    fn fresh(&self, id: &Spanned<String>, seen: &mut BTreeSet<String>) -> Result<String, TaxonomyError> {
        self.well_formed(id, id.get_ref())?;
        if !seen.insert(id.get_ref().clone()) {
            return self.wrong(id, format!("{:?} is there twice", id.get_ref()));
        }
        Ok(id.get_ref().clone())
    }

    fn fresh_list(&self, list: &Spanned<Vec<String>>) -> Result<Vec<String>, TaxonomyError> {
        let mut seen = BTreeSet::new();
        for code in list.get_ref() {
            self.well_formed(list, code)?;
            if !seen.insert(code) {
                return self.wrong(list, format!("{code:?} is there twice"));
            }
        }
        Ok(list.get_ref().clone())
    }

    fn well_formed<T>(&self, at: &Spanned<T>, id: &str) -> Result<(), TaxonomyError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        match !id.is_empty() && id.len() <= 64 && id.chars().all(fits) {
            true => Ok(()),
            false => self.wrong(at, format!("{id:?} is no id: at most 64 letters a-z, digits, _ - and .")),
        }
    }

    fn known(
        &self,
        code: &Spanned<String>,
        known: &BTreeSet<String>,
        what: &str,
    ) -> Result<String, TaxonomyError> {
        match known.contains(code.get_ref()) {
            true => Ok(code.get_ref().clone()),
            false => self.wrong(code, format!("{:?} is no {what}", code.get_ref())),
        }
    }
}

pub(super) fn parse(sources: &Sources<'_>) -> Result<Taxonomy, TaxonomyError> {
    let [topics, online, crosswalk, codes, forms, resources] =
        std::array::from_fn(|place| File { name: FILES[place], text: sources.texts[place] });
    let online_file: OnlineFile = online.read()?;
    let codes_file: CodesFile = codes.read()?;
    let mut taxonomy = Taxonomy {
        topics: Vec::new(),
        insafe: Vec::new(),
        chi: Vec::new(),
        chi_actions: Vec::new(),
        codes: BTreeMap::new(),
        needs_topics: Vec::new(),
        age_groups: Vec::new(),
        outcomes: Vec::new(),
        risks: Vec::new(),
        forms: Vec::new(),
        shapes: Vec::new(),
        checklists: Vec::new(),
        resources: read_resources(&resources)?,
    };
    read_topics(&topics, &crosswalk, &online, &online_file, &mut taxonomy)?;
    read_online(&online, &online_file, &mut taxonomy)?;
    read_codes(&codes, codes_file, &mut taxonomy)?;
    read_forms(&forms, &mut taxonomy)?;
    Ok(taxonomy)
}

fn read_topics(
    file: &File<'_>,
    crosswalk: &File<'_>,
    online: &File<'_>,
    online_file: &OnlineFile,
    taxonomy: &mut Taxonomy,
) -> Result<(), TaxonomyError> {
    let TopicsFile { version, topic } = file.read()?;
    file.check_version(&version)?;
    let mut seen = BTreeSet::new();
    let mut families = BTreeSet::new();
    for raw in &topic {
        let id = file.fresh(&raw.id, &mut seen)?;
        match id.split_once('.') {
            Some((family, name)) if !family.is_empty() && !name.is_empty() && !name.contains('.') => {
                families.insert(family.to_owned());
            }
            _ => return file.wrong(&raw.id, format!("{id:?} is no topic: write FAMILY.NAME")),
        }
    }
    let mut defaults = BTreeMap::new();
    for (family, code) in &online_file.defaults {
        online.known(family, &families, "family of topics")?;
        match Online::from_code(code.get_ref()) {
            Some(facet) => defaults.insert(family.get_ref().clone(), facet),
            None => {
                return online.wrong(code, format!("{:?} is not offline, mixed or online", code.get_ref()));
            }
        };
    }
    let mut mappings = read_crosswalk(crosswalk, &seen, taxonomy)?;
    for raw in topic {
        let id = TopicId::new(raw.id.get_ref().as_str());
        let Some(mapped) = mappings.remove(raw.id.get_ref()) else {
            return file.wrong(&raw.id, format!("{:?} has no line in crosswalk.toml", raw.id.get_ref()));
        };
        let online = defaults.get(id.family().as_str()).copied();
        taxonomy.topics.push(Topic { id, starred: raw.starred, retired: raw.retired, online, ..mapped });
    }
    Ok(())
}

/// Reads how others count; the topics it returns have their crosswalk and nothing else.
fn read_crosswalk(
    file: &File<'_>,
    topics: &BTreeSet<String>,
    taxonomy: &mut Taxonomy,
) -> Result<BTreeMap<String, Topic>, TaxonomyError> {
    let raw: CrosswalkFile = file.read()?;
    file.check_version(&raw.version)?;
    let insafe: BTreeSet<String> = file.fresh_list(&raw.insafe.categories)?.into_iter().collect();
    if !insafe.contains("other") {
        return file.wrong(
            &raw.insafe.categories,
            "\"other\" is missing: what has no category counts there".to_owned(),
        );
    }
    taxonomy.insafe = raw.insafe.categories.get_ref().iter().map(|code| code.as_str().into()).collect();
    let mut families = BTreeSet::new();
    let mut subs = BTreeSet::new();
    for family in &raw.chi {
        let id = file.fresh(&family.id, &mut families)?;
        let own: Vec<String> =
            file.fresh_list(&family.subs)?.into_iter().map(|sub| format!("{id}.{sub}")).collect();
        taxonomy.chi.push(ChiGroup {
            id: id.as_str().into(),
            subs: own.iter().map(|sub| sub.as_str().into()).collect(),
        });
        subs.extend(own);
    }
    let sub = |code: &Spanned<String>| {
        file.known(code, &subs, "sub-category of a [[chi]] family").map(super::ChiSub::new)
    };
    let mut mapped = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for topic in &raw.topic {
        let id = file.fresh(&topic.id, &mut seen)?;
        file.known(&topic.id, topics, "topic of topics.toml")?;
        let known = |code| file.known(code, &insafe, "category of Insafe").map(super::InsafeCode::new);
        let counted = Topic {
            id: TopicId::new(id.as_str()),
            starred: false,
            retired: false,
            insafe: topic.insafe.as_ref().map(known).transpose()?,
            chi: sub(&topic.chi)?,
            chi_online: topic.chi_online.as_ref().map(sub).transpose()?,
            chi_or: topic.chi_or.iter().map(sub).collect::<Result<_, _>>()?,
            online: None,
        };
        mapped.insert(id, counted);
    }
    Ok(mapped)
}

fn read_online(file: &File<'_>, raw: &OnlineFile, taxonomy: &mut Taxonomy) -> Result<(), TaxonomyError> {
    file.check_version(&raw.version)?;
    if !raw.online.get_ref().iter().map(String::as_str).eq(Online::ALL.map(Online::as_str)) {
        return file.wrong(&raw.online, "the online facet is \"offline\", \"mixed\", \"online\"".to_owned());
    }
    for (facet, list) in [(Facet::Where, &raw.places), (Facet::Risk4c, &raw.risk4c)] {
        taxonomy.codes.insert(facet, Codes { offered: file.fresh_list(list)?, retired: Vec::new() });
    }
    Ok(())
}

fn read_codes(file: &File<'_>, raw: CodesFile, taxonomy: &mut Taxonomy) -> Result<(), TaxonomyError> {
    file.check_version(&raw.version)?;
    for facet in raw.facet {
        let Some(known) = Facet::ALL.into_iter().find(|known| known.name() == facet.id.get_ref()) else {
            return file.wrong(&facet.id, format!("{:?} is no facet of a contact", facet.id.get_ref()));
        };
        let offered = file.fresh_list(&facet.codes)?;
        let all: BTreeSet<String> = offered.iter().cloned().collect();
        if known == Facet::Kind {
            for kind in &facet.needs_topics {
                taxonomy.needs_topics.push(Kind::new(file.known(kind, &all, "kind of contact")?));
            }
        }
        if let Some(both) = facet.retired.iter().find(|code| all.contains(*code)) {
            return file.wrong(&facet.codes, format!("{both:?} is both offered and retired"));
        }
        if taxonomy.codes.insert(known, Codes { offered, retired: facet.retired }).is_some() {
            return file.wrong(&facet.id, format!("{:?} is there twice", facet.id.get_ref()));
        }
    }
    if let Some(missing) = Facet::ALL.into_iter().find(|facet| !taxonomy.codes.contains_key(facet)) {
        return Err(file.error(0, format!("the facet {:?} is missing", missing.name())));
    }
    let bands: BTreeSet<String> = taxonomy.codes(Facet::AgeBand).iter().cloned().collect();
    let mut seen = BTreeSet::new();
    for group in &raw.age_group {
        let id = file.fresh(&group.id, &mut seen)?;
        let of = group.bands.iter().map(|band| file.known(band, &bands, "age band").map(super::AgeBand::new));
        taxonomy.age_groups.push(AgeGroup { id, bands: of.collect::<Result<_, _>>()? });
    }
    let actions: BTreeSet<String> = file.fresh_list(&raw.chi.actions)?.into_iter().collect();
    taxonomy.chi_actions = raw.chi.actions.get_ref().iter().map(|code| code.as_str().into()).collect();
    let mut seen = BTreeSet::new();
    for outcome in raw.outcome {
        let id = file.fresh(&outcome.id, &mut seen)?.as_str().into();
        let chi = super::ChiAction::new(file.known(&outcome.chi, &actions, "action of [chi]")?);
        taxonomy.outcomes.push(Outcome { id, chi, retired: outcome.retired });
    }
    read_risks(file, raw.risk, taxonomy)
}

fn read_risks(file: &File<'_>, raw: Vec<RawRisk>, taxonomy: &mut Taxonomy) -> Result<(), TaxonomyError> {
    for (number, risk) in raw.into_iter().enumerate() {
        let level = match RiskLevel::try_from(*risk.level.get_ref()) {
            Ok(level) if usize::from(level.number()) == number => level,
            _ => {
                return file.wrong(
                    &risk.level,
                    format!("risk level {number} should stand here: all from 0 to 4, in order"),
                );
            }
        };
        if *risk.flag.get_ref() > 3 {
            return file.wrong(&risk.flag, "a flag is 0 to 3".to_owned());
        }
        taxonomy.risks.push(Risk { level, flag: risk.flag.into_inner(), triggers: risk.triggers });
    }
    match taxonomy.risks.len() {
        5 => Ok(()),
        number => {
            Err(file
                .error(file.text.len(), format!("risk level {number} is missing: all from 0 to 4, in order")))
        }
    }
}

fn read_forms(file: &File<'_>, taxonomy: &mut Taxonomy) -> Result<(), TaxonomyError> {
    let raw: FormsFile = file.read()?;
    let outcomes = taxonomy.outcomes.iter().map(|outcome| outcome.id.to_string()).collect();
    let mut versions = BTreeSet::new();
    for form in raw.form {
        file.well_formed(&form.id, form.id.get_ref())?;
        if !versions.insert((form.id.get_ref().clone(), form.version)) {
            return file
                .wrong(&form.id, format!("{:?} has version {} twice", form.id.get_ref(), form.version));
        }
        taxonomy.forms.push(read_form(file, form, &outcomes)?);
    }
    if taxonomy.form(&FormId::note()).is_none() {
        return Err(file.error(0, "the form \"note\" is missing".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for shape in raw.shape {
        let id = file.fresh(&shape.id, &mut seen)?;
        let Some(form) = taxonomy.form(&FormId::new(shape.form.get_ref().as_str())) else {
            return file.wrong(&shape.form, format!("{:?} is no form", shape.form.get_ref()));
        };
        let mut parts = Vec::new();
        for part in shape.part {
            if form.field(part.field.get_ref()).is_none() {
                return file
                    .wrong(&part.field, format!("{:?} is no field of {}", part.field.get_ref(), form.id));
            }
            parts.push(Part { id: part.id, field: part.field.into_inner() });
        }
        taxonomy.shapes.push(Shape { id, form: form.id.clone(), parts });
    }
    let mut seen = BTreeSet::new();
    for list in raw.checklist {
        taxonomy.checklists.push(Checklist { id: file.fresh(&list.id, &mut seen)?, steps: list.steps });
    }
    Ok(())
}

fn read_form(file: &File<'_>, raw: RawForm, outcomes: &BTreeSet<String>) -> Result<Form, TaxonomyError> {
    let mut seen = BTreeSet::new();
    let mut fields: Vec<Field> = Vec::new();
    for field in raw.field {
        let id = file.fresh(&field.id, &mut seen)?;
        let kind = match (field.kind.get_ref().as_str(), field.choices.is_empty()) {
            ("text", true) => FieldKind::Text,
            ("yes_no", true) => FieldKind::YesNo,
            ("time", true) => FieldKind::Time,
            ("choice", false) => FieldKind::Choice(field.choices),
            ("choice", true) => return file.wrong(&field.kind, format!("{id:?} has no choices")),
            ("text" | "yes_no" | "time", false) => {
                return file.wrong(&field.kind, format!("{id:?} cannot have choices"));
            }
            (other, _) => {
                return file.wrong(&field.kind, format!("{other:?} is not text, yes_no, choice or time"));
            }
        };
        if let Some(before) = &field.only_if {
            let asked =
                fields.iter().any(|field| field.id == *before.get_ref() && field.kind == FieldKind::YesNo);
            if !asked {
                return file
                    .wrong(before, format!("{:?} is no yes_no field before {id:?}", before.get_ref()));
            }
        }
        let only_if = field.only_if.map(Spanned::into_inner);
        let from_risk = match &field.from_risk {
            Some(level) => match RiskLevel::try_from(*level.get_ref()) {
                Ok(risk) => Some(risk),
                Err(what) => return file.wrong(level, what),
            },
            None => None,
        };
        let unless = field.unless_outcome.as_ref();
        let unless = unless.map(|outcome| file.known(outcome, outcomes, "outcome")).transpose()?;
        let unless_outcome = unless.map(|outcome| OutcomeCode::from(outcome.as_str()));
        fields.push(Field { id, kind, required: field.required, only_if, from_risk, unless_outcome });
    }
    let facets: BTreeSet<String> = ["topics", "online", "risk", "outcomes"].map(str::to_owned).into();
    let facets = raw.facets.iter().map(|facet| file.known(facet, &facets, "facet a form can need"));
    let facets = facets.collect::<Result<_, _>>()?;
    Ok(Form { id: FormId::new(raw.id.into_inner()), version: raw.version, fields, facets })
}

fn read_resources(file: &File<'_>) -> Result<Vec<Resource>, TaxonomyError> {
    let raw: ResourcesFile = file.read()?;
    let mut seen = BTreeSet::new();
    let mut resources = Vec::new();
    for resource in raw.resource {
        let id = file.fresh(&resource.id, &mut seen)?;
        if resource.name.is_empty() || (resource.phone.is_none() && resource.web.is_none()) {
            return file.wrong(&resource.id, format!("{id:?} needs a name, and a phone or a web address"));
        }
        if let Some(web) = resource.web.as_ref().filter(|web| !web.get_ref().starts_with("https://")) {
            return file.wrong(web, format!("{:?} is no address that begins with https://", web.get_ref()));
        }
        let checked = match &resource.checked {
            None => None,
            Some(day) => match day.get_ref().to_string().parse() {
                Ok(date) => Some(date),
                Err(_) => return file.wrong(day, "checked is a day such as 2026-11-24".to_owned()),
            },
        };
        resources.push(Resource {
            id,
            name: Words(resource.name),
            purpose: Words(resource.purpose),
            phone: resource.phone,
            web: resource.web.map(Spanned::into_inner),
            languages: resource.languages,
            hours: Words(resource.hours),
            checked,
        });
    }
    Ok(resources)
}
