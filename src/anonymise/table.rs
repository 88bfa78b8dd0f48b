//! Tables in which no small number can be read or computed. A table with its totals is a network: a source feeds every
//! row its total, every row feeds its cells, every column gathers them into its own total, and all totals run back to
//! the source. Each published number fixes one edge; what remains open of a hidden one is what can still flow around it.

use std::collections::{BTreeSet, VecDeque};

use super::Anonymised;
use super::generalise::Audience;

/// A published number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// As counted, or rounded for the public.
    Shown(u64),
    /// `<k`, whether small itself or hidden for the sake of another.
    Hidden,
}

/// A table that may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeTable {
    /// The cells, row by row.
    pub cells: Vec<Vec<Cell>>,
    /// The total of each row.
    pub row_totals: Vec<Cell>,
    /// The total of each column.
    pub column_totals: Vec<Cell>,
    /// The total of all.
    pub total: Cell,
    /// Lines in which one cell holds everything, so that the line tells of each in it: rows, then columns.
    pub disclosing: (Vec<usize>, Vec<usize>),
    /// Whether numbers are rounded to 5.
    pub is_rounded: bool,
}

/// Why a table cannot leave at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Rows have different lengths, or there are none.
    #[error("a table needs rows of one length")]
    Shape,
    /// Even with everything hidden but the grand total, a number could be narrowed down to less than k.
    #[error("the table is too small to hide anything in")]
    TooSmall,
}

/// Hides what is 1 to k−1, then as much more as keeps it from being computed, and rounds for the public.
pub fn protect(cells: &[Vec<u64>], audience: Audience) -> Result<Anonymised<SafeTable>, TableError> {
    let net = Net::new(cells)?;
    let hidden = net.hide(audience.k() as u64)?;
    let is_rounded = audience == Audience::Public;
    let cell = |edge: usize| match (hidden.contains(&edge), is_rounded) {
        (true, _) => Cell::Hidden,
        (false, true) => Cell::Shown(round(net.edges[edge].value)),
        (false, false) => Cell::Shown(net.edges[edge].value),
    };
    let (rows, columns) = (net.rows, net.columns);
    let holds_all = |line: &dyn Fn(usize) -> u64, length: usize| {
        let total: u64 = (0..length).map(line).sum();
        length > 1 && total > 0 && (0..length).any(|at| line(at) == total)
    };
    let disclosing_rows = (0..rows).filter(|row| holds_all(&|column| cells[*row][column], columns)).collect();
    let disclosing_columns =
        (0..columns).filter(|column| holds_all(&|row| cells[row][*column], rows)).collect();
    Ok(Anonymised(SafeTable {
        cells: (0..rows)
            .map(|row| (0..columns).map(|column| cell(net.cell(row, column))).collect())
            .collect(),
        row_totals: (0..rows).map(|row| cell(net.row_total(row))).collect(),
        column_totals: (0..columns).map(|column| cell(net.column_total(column))).collect(),
        total: cell(net.total()),
        disclosing: (disclosing_rows, disclosing_columns),
        is_rounded,
    }))
}

/// Returns the least and the most a cell can be for somebody who sees everything but the hidden cells (row, column).
pub fn interval(
    cells: &[Vec<u64>],
    hidden: &[(usize, usize)],
    of: (usize, usize),
) -> Result<(u64, u64), TableError> {
    let net = Net::new(cells)?;
    let hidden = hidden.iter().map(|(row, column)| net.cell(*row, *column)).collect();
    Ok(net.interval(net.cell(of.0, of.1), &hidden))
}

/// Rounds to the nearest 5: 12 to 10, 13 to 15. Totals are rounded on their own.
pub fn round(count: u64) -> u64 {
    (count + 2) / 5 * 5
}

#[derive(Clone, Copy)]
struct Edge {
    from: usize,
    to: usize,
    value: u64,
}

/// Nodes: the source, rows, columns, the sink. Edges: cells, totals of rows, totals of columns, the grand total.
struct Net {
    rows: usize,
    columns: usize,
    edges: Vec<Edge>,
}

impl Net {
    fn new(cells: &[Vec<u64>]) -> Result<Net, TableError> {
        let columns = cells.first().map_or(0, Vec::len);
        if columns == 0 || cells.iter().any(|row| row.len() != columns) {
            return Err(TableError::Shape);
        }
        let rows = cells.len();
        let (row_node, column_node, sink) = (|row| 1 + row, |column| 1 + rows + column, 1 + rows + columns);
        let mut edges = Vec::new();
        for (row, line) in cells.iter().enumerate() {
            let cell = |(column, value): (usize, &u64)| Edge {
                from: row_node(row),
                to: column_node(column),
                value: *value,
            };
            edges.extend(line.iter().enumerate().map(cell));
        }
        edges.extend(cells.iter().enumerate().map(|(row, line)| Edge {
            from: 0,
            to: row_node(row),
            value: line.iter().sum(),
        }));
        for column in 0..columns {
            edges.push(Edge {
                from: column_node(column),
                to: sink,
                value: cells.iter().map(|line| line[column]).sum(),
            });
        }
        edges.push(Edge { from: sink, to: 0, value: cells.iter().flatten().sum() });
        Ok(Net { rows, columns, edges })
    }

    fn cell(&self, row: usize, column: usize) -> usize {
        row * self.columns + column
    }

    fn row_total(&self, row: usize) -> usize {
        self.rows * self.columns + row
    }

    fn column_total(&self, column: usize) -> usize {
        self.rows * self.columns + self.rows + column
    }

    fn total(&self) -> usize {
        self.edges.len() - 1
    }

    fn nodes(&self) -> usize {
        self.rows + self.columns + 2
    }

    fn hide(&self, k: u64) -> Result<BTreeSet<usize>, TableError> {
        let mut hidden: BTreeSet<usize> =
            (0..self.edges.len()).filter(|edge| (1..k).contains(&self.edges[*edge].value)).collect();
        loop {
            // A line with exactly one hidden number gives it away.
            let alone = (0..self.nodes()).find_map(|node| {
                let line: Vec<usize> = self.line(node);
                let open: Vec<usize> = line.iter().copied().filter(|edge| hidden.contains(edge)).collect();
                match open[..] {
                    [edge] => Some((node, edge)),
                    _ => None,
                }
            });
            let more = match alone {
                Some((node, edge)) => self
                    .next_to_hide(&self.line(node), &hidden)
                    .or_else(|| self.next_to_hide(&self.beside(edge), &hidden)),
                None => {
                    let narrow = hidden.iter().copied().find(|edge| {
                        let (least, most) = self.interval(*edge, &hidden);
                        most - least < k
                    });
                    match narrow {
                        None => return Ok(hidden),
                        Some(edge) => self.next_to_hide(&self.beside(edge), &hidden),
                    }
                }
            };
            let more =
                more.or_else(|| self.next_to_hide(&(0..self.edges.len()).collect::<Vec<_>>(), &hidden));
            hidden.insert(more.ok_or(TableError::TooSmall)?);
        }
    }

    /// The edges at a node: a row with its total, a column with its total, all totals of rows, of columns.
    fn line(&self, node: usize) -> Vec<usize> {
        (0..self.edges.len())
            .filter(|edge| self.edges[*edge].from == node || self.edges[*edge].to == node)
            .collect()
    }

    /// The edges in both lines of an edge.
    fn beside(&self, edge: usize) -> Vec<usize> {
        let Edge { from, to, .. } = self.edges[edge];
        let mut both = self.line(from);
        both.extend(self.line(to));
        both
    }

    /// The smallest number of a line that is not nothing and not hidden, a cell before a total; then an empty cell.
    /// The grand total is the last to go.
    fn next_to_hide(&self, line: &[usize], hidden: &BTreeSet<usize>) -> Option<usize> {
        let cells = self.rows * self.columns;
        line.iter().copied().filter(|edge| !hidden.contains(edge)).min_by_key(|edge| {
            let value = self.edges[*edge].value;
            (*edge == self.total(), value == 0, *edge >= cells, value, *edge)
        })
    }

    /// What a hidden number can be: it grows by what can flow back around it, and shrinks by what can flow along.
    fn interval(&self, edge: usize, hidden: &BTreeSet<usize>) -> (u64, u64) {
        let Edge { from, to, value } = self.edges[edge];
        if !hidden.contains(&edge) {
            return (value, value);
        }
        let grows = self.flow(to, from, edge, hidden, FREE);
        let shrinks = self.flow(from, to, edge, hidden, value);
        (value - shrinks.min(value), value + grows)
    }

    /// The most that can flow from one node to another over the hidden edges but one, never more than `limit`: forward
    /// without bound, since a hidden number may be larger; backward as much as there is to take away.
    fn flow(&self, from: usize, to: usize, without: usize, hidden: &BTreeSet<usize>, limit: u64) -> u64 {
        let mut spare: Vec<(u64, u64)> = self.edges.iter().map(|edge| (FREE, edge.value)).collect();
        let mut sum = 0;
        while sum < limit {
            let mut came: Vec<Option<(usize, bool)>> = vec![None; self.nodes()];
            let mut open = VecDeque::from([from]);
            while let Some(node) = open.pop_front() {
                for edge in hidden.iter().copied().filter(|edge| *edge != without) {
                    let Edge { from: tail, to: head, .. } = self.edges[edge];
                    let forward = tail == node && spare[edge].0 > 0;
                    let backward = head == node && spare[edge].1 > 0;
                    let next = if forward { head } else { tail };
                    if (forward || backward) && next != from && came[next].is_none() {
                        came[next] = Some((edge, forward));
                        open.push_back(next);
                    }
                }
            }
            let mut path = Vec::new();
            let mut node = to;
            while node != from {
                let Some((edge, forward)) = came[node] else { return sum };
                path.push((edge, forward));
                node = if forward { self.edges[edge].from } else { self.edges[edge].to };
            }
            let room =
                |(edge, forward): &(usize, bool)| if *forward { spare[*edge].0 } else { spare[*edge].1 };
            let step = path.iter().map(room).min().unwrap_or(0).min(limit - sum);
            for (edge, forward) in path {
                let (ahead, back) = &mut spare[edge];
                if forward {
                    (*ahead, *back) = (*ahead - step, back.saturating_add(step));
                } else {
                    (*ahead, *back) = (ahead.saturating_add(step), *back - step);
                }
            }
            sum += step;
        }
        sum
    }
}

/// More than any count, and far from overflowing.
const FREE: u64 = u64::MAX / 8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Cell::{Hidden, Shown};
    use super::*;

    #[test]
    fn a_small_number_takes_three_others_with_it() {
        let cells = [vec![12, 3, 20], vec![9, 14, 8]];
        let table = protect(&cells, Audience::Partner).expect("a table").into_inner();
        assert_eq!(table.cells, [vec![Hidden, Hidden, Shown(20)], vec![Hidden, Hidden, Shown(8)]]);
        assert_eq!((table.row_totals, table.total), (vec![Shown(35), Shown(31)], Shown(66)));
        let hidden = [(0, 0), (0, 1), (1, 0), (1, 1)];
        assert_eq!(interval(&cells, &hidden, (0, 1)), Ok((0, 15)));
    }

    #[test]
    fn the_public_sees_rounded_numbers_and_totals_rounded_on_their_own() {
        assert_eq!((round(12), round(13), round(0), round(35)), (10, 15, 0, 35));
        let table = protect(&[vec![12, 13], vec![11, 0]], Audience::Public).expect("a table").into_inner();
        assert_eq!(table.cells, [vec![Shown(10), Shown(15)], vec![Shown(10), Shown(0)]]);
        assert_eq!((table.row_totals[0], table.total, table.is_rounded), (Shown(25), Shown(35), true));
    }

    #[test]
    fn a_line_that_one_cell_holds_is_flagged() {
        let table = protect(&[vec![30, 0], vec![20, 25]], Audience::Partner).expect("a table").into_inner();
        assert_eq!(table.disclosing, (vec![0], vec![1]));
    }

    #[test]
    fn a_row_of_only_a_small_number_hides_its_total_too() {
        let table = protect(&[vec![3, 0, 0], vec![40, 30, 20], vec![9, 8, 7]], Audience::Partner)
            .expect("a table")
            .into_inner();
        assert_eq!((table.cells[0][0], table.row_totals[0]), (Hidden, Hidden));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(protect(&[], Audience::Partner), Err(TableError::Shape));
        assert_eq!(protect(&[vec![1], vec![1, 2]], Audience::Partner), Err(TableError::Shape));
    }

    /// All values a hidden cell takes in tables of 2 by 2 or 2 by 3 that agree with what is published.
    fn possible(table: &SafeTable, cells: &[Vec<u64>]) -> Vec<(u64, u64)> {
        let (rows, columns) = (cells.len(), cells[0].len());
        let most = cells.iter().flatten().sum::<u64>().min(14) + 6;
        let places: Vec<(usize, usize)> = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .filter(|(row, column)| table.cells[*row][*column] == Hidden)
            .collect();
        let mut ranges = vec![(u64::MAX, 0); places.len()];
        let mut tried = cells.to_vec();
        let agrees = |tried: &[Vec<u64>]| {
            let fits = |cell: Cell, value: u64| cell == Hidden || cell == Shown(value);
            (0..rows).all(|row| fits(table.row_totals[row], tried[row].iter().sum()))
                && (0..columns).all(|column| {
                    fits(table.column_totals[column], tried.iter().map(|row| row[column]).sum())
                })
                && fits(table.total, tried.iter().flatten().sum())
        };
        let mut counts = vec![0u64; places.len()];
        loop {
            for (place, count) in places.iter().zip(&counts) {
                tried[place.0][place.1] = *count;
            }
            if agrees(&tried) {
                for (range, count) in ranges.iter_mut().zip(&counts) {
                    *range = (range.0.min(*count), range.1.max(*count));
                }
            }
            let Some(at) = counts.iter().position(|count| *count < most) else { return ranges };
            counts[at] += 1;
            counts[..at].fill(0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_small_number_can_be_computed_by_trying_all_tables(
            cells in proptest::collection::vec(proptest::collection::vec(0u64..9, 2), 2),
        ) {
            if let Ok(table) = protect(&cells, Audience::Partner) {
                let table = table.into_inner();
                for (least, most) in possible(&table, &cells) {
                    prop_assert!(most - least >= 5, "{cells:?} {table:?}");
                }
                for (row, line) in cells.iter().enumerate() {
                    for (column, value) in line.iter().enumerate() {
                        prop_assert!(!(1..5).contains(value) || table.cells[row][column] == Hidden);
                    }
                }
            }
        }

        #[test]
        fn every_hidden_number_stays_open_by_k(
            cells in (2usize..6, 2usize..6).prop_flat_map(|(rows, columns)| {
                proptest::collection::vec(proptest::collection::vec(0u64..40, columns), rows)
            }),
        ) {
            let net = Net::new(&cells).expect("a table");
            if let Ok(hidden) = net.hide(5) {
                for edge in &hidden {
                    let (least, most) = net.interval(*edge, &hidden);
                    prop_assert!(most - least >= 5);
                    prop_assert!(least <= net.edges[*edge].value && net.edges[*edge].value <= most);
                }
            }
        }
    }
}
