//! Tables that leave the house: small cells are hidden, and as many others as it takes that none can be computed from
//! the sums; what the public gets is rounded too. Pure arithmetic over counts; it never sees a case.
//!
//! A table is a rectangle of counts with the sums of its rows and, if it has several rows, of its columns. Every cell
//! stands in a line or two whose sum is known, so the hidden cells form a network: how far one may lie from the truth
//! without any sum changing is how much may flow around it (Gusfield 1988; Fischetti and Salazar 2005 for the idea of
//! protection by feasible intervals). Here it is computed exactly, not estimated.

use std::collections::{BTreeSet, VecDeque};

use super::generalise::Audience;

/// A cell of a table with its sums: row and column, the sums last.
pub type Place = (usize, usize);

/// Counts with the sums of their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    rows: usize,
    columns: usize,
    /// Row by row, the sums included.
    cells: Vec<u64>,
    /// Whether columns have a sum: not where there is one row.
    summed: bool,
}

/// A table as it may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    table: Table,
    hidden: Vec<bool>,
    audience: Audience,
}

impl Table {
    /// Makes a table of rows of equal length; sums are computed. A row that is too short is filled with nothing.
    pub fn new(rows: &[Vec<u64>]) -> Table {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let summed = rows.len() > 1;
        let mut cells = Vec::with_capacity((rows.len() + 1) * (columns + 1));
        for row in rows {
            cells.extend((0..columns).map(|at| row.get(at).copied().unwrap_or(0)));
            cells.push(row.iter().sum());
        }
        if summed {
            for column in 0..=columns {
                cells.push((0..rows.len()).map(|row| cells[row * (columns + 1) + column]).sum());
            }
        }
        Table { rows: rows.len(), columns, cells, summed }
    }

    /// Returns how many rows and columns there are, the sums left out.
    pub fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Returns the true count of a cell or sum; `None` outside.
    pub fn count(&self, place: Place) -> Option<u64> {
        self.cells.get(self.index(place)?).copied()
    }

    /// Hides what is small for this audience, what was hidden before, and what it takes to keep both hidden.
    pub fn publish(self, audience: Audience, hidden_before: &BTreeSet<Place>) -> Published {
        let k = audience.k() as u64;
        let mut hidden: Vec<bool> = self.cells.iter().map(|count| (1..k).contains(count)).collect();
        for place in hidden_before {
            if let Some(at) = self.index(*place) {
                hidden[at] = true;
            }
        }
        let mut published = Published { table: self, hidden, audience };
        published.protect(k);
        published
    }

    fn index(&self, (row, column): Place) -> Option<usize> {
        let last = self.rows + usize::from(self.summed);
        (row < last && column <= self.columns).then_some(row * (self.columns + 1) + column)
    }

    /// Every line: its parts, then its sum.
    fn lines(&self) -> Vec<Vec<usize>> {
        let width = self.columns + 1;
        let height = self.rows + usize::from(self.summed);
        let mut lines: Vec<Vec<usize>> =
            (0..height).map(|row| (row * width..(row + 1) * width).collect()).collect();
        if self.summed {
            lines.extend((0..width).map(|column| (0..height).map(|row| row * width + column).collect()));
        }
        lines
    }

    /// The two lines between which a cell flows, so that every sum is what flows in and out of its line. A sum flows
    /// the other way than its parts.
    fn ends(&self, cell: usize) -> (usize, usize) {
        let (row, column) = (cell / (self.columns + 1), cell % (self.columns + 1));
        let last = self.rows + usize::from(self.summed);
        // Lines are numbered as `lines` lists them; where columns have no sum they all end in one place.
        let (across, down) = (row, if self.summed { last + column } else { last });
        let (is_sum_across, is_sum_down) = (column == self.columns, self.summed && row == self.rows);
        if is_sum_across != is_sum_down { (down, across) } else { (across, down) }
    }
}

impl Published {
    /// Returns the count of a cell as it may be shown: none where it is hidden, rounded to five for the public. Sums are
    /// rounded on their own.
    pub fn shown(&self, place: Place) -> Option<u64> {
        let at = self.table.index(place)?;
        let count = self.table.cells[at];
        match (self.hidden[at], self.audience) {
            (true, _) => None,
            (false, Audience::Partner) => Some(count),
            (false, Audience::Public) => Some(rounded(count)),
        }
    }

    /// Returns the true count of what is shown, for the ledger.
    pub fn true_count(&self, place: Place) -> Option<u64> {
        let at = self.table.index(place)?;
        (!self.hidden[at]).then_some(self.table.cells[at])
    }

    /// Returns what is hidden.
    pub fn hidden(&self) -> BTreeSet<Place> {
        let width = self.table.columns + 1;
        (0..self.hidden.len()).filter(|at| self.hidden[*at]).map(|at| (at / width, at % width)).collect()
    }

    /// Returns the rows of which one cell holds everything: who is known to be in the row is known to be in the cell.
    pub fn groups(&self) -> Vec<usize> {
        (0..self.table.rows)
            .filter(|row| {
                let cell = |column: usize| self.table.count((*row, column)).unwrap_or(0);
                self.table.columns > 1 && (0..self.table.columns).filter(|at| cell(*at) > 0).count() == 1
            })
            .collect()
    }

    /// Returns between which values a hidden cell may lie as far as anybody can compute; `None` above means no limit
    /// was met below `enough` more.
    pub fn interval(&self, place: Place, enough: u64) -> Option<(u64, Option<u64>)> {
        let at = self.table.index(place).filter(|at| self.hidden[*at])?;
        let count = self.table.cells[at];
        let (down, up) = self.slack(at, enough.max(count));
        Some((count - down.min(count), (up < enough).then_some(count + up)))
    }

    fn protect(&mut self, k: u64) {
        let lines = self.table.lines();
        loop {
            // Pass by pass over rows and columns, so that a cell hidden for a row counts for its column.
            let mut is_quiet = false;
            while !is_quiet {
                is_quiet = true;
                for line in &lines {
                    if let Some(at) = self.gives_away(line) {
                        self.hidden[at] = true;
                        is_quiet = false;
                    }
                }
            }
            let narrow = (0..self.hidden.len()).filter(|at| self.hidden[*at]).find(|at| {
                let (down, up) = self.slack(*at, k);
                down + up < k
            });
            let Some(next) = narrow.and_then(|narrow| self.beside(&lines, narrow)) else { return };
            self.hidden[next] = true;
        }
    }

    /// Of a line with exactly one hidden cell: the cell that must be hidden too.
    fn gives_away(&self, line: &[usize]) -> Option<usize> {
        (line.iter().filter(|at| self.hidden[**at]).count() == 1).then(|| self.smallest(line)).flatten()
    }

    /// The smallest part of a line that is shown and holds anybody; its sum only where no part is left.
    fn smallest(&self, line: &[usize]) -> Option<usize> {
        let (sum, parts) = line.split_last()?;
        let open = |at: &&usize| !self.hidden[**at] && self.table.cells[**at] > 0;
        let part = parts.iter().filter(open).min_by_key(|at| (self.table.cells[**at], **at));
        part.or_else(|| Some(sum).filter(open)).copied()
    }

    /// The cell whose hiding widens another's interval: the smallest of its own lines, else of any line with a hidden
    /// cell.
    fn beside(&self, lines: &[Vec<usize>], narrow: usize) -> Option<usize> {
        let of = |lines: &mut dyn Iterator<Item = &Vec<usize>>| {
            lines.filter_map(|line| self.smallest(line)).min_by_key(|at| (self.table.cells[*at], *at))
        };
        of(&mut lines.iter().filter(|line| line.contains(&narrow)))
            .or_else(|| of(&mut lines.iter().filter(|line| line.iter().any(|at| self.hidden[*at]))))
    }

    /// How far a hidden cell may lie below and above the truth with all that is shown unchanged, each up to `enough`.
    fn slack(&self, at: usize, enough: u64) -> (u64, u64) {
        let (from, to) = self.table.ends(at);
        let count = self.table.cells[at];
        (self.flow(at, from, to, enough.min(count)), self.flow(at, to, from, enough))
    }

    /// How much can flow from one line to another through hidden cells but `without`, up to `enough`.
    fn flow(&self, without: usize, from: usize, to: usize, enough: u64) -> u64 {
        let edges: Vec<(usize, usize, usize)> = (0..self.hidden.len())
            .filter(|at| self.hidden[*at] && *at != without)
            .map(|at| {
                let (tail, head) = self.table.ends(at);
                (at, tail, head)
            })
            .collect();
        let mut moved: Vec<i128> = vec![0; self.table.cells.len()];
        let mut total = 0;
        while total < enough {
            let Some(path) = self.path(&edges, &moved, from, to) else { break };
            let room = path
                .iter()
                .filter(|(_, forward)| !forward)
                .map(|(at, _)| i128::from(self.table.cells[*at]) + moved[*at])
                .min()
                .and_then(|room| u64::try_from(room).ok())
                .unwrap_or(u64::MAX)
                .min(enough - total);
            for (at, forward) in path {
                moved[at] += if forward { i128::from(room) } else { -i128::from(room) };
            }
            total += room;
        }
        total
    }

    /// A way from one line to another: a cell may always grow, and shrink as far as it holds anybody.
    fn path(
        &self,
        edges: &[(usize, usize, usize)],
        moved: &[i128],
        from: usize,
        to: usize,
    ) -> Option<Vec<(usize, bool)>> {
        let nodes = self.table.lines().len() + 1;
        let mut came: Vec<Option<(usize, usize, bool)>> = vec![None; nodes];
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                break;
            }
            for (at, tail, head) in edges {
                let shrinks = i128::from(self.table.cells[*at]) + moved[*at] > 0;
                let next = match node {
                    node if node == *tail => (*head, true),
                    node if node == *head && shrinks => (*tail, false),
                    _ => continue,
                };
                if next.0 != from && came[next.0].is_none() {
                    came[next.0] = Some((node, *at, next.1));
                    queue.push_back(next.0);
                }
            }
        }
        let mut path = Vec::new();
        let mut node = to;
        while node != from {
            let (before, at, forward) = came[node]?;
            path.push((at, forward));
            node = before;
        }
        Some(path)
    }
}

/// Returns a count rounded to the nearest five.
pub fn rounded(count: u64) -> u64 {
    (count + 2) / 5 * 5
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn published(rows: &[Vec<u64>], audience: Audience) -> Published {
        Table::new(rows).publish(audience, &BTreeSet::new())
    }

    #[test]
    fn the_published_check_hides_exactly_four() {
        let table = published(&[vec![12, 3, 20], vec![9, 14, 8]], Audience::Partner);
        assert_eq!(table.hidden(), BTreeSet::from([(0, 0), (0, 1), (1, 0), (1, 1)]));
        assert_eq!(table.interval((0, 1), 1_000), Some((0, Some(15))));
        assert_eq!(
            (table.shown((0, 3)), table.shown((1, 3)), table.shown((2, 3))),
            (Some(35), Some(31), Some(66))
        );
        assert_eq!((table.shown((0, 2)), table.shown((1, 2))), (Some(20), Some(8)));
    }

    #[test]
    fn the_public_gets_tens_and_fives() {
        assert_eq!([12, 13, 0, 10, 17].map(rounded), [10, 15, 0, 10, 15]);
        let table = published(&[vec![12, 13, 11]], Audience::Public);
        // The sum is rounded on its own: 36 is 35, not 10 + 15 + 10.
        assert_eq!([0, 1, 2, 3].map(|at| table.shown((0, at))), [Some(10), Some(15), Some(10), Some(35)]);
        assert_eq!(
            published(&[vec![9, 30, 40]], Audience::Public).hidden(),
            BTreeSet::from([(0, 0), (0, 1)])
        );
    }

    #[test]
    fn what_was_hidden_before_stays_hidden_and_protected() {
        let before = BTreeSet::from([(0, 2)]);
        let table = Table::new(&[vec![12, 30, 20]]).publish(Audience::Partner, &before);
        assert_eq!(table.hidden(), BTreeSet::from([(0, 0), (0, 2)]));
    }

    #[test]
    fn two_small_cells_alone_are_not_wide_enough() {
        // 1 and 2 are 3 together: whoever sees the sum knows each to within 3.
        let table = published(&[vec![1, 2, 9, 30]], Audience::Partner);
        assert_eq!(table.hidden(), BTreeSet::from([(0, 0), (0, 1), (0, 2)]));
    }

    #[test]
    fn a_row_in_one_cell_is_flagged() {
        assert_eq!(published(&[vec![0, 12, 0], vec![9, 8, 7]], Audience::Partner).groups(), [0]);
    }

    /// All tables with these sums and shown cells: the least and greatest of each hidden cell, by trying.
    fn brute(published: &Published) -> Vec<(Place, u64, u64)> {
        let (rows, columns) = published.table.size();
        let hidden: Vec<Place> =
            published.hidden().into_iter().filter(|(row, column)| *row < rows && *column < columns).collect();
        let sum_shown = |place: Place| published.true_count(place);
        let mut least = vec![u64::MAX; hidden.len()];
        let mut most = vec![0; hidden.len()];
        let mut values = vec![0_u64; hidden.len()];
        let most_of = |place: Place| {
            // A hidden cell is at most the smallest shown sum over it.
            [(place.0, columns), (rows, place.1), (rows, columns)]
                .into_iter()
                .filter_map(sum_shown)
                .min()
                .unwrap_or(24)
        };
        let limits: Vec<u64> = hidden.iter().map(|place| most_of(*place)).collect();
        loop {
            let value = |place: Place| {
                hidden
                    .iter()
                    .position(|other| *other == place)
                    .map_or_else(|| published.true_count(place).unwrap_or(0), |at| values[at])
            };
            let row_sum = |row: usize| (0..columns).map(|column| value((row, column))).sum::<u64>();
            let column_sum = |column: usize| (0..rows).map(|row| value((row, column))).sum::<u64>();
            let holds = (0..rows).all(|row| sum_shown((row, columns)).is_none_or(|sum| sum == row_sum(row)))
                && (rows < 2
                    || (0..columns)
                        .all(|column| sum_shown((rows, column)).is_none_or(|sum| sum == column_sum(column)))
                        && sum_shown((rows, columns))
                            .is_none_or(|sum| sum == (0..rows).map(row_sum).sum::<u64>()));
            if holds {
                for (at, value) in values.iter().enumerate() {
                    least[at] = least[at].min(*value);
                    most[at] = most[at].max(*value);
                }
            }
            let Some(at) = (0..values.len()).find(|at| values[*at] < limits[*at]) else { break };
            values[..at].fill(0);
            values[at] += 1;
        }
        hidden.into_iter().enumerate().map(|(at, place)| (place, least[at], most[at])).collect()
    }

    /// Fills a table of nine cell by cell and notes what each may be where all sums come out.
    fn fill(table: &Published, at: usize, values: &mut [u64; 9], seen: &mut [(u64, u64)]) {
        let sum = |place| table.true_count(place).unwrap_or(0);
        let (row, column) = (at / 3, at % 3);
        if at == 9 {
            for (seen, value) in seen.iter_mut().zip(&*values) {
                *seen = (seen.0.min(*value), seen.1.max(*value));
            }
            return;
        }
        let across: u64 = values[row * 3..at].iter().sum();
        let above: u64 = (0..row).map(|row| values[row * 3 + column]).sum();
        let (Some(right), Some(below)) =
            (sum((row, 3)).checked_sub(across), sum((3, column)).checked_sub(above))
        else {
            return;
        };
        let most = right.min(below);
        // The last of a line is what is left of it.
        let least = match (column == 2, row == 2) {
            (true, true) if right != below => return,
            (true, _) => right,
            (_, true) => below,
            _ => 0,
        };
        let (least, most) = match table.true_count((row, column)) {
            Some(shown) if (least..=most).contains(&shown) => (shown, shown),
            Some(_) => return,
            None => (least, most),
        };
        for value in least..=most {
            values[at] = value;
            fill(table, at + 1, values, seen);
        }
        values[at] = 0;
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_hidden_cell_can_be_computed_from_what_is_shown(
            rows in proptest::collection::vec(proptest::collection::vec(0_u64..8, 2), 1..3),
        ) {
            let table = published(&rows, Audience::Partner);
            for (place, least, most) in brute(&table) {
                let sum = table.table.count((table.table.rows, table.table.columns)).unwrap_or_else(|| table.table.count((0, table.table.columns)).unwrap_or(0));
                // Where nearly everything is small and hidden with its sums, brute force stops at its own limit.
                prop_assert!(most - least >= 5 || sum < 5, "{rows:?}: {place:?} in {least}..={most}");
                let (low, high) = table.interval(place, 24).expect("hidden");
                prop_assert_eq!(low, least, "{:?} {:?}", rows, place);
                prop_assert!(high.is_none_or(|high| high >= most), "{:?} {:?}", rows, place);
            }
        }

        /// Three by three: every filling of the hidden cells that leaves all shown sums as they are, cut off early.
        #[test]
        fn no_hidden_cell_of_nine_can_be_computed(
            cells in proptest::collection::vec(prop_oneof![3 => 0_u64..8, 2 => 12_u64..16], 9),
        ) {
            let rows: Vec<Vec<u64>> = cells.chunks(3).map(<[u64]>::to_vec).collect();
            let table = published(&rows, Audience::Partner);
            // A hidden sum is bounded by nothing, and a search for nothing ends nowhere.
            prop_assume!(table.hidden().iter().all(|(row, column)| *row < 3 && *column < 3));
            let mut seen = vec![(u64::MAX, 0); 9];
            fill(&table, 0, &mut [0; 9], &mut seen);
            for (row, column) in table.hidden() {
                let (least, most) = seen[row * 3 + column];
                prop_assert!(most - least >= 5, "{rows:?}: {row} {column} in {least}..={most}");
                prop_assert_eq!(table.interval((row, column), 400), Some((least, Some(most))), "{:?}", rows);
            }
        }

        #[test]
        fn every_cell_that_is_shown_is_large_or_empty(
            rows in proptest::collection::vec(proptest::collection::vec(0_u64..40, 4), 1..7),
            public in any::<bool>(),
        ) {
            let audience = if public { Audience::Public } else { Audience::Partner };
            let table = published(&rows, audience);
            let k = audience.k() as u64;
            let (height, width) = table.table.size();
            for row in 0..=height {
                for column in 0..=width {
                    if let Some(count) = table.true_count((row, column)) {
                        prop_assert!(count == 0 || count >= k);
                    }
                }
            }
            for place in table.hidden() {
                let Some((low, high)) = table.interval(place, 400) else { continue };
                let wide = high.is_none_or(|high| high - low >= k);
                prop_assert!(wide, "{rows:?} {place:?} {low} {high:?}");
            }
        }
    }
}
