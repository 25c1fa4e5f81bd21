//! Cuts rows that are worked out one by one into blocks of plain numbers.

use crate::domain::BATCH_ROWS;
use crate::store::sink::Block;

/// The block being filled and the one who takes it, which is never given an empty one.
pub(super) struct Filling<Take> {
    columns: Vec<Vec<i64>>,
    groups: Vec<(u16, usize)>,
    rows: usize,
    taken: u64,
    take: Take,
}

impl<Take, E> Filling<Take>
where
    Take: FnMut(&Block) -> Result<(), E>,
{
    /// Nothing yet; rows have so many values.
    pub(super) fn new(values: usize, take: Take) -> Self {
        let columns = vec![Vec::new(); values];
        Self { columns, groups: Vec::new(), rows: 0, taken: 0, take }
    }

    /// Adds the values of a row of the school at `place`.
    pub(super) fn add(
        &mut self,
        place: u16,
        values: impl IntoIterator<Item = i64>,
    ) -> Result<(), E> {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
        self.rows += 1;
        match self.groups.last_mut() {
            Some((group, end)) if *group == place => *end = self.rows,
            _ => self.groups.push((place, self.rows)),
        }
        if self.rows == BATCH_ROWS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), E> {
        let mut block = Block::new(self.columns.len());
        block.rows = self.rows;
        block.groups = std::mem::take(&mut self.groups);
        for (place, column) in self.columns.iter_mut().enumerate() {
            block.set_column(place, column);
            column.clear();
        }
        self.taken += self.rows as u64;
        self.rows = 0;
        (self.take)(&block)
    }

    /// Sends the rows that are left and tells how many there were in all.
    pub(super) fn finish(mut self) -> Result<u64, E> {
        if self.rows > 0 {
            self.send()?;
        }
        Ok(self.taken)
    }
}
