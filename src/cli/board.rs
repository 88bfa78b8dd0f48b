//! `opora board`: the shift at a glance, live, on a wall, as finished lines, or once for a script.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::house::{self, House};
use super::{Exit, Failure, Global, Outcome, console, keys, say};
use crate::client::desk::{Command, Queue, Update};
use crate::client::link::Connection;
use crate::console::keymap::Keymap;
use crate::console::look::Look;
use crate::console::model::Alone;
use crate::console::model::watch::{PAST, STALE_MS, TODAY, Watch};
use crate::console::screen::board::words;
use crate::console::theme::Theme;
use crate::conversation::board::{Measure, Verdict};
use crate::conversation::tally::Tally;
use crate::locale::Locale;
use crate::report::period::moment;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long)]
    once: bool,
    #[arg(long)]
    wall: bool,
    #[arg(long)]
    plain: bool,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
}

/// Runs `opora board`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    if options.once || options.json {
        return keys::runtime()?.block_on(once(global, options, locale));
    }
    if options.plain {
        return keys::runtime()?.block_on(plain(global, options, locale));
    }
    let alone = if options.wall { Alone::Wall } else { Alone::Board };
    console::board(global, options.relay.clone(), &options.theme, &options.keymap, alone, locale)
}

/// Writes the board of now and ends.
async fn once(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let mut house = House::connect(global, options.relay.clone(), locale).await?;
    let look = look(locale)?;
    let now = keys::now();
    let mut watch = Watch::new(look.zone.clone(), now);
    watch.queue(&house.queue, now);
    // The line needs today alone; JSON also holds the week ago and the hours ahead.
    let asks = watch.asks().into_iter().filter(|(ask, _)| *ask == TODAY || options.json);
    let mut awaited = BTreeSet::new();
    for (ask, request) in asks {
        awaited.insert(ask);
        _ = house.link.commands.send(Command::Ask { ask, request }).await;
    }
    let mut queue = house.queue.clone();
    while !awaited.is_empty() {
        let Some(update) = house.link.updates.recv().await else { break };
        match &update {
            Update::Queue(new) => queue = new.clone(),
            Update::Connection(Connection::Stopped(stop)) => return Err(house::stopped(stop)),
            Update::Answer { ask, answer } => {
                let is_last = !matches!(answer, crate::client::desk::Answer::Rows { is_last: false, .. });
                if is_last {
                    awaited.remove(ask);
                }
            }
            _ => {}
        }
        take(&mut watch, &update, keys::now());
    }
    house.leave().await;
    if options.json {
        say(&as_json(&look, &watch, &queue).to_string());
    } else {
        say(&words::sentence(&look, &watch.board.six()));
    }
    Ok(())
}

/// Gives a watch what it can use of an update.
fn take(watch: &mut Watch, update: &Update, now: u64) {
    match update {
        Update::Queue(queue) => watch.queue(queue, now),
        Update::Ended(rows) => watch.ended(rows),
        Update::Answer { ask: ask @ (TODAY | PAST), answer } => watch.answer(*ask, answer),
        _ => {}
    }
}

/// Words and zone; no keys and no colours, for nothing is drawn.
fn look(locale: &Locale) -> Outcome<Look> {
    let theme = Theme::shipped("mono").ok_or_else(|| Failure::ready(Exit::Failed, "mono".to_owned()))?;
    Ok(Look {
        theme,
        locale: locale.clone(),
        keymap: Keymap::default(),
        zone: TimeZone::system(),
        is_ascii: false,
    })
}

/// Writes a line whenever something changed: for a screen reader, a log, a pipe.
async fn plain(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let mut house = House::connect(global, options.relay.clone(), locale).await?;
    let mut teller = Teller::begin(look(locale)?, &house.queue);
    teller.ask(&mut house).await;
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            update = house.link.updates.recv() => match update {
                Some(Update::Connection(Connection::Stopped(stop))) => return Err(house::stopped(&stop)),
                Some(update) => {
                    if matches!(update, Update::Welcome(_)) {
                        teller.ask(&mut house).await;
                    }
                    teller.hear(&update);
                }
                None => return Err(house::unreachable("–", "–")),
            },
            _ = seconds.tick() => {
                if teller.tick() {
                    teller.ask(&mut house).await;
                }
            }
            _ = &mut interrupt => {
                house.leave().await;
                return Ok(());
            }
        }
    }
}

/// What was told last, so that only news is told.
struct Teller {
    look: Look,
    watch: Watch,
    heard: u64,
    told: Vec<String>,
    alarms: BTreeSet<String>,
    is_stale: bool,
}

impl Teller {
    fn begin(look: Look, queue: &Queue) -> Self {
        let now = keys::now();
        let mut watch = Watch::new(look.zone.clone(), now);
        watch.queue(queue, now);
        Self { look, watch, heard: now, told: Vec::new(), alarms: BTreeSet::new(), is_stale: false }
    }

    async fn ask(&mut self, house: &mut House) {
        for (ask, request) in self.watch.asks() {
            _ = house.link.commands.send(Command::Ask { ask, request }).await;
        }
    }

    fn hear(&mut self, update: &Update) {
        if matches!(update, Update::Queue(_) | Update::Heard(_) | Update::Ended(_) | Update::Welcome(_)) {
            self.heard = keys::now();
        }
        take(&mut self.watch, update, keys::now());
        self.tell();
    }

    /// Returns whether a new day began.
    fn tick(&mut self) -> bool {
        let now = keys::now();
        let is_new_day = self.watch.tick(now);
        let silent = now.saturating_sub(self.heard);
        let is_stale = silent >= STALE_MS;
        if is_stale && !self.is_stale {
            self.line(&words::silent(&self.look, silent));
        }
        self.is_stale = is_stale;
        self.tell();
        is_new_day
    }

    fn tell(&mut self) {
        if !self.watch.has_today() {
            return;
        }
        let six = self.watch.board.six();
        // The longest wait grows every second; that is no news.
        let values: Vec<String> = words::NAMES
            .iter()
            .filter(|name| **name != "longest")
            .map(|name| words::value(&self.look, &six, name))
            .collect();
        if values != self.told {
            self.told = values;
            self.line(&words::sentence(&self.look, &six));
        }
        let alarms: BTreeSet<String> = self
            .watch
            .board
            .alarms()
            .iter()
            .map(|alarm| {
                let handle = alarm.conv.map(|conv| self.look.handle(conv)).unwrap_or_default();
                format!("{handle} {}", words::alarm(&self.look, alarm)).trim().to_owned()
            })
            .collect();
        let new: Vec<String> = alarms.difference(&self.alarms).cloned().collect();
        self.alarms = alarms;
        new.iter().for_each(|alarm| self.line(alarm));
    }

    fn line(&self, text: &str) {
        say(&format!("{} {text}", self.look.clock(keys::now())));
    }
}

fn measure(measure: Measure) -> Value {
    let verdict = match measure.verdict {
        Verdict::None => "none",
        Verdict::Met => "met",
        Verdict::Near => "near",
        Verdict::Missed => "missed",
    };
    json!({ "value": measure.value, "goal": measure.goal, "verdict": verdict })
}

fn tally(tally: &Tally) -> Value {
    json!({
        "offered": tally.offered,
        "answered": tally.answered,
        "within": tally.within,
        "abandoned": tally.abandoned,
        "short": tally.short,
        "service_level": tally.service_level(),
        "abandonment": tally.abandonment(),
    })
}

/// The board as JSON; times are milliseconds since 1970. No list is sorted by what somebody did.
fn as_json(look: &Look, watch: &Watch, queue: &Queue) -> Value {
    let board = &watch.board;
    let six = board.six();
    let mut numbers: serde_json::Map<String, Value> =
        six.named().into_iter().map(|(name, value)| (name.to_owned(), measure(value))).collect();
    numbers.insert("places".to_owned(), six.places.into());
    let alarms: Vec<Value> = board
        .alarms()
        .iter()
        .map(|alarm| {
            json!({
                "kind": words::alarm_name(alarm.kind),
                "handle": alarm.conv.map(|conv| look.handle(conv)),
                "account": alarm.account.as_ref().map(ToString::to_string),
                "since": alarm.since,
                "others": alarm.others,
            })
        })
        .collect();
    let colleagues: Vec<Value> = board
        .colleagues()
        .map(|line| {
            json!({
                "account": line.person.account.to_string(),
                "state": line.person.state,
                "until": line.person.until,
                "away": line.person.away,
                "chats": line.chats,
                "places": line.person.places,
                "child_waits_since": line.asks.map(|(asks, _)| asks),
                "since_break": line.since_break,
            })
        })
        .collect();
    let hours: Vec<Value> = board
        .hours()
        .iter()
        .map(|hour| json!({ "start": moment(hour.start).to_string(), "sums": tally(&hour.tally) }))
        .collect();
    let ahead: Vec<Value> = watch
        .ahead(3)
        .iter()
        .map(|hour| {
            let start = moment(hour.start).to_string();
            json!({ "start": start, "expected": hour.expected, "needed": hour.needed })
        })
        .collect();
    json!({
        "as_of": queue.as_of,
        "numbers": numbers,
        "line": queue.house.line.state,
        "doors_shut": queue.house.doors.as_ref().map(|doors| json!({ "by": doors.by.to_string(), "at": doors.at, "until": doors.until })),
        "hold": queue.house.hold.as_ref().map(|hold| json!({ "by": hold.by.to_string(), "at": hold.at })),
        "today": tally(&board.today()),
        "week_ago": watch.week_ago().as_ref().map(tally),
        "hours": hours,
        "ahead": ahead,
        "alarms": alarms,
        "colleagues": colleagues,
    })
}
