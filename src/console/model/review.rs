//! A review in the model: what was gathered comes in, what was decided goes to the casebook.

use super::{Effect, Job, Model, SaveFailure};
use crate::casebook::record::Change;
use crate::console::screen::{Screen, preview};
use crate::console::theme::Role;
use crate::report::review::Gathered;

impl Model {
    pub(super) fn gathered(&mut self, gathered: Result<Gathered, String>) {
        match gathered {
            Ok(gathered) if gathered.cases.is_empty() => {
                let values = [
                    ("quarter", gathered.quarter.as_str().into()),
                    ("ready", gathered.ready.into()),
                    ("left", gathered.left.into()),
                ];
                self.tell(Role::Ok, "preview-nothing", &values);
            }
            Ok(gathered) => self.push(Screen::Preview(Box::new(preview::State::new(gathered)))),
            Err(sentence) => {
                self.tell(Role::Warning, "preview-failed", &[("reason", sentence.as_str().into())]);
            }
        }
    }

    /// Keeps what was decided; the preview goes once it is on disk.
    pub(in crate::console) fn keep_reviewed(&mut self, changes: Vec<Change>) {
        self.effect(Effect::Save(Job::Reviewed, changes));
    }

    pub(super) fn reviewed(&mut self, result: Result<u64, SaveFailure>) {
        if result.is_err() {
            return;
        }
        let place = self.screens.iter().position(|screen| matches!(screen, Screen::Preview(_)));
        let Some(place) = place else { return };
        let Screen::Preview(state) = &mut self.screens[place] else { return };
        let Some((count, quarter, left)) = state.kept() else { return };
        let is_over = left == 0;
        if is_over {
            self.screens.remove(place);
        }
        let values = [("count", count.into()), ("quarter", quarter.as_str().into())];
        self.tell(Role::Ok, if is_over { "preview-done" } else { "preview-kept" }, &values);
    }
}
