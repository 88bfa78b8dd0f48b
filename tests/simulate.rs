//! Whole lines in one thread: the real switchboard, a journal in memory, real links, and a pretend network that delays,
//! drops, repeats, reorders, cuts, and kills relay and consoles, all by a seed. What is checked:
//!
//! - what was acknowledged is in the log once, and shown to every reader exactly once and in order;
//! - everything written is answered in the end: acknowledged or refused;
//! - one holder at a time, whatever races;
//! - no entry of a desk log, and no account, ever goes to a child;
//! - from a relay that lies, nothing is shown as a person's words that this person did not write there.
//!
//! `SIMULATE_SEEDS=1000000 cargo test --release --test simulate` is a long run; `SIMULATE_FROM` begins at another seed.
//! A failure names its seed; `SIMULATE_TRACE=1` tells all that happens in it. `Mutation` lists the faults that are planted to show that each would be found.

#[path = "simulate/check.rs"]
mod check;
#[path = "simulate/network.rs"]
mod network;
#[path = "simulate/people.rs"]
mod people;
#[path = "simulate/world.rs"]
mod world;

use world::{Lie, Mutation, Weather, World};

/// How many seeds each weather gets, and where they begin.
fn seeds() -> std::ops::Range<u64> {
    let number =
        |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let from = number("SIMULATE_FROM", 0);
    from..from + number("SIMULATE_SEEDS", 60)
}

/// Runs one seed whole and says what was wrong.
fn run(
    seed: u64,
    weather: Weather,
    mutation: Option<Mutation>,
    lie: Option<Lie>,
) -> Result<check::Counts, String> {
    let mut world = World::new(seed, weather, mutation, lie);
    world.play();
    world.heal();
    check::check(&world)
}

/// Runs many seeds on both cores; the first failure ends it.
fn run_all(seeds: std::ops::Range<u64>, weather: Weather, lie: Option<Lie>) -> check::Counts {
    let halves = [0, 1].map(|half| {
        let seeds = seeds.clone();
        std::thread::spawn(move || {
            let mut total = check::Counts::default();
            for seed in seeds.filter(|seed| seed % 2 == half) {
                match run(seed, weather, None, lie) {
                    Ok(counts) => total += counts,
                    Err(what) => {
                        return Err(format!(
                            "SIMULATE_FROM={seed} SIMULATE_SEEDS=1 {weather:?} {lie:?}: {what}"
                        ));
                    }
                }
            }
            Ok(total)
        })
    });
    let mut total = check::Counts::default();
    for half in halves {
        match half.join().expect("no panic") {
            Ok(counts) => total += counts,
            Err(what) => unreachable!("{what}"),
        }
    }
    total
}

#[test]
fn nothing_is_lost_or_doubled_over_a_bad_network() {
    let counts = run_all(seeds(), Weather::Bad, None);
    // A simulation in which nothing happens proves nothing.
    let per_seed = seeds().count() as u64;
    assert!(counts.acknowledged > 8 * per_seed && counts.claims >= per_seed, "{counts:?}");
    assert!(counts.cuts > per_seed && counts.shown > counts.acknowledged, "{counts:?}");
}

#[test]
fn nothing_is_lost_or_doubled_when_relay_and_consoles_are_killed() {
    let counts = run_all(seeds(), Weather::Killing, None);
    let per_seed = seeds().count() as u64;
    assert!(counts.kills > per_seed && counts.acknowledged > 5 * per_seed, "{counts:?}");
}

#[test]
fn nothing_is_lost_or_doubled_when_frames_are_dropped_repeated_and_reordered() {
    let counts = run_all(seeds(), Weather::Broken, None);
    let per_seed = seeds().count() as u64;
    assert!(counts.acknowledged > 5 * per_seed, "{counts:?}");
}

#[test]
fn a_lying_relay_shows_nothing_that_nobody_wrote() {
    for lie in Lie::ALL {
        let all = seeds();
        let counts =
            run_all(all.start..all.start + (all.end - all.start).div_ceil(4), Weather::Bad, Some(lie));
        // A false number is a hole, which the reader fills by asking again; the other lies are seen as such.
        assert!(lie == Lie::Number || counts.altered + counts.unread > 0, "{lie:?}: {counts:?}");
    }
}

#[test]
fn each_planted_fault_is_found() {
    for mutation in Mutation::ALL {
        let weather = if mutation == Mutation::AckBeforeDisk { Weather::Killing } else { Weather::Bad };
        let found =
            (0..400).find_map(|seed| run(seed, weather, Some(mutation), None).err().map(|what| (seed, what)));
        assert!(found.is_some(), "{mutation:?} was never found");
    }
}

#[test]
fn a_seed_always_plays_the_same() {
    for seed in 0..6 {
        let one = run(seed, Weather::Killing, None, None).expect("an honest run");
        let two = run(seed, Weather::Killing, None, None).expect("an honest run");
        assert_eq!(one, two, "{seed}");
    }
}
