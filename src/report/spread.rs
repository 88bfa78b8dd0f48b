//! How values spread: their mean and nearest-rank percentiles.

/// Values in milliseconds, unordered.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    values: Vec<u32>,
}

impl Spread {
    /// Adds a value; more than 49 days count as 49.
    pub fn add(&mut self, value_ms: u64) {
        self.values.push(u32::try_from(value_ms).unwrap_or(u32::MAX));
    }

    /// Adds all values of another.
    pub fn merge(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Returns the nearest-rank percentile, `percent` 1 to 100: the least value that so many percent do not exceed.
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let rank = (self.values.len() * percent).div_ceil(100).max(1);
        if self.values.len() < rank {
            return None;
        }
        let mut values = self.values.clone();
        let (_, value, _) = values.select_nth_unstable(rank - 1);
        Some(u64::from(*value))
    }

    /// Returns how many lie in each of the half-open classes that the limits, rising, divide: one more than limits.
    pub fn classes(&self, limits: &[u64]) -> Vec<u64> {
        let mut classes = vec![0; limits.len() + 1];
        for value in &self.values {
            classes[limits.partition_point(|limit| *limit <= u64::from(*value))] += 1;
        }
        classes
    }
}

/// Equal if they hold the same values, in whatever order they came.
impl PartialEq for Spread {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |spread: &Self| {
            let mut values = spread.values.clone();
            values.sort_unstable();
            values
        };
        sorted(self) == sorted(other)
    }
}

/// A sum of values and how many there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mean {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Mean {
    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += value;
    }

    /// Adds another.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
    }

    /// Returns the mean; nothing of nothing.
    pub fn value(&self) -> Option<f64> {
        crate::conversation::tally::share(self.sum, self.count)
    }

    /// Returns the mean of at least so many values.
    pub fn of_at_least(&self, least: u64) -> Option<f64> {
        self.value().filter(|_| self.count >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_there() {
        let mut spread = Spread::default();
        assert_eq!((spread.percentile(50), spread.percentile(100)), (None, None));
        for value in [70, 5, 61, 12, 55, 20, 35] {
            spread.add(value);
        }
        let found = [50, 90, 100, 1].map(|percent| spread.percentile(percent));
        assert_eq!(found, [Some(35), Some(70), Some(70), Some(5)]);
        assert_eq!(spread.classes(&[12, 61]), [1, 4, 2], "a limit belongs to the class above");
    }
}
