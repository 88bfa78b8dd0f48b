//! Czech declension by paradigm: the forms in which a name or a place may stand in a note. It makes too many forms
//! rather than too few: one that nobody uses costs a little memory, one that is missing shows a child.

use std::collections::BTreeSet;

/// The gender of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gender {
    /// She.
    Female,
    /// He.
    Male,
    /// Not shown.
    Unknown,
}

/// Endings of the possessive adjective of a woman (Terezin) and of a man (Kubův).
const HERS: [&str; 11] = ["in", "ina", "iny", "inu", "ině", "ino", "inou", "iných", "iným", "inými", "inému"];
const HIS: [&str; 12] =
    ["ův", "ova", "ovo", "ovu", "ově", "ovy", "ových", "ovým", "ovou", "ovými", "ovi", "ové"];
const SOFT: [&str; 9] = ["š", "ž", "č", "ř", "j", "c", "ť", "ď", "ň"];

/// Returns the forms of a given name.
pub fn given(name: &str, gender: Gender) -> BTreeSet<String> {
    let mut forms = Forms::of(name);
    if gender != Gender::Female {
        forms.masculine(name);
    }
    if gender != Gender::Male {
        forms.feminine(name);
    }
    forms.0
}

/// Returns the forms of a surname: his, hers, and the family's, each with whether it is hers.
pub fn surname(name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut his, mut hers) = (Forms::of(name), Forms(BTreeSet::new()));
    if name.chars().count() < 4 && !name.ends_with('ý') {
        // Vo, Lê, Suk: too short to lose anything.
        his.add(name, &["a", "ovi", "em", "ů", "ovi"]);
        hers.add(name, &["ová", "ové", "ovou"]);
        return (his.0, hers.0);
    }
    if let Some(stem) = name.strip_suffix('ý') {
        his.add(stem, &["ý", "ého", "ému", "ým", "í", "ých", "ými", "ej", "ýho", "ýmu"]);
        hers.add(stem, &["á", "é", "ou", "ý"]);
    } else if name.ends_with('ů') {
        hers.add(name, &[""]);
    } else if let Some(stem) = name.strip_suffix('í') {
        his.add(stem, &["ího", "ímu", "ím", "ích", "ími", "ová", "ové", "ovou"]);
        hers.add(name, &["", "ová", "ové", "ovou"]);
    } else {
        his.masculine(name);
        // Svoboda loses its vowel before every ending, as Petržela and Matějko do.
        let family = name.strip_suffix(['a', 'o', 'e', 'y', 'i']).unwrap_or(name);
        for stem in stems(family) {
            his.add(&stem, &["ovi", "ů", "ům", "ových", "ovým", "ovými", "ovic", "ovic", "y", "i"]);
            hers.add(&stem, &["ová", "ové", "ovou", "ovy"]);
        }
        if name.ends_with(['e', 'y', 'i', 'o']) {
            hers.add(name, &["", "ová", "ové", "ovou"]);
        }
        for (old, new) in [("ský", "ská"), ("cký", "cká"), ("ski", "ska"), ("cki", "cka")] {
            if let Some(stem) = name.strip_suffix(old) {
                hers.add(stem, &[new]);
            }
        }
        if !name.ends_with(['a', 'o', 'e', 'y', 'i']) {
            hers.add(name, &["ová", "ové", "ovou"]);
        }
    }
    hers.0.retain(|form| !his.0.contains(form) || name.ends_with(['ů', 'í']));
    (his.0, hers.0)
}

/// Returns the forms of one word of a place's name.
pub fn place(name: &str) -> BTreeSet<String> {
    let mut forms = Forms::of(name);
    let cut = |ending: &str| name.strip_suffix(ending);
    if let Some(stem) = cut("á") {
        forms.add(stem, &["é", "ou", "ého", "ém"]);
    } else if let Some(stem) = cut("ý") {
        forms.add(stem, &["ého", "ému", "ém", "ým"]);
    } else if let Some(stem) = cut("é") {
        forms.add(stem, &["ého", "ému", "ém", "ým", "ých", "ými"]);
    } else if let Some(stem) = cut("í") {
        forms.add(stem, &["ího", "ímu", "ím", "ích", "ími"]);
    } else if let Some(stem) = cut("ice") {
        forms.add(stem, &["ic", "icím", "icích", "icemi", "ici", "icí", "icema"]);
    } else if let Some(stem) = cut("e").or(cut("ě")) {
        forms.add(stem, &["i", "í", "e", "ě", "ím", "ích", "emi", "", "ete", "eti", "etem"]);
    } else if let Some(stem) = cut("y").or(cut("i")) {
        forms.add(stem, &["", "ů", "ům", "ech", "ích", "ách", "ám", "ami", "y", "ema"]);
        forms.insert_fleeting(stem);
    } else if let Some(stem) = cut("a") {
        forms.add(stem, &["y", "u", "ou", "i", "e"]);
        forms.softened(stem);
    } else if let Some(stem) = cut("o") {
        forms.add(stem, &["a", "u", "em", "ě", "e"]);
    } else {
        for stem in stems(name) {
            forms.add(&stem, &["u", "a", "ě", "e", "em", "i", "í", "y", "ech", "ách"]);
            forms.softened(&stem);
        }
    }
    forms.0
}

struct Forms(BTreeSet<String>);

impl Forms {
    fn of(name: &str) -> Forms {
        Forms(BTreeSet::from([name.to_owned()]))
    }

    fn add(&mut self, stem: &str, endings: &[&str]) {
        self.0.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
    }

    /// Adds the dative in -e or -ě with the change of the consonant before it (Anička → Aničce, Olga → Olze).
    fn softened(&mut self, stem: &str) {
        for (old, new) in [("ch", "še"), ("k", "ce"), ("h", "ze"), ("g", "ze"), ("r", "ře")] {
            if let Some(rest) = stem.strip_suffix(old) {
                self.add(rest, &[new]);
                return;
            }
        }
        self.add(stem, &["ě", "e"]);
    }

    /// Adds the genitive plural of a town with a vowel put in (Poděbrady has none, Hory has Hor, Bystrky Bystrek).
    fn insert_fleeting(&mut self, stem: &str) {
        let mut letters: Vec<char> = stem.chars().collect();
        if letters.len() > 3 && letters.last().is_some_and(|last| matches!(last, 'k' | 'n' | 'l' | 'r')) {
            letters.insert(letters.len() - 1, 'e');
            self.0.insert(letters.into_iter().collect());
        }
    }

    fn hers(&mut self, stem: &str) {
        let changed =
            [("ch", "š"), ("k", "č"), ("h", "ž"), ("g", "ž"), ("r", "ř"), ("ď", "d"), ("ť", "t"), ("ň", "n")]
                .into_iter()
                .find_map(|(old, new)| stem.strip_suffix(old).map(|rest| format!("{rest}{new}")));
        self.add(stem, &HERS);
        if let Some(changed) = changed {
            self.add(&changed, &HERS);
        }
    }

    fn feminine(&mut self, name: &str) {
        if let Some(stem) = name.strip_suffix('a') {
            let soft =
                SOFT.iter().any(|end| stem.ends_with(end)) || stem.ends_with(['i', 'y', 'e', 'u', 'o']);
            self.add(stem, &["y", "u", "o", "ou", "ám", "ami", "ách"]);
            self.softened(stem);
            if soft {
                self.add(stem, &["i", "e", "í", "in", "iny"]);
            }
            for (old, new) in [("ď", "d"), ("ť", "t"), ("ň", "n")] {
                if let Some(rest) = stem.strip_suffix(old) {
                    self.add(rest, &[&format!("{new}i"), &format!("{new}ě")]);
                }
            }
            self.hers(stem);
        } else if let Some(stem) = name.strip_suffix(['e', 'ě']) {
            self.add(stem, &["i", "í", "e", "u"]);
            self.hers(stem);
            self.hers(stem.strip_suffix('i').unwrap_or(stem));
            if stem.ends_with('i') {
                self.add(stem, &["n", "na", "nu", "ny", "ně", "nou", "iným"]);
            }
        } else if let Some(stem) = name.strip_suffix(['y', 'i', 'í', 'o', 'u']) {
            self.hers(stem);
            self.add(name, &["na", "n", "nu"]);
        } else {
            self.add(name, &["y", "e", "u", "o", "ou", "i", "í", "ě"]);
            self.softened(name);
            self.hers(name);
        }
    }

    fn masculine(&mut self, name: &str) {
        if let Some(stem) = name.strip_suffix('a') {
            self.add(stem, &["y", "ovi", "u", "o", "ou", "i", "e", "ové", "ům"]);
            self.softened(stem);
            for (old, new) in [("ď", "d"), ("ť", "t"), ("ň", "n")] {
                if let Some(rest) = stem.strip_suffix(old) {
                    self.add(rest, &[&format!("{new}i"), &format!("{new}ě")]);
                }
            }
            self.add(stem, &HIS);
        } else if let Some(stem) = name.strip_suffix('o') {
            self.add(stem, &["a", "ovi", "u", "em", "e", "y"]);
            self.add(stem, &HIS);
        } else if name.ends_with(['y', 'i', 'í', 'e', 'é', 'u', 'ě']) {
            self.add(name, &["ho", "mu", "m", "ův", "ova", "ovi", "ové", "ovu", "ovy", "ové"]);
            if let Some(stem) = name.strip_suffix('í') {
                self.add(stem, &["ího", "ímu", "ím", "ího"]);
            }
            if let Some(stem) = name.strip_suffix('e') {
                self.add(stem, &["eho", "emu", "em", "a", "ovi", "u"]);
            }
        } else {
            for stem in stems(name) {
                self.add(&stem, &["a", "ovi", "u", "em", "ové", "ům", "e", "i", "y", "ech"]);
                self.softened(&stem);
                for (old, new) in [("ď", "d"), ("ť", "t"), ("ň", "n")] {
                    if let Some(rest) = stem.strip_suffix(old) {
                        let plain: Vec<String> =
                            ["i", "ě", "ěm"].iter().map(|ending| format!("{new}{ending}")).collect();
                        self.add(rest, &plain.iter().map(String::as_str).collect::<Vec<_>>());
                    }
                }
                self.add(&stem, &HIS);
            }
        }
    }
}

/// The stems to which endings are put: the word, and the word without a fleeting e (Marek → Mark-, Vaněk → Vaňk-).
fn stems(name: &str) -> Vec<String> {
    let mut stems = vec![name.to_owned()];
    for (old, new) in [
        ("něk", "ňk"),
        ("děk", "ďk"),
        ("těk", "ťk"),
        ("ěk", "k"),
        ("ek", "k"),
        ("něc", "nc"),
        ("ec", "c"),
        ("el", "l"),
        ("en", "n"),
        ("eš", "š"),
        ("ev", "v"),
        ("er", "r"),
        ("eň", "n"),
        ("eč", "č"),
        ("est", "st"),
    ] {
        if let Some(rest) = name.strip_suffix(old)
            && rest.chars().count() > 1
        {
            stems.push(format!("{rest}{new}"));
            break;
        }
    }
    // A soft ending loses its mark before e (Pavlíň → …), and a long vowel of the last syllable may shorten (Bůh, Kůň).
    if let Some(rest) = name.strip_suffix("ůl") {
        stems.push(format!("{rest}ol"));
    }
    if let Some(rest) = name.strip_suffix("ín").or_else(|| name.strip_suffix("ýn")) {
        stems.push(format!("{rest}in"));
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(forms: &BTreeSet<String>, wanted: &str) {
        for form in wanted.split(' ') {
            assert!(forms.contains(form), "{form} is missing among {forms:?}");
        }
    }

    #[test]
    fn given_names_decline_by_their_paradigm() {
        for (name, gender, wanted) in [
            ("Anička", Gender::Female, "Anička Aničky Aničce Aničku Aničko Aničkou Aniččin Aniččina"),
            ("Olga", Gender::Female, "Olgy Olze Olgu Olgo Olgou Olžin Olžina"),
            ("Bára", Gender::Female, "Báry Báře Báru Báro Bárou Bářin Bářina"),
            ("Naďa", Gender::Female, "Nadi Naďu Naďo Naďou Nadin"),
            ("Marie", Gender::Female, "Marie Marii Marií Mariin Mariina"),
            ("Alice", Gender::Female, "Alice Alici Alicí Alicin"),
            ("Dagmar", Gender::Female, "Dagmar Dagmary Dagmaře"),
            ("Zbyněk", Gender::Male, "Zbyněk Zbyňka Zbyňkovi Zbyňku Zbyňkem Zbyňkův"),
            ("Pavel", Gender::Male, "Pavla Pavlovi Pavle Pavlem Pavlův Pavlova"),
            ("Tomáš", Gender::Male, "Tomáše Tomáši Tomášovi Tomášem Tomášův"),
            ("Honza", Gender::Male, "Honzy Honzovi Honzu Honzo Honzou Honzův Honzova"),
            ("Jiří", Gender::Male, "Jiřího Jiřímu Jiřím"),
            ("Petr", Gender::Male, "Petra Petrovi Petře Petrem Petrův"),
            ("Vojtěch", Gender::Male, "Vojtěcha Vojtěchovi Vojtěchu Vojtěchem"),
            ("Ivo", Gender::Male, "Iva Ivovi Ivem"),
        ] {
            holds(&given(name, gender), wanted);
        }
    }

    #[test]
    fn surnames_have_his_hers_and_the_familys_forms() {
        for (name, male, female) in [
            ("Vaněk", "Vaňka Vaňkovi Vaňku Vaňkem Vaňkovi Vaňků Vaňkům", "Vaňková Vaňkové Vaňkovou"),
            ("Veselý", "Veselého Veselému Veselým Veselí Veselých", "Veselá Veselé Veselou"),
            ("Němec", "Němce Němci Němcem Němcovi Němců", "Němcová Němcové"),
            ("Svoboda", "Svobody Svobodovi Svobodu Svobodou Svobodů", "Svobodová Svobodové Svobodovou"),
            ("Kučera", "Kučery Kučerovi Kučeru Kučerou Kučerů", "Kučerová Kučerové"),
            ("Kolář", "Koláře Koláři Kolářem Kolářovi", "Kolářová Kolářovou"),
            ("Krejčí", "Krejčího Krejčímu Krejčím", "Krejčí"),
            ("Nguyen", "Nguyena Nguyenovi", "Nguyenová Nguyenové"),
        ] {
            let (his, hers) = surname(name);
            holds(&his, male);
            // A form that both have stands with his.
            holds(&his.union(&hers).cloned().collect(), female);
        }
    }

    #[test]
    fn places_decline() {
        for (name, wanted) in [
            ("Teplice", "Teplic Teplicích Teplicím"),
            ("Benešov", "Benešova Benešově Benešovu Benešovem"),
            ("Kolín", "Kolína Kolíně Kolínem"),
            ("Kostelec", "Kostelce Kostelci Kostelcem"),
            ("Poděbrady", "Poděbrad Poděbradech"),
            ("Chrudim", "Chrudimi Chrudimí"),
            ("Příbram", "Příbrami"),
            ("Karviná", "Karviné Karvinou"),
            ("Opava", "Opavy Opavě Opavu"),
        ] {
            holds(&place(name), wanted);
        }
    }
}
