//! What a question comes to: rows under columns, flat or as a tree.

use super::column::Derived;
use super::{Column, ColumnKind, Context, Work};
use crate::analysis::{Inquiry, TreeInquiry};
use crate::error::Result;
use crate::graph::{BitSet, Step, bytes_of, reserve, too_large};
use crate::heap::{ClassIndex, ObjectIndex};

/// An object, a class or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// An object.
    Object(ObjectIndex),
    /// A class.
    Class(ClassIndex),
    /// A text of the table.
    Text(u32),
    /// Nothing.
    None,
}

/// What a new row says in a column.
#[derive(Clone, Debug)]
pub enum Value {
    /// An object.
    Object(ObjectIndex),
    /// A class.
    Class(ClassIndex),
    /// A text.
    Text(String),
    /// A count or bytes.
    Number(u64),
    /// A part of one.
    Share(f64),
    /// Nothing, or what the column derives.
    None,
}

#[derive(Debug)]
enum Data {
    Things(Vec<Thing>),
    Numbers(Vec<u64>),
    Shares(Vec<f32>),
    Derived(Derived),
}

/// Stands for a number that is not known.
const UNKNOWN: u64 = u64::MAX;
/// Stands for children that are not worked out yet.
const UNREAD: u32 = u32::MAX;

/// Works out the rows below a row when somebody opens it.
pub trait Expand: core::fmt::Debug {
    /// Does about `budget` units of work towards the rows below `row`. Several rows may be opened
    /// side by side.
    ///
    /// # Errors
    /// As a question.
    fn step(
        &mut self,
        _inquiry: &Inquiry<'_>,
        _table: &Table,
        _row: u32,
        _budget: u64,
    ) -> Result<Step> {
        Ok(Step::Done)
    }

    /// The rows below `row`, once [`Step::Done`] was said.
    ///
    /// # Errors
    /// As a question.
    fn finish(&mut self, inquiry: &Inquiry<'_>, table: &Table, row: u32) -> Result<Below>;

    /// What stands in a column that is told by the expander.
    fn number(&self, _object: ObjectIndex, _column: usize) -> Option<u64> {
        None
    }

    /// The objects that a row stands for, where that is more than the row itself says. The rows
    /// of an expansion are numbered from [`Table::len`] on.
    fn members(&self, _row: u32) -> Option<&[u32]> {
        None
    }

    /// Memory held, about, in bytes.
    fn bytes(&self) -> u64;
}

/// Rows below another one, each with whether it can be opened in turn.
#[derive(Debug)]
pub enum Below {
    /// Rows that say all they have to say.
    Rows(Vec<(Vec<Value>, bool)>),
    /// Objects from which the columns derive everything; there may be millions.
    Objects(Vec<(u32, bool)>),
}

/// Rows under columns. A row keeps its number whatever the order shown.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    data: Vec<Data>,
    texts: Vec<Box<str>>,
    len: u32,
    /// First child and number of children per row; empty in a flat table.
    children: Vec<(u32, u32)>,
    /// Rows of the first level.
    top: u32,
    expander: Option<Box<dyn Expand>>,
    /// The objects that a row stands for, where these are listed: ends in `objects`, by row.
    members: Option<(Vec<u32>, Vec<u32>)>,
    /// The objects within which a row with a class stands for the instances of that class.
    within: Option<BitSet>,
    /// Column and direction of the first order.
    pub sort: (usize, bool),
    /// What a reader should know.
    pub notes: Vec<String>,
}

const WHAT: &str = "the rows of an answer";

impl Table {
    /// A table without rows. The first order is by `sort`, largest first for numbers.
    pub fn new(columns: &[Column], sort: usize) -> Self {
        let data = columns
            .iter()
            .map(|column| match (column.derived, column.kind) {
                (Some(derived), _) => Data::Derived(derived),
                (None, ColumnKind::Thing) => Data::Things(Vec::new()),
                (None, ColumnKind::Count | ColumnKind::Bytes) => Data::Numbers(Vec::new()),
                (None, ColumnKind::Share) => Data::Shares(Vec::new()),
            })
            .collect();
        let descending = columns.get(sort).is_some_and(|c| c.kind != ColumnKind::Thing);
        Self {
            columns: columns.to_vec(),
            data,
            texts: Vec::new(),
            len: 0,
            children: Vec::new(),
            top: 0,
            expander: None,
            members: None,
            within: None,
            sort: (sort, descending),
            notes: Vec::new(),
        }
    }

    /// Adds a row to the first level. In a tree: before any children.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn push(&mut self, values: Vec<Value>) -> Result<u32> {
        let row = self.append(values)?;
        self.top = self.len;
        Ok(row)
    }

    fn append(&mut self, values: Vec<Value>) -> Result<u32> {
        let mut values = values.into_iter();
        for data in &mut self.data {
            let value = values.next().unwrap_or(Value::None);
            match data {
                Data::Things(things) => {
                    reserve_more(things)?;
                    let thing = match value {
                        Value::Object(object) => Thing::Object(object),
                        Value::Class(class) => Thing::Class(class),
                        Value::Text(text) => {
                            reserve_more(&mut self.texts)?;
                            self.texts.push(text.into_boxed_str());
                            Thing::Text(u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
                        }
                        _ => Thing::None,
                    };
                    things.push(thing);
                }
                Data::Numbers(numbers) => {
                    reserve_more(numbers)?;
                    numbers.push(if let Value::Number(n) = value { n } else { UNKNOWN });
                }
                Data::Shares(shares) => {
                    reserve_more(shares)?;
                    #[expect(clippy::cast_possible_truncation, reason = "shown in few digits")]
                    shares.push(if let Value::Share(s) = value { s as f32 } else { f32::NAN });
                }
                Data::Derived(_) => {}
            }
        }
        self.len += 1;
        Ok(self.len - 1)
    }

    /// Adds the children of `row`, in their order, and answers the first one's number. Each row
    /// gets its children once.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn push_children(&mut self, row: u32, children: Vec<Vec<Value>>) -> Result<u32> {
        let first = self.len;
        for values in children {
            self.append(values)?;
        }
        self.set_children(row, (first, self.len - first))?;
        Ok(first)
    }

    fn set_children(&mut self, row: u32, children: (u32, u32)) -> Result<()> {
        let len = self.children.len().max(row as usize + 1);
        let more = len - self.children.len();
        self.children
            .try_reserve(more)
            .map_err(|_| too_large(bytes_of::<(u32, u32)>(more), WHAT))?;
        self.children.resize(len, (0, 0));
        self.children[row as usize] = children;
        Ok(())
    }

    /// Adds the first level of a tree whose rows are worked out when they are opened.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn grow(&mut self, tops: Below, expander: Box<dyn Expand>) -> Result<()> {
        self.append_below(tops)?;
        self.top = self.len;
        self.expander = Some(expander);
        Ok(())
    }

    /// Adds rows and answers the first one's number.
    fn append_below(&mut self, below: Below) -> Result<u32> {
        let first = self.len;
        match below {
            Below::Objects(objects) => self.append_objects(&objects)?,
            Below::Rows(rows) => {
                for (values, opens) in rows {
                    let row = self.append(values)?;
                    if opens {
                        self.can_open(row)?;
                    }
                }
            }
        }
        Ok(first)
    }

    /// Adds many rows at once.
    fn append_objects(&mut self, objects: &[(u32, bool)]) -> Result<()> {
        let more = objects.len();
        for (column, data) in self.data.iter_mut().enumerate() {
            match data {
                Data::Things(things) => {
                    room(things, more)?;
                    let thing = |&(object, _)| match column {
                        0 => Thing::Object(ObjectIndex(object)),
                        _ => Thing::None,
                    };
                    things.extend(objects.iter().map(thing));
                }
                Data::Numbers(numbers) => {
                    room(numbers, more)?;
                    numbers.resize(numbers.len() + more, UNKNOWN);
                }
                Data::Shares(shares) => {
                    room(shares, more)?;
                    shares.resize(shares.len() + more, f32::NAN);
                }
                Data::Derived(_) => {}
            }
        }
        let missing = (self.len as usize).saturating_sub(self.children.len());
        room(&mut self.children, missing + more)?;
        self.children.resize(self.children.len() + missing, (0, 0));
        let children = |&(_, opens)| if opens { (0, UNREAD) } else { (0, 0) };
        self.children.extend(objects.iter().map(children));
        let len = self.len as usize + more;
        self.len = u32::try_from(len).map_err(|_| too_large(bytes_of::<Thing>(len), WHAT))?;
        Ok(())
    }

    /// Says that `row` has children that the expander works out.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn can_open(&mut self, row: u32) -> Result<()> {
        self.set_children(row, (0, UNREAD))
    }

    /// Says what works out the rows below others, and which objects rows stand for.
    pub fn expand_with(&mut self, expander: Box<dyn Expand>) {
        self.expander = Some(expander);
    }

    /// Does about `budget` units of work towards the rows below `row`.
    ///
    /// # Errors
    /// As the question.
    pub(super) fn open(&mut self, inquiry: &Inquiry<'_>, row: u32, budget: u64) -> Result<Step> {
        if self.children_of(row) != (0, UNREAD) {
            return Ok(Step::Done);
        }
        let Some(mut expander) = self.expander.take() else { return Ok(Step::Done) };
        let below = match expander.step(inquiry, self, row, budget) {
            Ok(Step::Done) => expander.finish(inquiry, self, row).map(Ok),
            Ok(more) => Ok(Err(more)),
            Err(error) => Err(error),
        };
        self.expander = Some(expander);
        match below? {
            Ok(below) => {
                let first = self.append_below(below)?;
                self.set_children(row, (first, self.len - first))?;
                Ok(Step::Done)
            }
            Err(more) => Ok(more),
        }
    }

    /// Says which objects each row stands for: those of row `r` end at `ends[r]` in `objects`. A row
    /// without any stands for those of the rows below it.
    pub fn set_members(&mut self, ends: Vec<u32>, objects: Vec<u32>) {
        self.members = Some((ends, objects));
    }

    /// Says that a row with a class stands for its instances among these objects.
    pub fn set_within(&mut self, within: BitSet) {
        self.within = Some(within);
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Rows in all, those of trees that were not opened left out.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Rows of the first level.
    pub fn top(&self) -> u32 {
        self.top
    }

    /// Whether rows can be opened.
    pub fn is_tree(&self) -> bool {
        !self.children.is_empty()
    }

    /// First child and number of children.
    fn children_of(&self, row: u32) -> (u32, u32) {
        self.children.get(row as usize).copied().unwrap_or((0, 0))
    }

    /// Number of children; `None` when they are not worked out yet.
    pub fn children_count(&self, row: u32) -> Option<u32> {
        Some(self.children_of(row).1).filter(|&count| count != UNREAD)
    }

    /// The rows below `parent`, or those of the first level.
    pub fn rows_below(&self, parent: Option<u32>) -> core::ops::Range<u32> {
        let Some(parent) = parent else { return 0..self.top };
        match self.children_of(parent) {
            (_, UNREAD) => 0..0,
            (first, count) => first..first.saturating_add(count),
        }
    }

    /// What stands in a column of things.
    pub fn thing(&self, row: u32, column: usize) -> Thing {
        match self.data.get(column) {
            Some(Data::Things(things)) => things.get(row as usize).copied().unwrap_or(Thing::None),
            _ => Thing::None,
        }
    }

    /// A text of the table.
    pub fn text(&self, text: u32) -> &str {
        self.texts.get(text as usize).map_or("", |text| text)
    }

    /// What stands in a column of numbers; `None` when it is not known.
    pub fn number(&self, inquiry: &TreeInquiry<'_>, row: u32, column: usize) -> Option<u64> {
        match self.data.get(column)? {
            Data::Numbers(numbers) => numbers.get(row as usize).copied().filter(|&n| n != UNKNOWN),
            Data::Derived(derived) => {
                let Thing::Object(object) = self.thing(row, 0) else { return None };
                Some(match derived {
                    Derived::Shallow => inquiry.heap().shallow(object),
                    Derived::Retained => inquiry.retained(object),
                    Derived::Expander => {
                        return self.expander.as_ref()?.number(object, column);
                    }
                })
            }
            Data::Things(_) | Data::Shares(_) => None,
        }
    }

    /// What stands in a column of shares; `None` when it is not known.
    pub fn share(&self, row: u32, column: usize) -> Option<f64> {
        match self.data.get(column)? {
            Data::Shares(shares) => {
                shares.get(row as usize).map(|&s| f64::from(s)).filter(|s| !s.is_nan())
            }
            _ => None,
        }
    }

    /// Whether a row stands for objects.
    pub fn stands_for_objects(&self, row: u32) -> bool {
        if let Some(members) = self.expanded_members(row) {
            return !members.is_empty();
        }
        if self.members.is_some() {
            let mut with_below = self.rows_below(Some(row)).chain([row]);
            return with_below.any(|row| !self.members_of(row).is_empty());
        }
        match self.thing(row, 0) {
            Thing::Object(_) | Thing::Class(_) => true,
            Thing::Text(_) | Thing::None => !matches!(self.children_of(row).1, 0 | UNREAD),
        }
    }

    fn expanded_members(&self, row: u32) -> Option<&[u32]> {
        self.expander.as_ref()?.members(row)
    }

    /// The objects listed for a row; none where rows have no lists.
    fn members_of(&self, row: u32) -> &[u32] {
        let Some((ends, objects)) = &self.members else { return &[] };
        let end = ends.get(row as usize).copied().unwrap_or(0) as usize;
        let start = row.checked_sub(1).and_then(|r| ends.get(r as usize)).copied().unwrap_or(0);
        objects.get(start as usize..end).unwrap_or(&[])
    }

    /// Puts the objects that `rows` stand for into `set`; the classes whose instances (within
    /// [`Self::within`]) belong to it are marked in `classes`.
    pub(super) fn collect(
        &self,
        rows: core::ops::Range<u32>,
        set: &mut BitSet,
        classes: &mut [bool],
    ) {
        let mut pending = vec![rows];
        while let Some(mut rows) = pending.pop() {
            let Some(row) = rows.next() else { continue };
            pending.push(rows);
            if let Some(members) = self.expanded_members(row) {
                for &object in members {
                    set.insert(object);
                }
                continue;
            }
            if self.members.is_some() {
                let members = self.members_of(row);
                for &object in members {
                    set.insert(object);
                }
                if members.is_empty() {
                    pending.push(self.rows_below(Some(row)));
                }
                continue;
            }
            match self.thing(row, 0) {
                Thing::Object(object) => {
                    set.insert(object.0);
                }
                Thing::Class(class) => {
                    if let Some(marked) = classes.get_mut(class.index()) {
                        *marked = true;
                    }
                }
                Thing::Text(_) | Thing::None => pending.push(self.rows_below(Some(row))),
            }
        }
    }

    /// The objects within which classes stand for their instances.
    pub(super) fn within(&self) -> Option<&BitSet> {
        self.within.as_ref()
    }

    /// Memory held, about, in bytes.
    pub fn bytes(&self) -> u64 {
        let columns: usize = self
            .data
            .iter()
            .map(|data| match data {
                Data::Things(things) => things.capacity() * size_of::<Thing>(),
                Data::Numbers(numbers) => numbers.capacity() * 8,
                Data::Shares(shares) => shares.capacity() * 4,
                Data::Derived(_) => 0,
            })
            .sum();
        let texts: usize = self.texts.iter().map(|text| text.len() + 24).sum();
        let lists = self.members.as_ref().map_or(0, |(e, o)| 4 * (e.capacity() + o.capacity()));
        let within = self.within.as_ref().map_or(0, BitSet::bytes);
        let expander = self.expander.as_ref().map_or(0, |expander| expander.bytes());
        (columns + texts + lists + 8 * self.children.capacity()) as u64 + within + expander
    }
}

/// Room for more elements; grows like a vector does.
fn room<T>(vec: &mut Vec<T>, more: usize) -> Result<()> {
    vec.try_reserve(more).map_err(|_| too_large(bytes_of::<T>(vec.len() + more), WHAT))
}

/// Room for one more element; grows like a vector does.
fn reserve_more<T>(vec: &mut Vec<T>) -> Result<()> {
    if vec.len() < vec.capacity() {
        return Ok(());
    }
    reserve(vec, (vec.len() / 2).max(64), WHAT)
}

/// Work that is done at once: a table that costs no more than looking at what is known already.
#[derive(Debug)]
pub struct AtOnce(pub fn(&Context<'_>) -> Result<Table>);

impl Work for AtOnce {
    fn step(&mut self, _: &Context<'_>, _: u64) -> Result<Step> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        (self.0)(context)
    }
}
