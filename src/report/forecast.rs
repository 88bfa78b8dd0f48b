//! How many will come: the same hour of last week as the floor, additive Holt-Winters beside it, and whichever erred
//! less on the last weeks. The intervals are those errors, not a formula's hope.
//!
//! Source of the smoothing: P. R. Winters (1960); of the scaled error: R. J. Hyndman and A. B. Koehler (2006).

/// A week of hours: the season of a helpline.
pub const WEEK: usize = 168;
/// The weeks on which both ways are tried.
const TRIED_WEEKS: usize = 4;

/// How much weight the newest value has, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// For the level.
    pub alpha: f64,
    /// For the trend.
    pub beta: f64,
    /// For the season.
    pub gamma: f64,
}

/// Additive Holt-Winters.
#[derive(Debug, Clone, PartialEq)]
pub struct HoltWinters {
    smoothing: Smoothing,
    level: f64,
    trend: f64,
    season: Vec<f64>,
    /// How many values were taken: the place in the season.
    taken: usize,
}

impl HoltWinters {
    /// Begins with the first two seasons: level and season of the first, the trend from one to the other. The first
    /// season is taken by it. Nothing without two whole seasons.
    pub fn begin(values: &[f64], period: usize, smoothing: Smoothing) -> Option<Self> {
        if period == 0 || values.len() < 2 * period {
            return None;
        }
        let (first, second) = (&values[..period], &values[period..2 * period]);
        let level = mean(first);
        let trend = (mean(second) - level) / period as f64;
        let season = first.iter().map(|value| value - level).collect();
        Some(Self { smoothing, level, trend, season, taken: period })
    }

    /// Fits all values: begins with the first seasons and takes the rest.
    pub fn fit(values: &[f64], period: usize, smoothing: Smoothing) -> Option<Self> {
        let mut model = Self::begin(values, period, smoothing)?;
        for value in &values[period..] {
            model.take(*value);
        }
        Some(model)
    }

    /// Takes the next value and returns by how much the model was wrong about it.
    pub fn take(&mut self, value: f64) -> f64 {
        let error = value - self.ahead(1);
        let Smoothing { alpha, beta, gamma } = self.smoothing;
        let place = self.taken % self.season.len();
        let (before, season) = (self.level + self.trend, self.season[place]);
        let level = alpha * (value - season) + (1.0 - alpha) * before;
        self.trend = beta * (level - self.level) + (1.0 - beta) * self.trend;
        self.season[place] = gamma * (value - before) + (1.0 - gamma) * season;
        self.level = level;
        self.taken += 1;
        error
    }

    /// Returns the value that many steps ahead, 1 for the next.
    pub fn ahead(&self, steps: usize) -> f64 {
        let place = (self.taken + steps - 1) % self.season.len();
        self.level + steps as f64 * self.trend + self.season[place]
    }
}

/// Which way of forecasting erred less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The same hour of the last week.
    SeasonalNaive,
    /// Additive Holt-Winters.
    HoltWinters,
}

/// A forecast of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// What is expected.
    pub expected: f64,
    /// Four of five times it is at least this,
    pub low: f64,
    /// and at most this, if one looks from both ends: an interval of 80 %.
    pub high: f64,
}

/// A forecast and how far to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The way that was chosen.
    pub way: Way,
    /// The mean absolute scaled error of each way on the weeks tried; below 1 is better than last week within the past.
    /// Nothing where the past is too short to try.
    pub mase: Option<Mase>,
    /// The steps after the last value.
    pub steps: Vec<Step>,
    errors: Errors,
}

/// Mean absolute scaled errors of both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mase {
    /// Of the same hour of the last week.
    pub seasonal_naive: f64,
    /// Of Holt-Winters, where it could be fitted.
    pub holt_winters: Option<f64>,
    /// On how many weeks.
    pub weeks: usize,
}

/// The errors made on the weeks tried, each divided by the square root of what was expected, as counts scatter.
#[derive(Debug, Clone, PartialEq)]
struct Errors {
    low: f64,
    high: f64,
}

impl Errors {
    /// As if every arrival were independent of the others (Poisson): the narrowest that is honest without a past.
    const POISSON: Self = Self { low: -1.2816, high: 1.2816 };

    fn of(mut scaled: Vec<f64>) -> Self {
        scaled.sort_by(f64::total_cmp);
        let rank = |share: f64| {
            let place = (scaled.len() as f64 * share).ceil().max(1.0) as usize - 1;
            scaled.get(place).copied()
        };
        match (rank(0.1), rank(0.9)) {
            // Never narrower than chance alone: a quiet month must not promise certainty.
            (Some(low), Some(high)) => {
                Self { low: low.min(Self::POISSON.low), high: high.max(Self::POISSON.high) }
            }
            _ => Self::POISSON,
        }
    }

    fn step(&self, expected: f64) -> Step {
        let expected = expected.max(0.0);
        let root = expected.max(LEAST).sqrt();
        let low = (expected + self.low * root).max(0.0);
        Step { expected, low, high: expected + self.high * root }
    }
}

/// Below this many arrivals a step's scatter is taken as if it were so many.
const LEAST: f64 = 0.25;

impl Forecast {
    /// Forecasts so many steps from values of equal steps, oldest first, whose pattern repeats every `period`.
    /// Nothing without one whole period of finite values.
    pub fn of(values: &[f64], period: usize, steps: usize) -> Option<Self> {
        if period == 0 || values.len() < period || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let tried = try_both(values, period);
        let way = match &tried {
            Some(tried) if tried.mase.holt_winters.is_some_and(|error| error < tried.mase.seasonal_naive) => {
                Way::HoltWinters
            }
            _ => Way::SeasonalNaive,
        };
        let model = match way {
            Way::HoltWinters => fitted(values, period),
            Way::SeasonalNaive => None,
        };
        let last = &values[values.len() - period..];
        let expected =
            |step: usize| model.as_ref().map_or(last[step % period], |model| model.ahead(step + 1));
        let errors = tried.as_ref().map_or(Errors::POISSON, |tried| {
            Errors::of(if way == Way::HoltWinters { tried.holt_winters.clone() } else { tried.naive.clone() })
        });
        let steps = (0..steps).map(|step| errors.step(expected(step))).collect();
        Some(Self { way, mase: tried.map(|tried| tried.mase), steps, errors })
    }

    /// Returns a share of a step, such as one of its halves, with the interval that a smaller count has.
    pub fn part(&self, step: usize, share: f64) -> Option<Step> {
        self.steps.get(step).map(|step| self.errors.step(step.expected * share))
    }
}

struct Tried {
    mase: Mase,
    naive: Vec<f64>,
    holt_winters: Vec<f64>,
}

/// Forecasts each of the last weeks from what was known before it, at most four and so many that two remain before.
fn try_both(values: &[f64], period: usize) -> Option<Tried> {
    let weeks = (values.len() / period).saturating_sub(2).min(TRIED_WEEKS);
    if weeks == 0 {
        return None;
    }
    let start = values.len() - weeks * period;
    let past = &values[..start];
    let scale = mean_absolute(past.iter().skip(period).zip(past).map(|(value, before)| value - before));
    // A past without any change has no scale: then errors are counted as they are.
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let mut model = fitted(past, period);
    let (mut naive, mut smooth) = (Vec::new(), Vec::new());
    let (mut naive_errors, mut smooth_errors) = (Vec::new(), Vec::new());
    for week in 0..weeks {
        let from = start + week * period;
        let actual = &values[from..from + period];
        for (step, value) in actual.iter().enumerate() {
            let before = values[from - period + step];
            naive_errors.push(value - before);
            naive.push((value - before) / before.max(LEAST).sqrt());
            if let Some(model) = &model {
                let expected = model.ahead(step + 1).max(0.0);
                smooth_errors.push(value - expected);
                smooth.push((value - expected) / expected.max(LEAST).sqrt());
            }
        }
        if let Some(model) = &mut model {
            actual.iter().for_each(|value| _ = model.take(*value));
        }
    }
    let holt_winters = model.is_some().then(|| mean_absolute(smooth_errors.into_iter()) / scale);
    let mase = Mase { seasonal_naive: mean_absolute(naive_errors.into_iter()) / scale, holt_winters, weeks };
    Some(Tried { mase, naive, holt_winters: smooth })
}

/// Returns Holt-Winters with the weights that erred least one step ahead, from a grid.
fn fitted(values: &[f64], period: usize) -> Option<HoltWinters> {
    let mut best: Option<(f64, HoltWinters)> = None;
    for alpha in [0.01, 0.03, 0.1, 0.3, 0.6] {
        for beta in [0.0, 0.001, 0.01, 0.1] {
            for gamma in [0.05, 0.1, 0.2, 0.4] {
                let mut model = HoltWinters::begin(values, period, Smoothing { alpha, beta, gamma })?;
                let squares: f64 = values[period..].iter().map(|value| model.take(*value).powi(2)).sum();
                if squares.is_finite() && best.as_ref().is_none_or(|(least, _)| squares < *least) {
                    best = Some((squares, model));
                }
            }
        }
    }
    best.map(|(_, model)| model)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn mean_absolute(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value.abs(), count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_of_holt_winters() {
        let y = [30., 20., 25., 40., 34., 22., 27., 45., 37., 26., 31., 48.];
        let smoothing = Smoothing { alpha: 0.5, beta: 0.1, gamma: 0.3 };
        let begun = HoltWinters::begin(&y, 4, smoothing).expect("three seasons");
        assert_eq!((begun.level, begun.trend), (28.75, 0.8125));
        assert_eq!(begun.season, [1.25, -8.75, -3.75, 11.25]);
        let model = HoltWinters::fit(&y, 4, smoothing).expect("three seasons");
        for (step, expected) in [39.7830, 28.9862, 34.5532, 51.5221].into_iter().enumerate() {
            assert!((model.ahead(step + 1) - expected).abs() < 5e-5, "{step}: {}", model.ahead(step + 1));
        }
    }

    /// Numbers that look random and are the same on every run.
    fn noise(n: u64) -> f64 {
        let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635;
        x = (x ^ (x >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((x ^ (x >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn weeks(count: usize, level: impl Fn(usize) -> f64) -> Vec<f64> {
        let hour = |n: usize| {
            let day = (n % 24) as f64;
            let expected = level(n) * (1.0 + (day / 24.0 * std::f64::consts::TAU).sin());
            (expected + (noise(n as u64) - 0.5) * 2.0 * expected.sqrt() * 1.7).max(0.0)
        };
        (0..count * WEEK).map(hour).collect()
    }

    #[test]
    fn smoothing_is_chosen_where_last_week_is_noise_and_not_where_it_cannot_be_tried() {
        let noisy = Forecast::of(&weeks(12, |_| 10.0), WEEK, WEEK).expect("weeks");
        let mase = noisy.mase.expect("tried");
        assert_eq!((noisy.way, mase.weeks), (Way::HoltWinters, 4));
        assert!(mase.holt_winters.expect("fitted") < mase.seasonal_naive);
        let short = Forecast::of(&weeks(2, |_| 10.0), WEEK, WEEK).expect("weeks");
        assert_eq!((short.way, short.mase), (Way::SeasonalNaive, None));
        let exact: Vec<f64> = (0..10 * WEEK).map(|n| (n % WEEK % 7) as f64).collect();
        let exact = Forecast::of(&exact, WEEK, 2 * WEEK).expect("weeks");
        assert_eq!(exact.way, Way::SeasonalNaive, "the floor wins a tie");
        assert_eq!(exact.steps[WEEK + 3].expected, 3.0);
        assert!(Forecast::of(&[1.0; WEEK - 1], WEEK, 1).is_none());
        assert!(Forecast::of(&[f64::NAN; 400], WEEK, 1).is_none());
    }

    #[test]
    fn four_of_five_values_fall_into_the_interval() {
        let all = weeks(20, |_| 8.0);
        let (past, next) = all.split_at(19 * WEEK);
        let forecast = Forecast::of(past, WEEK, WEEK).expect("weeks");
        let inside = forecast.steps.iter().zip(next);
        let inside = inside.filter(|(step, value)| (step.low..=step.high).contains(*value)).count();
        let share = inside as f64 / WEEK as f64;
        assert!((0.7..=0.97).contains(&share), "{share}");
        assert!(
            forecast
                .steps
                .iter()
                .all(|step| step.low >= 0.0 && step.low <= step.expected && step.expected <= step.high)
        );
    }

    #[test]
    fn a_quiet_past_promises_no_certainty() {
        let forecast = Forecast::of(&vec![4.0; 8 * WEEK], WEEK, 1).expect("weeks");
        let step = forecast.steps[0];
        assert!(step.low <= 4.0 - 2.0 * 1.28 && 4.0 + 2.0 * 1.28 <= step.high, "{step:?}");
    }

    #[test]
    fn a_half_has_half_the_arrivals_and_a_wider_interval_than_half() {
        let forecast = Forecast::of(&weeks(8, |_| 10.0), WEEK, WEEK).expect("weeks");
        let (whole, half) = (forecast.steps[6], forecast.part(6, 0.5).expect("a step"));
        assert!((half.expected - whole.expected / 2.0).abs() < 1e-9);
        assert!(half.high - half.low > (whole.high - whole.low) / 2.0);
    }
}
