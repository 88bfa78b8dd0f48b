//! Shapes that are no longer written, and how each becomes the newest.

use serde::Deserialize;

use crate::casebook::record::{CaseId, Contact, ContactId, Disclosure, Facets, Kept, Note};
use crate::conversation::id::ConversationId;

/// A contact whose facets had one of the 4 Cs at most.
#[derive(Deserialize)]
pub(super) struct ContactV1 {
    id: ContactId,
    case: CaseId,
    conv: Option<ConversationId>,
    handle: String,
    by: String,
    facets: FacetsV1,
    opened: u64,
    taken: Option<u64>,
    ended: Option<u64>,
    note: Note,
    forms: Vec<Note>,
    kept: Kept,
    disclosure: Option<Disclosure>,
    supervisor: String,
    finished: Option<u64>,
    lines: (u32, u32),
}

#[derive(Deserialize)]
struct FacetsV1 {
    kind: Option<String>,
    channel: String,
    person: Option<String>,
    age_band: Option<String>,
    gender: Option<String>,
    region: Option<String>,
    topics: Vec<String>,
    online: Option<String>,
    places: Vec<String>,
    risk4c: Option<String>,
    risk: Option<u8>,
    outcomes: Vec<String>,
    repeat: bool,
    language: String,
}

impl ContactV1 {
    pub fn newest(self) -> Contact {
        let facets = Facets {
            kind: self.facets.kind,
            channel: self.facets.channel,
            person: self.facets.person,
            age_band: self.facets.age_band,
            gender: self.facets.gender,
            region: self.facets.region,
            topics: self.facets.topics,
            online: self.facets.online,
            places: self.facets.places,
            risk4c: self.facets.risk4c.into_iter().collect(),
            risk: self.facets.risk,
            outcomes: self.facets.outcomes,
            repeat: self.facets.repeat,
            language: self.facets.language,
        };
        Contact {
            id: self.id,
            case: self.case,
            conv: self.conv,
            handle: self.handle,
            by: self.by,
            facets,
            opened: self.opened,
            taken: self.taken,
            ended: self.ended,
            note: self.note,
            forms: self.forms,
            kept: self.kept,
            disclosure: self.disclosure,
            supervisor: self.supervisor,
            finished: self.finished,
            lines: self.lines,
        }
    }
}
