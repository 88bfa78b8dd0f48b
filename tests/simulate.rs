//! Whole lines in one thread: the real switchboard, a journal in memory, real links, and a pretend network that delays,
//! drops, repeats, reorders, cuts, and kills relay and consoles, all by a seed. What is checked:
//!
//! - what was acknowledged is in the log once, and shown to every reader exactly once and in order;
//! - everything written is answered in the end: acknowledged or refused;
//! - one holder at a time, whatever races;
//! - no entry of a desk log, and no account, ever goes to a child;
//! - from a relay that lies, nothing is shown as a person's words that this person did not write there.
//!
//! A million seeds, on all cores, about an hour on two: `SIMULATE_SEEDS=333334 cargo test --release --test simulate`
//! (each of three weathers gets that many; `tests/run` gives each 1,000). `SIMULATE_FROM` begins at another seed. A
//! failure names its seed and how to run it alone; `SIMULATE_TRACE=1` tells all that happens in it. `Mutation` lists the
//! faults that are planted to show that each would be found.

#[path = "simulate/check.rs"]
mod check;
#[path = "simulate/network.rs"]
mod network;
#[path = "simulate/people.rs"]
mod people;
#[path = "simulate/world.rs"]
mod world;

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Runs many seeds on all cores; the first failure ends it.
fn run_all(seeds: std::ops::Range<u64>, weather: Weather, lie: Option<Lie>) -> check::Counts {
    let shards = std::thread::available_parallelism().map_or(2, |cores| cores.get() as u64);
    let failed = AtomicBool::new(false);
    let one = |seed| {
        let name = format!("SIMULATE_FROM={seed} SIMULATE_SEEDS=1 {weather:?} {lie:?}");
        let result = catch_unwind(|| run(seed, weather, None, lie));
        match result {
            Ok(Ok(counts)) => Ok(counts),
            Ok(Err(what)) => Err(format!("{name}: {what}")),
            Err(_) => Err(format!("{name}: it panicked")),
        }
    };
    let shard = |number: u64| {
        let mut total = check::Counts::default();
        for seed in seeds.clone().filter(|seed| seed % shards == number) {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            total += one(seed).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok::<_, String>(total)
    };
    let mut total = check::Counts::default();
    std::thread::scope(|scope| {
        let shard = &shard;
        let running: Vec<_> = (0..shards).map(|number| scope.spawn(move || shard(number))).collect();
        for shard in running {
            match shard.join().expect("no panic") {
                Ok(counts) => total += counts,
                Err(what) => unreachable!("{what}"),
            }
        }
    });
    total
}

#[test]
fn nothing_is_lost_or_doubled_over_a_bad_network() {
    run_all(seeds(), Weather::Bad, None);
}

#[test]
fn nothing_is_lost_or_doubled_when_relay_and_consoles_are_killed() {
    run_all(seeds(), Weather::Killing, None);
}

#[test]
fn nothing_is_lost_or_doubled_when_frames_are_dropped_repeated_and_reordered() {
    run_all(seeds(), Weather::Broken, None);
}

#[test]
fn a_lying_relay_shows_nothing_that_nobody_wrote() {
    let all = seeds();
    for lie in Lie::ALL {
        run_all(all.start..all.start + (all.end - all.start).div_ceil(10), Weather::Bad, Some(lie));
    }
}

/// A simulation in which nothing happens proves nothing.
#[test]
fn in_a_simulation_much_happens() {
    const SEEDS: u64 = 24;
    let bad = run_all(0..SEEDS, Weather::Bad, None);
    assert!(bad.acknowledged > 8 * SEEDS && bad.claims >= SEEDS, "{bad:?}");
    assert!(bad.cuts > SEEDS && bad.shown > bad.acknowledged, "{bad:?}");
    let killing = run_all(0..SEEDS, Weather::Killing, None);
    assert!(killing.kills > SEEDS && killing.acknowledged > 5 * SEEDS, "{killing:?}");
    let broken = run_all(0..SEEDS, Weather::Broken, None);
    assert!(broken.acknowledged > 5 * SEEDS, "{broken:?}");
    for lie in Lie::ALL {
        let lied = run_all(0..15, Weather::Bad, Some(lie));
        // A false number is a hole, which the reader fills by asking again; the other lies are seen as such.
        assert!(lie == Lie::Number || lied.altered + lied.unread > 0, "{lie:?}: {lied:?}");
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
