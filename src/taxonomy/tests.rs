#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

fn shipped_with(file: &str, change: impl Fn(&str) -> String) -> Result<Taxonomy, TaxonomyError> {
    let place = FILES.iter().position(|name| *name == file).unwrap();
    let texts = [
        include_str!("../../taxonomy/topics.toml"),
        include_str!("../../taxonomy/online.toml"),
        include_str!("../../taxonomy/crosswalk.toml"),
        include_str!("../../taxonomy/codes.toml"),
        include_str!("../../taxonomy/forms.toml"),
        include_str!("../../taxonomy/resources.toml"),
    ];
    let changed = change(texts[place]);
    assert_ne!(changed, texts[place], "the change of {file} found nothing");
    let mut sources = Sources::shipped();
    assert!(sources.replace(file, &changed));
    Taxonomy::parse(&sources)
}

#[test]
fn the_shipped_taxonomy_is_whole() {
    let taxonomy = Taxonomy::parse(&Sources::shipped()).unwrap();
    assert_eq!(taxonomy.topics().count(), 57);
    assert_eq!(taxonomy.families().len(), 11);
    assert_eq!(taxonomy.topics().filter(|topic| topic.starred).count(), 14);
    assert_eq!(taxonomy.insafe_categories().len(), 22);
    assert_eq!(taxonomy.chi_families().len(), 10);
    assert_eq!(taxonomy.outcomes().count(), 20);
    assert_eq!(taxonomy.codes(Facet::Region).len(), 16);
    assert!(taxonomy.checklist("emergency").is_some() && taxonomy.checklist("child_protection").is_some());
}

#[test]
fn every_family_of_child_helpline_international_but_by_name_is_reached() {
    let taxonomy = Taxonomy::shipped();
    for family in taxonomy.chi_families() {
        let reached = taxonomy.topics().any(|topic| topic.chi.family() == family.id);
        assert!(reached, "no topic counts in {}", family.id);
    }
    for category in taxonomy.insafe_categories() {
        let reached = taxonomy.topics().any(|topic| topic.insafe.as_ref() == Some(category));
        assert!(reached, "no topic counts in {category}");
    }
}

#[test]
fn insafe_takes_only_what_is_not_offline_and_drops_nothing() {
    let taxonomy = Taxonomy::shipped();
    for (topic, online, expected) in [
        ("violence.bullying", Online::Offline, None),
        ("violence.bullying", Online::Mixed, Some("cyberbullying")),
        ("violence.sextortion", Online::Online, Some("oscec")),
        ("violence.physical", Online::Online, Some("other")),
        ("digital.fraud", Online::Online, Some("ecrime")),
        ("no.such", Online::Online, Some("other")),
    ] {
        assert_eq!(
            taxonomy.insafe(&topic.into(), online).as_ref().map(InsafeCode::as_str),
            expected,
            "{topic} {online:?}"
        );
    }
}

#[test]
fn child_helpline_international_counts_some_topics_elsewhere_when_online() {
    let taxonomy = Taxonomy::shipped();
    for (topic, online, expected) in [
        ("violence.bullying", Online::Offline, Some("violence.bullying")),
        ("violence.bullying", Online::Online, Some("violence.cyberbullying")),
        ("violence.sexual", Online::Mixed, Some("violence.ocsea")),
        ("mental.mood", Online::Online, Some("mental_health.mood")),
        ("no.such", Online::Online, None),
    ] {
        assert_eq!(taxonomy.chi(&topic.into(), online).map(ChiSub::as_str), expected, "{topic} {online:?}");
    }
}

#[test]
fn outcomes_roll_up_to_actions() {
    let taxonomy = Taxonomy::shipped();
    for (outcome, action) in [
        ("listened", "direct"),
        ("safety_plan", "direct"),
        ("callback", "direct"),
        ("adult_involved", "direct"),
        ("info", "resources"),
        ("materials", "resources"),
        ("ref.emergency", "referral_law_enforcement"),
        ("ref.police", "referral_law_enforcement"),
        ("report.hotline", "csam_report"),
        ("lost", "other"),
    ] {
        assert_eq!(taxonomy.outcome(&outcome.into()).unwrap().chi.as_str(), action, "{outcome}");
    }
}

#[test]
fn only_the_digital_family_has_a_default_for_the_online_facet() {
    for topic in Taxonomy::shipped().topics() {
        let expected = (topic.family().as_str() == "digital").then_some(Online::Online);
        assert_eq!(topic.online, expected, "{}", topic.id);
    }
}

#[test]
fn risk_levels_raise_the_mark_that_routes_alarms() {
    let taxonomy = Taxonomy::shipped();
    assert_eq!(RiskLevel::ALL.map(|level| taxonomy.risk(level).flag), [0, 0, 1, 2, 3]);
    assert!(taxonomy.risk(RiskLevel::R0).triggers.is_empty());
    for level in [RiskLevel::R3, RiskLevel::R4] {
        assert!(taxonomy.risk(level).triggers.contains(&Trigger::TakesAllPlaces));
        assert!(taxonomy.risk(level).triggers.contains(&Trigger::SupervisorNameRequired));
    }
}

#[test]
fn the_note_has_its_starred_fields_and_both_other_shapes() {
    let taxonomy = Taxonomy::shipped();
    let note = taxonomy.form(&FormId::note()).unwrap();
    let fields: Vec<_> = note.fields.iter().map(|field| (field.id.as_str(), field.required)).collect();
    let expected = [
        ("request", false),
        ("data", true),
        ("assessment", true),
        ("with_child", true),
        ("intervention", false),
        ("response", false),
        ("plan", true),
        ("no_callback", true),
        ("handover", false),
    ];
    assert_eq!(fields, expected);
    let by_risk = |risk: u8, outcome: &str| {
        let facets = Facets {
            risk: Some(RiskLevel::try_from(risk).unwrap()),
            outcomes: vec![OutcomeCode::from(outcome)],
            ..Facets::new("chat".into(), "cs")
        };
        let needed = note.fields.iter().filter(|field| field.is_needed(&facets));
        needed.map(|field| field.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(by_risk(1, "listened"), ["data", "assessment", "plan"]);
    assert_eq!(by_risk(2, "listened"), ["data", "assessment", "with_child", "plan", "no_callback"]);
    assert_eq!(by_risk(4, "callback"), ["data", "assessment", "with_child", "plan"]);
    assert_eq!(note.facets, ["topics", "online", "risk", "outcomes"]);
    let shapes: Vec<_> =
        taxonomy.shapes().iter().map(|shape| (shape.id.as_str(), shape.parts.len())).collect();
    assert_eq!(shapes, [("soap", 4), ("birp", 4)]);
}

#[test]
fn an_old_note_finds_the_version_it_was_written_in() {
    let newer = "\n[[form]]\nid = \"note\"\nversion = 3\nfield = [{ id = \"data\", kind = \"text\" }, { id = \"request\", kind = \"text\" },\n { id = \"assessment\", kind = \"text\" }, { id = \"plan\", kind = \"text\" }, { id = \"intervention\", kind = \"text\" }, { id = \"response\", kind = \"text\" }]\n";
    let taxonomy = shipped_with("forms.toml", |text| format!("{text}{newer}")).unwrap();
    assert_eq!(taxonomy.form(&FormId::note()).unwrap().version, 3);
    assert_eq!(taxonomy.form_version(&FormId::note(), 1).unwrap().fields.len(), 7);
    assert_eq!(taxonomy.forms().filter(|form| form.id == FormId::note()).count(), 1);
}

#[test]
fn a_mistake_in_a_file_is_named_with_its_line() {
    for (file, from, to, line, what) in [
        ("topics.toml", "id = \"violence.physical\"", "id = \"violence.bullying\"", 9, "there twice"),
        ("topics.toml", "id = \"violence.physical\"", "id = \"physical\"", 9, "FAMILY.NAME"),
        ("topics.toml", "starred = true", "stared = true", 10, "unknown field"),
        ("topics.toml", "version = 1", "version = 7", 3, "version 7"),
        ("crosswalk.toml", "insafe = \"grooming\"", "insafe = \"groming\"", 0, "no category of Insafe"),
        ("crosswalk.toml", "chi = \"violence.neglect\"", "chi = \"neglect\"", 0, "no sub-category"),
        (
            "crosswalk.toml",
            "id = \"violence.stalking\"",
            "id = \"violence.stalked\"",
            0,
            "no topic of topics.toml",
        ),
        ("online.toml", "\"mixed\", ", "", 4, "online facet"),
        ("online.toml", "digital = \"online\"", "digitel = \"online\"", 9, "no family"),
        ("codes.toml", "chi = \"direct\"", "chi = \"indirect\"", 0, "no action"),
        ("codes.toml", "level = 3", "level = 4", 0, "risk level 3 should"),
        ("codes.toml", "\"supervisor_alert\"", "\"supervisor_alarm\"", 0, "unknown variant"),
        ("codes.toml", "    \"a9_11\",\n", "    \"a9 11\",\n", 0, "no id"),
        (
            "forms.toml",
            "id = \"data\", kind = \"text\"",
            "id = \"data\", kind = \"txt\"",
            12,
            "not text, yes_no",
        ),
        ("forms.toml", "only_if = \"q2\"", "only_if = \"q9\"", 0, "no yes_no field before"),
        ("forms.toml", "from_risk = 2", "from_risk = 7", 0, "7 is no risk level"),
        ("forms.toml", "unless_outcome = \"callback\"", "unless_outcome = \"calback\"", 0, "outcome"),
        ("forms.toml", "field = \"request\" },", "field = \"wish\" },", 0, "no field of note"),
        ("resources.toml", "web = \"https://", "web = \"http://", 0, "begins with https"),
        ("resources.toml", "phone = \"112\"\n", "", 0, "needs a name, and a phone"),
    ] {
        let error = shipped_with(file, |text| text.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.file, file, "{error}");
        assert!(error.what.contains(what), "{error} should say {what:?}");
        let text = error.line;
        assert!(line == 0 || text == line, "{error} should name line {line}");
        assert!(text > 1, "{error} should name a line of the mistake");
    }
}

#[test]
fn a_topic_without_a_line_in_the_crosswalk_is_named_in_its_own_file() {
    let error = shipped_with("topics.toml", |text| format!("{text}\n[[topic]]\nid = \"digital.robots\"\n"))
        .unwrap_err();
    assert!(error.what.contains("digital.robots") && error.what.contains("crosswalk.toml"), "{error}");
}

#[test]
fn a_file_that_is_no_toml_names_the_line_where_reading_stopped() {
    let error =
        shipped_with("codes.toml", |text| text.replacen("[[facet]]\nid", "[[facet]\nid", 1)).unwrap_err();
    assert_eq!((error.file, error.line), ("codes.toml", 5), "{error}");
}

#[test]
fn search_prefers_the_beginning_of_a_word_and_needs_no_diacritics() {
    let taxonomy = Taxonomy::shipped();
    let names = |id: &TopicId| -> String {
        match id.as_str() {
            "violence.bullying" => "Šikana\nkyberšikana".into(),
            "violence.sextortion" => "Sexuální vydírání".into(),
            "violence.sexual" => "Sexuální násilí".into(),
            "mental.mood" => "Smutek, deprese".into(),
            "peers.class" => "Spolužáci".into(),
            other => other.to_owned(),
        }
    };
    for (query, first) in [
        ("sik", "violence.bullying"),
        ("ŠIK", "violence.bullying"),
        ("vyd", "violence.sextortion"),
        ("sex nas", "violence.sexual"),
        ("dep", "mental.mood"),
        ("uzac", "peers.class"),
        ("spoluzaci", "peers.class"),
        ("sikna", "violence.bullying"),
        ("bull", "violence.bullying"),
    ] {
        assert_eq!(taxonomy.search(query, names).first().map(TopicId::as_str), Some(first), "{query:?}");
    }
    assert!(taxonomy.search("qqqq", names).is_empty());
    assert_eq!(taxonomy.search("", names).len(), 57);
    assert_eq!(taxonomy.search("  ", names)[0].as_str(), "violence.bullying");
}

/// The name of a topic and its other words, out of the shipped texts.
fn shipped_words(text: &'static str) -> impl Fn(&TopicId) -> String {
    move |topic| {
        let start = format!("{} = ", topic.label_id());
        let mut lines = text.lines().skip_while(|line| !line.starts_with(&start));
        let name = lines.next().unwrap().trim_start_matches(&start);
        format!("{name}\n{}", lines.next().unwrap().trim_start_matches("    .also = "))
    }
}

#[test]
fn three_letters_as_a_counsellor_types_them_bring_the_topic_first() {
    let taxonomy = Taxonomy::shipped();
    let czech = shipped_words(include_str!("../../locales/cs/taxonomy.ftl"));
    for (query, first) in [
        ("sik", "violence.bullying"),
        ("kyb", "violence.bullying"),
        ("vyd", "violence.sextortion"),
        ("sebev", "mental.suicide"),
        ("sebep", "mental.selfharm"),
        ("uzk", "mental.anxiety"),
        ("ano", "mental.eating"),
        ("rozv", "family.separation"),
        ("rozch", "peers.partner"),
        ("spo", "peers.class"),
        ("sni", "violence.image_abuse"),
        ("gro", "violence.grooming"),
        ("pod", "digital.fraud"),
        ("her", "digital.gaming"),
        ("adhd", "mental.neuro"),
        ("fal prof", "digital.reputation"),
    ] {
        assert_eq!(taxonomy.search(query, &czech).first().map(TopicId::as_str), Some(first), "{query:?}");
    }
    let english = shipped_words(include_str!("../../locales/en/taxonomy.ftl"));
    for (query, first) in [
        ("bul", "violence.bullying"),
        ("sui", "mental.suicide"),
        ("div", "family.separation"),
        ("sca", "digital.fraud"),
        ("runa", "missing.runaway"),
        ("ext", "violence.sextortion"),
    ] {
        assert_eq!(taxonomy.search(query, &english).first().map(TopicId::as_str), Some(first), "{query:?}");
    }
}

#[test]
fn search_never_offers_a_retired_topic() {
    let taxonomy = shipped_with("topics.toml", |text| {
        text.replacen("id = \"mental.mood\"\n", "id = \"mental.mood\"\nretired = true\n", 1)
    })
    .unwrap();
    let found = taxonomy.search("mood", |id| id.to_string());
    assert!(!found.contains(&"mental.mood".into()));
    assert!(taxonomy.topic(&"mental.mood".into()).is_some());
}

fn finished() -> Facets {
    Facets {
        topics: vec!["violence.bullying".into()],
        online: Some(Online::Online),
        risk: Some(RiskLevel::R0),
        outcomes: vec!["listened".into()],
        ..Facets::new("chat".into(), "cs")
    }
}

#[test]
fn a_contact_says_what_is_missing_and_what_is_wrong() {
    let taxonomy = Taxonomy::shipped();
    assert_eq!(taxonomy.check(&finished()), []);
    let missing: Vec<Problem> = ["topics", "online", "risk", "outcomes"].map(Problem::Missing).into();
    assert_eq!(taxonomy.check(&Facets::new("chat".into(), "cs")), missing);
    assert_eq!(taxonomy.check(&Facets { kind: "silent".into(), ..Facets::new("chat".into(), "cs") }), []);
    let silent_but_grave =
        Facets { kind: "silent".into(), risk: Some(RiskLevel::R3), ..Facets::new("chat".into(), "cs") };
    assert_eq!(taxonomy.check(&silent_but_grave), [Problem::Missing("outcomes")]);
    let topics = ["mental.mood", "mental.mood", "no.such", "mental.self"].map(TopicId::from).to_vec();
    assert_eq!(
        taxonomy.check(&Facets { topics, ..finished() }),
        [
            Problem::TooManyTopics,
            Problem::TopicTwice("mental.mood".into()),
            Problem::Unknown("topics", "no.such".into())
        ]
    );
    let offline = Facets { online: Some(Online::Offline), places: vec!["gaming".into()], ..finished() };
    assert_eq!(taxonomy.check(&offline), [Problem::OnlyOnline("where")]);
    let unknown = Facets { age_band: "a7".into(), ..finished() };
    assert_eq!(taxonomy.check(&unknown), [Problem::Unknown("age_band", "a7".into())]);
}

#[test]
fn facets_are_the_same_after_json_and_postcard() {
    let facets = Facets { places: vec!["gaming".into()], risk: Some(RiskLevel::R3), ..finished() };
    let json = serde_json::to_string(&facets).unwrap();
    assert!(json.contains(r#""where":["gaming"]"#) && json.contains(r#""risk":3"#), "{json}");
    assert_eq!(serde_json::from_str::<Facets>(&json).unwrap(), facets);
    let bytes = postcard::to_stdvec(&facets).unwrap();
    assert_eq!(postcard::from_bytes::<Facets>(&bytes).unwrap(), facets);
    assert!(serde_json::from_str::<RiskLevel>("5").is_err());
}

#[test]
fn resources_have_both_languages_and_the_help_a_child_may_need_at_once() {
    let resources = Taxonomy::shipped().resources();
    for resource in resources {
        for words in [&resource.name, &resource.purpose, &resource.hours] {
            assert!(words.has("en") && words.has("cs"), "{}", resource.id);
        }
    }
    for phone in ["112", "155", "158", "116 111", "777 715 215", "606 021 021"] {
        assert!(resources.iter().any(|resource| resource.phone.as_deref() == Some(phone)), "{phone}");
    }
    let line = resources.iter().find(|resource| resource.id == "linka_bezpeci").unwrap().line("cs");
    assert_eq!(line, "Linka bezpečí · 116 111 · https://www.linkabezpeci.cz");
}

#[test]
fn a_resource_goes_stale_a_year_after_it_was_checked() {
    let mut resource = Taxonomy::shipped().resources()[0].clone();
    let today = jiff::civil::date(2026, 11, 24);
    resource.checked = None;
    assert!(resource.is_stale(today));
    resource.checked = Some(jiff::civil::date(2025, 11, 24));
    assert!(!resource.is_stale(today));
    resource.checked = Some(jiff::civil::date(2025, 11, 23));
    assert!(resource.is_stale(today));
}

#[test]
fn everything_has_a_name_in_both_languages_and_no_name_is_left_over() {
    let taxonomy = Taxonomy::shipped();
    let mut needed = std::collections::BTreeSet::new();
    needed.extend(taxonomy.families().iter().map(Family::label_id));
    needed.extend(taxonomy.topics().map(|topic| topic.id.label_id()));
    for facet in Facet::ALL {
        needed.extend(taxonomy.codes(facet).iter().map(|code| facet.label_id(code)));
    }
    needed.extend(Online::ALL.map(Online::label_id));
    needed.extend(taxonomy.age_groups().iter().map(|group| format!("age_group-{}", group.id)));
    needed.extend(taxonomy.outcomes().map(|outcome| outcome.id.label_id()));
    needed.extend(taxonomy.insafe_categories().iter().map(InsafeCode::label_id));
    for family in taxonomy.chi_families() {
        needed.insert(family.id.label_id());
        needed.extend(family.subs.iter().map(ChiSub::label_id));
    }
    needed.extend(taxonomy.chi_actions().iter().map(ChiAction::label_id));
    for level in RiskLevel::ALL {
        needed.extend([level.label_id(), level.anchor_id()]);
        needed.extend(taxonomy.risk(level).triggers.iter().map(|trigger| trigger.label_id()));
    }
    for form in taxonomy.forms() {
        needed.insert(form.label_id());
        for field in &form.fields {
            needed.insert(form.field_label_id(field));
            if let FieldKind::Choice(choices) = &field.kind {
                needed.extend(choices.iter().map(|choice| form.choice_label_id(field, choice)));
            }
        }
    }
    for shape in taxonomy.shapes() {
        needed.insert(shape.label_id());
        needed.extend(shape.parts.iter().map(|part| shape.part_label_id(part)));
    }
    for list in taxonomy.checklists() {
        needed.insert(list.label_id());
        needed.extend(list.steps.iter().map(|step| list.step_label_id(step)));
    }
    for (lang, text) in [
        ("en", include_str!("../../locales/en/taxonomy.ftl")),
        ("cs", include_str!("../../locales/cs/taxonomy.ftl")),
    ] {
        let named = text
            .lines()
            .filter(|line| !line.starts_with([' ', '#']))
            .filter_map(|line| line.split_once(" ="));
        let named: std::collections::BTreeSet<String> = named.map(|(id, _)| id.to_owned()).collect();
        let wrong: Vec<_> = named.symmetric_difference(&needed).collect();
        assert!(wrong.is_empty(), "{lang}: without a name, or a name for nothing: {wrong:?}");
    }
}
