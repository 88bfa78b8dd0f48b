//! Other help on the page: what `taxonomy/resources.toml` names, as a child reads it.

use std::collections::BTreeMap;

use super::HelpPlace;
use crate::taxonomy::{Resource, Words};

/// Returns the places of help, in the languages of the page. What is called by one of `phones` is left out: those numbers
/// stand on the page already.
pub fn places(resources: &[Resource], languages: &[String], phones: &[String]) -> Vec<HelpPlace> {
    let digits = |phone: &str| phone.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_there = |phone: &String| phones.iter().any(|other| digits(other) == digits(phone));
    let said = |words: &Words| -> BTreeMap<String, String> {
        languages.iter().map(|lang| (lang.clone(), words.get(lang).to_owned())).collect()
    };
    let others = resources.iter().filter(|resource| !resource.phone.as_ref().is_some_and(is_there));
    let place = |resource: &Resource| HelpPlace {
        name: said(&resource.name),
        what: said(&resource.purpose),
        url: resource.web.clone(),
        phone: resource.phone.clone(),
        hours: said(&resource.hours),
        langs: resource.languages.clone(),
    };
    others.map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::Taxonomy;

    #[test]
    fn a_child_reads_of_all_help_but_the_numbers_that_stand_there_anyway() {
        let resources = Taxonomy::shipped().resources();
        let (languages, phones) = (["cs".to_owned()], ["112".to_owned(), "116111".to_owned()]);
        let places = places(resources, &languages, &phones);
        assert_eq!(places.len(), resources.len() - 2);
        let phones: Vec<&str> = places.iter().filter_map(|place| place.phone.as_deref()).collect();
        assert!(!phones.contains(&"112") && !phones.contains(&"116 111") && phones.contains(&"116 006"));
        for place in &places {
            let texts = [&place.name, &place.what, &place.hours];
            assert!(texts.iter().all(|text| text.len() == 1 && !text["cs"].is_empty()), "{place:?}");
        }
    }
}
