//! How many counsellors a load needs: the queues of Erlang, chats with several places, shrinkage. Pure arithmetic; an
//! unstable queue has no answer (`None`), it is never a wrong number.
//!
//! Sources: A. K. Erlang (1917) for B and C; C. Palm (1946), S. Zeltyn and A. Mandelbaum (2005) for A.

/// What a queue without abandonment does (Erlang C, M/M/n).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// The probability that a child must wait at all.
    pub probability: f64,
    /// The share answered within the target.
    pub service_level: f64,
    /// The mean wait of all, in seconds (ASA).
    pub speed_s: f64,
    /// The share of time in which a server is busy.
    pub occupancy: f64,
    /// The share that gives up: 0 where nobody is taken to do so.
    pub abandonment: f64,
}

/// A load on the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Arrivals an hour, finite and not negative.
    pub per_hour: f64,
    /// Mean handle time in seconds, above 0.
    pub handle_s: f64,
}

impl Load {
    /// Returns the load in erlangs: the mean number of servers it keeps busy.
    pub fn erlangs(&self) -> f64 {
        self.per_hour * self.handle_s / 3600.0
    }

    fn is_sound(&self) -> bool {
        self.per_hour.is_finite() && self.per_hour >= 0.0 && self.handle_s.is_finite() && self.handle_s > 0.0
    }
}

/// Returns the share of arrivals that find every server busy and are lost (Erlang B). `load` in erlangs.
pub fn erlang_b(load: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |blocked, k| load * blocked / (f64::from(k) + load * blocked))
}

/// Returns the probability that a child must wait at all (Erlang C: the M/M/n queue without abandonment).
///
/// `load` is in erlangs, finite and not negative. The result lies in 0..=1 and is 1 once `load >= servers`, when the
/// queue grows without bound.
pub fn probability_of_waiting(load: f64, servers: u32) -> f64 {
    let c = f64::from(servers);
    if load >= c {
        return 1.0;
    }
    let blocked = erlang_b(load, servers);
    c * blocked / (c - load * (1.0 - blocked))
}

/// Returns what `servers` do with a load if nobody gives up; nothing if the queue grows without bound.
pub fn erlang_c(load: Load, servers: u32, target_s: f64) -> Option<Waiting> {
    let (a, c) = (load.erlangs(), f64::from(servers));
    if !load.is_sound() || a >= c {
        return None;
    }
    let probability = probability_of_waiting(a, servers);
    Some(Waiting {
        probability,
        service_level: 1.0 - probability * (-(c - a) * target_s / load.handle_s).exp(),
        speed_s: probability * load.handle_s / (c - a),
        occupancy: a / c,
        abandonment: 0.0,
    })
}

/// Returns what `servers` do with a load if children give up after an exponential time of mean `patience_s` (Erlang A,
/// M/M/n+M). It has an answer for every load; nothing for unsound numbers or without servers.
pub fn erlang_a(load: Load, servers: u32, patience_s: f64, target_s: f64) -> Option<Waiting> {
    if !load.is_sound() || servers == 0 || !(patience_s.is_finite() && patience_s > 0.0) {
        return None;
    }
    let c = f64::from(servers);
    let (arrive, serve, leave) = (load.per_hour / 3600.0, 1.0 / load.handle_s, 1.0 / patience_s);
    let blocked = erlang_b(load.erlangs(), servers);
    if arrive == 0.0 || blocked == 0.0 {
        let occupancy = load.erlangs() / c;
        return Some(Waiting {
            probability: 0.0,
            service_level: 1.0,
            speed_s: 0.0,
            occupancy,
            abandonment: 0.0,
        });
    }
    // States in units of that of all servers busy and nobody waiting; those below it sum to 1/B − 1. What grows out of
    // the range of numbers makes the unit larger.
    let (mut ln_unit, mut below, mut state, mut full, mut queue) = (0.0, 1.0 / blocked - 1.0, 1.0, 1.0, 0.0);
    for waiting in 1_u32.. {
        let ratio = arrive / (c * serve + f64::from(waiting) * leave);
        state *= ratio;
        full += state;
        queue += f64::from(waiting) * state;
        if ratio < 1.0 && state * f64::from(waiting) < 1e-16 * full * (1.0 - ratio) {
            break;
        }
        if full > 1e200 {
            for value in [&mut below, &mut state, &mut full, &mut queue] {
                *value *= 1e-200;
            }
            ln_unit -= 200.0 * std::f64::consts::LN_10;
        }
    }
    let all = full + below;
    let (probability, waiting) = (full / all, queue / all);
    let abandonment = leave * waiting / arrive;
    // The wait a patient child would have has, above 0, this density; of those only who are still there are answered.
    let ln_last_free = ln_unit + (c * arrive / (load.erlangs() * all)).ln();
    let answered_at = |x: f64| {
        let gone = -(-leave * x).exp_m1();
        (1.0 - gone) * (ln_last_free + arrive * gone / leave - c * serve * x).exp()
    };
    let within = if target_s > 0.0 { integral(answered_at, target_s, c * serve + arrive) } else { 0.0 };
    Some(Waiting {
        probability,
        service_level: 1.0 - probability + within,
        speed_s: waiting / arrive,
        occupancy: arrive * (1.0 - abandonment) / (c * serve),
        abandonment,
    })
}

/// Returns the integral from 0 to `end` of a smooth curve that changes at no more than `rate` (Simpson's rule).
fn integral(curve: impl Fn(f64) -> f64, end: f64, rate: f64) -> f64 {
    let steps = 2 * ((end * rate * 10.0).ceil().clamp(100.0, 100_000.0) as u32);
    let width = end / f64::from(steps);
    let weight = |step: u32| if step == 0 || step == steps { 1.0 } else { 2.0 + 2.0 * f64::from(step % 2) };
    (0..=steps).map(|step| weight(step) * curve(width * f64::from(step))).sum::<f64>() * width / 3.0
}

/// Returns how many must be employed so that `present` are there: `ceil(present / (1 − shrinkage))`, where `shrinkage`
/// is the share of paid time away from the line, 0 to below 1.
pub fn people(present: u32, shrinkage: f64) -> Option<u32> {
    if !(0.0..1.0).contains(&shrinkage) {
        return None;
    }
    // A hair less, so that 8 / 0.8 is 10 and not 11.
    let people = (f64::from(present) / (1.0 - shrinkage) - 1e-9).ceil();
    (people <= f64::from(u32::MAX)).then_some(people as u32)
}

/// How long a chat takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Handle {
    /// Measured in seconds while counsellors had as many chats as they have places.
    Measured(f64),
    /// Measured in seconds with one chat at a time only: how much several at once stretch it is taken from others.
    Alone(f64),
}

/// Returns how many chats a counsellor with so many at once does in the time of one, where a helpline has no data of
/// its own: 1, 1.7, 2.5, 2.9, 3.5 for 1 to 5; more than 5 gain nothing.
pub fn throughput(slots: u32) -> f64 {
    const GAIN: [f64; 5] = [1.0, 1.7, 2.5, 2.9, 3.5];
    GAIN[slots.clamp(1, 5) as usize - 1]
}

/// What is asked of a chat line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Arrivals an hour.
    pub per_hour: f64,
    /// How long a chat takes.
    pub handle: Handle,
    /// Places of a counsellor, at least 1.
    pub slots: u32,
    /// The share to be answered within the target, 0 to below 1.
    pub service_level: f64,
    /// The target in seconds.
    pub target_s: f64,
    /// The mean time after which children give up, in seconds; without it nobody is taken to.
    pub patience_s: Option<f64>,
}

/// A staffing and what it does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffed {
    /// Counsellors on the line.
    pub counsellors: u32,
    /// What they do.
    pub waiting: Waiting,
}

impl Demand {
    /// Returns what so many counsellors do; nothing if the queue would grow without bound.
    pub fn with(&self, counsellors: u32) -> Option<Staffed> {
        let slots = self.slots.max(1);
        let (handle_s, servers) = match self.handle {
            Handle::Measured(handle_s) => (handle_s, counsellors.checked_mul(slots)?),
            Handle::Alone(handle_s) => (handle_s / throughput(slots), counsellors),
        };
        let load = Load { per_hour: self.per_hour, handle_s };
        let waiting = match self.patience_s {
            Some(patience_s) => erlang_a(load, servers, patience_s, self.target_s),
            None => erlang_c(load, servers, self.target_s),
        };
        waiting.map(|waiting| Staffed { counsellors, waiting })
    }

    /// Returns the same demand on counsellors with another number of places: a measured handle time stretches as others
    /// found it to.
    pub fn with_slots(&self, slots: u32) -> Self {
        let (old, slots) = (self.slots.max(1), slots.max(1));
        let stretch = |slots: u32| f64::from(slots) / throughput(slots);
        let handle = match self.handle {
            Handle::Measured(handle_s) => Handle::Measured(handle_s * stretch(slots) / stretch(old)),
            alone @ Handle::Alone(_) => alone,
        };
        Self { slots, handle, ..*self }
    }

    /// Returns the least staffing that reaches the goal: nobody where nobody comes; nothing if even a thousand do not.
    pub fn needed(&self) -> Option<Staffed> {
        if self.per_hour == 0.0 {
            let idle = Waiting {
                probability: 0.0,
                service_level: 1.0,
                speed_s: 0.0,
                occupancy: 0.0,
                abandonment: 0.0,
            };
            return Some(Staffed { counsellors: 0, waiting: idle });
        }
        (1..=1000)
            .filter_map(|counsellors| self.with(counsellors))
            .find(|staffed| staffed.waiting.service_level >= self.service_level)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(case: &str, found: f64, expected: f64, digits: i32) {
        assert!((found - expected).abs() < 0.6 * 10_f64.powi(-digits), "{case}: {found}, not {expected}");
    }

    const HALF_HOUR: Load = Load { per_hour: 200.0, handle_s: 180.0 };
    const NIGHT: Load = Load { per_hour: 12.0, handle_s: 1500.0 };

    #[test]
    fn the_table_of_erlang_c() {
        let busy = Load { per_hour: 720.0, handle_s: 240.0 };
        for (load, c, t, p, sl, asa, occupancy, digits) in [
            (HALF_HOUR, 14, 20.0, 0.174_131_933_6, 0.888_350_019_2, 7.835_937_0, 0.714_285_7, 7),
            (HALF_HOUR, 13, 20.0, 0.285_270, 0.795_595, 17.116_227, 0.769_231, 6),
            (busy, 55, 15.0, 0.238_701, 0.845_883, 8.184_032, 0.872_727, 6),
            (NIGHT, 7, 60.0, 0.324_150, 0.700_772, 243.11, 0.7143, 2),
            (NIGHT, 8, 60.0, 0.167_267, 0.851_648, 83.63, 0.6250, 2),
        ] {
            let found = erlang_c(load, c, t).expect("stable");
            let case = format!("{load:?} {c}");
            near(&case, found.probability, p, digits.max(6));
            // The table's 0.700770 is 0.700772: its own P_w gives it.
            near(&case, found.service_level, sl, if c == 7 { 5 } else { digits.max(6) });
            near(&case, found.speed_s, asa, digits);
            near(&case, found.occupancy, occupancy, digits.max(4));
        }
    }

    #[test]
    fn the_values_of_erlang_a() {
        let found = erlang_a(HALF_HOUR, 13, 300.0, 20.0).expect("sound");
        near("P_w", found.probability, 0.225_797, 6);
        near("P_ab", found.abandonment, 0.024_963, 6);
        near("wait", found.speed_s, 7.488_99, 5);
        near("occupancy", found.occupancy, 0.750_028, 6);
        near("SL", found.service_level, 0.858_178, 6);
        let short = erlang_a(NIGHT, 4, 300.0, 60.0).expect("sound");
        near("P_w", short.probability, 0.546_379, 6);
        near("P_ab", short.abandonment, 0.349_541, 6);
        near("wait", short.speed_s, 104.862, 3);
        near("occupancy", short.occupancy, 0.813_074, 6);
    }

    #[test]
    fn chats_share_a_counsellor() {
        let demand = Demand {
            per_hour: 12.0,
            handle: Handle::Measured(1500.0),
            slots: 2,
            service_level: 0.8,
            target_s: 60.0,
            patience_s: None,
        };
        let needed = demand.needed().expect("stable");
        assert_eq!(needed.counsellors, 4);
        near("8 servers", needed.waiting.service_level, 0.851_648, 6);
        assert!(demand.with(2).is_none(), "five erlangs do not fit into four places");
        assert_eq!(Demand { per_hour: 0.0, ..demand }.needed().map(|staffed| staffed.counsellors), Some(0));
        let alone = Demand { handle: Handle::Alone(1500.0), ..demand }.needed().expect("stable");
        let same = Load { per_hour: 12.0, handle_s: 1500.0 / 1.7 };
        assert_eq!(Some(alone.waiting), erlang_c(same, alone.counsellors, 60.0));
    }

    #[test]
    fn more_places_stretch_the_handle_time_that_was_measured() {
        let two = Demand {
            per_hour: 12.0,
            handle: Handle::Measured(1500.0),
            slots: 2,
            service_level: 0.8,
            target_s: 60.0,
            patience_s: None,
        };
        let Handle::Measured(handle_s) = two.with_slots(3).handle else { panic!("measured") };
        near("three at once", handle_s, 1500.0 * (3.0 / 2.5) / (2.0 / 1.7), 9);
        assert_eq!(two.with_slots(2), two);
    }

    #[test]
    fn shrinkage_rounds_up() {
        for (present, shrinkage, all) in [
            (8, 0.2, Some(10)),
            (21, 0.3, Some(30)),
            (8, 0.3, Some(12)),
            (0, 0.5, Some(0)),
            (1, 0.0, Some(1)),
        ] {
            assert_eq!(people(present, shrinkage), all);
        }
        assert_eq!((people(1, 1.0), people(1, -0.1), people(1, f64::NAN)), (None, None, None));
    }

    #[test]
    fn extreme_loads_give_numbers_or_nothing() {
        assert_eq!(erlang_c(Load { per_hour: 12.0, handle_s: 0.0 }, 3, 60.0), None);
        assert_eq!(erlang_a(Load { per_hour: f64::NAN, handle_s: 60.0 }, 3, 60.0, 60.0), None);
        assert_eq!(erlang_a(NIGHT, 0, 60.0, 60.0), None);
        let idle = erlang_a(Load { per_hour: 1e-9, handle_s: 60.0 }, 500, 60.0, 60.0).expect("sound");
        assert_eq!((idle.probability, idle.service_level), (0.0, 1.0));
        let flooded =
            erlang_a(Load { per_hour: 100_000.0, handle_s: 3600.0 }, 5, 600.0, 60.0).expect("sound");
        assert!(
            flooded.abandonment > 0.99 && flooded.service_level < 0.01 && flooded.occupancy <= 1.0 + 1e-9
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn one_more_counsellor_never_harms(per_hour in 0.1..200.0_f64, handle_s in 30.0..4000.0_f64, c in 1_u32..80,
                                           patience_s in 20.0..4000.0_f64, target_s in 0.0..600.0_f64) {
            let load = Load { per_hour, handle_s };
            let (one, two) = (erlang_a(load, c, patience_s, target_s), erlang_a(load, c + 1, patience_s, target_s));
            let (one, two) = (one.expect("sound"), two.expect("sound"));
            prop_assert!(two.service_level >= one.service_level - 1e-9 && two.abandonment <= one.abandonment + 1e-9);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&one.service_level), "{one:?}");
            prop_assert!((0.0..=1.0 + 1e-9).contains(&one.probability));
            prop_assert!(one.service_level <= 1.0 - one.abandonment + 1e-4, "only who stays is answered: {one:?}");
            if let (Some(one), Some(two)) = (erlang_c(load, c, target_s), erlang_c(load, c + 1, target_s)) {
                prop_assert!(two.service_level >= one.service_level - 1e-9 && two.speed_s <= one.speed_s + 1e-9);
            }
        }

        #[test]
        fn endless_patience_is_erlang_c(per_hour in 1.0..100.0_f64, handle_s in 30.0..1000.0_f64, c in 1_u32..40) {
            let load = Load { per_hour, handle_s };
            if load.erlangs() < 0.9 * f64::from(c)
                && let (Some(patient), Some(endless)) = (erlang_c(load, c, 60.0), erlang_a(load, c, 1e9, 60.0))
            {
                prop_assert!((patient.service_level - endless.service_level).abs() < 1e-5, "{patient:?} {endless:?}");
                prop_assert!((patient.probability - endless.probability).abs() < 1e-5);
            }
        }
    }
}
