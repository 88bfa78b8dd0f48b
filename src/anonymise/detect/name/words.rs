//! What single words say of names beside them: what a person does, what introduces one, how names and ordinary words end.

/// A word after which a clause begins.
pub fn joins(word: &[u8]) -> bool {
    matches!(
        word,
        b"and"
            | b"but"
            | b"because"
            | b"cos"
            | b"cuz"
            | b"when"
            | b"that"
            | b"says"
            | b"said"
            | b"if"
            | b"so"
            | b"then"
            | b"ze"
            | b"kdyz"
            | b"ale"
            | b"protoze"
            | b"jak"
    )
}

/// A word after which stands whom it is about.
pub fn is_whom(word: &[u8]) -> bool {
    matches!(
        word,
        b"with"
            | b"told"
            | b"tell"
            | b"likes"
            | b"like"
            | b"love"
            | b"loves"
            | b"named"
            | b"from"
            | b"about"
            | b"hate"
            | b"hates"
            | b"met"
            | b"asked"
            | b"blocked"
            | b"s"
            | b"se"
            | b"od"
            | b"u"
            | b"pro"
    )
}

/// What stands between the surname and the given name of a Vietnamese person.
pub fn is_middle(word: &[u8]) -> bool {
    matches!(
        word,
        b"van"
            | b"thi"
            | b"duc"
            | b"minh"
            | b"quoc"
            | b"xuan"
            | b"huu"
            | b"ngoc"
            | b"kim"
            | b"thanh"
            | b"hong"
            | b"thu"
            | b"anh"
            | b"viet"
            | b"dinh"
            | b"trong"
            | b"quang"
    )
}

/// Whether a word ends as Czech verbs do.
pub fn is_verb_like(word: &[u8]) -> bool {
    const ENDS: &[&[u8]] = &[
        b"l", b"la", b"li", b"lo", b"t", b"me", b"te", b"je", b"ji", b"na", b"no", b"en", b"an", b"is",
        b"as", b"es",
    ];
    ENDS.iter().any(|end| word.ends_with(end))
}

/// Whether a word ends as no Czech verb does.
pub fn ends_as_name(word: &[u8]) -> bool {
    word.len() > 3
        && word.last().is_some_and(|last| {
            !matches!(last, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'l' | b'm' | b's' | b't')
        })
}

/// Whether a word is what a person does, so that the word before it is one: Hope says …
pub fn acts(word: &[u8]) -> bool {
    matches!(
        word,
        b"is"
            | b"was"
            | b"has"
            | b"had"
            | b"says"
            | b"said"
            | b"feels"
            | b"felt"
            | b"asked"
            | b"asks"
            | b"wants"
            | b"wanted"
            | b"told"
            | b"called"
            | b"rang"
            | b"thinks"
            | b"lives"
            | b"doesn"
            | b"isn"
            | b"wasn"
            | b"didn"
            | b"texted"
            | b"wrote"
            | b"cried"
            | b"went"
            | b"came"
            | b"knows"
            | b"goes"
            | b"keeps"
            | b"kept"
            | b"helped"
            | b"loves"
            | b"hates"
            | b"wont"
            | b"doesnt"
            | b"isnt"
            | b"wasnt"
            | b"didnt"
            | b"sent"
            | b"sends"
            | b"hit"
            | b"hits"
            | b"started"
            | b"moved"
            | b"left"
            | b"got"
            | b"gets"
            | b"took"
            | b"made"
            | b"makes"
            | b"vola"
            | b"volala"
            | b"volal"
            | b"pise"
            | b"psala"
            | b"psal"
            | b"rika"
            | b"rikala"
            | b"rikal"
            | b"rekla"
            | b"rekl"
            | b"chce"
            | b"bydli"
            | b"brecela"
            | b"brecel"
            | b"breci"
            | b"place"
            | b"zavolala"
            | b"zavolal"
            | b"napsala"
            | b"napsal"
            | b"utekla"
            | b"utekl"
            | b"chtela"
            | b"chtel"
    )
}

/// Jmeno sarlota, kamarad daneček: what stands before a name and hardly before anything else.
pub fn said_name(word: &[u8]) -> bool {
    matches!(word, b"jmeno" | b"jmena" | b"krestni" | b"prijmeni" | b"prezdivka")
}

/// Hájková, Hájkové, Hájkovou: what only women are called in Czech.
pub fn is_surname_shape(word: &[u8]) -> bool {
    word.len() > 5 && (word.ends_with(b"ova") || word.ends_with(b"ove") || word.ends_with(b"ovou"))
}

pub fn is_surname_like(word: &[u8], czech: bool) -> bool {
    const ENDS: &[&[u8]] = &[
        b"sky", b"ska", b"skeho", b"skou", b"cky", b"cka", b"ak", b"aka", b"akem", b"ek", b"ka", b"kem",
        b"ik", b"ika", b"ikem", b"ec", b"ce", b"ar", b"are", b"an", b"ana", b"anem", b"il", b"al", b"ala",
        b"el", b"ous", b"ouse", b"ko", b"enko",
    ];
    word.len() > 3 && (!czech || is_surname_shape(word) || ENDS.iter().any(|end| word.ends_with(end)))
}

/// Whether a word that no list has ends as ordinary words of the language do.
pub fn looks_ordinary(word: &[u8], czech: bool) -> bool {
    const CZECH: &[&[u8]] = &[
        b"uje", b"uji", b"uju", b"ujeme", b"ujou", b"ovat", b"ovala", b"oval", b"ovali", b"ovano", b"ovana",
        b"ovan", b"eni", b"ani", b"iti", b"ace", b"aci", b"osti", b"ost", b"ila", b"ili", b"ilo", b"ala",
        b"ali", b"alo", b"ela", b"eli", b"elo", b"ula", b"uli", b"eno", b"eny", b"ano", b"ata", b"at", b"it",
        b"et", b"ut", b"me", b"te", b"ich", b"ych", b"ymi", b"imi", b"eho", b"emu", b"stvi", b"ctvi", b"ism",
        b"tel", b"ove", b"ovy", b"ny", b"ne", b"ni", b"ske", b"cke", b"sky", b"cky", b"aji", b"eji", b"ly",
    ];
    const ENGLISH: &[&[u8]] = &[
        b"ing", b"ings", b"ed", b"ly", b"tion", b"tions", b"sion", b"ment", b"ments", b"ness", b"able",
        b"ible", b"ous", b"ful", b"ies", b"ive", b"ity", b"ance", b"ence", b"less", b"ical", b"ised",
        b"ized", b"ism", b"ist", b"ers", b"ship", b"hood", b"ward", b"wards", b"self", b"thing", b"body",
    ];
    let ends = if czech { CZECH } else { ENGLISH };
    word.len() > 4 && ends.iter().any(|end| word.len() > end.len() + 1 && word.ends_with(end))
}

/// Titles and ranks, as written before a full stop.
pub fn is_title(word: &[u8]) -> bool {
    matches!(
        word,
        b"p" | b"pi"
            | b"sl"
            | b"mgr"
            | b"ing"
            | b"mudr"
            | b"phdr"
            | b"judr"
            | b"bc"
            | b"dr"
            | b"mr"
            | b"mrs"
            | b"ms"
            | b"prof"
            | b"uc"
            | b"pc"
            | b"por"
            | b"npor"
            | b"kpt"
            | b"nprap"
            | b"pprap"
            | b"prap"
            | b"mjr"
            | b"plk"
            | b"rev"
            | b"sgt"
            | b"insp"
            | b"doc"
            | b"paeddr"
            | b"rndr"
            | b"mvdr"
    )
}

/// What stands before a short name and belongs to it: Big Mo, lil jay.
pub fn is_big(word: &[u8]) -> bool {
    matches!(word, b"big" | b"lil" | b"wee" | b"fat" | b"mad")
}
