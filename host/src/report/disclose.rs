//! Withholds small numbers, and as many others as it takes to keep them from being worked out.
//!
//! A number is small when it rests on 1 to `smallest - 1` persons. Withholding it alone is of no
//! use where a total is printed, so for every total with exactly one gap a second number goes: the
//! smallest that is shown and not 0, or the total itself where there is none. Then the reader's
//! view is worked out (`attack`), and more numbers go until each small one could be 1 as well as
//! `smallest` or more, for all that a reader can tell.
//!
//! What rests on records about no family has no weight here: it is shown, and it neither hides a number
//! nor is hidden for one. A rate of it and of a number with persons is withheld where that number is.
//! Tests: `nobodys`.
//!
//! Sums of values, numbers of different persons, means and medians are treated as if they were
//! the number of rows behind them. That withholds rather too much than too little: the number of
//! different persons in a total is no sum, so less can be worked out from it.

use std::collections::BTreeSet;

use super::attack::{Equation, Question, too_narrow};

/// A set of rows that stands behind printed numbers; all numbers over the same rows share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// What adds up: its rows, or its persons where rows are numbers of persons. Never 0
    /// for one that is printed.
    pub(super) weight: u64,
    /// On how few persons, or records about persons, a number over it rests; 0 where that is nobody's
    /// secret. Below the limit it must not be shown.
    pub(super) least: u64,
    /// Whether a number over it is printed at all.
    pub(super) is_published: bool,
    /// For a number of a report that is published already, whether it is shown there: that cannot be
    /// changed any more.
    pub(super) before: Option<bool>,
}

impl Node {
    /// Rows of the report at hand that no number is printed over yet.
    pub(super) fn unprinted(weight: u64, least: u64) -> Self {
        Self { weight, least, is_published: false, before: None }
    }

    fn is_small(&self, smallest: u64) -> bool {
        (1..smallest).contains(&self.least)
    }
}

/// More numbers to guess that hang together with earlier reports are not looked at one by one.
const MOST_UNKNOWN: usize = 400;

/// A total is the sum of its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Relation {
    total: usize,
    parts: Vec<usize>,
}

impl Relation {
    fn members(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().copied().chain([self.total])
    }
}

/// Every set of rows behind a report, and what adds up to what.
#[derive(Debug, Clone, Default)]
pub(super) struct Net {
    nodes: Vec<Node>,
    relations: BTreeSet<Relation>,
    /// Whether numbers are values that must not be known to a tenth, rather than numbers of rows.
    is_of_values: bool,
}

impl Net {
    /// A net of values instead of rows, in which a small number must not be known to a tenth.
    pub(super) fn of_values() -> Self {
        Self { is_of_values: true, ..Self::default() }
    }

    /// Adds a set of rows.
    pub(super) fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Says that a node is printed, and as how few, where that is fewer than its rows and persons.
    pub(super) fn publish(&mut self, node: usize, few: Option<u64>) {
        let node = &mut self.nodes[node];
        node.is_published = true;
        node.least = few.filter(|few| *few < node.least).unwrap_or(node.least);
    }

    /// Every node.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Every total with its parts.
    pub(super) fn relations(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.relations.iter().map(|relation| (relation.total, relation.parts.as_slice()))
    }

    /// What adds up in a node.
    pub(super) fn weight(&self, node: usize) -> u64 {
        self.nodes[node].weight
    }

    /// Says that `total` is the sum of `parts`; parts that are 0 are not listed. Anything that does
    /// not add up is no such relation, and nothing is said.
    pub(super) fn relate(&mut self, total: usize, mut parts: Vec<usize>) {
        let sum: u64 = parts.iter().map(|part| self.nodes[*part].weight).sum();
        if sum == self.nodes[total].weight && !parts.contains(&total) {
            parts.sort_unstable();
            self.relations.insert(Relation { total, parts });
        }
    }

    /// Which nodes are withheld, where numbers from `smallest` persons on are shown.
    pub(super) fn withhold(&self, smallest: u64) -> Vec<bool> {
        let is_hidden =
            |node: &Node| node.is_published && node.is_small(smallest) && node.before.is_none();
        self.withhold_more(smallest, self.nodes.iter().map(is_hidden).collect())
    }

    /// The same where some are withheld already. What the reports before this one have given away
    /// among themselves is given up: nothing that is withheld now brings it back.
    pub(super) fn withhold_more(&self, smallest: u64, mut withheld: Vec<bool>) -> Vec<bool> {
        let mut given_up = self.lost(smallest);
        let has_before = self.nodes.iter().any(|node| node.before.is_some());
        loop {
            while self.close_gaps(smallest, &mut withheld) {}
            let groups = self.components(smallest, &withheld);
            let mut has_changed = false;
            for nodes in groups {
                if has_before && nodes.len() > MOST_UNKNOWN {
                    has_changed |= self.close_around(&nodes, &mut withheld);
                    continue;
                }
                let exposed = self.exposed(&nodes, &withheld, smallest);
                // One more gap may protect every node near it, so these wait for the next look.
                let mut near = BTreeSet::new();
                for node in exposed {
                    if given_up.contains(&node) || near.contains(&node) {
                        continue;
                    }
                    if let Some(complement) = self.complement_near(node, &withheld) {
                        withheld[complement] = true;
                        has_changed = true;
                        for relation in &self.relations {
                            if relation.members().any(|member| member == complement) {
                                near.extend(relation.members());
                            }
                        }
                    } else {
                        // Everything around it is withheld already.
                        given_up.insert(node);
                    }
                }
            }
            if !has_changed {
                return withheld;
            }
        }
    }

    /// The small nodes that the reports before this one give away.
    fn lost(&self, smallest: u64) -> BTreeSet<usize> {
        let is_before = |relation: &&Relation| {
            relation.members().all(|member| self.nodes[member].before.is_some())
        };
        let relations: BTreeSet<Relation> =
            self.relations.iter().filter(is_before).cloned().collect();
        if relations.is_empty() {
            return BTreeSet::new();
        }
        let earlier = Self { nodes: self.nodes.clone(), relations, ..Self::default() };
        let withheld = vec![false; self.nodes.len()];
        let groups = earlier.components(smallest, &withheld).into_iter();
        groups
            .filter(|nodes| nodes.len() <= MOST_UNKNOWN)
            .flat_map(|nodes| earlier.exposed(&nodes, &withheld, smallest))
            .collect()
    }

    /// Withholds every number that stands in a sum with one of these.
    fn close_around(&self, nodes: &[usize], withheld: &mut [bool]) -> bool {
        let mut has_changed = false;
        for relation in &self.relations {
            if relation.members().any(|member| nodes.binary_search(&member).is_ok()) {
                for member in relation.members() {
                    if !self.is_unknown(member, withheld) && self.nodes[member].before.is_none() {
                        withheld[member] = true;
                        has_changed = true;
                    }
                }
            }
        }
        has_changed
    }

    /// Whether a reader has to guess a node.
    fn is_unknown(&self, node: usize, withheld: &[bool]) -> bool {
        match self.nodes[node].before {
            Some(is_shown) => !is_shown,
            None => withheld[node] || !self.nodes[node].is_published,
        }
    }

    /// Whether a number is printed as withheld, so that a reader knows that it is not 0.
    fn is_withheld(&self, node: usize, withheld: &[bool]) -> bool {
        let found = &self.nodes[node];
        withheld[node] || (found.is_published && found.before == Some(false))
    }

    /// Withholds a second number wherever a relation has a single gap that matters.
    fn close_gaps(&self, smallest: u64, withheld: &mut [bool]) -> bool {
        let mut has_changed = false;
        for relation in &self.relations {
            let mut gaps = relation.members().filter(|node| self.is_unknown(*node, withheld));
            if let (Some(gap), None) = (gaps.next(), gaps.next())
                && (self.is_withheld(gap, withheld) || self.nodes[gap].is_small(smallest))
                && let Some((.., complement)) = self.complement(relation, withheld)
            {
                withheld[complement] = true;
                has_changed = true;
            }
        }
        has_changed
    }

    /// The best number of a relation to withhold next: the smallest part that is shown, else the
    /// total, with what it is compared by.
    fn complement(&self, relation: &Relation, withheld: &[bool]) -> Option<(bool, u64, usize)> {
        relation
            .members()
            .filter(|node| !self.is_unknown(*node, withheld) && self.nodes[*node].before.is_none())
            .map(|node| (node == relation.total, self.nodes[node].weight, node))
            .min()
    }

    /// The best number to withhold for the sake of a node: from its own relations, else from those
    /// that have gaps in common with them, and so on.
    fn complement_near(&self, node: usize, withheld: &[bool]) -> Option<usize> {
        let mut reached = BTreeSet::from([node]);
        loop {
            let near = || {
                let touches = |relation: &&Relation| {
                    relation.members().any(|member| reached.contains(&member))
                };
                self.relations.iter().filter(touches)
            };
            let best = near().filter_map(|relation| self.complement(relation, withheld)).min();
            if let Some((.., complement)) = best {
                return Some(complement);
            }
            let further: BTreeSet<usize> = near().flat_map(Relation::members).collect();
            if further.is_subset(&reached) {
                return None;
            }
            reached.extend(further);
        }
    }

    /// Unknown nodes in groups that no relation joins; those with nothing to protect are left out.
    fn components(&self, smallest: u64, withheld: &[bool]) -> Vec<Vec<usize>> {
        let mut group: Vec<usize> = (0..self.nodes.len()).collect();
        for relation in &self.relations {
            let gaps: Vec<usize> =
                relation.members().filter(|node| self.is_unknown(*node, withheld)).collect();
            for pair in gaps.windows(2) {
                let (one, other) = (leader(&mut group, pair[0]), leader(&mut group, pair[1]));
                group[one.max(other)] = one.min(other);
            }
        }
        let mut found = vec![Vec::new(); self.nodes.len()];
        for node in (0..self.nodes.len()).filter(|node| self.is_unknown(*node, withheld)) {
            found[leader(&mut group, node)].push(node);
        }
        found.retain(|nodes| nodes.iter().any(|node| self.nodes[*node].is_small(smallest)));
        found
    }

    /// The small nodes among `nodes` of which a reader can tell too much.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of rows are far below 2^53, up to which they are exact"
    )]
    fn exposed(&self, nodes: &[usize], withheld: &[bool], smallest: u64) -> Vec<usize> {
        let place = |node: usize| nodes.binary_search(&node).ok();
        let weight = |node: usize| self.nodes[node].weight as f64;
        // That a number is withheld tells that it is not 0; of one that is never printed not even
        // that is known.
        let least: Vec<f64> = nodes
            .iter()
            .map(|node| f64::from(u8::from(self.is_withheld(*node, withheld))))
            .collect();
        let mut equations = Vec::new();
        for relation in &self.relations {
            let mut terms: Vec<(usize, f64)> =
                relation.parts.iter().filter_map(|part| Some((place(*part)?, 1.0))).collect();
            let known = |node: &&usize| place(**node).is_none();
            let shown: f64 = relation.parts.iter().filter(known).map(|node| weight(*node)).sum();
            let mut equals = -shown;
            match place(relation.total) {
                Some(total) => terms.push((total, -1.0)),
                None => equals += weight(relation.total),
            }
            if !terms.is_empty() {
                equations.push(Equation { terms, equals });
            }
        }
        // A total of withheld parts is at least what these are, so it cannot be asked to look like 1
        // where that is more; then it must look as if it could be larger than it is.
        let parts_alone = from_parts(&least, &equations);
        let question = |(unknown, node): (usize, &usize)| {
            let (low, high) = (parts_alone[unknown].max(1.0), smallest as f64);
            let (low, high) = if self.is_of_values {
                (low.max(weight(*node) * 0.9), weight(*node) * 1.1)
            } else if low > 1.0 {
                (low, high.max(weight(*node) + 1.0))
            } else {
                (low, high)
            };
            Question { unknown, high, low: Some(low) }
        };
        let questions: Vec<Question> = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| self.nodes[**node].is_small(smallest))
            .map(question)
            .collect();
        let narrow = too_narrow(&least, &equations, &questions);
        narrow.into_iter().map(|found| nodes[questions[found].unknown]).collect()
    }
}

/// What each number is at least because its parts are: all that is known of a total before anything
/// that it is itself a part of is looked at.
fn from_parts(least: &[f64], equations: &[Equation]) -> Vec<f64> {
    let mut found = least.to_vec();
    // Each round reaches totals of totals one step further. Equal numbers can be parts of each other,
    // and are then no larger for it.
    for _ in 0..least.len() {
        let mut has_changed = false;
        for Equation { terms, equals } in equations {
            let Some((total, _)) = terms.last().filter(|(_, times)| *times < 0.0) else { continue };
            let parts: f64 = terms[..terms.len() - 1].iter().map(|(part, _)| found[*part]).sum();
            if parts - equals > found[*total] {
                found[*total] = parts - equals;
                has_changed = true;
            }
        }
        if !has_changed {
            break;
        }
    }
    found
}

/// The node that stands for the group of a node.
fn leader(group: &mut [usize], mut node: usize) -> usize {
    while group[node] != node {
        group[node] = group[group[node]];
        node = group[node];
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of numbers under its total; those below `smallest` are small.
    fn column(values: &[u64], smallest: u64) -> (Vec<bool>, bool) {
        let mut net = Net::default();
        let node = |weight: u64| Node { is_published: true, ..Node::unprinted(weight, weight) };
        let parts: Vec<usize> = values.iter().map(|value| net.add(node(*value))).collect();
        let total = net.add(node(values.iter().sum()));
        net.relate(total, parts.clone());
        let withheld = net.withhold(smallest);
        (parts.iter().map(|part| withheld[*part]).collect(), withheld[total])
    }

    #[test]
    fn three_schools_with_two_nine_and_fourteen_hide_two_of_them() {
        assert_eq!(column(&[2, 9, 14], 3), (vec![true, true, false], false));
    }

    #[test]
    fn a_pair_that_must_both_be_one_takes_a_third_along() {
        assert_eq!(column(&[1, 1, 9, 14], 3), (vec![true, true, true, false], false));
        // 2 + 2 could be 1 + 3, so a limit of 3 is kept, and one of 5 is not.
        assert_eq!(column(&[2, 2, 14], 3), (vec![true, true, false], false));
        assert_eq!(column(&[2, 2, 14], 5), (vec![true, true, true], false));
    }

    #[test]
    fn a_lonely_small_number_takes_its_total_along() {
        assert_eq!(column(&[2], 3), (vec![true], true));
    }

    #[test]
    fn nothing_small_means_nothing_withheld() {
        assert_eq!(column(&[3, 9, 14], 3), (vec![false; 3], false));
    }

    #[test]
    fn a_small_rest_that_is_never_printed_is_protected() {
        let mut net = Net::default();
        let node =
            |weight, least, is_published| Node { is_published, ..Node::unprinted(weight, least) };
        let whole = net.add(node(20, 20, true));
        let part = net.add(node(18, 18, true));
        let rest = net.add(node(2, 2, false));
        net.relate(whole, vec![part, rest]);
        assert_eq!(net.withhold(3), [false, true, false]);
    }
}
