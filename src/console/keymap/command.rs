//! The commands a key or the menu can give. Each has an id for keymap files and two texts in the locales: its name
//! (`cmd-chat-take`) and what it does (`cmd-chat-take-what`).

/// Defines the commands once: variant and id.
macro_rules! commands {
    ($($command:ident $id:literal),* $(,)?) => {
        /// Something a person can tell the console to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the locales say what each does, and the reference page is made from them")]
        pub enum Command { $($command),* }

        impl Command {
            /// All commands, in the order in which the menu shows them.
            pub const ALL: &'static [Self] = &[$(Self::$command),*];

            /// Returns the id that keymap files use.
            pub fn id(self) -> &'static str {
                match self { $(Self::$command => $id),* }
            }

            /// Returns the command of this id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$command),)* _ => None }
            }
        }
    };
}

impl Command {
    /// Returns whether only supervisors have it.
    pub fn is_of_supervisors(self) -> bool {
        self.id().starts_with("board.")
    }

    /// Returns the Fluent id of its name; with `-what` behind it, of what it does.
    pub fn text_id(self) -> String {
        format!("cmd-{}", self.id().replace(['.', '_'], "-"))
    }
}

commands! {
    // the work of a shift
    ChatTake "chat.take", ChatNext "chat.next", ChatClose "chat.close", ChatUp "chat.up", ChatDown "chat.down",
    NoteToggle "note.toggle", TopicsOpen "topics.open", PhrasesOpen "phrases.open", CaseFind "case.find",
    HelpAsk "help.ask", AskSecond "ask.second", AskHandOver "ask.hand_over", AskDanger "ask.danger",
    AskWhisper "ask.whisper", ChatRelease "chat.release", ChatTakeOver "chat.take_over", ChatLookIn "chat.look_in",
    DraftClear "draft.clear", EmojiOpen "emoji.open", PhraseMake "phrase.make", WordsCopy "words.copy",
    // text
    TextSend "text.send", TextNewline "text.newline", TextUndo "text.undo", TextRedo "text.redo",
    TextDeleteWord "text.delete_word", TextDeleteLine "text.delete_line",
    // moving about
    BoxFocus "box.focus", Back "back", PaneNext "pane.next", PanePrevious "pane.previous", Open "open",
    ScrollUp "scroll.up", ScrollDown "scroll.down", ScrollTop "scroll.top", ScrollBottom "scroll.bottom",
    FindInChat "find.in_chat",
    // forms
    FormConfirm "form.confirm", FormTick "form.tick", FormLater "form.later", FormChild "form.child",
    FormOnline "form.online", FormRisk "form.risk", FormGoodbye "form.goodbye", FormListened "form.listened", FormInfo "form.info",
    FormRefer "form.refer", FormLeft "form.left", FormMisuse "form.misuse",
    // the work around a case
    ContactNew "contact.new", CaseDue "case.due", PromiseMake "promise.make", PhraseAgree "phrase.agree",
    PhraseFind "phrase.find", DisclosureOpen "disclosure.open", CaseLink "case.link",
    // of supervisors: the board, and what is done from it
    BoardOpen "board.open", BoardWhisper "board.whisper", BoardTakeOver "board.take_over", BoardAssign "board.assign",
    BoardMove "board.move", BoardShutDoors "board.shut_doors", BoardOpenDoors "board.open_doors",
    BoardHold "board.hold", BoardAnnounce "board.announce",
    // what leaves the house
    ExportReview "export.review", PreviewNext "preview.next", PreviewMask "preview.mask", PreviewKeep "preview.keep",
    PreviewEverywhere "preview.everywhere", PreviewOwnList "preview.own_list", PreviewAdd "preview.add",
    PreviewForward "preview.forward", PreviewBackward "preview.backward",
    // the shift itself
    MenuOpen "menu.open", KeysShow "keys.show", Lock "lock", Break "break", Ready "ready", Places "places",
    NotesShow "notes.show", NotesWrite "notes.write", OwnShow "own.show", Snooze "snooze",
    Retry "retry", Language "language", Quit "quit",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_two_texts_in_both_languages() {
        for texts in [
            include_str!("../../../locales/en/commands.ftl"),
            include_str!("../../../locales/cs/commands.ftl"),
        ] {
            let ids: Vec<&str> = texts.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
            for command in Command::ALL {
                assert!(ids.contains(&command.text_id().as_str()), "{}", command.id());
                assert!(ids.contains(&format!("{}-what", command.text_id()).as_str()), "{}", command.id());
            }
            assert_eq!(ids.len(), 2 * Command::ALL.len(), "texts of commands that are gone");
        }
    }
}
