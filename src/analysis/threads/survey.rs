//! All threads of a dump with what their objects say, read once, in bounded steps.

use super::state::{State, VirtualStates};
use crate::analysis::HeapInquiry;
use crate::analysis::finder::Finder;
use crate::analysis::holder::is_platform_class;
use crate::error::Result;
use crate::graph::Step;
use crate::heap::values::{Field, Values};
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use crate::hprof::{ClassSerial, StackTraceSerial, StringId, Value};
use hashbrown::{HashMap, HashSet};

/// One thread, as far as reading it takes the file.
#[derive(Debug)]
pub(super) struct Known {
    /// The thread object; `None` for a stack that no thread of the dump claims.
    pub(super) object: Option<ObjectIndex>,
    pub(super) trace: Option<StackTraceSerial>,
    pub(super) name: Option<Box<str>>,
    pub(super) is_virtual: bool,
    pub(super) state: State,
    pub(super) daemon: Option<bool>,
    pub(super) priority: Option<i64>,
    pub(super) id: Option<i64>,
    pub(super) loader: Option<ObjectIndex>,
    /// Position in the names of thread groups.
    pub(super) group: Option<u32>,
    pub(super) frames: u32,
    pub(super) locals: u32,
    /// What the local retains that retains most, the thread itself apart.
    pub(super) largest_local: Option<u64>,
    /// Number of its stack among the different ones.
    pub(super) stack: u32,
    /// Whether it was throwing an `OutOfMemoryError`.
    pub(super) failed: bool,
}

/// Stacks that are the same, frame by frame.
#[derive(Debug)]
pub(super) struct Stack {
    /// A trace that has it; `None` for no stack at all.
    pub(super) trace: Option<StackTraceSerial>,
    pub(super) frames: u32,
    pub(super) threads: u32,
    /// Position of the first frame that is not the platform's own code.
    pub(super) own_code: Option<u32>,
}

/// What tells one frame from another: class, method, signature, source, line.
type FrameKey = (ClassSerial, StringId, StringId, StringId, i32);

/// All threads of a dump, with their stacks.
///
/// Takes about 150 bytes per thread, and 32 per frame of every *different* stack. The threads that
/// are GC roots come first, as the dump lists them, then all other thread objects, then stacks that
/// no thread claims.
#[derive(Debug, Default)]
pub struct ThreadSurvey {
    pub(super) threads: Vec<Known>,
    pub(super) stacks: Vec<Stack>,
    pub(super) groups: Vec<String>,
    pub(super) loaders: HashMap<ObjectIndex, String>,
    by_object: HashMap<ObjectIndex, u32>,
}

impl ThreadSurvey {
    /// Number of threads.
    pub fn len(&self) -> usize {
        self.threads.len()
    }

    /// Whether the dump knows no thread.
    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
    }

    /// Position of the thread whose object this is.
    pub fn of(&self, object: ObjectIndex) -> Option<u32> {
        self.by_object.get(&object).copied()
    }
}

/// Works out a [`ThreadSurvey`].
#[derive(Debug)]
pub struct ThreadSurveyBuilder {
    finder: Finder,
    /// What is to be described; filled when the pass over the objects is done.
    todo: Option<Vec<Todo>>,
    next: usize,
    states: VirtualStates,
    virtual_class: Option<ClassIndex>,
    group_at: HashMap<ObjectIndex, u32>,
    stack_at: HashMap<Vec<FrameKey>, u32>,
    /// The same by trace: any number of threads may claim one.
    stack_of_trace: HashMap<Option<StackTraceSerial>, u32>,
    survey: ThreadSurvey,
}

/// A thread to be described.
#[derive(Clone, Copy, Debug)]
struct Todo {
    object: Option<ObjectIndex>,
    trace: Option<StackTraceSerial>,
    /// Position among the threads that are roots.
    root: Option<usize>,
}

/// Work that a thread is, beyond its frames and locals: some reads of the file.
const READS: u64 = 200;

impl ThreadSurveyBuilder {
    /// Begins.
    pub fn new(heap: &Heap) -> Self {
        Self {
            finder: Finder::new(heap, heap.known.thread),
            todo: None,
            next: 0,
            states: VirtualStates::new(heap),
            virtual_class: heap.classes.by_name("java.lang.BaseVirtualThread"),
            group_at: HashMap::new(),
            stack_at: HashMap::new(),
            stack_of_trace: HashMap::new(),
            survey: ThreadSurvey::default(),
        }
    }

    /// Does about `budget` units of work: objects looked at, frames and locals read.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn step(&mut self, inquiry: &HeapInquiry<'_>, budget: u64) -> Result<Step> {
        let heap = inquiry.heap();
        let Some(todo) = self.todo.take() else {
            if let Step::More { done, total } = self.finder.step(heap, budget)? {
                return Ok(Step::More { done, total: total.saturating_add(1) });
            }
            let found = self.finder.finish();
            self.todo = Some(all_threads(heap, &found));
            let objects = heap.objects.len() as u64;
            return Ok(Step::More { done: objects, total: objects + 1 });
        };
        let mut work = 0;
        while let Some(&thread) = todo.get(self.next)
            && work < budget.max(1)
        {
            work += READS + self.describe(inquiry, thread)?;
            self.next += 1;
        }
        let objects = heap.objects.len() as u64;
        let (done, total) = (objects + self.next as u64, objects + todo.len() as u64);
        let is_done = self.next >= todo.len();
        self.todo = Some(todo);
        Ok(if is_done { Step::Done } else { Step::More { done, total } })
    }

    /// The survey.
    pub fn finish(self) -> ThreadSurvey {
        self.survey
    }

    /// Adds one thread; answers how many frames and locals were read for it.
    fn describe(&mut self, inquiry: &HeapInquiry<'_>, todo: Todo) -> Result<u64> {
        let heap = inquiry.heap();
        let mut known = match todo.object {
            Some(object) => self.read(&inquiry.values, object),
            None => nothing_known(),
        };
        known.trace = todo.trace;
        let (stack, frames_read) = self.stack_of(heap, todo.trace);
        known.stack = stack;
        let stack = self.survey.stacks.get_mut(known.stack as usize);
        known.frames = stack.map_or(0, |stack| {
            stack.threads += 1;
            stack.frames
        });
        known.failed = todo.trace.is_some_and(|trace| throws_out_of_memory(heap, trace));
        let locals = todo.root.and_then(|at| heap.threads.list.get(at)).map(|t| &*t.locals);
        let locals = locals.unwrap_or_default();
        known.locals = u32::try_from(locals.len()).unwrap_or(u32::MAX);
        let tree = inquiry.tree_if_known();
        // `this` in `Thread.run` is the thread itself, which says nothing.
        let others = locals.iter().filter(|&&(_, local)| Some(local) != todo.object);
        known.largest_local =
            tree.and_then(|tree| others.map(|&(_, local)| tree.retained(local)).max());
        let at = u32::try_from(self.survey.threads.len()).unwrap_or(u32::MAX);
        if let Some(object) = todo.object {
            self.survey.by_object.entry(object).or_insert(at);
        }
        let room = self.survey.threads.try_reserve(1);
        room.map_err(|_| crate::heap::column::out_of_memory(2 * size_of::<Known>() * at as usize))?;
        let work = u64::from(frames_read) + u64::from(known.locals);
        self.survey.threads.push(known);
        Ok(work)
    }

    /// Reads the fields of a thread object; before JDK 19 they are its own, later most are in a
    /// `holder` (rule H1).
    fn read(&mut self, values: &Values<'_>, object: ObjectIndex) -> Known {
        let heap = values.heap();
        let own = Fields::of(values, object);
        let holder = own.object("holder").map(|holder| Fields::of(values, holder));
        let either = |name: &str| {
            own.integer(name).or_else(|| holder.as_ref().and_then(|held| held.integer(name)))
        };
        let class = heap.objects.class(object);
        let is_virtual = self.virtual_class.is_some_and(|v| heap.classes.is_subclass(class, v));
        let state = match own.integer("state").filter(|_| is_virtual) {
            Some(number) => self.states.of(number),
            None => either("threadStatus").map_or(State::UNKNOWN, State::of_status),
        };
        let group = own.object("group");
        let group = group.or_else(|| holder.as_ref().and_then(|held| held.object("group")));
        let loader = own.object("contextClassLoader");
        if let Some(loader) = loader {
            let name = || crate::analysis::loaders::loader_name(values, loader);
            self.survey.loaders.entry(loader).or_insert_with(name);
        }
        Known {
            object: Some(object),
            name: values.thread_name(object).map(String::into_boxed_str),
            is_virtual,
            state,
            // Virtual threads are daemons by definition.
            daemon: either("daemon").map(|daemon| daemon != 0).or(is_virtual.then_some(true)),
            priority: either("priority"),
            id: own.integer("tid"),
            loader,
            group: group.map(|group| self.group_of(values, group)),
            ..nothing_known()
        }
    }

    fn group_of(&mut self, values: &Values<'_>, group: ObjectIndex) -> u32 {
        let groups = &mut self.survey.groups;
        *self.group_at.entry(group).or_insert_with(|| {
            let name = values.reference(group, "name");
            let name = name.and_then(|name| values.string(name, 200)).map(|(name, _)| name);
            groups.push(name.unwrap_or_else(|| "?".to_owned()));
            u32::try_from(groups.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The number of a trace's stack, and how many frames were read to tell it.
    fn stack_of(&mut self, heap: &Heap, trace: Option<StackTraceSerial>) -> (u32, u32) {
        if let Some(&stack) = self.stack_of_trace.get(&trace) {
            return (stack, 0);
        }
        let frames = || trace.into_iter().flat_map(|trace| heap.threads.frames(trace));
        let key: Vec<FrameKey> =
            frames().map(|f| (f.class, f.method, f.signature, f.source, f.line)).collect();
        let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
        let stacks = &mut self.survey.stacks;
        let stack = *self.stack_at.entry(key).or_insert_with(|| {
            let own_code = frames().position(|frame| {
                let class = heap.threads.frame_class(frame);
                class.is_some_and(|class| !is_platform_class(&heap.classes.get(class).name))
            });
            stacks.push(Stack {
                trace: trace.filter(|_| length > 0),
                frames: length,
                threads: 0,
                own_code: own_code.and_then(|at| u32::try_from(at).ok()),
            });
            u32::try_from(stacks.len() - 1).unwrap_or(u32::MAX)
        });
        self.stack_of_trace.insert(trace, stack);
        (stack, length)
    }
}

fn nothing_known() -> Known {
    Known {
        object: None,
        trace: None,
        name: None,
        is_virtual: false,
        state: State::UNKNOWN,
        daemon: None,
        priority: None,
        id: None,
        loader: None,
        group: None,
        frames: 0,
        locals: 0,
        largest_local: None,
        stack: 0,
        failed: false,
    }
}

/// Roots first, then other thread objects, then stacks without a thread.
fn all_threads(heap: &Heap, objects: &[ObjectIndex]) -> Vec<Todo> {
    let roots = heap.threads.list.iter().enumerate().map(|(at, thread)| Todo {
        object: Some(thread.object),
        trace: thread.trace,
        root: Some(at),
    });
    let others = objects.iter().filter(|&&object| heap.threads.of(object).is_none());
    let others = others.map(|&object| Todo { object: Some(object), trace: None, root: None });
    let unclaimed = unclaimed_stacks(heap).into_iter();
    let unclaimed = unclaimed.map(|trace| Todo { object: None, trace: Some(trace), root: None });
    roots.chain(others).chain(unclaimed).collect()
}

/// Stacks that no thread of the dump has, such as those of a dump that was cut before its GC roots.
/// None where traces share frames: the hprof agent writes a trace per place of allocation, and these
/// are nobody's.
fn unclaimed_stacks(heap: &Heap) -> Vec<StackTraceSerial> {
    let claimed: HashSet<StackTraceSerial> =
        heap.threads.list.iter().filter_map(|thread| thread.trace).collect();
    // Where every frame belongs to one trace, there are no more in traces than in all.
    let used: usize = heap.threads.traces.values().map(Vec::len).sum();
    if used > heap.threads.frames.len() {
        return Vec::new();
    }
    let traces = heap.threads.traces.iter();
    let unclaimed =
        traces.filter(|(serial, frames)| !frames.is_empty() && !claimed.contains(*serial));
    let mut unclaimed: Vec<StackTraceSerial> = unclaimed.map(|(&serial, _)| serial).collect();
    unclaimed.sort_unstable_by_key(|serial| serial.0);
    unclaimed
}

/// Whether the top frames construct an `OutOfMemoryError`.
fn throws_out_of_memory(heap: &Heap, trace: StackTraceSerial) -> bool {
    /// The constructors of the error and its superclasses are on top of it.
    const TOP: usize = 5;
    heap.threads.frames(trace).take(TOP).any(|frame| {
        let class = heap.threads.frame_class(frame);
        class.is_some_and(|class| heap.classes.get(class).name == "java.lang.OutOfMemoryError")
    })
}

/// The fields of an object, read at once.
struct Fields<'a> {
    values: &'a Values<'a>,
    list: Vec<Field>,
}

impl<'a> Fields<'a> {
    fn of(values: &'a Values<'a>, object: ObjectIndex) -> Self {
        Self { values, list: values.fields(object).unwrap_or_default() }
    }

    fn named(&self, name: &str) -> Option<Value> {
        let names = &self.values.heap().names;
        let is_it = |f: &&Field| names.raw(f.descriptor.name) == Some(name.as_bytes());
        self.list.iter().find(is_it)?.value
    }

    fn object(&self, name: &str) -> Option<ObjectIndex> {
        match self.named(name)? {
            Value::Object(id) => self.values.resolve(id),
            _ => None,
        }
    }

    fn integer(&self, name: &str) -> Option<i64> {
        match self.named(name)? {
            Value::Byte(v) => Some(v.into()),
            Value::Short(v) => Some(v.into()),
            Value::Int(v) => Some(v.into()),
            Value::Long(v) => Some(v),
            Value::Boolean(v) => Some(v.into()),
            _ => None,
        }
    }
}
