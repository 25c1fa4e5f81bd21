//! What a reader could work out: the range that each withheld number can have, given all that is shown.
//!
//! The shown totals are linear equations over the withheld numbers. The smallest and the largest
//! value of each is found with the simplex method, so no combination of tables is overlooked.

/// Below this a coefficient counts as 0. The coefficients of totals are 1 and -1 and mostly stay
/// that, so rounding errors are far smaller.
const NEARLY: f64 = 1e-9;
/// Two numbers of rows closer than this are the same whole number.
const CLOSE: f64 = 1e-6;

/// An equation over withheld numbers: the sum of each times its coefficient.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Equation {
    pub(super) terms: Vec<(usize, f64)>,
    pub(super) equals: f64,
}

/// A question about a withheld number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Question {
    /// Which number.
    pub(super) unknown: usize,
    /// It must be possible that it is at least this.
    pub(super) high: f64,
    /// It must be possible that it is at most this.
    pub(super) low: Option<f64>,
}

/// The places of the questions to which the answer is no: the reader knows too much.
///
/// `least` is what a reader knows about each number without any equation. The equations have at
/// least one solution, the truth.
pub(super) fn too_narrow(
    least: &[f64],
    equations: &[Equation],
    questions: &[Question],
) -> Vec<usize> {
    let Some(mut tableau) = Tableau::feasible(least, equations) else {
        return (0..questions.len()).collect();
    };
    let high = |place: usize| questions[place].high;
    let all: Vec<usize> = (0..questions.len()).collect();
    let mut found =
        tableau.unreached(&all, questions, least, 1.0, |place, value| value >= high(place) - CLOSE);
    let low: Vec<usize> = all.into_iter().filter(|place| questions[*place].low.is_some()).collect();
    found.extend(tableau.unreached(&low, questions, least, -1.0, |place, value| {
        questions[place].low.is_none_or(|low| value <= low + CLOSE)
    }));
    found.sort_unstable();
    found.dedup();
    found
}

/// How a search for the largest value ended.
enum End {
    Found,
    /// It grows without limit, together with this unknown.
    Unlimited(usize),
    /// It took too many steps.
    GaveUp,
}

/// The equations, solved for some of the unknowns (the basis). An unknown here is what a number has
/// above its least value.
struct Tableau {
    unknowns: usize,
    /// For each equation the coefficients, and the right-hand side last.
    rows: Vec<Vec<f64>>,
    /// The unknown that each equation is solved for; `unknowns` or more for one that stands for
    /// what is still missing.
    basis: Vec<usize>,
}

impl Tableau {
    /// A solution of the equations, to start from; `None` where none was found.
    fn feasible(least: &[f64], equations: &[Equation]) -> Option<Self> {
        let unknowns = least.len();
        let mut rows = Vec::with_capacity(equations.len());
        for equation in equations {
            let mut row = vec![0.0; unknowns + 1];
            row[unknowns] = equation.equals;
            for (unknown, coefficient) in &equation.terms {
                row[*unknown] += coefficient;
                row[unknowns] -= coefficient * least[*unknown];
            }
            if row[unknowns] < 0.0 {
                for entry in &mut row {
                    *entry = -*entry;
                }
            }
            rows.push(row);
        }
        let basis = (unknowns..unknowns + rows.len()).collect();
        let mut tableau = Self { unknowns, rows, basis };
        let mut missing = vec![0.0; unknowns + 1];
        for row in &tableau.rows {
            missing.iter_mut().zip(row).for_each(|(sum, entry)| *sum += entry);
        }
        if !matches!(tableau.climb(&mut missing), End::Found) || missing[unknowns] > CLOSE {
            return None;
        }
        tableau.drop_helpers();
        Some(tableau)
    }

    /// Solves the equations that are not yet solved for an unknown, and drops those that say nothing.
    fn drop_helpers(&mut self) {
        let mut place = 0;
        while place < self.rows.len() {
            if self.basis[place] < self.unknowns {
                place += 1;
                continue;
            }
            let row = &self.rows[place];
            let column = (0..self.unknowns).find(|column| row[*column].abs() > NEARLY);
            if let Some(column) = column {
                self.pivot(place, column, &mut []);
                place += 1;
            } else {
                self.rows.swap_remove(place);
                self.basis.swap_remove(place);
            }
        }
    }

    /// Of the questions at `places`, those whose number cannot be made to satisfy `is_reached` by
    /// pushing it up (`direction` 1) or down (-1).
    ///
    /// All are pushed together first, since one solution answers many questions; only those that
    /// this does not help are pushed one by one.
    fn unreached(
        &mut self,
        places: &[usize],
        questions: &[Question],
        least: &[f64],
        direction: f64,
        is_reached: impl Fn(usize, f64) -> bool,
    ) -> Vec<usize> {
        let mut open = places.to_vec();
        let mut push = |pushed: &[usize], open: &mut Vec<usize>| {
            let mut goal = vec![0.0; self.unknowns + 1];
            for place in pushed {
                goal[questions[*place].unknown] += direction;
            }
            self.express(&mut goal);
            let growing = match self.climb(&mut goal) {
                End::Unlimited(unknown) => self.growing_with(unknown),
                End::Found | End::GaveUp => vec![false; self.unknowns],
            };
            let values = self.values(least);
            open.retain(|place| {
                let unknown = questions[*place].unknown;
                !growing[unknown] && !is_reached(*place, values[unknown])
            });
        };
        loop {
            let before = open.clone();
            push(&before, &mut open);
            if open.is_empty() || open.len() == before.len() {
                break;
            }
        }
        let mut never = Vec::new();
        while let Some(place) = open.first().copied() {
            push(&[place], &mut open);
            if open.first() == Some(&place) {
                never.push(open.remove(0));
            }
        }
        never
    }

    /// Which unknowns grow without limit when this one does.
    fn growing_with(&self, unknown: usize) -> Vec<bool> {
        let mut growing = vec![false; self.unknowns];
        growing[unknown] = true;
        for (row, solved) in self.rows.iter().zip(&self.basis) {
            growing[*solved] |= row[unknown] < -NEARLY;
        }
        growing
    }

    /// The numbers of the current solution.
    fn values(&self, least: &[f64]) -> Vec<f64> {
        let mut values = least.to_vec();
        for (row, solved) in self.rows.iter().zip(&self.basis) {
            values[*solved] += row[self.unknowns];
        }
        values
    }

    /// Writes a goal in terms of the unknowns that the equations are not solved for.
    fn express(&self, goal: &mut [f64]) {
        for (row, solved) in self.rows.iter().zip(&self.basis) {
            let times = goal[*solved];
            if times.abs() > NEARLY {
                goal.iter_mut().zip(row).for_each(|(entry, other)| *entry -= times * other);
            }
        }
    }

    /// Makes the goal as large as it gets. At first the steepest step is taken, which is fast and in
    /// rare cases goes round in circles; then of all that help the one with the lowest place (Bland's
    /// rule), which never does.
    fn climb(&mut self, goal: &mut [f64]) -> End {
        let size = self.unknowns + self.rows.len();
        for step in 0..200 + 20 * size {
            let mut helpful = (0..self.unknowns).filter(|column| goal[*column] > NEARLY);
            let entering = if step < 4 * size {
                helpful.reduce(|best, other| if goal[other] > goal[best] { other } else { best })
            } else {
                helpful.next()
            };
            let Some(entering) = entering else { return End::Found };
            let mut leaving: Option<(f64, usize)> = None;
            for (place, row) in self.rows.iter().enumerate() {
                if row[entering] > NEARLY {
                    let ratio = row[self.unknowns] / row[entering];
                    let is_better = leaving.is_none_or(|(best, other)| {
                        ratio < best - NEARLY
                            || ratio < best + NEARLY && self.basis[place] < self.basis[other]
                    });
                    if is_better {
                        leaving = Some((ratio, place));
                    }
                }
            }
            let Some((_, place)) = leaving else { return End::Unlimited(entering) };
            self.pivot(place, entering, goal);
        }
        End::GaveUp
    }

    /// Solves the equation at `place` for the unknown `column`, and puts it into all others.
    fn pivot(&mut self, place: usize, column: usize, goal: &mut [f64]) {
        let mut row = std::mem::take(&mut self.rows[place]);
        let divisor = row[column];
        for entry in &mut row {
            *entry /= divisor;
        }
        let subtract = |other: &mut [f64]| {
            if let Some(times) = other.get(column).copied().filter(|times| times.abs() > NEARLY) {
                other.iter_mut().zip(&row).for_each(|(entry, mine)| *entry -= times * mine);
            }
        };
        self.rows.iter_mut().for_each(|other| subtract(other));
        subtract(goal);
        self.rows[place] = row;
        self.basis[place] = column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(terms: &[usize], equals: f64) -> Equation {
        Equation { terms: terms.iter().map(|unknown| (*unknown, 1.0)).collect(), equals }
    }

    fn ask(unknown: usize, high: f64) -> Question {
        Question { unknown, high, low: Some(1.0) }
    }

    #[test]
    fn a_single_gap_is_found_out() {
        assert_eq!(too_narrow(&[1.0], &[sum(&[0], 2.0)], &[ask(0, 3.0)]), [0]);
    }

    #[test]
    fn two_gaps_that_must_both_be_one_are_found_out() {
        let equations = [sum(&[0, 1], 2.0)];
        assert_eq!(too_narrow(&[1.0; 2], &equations, &[ask(0, 3.0), ask(1, 3.0)]), [0, 1]);
    }

    #[test]
    fn a_gap_between_two_equations_is_found_out() {
        // 0 + 1 = 9 and 0 + 1 + 2 = 11: each leaves a choice, both together do not.
        let equations = [sum(&[0, 1], 9.0), sum(&[0, 1, 2], 11.0)];
        let questions = [ask(0, 5.0), ask(2, 5.0)];
        assert_eq!(too_narrow(&[1.0; 3], &equations, &questions), [1]);
    }

    #[test]
    fn two_gaps_with_a_large_sum_stay_hidden() {
        let equations = [sum(&[0, 1], 11.0)];
        assert_eq!(
            too_narrow(&[1.0; 2], &equations, &[ask(0, 3.0), ask(1, 3.0)]),
            [] as [usize; 0]
        );
    }

    #[test]
    fn a_gap_under_a_withheld_total_has_no_limit() {
        // 0 + 5 = 1, and 1 is withheld as well.
        let total = Equation { terms: vec![(1, 1.0), (0, -1.0)], equals: 5.0 };
        let questions = [ask(0, 1e6), Question { unknown: 1, high: 1e6, low: Some(6.0) }];
        assert_eq!(too_narrow(&[1.0; 2], &[total], &questions), [] as [usize; 0]);
    }

    #[test]
    fn a_repeated_equation_says_nothing_new() {
        let equations = [sum(&[0, 1], 11.0), sum(&[0, 1], 11.0)];
        assert_eq!(too_narrow(&[1.0; 2], &equations, &[ask(0, 3.0)]), [] as [usize; 0]);
    }
}
