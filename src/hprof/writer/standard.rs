//! Classes of the JDK that dumps are full of, and what is made of them: strings and threads.

use super::DumpBuilder;
use crate::hprof::{BasicType, GcRoot, ObjectId, RootKind, StackTraceSerial, ThreadSerial, Value};

/// Class ids that [`DumpBuilder::standard_classes`] provides. Fields are those of JDK 17, the
/// ones that analysers do not look at left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardClasses {
    /// `java.lang.Object`.
    pub object: ObjectId,
    /// `java.lang.Class`.
    pub class: ObjectId,
    /// `java.lang.ClassLoader`.
    pub class_loader: ObjectId,
    /// `java.lang.String`.
    pub string: ObjectId,
    /// `java.lang.Thread`.
    pub thread: ObjectId,
    /// `java.lang.ref.Reference`.
    pub reference: ObjectId,
    /// `java.lang.ref.WeakReference`.
    pub weak_reference: ObjectId,
    /// `java.lang.ref.SoftReference`.
    pub soft_reference: ObjectId,
    /// `java.lang.ref.PhantomReference`.
    pub phantom_reference: ObjectId,
    /// `java.lang.Object[]`.
    pub object_array: ObjectId,
    /// `byte[]`.
    pub byte_array: ObjectId,
    /// `char[]`.
    pub char_array: ObjectId,
    /// `int[]`.
    pub int_array: ObjectId,
    /// `long[]`.
    pub long_array: ObjectId,
}

/// A frame of a thread's stack.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Class of the method.
    pub class: ObjectId,
    /// Name of the method.
    pub method: &'a str,
    /// Its signature, such as `(I)V`.
    pub signature: &'a str,
    /// Source file.
    pub source: &'a str,
    /// Line; 0 or -1 unknown, -2 compiled, -3 native.
    pub line: i32,
}

/// What a thread is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadIds {
    /// Its `java.lang.Thread`.
    pub object: ObjectId,
    /// Its serial number, which roots of its stack name.
    pub serial: ThreadSerial,
    /// Its stack trace.
    pub trace: StackTraceSerial,
}

const OBJECT: BasicType = BasicType::Object;

impl DumpBuilder {
    /// The classes of the JDK, made where they are missing; classes that were built before under
    /// these names are kept as they are.
    pub fn standard_classes(&mut self) -> StandardClasses {
        let object = self.class_named("java.lang.Object");
        let class = self.standard(
            "java.lang.Class",
            object,
            &[
                ("name", OBJECT),
                ("classLoader", OBJECT),
                ("componentType", OBJECT),
                ("reflectionData", OBJECT),
            ],
        );
        let class_loader = self.standard(
            "java.lang.ClassLoader",
            object,
            &[("parent", OBJECT), ("name", OBJECT), ("packages", OBJECT), ("classes", OBJECT)],
        );
        let string = self.standard(
            "java.lang.String",
            object,
            &[
                ("value", OBJECT),
                ("coder", BasicType::Byte),
                ("hash", BasicType::Int),
                ("hashIsZero", BasicType::Boolean),
            ],
        );
        let thread = self.standard(
            "java.lang.Thread",
            object,
            &[
                ("name", OBJECT),
                ("priority", BasicType::Int),
                ("daemon", BasicType::Boolean),
                ("contextClassLoader", OBJECT),
                ("threadLocals", OBJECT),
                ("tid", BasicType::Long),
                ("threadStatus", BasicType::Int),
            ],
        );
        let reference = self.standard(
            "java.lang.ref.Reference",
            object,
            &[("referent", OBJECT), ("queue", OBJECT), ("next", OBJECT), ("discovered", OBJECT)],
        );
        StandardClasses {
            object,
            class,
            class_loader,
            string,
            thread,
            reference,
            weak_reference: self.standard("java.lang.ref.WeakReference", reference, &[]),
            soft_reference: self.standard(
                "java.lang.ref.SoftReference",
                reference,
                &[("timestamp", BasicType::Long)],
            ),
            phantom_reference: self.standard("java.lang.ref.PhantomReference", reference, &[]),
            object_array: self.standard("java.lang.Object[]", object, &[]),
            byte_array: self.standard("byte[]", object, &[]),
            char_array: self.standard("char[]", object, &[]),
            int_array: self.standard("int[]", object, &[]),
            long_array: self.standard("long[]", object, &[]),
        }
    }

    fn standard(&mut self, name: &str, parent: ObjectId, fields: &[(&str, BasicType)]) -> ObjectId {
        if let Some(class) = self.find_class(name) {
            return class;
        }
        let class = self.class(name).extends(parent);
        fields.iter().fold(class, |class, &(name, ty)| class.field(name, ty)).build()
    }

    /// A `java.lang.String` with its array.
    ///
    /// Follows the fields of the dump's `java.lang.String`: `byte[]` in Latin-1 or little-endian
    /// UTF-16 beside a `coder` (JDK 9 on), else `char[]`, with `count` where there is one (before
    /// JDK 7u6).
    pub fn string(&mut self, text: &str) -> ObjectId {
        let class = self.standard_classes().string;
        let fields = self.record_fields(class);
        let has = |name: &str| fields.iter().any(|(field, _)| field == name);
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut values = Vec::new();
        if has("coder") {
            let latin1: Option<Vec<u8>> = units.iter().map(|&u| u8::try_from(u).ok()).collect();
            values.push(("coder", Value::Byte(i8::from(latin1.is_none()))));
            let wide = || units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let bytes = latin1.unwrap_or_else(wide);
            let array = self.primitive_array(BasicType::Byte, &bytes);
            values.push(("value", Value::Object(array)));
        } else {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            let array = self.primitive_array(BasicType::Char, &bytes);
            values.push(("value", Value::Object(array)));
        }
        if has("count") {
            values.push(("count", Value::Int(i32::try_from(units.len()).unwrap_or(i32::MAX))));
        }
        self.instance_with(class, &values)
    }

    /// A thread: its object, its stack trace (the top frame first), a thread root, and a Java
    /// frame root for each local: number of the frame, and object.
    pub fn thread(
        &mut self,
        name: &str,
        frames: &[Frame<'_>],
        locals: &[(u32, ObjectId)],
    ) -> ThreadIds {
        let class = self.standard_classes().thread;
        let name = self.string(name);
        let object = self.instance_with(class, &[("name", Value::Object(name))]);
        self.thread_of(object, frames, locals)
    }

    /// A [`thread`](Self::thread) whose object exists already, such as one of a subclass.
    pub fn thread_of(
        &mut self,
        object: ObjectId,
        frames: &[Frame<'_>],
        locals: &[(u32, ObjectId)],
    ) -> ThreadIds {
        self.threads += 1;
        let serial = ThreadSerial(self.threads);
        // HotSpot: trace 1 is the empty one, those of threads follow.
        let trace = StackTraceSerial(self.threads + 1);
        self.trace(trace, serial, frames);
        self.root_record(GcRoot {
            kind: RootKind::ThreadObject,
            object,
            thread: Some(serial),
            frame: None,
            trace: Some(trace),
        });
        for &(frame, local) in locals {
            self.root_record(GcRoot {
                kind: RootKind::JavaFrame,
                object: local,
                thread: Some(serial),
                frame: Some(frame),
                trace: None,
            });
        }
        ThreadIds { object, serial, trace }
    }
}
